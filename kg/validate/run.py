"""Validate files.

Decision: the report is the same whatever the engine, the parts and the number of workers. What
fast engines find is refereed (`kg.validate.referee`), parts give what the whole gives
(`kg.validate.split`), results are sorted, and their words come from the shapes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from os import cpu_count
from pathlib import Path

from kg.errors import UsageError, WorkerError
from kg.rdf import find_rdf_files
from kg.validate.collect import Collector, Report
from kg.validate.engines import choose_engines
from kg.validate.load import load_shapes
from kg.validate.parts import Known, NotOursError, Part
from kg.validate.referee import Bench, Referee, Verdict, bench_for
from kg.validate.shapes import Shapes
from kg.validate.split import PART_BYTES, Split, split_triples, split_turtle, split_whole
from kg.workers import DeadWorkerError, map_in_processes

Progress = Callable[[int, int], None]


def validate(
    paths: Iterable[str | Path],
    shapes: Shapes | None = None,
    *,
    engine: str = "auto",
    cross_check: bool | None = None,
    workers: int | None = None,
    seed: int = 0,
    part_bytes: int = PART_BYTES,
    progress: Progress | None = None,
) -> Report:
    """Validate the union of RDF files, or folders of them, against shapes, by default our own.

    `engine` is `auto`, `pyshacl`, `shacl` or `shacl-rust`; `auto` is the fastest that is
    installed. `cross_check` asks for a second fast engine on all parts, or on none; by default
    it checks all of small data and some of big ones. `progress` is told subjects done and in all.
    Raises DataError for a file that can't be read, UsageError for a wrong call.
    """
    sources = list(map(str, find_rdf_files(*paths)))
    if not sources:
        raise UsageError("there is nothing to validate", hint="name one or more RDF files")
    shapes = load_shapes() if shapes is None else shapes
    main, check = choose_engines(engine)
    if engine == "auto" and not shapes.is_splittable:
        main, check = "pyshacl", None
    run = _Run(sources, shapes, (main, check), cross_check, seed, workers, progress)
    with tempfile.TemporaryDirectory(prefix="kg-validate-") as folder:
        if not shapes.is_splittable:
            return run.finish(split_whole(sources))
        try:
            return run.finish(split_turtle(sources, shapes, part_bytes))
        except NotOursError:
            return run.finish(split_triples(sources, shapes, folder, part_bytes))


@dataclass(slots=True)
class _Run:
    """One validation of files."""

    sources: Sequence[str]
    shapes: Shapes
    engines: tuple[str, str | None]
    cross_check: bool | None
    seed: int
    workers: int | None
    progress: Progress | None

    def finish(self, split: Split) -> Report:
        """Judge all parts."""
        bench = bench_for(self.engines, split.subjects, self.cross_check, self.seed)
        if not self.shapes.is_splittable:
            bench = Bench(bench.main, bench.check)
        collector = Collector(self.shapes, bench)
        for verdict in self._verdicts(split, bench):
            collector.add(verdict)
            if self.progress is not None:
                done = collector.report.subjects
                self.progress(done, max(done, split.subjects))
        return collector.finish(self.sources)

    def _verdicts(self, split: Split, bench: Bench) -> Iterator[Verdict]:
        parts = iter(split.parts)
        first = [*islice(parts, 2)]
        count = self.workers or cpu_count() or 1
        numbered = enumerate(chain(first, parts))
        tasks = ((part, bench.is_checked(number)) for number, part in numbered)
        if len(first) < 2 or count == 1 or _is_small(first):
            referee = Referee(self.shapes, split.known, bench)
            yield from (referee.judge(part, is_checked=checked) for part, checked in tasks)
        else:
            yield from _in_processes(tasks, count, (self.shapes, split.known, bench))


def _is_small(parts: Iterable[Part]) -> bool:
    """Whether starting processes takes longer than it saves."""
    return sum(len(part.body) for part in parts) < PART_BYTES


class _Judge:
    """What a worker process judges with; made there, of the setup that is sent."""

    def __init__(self, shapes: Shapes, known: Known, bench: Bench) -> None:
        self._setup = shapes, known, bench

    def __call__(self) -> Callable[[tuple[Part, bool]], Verdict]:
        referee = Referee(*self._setup)
        return lambda task: referee.judge(task[0], is_checked=task[1])


def _in_processes(
    tasks: Iterator[tuple[Part, bool]], count: int, setup: tuple[Shapes, Known, Bench]
) -> Iterator[Verdict]:
    """Yield the verdicts of parts in their order; a few parts are in memory at once."""
    try:
        yield from map_in_processes(_Judge(*setup), tasks, count)
    except DeadWorkerError as error:
        raise WorkerError(
            f"a worker process of the validation died (exit code {error.exit_code})",
            hint="it may have run out of memory; try again with fewer --workers",
        ) from None
