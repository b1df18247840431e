"""Validate a graph while it is built: what is written is judged where it is written.

Decision: a job of the build is a part of the graph. The worker that writes it has all its
subjects whole, and knows the classes of the shared entities that they use from their keys; the
shared entities are judged at the end. Refused: to read back the file, which takes as long as to
build it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.build import Classes, Share
from kg.terms import RDF_TYPE, Description, Term, compress
from kg.validate.collect import Collector, Report
from kg.validate.engines import choose_engines
from kg.validate.forms import known_tokens, within_shard
from kg.validate.load import load_shapes
from kg.validate.parts import Header, TurtlePart
from kg.validate.referee import Bench, Referee, Verdict, bench_for
from kg.validate.results import Result, sort_results
from kg.validate.shapes import Shapes
from kg.write import get_writer

SUBJECTS_PER_PAGE = 18
"""In the mean; how big a graph will be is told from this."""

_SHARED_SUBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class Look:
    """Validates what a job writes; the project's shapes are read once a process."""

    bench: Bench

    def __call__(self, share: Share) -> Verdict:
        shapes = _shapes()
        referee = Referee(shapes, _known_to(share), self.bench, knows_all=False)
        part = _written("".join(share.blocks))
        return referee.judge(part, is_checked=self.bench.is_checked(share.number))


def _known_to(share: Share) -> dict[bytes, tuple[bytes, ...]]:
    """Return what is known of the shared entities that a share uses."""
    known: dict[bytes, tuple[bytes, ...]] = {}
    for classes in share.classes():
        for token, names in _known_by(classes):
            if known.setdefault(token, names) is not names:
                known[token] = tuple(dict.fromkeys((*known[token], *names)))
    return known


@lru_cache(maxsize=1 << 16)
def _known_by(classes: Classes) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    """Return what subjects of some classes are known as, by the project's shapes."""
    found: dict[Term, set[Term]] = {}
    for subject, name in classes:
        found.setdefault(subject, set()).add(name)
    return tuple(_as_known(found, _shapes()).items())


@lru_cache(maxsize=1)
def _shapes() -> Shapes:
    return load_shapes()


class BuildValidator:
    """Validates a graph while it is built: the inspector to give to `kg.build.build`.

    The project's shapes are used; `engine`, `cross_check` and `seed` are those of `validate`.
    After the build, `report` tells the same results as `validate` of the file that was written.
    """

    def __init__(
        self, *, engine: str = "auto", cross_check: bool | None = None, seed: int = 0
    ) -> None:
        self._engines = choose_engines(engine)
        self._cross_check = cross_check
        self._seed = seed
        self.begin(0)

    def begin(self, page_count: int) -> Look:
        subjects = page_count * SUBJECTS_PER_PAGE
        self._bench = bench_for(self._engines, subjects, self._cross_check, self._seed)
        self._collector = Collector(_shapes(), self._bench)
        return Look(self._bench)

    def add(self, answer: Verdict) -> None:
        self._collector.add(answer)

    def finish(self, shared: Sequence[Description]) -> None:
        """Validate the shared entities, some at a time."""
        known = _as_known(classes_of(shared), _shapes())
        referee = Referee(_shapes(), known, self._bench)
        writer = get_writer("turtle")
        for number, start in enumerate(range(0, len(shared), _SHARED_SUBJECTS)):
            part = _written(writer.block(shared[start : start + _SHARED_SUBJECTS]))
            self.add(referee.judge(part, is_checked=self._bench.is_checked(number)))

    def report(self, path: str) -> Report:
        """Return what was found, when `path`, one of the outputs, is in its place.

        It is read only where findings depend on what papers say of each other.
        """
        return self._collector.finish([path])


def _written(blocks: str) -> TurtlePart:
    """Return a part of what was just written."""
    header = Header(get_writer("turtle").header.encode())
    return TurtlePart(f"\n{blocks}".encode(), header, is_just_written=True)


def _as_known(
    classes: Mapping[Term, Collection[Term]], shapes: Shapes
) -> dict[bytes, tuple[bytes, ...]]:
    """Return what subjects of some classes are known as, of the classes that shapes name."""
    names = known_tokens(shapes.classes)
    return {
        compress(subject).encode(): found
        for subject, kinds in classes.items()
        if (found := tuple(names[kind] for kind in kinds if kind in names))
    }


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
    """Validate descriptions: what some records are mapped to, or shared entities.

    Each subject has to be described whole. `known` are the classes (`classes_of`) of what the
    descriptions refer to and don't hold. None means that they aren't known: then what needs them,
    the shapes of the scope "graph", is left out. One in `sample_every` subjects is validated by
    pySHACL too.
    """
    if known is None:
        shapes, known = within_shard(shapes), {}
    main, check = choose_engines(engine)
    bench = Bench(main, check if cross_check else None, sample_every, seed)
    part = _written(get_writer("turtle").block(descriptions))
    verdict = Referee(shapes, _as_known(known, shapes), bench).judge(part)
    return sort_results(map(shapes.result, verdict.findings))
