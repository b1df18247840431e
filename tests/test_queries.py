"""The named queries: their headers, and their answers on the pages in the repository.

`tests/golden/queries/NAME.csv` is what `kg query PAGES.ttl NAME --format csv` prints, NAME.ttl
for triples; each was read against the pages by eye when it was made.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import yaml
from conftest import HERE, difference
from programs import oxigraph_with
from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg.build import build
from kg.query import Query, Row, Solutions, get_query, iter_queries, run_query, select, text_of
from kg.store import EmbeddedStore, Store, open_store
from kg.terms import PREFIXES
from kg.write import parse_output

GOLDEN = HERE / "golden" / "queries"
QUERIES = [query for query in iter_queries() if query.category != "WikiPathways"]
"""Those that pages alone can answer; the others want a merge with WikiPathways."""

CATEGORIES = {
    "Chemistry",
    "Collaborations",
    "Curation",
    "Data Export",
    "General",
    "Literature",
    "Metadata",
}
"""Those of WikiPathways' controlled vocabulary that we use."""

each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@pytest.fixture(scope="module")
def oxigraph(pages_turtle: Path) -> Store:
    return open_store([pages_turtle])


@pytest.fixture(scope="module")
def rdflib(pages_turtle: Path) -> Store:
    return open_store([pages_turtle], engine="rdflib")


def answer(store: Store, query: Query, values: Mapping[str, str] | None = None) -> list[Row]:
    """Return solutions in their order, triples sorted."""
    result = run_query(store, query, values)
    assert not isinstance(result, bool)
    if isinstance(result, Solutions):
        return list(result)
    return sorted((str(t.subject), str(t.predicate), str(t.object)) for t in result)


# Headers


def test_there_are_enough() -> None:
    assert len(QUERIES) >= 20


@each_query
def test_the_header_is_what_wikipathways_reads(query: Query) -> None:
    header, _, body = query.text.partition("\n\n")
    keys = [line.split(":")[0] for line in header.splitlines()]
    assert keys == sorted(
        keys, key=["# title", "# category", "# description", "# keywords", "# param"].index
    )
    assert keys.count("# title") == keys.count("# category") == keys.count("# keywords") == 1
    assert query.category in CATEGORIES
    assert len(query.title) < 60
    assert query.description.partition("?")[1], "the description asks a question"
    # Their reader looks for header fields in every line of the file.
    assert not re.search(r"^# ?(title|category|description|param):", body, re.MULTILINE)
    assert max(map(len, query.text.splitlines())) <= 100


@each_query
def test_prefixes_are_declared_used_and_the_projects(query: Query) -> None:
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", query.text, re.MULTILINE))
    body = re.sub(r'"[^"\n]*"|<[^>\n]*>|^#.*$|^PREFIX.*$', "", query.text, flags=re.MULTILINE)
    used = set(re.findall(r"(?<![\w?])([a-z]+):\w", body))
    assert used == set(declared)
    assert declared.items() <= PREFIXES.items()


@each_query
def test_each_parameter_is_used(query: Query) -> None:
    used = set(re.findall(r"\{\{(\w+)\}\}", query.text))
    assert used == {parameter.name for parameter in query.parameters}


@each_query
def test_the_order_of_solutions_is_fixed(query: Query) -> None:
    assert "CONSTRUCT" in query.text or re.search(r"\nORDER BY .+\n(LIMIT \d+\n)?$", query.text)


# Answers


@each_query
def test_the_answer_is_the_expected_one(query: Query, oxigraph: Store) -> None:
    result = run_query(oxigraph, query)
    if isinstance(result, Solutions):
        with (GOLDEN / f"{query.name}.csv").open(encoding="utf-8", newline="") as lines:
            expected = list(csv.reader(lines))
        assert list(result.variables) == expected[0]
        assert [[text_of(term) for term in row] for row in result] == expected[1:]
    else:
        assert not isinstance(result, bool)
        expected_triples = pyoxigraph.parse(path=GOLDEN / f"{query.name}.ttl")
        found = {str(Quad(t.subject, t.predicate, t.object)) for t in result}
        assert not difference(set(map(str, expected_triples)), found)


@each_query
def test_both_engines_give_equal_solutions(query: Query, oxigraph: Store, rdflib: Store) -> None:
    choices = [[(p.name, choice) for choice in p.choices] for p in query.parameters if p.choices]
    for values in map(dict, product(*choices)):
        assert answer(oxigraph, query, values) == answer(rdflib, query, values)


@each_query
def test_text_put_in_place_of_placeholders_asks_the_same(query: Query, oxigraph: Store) -> None:
    text = query.text
    for parameter in query.parameters:
        text = text.replace(f"{{{{{parameter.name}}}}}", parameter.default)
    assert answer(oxigraph, Query(query.name, text)) == answer(oxigraph, query)


@each_query
def test_a_triple_that_stands_in_several_graphs_counts_once(
    query: Query, oxigraph: Store, repeated: Store
) -> None:
    assert Counter(answer(repeated, query)).keys() == Counter(answer(oxigraph, query)).keys()
    if "CONSTRUCT" not in query.text:
        assert answer(repeated, query) == answer(oxigraph, query)


@pytest.fixture(scope="module")
def repeated(pages_turtle: Path) -> Store:
    """Return a store that has each triple in two graphs: Oxigraph's union repeats it."""
    store = EmbeddedStore()
    graphs = [DefaultGraph(), NamedNode("http://e/graph")]
    triples = [quad.triple for quad in pyoxigraph.parse(path=pages_turtle)]
    store.store.bulk_extend(Quad(*triple, graph) for triple in triples for graph in graphs)
    return store


def test_an_endpoint_gives_equal_solutions(pages_turtle: Path, oxigraph: Store) -> None:
    with oxigraph_with(pages_turtle) as url:
        endpoint = open_store([url])
        for query in QUERIES:
            assert answer(endpoint, query) == answer(oxigraph, query), query.name


NOTHING = {"string": "nothing is called so", "uri": "https://example.org/nothing"}


@each_query
def test_both_engines_agree_where_there_is_no_answer(
    query: Query, oxigraph: Store, rdflib: Store, tmp_path: Path
) -> None:
    values = {p.name: NOTHING[p.type] for p in query.parameters if p.type in NOTHING}
    assert answer(rdflib, query, values) == answer(oxigraph, query, values)
    if values:
        assert answer(oxigraph, query, values) == []
    path = tmp_path / "other.nt"
    path.write_text('<http://e/a> <http://e/b> "c" .')
    for engine in ("oxigraph", "rdflib"):
        store = open_store([path], engine=engine)
        assert answer(store, query) == []


EMPTY_ON_GOOD_PAGES = {
    "families-without-identifier",
    "figures-without-genes",
    "strictness-violations",
}


@each_query
def test_the_defaults_have_an_answer(query: Query, oxigraph: Store) -> None:
    assert bool(answer(oxigraph, query)) == (query.name not in EMPTY_ON_GOOD_PAGES)


# What a reader of the pages knows


def column(store: Store, name: str, index: int = 0, **values: str) -> list[str]:
    return [text_of(row[index]) for row in select(store, get_query(name), values)]


def test_strictness_chooses_among_figures(oxigraph: Store) -> None:
    """p53 stands in one figure, by an alias; AKT1 in two, of which one names the family alone."""
    senescence = ["PMC1769521__nihms3229f2"]
    for level, expected in [("strict", []), ("synonyms", senescence), ("all", senescence)]:
        assert column(oxigraph, "figures-of-gene", symbol="TP53", strictness=level) == expected
    trastuzumab, cxcr4 = "PMC10031380__sc1", "PMC7484992__fimmu-11-02109-g001"
    for level, expected in [
        ("strict", []),
        ("synonyms", [trastuzumab]),
        ("all", [trastuzumab, cxcr4]),
    ]:
        assert column(oxigraph, "figures-of-gene", symbol="AKT1", strictness=level) == expected
        found = column(oxigraph, "figures-of-gene-id", gene="ncbigene:207", strictness=level)
        assert found == expected


def test_a_gene_is_found_by_the_symbol_of_the_page_and_by_that_of_today(oxigraph: Store) -> None:
    """The page of 2007 says ARNTL, which is BMAL1 by now."""
    for symbol in ("ARNTL", "BMAL1"):
        assert column(oxigraph, "figures-of-gene", symbol=symbol) == [
            "PMC1963493__pcbi.0030171.g001"
        ]
    genes = column(oxigraph, "figure-genes", figure="PMC1963493__pcbi.0030171.g001")
    assert "BMAL1" in genes
    assert "ARNTL" not in genes


def test_a_family_is_found_by_any_name_of_it(oxigraph: Store) -> None:
    for name in ("WNT", "Wnt"):
        assert column(oxigraph, "figures-of-family", family=name) == ["PMC10036500__ga1"]
        assert len(column(oxigraph, "family-members", family=name)) == 19


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_a_figure_whose_words_are_unknown_is_not_left_out(engine: str, tmp_path: Path) -> None:
    """A BioThings dump names genes, chemicals and diseases, and no words."""
    ids = {
        "genes": ("ncbigene", "6714"),
        "chemicals": ("mesh", "D000001"),
        "diseases": ("mesh", "D000002"),
    }
    mentions = {kind: {key: [id]} for kind, (key, id) in ids.items()}
    about = {"title": "T", "pmc": "PMC1", "mentions": mentions}
    dump = tmp_path / "pfocr_all.ndjson"
    dump.write_text(json.dumps({"_id": "PMC1__f1", "associatedWith": about}))
    store = built([dump], tmp_path, engine)
    assert [
        text_of(term) for row in select(store, get_query("figure-genes"), F1) for term in row
    ] == ["SRC", "https://identifiers.org/ncbigene/6714", "Homo sapiens", "", "", ""]
    assert column(store, "chemicals-with-gene", symbol="SRC") == ["D000001"]
    assert column(store, "diseases") == ["D000002"]
    for name, values in [
        ("figures-of-gene", {"symbol": "SRC"}),
        ("figures-of-chemical", {"chemical": "mesh:D000001"}),
        ("figures-of-disease", {"disease": "mesh:D000002"}),
    ]:
        assert column(store, name, **values) == ["PMC1__f1"]


F1 = {"figure": "PMC1__f1"}


def test_symbols_of_organisms_differ_by_case(oxigraph: Store) -> None:
    figure = ["PMC10036500__ga1"]
    for symbol, gene in [("TCF4", "6925"), ("Tcf4", "21413"), ("tcf4", "100526651")]:
        assert column(oxigraph, "figures-of-gene", symbol=symbol) == figure
        assert column(oxigraph, "figures-of-gene", 3, symbol=symbol) == [
            f"https://identifiers.org/ncbigene/{gene}"
        ]


def test_a_row_that_stands_twice_counts_twice(oxigraph: Store) -> None:
    """The page lists STAT's seven genes twice, as the word stands in the figure twice."""
    rows = select(oxigraph, get_query("figure-rows"), {"figure": "PMC7484992__fimmu-11-02109-g001"})
    counts = Counter((text_of(row[0]), text_of(row[5])) for row in rows)
    assert counts["STAT", "2"] == 7
    assert counts["GRK", "1"] == 7


def test_a_word_of_two_names_is_told_from_an_ambiguous_one(oxigraph: Store) -> None:
    ambiguous = column(oxigraph, "ambiguous-words")
    assert "LRP" in ambiguous
    assert not {"CDK4/6", "Erk1/2", "Wnt", "STAT"} & set(ambiguous)


def test_a_figure_in_wikipathways_need_not_be_modelled(oxigraph: Store) -> None:
    (modelled,) = column(oxigraph, "figures-in-wikipathways", 1)
    assert modelled == "PMC6365454__fnins-13-00025-g0002"
    to_do = column(oxigraph, "figures-to-model")
    assert len(to_do) == 11
    assert modelled not in to_do


def test_words_are_found_in_titles_and_captions_in_any_case(oxigraph: Store) -> None:
    assert column(oxigraph, "figures-about", text="SENESCENCE") == ["PMC1769521__nihms3229f2"]
    assert column(oxigraph, "figures-about", text="Nrf2") == []
    assert column(oxigraph, "figures-about", text=". DIAGRAM of the Assumed") == [
        "PMC1963493__pcbi.0030171.g001"
    ]


def test_a_figure_without_genes_is_found(make_page: Callable[..., Path], tmp_path: Path) -> None:
    store = built([make_page(genes=[])], tmp_path)
    assert column(store, "figures-without-genes") == ["PMC1__f1"]


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_a_broken_nesting_is_found(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("""
        @prefix pfocr: <https://w3id.org/pfocr/vocab#> .
        <http://e/f> pfocr:geneStrict <http://e/1>, <http://e/2> ;
            pfocr:geneSynonyms <http://e/1>, <http://e/3> ;
            pfocr:geneAll <http://e/1>, <http://e/2> .
    """)
    rows = list(select(open_store([path], engine=engine), get_query("strictness-violations")))
    assert [[text_of(term).rpartition("/")[2] for term in row] for row in rows] == [
        ["f", "2", "vocab#geneStrict", "vocab#geneSynonyms"],
        ["f", "3", "vocab#geneSynonyms", "vocab#geneAll"],
    ]


# Nothing of a page is lost


def built(sources: list[Path], folder: Path, engine: str = "oxigraph") -> Store:
    path = folder / "built.nt"
    build(sources, [parse_output(str(path))], workers=1)
    return open_store([path], engine=engine)


def front_matter(page: Path) -> dict[str, Any]:
    """Return a page's fields, all scalars as text; by PyYAML itself, not by our reader."""
    lines = page.read_text(encoding="utf-8").split("\n")
    end = lines.index("---", 1)
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    fields: dict[str, Any] = yaml.load("\n".join(lines[1:end]), loader)  # noqa: S506 - base
    return fields


def table(page: Path, kind: str) -> list[dict[str, str]]:
    """Return the rows of a side table; NA is missing."""
    path = page.parents[1] / "_data" / f"{page.stem}-{kind}.tsv"
    if not path.exists():
        return []
    names, *rows = [line.split("\t") for line in path.read_text("utf-8").split("\n") if line]
    return [
        {name: "" if cell == "NA" else cell for name, cell in zip(names, row, strict=True)}
        for row in rows
    ]


def gene_rows(page: Path, fields: dict[str, Any]) -> Counter[tuple[str, ...]]:
    if "genes" in fields:
        keys = ("word", "symbol", "source", "hgnc_symbol", "entrez")
        return Counter(tuple(row[key] for key in keys) for row in fields["genes"])
    keys = ("word", "match", "source", "ncbigene_symbol", "ncbigene_id")
    return Counter(tuple(row[key] for key in keys) for row in table(page, "genes"))


def substance_rows(
    page: Path, fields: dict[str, Any], kind: str, other: str
) -> Counter[tuple[str, ...]]:
    """Return (word, match, name, source, mesh, other), identifiers as the graph writes them."""
    if kind in fields:
        return Counter(
            (row["word"], "", "", row["source"], row["identifier"], "") for row in fields[kind]
        )
    return Counter(
        (
            row["word"],
            row["match"],
            row["name"],
            "MESH" if row["mesh"] else "",
            row["mesh"].removeprefix("mesh:"),
            row[other].upper(),
        )
        for row in table(page, kind)
    )


def assert_nothing_is_lost(store: Store, folders: list[Path]) -> int:
    """Compare the rows of all pages with what the queries give back; return their number."""
    total = 0
    for page in [page for folder in folders for page in sorted(folder.glob("_figures/*.md"))]:
        fields = front_matter(page)
        for name, expected in [
            ("figure-rows", gene_rows(page, fields)),
            ("figure-chemicals", substance_rows(page, fields, "chemicals", "chebi")),
            ("figure-diseases", substance_rows(page, fields, "diseases", "doid")),
        ]:
            found = select(store, get_query(name), {"figure": fields["figid"]})
            rows = [tuple(map(text_of, row)) for row in found]
            assert {row[:-1]: int(row[-1]) for row in rows} == expected, (page.name, name)
            assert len(rows) == len(expected), (page.name, name)
            total += expected.total()
    return total


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_the_rows_of_the_pages_here_come_back(engine: str, pages: Path, pages_turtle: Path) -> None:
    assert assert_nothing_is_lost(open_store([pages_turtle], engine=engine), [pages]) == 368


def test_the_rows_of_all_pages_come_back(all_pages: list[Path], tmp_path: Path) -> None:
    assert assert_nothing_is_lost(built(all_pages, tmp_path), all_pages) > 13_000


def test_rows_of_unlike_numbers_come_back(make_page: Callable[..., Path], tmp_path: Path) -> None:
    """The word stands twice, but one gene of its family has one row alone."""
    row = {"word": "HIF", "symbol": "HIF", "source": "bioentities_symbol"}
    one, other = {"hgnc_symbol": "ARNT", "entrez": "405"}, {"hgnc_symbol": "", "entrez": "406"}
    chemicals = [
        {"word": "Na", "source": "MESH", "identifier": "D012964"},
        {"word": "Na", "source": "MESH", "identifier": "D012965"},
        {"word": "Na", "source": "MESH", "identifier": "D012965"},
        {"word": "Na", "source": "", "identifier": ""},
    ]
    page = make_page(genes=[row | one, row | one, row | other], chemicals=chemicals)
    store = built([page], tmp_path)
    assert assert_nothing_is_lost(store, [page]) == 7


def test_a_nasty_figid_and_word_come_back(make_page: Callable[..., Path], tmp_path: Path) -> None:
    row = {"symbol": 'a"\\b', "source": "hgnc_symbol", "hgnc_symbol": "NO", "entrez": "1"}
    words = ['"', "\\", "\\u0022", "a:b", "12:30", "é漢", "#", "{{figure}}"]
    page = make_page(figid='PMC1__a"\\u0022', genes=[{"word": word, **row} for word in words])
    assert assert_nothing_is_lost(built([page], tmp_path), [page]) == len(words) + 1


def test_the_documents_list_each_query() -> None:
    text = (HERE.parent / "docs" / "queries.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `[\w-]+` \| .*\? \|.*", text, re.MULTILINE)
    assert sorted(listed) == sorted(map(row_of, QUERIES))


def row_of(query: Query) -> str:
    """Return the row that a document has for a query: its question and its parameters."""
    question, mark, _ = query.description.partition("?")
    parameters = ", ".join(parameter.name for parameter in query.parameters)
    return f"| `{query.name}` | {question}{mark} | {parameters} |"
