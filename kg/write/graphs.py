"""Give descriptions and triples as text or as an `rdflib.Graph` (for what fits in memory)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.terms import PREFIXES, Description, Term, Triple, is_iri, split_literal
from kg.write.formats import get_writer

if TYPE_CHECKING:
    import rdflib


def write_text(
    descriptions: Iterable[Description], format: str = "turtle", graph: Term | None = None
) -> str:
    """Return a whole document as text, for example the Turtle of one record."""
    writer = get_writer(format, graph)
    return writer.header + writer.block(descriptions) + writer.footer


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return an rdflib graph of triples, with the project's prefixes; all in memory."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for subject, predicate, value in triples:
        graph.add((_node(subject), _node(predicate), _node(value)))
    return graph


def _node(term: Term) -> rdflib.URIRef | rdflib.Literal:
    import rdflib

    if is_iri(term):
        return rdflib.URIRef(term[1:-1])
    text, datatype, language = split_literal(term)
    if datatype is None:
        return rdflib.Literal(text, lang=language)
    return rdflib.Literal(text, datatype=rdflib.URIRef(datatype[1:-1]), normalize=False)
