"""Write a network in the form that the name of a file tells."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import IO

from kg.errors import UsageError
from kg.export.cytoscape import write_cx2, write_cyjs
from kg.export.graphml import columns_of, write_gexf, write_graphml
from kg.export.picture import draw
from kg.network.nodes import Graph

Write = Callable[..., None]


def write_tsv(graph: Graph, target: IO[bytes]) -> None:
    """Write edges as a table: both nodes, their labels, and what is said of the edge."""
    columns = columns_of(data for *_, data in graph.edges.data())
    _put_row(target, ["source", "target", "source_label", "target_label", *columns])
    labels = {node: data.get("label", node) for node, data in graph.nodes.data()}
    for left, right, data in graph.edges.data():
        cells = (data.get(name, "") for name in columns)
        _put_row(target, [left, right, labels[left], labels[right], *map(str, cells)])


def _put_row(target: IO[bytes], cells: list[str]) -> None:
    target.write("\t".join(" ".join(cell.split()) for cell in cells).encode() + b"\n")


FORMATS: dict[str, Write] = {
    ".graphml": write_graphml,
    ".gexf": write_gexf,
    ".cx2": write_cx2,
    ".tsv": write_tsv,
    ".cyjs": write_cyjs,
    ".svg": partial(draw, format="svg"),
    ".png": partial(draw, format="png"),
}
"""The forms of a network by file extension."""

_LAID_OUT = (".cx2", ".svg", ".png")


def network_writer(path: str, seed: int = 1) -> Write:
    """Return what writes a network to a file of this name, `.gz` aside; else raise UsageError.

    The seed is that of the layout, where there is one.
    """
    extension = PurePath(path.removesuffix(".gz")).suffix.lower()
    if extension not in FORMATS:
        raise UsageError(
            f"the format of {path!r} can't be told from its name",
            hint=f"known: {', '.join(FORMATS)} (and .gz)",
        )
    write = FORMATS[extension]
    return partial(write, seed=seed) if extension in _LAID_OUT else write
