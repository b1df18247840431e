"""The report: its counts, that it needs nothing else, and how a browser shows it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.image
import pytest
from conftest import Run
from programs import browse
from wikipathways_data import WIKIPATHWAYS

from kg.build import iter_records
from kg.export.charts import bars, columns
from kg.export.details import Details, read_details
from kg.export.facts import Facts, find_facts
from kg.export.report import make_report
from kg.record import FAMILY_LEXICONS, HUMAN
from kg.wikipathways.overlap import overlap

ORGANISM = "http://purl.obolibrary.org/obo/NCBITaxon_"


@pytest.fixture(scope="module")
def facts(pages_turtle: Path) -> Facts:
    return find_facts(read_details(pages_turtle))


def test_facts_are_counts_of_the_pages(pages: Path, facts: Facts) -> None:
    records = list(iter_records([pages]))
    assert facts.totals["figures"] == len(records)
    assert facts.totals["papers"] == len({record.paper.pmcid for record in records})
    entries = [(r.figid, entry) for r in records for _, entry in r.genes]
    assert facts.totals["genes"] == len({entry.gene for _, entry in entries})
    assert facts.totals["figures with genes"] == len({figid for figid, _ in entries})
    years = Counter(record.paper.year for record in records if record.paper.year)
    assert {year: count for year, count in facts.years if count} == years
    assert [int(year) for year, _ in facts.years] == list(
        range(int(min(years)), int(max(years)) + 1)
    )
    humans = {figid for figid, entry in entries if entry.taxon == HUMAN}
    assert dict(facts.organisms)["Homo sapiens"] == len(humans)
    families = defaultdict(set)
    for figid, entry in entries:
        if entry.lexicon in FAMILY_LEXICONS:
            families[entry.term].add(figid)
    assert dict(facts.families)["RAF"] == len(families["RAF"])
    lexicons = Counter(
        lexicon
        for *_, lexicon in {
            (r.figid, word, entry.term, entry.lexicon) for r in records for word, entry in r.genes
        }
    )
    assert lexicons.items() <= dict(facts.lexicons).items()
    assert sum(count for _, count in facts.sizes) == len(records)
    assert [name for name, _ in facts.strictness] == ["strict", "synonyms", "all"]
    assert facts.pathways is None


def test_ambiguous_words_stand_for_several_genes(facts: Facts) -> None:
    found = {(one.word, one.organism): one for one in facts.ambiguous}
    assert found["TCF4", "Homo sapiens"].symbols == ("TCF4", "TCF7L2")
    assert all(len(one.symbols) > 1 <= one.figures for one in facts.ambiguous)


def test_report_of_nothing() -> None:
    page = make_report(find_facts(Details()), title="Nothing", findings=[])
    assert "Nothing" in page
    assert "conforms" in page


def test_overlap_is_what_kg_overlap_counts(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    """Pathways without a title count on neither side, genes by other keys than NCBI's on both."""
    counted = overlap([pages_turtle], [WIKIPATHWAYS])
    [row] = [row for row in counted if (row.organism, row.strictness) == ("all", "all")]
    merged = tmp_path / "both.nq"
    run_kg("merge", pages_turtle, "--wikipathways", WIKIPATHWAYS, "-o", merged, "--no-similarity")
    facts = find_facts(read_details(merged))
    assert facts.pathways == {
        "pathways": row.pathway_count,
        "genes in pathways": row.in_pathways,
        "genes in figures": row.in_figures,
        "genes in both": row.in_both,
    }
    assert f"figures and {row.pathway_count} pathways have" in make_report(facts, title="x")


def test_pathways_that_are_not_merged_have_no_overlap(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    (tmp_path / "pages.ttl").symlink_to(pages_turtle)
    (tmp_path / "WP9001.ttl").symlink_to(WIKIPATHWAYS / "WP9001.ttl")
    run = run_kg("report", tmp_path, "-o", "-", "--no-validate")
    assert run.stderr == (
        "no overlap is shown: nothing links the pathways to genes; kg merge does\n"
    )
    assert "<h2>WikiPathways" not in run.stdout


def test_charts_are_well_formed_and_escaped() -> None:
    values = [("<script>&\"'", 3), ("a" * 60, 0), ("β", 1_234)]
    for chart in (bars(values), columns(values), bars([]), columns([])):
        root = ET.fromstring(chart)  # noqa: S314 - our own text
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "1,234" in bars(values)
    assert "<script>" not in bars(values)


class _Page(HTMLParser):
    """Collects what a page fetches, and checks that its tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag in ("script", "iframe", "object"):
            self.fetched.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_needs_nothing_else(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    run = run_kg("report", pages_turtle, "-o", tmp_path / "report.html", "--title", "A <b> title")
    assert (run.code, run.stdout) == (0, "")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == []
    assert page.fetched == []
    assert "url(" not in text
    assert "@import" not in text
    assert "<h1>A &lt;b&gt; title</h1>" in text
    assert "<h2>Validation</h2><p>conforms</p>" in text
    assert run_kg("report", pages_turtle, "-o", "-", "--no-validate").stdout.count("<h2>") == 8


def test_violations_are_told(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bad.ttl"
    broken = re.sub(r'dcterms:issued "2001"', 'dcterms:issued "20o1"', pages_turtle.read_text())
    path.write_text(broken)
    page = run_kg("report", path, "-o", "-").stdout
    assert re.search(r"<h2>Validation</h2><p>\d+ violations</p>", page)


def test_what_is_validated_is_the_graph_of_the_figures(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    """Pathways in a graph of their own are not ours to judge; in one graph, nothing is told."""
    pathway = (
        "<http://a> a <http://vocabularies.wikipathways.org/wp#Pathway> ; <http://b> 1 ; "
        "<http://purl.obolibrary.org/obo/RO_0000057> <https://identifiers.org/ncbigene/7> ."
    )
    figures = pages_turtle.read_text()
    (tmp_path / "wp.trig").write_text(f"{figures}\n<http://graph> {{ {pathway} }}\n")
    run = run_kg("report", tmp_path / "wp.trig", "-o", "-")
    assert "<h2>Validation</h2><p>conforms</p>" in run.stdout
    (tmp_path / "wp.ttl").write_text(f"{figures}\n{pathway}\n")
    run = run_kg("report", tmp_path / "wp.ttl", "-o", "-")
    assert run.stderr == "not validated: figures and pathways stand in one graph\n"
    assert "<h2>Validation" not in run.stdout
    run_kg("load", tmp_path / "wp.trig", "--store", tmp_path / "store")
    run = run_kg("report", tmp_path / "store", "-o", "-")
    assert "<h2>Validation</h2><p>conforms</p>" in run.stdout


def test_browser_shows_it(run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path) -> None:
    """Take a screenshot: the page has ink, and is no wider than its window."""
    run_kg("report", pages_turtle, "-o", tmp_path / "report.html", "--no-validate")
    picture = tmp_path / "report.png"
    url = (tmp_path / "report.html").as_uri()
    browse(url, tmp_path, "--window-size=1280,1500", f"--screenshot={picture}")
    pixels = matplotlib.image.imread(picture)[..., :3]
    assert pixels.shape[:2] == (1500, 1280)
    blue = (pixels[..., 2] > 0.6) & (pixels[..., 0] < 0.35)
    assert 0.005 < blue.mean() < 0.4  # the bars
    assert (pixels[:, -8:] > 0.9).all()  # the margin
