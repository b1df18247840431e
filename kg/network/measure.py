"""What the structure of a network says of its nodes: centralities and communities."""

from __future__ import annotations

import networkx as nx

from kg.network.nodes import Graph

_EXACT_NODES = 500
_SAMPLES = 200


def add_centralities(graph: Graph, seed: int = 1) -> None:
    """Give each node its `degree`, `strength`, `pagerank` and `betweenness`.

    Strength is the sum of the weights of a node's edges. Betweenness counts steps, not weights;
    of networks with more than 500 nodes it is estimated from 200 nodes, chosen by the seed.
    """
    strength = {node: float(sum_) for node, sum_ in graph.degree(weight="weight")}
    samples = None if len(graph) <= _EXACT_NODES else _SAMPLES
    values: dict[str, dict[str, float]] = {
        "degree": dict(graph.degree()),
        "strength": strength,
        "pagerank": nx.pagerank(graph, weight="weight") if len(graph) else {},
        "betweenness": nx.betweenness_centrality(graph, k=samples, seed=seed),
    }
    for name, value in values.items():
        nx.set_node_attributes(graph, value, name)


def add_communities(graph: Graph, seed: int = 1, resolution: float = 1.0) -> list[set[str]]:
    """Give each node its `community`, found by Louvain's method; return them, the largest first.

    They are numbered from 1. The seed decides which of several good divisions it is.
    """
    found = nx.community.louvain_communities(
        graph, weight="weight", resolution=resolution, seed=seed
    )
    found.sort(key=lambda nodes: (-len(nodes), min(nodes)))
    for number, nodes in enumerate(found, start=1):
        for node in nodes:
            graph.nodes[node]["community"] = number
    return found
