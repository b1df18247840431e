"""Bar charts as SVG that stands in a page: no scripts, nothing to fetch."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Bars = Sequence[tuple[str, int]]

_ROW, _LABEL, _NUMBER = 24, 190, 76
_HEIGHT, _FOOT, _HEAD = 180, 24, 22


def bars(values: Bars, width: int = 560, colour: str = "var(--bar)") -> str:
    """Return horizontal bars, one below the other: label, bar, number."""
    most = max((number for _, number in values), default=0) or 1
    room = width - _LABEL - _NUMBER
    rows = []
    for row, (label, number) in enumerate(values):
        y = row * _ROW
        length = max(room * number / most, 1.0 if number else 0.0)
        rows.append(
            f'<text x="{_LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(_cut(label))}</text>'
            f'<rect x="{_LABEL}" y="{y + 4}" width="{length:.1f}" height="{_ROW - 8}" rx="3"'
            f' fill="{colour}"><title>{escape(label)}: {number:,}</title></rect>'
            f'<text class="number" x="{_LABEL + length + 6:.1f}" y="{y + 16}">{number:,}</text>'
        )
    return _svg(width, max(len(values), 1) * _ROW, "".join(rows))


def columns(values: Bars, width: int = 560, colour: str = "var(--bar)") -> str:
    """Return vertical bars side by side; as many labels as there is room for."""
    most = max((number for _, number in values), default=0) or 1
    step = width / max(len(values), 1)
    shown = max(1, -(-len(values) * 44 // width))
    parts = [f'<line x1="0" x2="{width}" y1="{_HEIGHT}" y2="{_HEIGHT}" class="axis"/>']
    for place, (label, number) in enumerate(values):
        height = (_HEIGHT - _HEAD) * number / most
        x, middle = place * step, (place + 0.5) * step
        parts.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{_HEIGHT - height:.1f}" width="{step * 0.8:.1f}"'
            f' height="{height:.1f}" rx="2" fill="{colour}">'
            f"<title>{escape(label)}: {number:,}</title></rect>"
        )
        if number == most:
            parts.append(_centred(middle, _HEIGHT - height - 6, f"{number:,}", width))
        if place % shown == 0:
            parts.append(_centred(middle, _HEIGHT + 17, label, width))
    return _svg(width, _HEIGHT + _FOOT, "".join(parts))


def _centred(x: float, y: float, text: str, width: int) -> str:
    half = 4.0 * len(text)
    x = min(max(x, half), width - half)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'


def _cut(label: str) -> str:
    return label if len(label) <= 26 else f"{label[:25]}…"


def _svg(width: int, height: int, body: str) -> str:
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">{body}</svg>'
