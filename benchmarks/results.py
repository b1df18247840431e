"""Results: what the contestants cost at each size, measured or in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.measure import Measurement

MIB = 1 << 20
LOADING = "(loading)"
"""Stands among the queries for the loading of the graph."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a contestant costs at one size: medians of its runs.

    `extrapolated_from` is the size at which it was measured, where this is a larger one: the
    medians are then those of that size in proportion, and nothing was run.
    """

    contestant: str
    pages: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    runs: int
    extrapolated_from: int | None = None

    def grown(self, pages: int) -> Cost:
        """Return the cost at a larger size, in proportion to the pages."""
        times = pages / self.pages
        return Cost(
            self.contestant,
            pages,
            self.wall_s * times,
            self.cpu_s * times,
            self.peak_mib * times,
            0,
            extrapolated_from=self.pages,
        )


@dataclass(slots=True)
class Results:
    """Everything that one run of `benchmarks.run` found.

    `titles` and `against` (which of ours a contestant is compared with) go by contestant;
    `missing` says why a contestant has no cost at a size; `facts` are lines of what was checked;
    `queries` has the seconds of each query, by size, query and contestant; `solutions` their
    number, by size and query.
    """

    what: str
    machine: dict[str, str]
    titles: dict[str, str]
    against: dict[str, str]
    costs: list[Cost] = field(default_factory=list)
    missing: list[tuple[str, int, str]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    queries: dict[int, dict[str, dict[str, float]]] = field(default_factory=dict)
    solutions: dict[int, dict[str, int]] = field(default_factory=dict)

    def add(self, contestant: str, pages: int, runs: Sequence[Measurement]) -> None:
        """Add the medians of the runs, or why there are none."""
        failed = [run for run in runs if run.outcome != "done"]
        if failed:
            reason = failed[0].outcome
            if reason == "too long":
                reason = f"too long: ended after {failed[0].wall_s:,.0f} s"
            self.missing.append((contestant, pages, reason))
            return
        self.costs.append(
            Cost(
                contestant,
                pages,
                median(run.wall_s for run in runs),
                median(run.cpu_s for run in runs),
                median(run.peak_bytes for run in runs) / MIB,
                len(runs),
            )
        )

    def extrapolate(self, contestant: str, pages: int) -> None:
        """Add the cost at a size that is not run, in proportion to the largest that was."""
        known = [c for c in self.costs if c.contestant == contestant and not c.extrapolated_from]
        if known:
            self.costs.append(max(known, key=lambda cost: cost.pages).grown(pages))
        else:
            self.missing.append((contestant, pages, "not run"))

    def cost(self, contestant: str, pages: int) -> Cost | None:
        for cost in self.costs:
            if (cost.contestant, cost.pages) == (contestant, pages):
                return cost
        return None
