"""Draw the overlap of genes in figures and in pathways: a bar a strictness level.

Needs matplotlib (the extra `plots`). The same rows give the same bytes of SVG.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import MissingExtraError, UsageError
from kg.wikipathways.overlap import OverlapRow
from kg.write import open_target

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png")
_PARTS = (
    ("only in figures", "only_in_figures", "#d95f02"),
    ("in both", "in_both", "#7570b3"),
    ("only in pathways", "only_in_pathways", "#1b9e77"),
)
_LEVELS = {
    "strict": "official symbols",
    "synonyms": "+ aliases, previous symbols",
    "all": "+ families",
}
_DOTS_PER_INCH = 150


def check_picture(path: Path) -> None:
    """Raise UsageError for a file of another ending, MissingExtraError without matplotlib."""
    if path.suffix not in FORMATS:
        hint = f"name it {' or '.join(FORMATS)}"
        raise UsageError(f"{path.name!r} names no picture that can be drawn", hint=hint)
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        raise MissingExtraError("matplotlib", "plots") from None


def plot_overlap(rows: Sequence[OverlapRow], path: Path, title: str = "") -> None:
    """Write a picture of the rows of one organism, SVG or PNG by the name of the file.

    Raises as `check_picture` does.
    """
    check_picture(path)
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "pfocr-kg", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.5, 0.7 * len(rows) + 1.4), layout="constrained")
        _draw(figure, rows, title)
        with open_target(str(path)) as target:
            metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
            figure.savefig(target, format=path.suffix[1:], dpi=_DOTS_PER_INCH, metadata=metadata)


def _draw(figure: Figure, rows: Sequence[OverlapRow], title: str) -> None:
    axes = figure.subplots()
    labels = [_LEVELS.get(row.strictness, row.strictness) for row in rows]
    starts = [0] * len(rows)
    for name, field, colour in _PARTS:
        widths = [getattr(row, field) for row in rows]
        bars = axes.barh(labels, widths, left=starts, label=name, color=colour, height=0.6)
        axes.bar_label(bars, [f"{width:,}" for width in widths], label_type="center", color="white")
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("genes")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(_PARTS), frameon=False, title=title)
