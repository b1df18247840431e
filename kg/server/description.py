"""What the server says of itself: service description and VoID.

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.server.formats import SOLUTIONS, TRIPLES
from kg.terms import PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_DCTERMS = PREFIXES["dcterms"]
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_RESULT_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}
Statement = tuple[str, str, str | int]

DATASET_QUERY = """
SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER (isIRI(?g)) } GROUP BY ?g"""
CLASS_QUERY = """
SELECT ?class (COUNT(DISTINCT ?s) AS ?n)
WHERE { ?s a ?class FILTER (isIRI(?class)) } GROUP BY ?class"""


def describe_service(endpoint: str, graphs: dict[str, int], *, federates: bool) -> list[Triple]:
    """Return the description of the service at an endpoint that serves some graphs."""
    service, dataset, default = f"{endpoint}#service", f"{endpoint}#dataset", f"{endpoint}#graph"
    features = ["UnionDefaultGraph", *(["BasicFederatedQuery"] if federates else [])]
    statements: list[Statement] = [
        (service, _RDF_TYPE, f"{_SD}Service"),
        (service, f"{_SD}endpoint", endpoint),
        (service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
        (service, f"{_SD}defaultDataset", dataset),
        *((service, f"{_SD}feature", f"{_SD}{feature}") for feature in features),
        *(
            (service, f"{_SD}resultFormat", f"{_FORMATS}{_RESULT_FORMATS[name]}")
            for name in (*SOLUTIONS, *TRIPLES)
        ),
        (dataset, _RDF_TYPE, f"{_SD}Dataset"),
        (dataset, f"{_SD}defaultGraph", default),
        (default, _RDF_TYPE, f"{_SD}Graph"),
        (default, f"{_VOID}triples", sum(graphs.values())),
    ]
    for number, (graph, count) in enumerate(graphs.items()):
        named, content = f"{endpoint}#named-{number}", f"{endpoint}#graph-{number}"
        statements += [
            (dataset, f"{_SD}namedGraph", named),
            (named, _RDF_TYPE, f"{_SD}NamedGraph"),
            (named, f"{_SD}name", graph),
            (named, f"{_SD}graph", content),
            (content, _RDF_TYPE, f"{_SD}Graph"),
            (content, f"{_VOID}triples", count),
        ]
    return _triples(statements)


def describe_dataset(base: str, graphs: dict[str, int], classes: dict[str, int]) -> list[Triple]:
    """Return VoID of the data that a server at `base` serves."""
    dataset = f"{base}/.well-known/void#dataset"
    statements: list[Statement] = [
        (f"{base}/.well-known/void", _RDF_TYPE, f"{_VOID}DatasetDescription"),
        (f"{base}/.well-known/void", "http://xmlns.com/foaf/0.1/topic", dataset),
        (dataset, _RDF_TYPE, f"{_VOID}Dataset"),
        (dataset, f"{_VOID}sparqlEndpoint", f"{base}/sparql"),
        (dataset, f"{_VOID}uriSpace", PREFIXES["figure"]),
        (dataset, f"{_VOID}triples", sum(graphs.values())),
        (dataset, f"{_VOID}classes", len(classes)),
        (dataset, f"{_DCTERMS}license", _CC0),
        *(
            (dataset, f"{_VOID}vocabulary", PREFIXES[prefix])
            for prefix in ("dcterms", "doco", "fabio", "oa", "pfocr", "schema", "skos")
        ),
    ]
    for number, (class_, count) in enumerate(sorted(classes.items())):
        part = f"{dataset}-class-{number}"
        statements += [
            (dataset, f"{_VOID}classPartition", part),
            (part, f"{_VOID}class", class_),
            (part, f"{_VOID}entities", count),
        ]
    return _triples([*statements, *((dataset, f"{_VOID}subset", graph) for graph in graphs)])


def _triples(statements: Iterable[Statement]) -> list[Triple]:
    return [
        Triple(
            NamedNode(subject),
            NamedNode(predicate),
            NamedNode(value)
            if isinstance(value, str)
            else Literal(str(value), datatype=_XSD_INTEGER),
        )
        for subject, predicate, value in statements
    ]


def write_triples(triples: Iterable[Triple], media_type: str) -> bytes:
    """Return triples as a document of a media type, with short names in Turtle."""
    prefixes = {**PREFIXES, "sd": _SD, "void": _VOID}
    form = RdfFormat.from_media_type(media_type)
    used = prefixes if media_type == TRIPLES["turtle"] else None
    return pyoxigraph.serialize(triples, format=form, prefixes=used) or b""
