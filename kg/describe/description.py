"""Make the description of the data set.

It follows the W3C HCLS profile (https://www.w3.org/TR/hcls-dataset/): the data set as such, one
version of it, the files of that version. The statistics are VoID's, the files DCAT's, and how the
version came about is PROV's. Every node has an IRI, so that descriptions can be merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from urllib.parse import quote

from rdflib import (
    DCAT,
    DCMITYPE,
    FOAF,
    PROV,
    RDFS,
    VOID,
    XSD,
    Graph,
    Literal,
    Namespace,
    URIRef,
)
from rdflib.term import Node

from kg.describe.about import PUBLISHER, About, Distribution, Source
from kg.describe.counts import Counts
from kg.describe.targets import TARGETS
from kg.mapping.vocabulary import ANNOTATION, CC0, FIGURE, GENE
from kg.terms import PREFIXES, Term, compress
from kg.write.formats import FORMATS

PAV = Namespace("http://purl.org/pav/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
IDOT = Namespace("http://identifiers.org/idot/")
CITO = Namespace("http://purl.org/spar/cito/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

DATASET = URIRef("https://w3id.org/pfocr/dataset")
PROFILE = URIRef("https://www.w3.org/TR/hcls-dataset/")
PAGES = URIRef("https://pfocr.wikipathways.org/")
PAPER = URIRef("https://doi.org/10.1186/s13059-020-02181-2")
ENGLISH = URIRef("http://lexvo.org/id/iso639-3/eng")
IRREGULAR = URIRef("http://purl.org/cld/freq/irregular")

TITLE = "Published pathway figures (PFOCR) as a knowledge graph"
DESCRIPTION = (
    "What optical character recognition found in published pathway figures: which genes, gene "
    "families, chemicals and diseases each figure shows, by which words, as which entries of which "
    "lexicons; with the papers, organisms, and links to WikiPathways and NDEx."
)
KEYWORDS = ("pathway", "figure", "gene", "chemical", "disease", "text mining", "OCR")

_BOUND = {
    "cito": CITO,
    "dcat": DCAT,
    "dcmitype": DCMITYPE,
    "idot": IDOT,
    "pav": PAV,
    "prov": PROV,
    "sd": SD,
    "spdx": SPDX,
    "void": VOID,
}


def describe(counts: Counts, about: About, distributions: Sequence[Distribution]) -> Graph:
    """Return the description of a version of the data set, in three levels.

    `counts` is of the graph that every distribution holds. The same arguments give the same
    graph.
    """
    return _Description(about).describe(counts, distributions)


class _Description:
    """Collects the statements about one version."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.version = URIRef(f"{DATASET}/{quote(about.version, safe='')}")
        self.graph = Graph(bind_namespaces="none")
        for prefix, namespace in {**PREFIXES, **_BOUND}.items():
            self.graph.bind(prefix, namespace)

    def describe(self, counts: Counts, distributions: Sequence[Distribution]) -> Graph:
        self._summary()
        self._version()
        statistics = [*self._partitions(counts), *self._linksets(counts)]
        for distribution in distributions:
            self._distribution(distribution, counts, statistics)
        self._provenance(counts)
        return self.graph

    def _add(self, subject: URIRef, **said: Node | Iterable[Node] | None) -> None:
        """Say several things of a subject; a name is prefix, underscore, local name."""
        namespaces = dict(self.graph.namespaces())
        for name, values in said.items():
            prefix, _, local = name.partition("_")
            predicate = URIRef(namespaces[prefix] + local)
            several = [values] if isinstance(values, Node) else values or ()
            for value in several:
                self.graph.add((subject, predicate, value))

    def _shared(self, subject: URIRef, title: str) -> None:
        """Say what is the same at each level."""
        self._add(
            subject,
            dcterms_title=Literal(title, "en"),
            dcterms_description=Literal(DESCRIPTION, "en"),
            dcterms_publisher=URIRef(self.about.publisher),
            dcterms_license=URIRef(CC0[1:-1]),
            dcat_keyword=[Literal(keyword, "en") for keyword in KEYWORDS],
            foaf_page=PAGES,
            cito_citesAsAuthority=PAPER,
        )

    def _dated(self, subject: URIRef) -> None:
        """Say what is the same of the version and its distributions."""
        about = self.about
        self._add(
            subject,
            dcterms_creator=URIRef(about.publisher),
            dcterms_issued=Literal(f"{about.issued:%Y-%m-%d}", datatype=XSD.date),
            dcterms_language=ENGLISH,
            pav_version=Literal(about.version),
            pav_createdWith=self._tool(),
            prov_wasDerivedFrom=[*self._sources(), PAGES],
            dcterms_source=[*self._sources(), PAGES],
        )

    def _summary(self) -> None:
        self._shared(DATASET, TITLE)
        about = self.about
        self._add(
            DATASET,
            rdf_type=DCMITYPE.Dataset,
            dcterms_accrualPeriodicity=IRREGULAR,
            pav_hasCurrentVersion=self.version,
            idot_preferredPrefix=Literal("pfocr"),
            void_sparqlEndpoint=URIRef(about.endpoint) if about.endpoint else None,
        )
        if about.publisher == PUBLISHER:
            self._add(URIRef(PUBLISHER), rdf_type=FOAF.Agent, foaf_name=Literal("pfocr-kg"))

    def _version(self) -> None:
        about = self.about
        self._shared(self.version, f"{TITLE}, version {about.version}")
        self._dated(self.version)
        previous = f"{DATASET}/{quote(about.previous, safe='')}" if about.previous else None
        self._add(
            self.version,
            rdf_type=DCMITYPE.Dataset,
            dcterms_isVersionOf=DATASET,
            pav_previousVersion=URIRef(previous) if previous else None,
            prov_wasGeneratedBy=self._node("build"),
        )

    def _distribution(
        self, distribution: Distribution, counts: Counts, statistics: Sequence[tuple[URIRef, Node]]
    ) -> None:
        node = self._node("file", distribution.name)
        form = FORMATS[distribution.format]
        media = URIRef(f"https://www.iana.org/assignments/media-types/{form.media_type}")
        gzip = URIRef("https://www.iana.org/assignments/media-types/application/gzip")
        address = self._address(distribution.name)
        self._shared(node, f"{TITLE}, version {self.about.version}, {distribution.name}")
        self._dated(node)
        self._add(
            node,
            rdf_type=[DCMITYPE.Dataset, VOID.Dataset, DCAT.Distribution],
            dcterms_identifier=Literal(distribution.name),
            dcterms_conformsTo=PROFILE,
            dcterms_format=Literal(form.media_type),
            dcat_mediaType=media,
            dcat_compressFormat=gzip if distribution.is_compressed else None,
            dcat_byteSize=_number(distribution.size_bytes, XSD.nonNegativeInteger),
            dcat_downloadURL=address,
            void_dataDump=address,
            spdx_checksum=self._checksum(distribution),
            void_feature=URIRef(_FORMATS + _FORMAT_NAMES[distribution.format]),
            void_vocabulary=_vocabularies(counts),
            void_exampleResource=[_iri(counts.examples[k]) for k in _SHOWN if k in counts.examples],
            idot_exampleIdentifier=self._example_identifier(counts),
            void_uriSpace=Literal(PREFIXES["figure"]),
            void_triples=_number(counts.triples),
            void_entities=_number(counts.entities),
            void_distinctSubjects=_number(counts.subjects),
            void_properties=_number(len(counts.properties)),
            void_classes=_number(len(counts.classes)),
            void_distinctObjects=_number(counts.objects),
        )
        for predicate, value in statistics:
            self.graph.add((node, predicate, value))
        self._add(self.version, dcat_distribution=node)

    def _address(self, name: str) -> URIRef | None:
        base = self.about.base
        return URIRef(f"{base.rstrip('/')}/{quote(name)}") if base else None

    def _example_identifier(self, counts: Counts) -> Literal | None:
        figure = counts.examples.get(FIGURE)
        if figure is None:
            return None
        return Literal(figure.rpartition("/")[2].removesuffix(".html>"))

    def _checksum(self, distribution: Distribution) -> URIRef:
        node = self._node("checksum", distribution.name)
        self._add(
            node,
            rdf_type=SPDX.Checksum,
            spdx_algorithm=SPDX.checksumAlgorithm_sha256,
            spdx_checksumValue=Literal(distribution.digest, datatype=XSD.hexBinary),
        )
        return node

    def _partitions(self, counts: Counts) -> Iterable[tuple[URIRef, Node]]:
        """Yield the partitions of HCLS 6.6: by class, by property, and in all."""
        for kind, number in sorted(counts.classes.items()):
            node = self._node("class", compress(kind))
            self._add(node, void_class=_iri(kind), void_entities=_number(number))
            self._add(node, void_distinctSubjects=_number(number))
            for predicate, triples in sorted(counts.class_properties[kind].items()):
                inner = self._node("class", compress(kind), compress(predicate))
                self._add(inner, void_property=_iri(predicate), void_triples=_number(triples))
                self._add(node, void_propertyPartition=inner)
            yield VOID.classPartition, node
        for predicate, triples in sorted(counts.properties.items()):
            node = self._node("property", compress(predicate))
            subjects = counts.property_subjects[predicate]
            self._add(node, void_property=_iri(predicate), void_triples=_number(triples))
            self._add(node, void_distinctSubjects=_number(subjects))
            yield VOID.propertyPartition, node
        for kind, number in (
            (RDFS.Class, len(counts.classes)),
            (RDFS.Literal, counts.literals),
            (SD.Graph, counts.graphs),
        ):
            node = self._node("all", kind.rpartition("#")[2].lower())
            self._add(node, void_distinctSubjects=_number(number))
            self.graph.add((node, VOID["class"], kind))
            yield VOID.classPartition, node

    def _linksets(self, counts: Counts) -> Iterable[tuple[URIRef, Node]]:
        """Yield a linkset for each predicate and each data set that it leads to."""
        for (predicate, namespace), number in sorted(counts.links.items()):
            target = TARGETS[namespace]
            node = self._node("links", target.name, compress(predicate))
            registry = URIRef(target.registry)
            self._add(
                node,
                rdf_type=VOID.Linkset,
                dcterms_title=Literal(f"{compress(predicate)} to {target.title}", "en"),
                void_linkPredicate=_iri(predicate),
                void_subjectsTarget=self.version,
                void_objectsTarget=registry,
                void_triples=_number(number),
            )
            self._add(
                registry,
                rdf_type=[DCMITYPE.Dataset, VOID.Dataset],
                dcterms_title=Literal(target.title, "en"),
                void_uriSpace=Literal(namespace),
            )
            yield VOID.subset, node

    def _provenance(self, counts: Counts) -> None:
        """Say which activities led to the version: recognition in the figures, and the build."""
        ended = self.about.issued.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        build, match = self._node("build"), self._node("recognition")
        self._add(
            build,
            rdf_type=PROV.Activity,
            rdfs_label=Literal("Build: pages read, checked, made records, mapped, written", "en"),
            prov_endedAtTime=Literal(ended, datatype=XSD.dateTime),
            prov_used=[*self._sources(), *self._tables(), PAGES],
            prov_wasAssociatedWith=self._tool(),
            prov_wasInformedBy=match,
        )
        self._add(
            match,
            rdf_type=PROV.Activity,
            rdfs_label=Literal("Recognition of words and match to lexicons, by PFOCR", "en"),
            prov_used=sorted(_iri(lexicon) for lexicon in counts.lexicons),
            rdfs_seeAlso=PAPER,
        )
        if ANNOTATION in counts.classes:
            self._add(self._node("class", compress(ANNOTATION)), prov_wasGeneratedBy=match)

    def _sources(self) -> list[URIRef]:
        return self._used("source", self.about.sources)

    def _tables(self) -> list[URIRef]:
        return self._used("table", self.about.tables)

    def _used(self, kind: str, sources: Iterable[Source]) -> list[URIRef]:
        nodes = []
        for number, source in enumerate(sources, start=1):
            node = self._node(kind, str(number))
            self._add(
                node,
                rdf_type=[PROV.Entity, DCMITYPE.Dataset],
                dcterms_title=Literal(source.name),
                pav_version=Literal(source.version) if source.version else None,
                pav_retrievedFrom=URIRef(source.iri) if source.iri else None,
            )
            nodes.append(node)
        return nodes

    def _tool(self) -> URIRef:
        node = URIRef(f"https://w3id.org/pfocr/software/pfocr-kg/{quote(self.about.tool)}")
        self._add(
            node,
            rdf_type=PROV.SoftwareAgent,
            dcterms_title=Literal("pfocr-kg"),
            pav_version=Literal(self.about.tool),
        )
        return node

    def _node(self, *path: str) -> URIRef:
        """Return the IRI of something of this version."""
        return URIRef("/".join([self.version, *(quote(part, safe=":.") for part in path)]))


_SHOWN = (FIGURE, ANNOTATION, GENE)
"""The classes that the example resources are of."""

_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}


def _iri(term: Term) -> URIRef:
    return URIRef(term[1:-1])


def _number(number: int, datatype: URIRef = XSD.integer) -> Literal:
    return Literal(str(number), datatype=datatype)


def _vocabularies(counts: Counts) -> list[URIRef]:
    """Return the namespaces of the predicates and classes in use."""
    terms = [*counts.properties, *counts.classes]
    return sorted({URIRef(term[1 : max(term.rfind("/"), term.rfind("#")) + 1]) for term in terms})
