"""The benchmarks do the same work as kg does: that is what makes their ratios mean something."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
import rdflib
from rdflib import RDF, Namespace

from benchmarks import corpus, morph
from benchmarks.checks import check_counts
from benchmarks.contestants import ASKED, Contestant, Job, bind_queries, choose
from benchmarks.measure import Limits, Measurement, measure
from benchmarks.naive import Builder
from benchmarks.report import insert_table, make_table, show_number
from benchmarks.results import Cost, Results
from benchmarks.run import goes_on, run_once
from kg import iter_records, iter_triples

ROOT = Path(__file__).parents[1]
RR = Namespace("http://www.w3.org/ns/r2rml#")
RML = Namespace("http://semweb.mmlab.be/ns/rml#")

Triples = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a corpus: 40 pages, of every layout, of papers with one and more figures."""
    folder = tmp_path_factory.mktemp("corpus") / "pages"
    corpus.make_corpus(40, folder)
    return folder


def tokens(text: str | bytes) -> Triples:
    parsed = pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in parsed}


def ours(pages: Path) -> Triples:
    return tokens("".join(f"{' '.join(triple)} .\n" for triple in iter_triples([pages])))


LEFT_OUT = re.compile(
    r"""
    <https://identifiers\.org/(ncbigene|fplx|hgnc\.symbol)/\S+\ .*   # by HGNC and FamPlex
    | <https://w3id\.org/pfocr/entry/\S+\ <\S+\#(symbolStatus|grounding)>
    | <https://identifiers\.org/pmc/\S+\ <\S+/(creator|isPartOf|issue|pages|volume)>
    | <https://w3id\.org/pfocr/journal/\S+\ .*                       # from citations
    | <https://w3id\.org/pfocr/mention/\S+\ <\S+\#confidence>
    """,
    re.VERBOSE,
)
"""Subject and predicate of what kg adds to what pages say: docs/benchmarks.md lists it."""


def assert_what_pages_say(found: Triples, expected: Triples) -> None:
    """Hold a graph to ours: nothing more, and nothing less but what kg adds."""
    missing = [triple for triple in expected - found if not LEFT_OUT.match(" ".join(triple[:2]))]
    assert sorted(missing)[:5] == [], "missing"
    assert sorted(found - expected)[:5] == [], "extra"
    assert len(found) > len(expected) / 2


# The contestants build our graph


@pytest.mark.parametrize("which", ["bundled", "made"])
def test_naive_script_builds_our_graph(which: str, pages: Path) -> None:
    folder = corpus.REAL_PAGES if which == "bundled" else pages
    builder = Builder(folder)
    for path in sorted((folder / "_figures").glob("*.md")):
        builder.add_page(path)
    assert_what_pages_say(
        tokens(builder.graph.serialize(format="nt", encoding="utf-8")), ours(folder)
    )


def test_naive_script_imports_nothing_of_kg() -> None:
    code = (
        "import sys, benchmarks.naive; sys.exit(any(m.split('.')[0] == 'kg' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("which", ["bundled", "made"])
def test_rml_mapping_builds_our_graph(which: str, pages: Path, tmp_path: Path) -> None:
    folder = corpus.REAL_PAGES if which == "bundled" else pages
    morph.Converter(folder, tmp_path).convert()
    assert_what_pages_say(tokens("".join(interpret(morph.MAPPING, tmp_path))), ours(folder))


def interpret(mapping: Path, tables: Path) -> Iterator[str]:
    """Yield the triples of an RML mapping: as much of RML as ours uses.

    Morph-KGC is in no environment of the tests; this holds its mapping to ours all the same.
    """
    rules = rdflib.Graph().parse(mapping)
    for triples_map in rules.subjects(RDF.type, RR.TriplesMap):
        subject_map = rules.value(triples_map, RR.subjectMap)
        make_subject = term_maker(rules, subject_map)
        pairs = [
            (rules.value(rule, RR.predicate).n3(), term_maker(rules, node))
            for rule in rules.objects(triples_map, RR.predicateObjectMap)
            for node in rules.objects(rule, RR.objectMap | RR.object)
        ]
        classes = rules.objects(subject_map, RR["class"])
        pairs += [(RDF.type.n3(), term_maker(rules, kind)) for kind in classes]
        source = rules.value(triples_map, RML.logicalSource / RML.source)
        with (tables / str(source)).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                subject = make_subject(row)
                made = [(predicate, make(row)) for predicate, make in pairs if subject]
                yield from (
                    f"{subject} {predicate} {value} .\n" for predicate, value in made if value
                )


def term_maker(
    rules: rdflib.Graph, node: rdflib.term.Node
) -> Callable[[dict[str, str]], str | None]:
    """Return a function from a row to the term that a term map makes of it, None for NULL."""
    template, column = rules.value(node, RR.template), rules.value(node, RML.reference)
    if template is None and column is None:
        constant = node.n3()
        return lambda _: constant
    kind, datatype = rules.value(node, RR.termType), rules.value(node, RR.datatype)
    is_iri = kind == RR.IRI if template is None else kind != RR.Literal
    parts = re.split(r"\{(\w+)\}", template or f"{{{column}}}")
    names, shown = parts[1::2], "<%s>" if is_iri else '"%s"'
    tail = f"^^{datatype.n3()}" if datatype else ""

    def make(row: dict[str, str]) -> str | None:
        cells = [row[name] for name in names]
        if morph.NULL in cells:
            return None
        if is_iri and template is not None:
            cells = [quote(cell, safe="") for cell in cells]
        text = "".join(chain.from_iterable(zip_longest(parts[::2], cells, fillvalue="")))
        return shown % (text if is_iri else escape(text)) + tail

    return make


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


# Corpora


def test_corpus_is_of_new_figures_without_problems(pages: Path) -> None:
    problems: list[object] = []
    records = list(iter_records([pages], problems))
    assert problems == []
    assert len({record.figid for record in records}) == 40
    assert all(int(record.paper.pmcid[3:]) >= corpus.FIRST_PAPER for record in records)
    papers = {record.paper.pmcid: record.paper for record in records}
    assert len(papers) < 40
    assert all(record.paper == papers[record.paper.pmcid] for record in records)
    assert all(record.alias and record.alias.startswith(record.paper.pmcid) for record in records)
    assert any(record.wpids for record in records)


def test_corpus_uses_all_real_pages_equally(pages: Path) -> None:
    made = [path.stem.partition("__")[2] for path in (pages / "_figures").iterdir()]
    real = [path.stem.partition("__")[2] for path in (corpus.REAL_PAGES / "_figures").iterdir()]
    for stem in real:
        count = sum(bool(re.fullmatch(rf"{re.escape(stem)}(-[234])?", name)) for name in made)
        assert 1 <= count <= 4


def test_same_arguments_make_the_same_corpus(pages: Path, tmp_path: Path) -> None:
    corpus.make_corpus(40, tmp_path / "again")
    corpus.make_corpus(40, tmp_path / "other", seed=1)
    assert read_all(tmp_path / "again") == read_all(pages)
    assert read_all(tmp_path / "other") != read_all(pages)


def read_all(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize(("layout", "columns"), [(3, 10), (4, 11)])
def test_corpus_of_one_layout(layout: int, columns: int, tmp_path: Path) -> None:
    corpus.make_corpus(5, tmp_path / "pages", layouts=[layout])
    tables = list((tmp_path / "pages" / "_data").glob("*-genes.tsv"))
    assert len(tables) == 5
    for table in tables:
        assert len(table.read_text(encoding="utf-8").split("\n")[0].split("\t")) == columns


def test_corpus_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.corpus", "3", tmp_path / "pages"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"3 pages, [\d,]+ bytes a page with tables\n", done.stdout)
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert again.stderr.startswith("error: ")


# Measuring


def test_measure_counts_the_whole_process_tree() -> None:
    below = (
        "held = bytearray(80 << 20)\nfor i in range(4_000_000): pass\nimport time; time.sleep(.3)"
    )
    above = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {below!r}]); print('hi')"
    )
    found = measure([sys.executable, "-c", above])
    assert found.outcome == "done"
    assert found.output == "hi\n"
    assert found.wall_s > 0.3
    assert found.cpu_s > 0.05
    assert 80 << 20 < found.peak_bytes < 300 << 20


@pytest.mark.parametrize(
    ("code", "limits", "outcome"),
    [
        ("raise SystemExit(1)", Limits(), "failed"),
        ("import time; time.sleep(30)", Limits(wall_s=0.2), "too long"),
        ("x = bytearray(90 << 20); import time; time.sleep(30)", Limits(60, 50 << 20), "too large"),
    ],
)
def test_measure_tells_what_came_of_it(code: str, limits: Limits, outcome: str) -> None:
    assert measure([sys.executable, "-c", code], limits=limits).outcome == outcome


def test_measure_accepts_exit_codes_that_are_findings() -> None:
    assert measure([sys.executable, "-c", "raise SystemExit(1)"], accept=(0, 1)).outcome == "done"


# Results


def make_results() -> Results:
    results = Results(
        "build", {}, {"ours": "ours", "other": "the other"}, dict.fromkeys(TWO, "ours")
    )
    results.add("ours", 100, [Measurement("done", wall, wall * 2, 1 << 20) for wall in (1, 9, 2)])
    results.add("other", 100, [Measurement("done", 20, 20, 2 << 20)])
    return results


TWO = ("ours", "other")


def test_results_are_medians_and_ratios_against_ours() -> None:
    results = make_results()
    assert results.cost("ours", 100) == Cost("ours", 100, 2, 4, 1.0, 3)
    assert "| 100 | the other | 20.0 s | 10.0 | 20.0 s | 5.00 | 2.00 MiB | 2.00 |" in make_table(
        results
    )


def test_what_is_not_run_is_marked_in_the_table() -> None:
    results = make_results()
    results.add("ours", 1000, [Measurement("done", 20, 20, 1 << 20)])
    results.extrapolate("other", 1000)
    table = make_table(results)
    assert (
        "| 1,000 | the other | ≈ 200 s | ≈ 10.0 | ≈ 200 s | ≈ 10.0 | ≈ 20.0 MiB | ≈ 20.0 |" in table
    )
    assert "≈ not run: the other at 1,000 pages is what it measured at 100, in proportion" in table


def test_fewer_rounds_are_told() -> None:
    assert make_table(make_results()).endswith("- the other at 100 pages: 1 round of 3\n")


def test_a_contestant_stops_when_its_budget_is_spent() -> None:
    done = [Measurement("done", wall, wall, 1) for wall in (4.0, 5.0)]
    assert goes_on([], budget_s=0)
    assert goes_on(done, budget_s=9.5)
    assert not goes_on(done, budget_s=9)
    assert not goes_on([*done, Measurement("failed", 0, 0, 1)], budget_s=100)


def test_what_failed_is_told_and_has_no_numbers() -> None:
    results = make_results()
    results.add("other", 1000, [Measurement("too large", 20, 20, 1 << 20)])
    results.add("other", 10000, [Measurement("too long", 1800.5, 1790, 1 << 20)])
    table = make_table(results)
    assert "| 1,000 | the other | too large | | | | | |" in table
    assert "| 10,000 | the other | too long: ended after 1,800 s | | | | | |" in table


@pytest.mark.parametrize(
    ("ours", "other", "fact"),
    [
        ("9 triples", "9 triples", "100 pages: 9 triples from each of 2"),
        ("1,000 triples", "900 triples", "100 pages: 1,000 triples of kg, 900 (90%) of the others"),
    ],
)
def test_what_contestants_came_to_is_compared(ours: str, other: str, fact: str) -> None:
    results = make_results()
    rounds = {
        "ours": [Measurement("done", 1, 1, 1, f"7 triples\n{ours}")],
        "other": [Measurement("done", 1, 1, 1, other)],
    }
    check_counts(results, 100, rounds)
    assert results.facts == [fact]


def test_results_of_validation_have_to_be_the_same() -> None:
    results = make_results()
    results.what = "validate"
    few, many = "1 violations, 0 warnings, 0 infos", "2 violations, 0 warnings, 0 infos"
    rounds = {
        "ours": [Measurement("done", 1, 1, 1, few)],
        "other": [Measurement("done", 1, 1, 1, many)],
    }
    check_counts(results, 100, rounds)
    assert results.facts == [f"100 pages, DIFFERENT: ours: {few}; the other: {many}"]


def test_table_goes_into_its_place_in_a_document(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text("before\n<!-- benchmark: build -->\nold\n<!-- end -->\nafter\n")
    insert_table(make_results(), document)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- benchmark: build -->\n\n| pages |")
    assert text.endswith("\n<!-- end -->\nafter\n")
    assert "old" not in text
    insert_table(make_results(), document)
    assert document.read_text(encoding="utf-8") == text
    document.write_text("no place")
    with pytest.raises(ValueError, match="has no place for the table"):
        insert_table(make_results(), document)


def test_numbers_are_shown_with_three_digits() -> None:
    shown = [show_number(number) for number in (1234.6, 99.96, 12.345, 1.0, 0.0456)]
    assert shown == ["1,235", "100", "12.3", "1.00", "0.0456"]


# The command


def test_morph_is_left_out_with_a_word_where_it_is_not_installed(tmp_path: Path) -> None:
    chosen, skipped = choose("build", morph_python=tmp_path / "none", limits={"naive-turtle": 7})
    assert "morph" not in [contestant.name for contestant in chosen]
    assert [contestant.max_pages for contestant in chosen if contestant.name == "naive-turtle"] == [
        7
    ]
    assert skipped == [
        "Morph-KGC, N-Triples is left out: there is no Python that has it; "
        "docs/benchmarks.md says how to make one"
    ]


def test_queries_ask_for_figures_of_the_corpus(pages: Path, tmp_path: Path) -> None:
    figids = sorted(path.stem for path in (pages / "_figures").iterdir())
    bound = bind_queries(figids, tmp_path / "queries")
    assert [path.stem for path in bound] == list(ASKED)
    text = "".join(path.read_text(encoding="utf-8") for path in bound)
    assert "{{" not in text
    assert any(figid in text for figid in figids)


def test_a_traceback_is_no_finding(tmp_path: Path) -> None:
    def command(_: Job) -> list[str | Path]:
        return [sys.executable, "-c", "raise TypeError"]

    broken = Contestant("kg", "kg validate", "kg", command, accept=(0, 1))
    job = Job(tmp_path, tmp_path, (), tmp_path / "out")
    assert run_once("validate", broken, job, Limits()).outcome == "failed"


def test_run_prints_the_table_and_writes_results_and_plot(tmp_path: Path) -> None:
    sizes = ["--pages", "2", "4", "--runs", "1", "--limit", "naive-ntriples=2"]
    command = [sys.executable, "-m", "benchmarks.run", "build", *sizes, "--only", "naive-ntriples"]
    command += ["--work", str(tmp_path), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "| 4 | rdflib script, N-Triples | ≈ " in done.stdout
    told = r"^- 2 pages: [\d,]+ triples of kg, [\d,]+ \(\d+%\) of the others$"
    assert re.search(told, done.stdout, re.MULTILINE)
    found = json.loads((tmp_path / "out" / "build.json").read_text(encoding="utf-8"))
    assert [cost["extrapolated_from"] for cost in found["costs"]] == [None, None, None, 2]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"build.json", "build.md", "build.png", "build.svg"}
