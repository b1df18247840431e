"""The named queries for merged data: headers, and answers on pages merged with our pathways.

`tests/golden/wikipathways/NAME.csv` holds the answer of each query with its defaults, numbers to
four digits; each was read against pages and pathways by eye when it was made.
"""

from __future__ import annotations

import csv
import re
from itertools import product
from pathlib import Path

import pytest
from conftest import HERE
from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize
from wikipathways_data import WIKIPATHWAYS, merge_to_store, shown

from kg.query import Query, get_query, iter_queries, select
from kg.store import EmbeddedStore, Store, open_store
from kg.wikipathways.vocabulary import NAMESPACES

GOLDEN = HERE / "golden" / "wikipathways"
QUERIES = [query for query in iter_queries() if query.category == "WikiPathways"]
FIGURES = "https://pfocr.wikipathways.org/figures/"

SLOW_ON_RDFLIB = {"wikipathways-curation-queue"}
"""It runs an OPTIONAL anew for each solution: one run has to do."""

each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@pytest.fixture(scope="module")
def oxigraph(pages: Path) -> EmbeddedStore:
    return merge_to_store([pages], [WIKIPATHWAYS])


@pytest.fixture(scope="module")
def rdflib(oxigraph: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("merged") / "merged.nq"
    path.write_bytes(serialize(oxigraph.store, format=RdfFormat.N_QUADS) or b"")
    return open_store([path], engine="rdflib")


@pytest.fixture(scope="module")
def flat(oxigraph: EmbeddedStore) -> EmbeddedStore:
    """Return the same triples without named graphs, as `--flat` writes them."""
    store = EmbeddedStore()
    store.store.bulk_extend(Quad(*quad.triple, DefaultGraph()) for quad in oxigraph.store)
    return store


def answer(store: Store, query: Query, **values: str) -> list[tuple[str, ...]]:
    return [tuple(map(shown, row)) for row in select(store, query, values)]


def ask(store: Store, name: str, **values: str) -> list[tuple[str, ...]]:
    return answer(store, get_query(f"wikipathways-{name}"), **values)


def column(store: Store, name: str, index: int = 0, **values: str) -> list[str]:
    return [row[index] for row in ask(store, name, **values)]


# Headers


def test_there_are_enough_and_they_are_named_alike() -> None:
    assert len(QUERIES) == 12
    assert all(query.name.startswith("wikipathways-") for query in QUERIES)


@each_query
def test_the_header_is_what_wikipathways_reads(query: Query) -> None:
    header, _, body = query.text.partition("\n\n")
    keys = [line.partition(":")[0] for line in header.splitlines()]
    order = ["# title", "# category", "# description", "# keywords", "# param"]
    assert keys == sorted(keys, key=order.index)
    assert len(query.title) < 60
    assert query.description.partition("?")[1], "the description asks a question"
    assert not re.search(r"^# ?(title|category|description|param):", body, re.MULTILINE)
    assert re.search(r"\nORDER BY .+\n(LIMIT \d+\n)?$", query.text), "the order is fixed"
    assert set(re.findall(r"\{\{(\w+)\}\}", query.text)) == {p.name for p in query.parameters}


@each_query
def test_prefixes_are_declared_and_used(query: Query) -> None:
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", query.text, re.MULTILINE))
    body = re.sub(r'"[^"\n]*"|^#.*$|^PREFIX.*$|<[{h][^>\n]*>', "", query.text, flags=re.MULTILINE)
    assert set(re.findall(r"(?<![\w?])([a-z]+):\w", body)) == set(declared)
    assert declared.items() <= NAMESPACES.items()


# Answers


@each_query
def test_the_answer_is_the_expected_one(query: Query, oxigraph: EmbeddedStore) -> None:
    solutions = select(oxigraph, query)
    with (GOLDEN / f"{query.name}.csv").open(encoding="utf-8", newline="") as lines:
        expected = list(csv.reader(lines))
    assert list(solutions.variables) == expected[0]
    assert [list(map(shown, row)) for row in solutions] == expected[1:]
    assert len(expected) > 1, "the defaults have an answer"


@each_query
def test_both_engines_give_equal_solutions(
    query: Query, oxigraph: EmbeddedStore, rdflib: Store
) -> None:
    varied = [] if query.name in SLOW_ON_RDFLIB else query.parameters
    choices = [[(p.name, choice) for choice in p.choices] for p in varied if p.choices]
    for values in map(dict, product(*choices)):
        assert answer(oxigraph, query, **values) == answer(rdflib, query, **values)


@each_query
def test_named_graphs_make_no_difference(
    query: Query, oxigraph: EmbeddedStore, flat: EmbeddedStore
) -> None:
    assert answer(flat, query) == answer(oxigraph, query)


@each_query
def test_text_put_in_place_of_placeholders_asks_the_same(
    query: Query, oxigraph: EmbeddedStore
) -> None:
    text = query.text
    for parameter in query.parameters:
        text = text.replace(f"{{{{{parameter.name}}}}}", parameter.default)
    assert answer(oxigraph, Query(query.name, text)) == answer(oxigraph, query)


@each_query
def test_figures_alone_give_an_empty_answer_and_no_error(query: Query, pages_turtle: Path) -> None:
    """But for what figures alone can tell: everything is in the curation queue."""
    rows = answer(open_store([pages_turtle]), query)
    assert not rows or query.name in ("wikipathways-curation-queue",)


# What a reader of pages and pathways knows


def test_pathways_of_a_figure_and_figures_of_a_pathway(oxigraph: EmbeddedStore) -> None:
    figure = "PMC10036500__ga1"
    assert [row[:4:3] for row in ask(oxigraph, "pathways-of-figure", figure=figure)] == [
        ("WP9005", "2")
    ]
    assert ask(oxigraph, "pathways-of-figure", figure=figure, strictness="strict")[0][3] == "2"
    senescence = ask(oxigraph, "figures-of-pathway", pathway="wikipathways:WP9006")
    assert [(row[0], row[3]) for row in senescence] == [("PMC1769521__nihms3229f2", "5")]
    assert ask(oxigraph, "figures-of-pathway", pathway="wikipathways:WP9003") == []


def test_the_numbers_stand_where_sets_are_alike_enough(oxigraph: EmbeddedStore) -> None:
    """Two shared genes make no link; eight of nine do."""
    (row,) = ask(oxigraph, "pathways-of-figure", figure="PMC10036500__ga1")
    assert row[4:] == ("", "")
    (row,) = ask(oxigraph, "pathways-of-figure", figure="PMC10031043__fgene-14-1152398-g001")
    assert row[0] == "WP9001"
    assert float(row[4]) == pytest.approx(8 / 19, rel=1e-3)
    assert float(row[5]) < 1e-6


def test_the_curation_queue_has_genes_of_no_pathway(oxigraph: EmbeddedStore) -> None:
    rows = ask(
        oxigraph,
        "curation-queue",
    )
    genes = {row[1] for row in rows}
    assert f"{NAMESPACES['ncbigene']}207" in genes, "AKT1 stands in two figures"
    in_pathways = oxigraph.query(
        "SELECT ?gene { ?p <http://purl.obolibrary.org/obo/RO_0000057> ?gene }"
    )
    assert not genes & {row["gene"].value for row in in_pathways}  # type: ignore[union-attr] # a SELECT, whose terms are bound
    counts = [int(row[2]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert "PMC6365454__fnins-13-00025-g0002" not in {row[3] for row in rows}, "it is a pathway"


def test_the_curation_queue_of_another_organism(oxigraph: EmbeddedStore) -> None:
    """Figures show genes of the strain of yeast, pathways are of the species."""
    rows = ask(oxigraph, "curation-queue", organism="obo:NCBITaxon_4932")
    assert {row[3] for row in rows} == {"PMC3585130__pgen.1003334.g002"}
    assert {row[4] for row in rows} == {"13"}
    assert "DPH1" not in {row[0] for row in rows}


def test_pathways_that_nothing_supports(oxigraph: EmbeddedStore) -> None:
    assert column(oxigraph, "pathways-without-figures") == ["WP9003"]
    mouse = column(oxigraph, "pathways-without-figures", organism="obo:NCBITaxon_10090")
    assert mouse == ["WP9005"]


def test_a_figure_that_extends_a_pathway(oxigraph: EmbeddedStore) -> None:
    pathway = "wikipathways:WP9006"
    (row,) = ask(oxigraph, "figures-that-extend", pathway=pathway)
    assert (row[0], *row[3:]) == ("PMC1769521__nihms3229f2", "5", "10")
    assert ask(oxigraph, "figures-that-extend", pathway=pathway, least="6") == []
    brought = column(
        oxigraph, "new-genes-of-figure", pathway=pathway, figure="PMC1769521__nihms3229f2"
    )
    assert len(set(brought)) == 10
    assert {"BMI1", "CDK2", "PML"} < set(brought)
    assert not {"TP53", "MDM2", "CDK4"} & set(brought)


def test_genes_brought_are_of_the_pathways_organism(oxigraph: EmbeddedStore) -> None:
    """The figure shows genes of six organisms, 19 of them of yeast, of which the pathway has 6."""
    (row,) = ask(oxigraph, "figures-that-extend", pathway="wikipathways:WP9004")
    assert (row[0], *row[3:]) == ("PMC3585130__pgen.1003334.g002", "6", "13")


def test_chemicals_of_an_older_pathway(oxigraph: EmbeddedStore) -> None:
    rows = ask(oxigraph, "chemicals", pathway="wikipathways:WP9002")
    assert [row[1:3] for row in rows] == [
        ("https://identifiers.org/chebi/CHEBI:18421", "PMC6149466__kpsb-13-08-1460048-g002")
    ]


def test_how_nodes_were_joined(oxigraph: EmbeddedStore) -> None:
    rows = ask(oxigraph, "how-joined", pathway="wikipathways:WP9001")
    by_label = {row[2]: (row[3].rpartition("/")[2], row[4], row[5]) for row in rows}
    hgnc, wikipathways = "https://www.genenames.org/", "https://www.wikipathways.org/"
    assert by_label["ABCB7"] == ("wp#bdbEntrezGene", "22", wikipathways)
    assert by_label["IOP1"] == ("identifier", "NARFL", hgnc)
    assert by_label["PICOT"] == ("identifier", "O76003", hgnc)
    assert "Histone H4" not in by_label


def test_strictness_counts_families_or_not(oxigraph: EmbeddedStore) -> None:
    """The figure names matrix metalloproteinases and kinase C as families."""
    for strictness, shared in [("strict", "2"), ("synonyms", "5"), ("all", "8")]:
        (row,) = ask(oxigraph, "pathways-of-figure", strictness=strictness)
        assert row[3] == shared


def test_labels_are_those_of_the_organism(oxigraph: EmbeddedStore) -> None:
    rows = {row[0].rpartition("_")[2]: row[1:] for row in ask(oxigraph, "organisms")}
    assert rows["9606"][:2] == ("Homo sapiens", "4")
    assert rows["4932"] == ("Saccharomyces cerevisiae", "1", "1", "6", "19", "6")
