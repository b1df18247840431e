"""Pictures of networks, SVG or PNG, in which each label can be read."""

from __future__ import annotations

import warnings
from textwrap import wrap
from typing import IO, Any

import numpy as np

from kg.errors import MissingExtraError, UsageError
from kg.export.layout import lay_out, spread
from kg.network.nodes import Graph

MOST_NODES = 100
_INCHES = 11.0
_INCHES_OF_ONE = 1.4
_MARGIN_INCHES = 0.6
_FONT_POINTS = 9.0
_CHAR_INCHES = 0.092
_LINE_INCHES = 0.16
_LABEL_CHARS, _LABEL_LINES = 20, 3
_COLOURS = (
    *("#9ec3e6", "#f5c08a", "#a8d5a2", "#e8a3a3", "#c9b3e0"),
    *("#d3bfae", "#f0b7d8", "#c4c9ce", "#dcdc94", "#9bdbe0"),
)
_INK, _LINE = "#1f2933", "#8895a3"


def draw(graph: Graph, target: IO[bytes], format: str, seed: int = 1) -> None:
    """Draw a network: circles sized by degree, coloured by community or kind, lines by weight.

    `format` is `svg` or `png`. Raises UsageError for more than a hundred nodes.
    """
    if len(graph) > MOST_NODES:
        raise UsageError(
            f"a network of {len(graph):,} nodes can't be read in a picture",
            hint=f"keep the strongest with --nodes {MOST_NODES}, or the part --around a gene",
        )
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("matplotlib", "plots") from None
    labels = {node: _label(str(data.get("label", node))) for node, data in graph.nodes.data()}
    places = _inches(graph, labels, seed)
    settings: Any = {"svg.hashsalt": "kg", "svg.fonttype": "none", "font.family": "DejaVu Sans"}
    with mpl.rc_context(settings), warnings.catch_warnings():
        # The viewer of an SVG may have a font with what ours lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        margin = _margin(labels)
        corner = np.max([*places.values(), np.zeros(2)], axis=0)
        width, height = corner + margin
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(0, height))
        axes.axis("off")
        if graph.number_of_edges():
            _draw_edges(axes, graph, places)
        if places:
            _draw_nodes(axes, graph, places)
            _draw_labels(axes, places, labels)
        metadata: dict[str, Any] = {"Date": None} if format == "svg" else {"Software": None}
        figure.savefig(target, format=format, dpi=120, metadata=metadata)


def _label(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return "\n".join(wrap(shown, _LABEL_CHARS, max_lines=_LABEL_LINES, placeholder="…"))


def _inches(graph: Graph, labels: dict[str, str], seed: int) -> dict[str, np.ndarray]:
    """Return the places of nodes in inches from the lower left, labels apart from each other."""
    if not len(graph):
        return {}
    laid_out = lay_out(graph, seed)
    boxes = np.array([_box(label) for label in labels.values()])
    width = min(_INCHES, _INCHES_OF_ONE * len(graph) ** 0.5)
    stretch = np.array([np.clip(np.median(boxes[:, 0]) / _INCHES_OF_ONE * 2, 1, 2), 1])
    places = np.array([laid_out[node] for node in graph]) * width / 2 * stretch
    places = spread(places, np.maximum(boxes, 2.2 * _radii(graph)[:, None]))
    return dict(zip(graph, places + _margin(labels) - places.min(axis=0), strict=True))


def _box(label: str) -> tuple[float, float]:
    lines = label.split("\n")
    return max(map(len, lines)) * _CHAR_INCHES, (len(lines) + 0.5) * _LINE_INCHES


def _margin(labels: dict[str, str]) -> tuple[float, float]:
    """Return the space that a label at the edge needs, on either side, and above and below."""
    widest = max((_box(label)[0] for label in labels.values()), default=0.0)
    return max(widest / 2 + 0.1, _MARGIN_INCHES), _MARGIN_INCHES


def _radii(graph: Graph) -> np.ndarray:
    """Return the radius of each node, in inches."""
    degrees = np.array([degree for _, degree in graph.degree()], dtype=float)
    radii: np.ndarray = 0.1 + 0.2 * np.sqrt(degrees / max(degrees.max(), 1.0))
    return radii


def _draw_edges(axes: Any, graph: Graph, places: dict[str, np.ndarray]) -> None:
    from matplotlib.collections import LineCollection

    weights = np.array([float(data.get("weight", 0.5)) for *_, data in graph.edges.data()])
    low, high = weights.min(), weights.max()
    shares = (weights - low) / (high - low) if high > low else np.full(len(weights), 0.5)
    thinness = min(1.0, 2.5 * (len(graph) / len(weights)) ** 0.5)
    lines = LineCollection(
        [(places[left], places[right]) for left, right in graph.edges()],
        linewidths=(0.5 + 2 * shares) * thinness,
        alpha=(0.25 + 0.45 * shares) * thinness,
        colors=_LINE,
        zorder=1,
    )
    axes.add_collection(lines)


def _draw_nodes(axes: Any, graph: Graph, places: dict[str, np.ndarray]) -> None:
    from matplotlib.collections import EllipseCollection

    groups = [data.get("community", data.get("bipartite", 0)) for _, data in graph.nodes.data()]
    order = {group: number for number, group in enumerate(sorted(set(groups)))}
    widths = 2 * _radii(graph)
    circles = EllipseCollection(
        widths,
        widths,
        np.zeros(len(widths)),
        units="xy",
        offsets=list(places.values()),
        offset_transform=axes.transData,
        facecolors=[_COLOURS[order[group] % len(_COLOURS)] for group in groups],
        edgecolors="white",
        linewidths=1,
        zorder=2,
    )
    axes.add_collection(circles)


def _draw_labels(axes: Any, places: dict[str, np.ndarray], labels: dict[str, str]) -> None:
    """Draw labels as text, not outlines, so that an SVG can be searched."""
    behind = {"boxstyle": "round,pad=0.06", "facecolor": "white", "edgecolor": "none", "alpha": 0.5}
    style = {"fontsize": _FONT_POINTS, "color": _INK, "bbox": behind, "zorder": 3}
    for node, label in labels.items():
        axes.text(*places[node], label, ha="center", va="center", **style)
