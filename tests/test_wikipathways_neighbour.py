"""A good neighbour: WikiPathways' own kinds of queries answer alike before and after a merge.

Before: WikiPathways' documents alone. After: the union of all graphs of merged data. On Oxigraph,
and on Virtuoso, which is what WikiPathways' endpoint runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from conftest import shared_data
from programs import VirtuosoServer
from programs import virtuoso as run_virtuoso
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize
from wikipathways_data import (
    GRAPHS,
    WIKIPATHWAYS,
    given_figures,
    merge_figures,
    merge_to_store,
    read_contents,
    shown,
)

from kg.query import get_query, iter_queries, run_query, select, text_of
from kg.query.named import Query
from kg.store import EmbeddedStore, open_store
from kg.terms import PREFIXES, RDF_TYPE

PROLOGUE = """\
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX pav: <http://purl.org/pav/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX wp: <http://vocabularies.wikipathways.org/wp#>
"""

KINDS = {
    "pathways by species": """
        SELECT ?species (COUNT(DISTINCT ?pathway) AS ?count)
        WHERE { ?pathway a wp:Pathway ; dc:title ?title ; wp:organismName ?species }
        GROUP BY ?species""",
    "gene products by species": """
        SELECT ?species (COUNT(DISTINCT ?gene) AS ?count)
        WHERE {
          ?gene a wp:GeneProduct ; dcterms:isPartOf ?pathway .
          ?pathway dc:title ?title ; wp:organismName ?species
        }
        GROUP BY ?species""",
    "genes of a pathway": """
        SELECT DISTINCT ?pathway (STR(?label) AS ?gene)
        WHERE {
          ?node a wp:GeneProduct ; rdfs:label ?label ; dcterms:isPartOf ?version .
          ?version a wp:Pathway ; dc:identifier ?pathway
        }""",
    "proteins of a pathway, not distinct": """
        SELECT ?version (COUNT(?label) AS ?count)
        WHERE { ?node a wp:Protein ; rdfs:label ?label ; dcterms:isPartOf ?version }
        GROUP BY ?version""",
    "identifiers of nodes": """
        SELECT ?node ?id
        WHERE { ?node a wp:DataNode ; dcterms:identifier ?id }""",
    "data sources of pathways": """
        SELECT ?version ?identifier
        WHERE {
          ?node dcterms:identifier ?id ; dcterms:isPartOf ?version ; wp:bdbEnsembl ?identifier .
          ?version a wp:Pathway ; dcterms:identifier ?wpid ; dc:title ?title
        }""",
    "links to other databases": """
        SELECT ?predicate (COUNT(DISTINCT ?node) AS ?count)
        WHERE {
          VALUES ?predicate { wp:bdbChEBI wp:bdbEnsembl wp:bdbEntrezGene wp:bdbHgncSymbol
            wp:bdbUniprot }
          ?node ?predicate ?identifier
        }
        GROUP BY ?predicate""",
    "metabolites of a pathway": """
        SELECT DISTINCT ?version (STR(?label) AS ?metabolite)
        WHERE { ?node a wp:Metabolite ; rdfs:label ?label ; dcterms:isPartOf ?version .
          ?version a wp:Pathway }""",
    "metabolites by species": """
        SELECT ?species (COUNT(DISTINCT ?node) AS ?count)
        WHERE { ?node a wp:Metabolite ; dcterms:isPartOf/wp:organismName ?species }
        GROUP BY ?species""",
    "references": """
        SELECT ?version (COUNT(?paper) AS ?count)
        WHERE { ?paper a wp:PublicationReference ; dcterms:isPartOf ?version }
        GROUP BY ?version""",
    "nodes per pathway": """
        SELECT (AVG(?no) AS ?average) (MIN(?no) AS ?least) (MAX(?no) AS ?most)
        WHERE {
          SELECT ?version (COUNT(?node) AS ?no)
          WHERE { ?node a wp:DataNode ; dcterms:isPartOf ?version . ?version a wp:Pathway }
          GROUP BY ?version
        }""",
    "interactions": """
        SELECT ?version (COUNT(?part) AS ?count)
        WHERE { ?one a wp:Interaction ; dcterms:isPartOf ?version ; wp:participants ?part }
        GROUP BY ?version""",
    "ontology terms": """
        SELECT ?version ?term
        WHERE { ?version a wp:Pathway ; wp:ontologyTag|wp:diseaseOntologyTag ?term }""",
    "collections": "SELECT (COUNT(?one) AS ?count) WHERE { ?one a skos:Collection }",
    "organisms and their labels": """
        SELECT ?organism ?label
        WHERE { ?version wp:organism ?organism . OPTIONAL { ?organism rdfs:label ?label } }""",
    "data sets": "SELECT ?set WHERE { ?set a void:Dataset ; dcterms:title ?title }",
    "pages": "SELECT ?version ?page WHERE { ?version a wp:Pathway ; foaf:page ?page }",
}
"""What WikiPathways' example queries ask, in words of our own; the whole answer is compared."""

TYPE = RDF_TYPE[1:-1]
OTHERWISE = ("count-by-class", "figure-graph")
"""Of merged data there is more: nodes of WikiPathways' classes, the links of a figure."""
GENERAL = [q for q in iter_queries() if q.category != "WikiPathways" and q.name not in OTHERWISE]


def ask(store: EmbeddedStore | VirtuosoServer, text: str) -> list[tuple[str, ...]]:
    """Return the answer's rows, sorted, as text."""
    opened = open_store([store.endpoint]) if isinstance(store, VirtuosoServer) else store
    rows = select(opened, Query("kind", PROLOGUE + text))
    return sorted(tuple(map(text_of, row)) for row in rows)


def only(store: EmbeddedStore, *graphs: NamedNode) -> str:
    """Return some graphs of a store as N-Quads."""
    quads = (
        quad for graph in graphs for quad in store.store.quads_for_pattern(None, None, None, graph)
    )
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()


def alone(store: EmbeddedStore) -> EmbeddedStore:
    """Return a store of what WikiPathways says alone."""
    before = Store()
    before.bulk_load(only(store, GRAPHS.pathways).encode(), RdfFormat.N_QUADS)
    return EmbeddedStore(before)


@pytest.fixture(scope="module")
def merged(pages: Path) -> EmbeddedStore:
    return merge_to_store([pages], [WIKIPATHWAYS])


@pytest.fixture(scope="module")
def figures(pages_turtle: Path) -> EmbeddedStore:
    """Return a store of the same figures, not merged."""
    store = EmbeddedStore(Store())
    store.store.bulk_load(path=pages_turtle)
    return store


@pytest.mark.parametrize("kind", KINDS)
def test_oxigraph_answers_alike(kind: str, merged: EmbeddedStore) -> None:
    before = ask(alone(merged), KINDS[kind])
    assert ask(merged, KINDS[kind]) == before
    assert bool(before) == (kind != "data sets")


@pytest.mark.parametrize(
    ("predicate", "told_by"),
    [
        ("<http://www.w3.org/2000/01/rdf-schema#label>", "genes of a pathway"),
        ("<http://purl.org/dc/terms/identifier>", "identifiers of nodes"),
        ("<http://vocabularies.wikipathways.org/wp#bdbEnsembl>", "data sources of pathways"),
    ],
)
def test_a_bad_neighbour_would_be_noticed(
    predicate: str, told_by: str, merged: EmbeddedStore
) -> None:
    """The gene of RAGE is AGER elsewhere: said with their predicate, their answer has both."""
    worse = EmbeddedStore(Store())
    worse.store.bulk_load(only(merged, *GRAPHS).encode(), RdfFormat.N_QUADS)
    worse.store.update(
        f"INSERT DATA {{ <https://identifiers.org/ncbigene/27158> {predicate} 'NDOR1' }}"
    )
    assert ask(worse, KINDS[told_by]) != ask(merged, KINDS[told_by])


def test_all_of_the_given_data_is_joined_and_a_good_neighbour() -> None:
    folders = shared_data("wikipathways", "wikipathways-generator")
    merged, report = merge_figures(given_figures(), folders)
    assert report.documents == 67
    assert report.pathways == {"9606": 64, "3702": 3}
    nodes = {
        joined: sum(n for (kind, _), n in counts.items() if kind == "gene")
        for joined, counts in (("joined", report.joined), ("left", report.left))
    }
    assert nodes["joined"] / sum(nodes.values()) > 0.97
    assert terms_in_common(merged) == {TYPE}
    before = alone(merged)
    for kind, text in KINDS.items():
        assert ask(merged, text) == ask(before, text), kind


# One model, merged or not

OURS = (*(PREFIXES[prefix] for prefix in ("figure", "pmc", "fplx")), "https://w3id.org/pfocr/")


def terms_in_common(store: EmbeddedStore) -> set[str]:
    """Return the terms of WikiPathways that the other graphs use of things not their own."""
    figures, pathways, links = (
        {
            term
            for quad in store.store.quads_for_pattern(None, None, None, graph)
            if not quad.subject.value.startswith(OURS)
            for term in terms_of(quad)
        }
        for graph in GRAPHS
    )
    assert {PREFIXES["schema"] + "identifier", PREFIXES["skos"] + "prefLabel"} < figures
    return (figures | links) & pathways


def terms_of(quad: Quad) -> tuple[str, ...]:
    """Return the predicate, and of a type the class."""
    if quad.predicate.value == TYPE:
        return TYPE, quad.object.value
    return (quad.predicate.value,)


def test_of_shared_things_nothing_is_said_in_their_terms(merged: EmbeddedStore) -> None:
    assert terms_in_common(merged) == {TYPE}


@pytest.mark.parametrize("query", GENERAL, ids=lambda query: query.name)
def test_a_query_answers_alike_merged_or_not(
    query: Query, merged: EmbeddedStore, figures: EmbeddedStore
) -> None:
    choices = [[(p.name, choice) for choice in p.choices] for p in query.parameters if p.choices]
    for values in map(dict, product(*choices)):
        assert list(select(merged, query, values)) == list(select(figures, query, values))


def test_the_graph_of_a_figure_has_its_links_when_merged(
    merged: EmbeddedStore, figures: EmbeddedStore
) -> None:
    query, figure = get_query("figure-graph"), {"figure": "PMC6365454__fnins-13-00025-g0002"}
    before, after = (set(run_query(store, query, figure)) for store in (figures, merged))
    assert before < after
    assert {triple.predicate.value for triple in after - before} == {
        PREFIXES["skos"] + "relatedMatch"
    }


# Virtuoso


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtuosoServer]:
    with run_virtuoso(tmp_path_factory.mktemp("virtuoso"), rows=10_000) as server:
        yield server


@pytest.mark.slow
def test_virtuoso_answers_alike(virtuoso: VirtuosoServer, merged: EmbeddedStore) -> None:
    """One test, since the order matters: theirs is loaded, then ours and the links."""
    virtuoso.load(only(merged, GRAPHS.pathways))
    before = {kind: ask(virtuoso, text) for kind, text in KINDS.items()}
    assert {kind for kind, rows in before.items() if not rows} == {"data sets"}
    assert read_contents(virtuoso.endpoint) == read_contents(WIKIPATHWAYS), "it is a source as well"
    virtuoso.load(only(merged, GRAPHS.figures, GRAPHS.links))
    assert {kind: ask(virtuoso, text) for kind, text in KINDS.items()} == before
    _named_queries_answer_there_too(virtuoso, merged)


def _named_queries_answer_there_too(virtuoso: VirtuosoServer, merged: EmbeddedStore) -> None:
    endpoint = open_store([virtuoso.endpoint])
    for query in iter_queries():
        if query.name not in OTHERWISE:
            there = [tuple(map(shown, row)) for row in select(endpoint, query)]
            assert there == [tuple(map(shown, row)) for row in select(merged, query)], query.name
