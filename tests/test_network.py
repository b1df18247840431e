"""Networks: counts and measures against plain definitions, and each file read by its tool."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib.image
import networkx as nx
import numpy as np
import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from ndex2.cx2 import RawCX2NetworkFactory
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control, hypergeom

from kg.errors import UsageError
from kg.export.layout import lay_out, spread
from kg.export.networks import FORMATS, network_writer
from kg.export.picture import draw
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


@pytest.fixture(scope="module")
def index(pages_turtle: Path) -> Index:
    return open_index(pages_turtle)


@pytest.fixture(scope="module")
def genes(index: Index) -> Graph:
    return gene_network(index, keep=Filter(count=1, npmi=0, q=1))


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


# Files


def written(graph: Graph, name: str) -> BytesIO:
    target = BytesIO()
    network_writer(name)(graph, target)
    return BytesIO(target.getvalue())


@pytest.fixture(scope="module")
def awkward() -> Graph:
    """Return a small graph with what trips formats over."""
    graph = Graph(kind="test", weight="npmi")
    labels = ['a "b" <c> & d', "tab\tnew\nline", "β-catenin 漢字 😀", "bell\x07", ""]
    for number, label in enumerate(labels):
        graph.add_node(f"n{number}", label=label, figures=number, share=number / 3, is_odd=True)
    graph.add_edge("n0", "n1", weight=0.5, count=3, p=1e-300)
    graph.add_edge("n1", "n2", weight=1.0, count=1, p=0.25)
    return graph


def plain(graph: Graph) -> tuple[dict[str, object], dict[frozenset[str], object]]:
    """Return nodes and edges; characters that XML can't hold are left out."""
    nodes = {
        node: {k: v.replace("\x07", "") if isinstance(v, str) else v for k, v in data.items()}
        for node, data in graph.nodes(data=True)
    }
    return nodes, {frozenset((a, b)): data for a, b, data in graph.edges(data=True)}


def test_graphml_is_read_by_networkx(awkward: Graph, genes: Graph) -> None:
    for graph in (awkward, genes):
        assert plain(nx.read_graphml(written(graph, "x.graphml"))) == plain(graph)


def test_gexf_is_read_by_networkx(awkward: Graph, genes: Graph) -> None:
    for graph in (awkward, genes):
        again = nx.read_gexf(written(graph, "x.gexf"))
        for *_, data in again.edges(data=True):
            del data["id"]
        assert plain(again) == plain(graph)


def test_cx2_is_read_by_ndex2(awkward: Graph, genes: Graph) -> None:
    for graph in (awkward, genes):
        network = RawCX2NetworkFactory().get_cx2network(json.load(written(graph, "x.cx2")))
        names = {}
        for number, node in network.get_nodes().items():
            data = dict(node["v"])
            names[number] = data.pop("represents")
            data["label"] = data.pop("name")
            assert data == graph.nodes[names[number]]
            assert isinstance(node["x"], float)
        edges = network.get_edges().values()
        assert {frozenset((names[e["s"]], names[e["t"]])) for e in edges} == set(plain(graph)[1])
        for edge in edges:
            assert edge["v"] == graph.edges[names[edge["s"]], names[edge["t"]]]
        assert network.get_network_attributes()["name"] == f"PFOCR: {graph.graph['kind']}"


def test_cyjs_is_read_by_networkx(awkward: Graph, genes: Graph) -> None:
    for graph in (awkward, genes):
        elements = json.load(written(graph, "x.cyjs"))["elements"]
        nodes = {node["data"].pop("id"): node["data"] for node in elements["nodes"]}
        assert nodes == dict(graph.nodes(data=True))
        for edge, (left, right, data) in zip(
            elements["edges"], graph.edges(data=True), strict=True
        ):
            assert edge["data"].pop("id").startswith("e")
            assert edge["data"] == {"source": left, "target": right, **data}


def test_tsv_is_a_table(awkward: Graph) -> None:
    lines = written(awkward, "x.tsv").read().decode().split("\n")
    assert lines == [
        "source\ttarget\tsource_label\ttarget_label\tweight\tcount\tp",
        'n0\tn1\ta "b" <c> & d\ttab new line\t0.5\t3\t1e-300',
        "n1\tn2\ttab new line\tβ-catenin 漢字 😀\t1.0\t1\t0.25",
        "",
    ]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != ".png"])
def test_network_of_nothing(name: str) -> None:
    assert written(Graph(), f"x{name}").read()


@pytest.mark.parametrize("name", list(FORMATS))
def test_files_are_the_same_each_time(awkward: Graph, name: str) -> None:
    assert written(awkward, f"x{name}").read() == written(awkward, f"x{name}").read()


def test_files_are_the_same_in_each_process(pages_turtle: Path, tmp_path: Path) -> None:
    """Strings hash differently in each process, and sets of them have another order."""
    contents = []
    for seed in ("1", "2"):
        outputs = [tmp_path / f"{seed}{name}" for name in (".graphml", ".svg", ".cx2")]
        flags = [str(part) for output in outputs for part in ("-o", output)]
        options = ("--min-count", "1", "--max-q", "1", "--nodes", "60", "--communities")
        subprocess.run(
            [sys.executable, "-m", "kg", "network", "genes", pages_turtle, *flags, *options],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        contents.append([output.read_bytes() for output in outputs])
    assert contents[0] == contents[1]


def test_unknown_extension_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        network_writer("net.xyz")
    assert str(caught.value) == (
        "the format of 'net.xyz' can't be told from its name\n"
        "hint: known: .graphml, .gexf, .cx2, .tsv, .cyjs, .svg, .png (and .gz)"
    )


# Pictures


def test_picture_has_every_label(genes: Graph) -> None:
    part = leading(genes, 100)
    svg = written(part, "x.svg").read().decode()
    assert all(f">{data['label']}<" in svg for _, data in part.nodes(data=True))
    pixels = matplotlib.image.imread(written(part, "x.png"))
    assert pixels.shape[0] > 500
    assert pixels.min() < 0.5 < pixels.mean()


def test_labels_do_not_overlap(genes: Graph) -> None:
    part = leading(genes, 100)
    places = np.array([place for _, place in sorted(lay_out(part).items())]) * 6
    boxes = np.array([(0.7, 0.3)] * len(places))
    apart = np.abs(spread(places, boxes)[:, None] - spread(places, boxes)[None])
    overlap = ((boxes[0] - apart) > 1e-3).all(axis=2)
    assert overlap.sum() == len(places)  # each with itself alone


def test_picture_of_too_many_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        draw(nx.path_graph(101), BytesIO(), "svg")
    assert str(caught.value) == (
        "a network of 101 nodes can't be read in a picture\n"
        "hint: keep the strongest with --nodes 100, or the part --around a gene"
    )


# The command


def test_command_writes_several_files(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    outputs = [tmp_path / f"net{name}" for name in (".graphml", ".tsv", ".svg")]
    flags = [part for output in outputs for part in ("-o", output)]
    options = ("--min-count", "1", "--max-q", "1", "--around", "SRC", "--communities")
    run = run_kg("network", "genes", pages_turtle, *flags, *options, "--centralities")
    assert run.code == 0
    assert " edges\n" in run.stderr
    graph = nx.read_graphml(outputs[0])
    assert set(graph.nodes["ncbigene:6714"]) >= {"community", "pagerank", "betweenness"}
    assert outputs[1].read_text().count("\n") == graph.number_of_edges() + 1
    assert "SRC" in outputs[2].read_text()


def test_command_finds_centres_by_any_name(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    path = tmp_path / "net.graphml.gz"
    for kind, name, node in (
        ("families", "AKT", "fplx:AKT"),
        ("families", "fplx:AKT", "fplx:AKT"),
        ("bipartite", "FAK", "ncbigene:5747"),
        ("bipartite", "PMC100003__mb2410470011", "PMC100003__mb2410470011"),
    ):
        run = run_kg("network", kind, pages_turtle, "-o", path, "--around", name)
        graph = nx.read_graphml(path)
        assert run.code == 0
        assert set(graph) == {node, *graph[node]}
        assert run.stderr.splitlines()[-1].startswith(f"kept: {len(graph)} nodes, ")


def test_layouts_have_the_seed(
    run_kg: Callable[..., Run], pages_turtle: Path, in_folder: Path
) -> None:
    for name in ("x.svg", "x.png", "x.cx2"):
        drawn = set()
        for seed in ("1", "1", "2"):
            run_kg("network", "families", pages_turtle, "-o", name, "--nodes", "40", "--seed", seed)
            drawn.add((in_folder / name).read_bytes())
        assert len(drawn) == 2


def test_picture_without_edges(tmp_path: Path) -> None:
    graph = Graph(kind="genes")
    graph.add_node("ncbigene:1", kind="gene", label="A1BG")
    with (tmp_path / "x.svg").open("wb") as target:
        network_writer("x.svg")(graph, target)
    assert "A1BG" in (tmp_path / "x.svg").read_text()


def test_command_prints_paths(run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    options = ("--min-count", "1", "--max-q", "1", "--path", "BMX", "SRC")
    run = run_kg("network", "genes", pages_turtle, *options)
    first, second = run.stdout.splitlines()
    assert first == "BMX – SRC"
    assert second.startswith("  BMX – SRC: 1 figure, npmi ")
    assert second.endswith(": PMC100003__mb2410470011")
    paths = json.loads(run_kg("network", "genes", pages_turtle, *options, "--json").stdout)
    assert paths[0]["steps"][0]["figures"] == ["PMC100003__mb2410470011"]


@pytest.mark.parametrize("kind", list(NETWORKS))
def test_each_kind_of_network_of_nothing(tmp_path: Path, kind: str) -> None:
    (tmp_path / "x.nt").write_text("")
    assert len(NETWORKS[kind](open_index(tmp_path / "x.nt"))) == 0


@pytest.mark.parametrize("kind", list(NETWORKS))
def test_each_kind_has_its_command(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path, kind: str
) -> None:
    run = run_kg("network", kind, pages_turtle, "-o", tmp_path / "net.graphml")
    assert run.code == 0
    assert nx.read_graphml(tmp_path / "net.graphml") is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["genes"], "nothing is asked for\nhint: add -o FILE, or --path GENE GENE"),
        (
            ["families", "-o", "x.tsv", "--strictness", "all"],
            "--strictness is no option of the network families",
        ),
        (
            ["figures", "-o", "x.tsv", "--by-paper"],
            "--by-paper is no option of the network figures",
        ),
        (["figures", "--path", "A", "B"], "--path is no option of the network figures"),
        (["genes", "-o", "x.tsv", "--around", "FOO"], "FOO is unknown"),
        (
            ["genes", "-o", "x.tsv", "--around", "ERK"],
            "ERK is a family; its genes: MAPK1, MAPK3",
        ),
        (
            ["genes", "-o", "x.tsv", "--around", "SRC"],
            "SRC is not in the network\nhint: loosen the filter, to --min-count 1 --max-q 1",
        ),
        (["genes", "--path", "SRC", "Bmx"], "SRC is not in the network\nhint: loosen the filter"),
        (
            ["figures", "-o", "x.tsv", "--around", "SRC"],
            "SRC is not in the network\nhint: its nodes are figids",
        ),
        (["families", "-o", "x.tsv", "--around", "SRC"], "SRC is not in the network"),
    ],
)
def test_command_says_what_is_wrong(
    run_kg: Callable[..., Run],
    pages_turtle: Path,
    in_folder: Path,
    arguments: list[str],
    message: str,
) -> None:
    run = run_kg("network", arguments[0], pages_turtle, *arguments[1:])
    assert run.code == 2
    assert f"error: {message}" in run.stderr
    assert not list(in_folder.glob("x*"))
