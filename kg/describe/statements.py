"""Collect the statements of a description."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from rdflib import DCAT, DCMITYPE, PROV, VOID, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.terms import PREFIXES, Term

PAV = Namespace("http://purl.org/pav/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
IDOT = Namespace("http://identifiers.org/idot/")
CITO = Namespace("http://purl.org/spar/cito/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

DATASET = URIRef("https://w3id.org/pfocr/dataset")

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


class Statements:
    """What is said of a version of the data set, and of what belongs to it."""

    def __init__(self, version: str) -> None:
        self.version = URIRef(f"{DATASET}/{quote(version, safe='')}")
        self.graph = Graph(bind_namespaces="none")
        self._namespaces = PREFIXES | {prefix: str(iri) for prefix, iri in _BOUND.items()}
        for prefix, namespace in self._namespaces.items():
            self.graph.bind(prefix, namespace)

    def node(self, *path: str) -> URIRef:
        """Return the IRI of something that belongs to the version."""
        return URIRef("/".join([self.version, *(quote(part, safe=":.") for part in path)]))

    def add(self, subject: URIRef, **said: Node | Iterable[Node] | None) -> None:
        """Say several things of a subject; a name is prefix, underscore, local name.

        `add(node, void_triples=number(7), dcat_keyword=[…])`; nothing is said by None.
        """
        for name, values in said.items():
            prefix, _, local = name.partition("_")
            predicate = URIRef(self._namespaces[prefix] + local)
            for value in [values] if isinstance(values, Node) else values or ():
                self.graph.add((subject, predicate, value))


def node_of(term: Term) -> URIRef:
    return URIRef(term[1:-1])


def number(value: int, datatype: URIRef = XSD.integer) -> Literal:
    return Literal(str(value), datatype=datatype)
