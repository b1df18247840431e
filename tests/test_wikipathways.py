"""Reading WikiPathways: identifiers, sources, the three layouts, joins."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from conftest import shared_data
from hypothesis import given
from hypothesis import strategies as st
from misbehaving import serve_badly
from programs import oxigraph_with
from pyoxigraph import BlankNode, RdfFormat, parse
from wikipathways_data import WIKIPATHWAYS, read_contents

from kg.errors import DataError, KgError, QueryError, UsageError
from kg.store import EmbeddedStore
from kg.terms import iri
from kg.wikipathways import GRAPHS, Options, sources
from kg.wikipathways.content import Content, ContentReader, Node
from kg.wikipathways.genes import GeneTable
from kg.wikipathways.identifiers import Identifier, align, mint, parse_iri
from kg.wikipathways.join import Join, Unjoined, join_node
from kg.wikipathways.merge import _Merge
from kg.wikipathways.sources import Document, Statement, find_documents, iter_statements
from kg.wikipathways.taxa import SPECIES, TAXA, to_species

TABLE = GeneTable()
PREFIXES = """
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wp: <http://vocabularies.wikipathways.org/wp#> .
"""
PATHWAY = """
<https://identifiers.org/wikipathways/WP1_r1> a wp:Pathway ; dc:title "One"@en ;
  dcterms:identifier "WP1" ; wp:organismName "Homo sapiens" .
"""


def statements(*names: str | Path) -> list[Statement]:
    return [s for document in find_documents(names) for s in iter_statements(document)]


def content_of(text: str) -> Content:
    reader = ContentReader()
    for _ in reader.passing(parse(PREFIXES + text, RdfFormat.TURTLE)):
        pass
    return reader.content()


def read(document: Document) -> Content:
    reader = ContentReader()
    for _ in reader.passing(iter_statements(document)):
        pass
    return reader.content()


def read_file(name: str) -> Content:
    (document,) = find_documents([WIKIPATHWAYS / name])
    return read(document)


def refusal(*names: str | Path) -> KgError:
    with pytest.raises(KgError) as caught:
        statements(*names)
    return caught.value


# Identifiers


@pytest.mark.parametrize(
    ("text", "namespace", "local"),
    [
        ("https://identifiers.org/ncbigene/2876", "ncbigene", "2876"),
        ("http://identifiers.org/ncbigene/2876", "ncbigene", "2876"),
        ("https://identifiers.org/ncbigene:2876", "ncbigene", "2876"),
        ("http://identifiers.org/entrez.gene/2876", "ncbigene", "2876"),
        ("http://identifiers.org/chebi/15499", "chebi", "15499"),
        ("https://identifiers.org/chebi/CHEBI:15499", "chebi", "15499"),
        ("https://identifiers.org/CHEBI:15499", "chebi", "15499"),
        ("https://identifiers.org/hgnc.symbol/HLA-A", "hgnc.symbol", "HLA-A"),
        ("https://identifiers.org/hgnc/HGNC:5", "hgnc", "5"),
        ("https://identifiers.org/hgnc/5", "hgnc", "5"),
        ("https://identifiers.org/ensembl/ENSG00000166595.12", "ensembl", "ENSG00000166595"),
        ("https://identifiers.org/ensembl/Y74C9A.3", "ensembl", "Y74C9A.3"),
        ("https://identifiers.org/uniprot/O76003-1", "uniprot", "O76003"),
        ("https://identifiers.org/wikipathways/WP254_r140926", "wikipathways", "WP254"),
        ("http://rdf.wikipathways.org/Pathway/WP2447_r75221", "wikipathways", "WP2447"),
        ("https://identifiers.org/pubmed/30766472", "pubmed", "30766472"),
        ("http://purl.obolibrary.org/obo/DOID_0060239", "doid", "0060239"),
        ("http://purl.obolibrary.org/obo/NCBITaxon_9606", "taxonomy", "9606"),
        ("http://identifiers.org/taxonomy/9606", "taxonomy", "9606"),
        ("https://identifiers.org/doi/10.1/a%2Fb", None, None),
        ("https://identifiers.org/doi/10.1000/a%2Fb", "doi", "10.1000/a/b"),
        ("https://doi.org/10.1000/a", "doi", "10.1000/a"),
        ("http://www.wikidata.org/entity/Q212354", "wikidata", "Q212354"),
        ("https://identifiers.org/ncbigene/NA", None, None),
        ("http://rdf.wikipathways.org/Pathway/WP1_r1/DataNode/a", None, None),
        ("https://example.org/ncbigene/1", None, None),
    ],
)
def test_an_iri_is_read_in_each_of_its_spellings(
    text: str, namespace: str | None, local: str | None
) -> None:
    expected = None if namespace is None or local is None else Identifier(namespace, local)
    assert parse_iri(iri(text)) == expected


@given(st.sampled_from(["ncbigene", "chebi", "doid", "taxonomy", "pubmed"]), st.integers(1, 10**9))
def test_what_is_minted_is_read_back(namespace: str, number: int) -> None:
    identifier = Identifier(namespace, str(number))
    assert parse_iri(mint(identifier)) == identifier
    assert align(mint(identifier)) is None


@pytest.mark.parametrize(
    ("text", "aligned"),
    [
        ("http://identifiers.org/ncbigene/2876", "https://identifiers.org/ncbigene/2876"),
        ("https://identifiers.org/ncbigene:2876", "https://identifiers.org/ncbigene/2876"),
        ("https://identifiers.org/chebi/15499", "https://identifiers.org/chebi/CHEBI:15499"),
        ("https://identifiers.org/DOID:1612", "http://purl.obolibrary.org/obo/DOID_1612"),
        ("http://identifiers.org/taxonomy/9606", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
        ("http://identifiers.org/hgnc/HGNC:21", "https://identifiers.org/hgnc/21"),
        ("http://identifiers.org/hmdb/HMDB00148", "https://identifiers.org/hmdb/HMDB00148"),
        ("http://identifiers.org/uniprot/P04637-2", "https://identifiers.org/uniprot/P04637-2"),
        ("http://identifiers.org/wikipathways/WP1", "https://identifiers.org/wikipathways/WP1"),
        ("http://identifiers.org/wikipathways/WP1_r2", None),
        ("http://rdf.wikipathways.org/Pathway/WP2447_r75221", None),
        ("https://identifiers.org/uniprot/P04637-2", None),
        ("https://example.org/ncbigene/1", None),
    ],
)
def test_other_spellings_are_aligned_and_what_is_a_thing_of_its_own_is_not(
    text: str, aligned: str | None
) -> None:
    assert align(iri(text)) == (None if aligned is None else iri(aligned))


def test_strains_have_a_species_that_wikipathways_names() -> None:
    assert set(SPECIES.values()) <= set(TAXA.values())
    assert to_species("559292") == TAXA["Saccharomyces cerevisiae"]
    assert to_species("9606") == "9606"


# Sources


def test_folder_zip_and_files_say_the_same(tmp_path: Path) -> None:
    archive = tmp_path / "wikipathways-rdf-wp.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in WIKIPATHWAYS.iterdir():
            made.write(path, f"wp/{path.name}")
        made.writestr("wp/README", "not RDF")
    packed = tmp_path / "WP9001.ttl.gz"
    packed.write_bytes(gzip.compress((WIKIPATHWAYS / "WP9001.ttl").read_bytes()))
    counts = {len(statements(WIKIPATHWAYS)), len(statements(archive))}
    counts.add(len(statements(*sorted(WIKIPATHWAYS.iterdir()))))
    assert counts == {508}
    assert len(statements(packed)) == len(statements(WIKIPATHWAYS / "WP9001.ttl"))


def test_documents_come_sorted_and_each_once() -> None:
    names = [Path(document.name).name for document in find_documents([WIKIPATHWAYS])]
    assert names == sorted(path.name for path in WIKIPATHWAYS.iterdir())
    again = find_documents([WIKIPATHWAYS, str(WIKIPATHWAYS), WIKIPATHWAYS / "WP9001.ttl"])
    assert len(again) == len(names)


def test_a_gzipped_member_of_a_zip_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.nt.gz", gzip.compress(b"<http://e/s> <http://e/p> <http://e/o> .\n"))
    assert len(statements(archive)) == 1


def test_blank_nodes_of_documents_stay_apart(tmp_path: Path) -> None:
    """Both files have an anonymous node and one labelled `complex`, which in each is one node."""
    blank = Counter(
        term.value
        for statement in statements(WIKIPATHWAYS)
        for term in (statement.subject, statement.object)
        if isinstance(term, BlankNode)
    )
    assert len(blank) == 4
    assert set(map(str, statements(WIKIPATHWAYS))) == set(map(str, statements(WIKIPATHWAYS)))
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text("_:b <http://e/p> [] .")
    subjects = {str(statement.subject) for statement in statements(tmp_path)}
    assert len(subjects) == 2


def test_a_large_document_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read twice instead: once to see that all of it is well formed."""
    monkeypatch.setattr(sources, "_HELD_BYTES", 100)
    good = "".join(f"<http://e/{number}> <http://e/p> _:b .\n" for number in range(1000))
    (tmp_path / "good.nt").write_text(good)
    assert len(statements(tmp_path / "good.nt")) == 1000
    (tmp_path / "bad.nt").write_text(f"{good}<http://e/s> <http://e/p> .\n")
    (document,) = find_documents([tmp_path / "bad.nt"])
    with pytest.raises(DataError):
        next(iter_statements(document))


def test_an_endpoint_says_the_same_of_each_pathway(tmp_path: Path) -> None:
    together = tmp_path / "all.ttl"
    files = sorted(WIKIPATHWAYS.iterdir())
    together.write_text("\n".join(path.read_text() for path in files))
    with oxigraph_with(together) as url:
        asked = read_contents(url)
    assert len(asked) == len(files)
    assert asked == read_contents(WIKIPATHWAYS)


class CuttingEndpoint:
    """An endpoint that cuts answers off after some rows without a word, as Virtuoso does."""

    def __init__(self, store: EmbeddedStore, rows: int) -> None:
        self.url = "http://e/sparql"
        self.store, self.rows = store, rows

    def query(self, text: str, name: str) -> Any:
        answer = self.store.query(text, name)
        if "COUNT" in text:
            return answer
        return list(islice(answer, self.rows))


@pytest.mark.parametrize("rows", [12, 25, 10_000])
def test_answers_that_are_cut_off_are_asked_for_in_parts(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = WIKIPATHWAYS / "WP9001.ttl"
    endpoint = CuttingEndpoint(EmbeddedStore.load([path]), rows)
    monkeypatch.setattr("kg.wikipathways.endpoint.Endpoint", lambda _: endpoint)
    asked = {statement_triple(s) for s in statements("http://e/sparql")}
    whole = {statement_triple(s) for s in statements(path)}
    assert {text for text in asked if "_:" not in text} == {t for t in whole if "_:" not in t}


def test_an_answer_that_is_too_small_for_one_subject_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = CuttingEndpoint(EmbeddedStore.load([WIKIPATHWAYS / "WP9001.ttl"]), 5)
    monkeypatch.setattr("kg.wikipathways.endpoint.Endpoint", lambda _: endpoint)
    pathway = "<https://identifiers.org/wikipathways/WP9001_r12>"
    assert str(refusal("http://e/sparql")) == (
        f"http://e/sparql: cuts its answers off: 5 triples came of {pathway}, not all\n"
        "hint: take WikiPathways' RDF zip instead"
    )


def statement_triple(statement: Statement) -> str:
    return f"{statement.subject} {statement.predicate} {statement.object}"


def test_an_endpoint_that_is_down_is_named() -> None:
    with serve_badly() as address:
        error = refusal(f"{address}/down")
    assert isinstance(error, QueryError)
    assert str(error) == f"{address}/down: answered 503 Service Unavailable: try again later"


def test_what_is_no_rdf_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.zip"
    zipfile.ZipFile(empty, "w").close()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK nothing")
    assert isinstance(refusal(tmp_path / "none"), UsageError)
    assert str(refusal(empty)) == f"'{empty}' holds no RDF\nhint: name the release's RDF zip"
    assert str(refusal(tmp_path / "no.zip")) == (
        f"there is no '{tmp_path / 'no.zip'}'\nhint: name the release's RDF zip"
    )
    assert str(refusal(broken)) == (
        f"{broken}: can't be read: File is not a zip file\nhint: fetch the zip anew"
    )


def test_malformed_rdf_is_named_with_its_line(tmp_path: Path) -> None:
    bad = "<http://e/s> <http://e/p> <http://e/o> .\n<http://e/s> <http://e/p x> 1 .\n"
    (tmp_path / "bad.ttl").write_text(bad)
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("wp/bad.ttl", bad)
    assert refusal(tmp_path / "bad.ttl").problem.line == 2
    error = refusal(archive)
    assert str(error) == (
        f"{archive}/wp/bad.ttl:2: is malformed: Invalid IRI code point ' '\n"
        "hint: mend the file, or make it anew"
    )


# Content


def test_todays_layout() -> None:
    content = read_file("WP9001.ttl")
    (pathway,) = content.pathways
    assert pathway.wpid == "WP9001"
    assert pathway.versions == (iri("https://identifiers.org/wikipathways/WP9001_r12"),)
    assert pathway.taxon == "9606"
    assert pathway.diseases == (iri("http://purl.obolibrary.org/obo/DOID_0060239"),)
    assert Counter(node.kind for node in content.nodes) == {"gene": 13, "chemical": 2}
    assert [reference.iri for reference in content.references] == [
        iri("https://identifiers.org/doi/10.3389/FGENE.2023.1152398"),
        iri("https://identifiers.org/pubmed/36911530"),
    ]


def test_the_layout_of_2016() -> None:
    """The pathway's dc:identifier is a version, the organism a name, IRIs have http."""
    content = read_file("WP9002.ttl")
    (pathway,) = content.pathways
    assert (pathway.wpid, pathway.taxon) == ("WP9002", "3702")
    assert pathway.organism == '"Arabidopsis thaliana"'
    assert len(content.nodes) == 6
    assert len(content.references) == 1


def test_the_layout_of_2014() -> None:
    """Nodes are places in the drawing; one that leads to another pathway is no pathway."""
    content = read_file("WP9003.ttl")
    (pathway,) = content.pathways
    assert (pathway.wpid, pathway.taxon) == ("WP9003", "9606")
    assert pathway.versions == (iri("http://rdf.wikipathways.org/Pathway/WP9003_r9"),)
    assert [node.label for node in content.nodes] == [
        "Rhodopsin",
        "Transducin",
        "PDE6",
        "Rhodopsin*",
    ]


def test_a_pathway_without_a_title_is_none() -> None:
    assert content_of("<https://identifiers.org/wikipathways/WP2> a wp:Pathway .").pathways == ()


def test_an_organism_of_unknown_name_is_kept_without_a_taxon() -> None:
    content = content_of(PATHWAY.replace("Homo sapiens", "Canis lupus"))
    assert content.pathways[0].taxon is None
    assert content.pathways[0].organism == '"Canis lupus"'


def test_the_generators_own_files_are_read() -> None:
    (folder,) = shared_data("wikipathways-generator")
    found = {}
    for content in map(read, find_documents([folder])):
        (pathway,) = content.pathways
        found[pathway.wpid] = (pathway.taxon, len(content.nodes), len(content.references))
    assert found == {
        "WP1538": ("3702", 28, 0),
        "WP2447": ("9606", 63, 1),
        "WP2450": ("3702", 14, 0),
        "WP626": ("3702", 7, 0),
    }


# Joins


def node(text: str, wpid: str = PATHWAY) -> Node:
    part = "dcterms:isPartOf <https://identifiers.org/wikipathways/WP1_r1>"
    (found,) = content_of(f"{wpid} <http://e/n> {part} ; {text} .").nodes
    return found


def gene(*identifiers: str) -> Node:
    return node("; ".join(["a wp:GeneProduct", *identifiers]))


def own(curie: str) -> str:
    return f"dc:identifier <https://identifiers.org/{curie}>"


@pytest.mark.parametrize(
    ("text", "genes", "key"),
    [
        ("wp:bdbEntrezGene <https://identifiers.org/ncbigene/1>", ["1"], "wp:bdbEntrezGene"),
        ("wp:bdbEntrezGene <http://identifiers.org/ncbigene/1>", ["1"], "wp:bdbEntrezGene"),
        (own("ncbigene/7409"), ["7409"], "author's identifier"),
        (own("hgnc.symbol/VAV1"), ["7409"], "approved symbol"),
        (own("hgnc.symbol/ARNTL"), ["406"], "previous symbol"),
        ("wp:bdbHgncSymbol <http://identifiers.org/hgnc.symbol/VAV1>", ["7409"], "approved symbol"),
        (own("hgnc/12657"), ["7409"], "HGNC number"),
        (own("ensembl/ENSG00000141968"), ["7409"], "Ensembl identifier"),
        (own("ensembl/ENSG00000141968.3"), ["7409"], "Ensembl identifier"),
        (own("uniprot/P15498-2"), ["7409"], "UniProt accession"),
    ],
)
def test_a_gene_is_joined_by_the_first_key_that_finds_it(
    text: str, genes: list[str], key: str
) -> None:
    joins = join_node(gene(text), TABLE)
    assert isinstance(joins, list)
    assert [join.target for join in joins] == [
        f"<https://identifiers.org/ncbigene/{number}>" for number in genes
    ]
    assert {join.key for join in joins} == {key}
    assert all(join.is_by_table == (" " in key and "author" not in key) for join in joins)


def test_wikipathways_own_mapping_comes_before_the_authors_identifier() -> None:
    found = gene("wp:bdbEntrezGene <https://identifiers.org/ncbigene/1>", own("ncbigene/2"))
    joins = join_node(found, TABLE)
    assert isinstance(joins, list)
    assert [join.target for join in joins] == ["<https://identifiers.org/ncbigene/1>"]


def test_a_node_mapped_to_several_genes_is_joined_to_each() -> None:
    found = gene(
        "wp:bdbEntrezGene <https://identifiers.org/ncbigene/2>, "
        "<https://identifiers.org/ncbigene/1>, <http://identifiers.org/ncbigene/1>"
    )
    joins = join_node(found, TABLE)
    assert isinstance(joins, list)
    assert sorted(join.target for join in joins) == [
        "<https://identifiers.org/ncbigene/1>",
        "<https://identifiers.org/ncbigene/2>",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('rdfs:label "p53"', "no identifier"),
        (own("interpro/IPR006555"), "identifiers of other namespaces alone"),
        (
            "dc:identifier <http://www.wikidata.org/entity/Q27205>",
            "identifiers of other namespaces alone",
        ),
        (own("ensembl/ENSG00009999999"), "not in the gene table"),
        (own("hgnc.symbol/p53"), "not in the gene table"),
        (own("uniprot/P62805"), "stands for several genes"),
        (own("ncbigene/VAV1"), "malformed identifier"),
    ],
)
def test_a_node_that_is_not_joined_says_why(text: str, reason: str) -> None:
    result = join_node(gene(text), TABLE)
    assert isinstance(result, Unjoined)
    assert result.reason == reason


def test_a_later_key_helps_where_an_earlier_stands_for_several_genes() -> None:
    """H4 has fourteen genes, its Ensembl identifier one."""
    joins = join_node(gene(own("uniprot/P62805"), own("ensembl/ENSG00000278637")), TABLE)
    assert isinstance(joins, list)
    assert [join.target for join in joins] == ["<https://identifiers.org/ncbigene/8359>"]


def test_the_table_is_of_human_genes() -> None:
    mouse = PATHWAY.replace("Homo sapiens", "Mus musculus")
    result = join_node(node(f"a wp:GeneProduct ; {own('hgnc.symbol/VAV1')}", mouse), TABLE)
    assert isinstance(result, Unjoined)
    assert result.reason == "no gene table for the organism"


def test_chemicals_are_joined_by_chebi() -> None:
    for text, key in [
        ("wp:bdbChEBI <https://identifiers.org/chebi/CHEBI:15422>", "wp:bdbChEBI"),
        (own("chebi/15422"), "author's identifier"),
    ]:
        joins = join_node(node(f"a wp:Metabolite ; {text}"), TABLE)
        assert isinstance(joins, list)
        (join,) = joins
        assert isinstance(join, Join)
        assert (join.target, join.key) == ("<https://identifiers.org/chebi/CHEBI:15422>", key)
    result = join_node(node(f"a wp:Metabolite ; {own('hmdb/HMDB0000538')}"), TABLE)
    assert isinstance(result, Unjoined)
    assert result.reason == "identifiers of other namespaces alone"


def test_documents_are_read_when_they_are_due(pages_turtle: Path) -> None:
    """Thousands of documents pass one by one: none is read before the one before is written."""
    folder = sorted(WIKIPATHWAYS.iterdir())
    opened: list[str] = []

    def read_noting(document: Document) -> Document:
        def read_document() -> Iterable[Statement]:
            opened.append(document.name)
            return document.read()

        return Document(document.name, document.size_bytes, read_document)

    documents = [read_noting(document) for document in find_documents(folder)]
    merging = _Merge(Options(thresholds=None), None)
    for quad in merging.quads([pages_turtle], documents):
        name = str(quad.graph_name)
        if name == GRAPHS.figures:
            assert opened == []
        elif name == GRAPHS.pathways and "/wikipathways/WP" in str(quad.subject):
            assert Path(opened[-1]).stem in str(quad.subject)
    assert opened == [document.name for document in documents]
