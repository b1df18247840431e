"""The vocabulary: what is used is declared and the other way round; foreign terms exist."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pyoxigraph
import pytest
import rdflib
import rdflib.namespace
from conftest import Run, difference
from pyoxigraph import RdfFormat
from rdflib import OWL, RDF, RDFS, SDO, SKOS, VANN, BNode, Graph, Literal, URIRef

from kg.build import to_graph
from kg.errors import UsageError
from kg.mapping import vocabulary as used
from kg.query.named import queries_folder
from kg.terms import PREFIXES, figure, is_iri
from kg.validate.load import find_shapes
from kg.vocabulary import FORMATS, read_vocabulary, vocabulary_turtle, write_vocabulary
from kg.vocabulary.page import ONTOLOGY, PFOCR, render_page
from kg.wikipathways import vocabulary as linking
from kg.wikipathways.links import similar
from kg.wikipathways.similarity import Similarity
from kg.write import formats as rdf
from kg.write import to_rdflib

DOCS = Path(__file__).parents[1] / "docs" / "vocabulary.md"

DOCUMENTED = {
    # https://www.w3.org/ns/oa.ttl
    "http://www.w3.org/ns/oa#": """
        Annotation Choice CssSelector CssStyle DataPositionSelector Direction FragmentSelector
        HttpRequestState Motivation RangeSelector ResourceSelection Selector SpecificResource
        State Style SvgSelector TextPositionSelector TextQuoteSelector TextualBody TimeState
        XPathSelector PreferContainedDescriptions PreferContainedIRIs annotationService assessing
        autoDirection bodyValue bookmarking cachedSource canonical classifying commenting
        describing editing end exact hasBody hasEndSelector hasPurpose hasScope hasSelector
        hasSource hasStartSelector hasState hasTarget highlighting identifying linking
        ltrDirection moderating motivatedBy prefix processingLanguage questioning refinedBy
        renderedVia replying rtlDirection sourceDate sourceDateEnd sourceDateStart start
        styleClass styledBy suffix tagging textDirection via""",
    # https://sparontologies.github.io/doco/current/doco.html
    "http://purl.org/spar/doco/": "Figure FigureBox FigureLabel Formula FrontMatter Table",
    # https://sparontologies.github.io/fabio/current/fabio.html
    "http://purl.org/spar/fabio/": """
        Article Journal JournalArticle hasNLMJournalTitleAbbreviation
        hasNationalLibraryOfMedicineJournalId""",
    # https://www.dublincore.org/specifications/bibo/bibo/
    "http://purl.org/ontology/bibo/": "doi issue numPages pageEnd pageStart pages pmid volume",
    # https://sparontologies.github.io/cito/current/cito.html
    "http://purl.org/spar/cito/": "cites citesAsAuthority citesAsDataSource",
    # sssom-schema 1.0.0, slots and classes of sssom_schema/schema/sssom_schema.yaml
    "https://w3id.org/sssom/": """
        Mapping MappingSet mapping_justification mapping_provider match_string
        similarity_measure similarity_score subject_match_field""",
    # http://purl.obolibrary.org/obo/ro.owl: "has participant", "in taxon"
    "http://purl.obolibrary.org/obo/": "RO_0000057 RO_0002162",
    # biolink-model 4.4.6, biolink_model/schema/biolink_model.yaml
    "https://w3id.org/biolink/vocab/": """
        GeneFamily MacromolecularComplex adjusted_p_value extraction_confidence_score
        has_confidence_score has_count in_taxon_label member_of mentions name p_value part_of
        symbol""",
    # https://raw.githubusercontent.com/MaastrichtU-IDS/semanticscience/master/ontology/sio.owl:
    # "refers to", "count", "annotation"
    "http://semanticscience.org/resource/": "SIO_000628 SIO_000794 SIO_001166",
    # https://pav-ontology.github.io/pav/
    "http://purl.org/pav/": "createdWith hasCurrentVersion previousVersion version",
    # https://www.w3.org/TR/vocab-dcat-3/#Class:Checksum
    "http://spdx.org/rdf/terms#": "Checksum algorithm checksum checksumValue",
    # https://www.w3.org/TR/hcls-dataset/
    "http://identifiers.org/idot/": "exampleIdentifier preferredPrefix",
}
"""Terms of vocabularies that rdflib does not hold, and where they are documented."""


def closed_namespaces() -> dict[str, set[str]]:
    """Return the vocabularies that rdflib holds, with their terms, and the documented ones."""
    known = {namespace: set(terms.split()) for namespace, terms in DOCUMENTED.items()}
    for name in dir(rdflib.namespace):
        found = getattr(rdflib.namespace, name)
        if isinstance(found, rdflib.namespace.DefinedNamespaceMeta):
            extras = getattr(found, "_extras", [])
            known[str(found)] = {*getattr(found, "__annotations__", {}), *extras}
    return known


def unknown_terms(iris: Iterable[str]) -> list[str]:
    """Return the IRIs that are in no vocabulary; a namespace of no vocabulary is wrong too."""
    known = closed_namespaces()
    unknown = []
    for iri in sorted(set(iris)):
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        if iri[cut:] not in known.get(iri[:cut], set()) and not iri.startswith(PFOCR):
            unknown.append(iri)
    return unknown


def constants(module: ModuleType = used) -> Iterator[str]:
    """Yield the IRIs of the classes and predicates that the mapping can write."""
    for name, value in vars(module).items():
        if name.isupper() and isinstance(value, str) and is_iri(value) and name != "CC0":
            yield value[1:-1]


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return read_vocabulary()


@pytest.fixture
def everything(pages: Path, make_page: Callable[..., Path]) -> Graph:
    """Return the graph of the real pages, of made ones that have what these lack, and a link."""
    row = {"word": "RAF", "symbol": "RAF", "source": "bioentities_symbol"}
    genes = [
        row | {"hgnc_symbol": "RAF1", "entrez": "5894"},
        row | {"hgnc_symbol": "RAF1", "entrez": "5894"},
        row | {"hgnc_symbol": "BRAF", "entrez": "673"},
    ]
    tags = [{"type": "Pathway Ontology", "value": "a pathway", "id": "PW:0000001"}]
    made = make_page(genes=genes, annotations=tags)
    diseases = "word\tmesh\tmatch\tname\tdoid\ncancer\tNA\tNA\tcancer\tdoid:162\n"
    make_page(figid="PMC1__f2", tables={"diseases": diseases})
    found = Similarity(figure("PMC1__f1"), "WP1", 3, 4, 5, 0.5, 0.6, 1e-5, 1e-4)
    links = ((s, p, o) for s, pairs in similar(found) for p, o in pairs)
    return to_graph([pages, made]) + to_rdflib(links)


def declared(graph: Graph) -> set[str]:
    return {str(term) for term in graph.subjects(RDFS.isDefinedBy, ONTOLOGY)}


def test_every_own_term_in_use_is_declared_and_no_other(vocabulary: Graph) -> None:
    own = {iri for iri in (*constants(), *constants(linking)) if iri.startswith(PFOCR)}
    assert difference(own, declared(vocabulary)) == ""


def test_every_declared_term_is_in_a_graph(vocabulary: Graph, everything: Graph) -> None:
    in_graph = {str(term) for triple in everything for term in triple if term in PFOCR}
    assert difference(declared(vocabulary), in_graph) == ""


def test_no_term_of_a_foreign_namespace_is_made_up(vocabulary: Graph, everything: Graph) -> None:
    mentioned = {str(p) for p in vocabulary.predicates()}
    for predicate in (RDF.type, RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf):
        mentioned |= {str(term) for term in vocabulary.objects(None, predicate)}
    for predicate in (SDO.domainIncludes, SDO.rangeIncludes):
        mentioned |= {str(term) for term in vocabulary.objects(None, predicate)}
    for predicate in (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch):
        mentioned |= {str(term) for term in vocabulary.objects(None, predicate)}
    mentioned |= {str(p) for p in everything.predicates()}
    mentioned |= {str(kind) for kind in everything.objects(None, RDF.type)}
    assert unknown_terms({*mentioned, *constants()}) == []


def test_made_up_terms_would_be_found() -> None:
    made_up = ["http://purl.org/dc/terms/tittle", "http://purl.org/spar/doco/Figures"]
    made_up += ["https://example.org/vocab#x", "https://schema.org/Genes"]
    assert unknown_terms([*made_up, "https://schema.org/Gene"]) == sorted(made_up)


PREFIX = re.compile(r"^PREFIX\s+(\w*):\s*<([^>]*)>", re.MULTILINE)
NOT_TERMS = re.compile(r"#[^\n]*|<[^>\s]*>|\"[^\"\n]*\"|'[^'\n]*'")


def terms_of_query(text: str) -> Iterator[str]:
    """Yield the IRIs of the prefixed names in a query."""
    namespaces = dict(PREFIX.findall(text))
    body = NOT_TERMS.sub(" ", PREFIX.sub("", text))
    for prefix, local in re.findall(r"(?<![\w?$])(\w+):(\w+)", body):
        yield namespaces[prefix] + local


def test_queries_and_shapes_use_terms_that_exist(vocabulary: Graph) -> None:
    known = closed_namespaces() | {str(PFOCR): {t[len(PFOCR) :] for t in declared(vocabulary)}}
    known[str(PFOCR)].add("scope")  # of shapes, about themselves
    terms = set()
    for file in queries_folder().iterdir():
        if file.name.endswith(".rq"):
            terms |= set(terms_of_query(file.read_text(encoding="utf-8")))
    for file in find_shapes().iterdir():
        if file.name.endswith(".ttl"):
            shapes = Graph().parse(data=file.read_text(encoding="utf-8"), format="turtle")
            terms |= {str(term) for triple in shapes for term in triple if isinstance(term, URIRef)}
    split = [(iri, max(iri.rfind("/"), iri.rfind("#")) + 1) for iri in terms]
    checked = [(iri[:cut], iri[cut:]) for iri, cut in split if iri[:cut] in known and iri[cut:]]
    assert len(checked) > 80
    assert [name + local for name, local in sorted(checked) if local not in known[name]] == []


def test_terms_are_described(vocabulary: Graph) -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    for term in map(URIRef, declared(vocabulary)):
        assert set(vocabulary.objects(term, RDF.type)) & kinds, term
        for predicate in (RDFS.label, RDFS.comment):
            (text,) = vocabulary.objects(term, predicate)
            assert isinstance(text, Literal)
            assert text.language == "en"
        if (term, RDF.type, OWL.Class) not in vocabulary:
            assert _allowed(vocabulary, term, "domain"), term
            assert _allowed(vocabulary, term, "range"), term
    undeclared = {str(s) for s in vocabulary.subjects()} - declared(vocabulary) - {str(ONTOLOGY)}
    assert undeclared == set()


def _allowed(vocabulary: Graph, term: URIRef, what: str) -> set[URIRef]:
    """Return the classes, or the one datatype, that stand before or after a property."""
    single = set(vocabulary.objects(term, RDFS[what]))
    several = set(vocabulary.objects(term, SDO[f"{what}Includes"]))
    assert not (single and several), term
    return single | several


def test_domains_and_ranges_are_those_of_the_graph(vocabulary: Graph, everything: Graph) -> None:
    classes = defaultdict(set)
    for subject, kind in everything.subject_objects(RDF.type):
        classes[subject].add(kind)
    wrong = set()
    for subject, predicate, value in everything:
        if predicate in PFOCR:
            if not classes[subject] & _allowed(vocabulary, predicate, "domain"):
                wrong.add((predicate, "domain", subject))
            expected = _allowed(vocabulary, predicate, "range")
            if isinstance(value, Literal):
                found = {value.datatype or rdflib.XSD.string}
            else:
                found = classes[value]
            if not found & expected:
                wrong.add((predicate, "range", value))
    assert wrong == set()


def test_kind_of_property_is_that_of_its_values(vocabulary: Graph, everything: Graph) -> None:
    for _, predicate, value in everything:
        if predicate in PFOCR:
            is_literal = isinstance(value, Literal)
            kind = OWL.DatatypeProperty if is_literal else OWL.ObjectProperty
            assert (predicate, RDF.type, kind) in vocabulary


def test_own_subproperties_are_nested_in_the_graph(vocabulary: Graph, everything: Graph) -> None:
    nested = [pair for pair in vocabulary.subject_objects(RDFS.subPropertyOf) if pair[1] in PFOCR]
    assert len(nested) == 2
    for narrow, wide in nested:
        for subject, value in everything.subject_objects(narrow):
            assert (subject, wide, value) in everything


def test_vocabulary_has_no_blank_nodes(vocabulary: Graph) -> None:
    assert not [term for triple in vocabulary for term in triple if isinstance(term, BNode)]


def test_prefix_and_namespace_are_the_ones_in_use(vocabulary: Graph) -> None:
    assert str(vocabulary.value(ONTOLOGY, VANN.preferredNamespaceUri)) == PREFIXES["pfocr"]
    assert str(vocabulary.value(ONTOLOGY, VANN.preferredNamespacePrefix)) == "pfocr"


def test_page_in_the_documentation_is_current(vocabulary: Graph) -> None:
    hint = "make it anew: kg vocabulary --format markdown -o docs/vocabulary.md"
    assert DOCS.read_text(encoding="utf-8") == render_page(vocabulary), hint


def test_page_shows_each_term_and_its_links_lead_somewhere(vocabulary: Graph) -> None:
    page = render_page(vocabulary)
    headings = {line[4:] for line in page.splitlines() if line.startswith("### ")}
    assert headings == {f"pfocr:{term.removeprefix(PFOCR)}" for term in declared(vocabulary)}
    anchors = {heading.replace(":", "").lower() for heading in headings}
    linked = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert linked == anchors


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "markdown"])
def test_every_format_says_the_same(format: str, vocabulary: Graph) -> None:
    text = write_vocabulary(format)
    assert text.endswith("\n")
    form = RdfFormat.from_media_type(rdf.FORMATS[format].media_type)
    expected = pyoxigraph.parse(vocabulary.serialize(format="nt"), RdfFormat.N_TRIPLES)
    found = pyoxigraph.parse(text, form)
    assert {str(quad.triple) for quad in found} == {str(quad.triple) for quad in expected}


def test_unknown_format() -> None:
    with pytest.raises(UsageError) as caught:
        write_vocabulary("owl")
    assert str(caught.value) == (
        "'owl' is not a format\nhint: known: turtle, ntriples, jsonld, rdfxml, markdown"
    )


def test_command(run_kg: Callable[..., Run], tmp_path: Path) -> None:
    assert run_kg("vocabulary").stdout == vocabulary_turtle()
    done = run_kg("vocabulary", "--format", "markdown", "-o", tmp_path / "v.md")
    assert (done.code, done.stdout) == (0, "")
    assert (tmp_path / "v.md").read_text(encoding="utf-8") == write_vocabulary("markdown")
    assert run_kg("vocabulary", "--format", "owl").code == 2
