"""From page to record: what is taken; and whatever a page holds, each row is taken or reported."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import ABSENT, PAGE, dump_page
from hypothesis import given
from hypothesis import strategies as st
from records import GENE, MISSING, MakePage, one_record, read
from strategies import texts

from kg.errors import Problem
from kg.record import GeneEntry, Record, SubstanceEntry, Tag, entries

pytestmark = pytest.mark.usefixtures("in_folder")


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
