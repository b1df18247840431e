"""Networks as files: each form read by its tool, and pictures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import matplotlib.image
import networkx as nx
import numpy as np
import pytest
from ndex2.cx2 import RawCX2NetworkFactory

from kg.errors import UsageError
from kg.export.layout import lay_out, spread
from kg.export.networks import FORMATS, network_writer
from kg.export.picture import draw
from kg.network.graphs import (
    leading,
)
from kg.network.nodes import Graph


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
