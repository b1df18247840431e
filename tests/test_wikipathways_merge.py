"""Merging: the three graphs, what the links say, the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode
from wikipathways_data import GRAPHS, WIKIPATHWAYS, merge_and_report, merge_to_store

from kg.store import EmbeddedStore
from kg.wikipathways import MergeReport, Options, Thresholds
from kg.wikipathways.taxa import SPECIES

PREFIXES = """\
PREFIX cito: <http://purl.org/spar/cito/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX figure: <https://pfocr.wikipathways.org/figures/>
PREFIX link: <https://w3id.org/pfocr/link/>
PREFIX ncbigene: <https://identifiers.org/ncbigene/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX pmc: <https://identifiers.org/pmc/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX pubmed: <https://identifiers.org/pubmed/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX wikipathways: <https://identifiers.org/wikipathways/>
"""


@pytest.fixture(scope="module")
def merged(pages: Path) -> tuple[EmbeddedStore, MergeReport]:
    return merge_and_report([pages], [WIKIPATHWAYS])


@pytest.fixture(scope="module")
def store(merged: tuple[EmbeddedStore, MergeReport]) -> EmbeddedStore:
    return merged[0]


def rows(store: EmbeddedStore, text: str) -> list[tuple[str, ...]]:
    """Return solutions, sorted, IRIs by their last segment."""
    answer = store.query(PREFIXES + text)
    found = [tuple(str(getattr(term, "value", "")) for term in row) for row in answer]  # type: ignore[union-attr] # a SELECT, whose terms are bound
    return sorted(tuple(value.rpartition("/")[2] for value in row) for row in found)


def ask(store: EmbeddedStore, pattern: str) -> bool:
    return bool(store.query(f"{PREFIXES} ASK {{ {pattern} }}"))


# The graphs


def test_each_side_has_a_graph_and_the_links_a_third(
    store: EmbeddedStore, pages_turtle: Path
) -> None:
    counts = {
        graph: len(list(store.store.quads_for_pattern(None, None, None, graph))) for graph in GRAPHS
    }
    assert set(store.store.named_graphs()) == set(GRAPHS)
    assert counts[GRAPHS.figures] == len(list(pyoxigraph.parse(path=pages_turtle)))
    assert counts[GRAPHS.pathways] == 508
    assert sum(counts.values()) == len(store.store)


def test_what_wikipathways_says_is_not_changed(store: EmbeddedStore) -> None:
    said = {
        f"{quad.subject} {quad.predicate} {quad.object}"
        for path in WIKIPATHWAYS.iterdir()
        for quad in pyoxigraph.parse(path=path)
        if "_:" not in str(quad)
    }
    quads = store.store.quads_for_pattern(None, None, None, GRAPHS.pathways)
    assert {str(quad.triple) for quad in quads} >= said


def test_links_have_iris_and_use_nothing_of_wikipathways(store: EmbeddedStore) -> None:
    links = list(store.store.quads_for_pattern(None, None, None, GRAPHS.links))
    assert links
    for quad in links:
        assert isinstance(quad.subject, NamedNode)
        assert not quad.predicate.value.startswith("http://vocabularies.wikipathways.org/")
        if quad.predicate.value.endswith("#type"):
            assert not str(quad.object).startswith("<http://vocabularies.wikipathways.org/")


def test_every_link_says_how_it_was_made(store: EmbeddedStore) -> None:
    """Whatever triple of the links graph is no part of a mapping is the subject of one."""
    bare = rows(
        store,
        """
        SELECT ?s ?p ?o WHERE {
          GRAPH <https://w3id.org/pfocr/graph/links> {
            ?s ?p ?o
            FILTER NOT EXISTS { ?s a sssom:Mapping }
            FILTER NOT EXISTS { ?s a sssom:MappingSet }
            FILTER NOT EXISTS {
              ?link owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o ;
                sssom:mapping_justification ?why ; sssom:mapping_provider ?who
            }
            FILTER NOT EXISTS {
              ?link a pfocr:GeneSetSimilarity ; owl:annotatedSource ?s ; owl:annotatedProperty ?p ;
                owl:annotatedTarget ?o ; sssom:mapping_justification ?how
            }
          }
        }""",
    )
    assert bare == []


# Alignment


@pytest.mark.parametrize(
    "pattern",
    [
        # A gene by WikiPathways' mapping, and one by the table
        "link:WP9001:ncbigene:22 owl:annotatedSource wikipathways:WP9001",
        "wikipathways:WP9001 obo:RO_0000057 ncbigene:22, ncbigene:64428, ncbigene:51647",
        # Nodes without a mapping, to their gene
        "<https://identifiers.org/hgnc.symbol/NARFL> skos:closeMatch ncbigene:64428",
        "<https://identifiers.org/ensembl/ENSG00000166595.12> skos:closeMatch ncbigene:51647",
        "<https://identifiers.org/uniprot/O76003-1> skos:closeMatch ncbigene:10539",
        # Former IRIs
        "<http://identifiers.org/ncbigene/842951> skos:exactMatch ncbigene:842951",
        "<http://identifiers.org/chebi/18421> skos:exactMatch <https://identifiers.org/chebi/CHEBI:18421>",
        "<http://identifiers.org/pubmed/29912623> skos:exactMatch pubmed:29912623",
        "<http://identifiers.org/hgnc.symbol/RHO> skos:exactMatch <https://identifiers.org/hgnc.symbol/RHO>",
        "<http://identifiers.org/wikipathways/WP9003> skos:exactMatch wikipathways:WP9003",
        # Versions
        "<https://identifiers.org/wikipathways/WP9001_r12> dcterms:isVersionOf wikipathways:WP9001",
        "<http://identifiers.org/wikipathways/WP9002_r77> dcterms:isVersionOf wikipathways:WP9002",
        "<http://rdf.wikipathways.org/Pathway/WP9003_r9> dcterms:isVersionOf wikipathways:WP9003",
        # Taxa: by IRI, by name, and of a strain
        "wikipathways:WP9001 obo:RO_0002162 obo:NCBITaxon_9606",
        "wikipathways:WP9002 obo:RO_0002162 obo:NCBITaxon_3702",
        "obo:NCBITaxon_559292 skos:broadMatch obo:NCBITaxon_4932",
        # Chemicals
        "wikipathways:WP9002 obo:RO_0000057 <https://identifiers.org/chebi/CHEBI:18421>",
        # A figure drawn as a pathway
        "link:PMC6365454__fnins-13-00025-g0002:WP5283:translated a sssom:Mapping",
        # A paper cited by its DOI, written in capitals there; so its figures
        "pmc:PMC10031043 skos:exactMatch <https://identifiers.org/doi/10.3389/FGENE.2023.1152398>",
        "wikipathways:WP9001 cito:cites pmc:PMC10031043",
        "?figure dcterms:isPartOf pmc:PMC10031043 ; dcterms:isReferencedBy wikipathways:WP9001",
    ],
)
def test_the_link_is_there(pattern: str, store: EmbeddedStore) -> None:
    assert ask(store, pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "wikipathways:WP9003 dcterms:isVersionOf ?any",
        "<http://identifiers.org/wikipathways/WP9002_r77> skos:exactMatch ?any",
        "?one dcterms:isVersionOf wikipathways:WP9006 . FILTER CONTAINS(STR(?one), 'DataNode')",
        "?taxon skos:broadMatch obo:NCBITaxon_562",
        "ncbigene:9391 skos:closeMatch ncbigene:9391",
    ],
)
def test_the_link_is_not_there(pattern: str, store: EmbeddedStore) -> None:
    assert not ask(store, pattern)


def test_a_join_by_the_table_is_attributed_to_it(store: EmbeddedStore) -> None:
    found = rows(
        store,
        """
        SELECT ?gene ?field ?matched ?who ?why ?key WHERE {
          ?link owl:annotatedSource <https://identifiers.org/hgnc.symbol/NARFL> ;
            owl:annotatedTarget ?gene ;
            sssom:subject_match_field ?field ;
            sssom:match_string ?matched ;
            sssom:mapping_provider ?who ;
            sssom:mapping_justification ?why ;
            <http://www.w3.org/2000/01/rdf-schema#comment> ?key
        }""",
    )
    assert found == [("64428", "identifier", "NARFL", "", "MappingChaining", "previous symbol")]


def test_two_places_of_one_gene_are_one_participant_of_two_sources(store: EmbeddedStore) -> None:
    """Rhodopsin stands twice in the drawing of 2014."""
    found = rows(
        store, "SELECT ?node WHERE { link:WP9003:ncbigene:6010 prov:wasDerivedFrom ?node }"
    )
    assert found == [("a1",), ("a4",)]


def test_papers_are_matched_by_pmid_where_a_table_gives_it(pages: Path, tmp_path: Path) -> None:
    table = tmp_path / "PMC-ids.csv"
    table.write_text("PMCID,PMID,DOI\nPMC10031043,36911530,\nPMC6365454,30766472,10.3389/x\n")
    found = merge_to_store([pages], [WIKIPATHWAYS], Options(thresholds=None, pmc_ids=table))
    assert ask(found, "pmc:PMC10031043 skos:exactMatch pubmed:36911530")
    assert rows(found, "SELECT ?pathway ?paper WHERE { ?pathway cito:cites ?paper }") == [
        ("WP5283", "PMC6365454"),
        ("WP9001", "PMC10031043"),
    ]
    who = "?link owl:annotatedTarget pubmed:36911530 ; sssom:mapping_provider ?who"
    assert rows(found, f"SELECT ?who WHERE {{ {who} }}") == [("PMC-ids.csv.gz",)]


def test_a_disease_of_a_pathway_says_how_it_is_known(store: EmbeddedStore) -> None:
    found = rows(
        store,
        """
        SELECT ?disease ?field ?matched ?who WHERE {
          wikipathways:WP9001 <https://schema.org/about> ?disease .
          link:WP9001:doid:0060239 owl:annotatedTarget ?disease ;
            sssom:subject_match_field ?field ;
            sssom:match_string ?matched ;
            sssom:mapping_provider ?who .
        }""",
    )
    assert found == [("DOID_0060239", "wp#diseaseOntologyTag", "0060239", "")]


def test_diseases_of_both_are_counted(make_page: Callable[..., Path]) -> None:
    table = "word\tmesh\tmatch\tname\tdoid\nataxia\tmesh:D001259\tataxia\tataxia\tdoid:0060239\n"
    columns = "organism_id organism_name organism_group word match ncbigene_symbol ncbigene_id"
    genes = "\t".join(f"{columns} source count_direct count_match".split()) + "\n"
    folder = make_page(tables={"genes": genes, "diseases": table}, organisms_ner=["NA"])
    _, report = merge_and_report([folder], [WIKIPATHWAYS], Options(thresholds=None))
    assert report.common["diseases"] == 1


# The report


def test_the_report_counts_nodes_by_key_and_by_reason(
    merged: tuple[EmbeddedStore, MergeReport],
) -> None:
    _, report = merged
    assert report.documents == 7
    assert report.pathways == {"9606": 4, "3702": 1, "4932": 1, "10090": 1}
    assert report.joined == {
        ("gene", "wp:bdbEntrezGene"): 31,
        ("gene", "author's identifier"): 5,
        ("gene", "previous symbol"): 1,
        ("gene", "Ensembl identifier"): 1,
        ("gene", "UniProt accession"): 1,
        ("gene", "HGNC number"): 1,
        ("chemical", "wp:bdbChEBI"): 2,
        ("chemical", "author's identifier"): 1,
    }
    assert report.left == {
        ("gene", "identifiers of other namespaces alone"): 2,
        ("gene", "no identifier"): 1,
        ("gene", "not in the gene table"): 1,
        ("gene", "stands for several genes"): 1,
        ("gene", "no gene table for the organism"): 1,
        ("chemical", "identifiers of other namespaces alone"): 2,
    }
    assert report.common == {"genes": 33, "chemicals": 2, "diseases": 0}
    assert report.links["gene sets alike"] == 3
    assert len(report.nodes) == sum(report.joined.values()) + sum(report.left.values())


def test_the_number_of_links_is_that_of_mappings(merged: tuple[EmbeddedStore, MergeReport]) -> None:
    store, report = merged
    found = rows(store, "SELECT (COUNT(?link) AS ?count) WHERE { ?link a sssom:Mapping }")
    assert found == [(str(report.links.total()),)]


def test_thresholds_are_written_with_the_links(pages: Path) -> None:
    options = Options("strict", Thresholds(5, 0.001, 0.2))
    found = merge_to_store([pages], [WIKIPATHWAYS], options)
    (told,) = rows(found, "SELECT ?d WHERE { ?set a sssom:MappingSet ; dcterms:description ?d }")
    assert "at the strictness 'strict'" in told[0]
    assert "at least 5 shared genes, q at most 0.001 and a Jaccard index of at least 0.2" in told[0]


def test_strains_are_those_of_the_figures(store: EmbeddedStore) -> None:
    found = rows(store, "SELECT ?strain WHERE { ?strain skos:broadMatch ?species }")
    assert {strain.removeprefix("NCBITaxon_") for (strain,) in found} <= set(SPECIES)
