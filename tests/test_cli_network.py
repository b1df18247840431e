"""`kg network`: what it writes and prints, and what it says is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from conftest import Run

from kg.export.networks import network_writer
from kg.network import open_index
from kg.network.graphs import (
    NETWORKS,
)
from kg.network.nodes import Graph


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
