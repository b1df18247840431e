"""Make the description of the data set.

It follows the W3C HCLS profile (https://www.w3.org/TR/hcls-dataset/): the data set as such, one
version of it, the files of that version. The statistics are VoID's, the files DCAT's, and how the
version came about is PROV's. Every node has an IRI, so that descriptions can be merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from urllib.parse import quote

from rdflib import DCAT, DCMITYPE, FOAF, PROV, VOID, XSD, Graph, Literal, URIRef

from kg.describe.about import (
    PAGES,
    PAPER,
    PUBLISHER,
    TITLE,
    About,
    Distribution,
    Source,
    as_source,
)
from kg.describe.counts import Counts, Link
from kg.describe.statements import DATASET, SPDX, Statements, node_of, number
from kg.describe.statistics import Statistic, state_statistics
from kg.mapping.vocabulary import ANNOTATION, CC0, EXACT_MATCH, FIGURE, GENE, GROUNDING
from kg.reference import FAMPLEX, HGNC
from kg.terms import PREFIXES, compress
from kg.write.formats import FORMATS

PROFILE = URIRef("https://www.w3.org/TR/hcls-dataset/")
ENGLISH = URIRef("http://lexvo.org/id/iso639-3/eng")
IRREGULAR = URIRef("http://purl.org/cld/freq/irregular")

DESCRIPTION = (
    "What optical character recognition found in published pathway figures: which genes, gene "
    "families, chemicals and diseases each figure shows, by which words, as which entries of which "
    "lexicons; with the papers, organisms, and links to WikiPathways and NDEx."
)
KEYWORDS = ("pathway", "figure", "gene", "chemical", "disease", "text mining", "OCR")


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
        self._say = Statements(about.version)

    def describe(self, counts: Counts, distributions: Sequence[Distribution]) -> Graph:
        self._summary()
        self._version()
        statistics = state_statistics(self._say, counts)
        for distribution in distributions:
            node = self._say.node("file", distribution.name)
            self._file(node, distribution)
            self._content(node, counts, statistics)
        self._provenance(counts)
        return self._say.graph

    def _shared(self, subject: URIRef, title: str) -> None:
        """Say what is the same at each level."""
        self._say.add(
            subject,
            dcterms_title=Literal(title, "en"),
            dcterms_description=Literal(DESCRIPTION, "en"),
            dcterms_publisher=URIRef(self.about.publisher),
            dcterms_license=URIRef(CC0[1:-1]),
            dcat_keyword=[Literal(keyword, "en") for keyword in KEYWORDS],
            foaf_page=URIRef(PAGES),
            cito_citesAsAuthority=URIRef(PAPER),
        )

    def _dated(self, subject: URIRef) -> None:
        """Say what is the same of the version and its distributions."""
        about = self.about
        self._say.add(
            subject,
            dcterms_creator=URIRef(about.publisher),
            dcterms_issued=Literal(f"{about.issued:%Y-%m-%d}", datatype=XSD.date),
            dcterms_language=ENGLISH,
            pav_version=Literal(about.version),
            pav_createdWith=self._tool(),
            prov_wasDerivedFrom=[*self._sources(), URIRef(PAGES)],
            dcterms_source=[*self._sources(), URIRef(PAGES)],
        )

    def _summary(self) -> None:
        self._shared(DATASET, TITLE)
        about = self.about
        self._say.add(
            DATASET,
            rdf_type=DCMITYPE.Dataset,
            dcterms_accrualPeriodicity=IRREGULAR,
            pav_hasCurrentVersion=self._say.version,
            idot_preferredPrefix=Literal("pfocr"),
            void_sparqlEndpoint=URIRef(about.endpoint) if about.endpoint else None,
        )
        if about.publisher == PUBLISHER:
            self._say.add(URIRef(PUBLISHER), rdf_type=FOAF.Agent, foaf_name=Literal("pfocr-kg"))

    def _version(self) -> None:
        about = self.about
        self._shared(self._say.version, f"{TITLE}, version {about.version}")
        self._dated(self._say.version)
        previous = f"{DATASET}/{quote(about.previous, safe='')}" if about.previous else None
        self._say.add(
            self._say.version,
            rdf_type=DCMITYPE.Dataset,
            dcterms_isVersionOf=DATASET,
            pav_previousVersion=URIRef(previous) if previous else None,
            prov_wasGeneratedBy=self._say.node("build"),
        )

    def _file(self, node: URIRef, distribution: Distribution) -> None:
        """Say what a distribution is as a file."""
        form = FORMATS[distribution.format]
        address = self._address(distribution.name)
        self._shared(node, f"{TITLE}, version {self.about.version}, {distribution.name}")
        self._dated(node)
        self._say.add(
            node,
            rdf_type=[DCMITYPE.Dataset, VOID.Dataset, DCAT.Distribution],
            dcterms_identifier=Literal(distribution.name),
            dcterms_conformsTo=PROFILE,
            dcterms_format=Literal(form.media_type),
            dcat_mediaType=URIRef(_MEDIA_TYPES + form.media_type),
            dcat_compressFormat=_GZIP if distribution.is_compressed else None,
            dcat_byteSize=number(distribution.size_bytes, XSD.nonNegativeInteger),
            dcat_downloadURL=address,
            void_dataDump=address,
            void_feature=URIRef(_FORMATS + _FORMAT_NAMES[distribution.format]),
            spdx_checksum=self._checksum(distribution.digest, distribution.name),
        )
        self._say.add(self._say.version, dcat_distribution=node)

    def _content(self, node: URIRef, counts: Counts, statistics: Iterable[Statistic]) -> None:
        """Say what the graph in a distribution holds."""
        self._say.add(
            node,
            void_vocabulary=_vocabularies(counts),
            void_exampleResource=[
                node_of(counts.examples[kind]) for kind in _SHOWN if kind in counts.examples
            ],
            idot_exampleIdentifier=_example_identifier(counts),
            void_uriSpace=Literal(PREFIXES["figure"]),
            void_triples=number(counts.triples),
            void_entities=number(counts.entities),
            void_distinctSubjects=number(counts.subjects),
            void_properties=number(len(counts.properties)),
            void_classes=number(len(counts.classes)),
            void_distinctObjects=number(counts.objects),
        )
        for predicate, part in statistics:
            self._say.graph.add((node, predicate, part))

    def _address(self, name: str) -> URIRef | None:
        base = self.about.base
        return URIRef(f"{base.rstrip('/')}/{quote(name)}") if base else None

    def _checksum(self, digest: str, *path: str) -> URIRef:
        node = self._say.node("checksum", *path)
        self._say.add(
            node,
            rdf_type=SPDX.Checksum,
            spdx_algorithm=SPDX.checksumAlgorithm_sha256,
            spdx_checksumValue=Literal(digest, datatype=XSD.hexBinary),
        )
        return node

    def _provenance(self, counts: Counts) -> None:
        """Say which activities led to the version: recognition in the figures, and the build."""
        ended = self.about.issued.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        build, match = self._say.node("build"), self._say.node("recognition")
        self._say.add(
            build,
            rdf_type=PROV.Activity,
            rdfs_label=Literal("Build: pages read, checked, made records, mapped, written", "en"),
            prov_endedAtTime=Literal(ended, datatype=XSD.dateTime),
            prov_used=[*self._sources(), *self._tables(counts), URIRef(PAGES)],
            prov_wasAssociatedWith=self._tool(),
            prov_wasInformedBy=match,
        )
        self._say.add(
            match,
            rdf_type=PROV.Activity,
            rdfs_label=Literal("Recognition of words and match to lexicons, by PFOCR", "en"),
            prov_used=sorted(node_of(lexicon) for lexicon in counts.lexicons),
            rdfs_seeAlso=URIRef(PAPER),
        )
        if ANNOTATION in counts.classes:
            self._say.add(self._say.node("class", compress(ANNOTATION)), prov_wasGeneratedBy=match)

    def _sources(self) -> list[URIRef]:
        return self._used("source", self.about.sources)

    def _tables(self, counts: Counts) -> list[URIRef]:
        return self._used("table", self.about.tables or _tables_told_by(counts))

    def _used(self, kind: str, sources: Iterable[Source]) -> list[URIRef]:
        nodes = []
        for place, source in enumerate(sources, start=1):
            node = self._say.node(kind, str(place))
            self._say.add(
                node,
                rdf_type=[PROV.Entity, DCMITYPE.Dataset],
                dcterms_title=Literal(source.name),
                pav_version=Literal(source.version) if source.version else None,
                foaf_page=URIRef(source.iri) if source.iri else None,
                dcterms_hasPart=[self._part(kind, str(place), *part) for part in source.digests],
            )
            nodes.append(node)
        return nodes

    def _part(self, kind: str, place: str, name: str, digest: str) -> URIRef:
        """Say what a file is that a table was read from."""
        node = self._say.node(kind, place, name)
        checksum = self._checksum(digest, kind, place, name)
        self._say.add(node, dcterms_title=Literal(name), spdx_checksum=checksum)
        return node

    def _tool(self) -> URIRef:
        node = URIRef(self.about.tool_iri)
        self._say.add(
            node,
            rdf_type=PROV.SoftwareAgent,
            dcterms_title=Literal("pfocr-kg"),
            pav_version=Literal(self.about.tool),
        )
        return node


_SHOWN = (FIGURE, ANNOTATION, GENE)
"""The classes that the example resources are of."""

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_GZIP = URIRef(f"{_MEDIA_TYPES}application/gzip")
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}


def _tables_told_by(counts: Counts) -> list[Source]:
    """Return the reference tables that left traces in the data, which do not tell the version."""
    traces = {
        FAMPLEX: GROUNDING in counts.properties,
        HGNC: Link(EXACT_MATCH, PREFIXES["hgnc"]) in counts.links,
    }
    return [as_source(table) for table, is_told in traces.items() if is_told]


def _vocabularies(counts: Counts) -> list[URIRef]:
    """Return the namespaces of the predicates and classes in use."""
    terms = [*counts.properties, *counts.classes]
    return sorted({URIRef(term[1 : max(term.rfind("/"), term.rfind("#")) + 1]) for term in terms})


def _example_identifier(counts: Counts) -> Literal | None:
    figure = counts.examples.get(FIGURE)
    return Literal(figure.rpartition("/")[2].removesuffix(".html>")) if figure else None
