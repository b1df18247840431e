"""Releases: a folder that is whole or not there, with what goes with the graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from rdflib import DCAT, DCTERMS, RDF, SH, Graph, Literal

from kg.describe import About, Source, count, counts_as_json, read_expected
from kg.errors import MissingExtraError, StrictError, UsageError, WriteError
from kg.mapping.vocabulary import FIGURE, TITLE
from kg.query.named import queries_folder
from kg.rdf import iter_quads
from kg.release import Release, release
from kg.release import folder as release_folder
from kg.store import DATASET_GRAPH
from kg.terms import expand
from kg.validate import Report, Result
from kg.validate.load import find_shapes
from kg.validate.results import VIOLATION
from kg.vocabulary import vocabulary_turtle
from kg.write.jsonld import context

rocrate = pytest.importorskip("rocrate.rocrate", reason="needs the extra [release]")

ABOUT = About(
    datetime(2026, 11, 22, 12, 30, tzinfo=UTC),
    sources=(Source("pfocr-database", "0123abc"),),
    tables=(Source("HGNC", "2024-07", "https://www.genenames.org"),),
)
FILES = {
    "pfocr.ttl.gz",
    "pfocr.nq.gz",
    "context.jsonld",
    "vocabulary.ttl",
    "description.ttl",
    "counts.json",
    "problems.jsonl",
    "validation.ttl",
    "SHA256SUMS",
    "ro-crate-metadata.json",
}


@pytest.fixture(scope="module")
def made(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Release the pages in the repository, once."""
    return release(tmp_path_factory.mktemp("releases"), [pages], ABOUT, workers=1)


@pytest.fixture
def unvalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out validation, which takes longest, where it is not what is tested."""
    monkeypatch.setattr(release_folder, "validate", lambda *_, **__: Report([]))


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def test_folder_is_dated_and_has_everything(made: Release) -> None:
    assert made.folder.name == "2026-11-22"
    assert {path.name for path in made.folder.iterdir()} == {*FILES, "shapes", "queries"}
    assert (made.is_out, made.has_findings) == (True, False)
    assert [path.name for path in made.folder.parent.iterdir()] == ["2026-11-22"]


def test_turtle_and_quads_are_one_graph(made: Release) -> None:
    turtle = {str(quad.triple) for quad in iter_quads(made.folder / "pfocr.ttl.gz")}
    quads = list(iter_quads(made.folder / "pfocr.nq.gz"))
    assert {str(quad.triple) for quad in quads} == turtle
    assert {str(quad.graph_name) for quad in quads} == {DATASET_GRAPH}


def test_copies_are_those_of_the_package(made: Release) -> None:
    assert json.loads((made.folder / "context.jsonld").read_text()) == context()
    assert (made.folder / "vocabulary.ttl").read_text(encoding="utf-8") == vocabulary_turtle()
    for name, source in (("shapes", find_shapes()), ("queries", queries_folder())):
        kept = {file.name: file.read_bytes() for file in source.iterdir() if "." in file.name[1:]}
        assert dict(files_in(made.folder / name)) == kept


def test_report_and_counts_are_those_of_the_graph(made: Release) -> None:
    report = Graph().parse(made.folder / "validation.ttl")
    (node,) = report.subjects(RDF.type, SH.ValidationReport)
    assert (node, SH.conforms, Literal(True)) in report
    counts = count([made.folder / "pfocr.ttl.gz"])
    assert json.loads((made.folder / "counts.json").read_text()) == counts_as_json(counts.classes)
    assert read_expected(made.folder / "counts.json") == counts.classes
    assert (made.folder / "problems.jsonl").read_text() == ""


def test_description_is_of_the_files_there(made: Release) -> None:
    graph = Graph().parse(made.folder / "description.ttl")
    sizes = {
        str(graph.value(node, DCTERMS.identifier)): int(str(graph.value(node, DCAT.byteSize)))
        for node in graph.subjects(RDF.type, DCAT.Distribution)
    }
    names = ("pfocr.ttl.gz", "pfocr.nq.gz")
    assert sizes == {name: (made.folder / name).stat().st_size for name in names}


def test_checksums_are_complete_and_right(made: Release) -> None:
    lines = (made.folder / "SHA256SUMS").read_text().splitlines()
    found = {path: digest for digest, path in (line.split("  ") for line in lines)}
    expected = {path: hashlib.sha256(data).hexdigest() for path, data in files_in(made.folder)}
    del expected["SHA256SUMS"]
    assert found == expected


def test_crate_describes_every_file(made: Release) -> None:
    crate = rocrate.ROCrate(made.folder)
    described = {entity.id: entity for entity in crate.data_entities if entity.type == "File"}
    there = dict(files_in(made.folder))
    assert set(described) == set(there) - {"ro-crate-metadata.json"}
    for name, data in there.items():
        if name in described and name != "SHA256SUMS":
            assert described[name]["contentSize"] == str(len(data))
            assert described[name]["sha256"] == hashlib.sha256(data).hexdigest()
            assert described[name]["encodingFormat"]
    assert described["pfocr.ttl.gz"]["license"]["name"] == "CC0 1.0 Universal"
    assert crate.dereference("shapes/")["license"]["name"] == "MIT License"
    assert len(crate.dereference("queries/")["hasPart"]) > 20


def test_crate_says_what_it_is_and_how_it_came_about(made: Release) -> None:
    crate = rocrate.ROCrate(made.folder)
    root = crate.root_dataset
    for key in ("name", "description", "datePublished", "license", "author", "publisher"):
        assert root[key], key
    assert str(root["datePublished"]).startswith("2026-11-22")
    assert root["version"] == "2026-11-22"
    assert root["mainEntity"].id == "pfocr.ttl.gz"
    action = root["mentions"]
    assert action.type == "CreateAction"
    assert action["endTime"] == "2026-11-22T12:30:00+00:00"
    assert action["instrument"]["version"] == ABOUT.tool
    assert {(used["name"], used["version"]) for used in action["object"]} == {
        ("pfocr-database", "0123abc"),
        ("HGNC", "2024-07"),
    }


def test_terms_of_the_crate_are_in_its_context(made: Release) -> None:
    """Beside what RO-Crate 1.1's own context has, `sha256` is defined."""
    metadata = json.loads((made.folder / "ro-crate-metadata.json").read_text())
    assert metadata["@context"] == [
        "https://w3id.org/ro/crate/1.1/context",
        {"sha256": "https://schema.org/sha256"},
    ]


def test_same_pages_same_bytes(made: Release, pages: Path, tmp_path: Path) -> None:
    again = release(tmp_path, [pages], ABOUT, workers=1)
    assert dict(files_in(again.folder)) == dict(files_in(made.folder))


def test_version_that_is_there_is_left_alone(made: Release, pages: Path) -> None:
    before = dict(files_in(made.folder))
    with pytest.raises(UsageError) as caught:
        release(made.folder.parent, [pages], ABOUT)
    assert str(caught.value) == (
        f"the release '{made.folder}' is there already\n"
        "hint: name another --version-id, or remove it"
    )
    assert dict(files_in(made.folder)) == before


@pytest.mark.usefixtures("unvalidated")
def test_class_that_has_shrunk_stops_the_release(pages: Path, tmp_path: Path) -> None:
    stopped = release(tmp_path, [pages], ABOUT, expected={FIGURE: 20}, shrink=0.3)
    assert [str(one) for one in stopped.shrunk] == [
        "doco:Figure: 12 found, 20 expected: 40.0% fewer"
    ]
    assert (stopped.is_out, stopped.has_findings) == (False, True)
    assert list(tmp_path.iterdir()) == []
    assert release(tmp_path, [pages], ABOUT, expected={FIGURE: 20}, shrink=0.4).is_out


@pytest.mark.usefixtures("unvalidated")
def test_problems_are_in_the_release(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(year="2O01")
    made = release(tmp_path / "out", [page], ABOUT)
    (line,) = (made.folder / "problems.jsonl").read_text().splitlines()
    assert json.loads(line)["value"] == "2O01"
    (problem,) = made.summary.problems
    from_source_on = Path(problem.file or "").relative_to(page.parent)
    assert json.loads(line)["file"] == str(from_source_on)
    assert made.has_findings


@pytest.mark.usefixtures("unvalidated")
def test_strict_release_with_problems_leaves_nothing(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(StrictError):
        release(tmp_path / "out", [make_page(year="2O01")], ABOUT, strict=True)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, MemoryError])
def test_release_that_is_broken_off_leaves_nothing(
    error: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
    make_page: Callable[..., Path],
    tmp_path: Path,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(release_folder, "validate", fail)
    with pytest.raises(error):
        release(tmp_path / "out", [make_page()], ABOUT)
    assert list((tmp_path / "out").iterdir()) == []


def test_folder_that_can_not_be_written(make_page: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match=r"file/2026-11-22: can't be written: "):
        release(tmp_path / "file", [make_page()], ABOUT)


def test_without_rocrate_it_says_so_at_once(
    monkeypatch: pytest.MonkeyPatch, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    monkeypatch.setattr("kg.release.crate.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as caught:
        release(tmp_path / "out", [make_page()], ABOUT)
    assert str(caught.value) == (
        "this needs the package 'rocrate', which is not installed\n"
        "hint: pip install 'pfocr-kg[release]'"
    )
    assert not (tmp_path / "out").exists()


@pytest.fixture
def kg_release(
    monkeypatch: pytest.MonkeyPatch, run_kg: Callable[..., Run], tmp_path: Path, unvalidated: None
) -> Callable[..., Run]:
    """Run `kg release OUT …` with the time set."""
    del unvalidated
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    return lambda *arguments: run_kg("release", tmp_path / "out", *arguments)


def test_command(kg_release: Callable[..., Run], pages: Path, tmp_path: Path) -> None:
    options = ("--endpoint", "https://example.org/sparql", "--base-url", "https://example.org/r/")
    done = kg_release(pages, *options)
    assert (done.code, done.stdout) == (0, f"{tmp_path / 'out' / '2026-11-22'}\n")
    assert "triples; 0 problems and 0 warnings of pages; validation: no results\n" in done.stderr
    text = (tmp_path / "out" / "2026-11-22" / "description.ttl").read_text()
    assert "https://example.org/r/pfocr.ttl.gz" in text
    assert "HGNC, the human gene names" in text
    counts = tmp_path / "out" / "2026-11-22" / "counts.json"
    again = kg_release(pages, "--version-id", "2", "--expect", counts)
    assert (again.code, again.stdout) == (0, f"{tmp_path / 'out' / '2'}\n")


def test_command_as_gate(
    kg_release: Callable[..., Run], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    expected = tmp_path / "expected.toml"
    expected.write_text('"doco:Figure" = 100\n')
    done = kg_release(make_page(), "--expect", expected, "--shrink", "0.5")
    assert (done.code, done.stdout) == (1, "")
    assert "doco:Figure: 1 found, 100 expected: 99.0% fewer\n" in done.stderr
    assert done.stderr.endswith("nothing was released\n")
    assert list((tmp_path / "out").iterdir()) == []


def test_command_with_problems(
    kg_release: Callable[..., Run], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    done = kg_release(make_page(year="2O01"))
    assert (done.code, done.stdout) == (1, f"{tmp_path / 'out' / '2026-11-22'}\n")
    assert "triples; 1 problem and 0 warnings of pages; validation" in done.stderr


def test_command_with_a_violation(
    kg_release: Callable[..., Run],
    make_page: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The release is out, its report says what is wrong, and the exit code too."""
    found = Result(
        "<https://identifiers.org/pmc/PMC1>",
        TITLE,
        None,
        "<https://w3id.org/pfocr/shapes#Paper-title>",
        expand("sh:MinCountConstraintComponent"),
        VIOLATION,
        "a paper has a title",
    )
    monkeypatch.setattr(release_folder, "validate", lambda *_, **__: Report([found]))
    done = kg_release(make_page())
    assert done.code == 1
    assert "validation: 1 violation\n" in done.stderr
    report = Graph().parse(tmp_path / "out" / "2026-11-22" / "validation.ttl")
    assert (None, SH.conforms, Literal(False)) in report
