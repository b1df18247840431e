"""Validate a graph while it is built: descriptions are judged where they are made.

Decision: a job of the build is a part of the graph. The worker that describes it has all its
subjects whole, and knows the classes of the shared entities that they use from their keys; the
shared entities are judged at the end. Refused: to read back what was written, which takes as
long as to build it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.build import Share
from kg.terms import Description, Term
from kg.validate.collect import Collector, Report
from kg.validate.described import DescribedPart, as_known, classes_of
from kg.validate.engines import choose_engines
from kg.validate.forms import within_shard
from kg.validate.referee import Bench, Referee, Verdict, bench_for
from kg.validate.results import Result, sort_results
from kg.validate.shapes import Shapes, load_shapes

SUBJECTS_PER_PAGE = 18
"""In the mean; how big a graph will be is told from this."""

_SHARED_SUBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class Look:
    """Validates what a job describes; the project's shapes are read once a process."""

    bench: Bench

    def __call__(self, share: Share) -> Verdict:
        shapes = _shapes()
        known = as_known(share.classes(), shapes.classes)
        referee = Referee(shapes, known, self.bench, knows_all=False)
        part = DescribedPart(share.descriptions)
        return referee.judge(part, is_checked=self.bench.is_checked(share.number))


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
        referee = Referee(_shapes(), as_known(classes_of(shared), _shapes().classes), self._bench)
        for number, start in enumerate(range(0, len(shared), _SHARED_SUBJECTS)):
            part = DescribedPart(shared[start : start + _SHARED_SUBJECTS])
            self.add(referee.judge(part, is_checked=self._bench.is_checked(number)))

    def report(self, path: str) -> Report:
        """Return what was found, when `path`, one of the outputs, is in its place.

        It is read only where findings depend on what papers say of each other.
        """
        return self._collector.finish([path])


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
    referee = Referee(shapes, as_known(known, shapes.classes), bench)
    verdict = referee.judge(DescribedPart(descriptions))
    return sort_results(map(shapes.result, verdict.findings))
