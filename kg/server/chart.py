"""Lay out the chart of figures by year, which a template writes as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

_WIDTH = 720
_HEIGHT = 150
_ABOVE = 16
_BELOW = 16
_GAP = 0.2
_LABELS = 12


class Bar(NamedTuple):
    """The bar of a year, in the units of the chart's view box."""

    year: int
    figures: int
    x: float
    y: float
    width: float
    height: float
    is_labelled: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


class Chart(NamedTuple):
    """A bar for each year from the first to the last, whether or not it has figures."""

    bars: list[Bar]
    most: int
    width: int = _WIDTH
    height: int = _HEIGHT


def draw_years(rows: Iterable[Mapping[str, str]]) -> Chart | None:
    """Return the chart of solutions with `year` and `figures`; None for less than two years.

    >>> chart = draw_years([{"year": "2001", "figures": "2"}, {"year": "2003", "figures": "1"}])
    >>> [(bar.year, bar.figures, bar.height) for bar in chart.bars]
    [(2001, 2, 118.0), (2002, 0, 0.0), (2003, 1, 59.0)]
    """
    counts = {int(row["year"]): int(row["figures"]) for row in rows if row["year"].isdecimal()}
    if len(counts) < 2:
        return None
    years = range(min(counts), max(counts) + 1)
    most = max(counts.values())
    step = _WIDTH / len(years)
    every = -(-len(years) // _LABELS)
    bars = []
    for place, year in enumerate(years):
        count = counts.get(year, 0)
        height = round((_HEIGHT - _ABOVE - _BELOW) * count / most, 1)
        x, width = round(step * (place + _GAP / 2), 1), round(step * (1 - _GAP), 1)
        y = round(_HEIGHT - _BELOW - height, 1)
        bars.append(Bar(year, count, x, y, width, height, place % every == 0))
    return Chart(bars, most)
