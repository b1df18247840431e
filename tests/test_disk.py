"""The store on disk: graphs replaced one by one, killed loads, stores that can't be used."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from conftest import Run, refusal, write_triples

from kg.errors import DataError, WriteError
from kg.store import DATASET_GRAPH, EmbeddedStore, load_store, open_loading, open_store
from kg.store.disk import MARKER, read_marker
from kg.terms import parse_iri

OTHER = parse_iri("https://example.org/other")
COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


def counts(folder: Path) -> dict[str, int]:
    answer = open_store([str(folder)]).query(COUNTS)
    return {str(g): int(n.value) for g, n in answer}  # type: ignore[union-attr] # a SELECT, whose terms are bound


def test_a_load_replaces_the_graphs_it_loads_and_nothing_else(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert load_store(store, [write_triples(tmp_path / "a.nt", 3)]) == {DATASET_GRAPH: 3}
    load_store(store, [write_triples(tmp_path / "b.nt", 5, "b")], OTHER)
    assert counts(store) == {DATASET_GRAPH: 3, OTHER: 5}
    assert load_store(store, [write_triples(tmp_path / "a.nt", 2)]) == {DATASET_GRAPH: 2}
    assert counts(store) == {DATASET_GRAPH: 2, OTHER: 5}
    assert read_marker(store).graphs == {DATASET_GRAPH: 2, OTHER: 5}
    assert sorted(path.name for path in store.iterdir()) == [
        read_marker(store).data,
        MARKER,
        "lock",
    ]


def test_quads_keep_their_graphs(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text(
        f"<http://e/a> <http://e/p> <http://e/o> {OTHER} .\n"
        "<http://e/a> <http://e/p> <http://e/o> .\n"
    )
    assert load_store(tmp_path / "store", [path]) == {DATASET_GRAPH: 1, OTHER: 1}


def test_several_files_are_loaded_together(tmp_path: Path) -> None:
    paths = [write_triples(tmp_path / f"{name}.nt", 4, name) for name in "ab"]
    told: list[tuple[int, int]] = []
    load_store(tmp_path / "store", paths, progress=lambda *now: told.append(now))
    assert counts(tmp_path / "store") == {DATASET_GRAPH: 8}
    size = sum(path.stat().st_size for path in paths)
    assert told == [(size // 2, size), (size, size)]


@pytest.mark.usefixtures("in_folder")
def test_what_cannot_be_loaded_leaves_the_store_as_it_was() -> None:
    store = Path("store")
    load_store(store, [write_triples(Path("a.nt"), 3)])
    Path("bad.nt").write_text("<http://e/a> <http://e/p> .\n")
    assert refusal(lambda: load_store(store, [Path("a.nt"), Path("bad.nt")]), DataError).startswith(
        "bad.nt:1: is malformed: "
    )
    Path("none.nt").write_text("# nothing\n")
    assert refusal(lambda: load_store(store, [Path("none.nt")]), DataError) == (
        "none.nt: holds no triple: nothing was replaced"
    )
    assert counts(store) == {DATASET_GRAPH: 3}
    assert len(list(store.iterdir())) == 3


def test_a_reader_keeps_what_it_reads(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load_store(store, [write_triples(tmp_path / "a.nt", 3)])
    reader = EmbeddedStore.open(store)
    former = store / read_marker(store).data
    load_store(store, [write_triples(tmp_path / "a.nt", 2)])
    assert len(reader.store) == 3
    assert former.is_dir()
    del reader
    load_store(store, [tmp_path / "a.nt"])
    assert not former.exists()


@pytest.mark.usefixtures("in_folder")
def test_one_process_loads_at_a_time() -> None:
    path = write_triples(Path("a.nt"), 3)
    with open_loading(Path("store")):
        assert refusal(lambda: load_store(Path("store"), [path]), DataError) == (
            "store: is being loaded by another process\nhint: wait until it has ended"
        )
        assert refusal(lambda: open_store(["store"]), DataError) == (
            "store: is a store to which nothing was ever loaded to the end\nhint: load it again"
        )
    load_store(Path("store"), [path])
    assert counts(Path("store")) == {DATASET_GRAPH: 3}


@pytest.mark.usefixtures("in_folder")
def test_a_store_that_cannot_be_used_is_named() -> None:
    store = Path("store")
    path = write_triples(Path("a.nt"), 3)
    load_store(store, [path])
    marker = json.loads((store / MARKER).read_text())
    again = "\nhint: load it again, into a new folder"
    (store / MARKER).write_text(json.dumps(marker | {"format": 2}))
    told = "store: is a store of another version: it has format 2, and this program reads 1"
    assert refusal(lambda: open_store(["store"]), DataError) == told + again
    assert refusal(lambda: load_store(store, [path]), DataError) == told + again
    for content in ("", "[]", '{"format": 1}', '{"format": 1, "data": 1, "graphs": []}'):
        (store / MARKER).write_text(content)
        told = "store: is a store whose kg-store.json is damaged"
        assert refusal(lambda: open_store(["store"]), DataError) == told + again
    (store / MARKER).write_text(json.dumps(marker | {"data": "data-0"}))
    assert refusal(lambda: open_store(["store"]), DataError) == (
        f"store: is a store whose data-0 is missing{again}"
    )
    (store / MARKER).write_text(json.dumps(marker))
    (store / marker["data"] / "CURRENT").unlink()
    assert refusal(lambda: open_store(["store"]), DataError).startswith(
        "store: can't be read as a store: "
    )


@pytest.mark.usefixtures("in_folder")
def test_a_damaged_store_is_named_and_can_be_loaded_anew() -> None:
    store = Path("store")
    path = write_triples(Path("a.nt"), 3)
    load_store(store, [path])
    for file in store.glob("data-*/CURRENT"):
        file.write_bytes(b"no manifest")
    told = (
        "store: can't be read as a store: Corruption: CURRENT file does not end with newline"
        "\nhint: load it again, into a new folder"
    )
    assert refusal(lambda: open_store(["store"]), DataError) == told
    assert (
        refusal(lambda: load_store(store, [path], OTHER), DataError) == told
    )  # which keeps the other graph
    load_store(store, [path])
    assert counts(store) == {DATASET_GRAPH: 3}


@pytest.mark.usefixtures("in_folder")
def test_damage_that_is_met_while_a_graph_is_copied_is_told() -> None:
    store = Path("store")
    load_store(store, [write_triples(Path("a.nt"), 1000)])
    for file in store.glob("data-*/*.sst"):
        content = bytearray(file.read_bytes())
        content[20:40] = bytes(20)
        file.write_bytes(content)
    other = write_triples(Path("b.nt"), 3)
    told = refusal(lambda: load_store(store, [other], OTHER), DataError)
    assert told.startswith("store: can't be read as a store: Corruption: ")
    assert told.endswith("\nhint: load it again, into a new folder")


@pytest.mark.usefixtures("in_folder")
def test_a_damaged_store_of_oxigraph_itself_is_named() -> None:
    pyoxigraph.Store("raw").flush()
    Path("raw/CURRENT").write_bytes(b"no manifest")
    assert refusal(lambda: open_store(["raw"]), DataError) == (
        "raw: can't be read as a store: Corruption: CURRENT file does not end with newline"
    )


@pytest.mark.usefixtures("in_folder")
def test_a_folder_with_something_else_in_it_is_left_alone() -> None:
    path = write_triples(Path("a.nt"), 3)
    Path("full").mkdir()
    Path("full/notes.txt").write_text("notes")
    hint = "\nhint: name a new or empty folder"
    assert refusal(lambda: load_store(Path("full"), [path]), WriteError) == (
        f"full: holds something that is no store{hint}"
    )
    assert refusal(lambda: load_store(path, [path]), WriteError) == (
        f"a.nt: is a file, not the folder of a store{hint}"
    )
    pyoxigraph.Store("raw").flush()
    assert refusal(lambda: load_store(Path("raw"), [path]), WriteError) == (
        f"raw: is a store that Oxigraph made, not kg{hint}"
    )


def test_an_oxigraph_store_that_another_process_writes_is_refused(tmp_path: Path) -> None:
    program = "import pyoxigraph,sys; s=pyoxigraph.Store(sys.argv[1]); print(1,flush=True); input()"
    command = [sys.executable, "-c", program, str(tmp_path / "raw")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        assert refusal(lambda: open_store([tmp_path / "raw"]), DataError) == (
            f"{tmp_path / 'raw'}: is a store that another process holds open\n"
            "hint: query the program that holds it, or stop that"
        )
        writer.kill()
    assert open_store([tmp_path / "raw"])


@pytest.mark.slow
def test_a_load_that_is_killed_leaves_the_old_data_answering(tmp_path: Path) -> None:
    """Kill -9 ten times, at moments spread over a whole load: old or new, and always whole."""
    store = tmp_path / "store"
    load_store(store, [write_triples(tmp_path / "o.nt", 100, "o")], OTHER)
    load_store(store, [write_triples(tmp_path / "a.nt", 1000)])
    bigger = write_triples(tmp_path / "b.nt", 60_000)
    program = (
        "import sys; from pathlib import Path; from kg.store import load_store\n"
        "print(flush=True)\n"
        "load_store(Path(sys.argv[1]), [Path(sys.argv[2])]); print(flush=True)"
    )

    def start(path: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", program, str(store), str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    began = time.monotonic()
    with start(bigger) as process:
        process.wait()
    duration_s = time.monotonic() - began
    load_store(store, [tmp_path / "a.nt"])
    chance = random.Random(5)  # noqa: S311 - the same numbers every time
    outcomes = []
    for number in range(10):
        with start(bigger) as process:
            time.sleep(duration_s * (number + chance.random()) / 10)
            os.kill(process.pid, signal.SIGKILL)
        found = counts(store)
        assert found in ({DATASET_GRAPH: 1000, OTHER: 100}, {DATASET_GRAPH: 60_000, OTHER: 100})
        outcomes.append(found[DATASET_GRAPH])
        if found[DATASET_GRAPH] != 1000:
            load_store(store, [tmp_path / "a.nt"])
    assert 1000 in outcomes
    load_store(store, [bigger])
    assert counts(store) == {DATASET_GRAPH: 60_000, OTHER: 100}
    assert len(list(store.iterdir())) == 3


# The command line


@pytest.mark.usefixtures("in_folder")
def test_kg_load_and_build_fill_a_store(
    run_kg: Callable[..., Run], pages: Path, pages_turtle: Path
) -> None:
    loaded = run_kg("load", pages_turtle, "--store", "loaded")
    assert (loaded.code, loaded.stdout) == (0, "")
    assert loaded.stderr.endswith(" triples in <https://w3id.org/pfocr/graph/figures>\n")
    built = run_kg("build", pages, "--store", "built", "-o", "out.nt")
    assert built.code == 0
    assert built.stderr.startswith(loaded.stderr)
    assert counts(Path("built")) == counts(Path("loaded"))
    assert Path("out.nt").read_bytes().count(b"\n") == sum(counts(Path("built")).values())
    for folder in ("loaded", "built"):
        rows = run_kg("query", folder, "figure-rows", "--format", "csv")
        assert rows.stdout == run_kg("query", pages_turtle, "figure-rows", "--format", "csv").stdout
        assert run_kg("stats", folder).stdout == run_kg("stats", pages_turtle).stdout


def test_kg_load_needs_a_target(run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    run = run_kg("load", pages_turtle)
    assert (run.code, run.stderr) == (
        2,
        "error: exactly one target is asked for\n"
        "hint: add --store DIR, --to URL or --prepare PROGRAM DIR\n",
    )


def test_kg_build_needs_an_output(run_kg: Callable[..., Run], pages: Path) -> None:
    run = run_kg("build", pages)
    assert (run.code, run.stderr) == (
        2,
        "error: a build has an output\nhint: add -o FILE or --store DIR\n",
    )


def test_the_graph_of_a_load_is_an_iri(run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    run = run_kg("load", pages_turtle, "--store", "store", "--graph", "my graph")
    assert (run.code, run.stderr) == (
        2,
        "error: 'my graph' is not an IRI\nhint: for example https://example.org/pfocr\n",
    )


def test_a_store_is_read_by_others_too(pages_turtle: Path, tmp_path: Path) -> None:
    load_store(tmp_path / "store", [pages_turtle])
    data = tmp_path / "store" / read_marker(tmp_path / "store").data
    triples = {quad.triple for quad in pyoxigraph.Store.read_only(str(data))}
    assert triples == {q.triple for q in pyoxigraph.parse(path=pages_turtle)}
