"""Networks: counts, measures and paths against plain definitions."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control, hypergeom

from kg.errors import UsageError
from kg.network import ANY, Index, gene_sets, open_index
from kg.network.comention import Filter, comention, count_pairs
from kg.network.graphs import (
    NETWORKS,
    bipartite_network,
    family_network,
    figure_network,
    gene_network,
    leading,
    neighbourhood,
    paper_network,
)
from kg.network.measure import add_centralities, add_communities
from kg.network.nodes import Graph
from kg.network.paths import shortest_paths
from kg.network.similar import find_similar
from kg.network.strongest import Similar, strongest

LOOSE = Filter(count=1, npmi=-1, q=1)


def matrix_of(rows: list[set[int]], width: int) -> csr_array:
    dense = np.zeros((len(rows), width), dtype=np.float32)
    for row, members in enumerate(rows):
        dense[row, sorted(members)] = 1
    return csr_array(dense)


# Co-mention


@given(st.lists(st.sets(st.integers(0, 9)), max_size=20), st.integers(1, 3))
def test_pairs_are_counted(rows: list[set[int]], minimum: int) -> None:
    expected = Counter(pair for members in rows for pair in combinations(sorted(members), 2))
    left, right, counts = count_pairs(matrix_of(rows, 10), minimum)
    got = dict(zip(zip(left.tolist(), right.tolist(), strict=True), counts.tolist(), strict=True))
    assert got == {pair: count for pair, count in expected.items() if count >= minimum}
    assert list(got) == sorted(got)


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)  # noqa: S311 - any figures will do
    matrix = matrix_of([set(rng.sample(range(50), 6)) for _ in range(80)], 50)
    whole = count_pairs(matrix)
    monkeypatch.setattr("kg.network.comention._BLOCK", 7)
    for column, again in zip(whole, count_pairs(matrix), strict=True):
        assert np.array_equal(column, again)


def test_measures_are_those_of_the_definitions(index: Index) -> None:
    sets = gene_sets(index, "all")
    pairs = comention(sets, LOOSE)
    total, shown = sets.figure_count, sets.figure_counts
    number = sets.gene_count * (sets.gene_count - 1) // 2
    assert len(pairs.left) > 1000
    p = hypergeom.sf(pairs.counts - 1, total, shown[pairs.left], shown[pairs.right])
    np.testing.assert_allclose(pairs.p, p, rtol=1e-9)
    q = false_discovery_control([*p, *[1.0] * (number - len(p))])[: len(p)]
    np.testing.assert_allclose(pairs.q, q, rtol=1e-9)
    for row in range(0, len(p), 97):
        both = pairs.counts[row] / total
        left, right = (shown[side[row]] / total for side in (pairs.left, pairs.right))
        npmi = math.log(both / (left * right)) / -math.log(both)
        assert pairs.npmi[row] == pytest.approx(npmi)


def test_always_together_is_one(index: Index) -> None:
    pairs = comention(gene_sets(index, "all"), LOOSE)
    assert pairs.npmi.max() == pytest.approx(1)
    assert pairs.npmi.min() >= -1


def test_filter_keeps_what_passes(index: Index) -> None:
    sets = gene_sets(index, "all")
    everything = comention(sets, LOOSE)
    strict = comention(sets, Filter(count=2, npmi=0.3, q=1))
    passes = (everything.counts >= 2) & (everything.npmi >= 0.3)
    assert set(zip(strict.left, strict.right, strict=True)) == set(
        zip(everything.left[passes], everything.right[passes], strict=True)
    )
    bound = float(np.median(strict.q))
    kept = comention(sets, Filter(count=2, npmi=0.3, q=bound))
    assert len(kept.q) == np.count_nonzero(strict.q <= bound) > 0


def test_papers_are_counted_once(make_page: Callable[..., Path], tmp_path: Path) -> None:
    from kg.build import build
    from kg.write import parse_output

    row = {"word": "a", "source": "hgnc_symbol", "hgnc_symbol": "SRC"}
    genes = [{**row, "symbol": "SRC", "entrez": "6714"}, {**row, "symbol": "AR", "entrez": "367"}]
    for figid in ("PMC1__f1", "PMC1__f2", "PMC2__f1"):
        folder = make_page(figid=figid, pmcid=figid.partition("__")[0], genes=genes)
    build([folder], [parse_output(str(tmp_path / "x.nt"))], workers=1)
    index = open_index(tmp_path / "x.nt")
    by_figure = gene_network(index, keep=LOOSE)
    by_paper = gene_network(index, keep=LOOSE, by_paper=True)
    assert by_figure.edges["ncbigene:367", "ncbigene:6714"]["count"] == 3
    assert by_paper.edges["ncbigene:367", "ncbigene:6714"]["count"] == 2


# Similarity


@given(
    st.lists(st.sets(st.integers(0, 7)), max_size=15),
    st.sampled_from([0.2, 0.5, 0.8, 1.0]),
    st.integers(1, 3),
)
def test_similar_pairs_are_all_found(rows: list[set[int]], cosine: float, shared: int) -> None:
    weights = np.log1p(np.arange(8, 0, -1))
    found = find_similar(matrix_of(rows, 8), weights, cosine=cosine, shared=shared)
    assert _as_dict(found) == _similar(rows, cosine=cosine, shared=shared)
    assert list(_as_dict(found)) == sorted(_as_dict(found))


def _similar(
    rows: list[set[int]], *, cosine: float, shared: int
) -> dict[tuple[int, int], tuple[Any, int]]:
    """Compare all with all, as the definition says."""
    weights = np.log1p(np.arange(8, 0, -1))
    expected = {}
    for left, right in combinations(range(len(rows)), 2):
        both = rows[left] & rows[right]
        lengths = [math.sqrt(sum(weights[g] ** 2 for g in rows[side])) for side in (left, right)]
        if len(both) >= shared:
            near = sum(weights[g] ** 2 for g in both) / (lengths[0] * lengths[1])
            if near >= cosine - 1e-12:
                expected[left, right] = (pytest.approx(near, abs=1e-9), len(both))
    return expected


def _as_dict(pairs: Similar) -> dict[tuple[int, int], tuple[float, int]]:
    columns = (column.tolist() for column in pairs)
    return {(a, b): (near, both) for a, b, near, both in zip(*columns, strict=True)}


@given(st.lists(st.sets(st.integers(0, 7)), max_size=25), st.integers(1, 3))
def test_strongest_are_the_same_found_in_small_blocks(
    rows: list[set[int]], neighbours: int
) -> None:
    matrix, weights = matrix_of(rows, 8), np.log1p(np.arange(8, 0, -1))
    expected = strongest(find_similar(matrix, weights, cosine=0.3, shared=1), neighbours)
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("_BLOCK_PRODUCTS", "_BLOCK_PAIRS", "_MOST_PAIRS"):
            patch.setattr(f"kg.network.similar.{limit}", 3)
        found = find_similar(matrix, weights, cosine=0.3, shared=1, neighbours=neighbours)
    assert [column.tolist() for column in found] == [column.tolist() for column in expected]


@given(st.lists(st.sampled_from([{0, 1}, {0, 1, 2}, {1, 2, 3}, {5}, set()]), max_size=25))
@pytest.mark.parametrize("shared", [1, 2, 3])
@pytest.mark.parametrize("neighbours", [None, 1, 2, 5])
def test_copies_are_as_near_as_if_each_were_compared(
    neighbours: int | None, shared: int, rows: list[set[int]]
) -> None:
    expected = _similar(rows, cosine=0.5, shared=shared)
    if neighbours is not None:
        expected = {pair: expected[pair] for pair in _strongest(expected, neighbours)}
    weights = np.log1p(np.arange(8, 0, -1))
    found = find_similar(
        matrix_of(rows, 8), weights, cosine=0.5, shared=shared, neighbours=neighbours
    )
    assert _as_dict(found) == expected
    assert list(_as_dict(found)) == sorted(expected)


def _strongest(pairs: dict[tuple[int, int], Any], count: int) -> set[tuple[int, int]]:
    kept = set()
    for row in {row for pair in pairs for row in pair}:
        mine = [pair for pair in pairs if row in pair]
        mine.sort(key=lambda pair: (-pairs[pair][0].expected, sum(pair) - row))
        kept.update(mine[:count])
    return kept


def test_strongest_neighbours_of_either_side() -> None:
    pairs = Similar(
        np.array([0, 0, 0, 1]), np.array([1, 2, 3, 2]), np.array([0.9, 0.8, 0.7, 0.6]), np.ones(4)
    )
    kept = strongest(pairs, 1)
    assert list(zip(kept.left, kept.right, strict=True)) == [(0, 1), (0, 2), (0, 3)]
    assert len(strongest(pairs, 2).left) == 4
    assert len(strongest(Similar(*(np.empty(0, dtype=int),) * 4), 3).left) == 0


# Graphs


def test_gene_network(index: Index, genes: Graph) -> None:
    sets = gene_sets(index, "synonyms")
    assert genes.nodes["ncbigene:6714"] == {
        "kind": "gene",
        "label": "SRC",
        "figures": int(sets.figure_counts[index.entrez.tolist().index(6714)]),
        "taxon": 9606,
    }
    edge = genes.edges["ncbigene:660", "ncbigene:6714"]
    assert set(edge) == {"weight", "count", "npmi", "p", "q"}
    assert edge["weight"] == edge["npmi"]
    assert type(edge["count"]) is int
    assert genes.graph["weight"] == "npmi"


def test_figure_and_paper_networks(index: Index) -> None:
    figures = figure_network(index, strictness="all", organism="any", cosine=0.01, shared=1)
    assert len(figures) > 2
    for left, right, data in figures.edges(data=True):
        assert 0.01 <= data["cosine"] == data["weight"] <= 1
        assert data["shared"] >= 1
        assert figures.nodes[left]["kind"] == figures.nodes[right]["kind"] == "figure"
    papers = paper_network(index, strictness="all", organism="any", cosine=0.01, shared=1)
    assert {data["kind"] for _, data in papers.nodes(data=True)} == {"paper"}
    assert {figid.partition("__")[0] for figid in figures} == set(papers)


def test_bipartite_network(index: Index) -> None:
    graph = bipartite_network(index, strictness="synonyms", organism="any")
    sets = gene_sets(index, "synonyms", ANY)
    assert graph.number_of_edges() == sets.matrix.nnz
    tops = {node for node, data in graph.nodes(data=True) if data["bipartite"] == 0}
    assert nx.bipartite.is_bipartite_node_set(graph, tops)
    assert graph.edges["PMC100003__mb2410470011", "ncbigene:6714"] == {"level": "strict"}
    assert graph.edges["PMC100003__mb2410470011", "ncbigene:660"] == {"level": "synonyms"}
    human = bipartite_network(index, strictness="strict")
    assert human.number_of_edges() == gene_sets(index, "strict").matrix.nnz


def test_family_network(index: Index) -> None:
    graph = family_network(index)
    assert sorted(graph["fplx:RAF"]) == ["ncbigene:369", "ncbigene:5894", "ncbigene:673"]
    assert graph.nodes["fplx:RAF"]["label"] == "RAF"
    assert graph.nodes["fplx:RAF"]["figures"] >= 1


def _held_together(graph: Graph, count: int) -> set[str]:
    """Take the weakest node away until so many are left, as one would write it down."""
    left = graph.copy()
    while len(left) > count:
        degrees = {node: round(left.degree(node, weight="weight"), 9) for node in left}
        left.remove_node(min(left, key=lambda node: (degrees[node], node)))
    return set(left)


def test_leading_nodes_of_two_kinds_are_joined(index: Index) -> None:
    families = NETWORKS["families"](index)
    assert {data["kind"] for _, data in families.nodes.data()} == {"family", "gene"}
    assert leading(families, 12).number_of_edges() >= 9


def test_parts_of_a_network(genes: Graph) -> None:
    part = neighbourhood(genes, ["ncbigene:6714"])
    assert set(part) == {"ncbigene:6714", *genes["ncbigene:6714"]}
    assert part.number_of_edges() == genes.subgraph(part).number_of_edges()
    assert part.graph == genes.graph
    best = leading(genes, 10)
    assert list(best) == [node for node in genes if node in best]
    assert set(best) == _held_together(genes, 10)
    with pytest.raises(UsageError, match="'ncbigene:1' is not in the network\nhint: loosen"):
        neighbourhood(genes, ["ncbigene:1"])


def test_measures_are_the_same_each_time(genes: Graph) -> None:
    first, again = genes.copy(), genes.copy()
    for graph in (first, again):
        add_centralities(graph)
        communities = add_communities(graph, seed=3)
    assert dict(first.nodes(data=True)) == dict(again.nodes(data=True))
    assert sum(map(len, communities)) == len(genes)
    sizes = Counter(data["community"] for _, data in first.nodes(data=True))
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True) or len(sizes) > 1
    assert sizes[1] == max(sizes.values())
    data = first.nodes["ncbigene:6714"]
    assert data["degree"] == genes.degree("ncbigene:6714")
    assert data["strength"] == pytest.approx(genes.degree("ncbigene:6714", weight="weight"))
    assert sum(d["pagerank"] for _, d in first.nodes(data=True)) == pytest.approx(1)
    empty = Graph()
    add_centralities(empty)
    assert add_communities(empty) == []


# Paths


@given(st.integers(0, 10_000))
def test_shortest_paths_are_the_best_of_all(seed: int) -> None:
    graph = nx.gnp_random_graph(9, 0.3, seed=seed)
    rng = random.Random(seed)  # noqa: S311 - any weights will do
    named = nx.relabel_nodes(graph, {node: f"ncbigene:{node + 1}" for node in graph})
    for left, right in named.edges:
        named.edges[left, right].update(npmi=rng.choice([0.1, 0.2, 0.5, 0.9]), count=1)
    numbered = SimpleNamespace(
        index=SimpleNamespace(entrez=np.arange(1, 10)),
        figures_of=lambda _: np.empty(0, dtype=int),
        sizes=np.empty(0, dtype=int),
    )
    found = shortest_paths(named, numbered, "ncbigene:1", "ncbigene:9", top=3)  # type: ignore[arg-type] # given as a caller without types would
    if not nx.has_path(named, "ncbigene:1", "ncbigene:9"):
        assert found == []
        return
    expected = sorted(
        (-min(named.edges[step]["npmi"] for step in pairwise(path)), tuple(path))
        for path in nx.all_shortest_paths(named, "ncbigene:1", "ncbigene:9")
    )[:3]
    assert [(-path.weakest, path.nodes) for path in found] == expected


def test_path_has_figures_as_evidence(index: Index, genes: Graph) -> None:
    sets = gene_sets(index, "synonyms")
    (path,) = shortest_paths(genes, sets, "ncbigene:660", "ncbigene:6714", top=1)
    (step,) = path.steps
    assert step.figures == ("PMC100003__mb2410470011",)
    assert step.count == 1
    assert path.as_dict(genes)["genes"] == ["BMX", "SRC"]
    with pytest.raises(UsageError, match="'ncbigene:1' is not in the network"):
        shortest_paths(genes, sets, "ncbigene:1", "ncbigene:6714")
