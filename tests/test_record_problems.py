"""From page to record: what is refused, with which words, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import ABSENT
from records import (
    DIGITS,
    FOLDER,
    GENE,
    LEXICONS,
    MISSING,
    NEEDED,
    MakePage,
    line_of,
    read,
    shown,
)

from kg.record import Tag

pytestmark = pytest.mark.usefixtures("in_folder")

# Fields

UUID = "2cdee215-df0b-11ea-99da-0ac135e8bacf"


@pytest.mark.parametrize(
    ("key", "value", "what", "example"),
    [
        ("year", "2O01", "a year", "2001"),
        ("year", "201", "a year", "2001"),
        ("year", "20011", "a year", "2001"),
        ("year", "3001", "a year", "2001"),
        ("year", "2001\n", "a year", "2001"),
        ("year", "２００１", "a year", "2001"),
        ("year", "2٠٠1", "a year", "2001"),
        ("doi", "fpls.2023", "a DOI", "10.3389/fpls.2023.1084358"),
        ("doi", "https://doi.org/10.3389/a", "a DOI", "10.3389/fpls.2023.1084358"),
        ("doi", "10.3389/a b", "a DOI", "10.3389/fpls.2023.1084358"),
        ("doi", "10.٣٣٨٩/a", "a DOI", "10.3389/fpls.2023.1084358"),
        ("ndex", "2cdee215", "a UUID", UUID),
        ("ndex", f"{UUID}0", "a UUID", UUID),
        ("wpid", "5283", "a WikiPathways identifier", "WP5283"),
        ("wpid", "WP5283_r1", "a WikiPathways identifier", "WP5283"),
        ("wpid", "WP٣", "a WikiPathways identifier", "WP5283"),
        ("pathway_score", "high", "a number", "0.9537671"),
        ("pathway_score", "0,95", "a number", "0.9537671"),
        ("pathway_score", "nan", "a number", "0.9537671"),
        ("pathway_score", "1e999999999", "a number", "0.9537671"),
        ("pathway_score", "٣", "a number", "0.9537671"),
        ("automl_pathway", "inf", "a number", "0.9537671"),
        ("pmc_ranked_result_index", "14449.0", "a whole number", "14449"),
        ("pmc_ranked_result_index", "-1", "a whole number", "14449"),
        ("pmc_ranked_result_index", "٣", "a whole number", "14449"),
        ("pmc_ranked_result_index", "9" * 5000, "a whole number", "14449"),
    ],
)
def test_wrong_field_is_lost_alone(
    make_page: MakePage, key: str, value: str, what: str, example: str
) -> None:
    make_page(**{key: value})
    record, problems = read(FOLDER)
    line = line_of(FOLDER, f"{key}:")
    quoted = repr(value if len(value) <= 80 else f"{value[:79]}…")
    assert shown(problems) == [
        f"pages/_figures/PMC1__f1.md:{line}: {key}: {quoted} is not {what}\n"
        f"hint: for example {example}"
    ]
    assert problems[0].lost == "field"
    assert record is not None
    assert len(record.genes) == 1


@pytest.mark.parametrize("value", [["a"], {"a": "b"}, [["a"]], []])
@pytest.mark.parametrize("key", ["year", "caption", "doi", "wpid", "filename", "pathway_score"])
def test_field_that_is_no_text_is_lost_alone(make_page: MakePage, key: str, value: Any) -> None:
    make_page(**{key: value})
    record, problems = read(FOLDER)
    line = line_of(FOLDER, f"{key}:")
    assert shown(problems) == [
        f"pages/_figures/PMC1__f1.md:{line}: {key}: is not a text\nhint: write {key}: some text"
    ]
    assert problems[0].lost == "field"
    assert record is not None


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (["Homo sapiens", ["a"]], "organisms[1]"),
        ([{"a": "b"}], "organisms[0]"),
        ({"a": "b"}, "organisms[0]"),
    ],
)
def test_item_that_is_no_text_is_lost_alone(make_page: MakePage, value: Any, field: str) -> None:
    make_page(organisms=value)
    record, problems = read(FOLDER)
    line = line_of(FOLDER, "organisms:")
    line += int(field[-2]) + 1 if isinstance(value, list) else 0
    assert shown(problems) == [
        f"pages/_figures/PMC1__f1.md:{line}: {field}: is not a text\nhint: list texts alone"
    ]
    assert record is not None


@pytest.mark.parametrize(
    ("key", "value", "what", "example"),
    [
        ("figid", "PMC1_f1", "a figid", "PMC100003__mb2410470011"),
        ("figid", "PMC1__", "a figid", "PMC100003__mb2410470011"),
        ("figid", "PMC0__f1", "a figid", "PMC100003__mb2410470011"),
        ("figid", "PMC1__f 1", "a figid", "PMC100003__mb2410470011"),
        ("figid", "PMC1__f/1", "a figid", "PMC100003__mb2410470011"),
        ("figid", "PMC1٣__f1", "a figid", "PMC100003__mb2410470011"),
        ("pmcid", "1", "a PMC identifier", "PMC100003"),
        ("pmcid", "PMC١", "a PMC identifier", "PMC100003"),
        ("pmcid", "PMC", "a PMC identifier", "PMC100003"),
    ],
)
def test_wrong_name_loses_the_page(
    make_page: MakePage, key: str, value: str, what: str, example: str
) -> None:
    make_page("page", **{key: value})
    record, problems = read(FOLDER)
    line = line_of(FOLDER, f"{key}:", "_figures/page.md")
    assert shown(problems) == [
        f"pages/_figures/page.md:{line}: {key}: {value!r} is not {what}\n"
        f"hint: for example {example}"
    ]
    assert problems[0].lost == "page"
    assert record is None


@pytest.mark.parametrize("missing", [*MISSING, ABSENT])
@pytest.mark.parametrize(
    ("key", "example"), [("figid", "PMC100003__mb2410470011"), ("pmcid", "PMC100003")]
)
def test_missing_name_loses_the_page(
    make_page: MakePage, key: str, example: str, missing: Any
) -> None:
    make_page("page", **{key: missing})
    record, problems = read(FOLDER)
    assert shown(problems) == [
        f"pages/_figures/page.md: the page has no {key}\nhint: add it, for example {key}: {example}"
    ]
    assert problems[0].lost == "page"
    assert record is None


@pytest.mark.parametrize("value", [["PMC1__f1"], {"a": "b"}])
def test_name_that_is_no_text_loses_the_page(make_page: MakePage, value: Any) -> None:
    make_page("page", figid=value)
    record, problems = read(FOLDER)
    assert shown(problems) == [
        "pages/_figures/page.md:2: figid: is not a text\nhint: write figid: some text"
    ]
    assert problems[0].lost == "page"
    assert record is None


def test_both_names_are_reported(make_page: MakePage) -> None:
    make_page("page", figid=ABSENT, pmcid="1")
    _, problems = read(FOLDER)
    assert [problem.message for problem in problems] == [
        "the page has no figid",
        "is not a PMC identifier",
    ]
    assert {problem.lost for problem in problems} == {"page"}


def test_paper_that_is_not_that_of_the_figid(make_page: MakePage) -> None:
    make_page(pmcid="PMC2")
    record, problems = read(FOLDER)
    assert shown(problems) == [
        "pages/_figures/PMC1__f1.md:3: pmcid: 'PMC2' is not the paper of the figid\n"
        "hint: the figid says PMC1, and so does the graph"
    ]
    assert record is not None
    assert record.paper.pmcid == "PMC1"


# Rows


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("entrez", "74O9", f"'74O9' is not an NCBI Gene identifier\nhint: {DIGITS}"),
        ("entrez", "7" * 19, f"'{'7' * 19}' is not an NCBI Gene identifier\nhint: {DIGITS}"),
        ("entrez", "0", f"'0' is not an NCBI Gene identifier\nhint: {DIGITS}"),
        ("entrez", "7409.0", f"'7409.0' is not an NCBI Gene identifier\nhint: {DIGITS}"),
        ("entrez", "ncbigene:7", f"'ncbigene:7' is not an NCBI Gene identifier\nhint: {DIGITS}"),
        ("entrez", "7٣", f"'7٣' is not an NCBI Gene identifier\nhint: {DIGITS}"),
        ("entrez", "", f"is missing\nhint: {NEEDED}"),
        ("entrez", "NA", f"is missing\nhint: {NEEDED}"),
        ("entrez", ABSENT, f"is missing\nhint: {NEEDED}"),
        ("entrez", ["7"], "is not a text\nhint: write entrez: some text"),
        ("source", "hgnc", f"'hgnc' is not a lexicon\nhint: {LEXICONS}"),
        ("source", "", f"is missing\nhint: {NEEDED}"),
        ("source", {"a": "b"}, "is not a text\nhint: write source: some text"),
        ("word", "", f"is missing\nhint: {NEEDED}"),
        ("word", ABSENT, f"is missing\nhint: {NEEDED}"),
        ("word", ["a"], "is not a text\nhint: write word: some text"),
        ("symbol", "", f"is missing\nhint: {NEEDED}"),
        ("symbol", ["a"], "is not a text\nhint: write symbol: some text"),
        ("hgnc_symbol", ["a"], "is not a text\nhint: write hgnc_symbol: some text"),
    ],
)
def test_bad_gene_row_is_lost_alone(make_page: MakePage, key: str, value: Any, said: str) -> None:
    bad = {**GENE, key: value}
    if value is ABSENT:
        del bad[key]
    good = {**GENE, "word": "good"}
    make_page(genes=[good, {"first": "", **bad}, good])
    record, problems = read(FOLDER)
    line = line_of(FOLDER, "- first:")
    if value is not ABSENT:
        line += 1 + list(bad).index(key)
    assert shown(problems) == [f"pages/_figures/PMC1__f1.md:{line}: genes[1].{key}: {said}"]
    assert problems[0].lost == "row"
    assert record is not None
    assert {word: count for (word, _), count in record.genes.items()} == {"good": 2}


def test_all_wrong_cells_of_a_row_are_reported(make_page: MakePage) -> None:
    _, problems = read(make_page(genes=[{"word": "", "symbol": "S", "source": "x", "entrez": "y"}]))
    assert [problem.field for problem in problems] == [
        "genes[0].word",
        "genes[0].source",
        "genes[0].entrez",
    ]


@pytest.mark.parametrize("kind", ["genes", "chemicals", "diseases", "annotations"])
@pytest.mark.parametrize("row", ["text", ["a"], "", []])
def test_row_that_is_no_row_is_lost_alone(make_page: MakePage, kind: str, row: Any) -> None:
    make_page(**{kind: [row]})
    record, problems = read(FOLDER)
    line = line_of(FOLDER, f"{kind}:") + 1
    assert shown(problems) == [
        f"pages/_figures/PMC1__f1.md:{line}: {kind}[0]: is not a row\n"
        "hint: each row is a mapping of texts"
    ]
    assert problems[0].lost == "row"
    assert record is not None


@pytest.mark.parametrize("kind", ["genes", "chemicals", "diseases", "annotations"])
@pytest.mark.parametrize("rows", ["text", {"word": "a"}, "NA"])
def test_list_that_is_no_list_is_lost_alone(make_page: MakePage, kind: str, rows: Any) -> None:
    make_page(**{kind: rows})
    record, problems = read(FOLDER)
    line = line_of(FOLDER, f"{kind}:")
    assert shown(problems) == [
        f"pages/_figures/PMC1__f1.md:{line}: {kind}: is not a list of rows\n"
        "hint: one '- word: …' a row"
    ]
    assert problems[0].lost == "table"
    assert record is not None


@pytest.mark.parametrize("kind", ["chemicals", "diseases"])
@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("identifier", "D1", "'D1' is not a MeSH identifier\nhint: for example D001839"),
        ("identifier", "D٣٣٣٣٣٣", "'D٣٣٣٣٣٣' is not a MeSH identifier\nhint: for example D001839"),
        ("identifier", "X001839", "'X001839' is not a MeSH identifier\nhint: for example D001839"),
        ("identifier", ["a"], "is not a text\nhint: write identifier: some text"),
        ("source", "CHEBI", "'CHEBI' is not a lexicon\nhint: known: MESH"),
        ("source", ["a"], "is not a text\nhint: write source: some text"),
        ("word", "", "is missing\nhint: each row has a word"),
        ("word", ["a"], "is not a text\nhint: write word: some text"),
    ],
)
def test_bad_row_of_chemicals_or_diseases_is_lost_alone(
    make_page: MakePage, kind: str, key: str, value: Any, said: str
) -> None:
    row = {"first": "", "word": "w", "source": "MESH", "identifier": "D001839"}
    bad = {**row, key: value}
    make_page(**{kind: [bad, {**row, "first": "good"}]})
    record, problems = read(FOLDER)
    line = line_of(FOLDER, "- first: ''") + list(bad).index(key)
    assert shown(problems) == [f"pages/_figures/PMC1__f1.md:{line}: {kind}[0].{key}: {said}"]
    assert problems[0].lost == "row"
    assert record is not None
    assert getattr(record, kind).total() == 1


@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ({"type": "", "value": "v"}, "type"),
        ({"value": "v"}, "type"),
        ({"type": "t"}, "value"),
        ({"type": "t", "value": ["v"]}, "value"),
    ],
)
def test_bad_tag_is_lost_alone(make_page: MakePage, tag: dict[str, Any], field: str) -> None:
    make_page(annotations=[tag, {"type": "t", "value": "v"}])
    record, problems = read(FOLDER)
    (problem,) = problems
    assert str(problem).endswith(
        f": annotations[0].{field}: is missing\nhint: an annotation has type and value, texts both"
    )
    assert problem.lost == "row"
    assert record is not None
    assert record.tags == (Tag("t", "v", None),)


# All of a page


def test_all_problems_of_a_page_in_line_order(make_page: MakePage) -> None:
    bad = {**GENE, "entrez": "x"}
    make_page(genes=[bad, GENE, bad], year="x", ndex="y", pathway_score=["z"])
    _, problems = read(FOLDER)
    assert [problem.field for problem in problems] == [
        "year",
        "ndex",
        "pathway_score",
        "genes[0].entrez",
        "genes[2].entrez",
    ]
    lines = [problem.line for problem in problems]
    assert lines == sorted(lines, key=lambda line: line or 0)
    assert None not in lines


def test_place_of_the_last_of_equal_keys(make_page: MakePage) -> None:
    text = "---\nfigid: PMC1__f1\nyear: '2001'\npmcid: PMC1\nyear: x\n---\n"
    make_page(text=text)
    _, problems = read(FOLDER)
    assert [(problem.line, problem.value) for problem in problems] == [(5, "x")]
