"""Merging: the three graphs, what the links say, the report, and the ways out."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph
import pytest
from conftest import Run
from pyoxigraph import NamedNode, Quad, RdfFormat
from wikipathways_data import GRAPHS, WIKIPATHWAYS, merge_and_report, merge_to_store

from kg.errors import DataError, KgError, MissingExtraError, UsageError, WriteError
from kg.store import EmbeddedStore, load_store, open_store
from kg.wikipathways import MergeReport, Options, StoreTarget, Thresholds, merge, to_file
from kg.wikipathways.taxa import SPECIES
from kg.write import Output

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
NO_SIMILARITY = Options(thresholds=None)


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
    _, report = merge_and_report([folder], [WIKIPATHWAYS], NO_SIMILARITY)
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


# Targets


def write(figures: Path, target: Callable[[Iterable[Quad]], None]) -> None:
    merge([figures], [WIKIPATHWAYS], target, NO_SIMILARITY)


def triples(quads: Iterable[Quad]) -> set[str]:
    return {str(quad.triple) for quad in quads}


def test_formats_hold_the_same(pages_turtle: Path, tmp_path: Path) -> None:
    quads = tmp_path / "m.nq"
    write(pages_turtle, to_file(Output(str(quads), "nquads")))
    expected = set(map(str, pyoxigraph.parse(path=quads)))
    for name in ("m.trig", "m.trig.gz", "m.nq.gz"):
        form = "trig" if "trig" in name else "nquads"
        write(pages_turtle, to_file(Output(str(tmp_path / name), form)))
        content = (tmp_path / name).read_bytes()
        content = gzip.decompress(content) if name.endswith(".gz") else content
        known = RdfFormat.TRIG if form == "trig" else RdfFormat.N_QUADS
        assert set(map(str, pyoxigraph.parse(content, known))) == expected
    flat = tmp_path / "m.ttl"
    write(pages_turtle, to_file(Output(str(flat), "turtle"), flat=True))
    assert triples(pyoxigraph.parse(path=flat)) == triples(pyoxigraph.parse(path=quads))
    folder = tmp_path / "store"
    write(pages_turtle, StoreTarget(folder))
    stored = set(map(str, EmbeddedStore.open(folder).store))
    assert len(stored) == len(expected)
    assert {quad for quad in stored if "_:" not in quad} == {q for q in expected if "_:" not in q}


def test_the_same_input_gives_the_same_bytes(pages_turtle: Path, tmp_path: Path) -> None:
    contents = set()
    for name in ("one", "two"):
        path = tmp_path / f"{name}.nq.gz"
        merge([pages_turtle], [WIKIPATHWAYS], to_file(Output(str(path), "nquads")))
        contents.add(path.read_bytes())
    assert len(contents) == 1


@pytest.mark.skipif(
    not shutil.which("rapper"), reason="needs rapper: apt-get install raptor2-utils"
)
@pytest.mark.parametrize(("name", "form"), [("m.ttl", "turtle"), ("m.trig", "trig")])
def test_rapper_reads_it(name: str, form: str, pages_turtle: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    write(pages_turtle, to_file(Output(str(path), form), flat=form == "turtle"))
    command = ["rapper", "-q", "-i", form, "-o", "ntriples", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(list(pyoxigraph.parse(path=path)))


def test_a_store_that_has_them_gets_new_graphs_and_nothing_else_is_touched(
    pages_turtle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    write(pages_turtle, StoreTarget(folder))
    write(pages_turtle, StoreTarget(folder))
    assert set(EmbeddedStore.open(folder).store.named_graphs()) == set(GRAPHS)
    other = tmp_path / "papers"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(WriteError):
        write(pages_turtle, StoreTarget(other))
    assert os.listdir(other) == ["thesis.txt"]


def test_a_merge_that_fails_leaves_a_store_as_it_was(pages_turtle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write(pages_turtle, StoreTarget(folder))
    before = len(EmbeddedStore.open(folder).store)
    (tmp_path / "bad.ttl").write_text("<http://e/s> a")
    with pytest.raises(DataError):
        merge([pages_turtle], [tmp_path / "bad.ttl"], StoreTarget(folder), NO_SIMILARITY)
    assert len(EmbeddedStore.open(folder).store) == before
    assert not list(folder.glob("incoming-*"))


def test_merged_data_is_merged_anew(pages_turtle: Path, tmp_path: Path) -> None:
    """As a file, and as a store, also in its own place."""
    quads, again = tmp_path / "m.nq", tmp_path / "again.nq"
    write(pages_turtle, to_file(Output(str(quads), "nquads")))
    expected = sorted(map(str, pyoxigraph.parse(path=quads)))
    write(quads, to_file(Output(str(again), "nquads")))
    assert sorted(map(str, pyoxigraph.parse(path=again))) == expected
    folder = tmp_path / "store"
    load_store(folder, [pages_turtle])
    write(folder, StoreTarget(folder))
    merged = set(map(str, EmbeddedStore.open(folder).store))
    assert len(merged) == len(set(expected))
    write(folder, StoreTarget(folder))
    assert len(EmbeddedStore.open(folder).store) == len(merged)


WAITING = """\
import sys, time
from pathlib import Path
import kg.store.loading
from kg.wikipathways import Options, StoreTarget, merge

def wait(*_):
    print(flush=True)
    time.sleep(60)

moment, figures, pathways, folder = sys.argv[1:]
if moment == "marker":
    kg.store.loading.write_marker = wait
progress = wait if moment == "document" else None
options = Options(thresholds=None)
merge([Path(figures)], [pathways], StoreTarget(Path(folder)), options, progress=progress)
"""


@pytest.mark.parametrize("moment", ["document", "marker"])
def test_a_merge_that_is_killed_leaves_the_old_data_answering(
    moment: str, pages_turtle: Path, tmp_path: Path
) -> None:
    """Kill it after a document of WikiPathways, and when all is loaded but not yet in place."""
    folder = tmp_path / "store"
    merge([pages_turtle], [WIKIPATHWAYS / "WP9001.ttl"], StoreTarget(folder), NO_SIMILARITY)
    before = set(map(str, EmbeddedStore.open(folder).store))
    command = [sys.executable, "-c", WAITING, moment, pages_turtle, WIKIPATHWAYS, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as merging:
        assert merging.stdout is not None
        assert merging.stdout.readline() == b"\n"
        assert set(map(str, EmbeddedStore.open(folder).store)) == before
        merging.kill()
    assert set(map(str, EmbeddedStore.open(folder).store)) == before
    write(pages_turtle, StoreTarget(folder))
    assert len(EmbeddedStore.open(folder).store) > len(before)
    assert len(list(folder.iterdir())) == 3, "the marker, the lock, and the data that answers"


@pytest.mark.parametrize("name", ["m.nq", "m.nq.gz"])
def test_a_merge_that_fails_leaves_nothing(name: str, pages_turtle: Path, tmp_path: Path) -> None:
    bad = tmp_path / "wp"
    bad.mkdir()
    (bad / "bad.ttl").write_text("<http://e/s> a")
    out = tmp_path / "out"
    out.mkdir()
    path = out / name
    target = to_file(Output(str(path), "nquads"))
    with pytest.raises(DataError):
        merge([pages_turtle], [WIKIPATHWAYS, bad], target, NO_SIMILARITY)
    assert os.listdir(out) == []


def test_formats_without_graphs_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        to_file(Output("m.ttl", "turtle"))
    assert str(caught.value) == (
        "turtle can't name graphs\nhint: use .nq or .trig, or give the graphs up with --flat"
    )
    with pytest.raises(UsageError) as caught:
        to_file(Output("m.jsonld", "jsonld"))
    assert caught.value.problem.message == "merged data is not written as jsonld"


def test_a_missing_extra_is_named_before_any_work(
    pages_turtle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    target = to_file(Output(str(tmp_path / "m.nq"), "nquads"))
    with pytest.raises(MissingExtraError) as caught:
        merge([pages_turtle], [tmp_path / "never looked for"], target)
    assert str(caught.value) == (
        "this needs the package 'scipy', which is not installed\n"
        "hint: pip install 'pfocr-kg[analysis]'"
    )
    write(pages_turtle, target)


def test_an_unknown_strictness_is_refused(pages_turtle: Path) -> None:
    with pytest.raises(KgError) as caught:
        merge([pages_turtle], [WIKIPATHWAYS], list, Options(strictness="loose"))
    assert str(caught.value) == "'loose' is no strictness\nhint: known: strict, synonyms, all"


def test_thresholds_are_written_with_the_links(pages: Path) -> None:
    options = Options("strict", Thresholds(5, 0.001, 0.2))
    found = merge_to_store([pages], [WIKIPATHWAYS], options)
    (told,) = rows(found, "SELECT ?d WHERE { ?set a sssom:MappingSet ; dcterms:description ?d }")
    assert "at the strictness 'strict'" in told[0]
    assert "at least 5 shared genes, q at most 0.001 and a Jaccard index of at least 0.2" in told[0]


def test_strains_are_those_of_the_figures(store: EmbeddedStore) -> None:
    found = rows(store, "SELECT ?strain WHERE { ?strain skos:broadMatch ?species }")
    assert {strain.removeprefix("NCBITaxon_") for (strain,) in found} <= set(SPECIES)


# The command


def test_the_command_merges_pages(run_kg: Callable[..., Run], pages: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "m.nq.gz", tmp_path / "nodes.jsonl"
    run = run_kg("merge", pages, "--wikipathways", WIKIPATHWAYS, "-o", out, "--report", report)
    assert run.code == 0
    assert run.stdout == ""
    lines = [line.split() for line in run.stderr.splitlines()]
    assert ["gene", "nodes", "joined:", "previous", "symbol", "1"] in lines
    assert ["links:", "gene", "sets", "alike", "3"] in lines
    nodes = [json.loads(line) for line in report.read_text().splitlines()]
    by_node = {node["node"]: node for node in nodes}
    assert by_node["https://identifiers.org/hgnc.symbol/NARFL"] == {
        "node": "https://identifiers.org/hgnc.symbol/NARFL",
        "pathways": ["WP9001"],
        "joined": ["ncbigene:64428"],
        "key": "previous symbol",
        "matched": "NARFL",
    }
    assert by_node["https://identifiers.org/uniprot/P62805"] == {
        "node": "https://identifiers.org/uniprot/P62805",
        "pathways": ["WP9001"],
        "joined": [],
        "reason": "stands for several genes",
        "label": "Histone H4",
        "identifiers": ["https://identifiers.org/uniprot/P62805"],
    }
    assert list(open_store([out]).query("SELECT * WHERE { ?s ?p ?o } LIMIT 1"))


def test_the_command_writes_a_store_and_stdout(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    common = ("merge", pages_turtle, "--wikipathways", WIKIPATHWAYS, "--no-similarity")
    assert run_kg(*common, "--store", tmp_path / "store").code == 0
    run = run_kg(*common, "-o", "-", "--format", "nquads")
    quads = len(list(pyoxigraph.parse(run.stdout_bytes, RdfFormat.N_QUADS)))
    assert quads == len(EmbeddedStore.open(tmp_path / "store").store)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "error: exactly one target is asked for\nhint: add -o FILE or --store DIR\n"),
        (
            ("-o", "a.nq", "--store", "b"),
            "error: exactly one target is asked for\nhint: add -o FILE or --store DIR\n",
        ),
        (
            ("--store", "b", "--flat"),
            "error: a store has named graphs\nhint: drop --flat, or write a file\n",
        ),
        (
            ("-o", "a.ttl"),
            "error: turtle can't name graphs\n"
            "hint: use .nq or .trig, or give the graphs up with --flat\n",
        ),
    ],
)
def test_the_target_has_to_make_sense(
    arguments: tuple[str, ...], message: str, run_kg: Callable[..., Run], pages: Path
) -> None:
    run = run_kg("merge", pages, "--wikipathways", WIKIPATHWAYS, *arguments)
    assert (run.code, run.stderr) == (2, message)


@pytest.mark.parametrize("command", ["merge", "overlap"])
def test_pathways_that_are_none_are_told(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path, command: str
) -> None:
    """Both sides are RDF, and easily taken for each other."""
    target = tmp_path / "out.nq"
    options = ["-o", target] if command == "merge" else []
    run = run_kg(command, pages_turtle, "--wikipathways", pages_turtle, *options)
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr == (
        "error: there is no pathway in what is to be WikiPathways\n"
        "hint: --wikipathways names WikiPathways' own RDF\n"
    )
    assert not target.exists()


def test_lost_rows_are_told_and_the_rest_is_merged(
    run_kg: Callable[..., Run], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_page(
        genes=[
            {
                "word": "x",
                "symbol": "X",
                "source": "hgnc_symbol",
                "hgnc_symbol": "X",
                "entrez": "74O9",
            }
        ]
    )
    run = run_kg("merge", folder, "--wikipathways", WIKIPATHWAYS, "-o", tmp_path / "m.nq")
    assert run.code == 1
    assert "'74O9' is not an NCBI Gene identifier" in run.stderr
    assert (tmp_path / "m.nq").exists()
