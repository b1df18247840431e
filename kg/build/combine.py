"""Combine built shards into the outputs, in order, and write the shared entities once.

Memory is bounded: the jobs under way, and the keys of the shared entities, of which there are no
more than genes, families and terms in the world.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from kg.build.cache import Cache, fingerprint
from kg.build.inspection import Inspector
from kg.build.parts import SHARDS_PER_PART, SHARED, begin_parts, part_of, write_manifest
from kg.build.shards import (
    Job,
    JobResult,
    Shard,
    ShardResult,
    Tally,
    paper_of,
    shards_per_job,
)
from kg.errors import Problem, StrictError, count_of
from kg.mapping import SharedKey, describe_shared, merge, unpack_key
from kg.reference import PaperIds, TableFiles, Tables, load_tables
from kg.terms import Description
from kg.write import BlockFile, Output, compress_block, open_output

Progress = Callable[[int, int], None]
Engine = Callable[[Iterable[Job]], Iterator[JobResult]]
"""Does jobs, in any place and order, and yields their results in the order of the jobs."""

_SUBJECTS_PER_BLOCK = 4000


@dataclass(slots=True)
class Summary:
    """What a build did: counts, and every problem in the order of figids and lines.

    `reused` is the number of pages that were taken from the cache; `notes` says what a person
    should know though nothing is wrong with the data.
    """

    tally: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)
    reused: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def lost(self) -> list[Problem]:
        """The problems that cost something; the others are warnings."""
        return [problem for problem in self.problems if not problem.is_warning]


class Given(NamedTuple):
    """What a user gives beside the pages: reference tables, identifiers of papers."""

    tables: TableFiles
    paper_ids: dict[str, PaperIds]


class Pass:
    """One pass over the shards. A pass that met pages out of their place is thrown away."""

    def __init__(
        self,
        outputs: tuple[Output, ...],
        shards: list[Shard],
        summary: Summary,
        cache: Cache | None,
        given: Given,
        inspector: Inspector | None,
    ) -> None:
        self.outputs = outputs
        self.shards = shards
        self.summary = summary
        self.cache = cache
        self.given = given
        self.inspector = inspector
        self.look = None if inspector is None else inspector.begin(sum(map(len, shards)))
        self.shared: set[tuple[Any, ...]] = set()
        self.moved: dict[tuple[str, str], str] = {}
        self.job_count = 0
        if cache is not None:
            summary.notes += cache.notes

    def finish(
        self, engine: Engine, strict: bool, *, is_last: bool, progress: Progress | None
    ) -> bool:
        """Write the outputs and return True; False if pages have to be dealt out again."""
        parts = [output for output in self.outputs if output.is_parts]
        for output in parts:
            begin_parts(output)
        try:
            with ExitStack() as stack:
                files = [
                    stack.enter_context(open_output(_whole(output))) for output in self.outputs
                ]
                self._write_shards(files, engine, progress)
                if self.moved and not is_last:
                    raise _OutOfPlaceError
                if strict and self.summary.lost:
                    raise self._refusal()
                self._write_shared(files)
        except _OutOfPlaceError:
            return False
        for output in parts:
            write_manifest(output, self.job_count)
        if self.cache is not None:
            self.cache.keep_only(shard[0].key for shard in self.shards)
        return True

    def _refusal(self) -> StrictError:
        count = len(self.summary.lost)
        error = StrictError(
            f"the build is strict and met {count_of(count, 'problem')}; nothing was written",
            hint="mend them, or build without --strict",
        )
        error.problems = self.summary.problems
        return error

    def _jobs(self) -> Iterator[Job]:
        remaining = iter(self.shards)
        made_by = fingerprint(self.outputs, self.given.tables) if self.cache else b""
        size = self._shards_per_job()
        while shards := tuple(islice(remaining, size)):
            digests = (self.cache.digest(shard[0].key) if self.cache else None for shard in shards)
            yield Job(
                self.job_count,
                shards,
                tuple(digests),
                self.outputs,
                made_by,
                self.given.tables,
                self._paper_ids(shards),
                self.look,
            )
            self.job_count += 1

    def _shards_per_job(self) -> int:
        if any(output.is_parts for output in self.outputs):
            return SHARDS_PER_PART
        return shards_per_job(len(self.shards), is_inspected=self.look is not None)

    def _paper_ids(self, shards: Iterable[Shard]) -> dict[str, PaperIds]:
        """Return the identifiers of the papers of some shards."""
        known = self.given.paper_ids
        papers = {paper_of(page) for shard in shards for page in shard} if known else ()
        return {pmcid: known[pmcid] for pmcid in papers if pmcid in known}

    def _write_shards(
        self, files: list[BlockFile], engine: Engine, progress: Progress | None
    ) -> None:
        total = sum(map(len, self.shards))
        shards = iter(self.shards)
        for done in engine(self._jobs()):
            for result in done.shards:
                self._add(self._through_cache(next(shards), result), files)
            if self.inspector is not None:
                self.inspector.add(done.answer)
            if progress is not None:
                progress(self.summary.tally.pages, total)

    def _through_cache(self, shard: Shard, result: ShardResult) -> ShardResult:
        """Put a new result into the cache, take an unchanged one from it."""
        if self.cache is None:
            return result
        if result.blocks is not None:
            self.cache.put(shard[0].key, result)
            return result
        kept = self.cache.get(shard[0].key)
        self.summary.reused += kept.tally.pages
        return kept

    def _add(self, result: ShardResult, files: list[BlockFile]) -> None:
        for file, block in zip(files, result.blocks or (), strict=True):
            file.add(block)
        self.shared.update(marshal.loads(result.shared))  # noqa: S302 - written by a worker of this build, or kept by the cache
        self.moved |= result.moved
        self.summary.problems += result.problems
        self.summary.tally.add(result.tally)

    def _write_shared(self, files: list[BlockFile]) -> None:
        """Write the shared entities once each, by IRI."""
        tables = load_tables(self.given.tables)
        descriptions = _describe_all_shared(map(unpack_key, self.shared), tables)
        if self.inspector is not None:
            self.inspector.finish(descriptions)
        self.summary.tally.triples += sum(len(pairs) for _, pairs in descriptions)
        writers = [output.writer() for output in self.outputs]
        remaining = iter(descriptions)
        while some := list(islice(remaining, _SUBJECTS_PER_BLOCK)):
            for output, writer, file in zip(self.outputs, writers, files, strict=True):
                file.add(compress_block(writer.block(some).encode(), output.is_compressed))


def _whole(output: Output) -> Output:
    """Return what the combining process writes of an output: of parts, the shared entities."""
    return part_of(output, SHARED) if output.is_parts else output


class _OutOfPlaceError(Exception):
    """Pages are not the figures that their names say."""


def _describe_all_shared(keys: Iterable[SharedKey], tables: Tables) -> list[Description]:
    """Return the descriptions of shared entities, each subject once, sorted by IRI."""
    return sorted(merge(found for key in keys for found in describe_shared(key, tables)))
