"""Merging: the ways out, and `kg merge`."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph
import pytest
from conftest import Run
from pyoxigraph import Quad, RdfFormat
from wikipathways_data import GRAPHS, WIKIPATHWAYS

from kg.errors import DataError, KgError, MissingExtraError, UsageError, WriteError
from kg.store import EmbeddedStore, load_store, open_store
from kg.wikipathways import Options, StoreTarget, merge, to_file
from kg.write import Output

NO_SIMILARITY = Options(thresholds=None)


def write(figures: Path, target: Callable[[Iterable[Quad]], None]) -> None:
    merge([figures], [WIKIPATHWAYS], target, NO_SIMILARITY)


def triples(quads: Iterable[Quad]) -> set[str]:
    return {str(quad.triple) for quad in quads}


def test_formats_hold_the_same(pages_turtle: Path, tmp_path: Path) -> None:
    quads = tmp_path / "m.nq"
    write(pages_turtle, to_file(Output(str(quads), "nquads")))
    expected = set(map(str, pyoxigraph.parse(path=quads)))
    for name in ("m.trig", "m.trig.gz", "m.nq.gz"):
        form = "trig" if "trig" in name else "nquads"
        write(pages_turtle, to_file(Output(str(tmp_path / name), form)))
        content = (tmp_path / name).read_bytes()
        content = gzip.decompress(content) if name.endswith(".gz") else content
        known = RdfFormat.TRIG if form == "trig" else RdfFormat.N_QUADS
        assert set(map(str, pyoxigraph.parse(content, known))) == expected
    flat = tmp_path / "m.ttl"
    write(pages_turtle, to_file(Output(str(flat), "turtle"), flat=True))
    assert triples(pyoxigraph.parse(path=flat)) == triples(pyoxigraph.parse(path=quads))
    folder = tmp_path / "store"
    write(pages_turtle, StoreTarget(folder))
    stored = set(map(str, EmbeddedStore.open(folder).store))
    assert len(stored) == len(expected)
    assert {quad for quad in stored if "_:" not in quad} == {q for q in expected if "_:" not in q}


def test_the_same_input_gives_the_same_bytes(pages_turtle: Path, tmp_path: Path) -> None:
    contents = set()
    for name in ("one", "two"):
        path = tmp_path / f"{name}.nq.gz"
        merge([pages_turtle], [WIKIPATHWAYS], to_file(Output(str(path), "nquads")))
        contents.add(path.read_bytes())
    assert len(contents) == 1


@pytest.mark.skipif(
    not shutil.which("rapper"), reason="needs rapper: apt-get install raptor2-utils"
)
@pytest.mark.parametrize(("name", "form"), [("m.ttl", "turtle"), ("m.trig", "trig")])
def test_rapper_reads_it(name: str, form: str, pages_turtle: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    write(pages_turtle, to_file(Output(str(path), form), flat=form == "turtle"))
    command = ["rapper", "-q", "-i", form, "-o", "ntriples", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(list(pyoxigraph.parse(path=path)))


def test_a_store_that_has_them_gets_new_graphs_and_nothing_else_is_touched(
    pages_turtle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    write(pages_turtle, StoreTarget(folder))
    write(pages_turtle, StoreTarget(folder))
    assert set(EmbeddedStore.open(folder).store.named_graphs()) == set(GRAPHS)
    other = tmp_path / "papers"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(WriteError):
        write(pages_turtle, StoreTarget(other))
    assert os.listdir(other) == ["thesis.txt"]


def test_a_merge_that_fails_leaves_a_store_as_it_was(pages_turtle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write(pages_turtle, StoreTarget(folder))
    before = len(EmbeddedStore.open(folder).store)
    (tmp_path / "bad.ttl").write_text("<http://e/s> a")
    with pytest.raises(DataError):
        merge([pages_turtle], [tmp_path / "bad.ttl"], StoreTarget(folder), NO_SIMILARITY)
    assert len(EmbeddedStore.open(folder).store) == before
    assert not list(folder.glob("incoming-*"))


def test_merged_data_is_merged_anew(pages_turtle: Path, tmp_path: Path) -> None:
    """As a file, and as a store, also in its own place."""
    quads, again = tmp_path / "m.nq", tmp_path / "again.nq"
    write(pages_turtle, to_file(Output(str(quads), "nquads")))
    expected = sorted(map(str, pyoxigraph.parse(path=quads)))
    write(quads, to_file(Output(str(again), "nquads")))
    assert sorted(map(str, pyoxigraph.parse(path=again))) == expected
    folder = tmp_path / "store"
    load_store(folder, [pages_turtle])
    write(folder, StoreTarget(folder))
    merged = set(map(str, EmbeddedStore.open(folder).store))
    assert len(merged) == len(set(expected))
    write(folder, StoreTarget(folder))
    assert len(EmbeddedStore.open(folder).store) == len(merged)


WAITING = """\
import sys, time
from pathlib import Path
import kg.store.loading
from kg.wikipathways import Options, StoreTarget, merge

def wait(*_):
    print(flush=True)
    time.sleep(60)

moment, figures, pathways, folder = sys.argv[1:]
if moment == "marker":
    kg.store.loading.write_marker = wait
progress = wait if moment == "document" else None
options = Options(thresholds=None)
merge([Path(figures)], [pathways], StoreTarget(Path(folder)), options, progress=progress)
"""


@pytest.mark.parametrize("moment", ["document", "marker"])
def test_a_merge_that_is_killed_leaves_the_old_data_answering(
    moment: str, pages_turtle: Path, tmp_path: Path
) -> None:
    """Kill it after a document of WikiPathways, and when all is loaded but not yet in place."""
    folder = tmp_path / "store"
    merge([pages_turtle], [WIKIPATHWAYS / "WP9001.ttl"], StoreTarget(folder), NO_SIMILARITY)
    before = set(map(str, EmbeddedStore.open(folder).store))
    command = [sys.executable, "-c", WAITING, moment, pages_turtle, WIKIPATHWAYS, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as merging:
        assert merging.stdout is not None
        assert merging.stdout.readline() == b"\n"
        assert set(map(str, EmbeddedStore.open(folder).store)) == before
        merging.kill()
    assert set(map(str, EmbeddedStore.open(folder).store)) == before
    write(pages_turtle, StoreTarget(folder))
    assert len(EmbeddedStore.open(folder).store) > len(before)
    assert len(list(folder.iterdir())) == 3, "the marker, the lock, and the data that answers"


@pytest.mark.parametrize("name", ["m.nq", "m.nq.gz"])
def test_a_merge_that_fails_leaves_nothing(name: str, pages_turtle: Path, tmp_path: Path) -> None:
    bad = tmp_path / "wp"
    bad.mkdir()
    (bad / "bad.ttl").write_text("<http://e/s> a")
    out = tmp_path / "out"
    out.mkdir()
    path = out / name
    target = to_file(Output(str(path), "nquads"))
    with pytest.raises(DataError):
        merge([pages_turtle], [WIKIPATHWAYS, bad], target, NO_SIMILARITY)
    assert os.listdir(out) == []


def test_formats_without_graphs_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        to_file(Output("m.ttl", "turtle"))
    assert str(caught.value) == (
        "turtle can't name graphs\nhint: use .nq or .trig, or give the graphs up with --flat"
    )
    with pytest.raises(UsageError) as caught:
        to_file(Output("m.jsonld", "jsonld"))
    assert caught.value.problem.message == "merged data is not written as jsonld"


def test_a_missing_extra_is_named_before_any_work(
    pages_turtle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    target = to_file(Output(str(tmp_path / "m.nq"), "nquads"))
    with pytest.raises(MissingExtraError) as caught:
        merge([pages_turtle], [tmp_path / "never looked for"], target)
    assert str(caught.value) == (
        "this needs the package 'scipy', which is not installed\n"
        "hint: pip install 'pfocr-kg[analysis]'"
    )
    write(pages_turtle, target)


def test_an_unknown_strictness_is_refused(pages_turtle: Path) -> None:
    with pytest.raises(KgError) as caught:
        merge([pages_turtle], [WIKIPATHWAYS], list, Options(strictness="loose"))
    assert str(caught.value) == "'loose' is no strictness\nhint: known: strict, synonyms, all"


# The command


def test_the_command_merges_pages(run_kg: Callable[..., Run], pages: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "m.nq.gz", tmp_path / "nodes.jsonl"
    run = run_kg("merge", pages, "--wikipathways", WIKIPATHWAYS, "-o", out, "--report", report)
    assert run.code == 0
    assert run.stdout == ""
    lines = [line.split() for line in run.stderr.splitlines()]
    assert ["gene", "nodes", "joined:", "previous", "symbol", "1"] in lines
    assert ["links:", "gene", "sets", "alike", "3"] in lines
    nodes = [json.loads(line) for line in report.read_text().splitlines()]
    by_node = {node["node"]: node for node in nodes}
    assert by_node["https://identifiers.org/hgnc.symbol/NARFL"] == {
        "node": "https://identifiers.org/hgnc.symbol/NARFL",
        "pathways": ["WP9001"],
        "joined": ["ncbigene:64428"],
        "key": "previous symbol",
        "matched": "NARFL",
    }
    assert by_node["https://identifiers.org/uniprot/P62805"] == {
        "node": "https://identifiers.org/uniprot/P62805",
        "pathways": ["WP9001"],
        "joined": [],
        "reason": "stands for several genes",
        "label": "Histone H4",
        "identifiers": ["https://identifiers.org/uniprot/P62805"],
    }
    assert list(open_store([out]).query("SELECT * WHERE { ?s ?p ?o } LIMIT 1"))


def test_the_command_writes_a_store_and_stdout(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    common = ("merge", pages_turtle, "--wikipathways", WIKIPATHWAYS, "--no-similarity")
    assert run_kg(*common, "--store", tmp_path / "store").code == 0
    run = run_kg(*common, "-o", "-", "--format", "nquads")
    quads = len(list(pyoxigraph.parse(run.stdout_bytes, RdfFormat.N_QUADS)))
    assert quads == len(EmbeddedStore.open(tmp_path / "store").store)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "error: exactly one target is asked for\nhint: add -o FILE or --store DIR\n"),
        (
            ("-o", "a.nq", "--store", "b"),
            "error: exactly one target is asked for\nhint: add -o FILE or --store DIR\n",
        ),
        (
            ("--store", "b", "--flat"),
            "error: a store has named graphs\nhint: drop --flat, or write a file\n",
        ),
        (
            ("-o", "a.ttl"),
            "error: turtle can't name graphs\n"
            "hint: use .nq or .trig, or give the graphs up with --flat\n",
        ),
    ],
)
def test_the_target_has_to_make_sense(
    arguments: tuple[str, ...], message: str, run_kg: Callable[..., Run], pages: Path
) -> None:
    run = run_kg("merge", pages, "--wikipathways", WIKIPATHWAYS, *arguments)
    assert (run.code, run.stderr) == (2, message)


@pytest.mark.parametrize("command", ["merge", "overlap"])
def test_pathways_that_are_none_are_told(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path, command: str
) -> None:
    """Both sides are RDF, and easily taken for each other."""
    target = tmp_path / "out.nq"
    options = ["-o", target] if command == "merge" else []
    run = run_kg(command, pages_turtle, "--wikipathways", pages_turtle, *options)
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr == (
        "error: there is no pathway in what is to be WikiPathways\n"
        "hint: --wikipathways names WikiPathways' own RDF\n"
    )
    assert not target.exists()


def test_lost_rows_are_told_and_the_rest_is_merged(
    run_kg: Callable[..., Run], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_page(
        genes=[
            {
                "word": "x",
                "symbol": "X",
                "source": "hgnc_symbol",
                "hgnc_symbol": "X",
                "entrez": "74O9",
            }
        ]
    )
    run = run_kg("merge", folder, "--wikipathways", WIKIPATHWAYS, "-o", tmp_path / "m.nq")
    assert run.code == 1
    assert "'74O9' is not an NCBI Gene identifier" in run.stderr
    assert (tmp_path / "m.nq").exists()
