"""Validate files, or the descriptions of a shard while it is built.

Decision: the report is the same whatever the engine, the parts and the number of workers. What
fast engines find is refereed (`kg.validate.referee`), parts give what the whole gives
(`kg.validate.split`), results are sorted, and their words come from the shapes.
"""

from __future__ import annotations

import signal
import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from kg.errors import UsageError, WorkerError
from kg.rdf import find_rdf_files, iter_quads
from kg.terms import RDF_TYPE, Description, Term
from kg.validate.engines import choose_engines
from kg.validate.forms import known_class, within_shard
from kg.validate.parts import Known, NotOursError, Part
from kg.validate.referee import Bench, Referee, Verdict
from kg.validate.results import Finding, Result, sort_results
from kg.validate.shapes import Shapes, load_shapes
from kg.validate.split import BASE, PART_BYTES, Split, split_triples, split_turtle, split_whole

CHECKED_SUBJECTS = 400_000
"""Up to how many subjects (some two million triples) a second engine checks every part."""

CHECKED_PART = 8
"""Of bigger data it checks one part in this many, unless it is asked for all."""

SAMPLED = 1000
"""About how many subjects pySHACL is given as a sample."""

MOST_FAILING, LEAST_FAILING = 25_000, 8
"""How many nodes that fail alike pySHACL is given of each part, from small to big data."""

Progress = Callable[[int, int], None]
_AHEAD = 2


@dataclass(slots=True)
class Report:
    """What validation found: results in order, how it was done, and notes for the user."""

    results: list[Result]
    subjects: int = 0
    engine: str = ""
    checked_by: str | None = None
    refereed: int = 0
    disagreed: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def conforms(self) -> bool:
        """Whether nothing is a Violation. Warnings and infos conform."""
        return not any(result.is_violation for result in self.results)


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
    sources = [str(file) for path in paths for file in find_rdf_files(path)]
    if not sources:
        raise UsageError("there is nothing to validate", hint="name one or more RDF files")
    shapes = load_shapes() if shapes is None else shapes
    main, check = choose_engines(engine)
    if engine == "auto" and not shapes.is_splittable:
        main, check = "pyshacl", None
    run = _Run(sources, shapes, Bench(main, check, seed=seed), cross_check, workers, progress)
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
    bench: Bench
    cross_check: bool | None
    workers: int | None
    progress: Progress | None

    def finish(self, split: Split) -> Report:
        """Judge all parts, and then again what they could not know of each other."""
        bench = self.bench
        if self.shapes.is_splittable:
            limit = max(LEAST_FAILING, MOST_FAILING * SAMPLED // max(1, split.subjects))
            every = max(1, split.subjects // SAMPLED)
            bench = replace(bench, sample_every=every, failing_limit=limit)
        check = None if self.cross_check is False else bench.check
        report = Report([], engine=bench.main, checked_by=check)
        findings: set[Finding] = set()
        elsewhere: list[Part] = []
        for verdict in self._verdicts(split, replace(bench, check=check)):
            findings |= verdict.findings
            report.subjects += verdict.subjects
            report.refereed += verdict.refereed
            report.disagreed += verdict.disagreed
            report.notes += verdict.notes
            if verdict.elsewhere is not None:
                elsewhere.append(verdict.elsewhere)
            if self.progress is not None:
                self.progress(report.subjects, max(report.subjects, split.subjects))
        if elsewhere:
            findings = self._look_elsewhere(findings, elsewhere, bench)
        report.notes = sorted(set(report.notes))
        report.results = sort_results(map(self.shapes.result, findings))
        return report

    def _look_elsewhere(
        self, findings: set[Finding], parts: Iterable[Part], bench: Bench
    ) -> set[Finding]:
        """Judge again the subjects that refer to other papers' figures, mentions or papers."""
        part = Part(b"".join(part.body for part in parts))
        tokens = set(part.body.decode().split())
        again = set(part.subjects())
        known: dict[bytes, tuple[bytes, ...]] = {}
        names = {name: known_class(name).encode() for name in self.shapes.classes}
        for path in self.sources:
            for quad in iter_quads(path, BASE):
                token = str(quad.subject)
                if token in tokens and str(quad.predicate) == RDF_TYPE:
                    kind = names.get(str(quad.object))
                    if kind is not None:
                        known[token.encode()] = (*known.get(token.encode(), ()), kind)
        verdict = Referee(self.shapes, known, bench).judge(part)
        return {f for f in findings if f.focus_node not in again} | verdict.findings

    def _verdicts(self, split: Split, bench: Bench) -> Iterator[Verdict]:
        every = self.cross_check or split.subjects <= CHECKED_SUBJECTS
        parts = iter(split.parts)
        first = [*islice(parts, 2)]
        count = self.workers or cpu_count() or 1
        numbered = enumerate(_chained(first, parts))
        tasks = ((part, every or number % CHECKED_PART == 0) for number, part in numbered)
        if len(first) < 2 or count == 1 or _is_small(first):
            referee = Referee(self.shapes, split.known, bench)
            yield from (referee.judge(part, is_checked=checked) for part, checked in tasks)
        else:
            yield from _in_processes(tasks, count, (self.shapes, split.known, bench))


def _chained(first: Iterable[Part], rest: Iterable[Part]) -> Iterator[Part]:
    yield from first
    yield from rest


def _is_small(parts: Iterable[Part]) -> bool:
    """Whether starting processes takes longer than it saves."""
    return sum(len(part.body) for part in parts) < PART_BYTES


_referees: list[Referee] = []


def _start(shapes: Shapes, known: Known, bench: Bench) -> None:
    """Set up a worker process; Ctrl-C is left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _referees.append(Referee(shapes, known, bench))


def _judge(part: Part, is_checked: bool) -> Verdict:
    return _referees[-1].judge(part, is_checked=is_checked)


def _in_processes(
    tasks: Iterator[tuple[Part, bool]], count: int, setup: tuple[Shapes, Known, Bench]
) -> Iterator[Verdict]:
    """Yield the verdicts of parts in their order; a few parts are in memory at once."""
    executor = ProcessPoolExecutor(count, get_context("spawn"), _start, setup)
    waiting: deque[Future[Verdict]] = deque()
    try:
        while True:
            for part, checked in islice(tasks, count * _AHEAD - len(waiting)):
                waiting.append(executor.submit(_judge, part, checked))
            if not waiting:
                return
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise WorkerError(
            "a worker process of the validation died",
            hint="it may have run out of memory; try again with fewer --workers",
        ) from None
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


# While building


def classes_of(descriptions: Iterable[Description]) -> dict[Term, tuple[Term, ...]]:
    """Return the classes of subjects: what validation has to know of things described elsewhere."""
    classes: dict[Term, tuple[Term, ...]] = {}
    for subject, pairs in descriptions:
        kinds = tuple(value for predicate, value in pairs if predicate == RDF_TYPE)
        classes[subject] = (*classes.get(subject, ()), *kinds)
    return classes


def validate_descriptions(
    descriptions: Iterable[Description],
    shapes: Shapes,
    known: Mapping[Term, Collection[Term]] | None = None,
    *,
    engine: str = "auto",
    cross_check: bool = True,
    sample_every: int = 500,
    seed: int = 0,
) -> list[Result]:
    """Validate the descriptions of a shard, or of shared entities, as they are built.

    Each subject has to be described whole. `known` are the classes (`classes_of`) of what the
    descriptions refer to and don't hold. None means that they aren't known: then what needs them,
    the shapes of the scope "graph", is left out. One in `sample_every` subjects is validated by
    pySHACL too.
    """
    if known is None:
        shapes, known = within_shard(shapes), {}
    described = [*descriptions]
    names = {name: known_class(name).encode() for name in shapes.classes}
    objects = {value for _, pairs in described for _, value in pairs if value in known}
    told = {
        value.encode(): tuple(names[name] for name in known[value] if name in names)
        for value in objects
    }
    main, check = choose_engines(engine)
    bench = Bench(main, check if cross_check else None, sample_every, seed)
    lines = [f"{s} {p} {o} .\n" for s, pairs in described for p, o in pairs]
    verdict = Referee(shapes, told, bench).judge(Part("".join(lines).encode()))
    return sort_results(map(shapes.result, verdict.findings))
