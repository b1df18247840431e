"""The vocabulary: what the graph's own terms mean, as an ontology, and the page made of it.

`pfocr.ttl` is written by hand and ships with the package. It says of each term its label, what it
means, where it may stand, and which terms of other vocabularies come near it.

Decision: mappings are SKOS's, and `rdfs:subClassOf` and `rdfs:subPropertyOf` stand only where
what follows from them is true of every figure and changes nothing that shapes or WikiPathways'
queries count. No blank nodes: a property with several domains has `schema:domainIncludes`.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    import rdflib

FORMATS = ("turtle", "ntriples", "jsonld", "rdfxml", "markdown")
"""The formats that the vocabulary can be written in."""


def vocabulary_turtle() -> str:
    """Return the vocabulary's own file."""
    return (files(__package__) / "pfocr.ttl").read_text(encoding="utf-8")


def read_vocabulary() -> rdflib.Graph:
    """Return the vocabulary as a graph."""
    import rdflib

    return rdflib.Graph(bind_namespaces="none").parse(data=vocabulary_turtle(), format="turtle")


def write_vocabulary(format: str = "turtle") -> str:
    """Return the vocabulary as text; raise UsageError for an unknown format."""
    if format not in FORMATS:
        raise UsageError(f"{format!r} is not a format", hint=f"known: {', '.join(FORMATS)}")
    if format == "turtle":
        return vocabulary_turtle()
    if format == "markdown":
        from kg.vocabulary.page import render_page

        return render_page(read_vocabulary())
    return _convert(format)


def _convert(format: str) -> str:
    from pyoxigraph import RdfFormat, parse, serialize

    forms = {
        "ntriples": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "rdfxml": RdfFormat.RDF_XML,
    }
    parser = parse(vocabulary_turtle(), RdfFormat.TURTLE)
    triples = sorted((quad.triple for quad in parser), key=str)
    content = serialize(triples, format=forms[format], prefixes=parser.prefixes) or b""
    return f"{content.decode().rstrip()}\n"
