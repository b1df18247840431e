"""The shortest ways from one gene to another, with the figures that show each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple, cast

import networkx as nx
import numpy as np

from kg.network.nodes import Graph, require_node
from kg.network.sets import GeneSets


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a path: how many figures show both genes, and the figids of some.

    Figures with fewer genes come first: they say most about the two.
    """

    left: str
    right: str
    count: int
    npmi: float
    figures: tuple[str, ...]


class GenePath(NamedTuple):
    """A path: its nodes, the least npmi of its steps, and the steps."""

    nodes: tuple[str, ...]
    weakest: float
    steps: tuple[Step, ...]

    def as_dict(self, graph: Graph) -> dict[str, Any]:
        """Return plain values, with the labels of nodes."""
        labels = [graph.nodes[node]["label"] for node in self.nodes]
        steps = [asdict(step) for step in self.steps]
        return {"genes": labels, "nodes": self.nodes, "weakest": self.weakest, "steps": steps}


def shortest_paths(
    graph: Graph, sets: GeneSets, start: str, end: str, *, top: int = 5, evidence: int = 3
) -> list[GenePath]:
    """Return the `top` shortest paths between two genes of a gene network (none: no path).

    All have as few steps as can be; the one whose weakest step is the strongest comes first.
    Raises UsageError where one of the genes is not in the network.
    """
    for node in (start, end):
        require_node(graph, node)
    rows = {f"ncbigene:{entrez}": row for row, entrez in enumerate(sets.index.entrez.tolist())}
    return [
        GenePath(nodes, weakest, tuple(_steps(graph, sets, rows, nodes, evidence)))
        for weakest, nodes in _strongest(graph, start, end, top)
    ]


def _strongest(graph: Graph, start: str, end: str, top: int) -> list[tuple[float, tuple[str, ...]]]:
    """Return the best of all shortest paths, without listing all.

    Level by level away from the start, only the `top` best ways to each node are kept: what
    makes a way the best to a node makes it the best beyond it.
    """
    before = cast("dict[str, list[str]]", nx.predecessor(graph, start))
    if end not in before:
        return []
    levels = [[end]]
    while start not in levels[-1]:
        levels.append(sorted({node for known in levels[-1] for node in before[known]}))
    best: dict[str, list[tuple[float, tuple[str, ...]]]] = {start: [(1.0, (start,))]}
    for level in levels[-2::-1]:
        for node in level:
            ways = (
                (min(weakest, graph[last][node]["npmi"]), (*nodes, node))
                for last in before[node]
                for weakest, nodes in best.get(last, ())
            )
            best[node] = sorted(ways, key=lambda way: (-way[0], way[1]))[:top]
    return best[end]


def _steps(
    graph: Graph, sets: GeneSets, rows: dict[str, int], nodes: tuple[str, ...], evidence: int
) -> Iterator[Step]:
    for left, right in pairwise(nodes):
        figures = np.intersect1d(
            sets.figures_of(rows[left]), sets.figures_of(rows[right]), assume_unique=True
        )
        smallest = figures[np.argsort(sets.sizes[figures], kind="stable")][:evidence]
        edge = graph[left][right]
        figids = tuple(sets.index.figid[figure] for figure in smallest.tolist())
        yield Step(left, right, edge["count"], edge["npmi"], figids)
