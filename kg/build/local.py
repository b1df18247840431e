"""Build on one machine: shards in worker processes, results combined in order.

Memory is bounded: the shards under way, and the keys of the shared entities, of which there are
no more than genes, families and terms in the world.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.build.shards import Shard, ShardResult, Tally, build_shard, plan
from kg.errors import Problem, StrictError, WorkerError
from kg.mapping import SharedKey, describe_shared, merge
from kg.read import find_pages
from kg.terms import Description
from kg.write import BlockFile, Output, compress_block, open_output

if TYPE_CHECKING:
    from concurrent.futures import Future

Progress = Callable[[int, int], None]
_SMALL_PAGES = 150
_SHARDS_AHEAD = 3
_SUBJECTS_PER_BLOCK = 4000


@dataclass(slots=True)
class Summary:
    """What a build did: counts, and every problem in the order of figids and lines."""

    tally: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)

    @property
    def lost(self) -> list[Problem]:
        """The problems that cost something; the others are warnings."""
        return [problem for problem in self.problems if not problem.is_warning]


def build(
    sources: Iterable[str | Path],
    outputs: Sequence[Output],
    *,
    workers: int | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Build the graph of `sources` into `outputs`.

    `workers` defaults to the number of processors; a small build stays in this process.
    `progress` is told pages done and pages in all. With `strict`, any problem that costs
    something raises StrictError, which carries the summary, and nothing is written. Raises
    UsageError for sources that hold no page, WriteError for targets that can't be written,
    WorkerError where a worker dies.
    """
    pages, found = find_pages(sources)
    count = workers or os.cpu_count() or 1
    if len(pages) <= _SMALL_PAGES:
        count = 1
    moved: dict[tuple[str, str], str] = {}
    while True:
        run = _Run(outputs, plan(pages, moved), Summary(problems=list(found)))
        if run.finish(count, strict, is_last=bool(moved), progress=progress):
            return run.summary
        moved = run.moved


class _Run:
    """One pass over the shards. A pass that met pages out of their place is thrown away."""

    def __init__(self, outputs: Sequence[Output], shards: list[Shard], summary: Summary) -> None:
        self.outputs = outputs
        self.shards = shards
        self.summary = summary
        self.shared: set[SharedKey] = set()
        self.moved: dict[tuple[str, str], str] = {}

    def finish(
        self, workers: int, strict: bool, *, is_last: bool, progress: Progress | None
    ) -> bool:
        """Write the outputs and return True; False if pages have to be dealt out again."""
        try:
            with ExitStack() as stack:
                files = [stack.enter_context(open_output(output)) for output in self.outputs]
                self._shards(files, workers, progress)
                if self.moved and not is_last:
                    raise _OutOfPlaceError
                if strict and self.summary.lost:
                    raise self._refusal()
                self._shared(files)
        except _OutOfPlaceError:
            return False
        return True

    def _refusal(self) -> StrictError:
        error = StrictError(
            f"the build is strict and met {len(self.summary.lost)} problems; nothing was written",
            hint="mend them, or build without --strict",
        )
        error.problems = self.summary.problems
        return error

    def _shards(self, files: list[BlockFile], workers: int, progress: Progress | None) -> None:
        total = sum(map(len, self.shards))
        for result in _results(self.shards, self.outputs, workers):
            for file, block in zip(files, result.blocks, strict=True):
                file.add(block)
            self.shared |= result.shared
            self.moved |= result.moved
            self.summary.problems += result.problems
            self.summary.tally.add(result.tally)
            if progress is not None:
                progress(self.summary.tally.pages, total)

    def _shared(self, files: list[BlockFile]) -> None:
        """Write the shared entities once each, by IRI."""
        descriptions = describe_all_shared(self.shared)
        self.summary.tally.triples += sum(len(pairs) for _, pairs in descriptions)
        writers = [output.writer() for output in self.outputs]
        remaining = iter(descriptions)
        while some := list(islice(remaining, _SUBJECTS_PER_BLOCK)):
            for output, writer, file in zip(self.outputs, writers, files, strict=True):
                file.add(compress_block(writer.block(some), output.is_compressed))


class _OutOfPlaceError(Exception):
    """Pages are not the figures that their names say."""


def describe_all_shared(keys: Iterable[SharedKey]) -> list[Description]:
    """Return the descriptions of shared entities, each subject once, sorted by IRI."""
    return sorted(merge(found for key in keys for found in describe_shared(key)))


def _results(
    shards: Sequence[Shard], outputs: Sequence[Output], workers: int
) -> Iterator[ShardResult]:
    """Yield the results of all shards in their order."""
    if workers == 1:
        for shard in shards:
            yield build_shard(shard, outputs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    executor = ProcessPoolExecutor(workers, get_context("spawn"), _prepare_worker)
    waiting: deque[tuple[Shard, Future[ShardResult]]] = deque()
    remaining = iter(shards)
    try:
        while True:
            for shard in islice(remaining, workers * _SHARDS_AHEAD - len(waiting)):
                waiting.append((shard, executor.submit(build_shard, shard, outputs)))
            if not waiting:
                return
            shard, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                raise WorkerError(
                    f"a worker process died near the shard {shard[0].key} to {shard[-1].key}",
                    hint="it may have run out of memory; try again with fewer --workers",
                ) from None
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _prepare_worker() -> None:
    """Leave Ctrl-C to the parent, which ends its workers; look for garbage rarely.

    A shard makes a million small objects and no cycles: searching them takes a sixth of the time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(500_000)
