"""From page to record: what is taken, what is refused and with which words, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ABSENT, PAGE, dump_page
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from kg.build import iter_records
from kg.errors import Problem
from kg.record import (
    GENE_LEXICONS,
    GeneEntry,
    Organism,
    Record,
    SubstanceEntry,
    Tag,
    entries,
)

pytestmark = pytest.mark.usefixtures("in_folder")

MakePage = Callable[..., Path]
FOLDER = Path("pages")
GENE = PAGE["genes"][0]
MISSING = ["", "NA", ".na.character"]


def read(folder: Path) -> tuple[Record | None, list[Problem]]:
    """Return the record of the one page of a folder, and its problems."""
    problems: list[Problem] = []
    records = list(iter_records([folder], problems))
    assert len(records) <= 1
    return (records[0] if records else None), problems


def one_record(folder: Path) -> Record:
    record, problems = read(folder)
    assert not problems
    assert record is not None
    return record


def line_of(folder: Path, start: str, file: str = "_figures/PMC1__f1.md") -> int:
    """Return the number of the line that begins with a text."""
    lines = (folder / file).read_text("utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.strip().startswith(start))


def shown(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


# What a record holds


def test_page_becomes_a_record(make_page: MakePage) -> None:
    record = one_record(make_page())
    assert record.figid == "PMC1__f1"
    assert record.title == "Signalling by SRC"
    assert record.caption == "A caption."
    assert record.number == "F1"
    assert record.type == "Figure"
    assert record.alias == "PMC1__F1"
    assert record.redirects == ("/figures/PMC1__F1",)
    assert record.filename == "f1.jpg"
    assert record.figlink == "/pmc/articles/PMC1/figure/F1/"
    assert record.score == "0.95"
    assert record.automl_score is None
    assert record.search_rank == 14449
    assert record.ndex is None
    assert record.wpids == ()
    assert record.organisms == ("Homo sapiens",)
    assert record.paper.pmcid == "PMC1"
    assert record.paper.title == "A paper."
    assert record.paper.citation == "A. Author. J Test. 2001;1:1-2."
    assert record.paper.year == "2001"
    assert record.genes == {
        ("(Src", GeneEntry("SRC", "hgnc_symbol", "6714", "SRC", "9606")): 1,
    }
    assert record.chemicals == {
        ("bombesin", SubstanceEntry("chemical", None, "MESH", "D001839", None, None)): 1,
    }
    assert not record.diseases


def test_record_is_frozen(make_page: MakePage) -> None:
    record = one_record(make_page())
    with pytest.raises(AttributeError):
        record.figid = "PMC2__f1"  # type: ignore[misc] # frozen: that is the test
    assert not hasattr(record, "__dict__")


def test_fields_of_the_later_layouts(make_page: MakePage) -> None:
    record = one_record(
        make_page(
            tables={},
            organisms=["Homo sapiens"],
            organisms_ner=["Mus musculus", "NA"],
            doi="10.3389/fpls.2023.1084358",
            journal_title="Frontiers in Plant Science",
            journal_nlm_ta="Front Plant Sci",
            publisher_name="Frontiers",
            keywords="a | b, c | a",
            automl_pathway="0.9538944",
            wpid="WP5283",
            ndex="2cdee215-df0b-11ea-99da-0ac135e8bacf",
        )
    )
    assert record.organisms_recognised == ("Mus musculus",)
    assert record.paper.doi == "10.3389/fpls.2023.1084358"
    assert record.paper.journal == "Frontiers in Plant Science"
    assert record.paper.journal_abbreviation == "Front Plant Sci"
    assert record.paper.publisher == "Frontiers"
    assert record.paper.keywords == ("a", "b, c")
    assert record.automl_score == "0.9538944"
    assert record.wpids == ("WP5283",)
    assert record.ndex == "2cdee215-df0b-11ea-99da-0ac135e8bacf"


@pytest.mark.parametrize(
    ("organisms", "expected"),
    [
        ("Homo sapiens", ("Homo sapiens",)),
        ("Homo sapiens, Mus musculus", ("Homo sapiens", "Mus musculus")),
        (["Homo sapiens", "Mus musculus"], ("Homo sapiens", "Mus musculus")),
        (["Homo sapiens, Mus musculus", "Homo sapiens"], ("Homo sapiens", "Mus musculus")),
        (["Homo sapiens, NA", "NA", ""], ("Homo sapiens",)),
        ("NA", ()),
        ("", ()),
        ([], ()),
        (["NA"], ()),
        (".na.character", ()),
        (ABSENT, ()),
        (" Homo sapiens ,Mus musculus,", ("Homo sapiens", "Mus musculus")),
    ],
)
def test_organisms_in_every_form(
    make_page: MakePage, organisms: Any, expected: tuple[str, ...]
) -> None:
    record = one_record(make_page(organisms=organisms, organisms_ner=organisms))
    assert record.organisms == expected
    assert record.organisms_recognised == expected


@pytest.mark.parametrize("missing", [*MISSING, ABSENT])
@pytest.mark.parametrize(
    "key", sorted({*PAGE} - {"figid", "pmcid", "genes", "chemicals", "diseases", "annotations"})
)
def test_missing_field_costs_nothing(make_page: MakePage, key: str, missing: Any) -> None:
    record = one_record(make_page(**{key: missing}))
    assert missing not in _texts(record)


@pytest.mark.parametrize("missing", MISSING)
def test_missing_fields_never_become_texts(make_page: MakePage, missing: str) -> None:
    optional = {key: missing for key in PAGE if key not in ("figid", "pmcid")}
    later = ("doi", "journal_title", "journal_nlm_ta", "publisher_name", "keywords", "wpid")
    more = dict.fromkeys((*later, "automl_pathway", "organisms_ner"), missing)
    lists = {"genes": [], "chemicals": [], "diseases": [], "annotations": []}
    record = one_record(make_page(**{**optional, **more, **lists}))
    assert _texts(record) == {"PMC1__f1", "PMC1"}


def _texts(found: Any) -> set[str]:
    """Return every text within a record."""
    if isinstance(found, str):
        return {found}
    if isinstance(found, Record):
        found = [getattr(found, name) for name in Record.__slots__]
    parts = found if isinstance(found, list | tuple | dict) else ()
    return set().union(*map(_texts, parts))


@pytest.mark.parametrize(
    ("number", "decimal"),
    [
        ("0.9537671", "0.9537671"),
        ("0.950", "0.95"),
        ("1", "1"),
        ("1.0", "1"),
        ("100", "100"),
        ("1e-7", "0.0000001"),
        ("9.50E-1", "0.95"),
        ("1e3", "1000"),
        ("-0.5", "-0.5"),
        ("", None),
    ],
)
def test_scores_are_canonical_decimals(
    make_page: MakePage, number: str, decimal: str | None
) -> None:
    record = one_record(make_page(pathway_score=number, automl_pathway=number))
    assert (record.score, record.automl_score) == (decimal, decimal)


# Rows


def test_repeated_row_counts(make_page: MakePage) -> None:
    other = {**GENE, "word": "SRC"}
    record = one_record(make_page(genes=[GENE, other, GENE]))
    entry = GeneEntry("SRC", "hgnc_symbol", "6714", "SRC", "9606")
    assert record.genes == {("(Src", entry): 2, ("SRC", entry): 1}
    assert entries(record) >= {entry}


@pytest.mark.parametrize("symbol", [*MISSING, ABSENT])
def test_gene_without_official_symbol(make_page: MakePage, symbol: Any) -> None:
    gene = {**GENE, "hgnc_symbol": symbol}
    if symbol is ABSENT:
        del gene["hgnc_symbol"]
    ((_, entry),) = one_record(make_page(genes=[gene])).genes
    assert entry.symbol is None


@pytest.mark.parametrize(
    "word", ["NO", "ON", "1e3", "007", "12:30", "null", "NA", "*****ARF", "a|b"]
)
def test_word_is_what_the_figure_says(make_page: MakePage, word: str) -> None:
    page = make_page(
        genes=[{**GENE, "word": word, "symbol": word}],
        chemicals=[{"word": word, "source": "", "identifier": ""}],
    )
    record = one_record(page)
    ((gene_word, gene),) = record.genes
    ((chemical_word, chemical),) = record.chemicals
    assert (gene_word, gene.term, chemical_word) == (word, word, word)
    assert chemical == SubstanceEntry("chemical", None, None, None, None, None)


@pytest.mark.parametrize("kind", ["chemicals", "diseases"])
@pytest.mark.parametrize(
    ("row", "lexicon", "mesh"),
    [
        ({"word": "w", "source": "MESH", "identifier": "D001839"}, "MESH", "D001839"),
        ({"word": "w", "source": "MESH", "identifier": "C000589473"}, "MESH", "C000589473"),
        ({"word": "w", "source": "MESH", "identifier": "mesh:D001839"}, "MESH", "D001839"),
        ({"word": "w", "source": "", "identifier": ""}, None, None),
        ({"word": "w", "source": "NA", "identifier": "NA"}, None, None),
        ({"word": "w"}, None, None),
        ({"word": "w", "source": "", "identifier": "D001839"}, "MESH", "D001839"),
        ({"word": "w", "source": "MESH", "identifier": ""}, "MESH", None),
    ],
)
def test_chemicals_and_diseases_of_a_page(
    make_page: MakePage, kind: str, row: dict[str, str], lexicon: str | None, mesh: str | None
) -> None:
    record = one_record(make_page(**{kind: [row, row]}))
    entry = SubstanceEntry(kind.removesuffix("s"), None, lexicon, mesh, None, None)
    assert getattr(record, kind) == {("w", entry): 2}


@pytest.mark.parametrize("rows", [[], "", ABSENT])
def test_page_without_rows(make_page: MakePage, rows: Any) -> None:
    record = one_record(make_page(genes=rows, chemicals=rows, diseases=rows, annotations=rows))
    assert not record.genes
    assert not record.chemicals
    assert not record.diseases
    assert not record.tags


def test_tags(make_page: MakePage) -> None:
    tag = {"type": "Pathway Ontology", "value": "signaling pathway", "id": "PW:0000003"}
    bare = {"type": "Cell Type", "value": "T cell"}
    record = one_record(make_page(annotations=[tag, bare, tag]))
    assert record.tags == (
        Tag("Pathway Ontology", "signaling pathway", "PW:0000003"),
        Tag("Cell Type", "T cell", None),
    )


# Side tables

GENES_HEADER = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\tncbigene_symbol\tncbigene_id\t"
    "source\tcount_direct\tcount_synonym\tcount_match"
)
GENE_ROW = "9606\tHomo sapiens\tPrimates\tHER2\tHER2\tERBB2\t2064\tncbigene_synonym\t1\t6\t4"


def table(*rows: str, header: str = GENES_HEADER) -> str:
    return "\n".join([header, *rows, ""])


def test_gene_table_of_layout_4(make_page: MakePage) -> None:
    mouse = "10090\tMus musculus\tRodentia\tRpa1\tRpa1\tRpa1\t68275\tncbigene_symbol\t2\t3\t5"
    record = one_record(make_page(tables={"genes": table(GENE_ROW, mouse, GENE_ROW)}))
    assert record.genes == {
        ("HER2", GeneEntry("HER2", "ncbigene_synonym", "2064", "ERBB2", "9606")): 2,
        ("Rpa1", GeneEntry("Rpa1", "ncbigene_symbol", "68275", "Rpa1", "10090")): 1,
    }
    assert record.organism_counts == (
        Organism("9606", "Homo sapiens", "Primates", 1, 6, 4),
        Organism("10090", "Mus musculus", "Rodentia", 2, 3, 5),
    )


def test_gene_table_of_layout_3(make_page: MakePage) -> None:
    header = GENES_HEADER.replace("count_synonym\t", "")
    row = "9606\tHomo sapiens\tPrimates\tHER2\tHER2\tERBB2\t2064\tncbigene_synonym\t1\t4"
    record = one_record(make_page(tables={"genes": table(row, header=header)}))
    assert record.organism_counts == (Organism("9606", "Homo sapiens", "Primates", 1, None, 4),)


def test_gene_table_with_missing_cells(make_page: MakePage) -> None:
    row = "NA\tNA\tNA\tNA\tNA\tNA\t2064\tncbigene_synonym\tNA\tNA\tNA"
    record = one_record(make_page(tables={"genes": table(row)}))
    entry = GeneEntry("NA", "ncbigene_synonym", "2064", None, None)
    assert record.genes == {("NA", entry): 1}
    assert record.organism_counts == ()


def test_tables_of_chemicals_and_diseases(make_page: MakePage) -> None:
    record = one_record(
        make_page(
            tables={
                "chemicals": (
                    "word\tmesh\tmatch\tname\tchebi\n"
                    "ATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
                    'a "b" | c\tmesh:C087825\tNA\tNA\tNA\n'
                    "?\tNA\tNA\tNA\tNA\n"
                ),
                "diseases": (
                    "word\tmesh\tmatch\tname\tdoid\n"
                    "tumour\tmesh:D009369\tNeoplasms\tcancer\tdoid:0060239\n"
                ),
            }
        )
    )
    assert record.chemicals == {
        ("ATP", SubstanceEntry("chemical", "ATP", "MESH", "D000255", "15422", "ATP")): 1,
        ('a "b" | c', SubstanceEntry("chemical", None, "MESH", "C087825", None, None)): 1,
        ("?", SubstanceEntry("chemical", None, None, None, None, None)): 1,
    }
    assert record.diseases == {
        (
            "tumour",
            SubstanceEntry("disease", "Neoplasms", "MESH", "D009369", "0060239", "cancer"),
        ): 1,
    }


def test_crlf_and_blank_lines_in_a_table(make_page: MakePage) -> None:
    text = table(GENE_ROW, "").replace("\n", "\r\n")
    record = one_record(make_page(tables={"genes": f"\ufeff{text}"}))
    ((word, entry),) = record.genes
    assert (word, entry.taxon) == ("HER2", "9606")
    assert record.organism_counts[0].match_count == 4


@pytest.mark.parametrize("kinds", [[], ["genes"], ["chemicals"], ["diseases", "genes"]])
def test_any_table_may_be_missing(make_page: MakePage, kinds: list[str]) -> None:
    known = {
        "genes": table(GENE_ROW),
        "chemicals": "word\tmesh\nATP\tNA\n",
        "diseases": "word\tmesh\ncancer\tNA\n",
    }
    record = one_record(make_page(tables={kind: known[kind] for kind in kinds}))
    for kind in known:
        assert bool(getattr(record, kind)) == (kind in kinds)


def test_rows_in_the_page_go_before_tables(make_page: MakePage) -> None:
    record = one_record(make_page(tables={"genes": table(GENE_ROW)}, genes=[GENE]))
    ((word, _),) = record.genes
    assert word == "(Src"


def test_wpid_map(make_page: MakePage) -> None:
    folder = make_page(wpid="WP2")
    (folder / "_data" / "wpid_map.tsv").write_text(
        "PMC1__f1\tWP5283\nPMC2__f1\tWP1\nPMC1__f1\tWP7\n"
    )
    assert one_record(folder).wpids == ("WP2", "WP5283", "WP7")


# What is wrong


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


LEXICONS = f"known: {', '.join(sorted(GENE_LEXICONS))}"
NEEDED = "a gene row has word, term, lexicon and gene"
DIGITS = "digits only, for example 7409"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("entrez", "74O9", f"'74O9' is not an NCBI Gene identifier\nhint: {DIGITS}"),
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


@pytest.mark.parametrize(
    ("cells", "said", "lost"),
    [
        ({6: "2O64"}, f"ncbigene_id: '2O64' is not an NCBI Gene identifier\nhint: {DIGITS}", "row"),
        ({6: "NA"}, f"ncbigene_id: is missing\nhint: {NEEDED}", "row"),
        ({7: "x"}, f"source: 'x' is not a lexicon\nhint: {LEXICONS}", "row"),
        ({7: ""}, f"source: is missing\nhint: {NEEDED}", "row"),
        ({3: ""}, f"word: is missing\nhint: {NEEDED}", "row"),
        ({4: ""}, f"match: is missing\nhint: {NEEDED}", "row"),
        (
            {0: "96O6"},
            "organism_id: '96O6' is not an NCBI Taxonomy identifier\n"
            "hint: digits only, for example 9606",
            "row",
        ),
        (
            {8: "x"},
            "count_direct: 'x' is not a whole number\nhint: digits only, for example 14449",
            "field",
        ),
        (
            {9: "-1"},
            "count_synonym: '-1' is not a whole number\nhint: digits only, for example 14449",
            "field",
        ),
        (
            {10: "٣"},
            "count_match: '٣' is not a whole number\nhint: digits only, for example 14449",
            "field",
        ),
    ],
)
def test_bad_row_of_a_gene_table(
    make_page: MakePage, cells: dict[int, str], said: str, lost: str
) -> None:
    row = GENE_ROW.split("\t")
    for column, value in cells.items():
        row[column] = value
    make_page(tables={"genes": table(GENE_ROW, "\t".join(row))})
    record, problems = read(FOLDER)
    assert shown(problems) == [f"pages/_data/PMC1__f1-genes.tsv:3: {said}"]
    assert problems[0].lost == lost
    assert record is not None
    assert record.genes.total() == (1 if lost == "row" else 2)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nw\tD1\tNA\tNA\tNA\n",
            "2: mesh: 'D1' is not a MeSH identifier\nhint: for example D001839",
        ),
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nw\tNA\tNA\tNA\t15422\n",
            "2: chebi: '15422' is not a ChEBI identifier\nhint: for example chebi:15422",
        ),
        (
            "diseases",
            "word\tmesh\tmatch\tname\tdoid\nw\tNA\tNA\tNA\tDOID:1\n",
            "2: doid: 'DOID:1' is not a Disease Ontology identifier\n"
            "hint: for example doid:0060239",
        ),
        (
            "diseases",
            "word\tmesh\n\tNA\n",
            "2: word: is missing\nhint: each row has a word",
        ),
    ],
)
def test_bad_row_of_another_table(make_page: MakePage, kind: str, text: str, said: str) -> None:
    make_page(tables={kind: text})
    record, problems = read(FOLDER)
    assert shown(problems) == [f"pages/_data/PMC1__f1-{kind}.tsv:{said}"]
    assert problems[0].lost == "row"
    assert record is not None


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


# Whatever a page holds


ANY = st.recursive(
    st.one_of(texts(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(texts(8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*PAGE, "wpid", "doi", "keywords", "x"]), ANY, max_size=4))
def test_no_page_makes_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, Any]
) -> None:
    record, problems = read_page_of(tmp_path_factory, **fields)
    assert record or any(problem.lost == "page" for problem in problems)
    for problem in problems:
        assert problem.file
        assert str(problem)


CELL = st.one_of(st.sampled_from(["SRC", "6714", "hgnc_symbol", "MESH", "D001839", *MISSING]), ANY)
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from([*GENE, "identifier", "mesh", "chebi", "match", "name"]), CELL, max_size=6
    ),
    max_size=5,
)


@given(ROWS, ROWS, ROWS)
def test_every_row_is_taken_or_reported(
    tmp_path_factory: pytest.TempPathFactory, genes: Any, chemicals: Any, diseases: Any
) -> None:
    rows = {"genes": genes, "chemicals": chemicals, "diseases": diseases}
    record, problems = read_page_of(tmp_path_factory, **rows)
    assert record is not None
    for kind, given_rows in rows.items():
        fields = [problem.field or "" for problem in problems if problem.lost == "row"]
        lost = {field.partition(".")[0] for field in fields if field.startswith(f"{kind}[")}
        assert getattr(record, kind).total() + len(lost) == len(given_rows)


def read_page_of(
    folders: pytest.TempPathFactory, **fields: Any
) -> tuple[Record | None, list[Problem]]:
    path = folders.mktemp("any") / "PMC1__f1.md"
    path.write_text(dump_page({**PAGE, **fields}), "utf-8", newline="")
    return read(path)
