"""Networks as networkx graphs: of genes, figures, papers and families.

Nodes are CURIEs (`ncbigene:7157`, `fplx:AKT`), figids and PMC numbers; each has a `kind` and a
`label`. An edge's `weight` is what its kind of network measures nearness by. Nodes and edges stand
in the order of the index: the same data and options give the same graph, and with it the same
seeded layouts and communities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from heapq import heapify, heappop, heappush
from urllib.parse import unquote

import numpy as np

from kg.network.comention import Filter, GenePairs, comention
from kg.network.index import STRICTNESS, Index
from kg.network.nodes import Graph, Node, figure_nodes, gene_nodes, paper_nodes, require_node
from kg.network.sets import gene_sets
from kg.network.similar import find_similar
from kg.network.strongest import Similar
from kg.network.taxa import find_taxon
from kg.terms import compress, iri

_DECIMALS = 6


def gene_network(
    index: Index,
    *,
    strictness: str = "synonyms",
    organism: str = "human",
    by_paper: bool = False,
    keep: Filter | None = None,
) -> Graph:
    """Return which genes are shown together: edges with `count`, `npmi`, `p` and `q`.

    The weight is the normalised pointwise mutual information. At strictness `all`, a family's
    members are shown together wherever its name stands; `synonyms` has only genes that stand
    there themselves.

    >>> graph = gene_network(open_index("pfocr.ttl"))  # doctest: +SKIP
    """
    sets = gene_sets(index, strictness, find_taxon(index, organism))
    pairs = comention(sets, keep, by_paper=by_paper)
    graph = Graph(kind="genes", weight="npmi", strictness=strictness, by_paper=by_paper)
    said = {"count": pairs.counts, "npmi": pairs.npmi, "p": pairs.p, "q": pairs.q}
    _add_pairs(graph, pairs, said, partial(gene_nodes, sets))
    return graph


def figure_network(
    index: Index,
    *,
    strictness: str = "synonyms",
    organism: str = "human",
    cosine: float = 0.5,
    shared: int = 3,
    neighbours: int = 10,
) -> Graph:
    """Return which figures show nearly the same genes: edges with `cosine` and `shared`.

    An edge is among the `neighbours` strongest of either of its figures. The weight is the
    cosine, genes weighted by inverse frequency.
    """
    sets = gene_sets(index, strictness, find_taxon(index, organism))
    graph = Graph(kind="figures", weight="cosine", strictness=strictness)
    pairs = find_similar(
        sets.matrix, sets.weights, cosine=cosine, shared=shared, neighbours=neighbours
    )
    said = {"cosine": pairs.cosine, "shared": pairs.shared}
    _add_pairs(graph, pairs, said, partial(figure_nodes, sets))
    return graph


def paper_network(
    index: Index,
    *,
    strictness: str = "synonyms",
    organism: str = "human",
    cosine: float = 0.5,
    shared: int = 3,
    neighbours: int = 10,
) -> Graph:
    """Return which papers show nearly the same genes in their figures, as `figure_network`."""
    sets = gene_sets(index, strictness, find_taxon(index, organism))
    graph = Graph(kind="papers", weight="cosine", strictness=strictness)
    pairs = find_similar(
        sets.by_paper, sets.weights, cosine=cosine, shared=shared, neighbours=neighbours
    )
    said = {"cosine": pairs.cosine, "shared": pairs.shared}
    _add_pairs(graph, pairs, said, partial(paper_nodes, sets))
    return graph


def _add_pairs(
    graph: Graph,
    pairs: GenePairs | Similar,
    said: dict[str, np.ndarray],
    nodes: Callable[[list[int]], list[Node]],
) -> None:
    """Add pairs of rows with their nodes; one of the columns of what is said is the weight."""
    rows = np.union1d(pairs.left, pairs.right).tolist()
    names = _add(graph, rows, nodes(rows))
    weight = graph.graph["weight"]
    rounded = {**said, weight: said[weight].round(_DECIMALS)}
    told = {"weight": rounded[weight], **rounded}
    columns = (column.tolist() for column in (pairs.left, pairs.right, *told.values()))
    graph.add_edges_from(
        (names[a], names[b], dict(zip(told, values, strict=True)))
        for a, b, *values in zip(*columns, strict=True)
    )


def _add(graph: Graph, rows: list[int], nodes: list[Node]) -> dict[int, str]:
    """Add nodes that stand for rows of the index; return the name of each row's."""
    graph.add_nodes_from(nodes)
    return {row: name for row, (name, _) in zip(rows, nodes, strict=True)}


def bipartite_network(
    index: Index, *, strictness: str = "synonyms", organism: str = "human"
) -> Graph:
    """Return which figure shows which gene: edges with the strictest `level` at which it does.

    `bipartite` is 0 for figures and 1 for genes, as networkx's functions want it.
    """
    sets = gene_sets(index, strictness, find_taxon(index, organism))
    graph = Graph(kind="bipartite", strictness=strictness)
    rows = np.flatnonzero(sets.sizes).tolist()
    figures = _add(graph, rows, figure_nodes(sets, rows, bipartite=0))
    rows = np.flatnonzero(sets.figure_counts).tolist()
    genes = _add(graph, rows, gene_nodes(sets, rows, bipartite=1))
    is_shown = index.shown_level <= STRICTNESS.index(strictness) + 1
    columns = (index.shown_figure, index.shown_gene, index.shown_level)
    graph.add_edges_from(
        (figures[figure], genes[gene], {"level": STRICTNESS[level - 1]})
        for figure, gene, level in zip(*(c[is_shown].tolist() for c in columns), strict=True)
        if gene in genes
    )
    return graph


def family_network(index: Index, *, organism: str = "human") -> Graph:
    """Return which gene is in which family, as the figures' lexicons expand it.

    `figures` counts those that show the family by its name. `bipartite` is 0 for families.
    """
    sets = gene_sets(index, "all", find_taxon(index, organism))
    graph = Graph(kind="families")
    members = [pair for pair in index.family_members.tolist() if sets.figure_counts[pair[1]]]
    rows = sorted({gene for _, gene in members})
    families = [compress(iri(name)) for name in index.family]
    counts = np.bincount(index.figure_families[:, 1], minlength=len(families)).tolist()
    shown = {family for family, _ in members}
    for row in sorted(shown):
        label = unquote(families[row].partition(":")[2])
        about = {"kind": "family", "label": label, "figures": counts[row], "bipartite": 0}
        graph.add_node(families[row], **about)
    genes = _add(graph, rows, gene_nodes(sets, rows, bipartite=1))
    graph.add_edges_from((families[family], genes[gene]) for family, gene in members)
    return graph


NETWORKS: dict[str, Callable[..., Graph]] = {
    "genes": gene_network,
    "figures": figure_network,
    "papers": paper_network,
    "bipartite": bipartite_network,
    "families": family_network,
}
"""The kinds of network, with the function of each."""


def neighbourhood(graph: Graph, centres: Iterable[str]) -> Graph:
    """Return the part of a graph that has these nodes, their neighbours, and edges among them.

    Raises UsageError where one is not in the graph.
    """
    kept: set[str] = set()
    for centre in centres:
        require_node(graph, centre)
        kept.update([centre, *graph[centre]])
    return part_of(graph, kept)


def leading(graph: Graph, count: int) -> Graph:
    """Return the part of a graph that has the `count` nodes that hold together most.

    The node with the least total weight among those that are left is taken away, again and again.
    The heaviest nodes of the whole might not be joined at all: those of two kinds never are.
    """
    left = {node: float(weight) for node, weight in graph.degree(weight="weight")}
    weakest = [(weight, node) for node, weight in left.items()]
    heapify(weakest)
    while len(left) > count:
        weight, node = heappop(weakest)
        if left.get(node) != weight:
            continue
        del left[node]
        for other, edge in graph[node].items():
            if other in left:
                left[other] -= edge.get("weight", 1.0)
                heappush(weakest, (left[other], other))
    return part_of(graph, set(left))


def part_of(graph: Graph, nodes: set[str]) -> Graph:
    """Return the part of a graph that has these nodes, in the order of the whole.

    networkx's `subgraph` has them in the order of the set, another in each process.
    """
    part = Graph(**graph.graph)
    part.add_nodes_from((node, data) for node, data in graph.nodes.data() if node in nodes)
    edges = graph.edges(part, data=True)
    part.add_edges_from((a, b, data) for a, b, data in edges if a in nodes and b in nodes)
    return part
