"""Files and settings for triplestores' own loaders: Jena and Virtuoso run them, others are read."""

from __future__ import annotations

import configparser
import gzip
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from conftest import Run
from programs import jena, need, virtuoso

from kg.store import DATASET_GRAPH, load_store

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture
def prepare(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> Callable[[str], tuple[Path, list[str]]]:
    """Prepare the bundled pages for a program; return the folder and the commands."""

    def act(program: str) -> tuple[Path, list[str]]:
        folder = tmp_path / program
        run = run_kg("load", pages_turtle, "--prepare", program, folder)
        assert run.code == 0
        assert f"in {folder}, run:\n" in run.stderr
        return folder, run.stdout.splitlines()

    return act


def triples(path: Path) -> set[pyoxigraph.Triple]:
    return {quad.triple for quad in pyoxigraph.parse(path=path)}


def unpacked(path: Path) -> Path:
    out = path.with_suffix("")
    out.write_bytes(gzip.decompress(path.read_bytes()))
    return out


def test_qlever(prepare: Callable[[str], tuple[Path, list[str]]], pages_turtle: Path) -> None:
    folder, commands = prepare("qlever")
    assert commands[0] == "qlever index"
    assert sorted(path.name for path in folder.iterdir()) == ["Qleverfile", "pfocr.nt.gz"]
    settings = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    settings.read(folder / "Qleverfile")
    assert settings["index"]["input_files"] == "pfocr.nt.gz"
    assert settings["index"]["format"] == "nt"
    assert triples(unpacked(folder / "pfocr.nt.gz")) == triples(pages_turtle)


def test_qlever_reads_its_file(prepare: Callable[[str], tuple[Path, list[str]]]) -> None:
    """QLever's own command line tells what it would run; the engine itself is not to be had."""
    folder, commands = prepare("qlever")
    program = shutil.which("qlever", path=str(Path(sys.executable).parent))
    need(program, "pip install qlever")
    for command, expected in [
        (commands[0], "zcat pfocr.nt.gz | qlever-index -i pfocr -s pfocr.settings.json"),
        (commands[1], "qlever-server -i pfocr"),
    ]:
        arguments = [program or "", *shlex.split(command)[1:], "--show"]
        run = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=True)
        assert expected in run.stdout + run.stderr


def test_graphdb(prepare: Callable[[str], tuple[Path, list[str]]], pages_turtle: Path) -> None:
    folder, commands = prepare("graphdb")
    assert commands[0].startswith("importrdf preload ")
    settings = list(pyoxigraph.parse(path=folder / "graphdb.ttl"))
    assert any('"pfocr"' in str(quad.object) for quad in settings)
    quads = list(pyoxigraph.parse(path=unpacked(folder / "pfocr.nq.gz")))
    assert {str(quad.graph_name) for quad in quads} == {DATASET_GRAPH}
    assert {quad.triple for quad in quads} == triples(pages_turtle)


@pytest.mark.slow
def test_fuseki_s_files_are_loaded_by_jena(
    prepare: Callable[[str], tuple[Path, list[str]]], pages_turtle: Path
) -> None:
    folder, (load, serve) = prepare("fuseki")
    program, *arguments = shlex.split(load)
    jena(program, *arguments, folder=folder)
    assert serve == "fuseki-server --config fuseki.ttl"
    # The settings of the server describe the dataset: the query sees the union of its graphs.
    answer = jena("tdb2.tdbquery", "--tdb", "fuseki.ttl", "--results=CSV", COUNT, folder=folder)
    assert answer.split()[-1] == str(len(triples(pages_turtle)))


@pytest.mark.slow
def test_virtuoso_s_files_are_loaded_by_virtuoso(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    load_store(tmp_path / "store", [pages_turtle])
    (tmp_path / "v").mkdir()
    with virtuoso(tmp_path / "v") as server:
        folder = server.folder / "prepared"
        run = run_kg("load", tmp_path / "store", "--prepare", "virtuoso", folder)
        note, command = run.stdout.splitlines()
        assert note == f"# in virtuoso.ini: DirsAllowed = ., {folder}"
        isql, _, user, script = shlex.split(command)
        assert (isql, user) == ("isql", "dba")
        subprocess.run(
            ["isql-vt", server.address, user, server.password, script],
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        count = server.folder / "count.rq"
        count.write_text(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {DATASET_GRAPH} {{ ?s ?p ?o }} }}")
        answer = run_kg("query", f"{server.http}/sparql", count, "--format", "csv")
    assert answer.stdout.split()[-1] == str(len(triples(pages_turtle)))
