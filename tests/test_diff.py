"""What changed between two graphs: classes, figures, patches, memory."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

import kg.sort
from kg.build import build
from kg.diff import FigureChange, Summary, figid_of, summarise
from kg.errors import DataError
from kg.mapping.vocabulary import ANNOTATION, ARTICLE, FIGURE, GENE, TARGET
from kg.rdf import iter_quads
from kg.terms import figure

SRC = {
    "word": "(Src",
    "symbol": "SRC",
    "source": "hgnc_symbol",
    "hgnc_symbol": "SRC",
    "entrez": "6714",
}


@pytest.fixture
def make_graph(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Build N-Triples of made pages; each is given as its changed fields."""

    def make(name: str, *pages: dict[str, object]) -> Path:
        for fields in pages:
            folder = make_page(folder=name, **fields)
        path = tmp_path / f"{name}.nt"
        build(folder, path, workers=1)
        return path

    return make


@pytest.fixture
def graphs(make_graph: Callable[..., Path]) -> tuple[Path, Path]:
    """Return two graphs: of three figures, one changed, one went, one came, one stayed."""
    stayed, went = {"figid": "PMC1__f1"}, {"figid": "PMC1__f2"}
    old = make_graph("old", stayed, went, {"figid": "PMC1__f3"})
    came = {"figid": "PMC1__f4"}
    new = make_graph("new", stayed, came, {"figid": "PMC1__f3", "genes": [SRC, SRC]})
    return old, new


def triples(*paths: Path) -> set[str]:
    return {str(quad.triple) for path in paths for quad in iter_quads(path)}


def apply(patch: str, before: set[str]) -> set[str]:
    """Apply an RDF patch row by row; a row that changes nothing, or is no row, is an error."""
    first, *rows, last, end = patch.split("\n")
    assert (first, last, end) == ("TX .", "TC .", "")
    after = set(before)
    for row in rows:
        (triple,) = (str(quad.triple) for quad in parse(row[2:], RdfFormat.N_TRIPLES))
        if row.startswith("A "):
            assert triple not in after
            after.add(triple)
        else:
            assert row.startswith("D ")
            after.remove(triple)
    return after


def patched(old: Path, new: Path) -> tuple[Summary, str]:
    target = io.BytesIO()
    summary = summarise([old], [new], patch=target)
    return summary, target.getvalue().decode()


def test_equal_graphs(pages_turtle: Path) -> None:
    summary, patch = patched(pages_turtle, pages_turtle)
    assert summary.triples == {"added": 0, "removed": 0}
    assert summary.figures == {}
    assert summary.most_changed == []
    assert all(set(+counts) == {"old", "new"} for counts in summary.classes.values())
    assert patch == "TX .\nTC .\n"


def test_formats_and_graphs_make_no_difference(pages: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / name for name in ("a.ttl.gz", "a.nt", "a.jsonld", "a.rdf")]
    build(pages, outputs, workers=1)
    for path in outputs[1:]:
        assert summarise(outputs[:1], [path]).triples == {"added": 0, "removed": 0}


def test_classes_and_figures(graphs: tuple[Path, Path]) -> None:
    summary, _ = patched(*graphs)
    assert summary.classes[FIGURE] == {"old": 3, "new": 3, "added": 1, "removed": 1}
    expected = {"old": 6, "new": 6, "added": 2, "removed": 2, "changed": 1}
    assert summary.classes[ANNOTATION] == expected
    assert summary.classes[ARTICLE] == {"old": 1, "new": 1}
    assert summary.classes[GENE] == {"old": 1, "new": 1}
    assert summary.figures == {"added": 1, "removed": 1, "changed": 1}
    states = {change.figid: change.state for change in summary.most_changed}
    assert states == {"PMC1__f2": "removed", "PMC1__f3": "changed", "PMC1__f4": "added"}
    assert summary.most_changed[-1] == FigureChange("PMC1__f3", "changed", 1, 1)


def test_totals_are_those_of_the_graphs(graphs: tuple[Path, Path]) -> None:
    summary, _ = patched(*graphs)
    old, new = map(triples, graphs)
    assert summary.triples == {"added": len(new - old), "removed": len(old - new)}


def test_patch_makes_the_new_graph_of_the_old(graphs: tuple[Path, Path]) -> None:
    old, new = map(triples, graphs)
    assert apply(patched(*graphs)[1], old) == new
    assert apply(patched(*graphs[::-1])[1], new) == old


TERMS = st.sampled_from([f"<http://example.org/{letter}>" for letter in "abc"])
LITERALS = st.sampled_from(['"a"', '"\\u0009tab"', '"\\n_:b"', '"\\u0085\\u2028"', '"é"@en'])
GRAPHS = st.sets(st.tuples(TERMS, TERMS, TERMS | LITERALS).map(" ".join), max_size=12)


@given(GRAPHS, GRAPHS)
def test_patch_of_any_two_graphs(
    tmp_path_factory: pytest.TempPathFactory, before: set[str], after: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("graphs")
    old, new = folder / "old.nt", folder / "new.nt"
    old.write_text("".join(f"{triple} .\n" for triple in before), encoding="utf-8")
    new.write_text("".join(f"{triple} .\n" for triple in after), encoding="utf-8")
    summary, patch = patched(old, new)
    assert apply(patch, triples(old)) == triples(new)
    assert summary.triples["added"] == len(triples(new) - triples(old))


def test_patch_is_the_same_each_time(graphs: tuple[Path, Path]) -> None:
    rows = patched(*graphs)[1].splitlines()[1:-1]
    assert rows == patched(*graphs)[1].splitlines()[1:-1]
    subjects = [subject for subject, _ in groupby(rows, key=lambda row: row.split(" ")[1])]
    assert len(subjects) == len(set(subjects))


def test_figure_of_each_subject(pages_turtle: Path) -> None:
    """Mentions and organisms found are of the figure that they have as target."""
    targets = {
        str(quad.subject): str(quad.object)
        for quad in iter_quads(pages_turtle)
        if str(quad.predicate) == TARGET
    }
    assert len(targets) > 200
    for subject, target in targets.items():
        assert figure(figid_of(subject) or "") == target
        assert figid_of(subject) == figid_of(target)
    assert sum(1 for subject in targets if figid_of(subject) is None) == 0


@pytest.mark.parametrize(
    ("subject", "figid"),
    [
        ("<https://w3id.org/pfocr/recount/PMC1__f:gene:A:A:hgnc_symbol:gene:A>", "PMC1__f"),
        ("<https://w3id.org/pfocr/tag/PMC1__f%3Ag:a:b>", "PMC1__f:g"),
        ("<https://pfocr.wikipathways.org/figures/PMC1__f.g.html>", "PMC1__f.g"),
        ("<https://w3id.org/pfocr/entry/gene:PMC1__f:hgnc_symbol:1:A>", None),
        ("<https://w3id.org/pfocr/journal/PMC1__f>", None),
        ("<https://identifiers.org/pmc/PMC1>", None),
        ("<https://pfocr.wikipathways.org/figures/PMC1__F1>", None),
    ],
)
def test_figid_of_an_iri(subject: str, figid: str | None) -> None:
    expected = "PMC1__f" if figid is None and "journal" in subject else figid
    assert figid_of(subject) == expected


def test_most_changed_figures_are_bounded(make_graph: Callable[..., Path]) -> None:
    stayed = {"figid": "PMC1__f"}
    came = [{"figid": f"PMC2__f{n}", "genes": [SRC] if n % 2 else []} for n in range(9)]
    old, new = make_graph("old", stayed), make_graph("new", stayed, *came)
    rows = io.BytesIO()
    summary = summarise([old], [new], figures=rows, most=3)
    assert [change.figid for change in summary.most_changed] == [
        "PMC2__f1",
        "PMC2__f3",
        "PMC2__f5",
    ]
    assert summary.figures == {"added": 9}
    header, *lines = rows.getvalue().decode().splitlines()
    assert header == "figure\tstate\tadded\tremoved"
    assert [line.split("\t")[0] for line in lines] == [f"PMC2__f{n}" for n in range(9)]
    assert summarise([old], [new], most=0).most_changed == []


def test_several_files_are_one_graph(graphs: tuple[Path, Path]) -> None:
    old, new = graphs
    summary = summarise([old, new], [new, old])
    assert summary.triples == {"added": 0, "removed": 0}


def test_small_runs_give_the_same(
    graphs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = patched(*graphs)
    monkeypatch.setattr(kg.sort.Sorter.__init__, "__defaults__", (2_000, 3))
    assert patched(*graphs) == expected


def test_blank_nodes_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "blank.ttl"
    path.write_text('<a:s> <a:p> [ <a:p> "_:x" ], "_:y" . [] <a:p> <a:o> .')
    summary = summarise([], [path])
    assert summary.blank_count == 3
    assert summary.triples["added"] == 1


def test_malformed_rdf_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.nt"
    path.write_text("<a:s> <a:p> <a:o> .\n<a:s> <a:p> .\n")
    with pytest.raises(DataError) as caught:
        summarise([path], [])
    assert str(caught.value).startswith(f"{path}:2: ")


@pytest.fixture
def diff(graphs: tuple[Path, Path], run_kg: Callable[..., Run]) -> Callable[..., Run]:
    return lambda *options: run_kg("diff", *graphs, *options)


def test_command_prints_tables(diff: Callable[..., Run]) -> None:
    done = diff("--limit", "1")
    assert done.code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["class", "old", "new", "added", "removed", "changed"]
    assert lines[1].split() == ["doco:Figure", "3", "3", "1", "1", "0"]
    assert lines[-2].split() == ["figure", "state", "added", "removed"]
    assert lines[-1].split()[0] == "PMC1__f2"
    assert done.stderr.startswith("figures: 1 added, 1 removed, 1 changed; triples: ")


def test_command_prints_json(diff: Callable[..., Run]) -> None:
    found = json.loads(diff("--json").stdout)
    assert found["classes"]["doco:Figure"] == {
        "old": 3,
        "new": 3,
        "added": 1,
        "removed": 1,
        "changed": 0,
    }
    assert found["figures"] == {"added": 1, "removed": 1, "changed": 1}
    assert found["most_changed"][-1]["figid"] == "PMC1__f3"
    assert found["blank_nodes"] == 0


def test_command_writes_patch_and_figures(
    diff: Callable[..., Run], graphs: tuple[Path, Path], tmp_path: Path
) -> None:
    done = diff("--patch", tmp_path / "p.rdfp", "--figures", tmp_path / "f.tsv")
    assert done.code == 0
    old, new = map(triples, graphs)
    assert apply((tmp_path / "p.rdfp").read_text(), old) == new
    assert len((tmp_path / "f.tsv").read_text().splitlines()) == 4
    piped = diff("--patch", "-")
    assert apply(piped.stdout, old) == new
    assert "doco:Figure" in piped.stderr


def test_command_as_gate(make_graph: Callable[..., Path], run_kg: Callable[..., Run]) -> None:
    figures = [{"figid": f"PMC1__f{n}"} for n in range(10)]
    old, new = make_graph("old", *figures), make_graph("new", *figures[1:])
    assert run_kg("diff", old, new, "--shrink", "0.1").code == 0
    done = run_kg("diff", old, new, "--shrink", "0.05")
    assert done.code == 1
    assert "doco:Figure: 9 found, 10 expected: 10.0% fewer\n" in done.stderr


def test_command_refuses_what_is_no_rdf(run_kg: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    assert run_kg("diff", tmp_path / "a.txt", tmp_path / "a.txt").code == 2
    assert run_kg("diff", tmp_path / "none.ttl", tmp_path / "none.ttl").code == 2
