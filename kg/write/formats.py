"""The RDF formats: names, file extensions, and the writer of each.

A document is `header`, blocks with `separator` between them, `footer`. A block is the text of
some descriptions; each subject's pairs are sorted, subjects stand in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from kg.errors import UsageError
from kg.terms import Description, Term


class Writer(Protocol):
    """Writes blocks of one format."""

    header: str
    separator: str
    footer: str

    def block(self, descriptions: Iterable[Description]) -> str: ...


class Format(NamedTuple):
    """An RDF format: file extension, whether it can name a graph, media type."""

    extension: str
    has_graphs: bool
    media_type: str


FORMATS: dict[str, Format] = {
    "turtle": Format(".ttl", False, "text/turtle"),
    "ntriples": Format(".nt", False, "application/n-triples"),
    "nquads": Format(".nq", True, "application/n-quads"),
    "trig": Format(".trig", True, "application/trig"),
    "jsonld": Format(".jsonld", True, "application/ld+json"),
    "rdfxml": Format(".rdf", False, "application/rdf+xml"),
}
"""Format names as `--format` takes them."""


def format_of(name: str) -> str | None:
    """Return the format of a file by its extension, `.gz` aside; None if it says nothing.

    >>> format_of("pfocr.nt.gz")
    'ntriples'
    """
    base = name.removesuffix(".gz")
    for known, form in FORMATS.items():
        if base.endswith(form.extension):
            return known
    return None


def get_writer(name: str, graph: Term | None = None) -> Writer:
    """Return the writer of a format; `graph` names the graph that the triples are put in.

    Raises UsageError for an unknown format, and for a graph in a format that can't name one.
    """
    if name not in FORMATS:
        raise UsageError(f"{name!r} is not a format", hint=f"known: {', '.join(FORMATS)}")
    if graph is not None and not FORMATS[name].has_graphs:
        with_graphs = [key for key, form in FORMATS.items() if form.has_graphs]
        raise UsageError(f"{name} can't name a graph", hint=f"use {', '.join(with_graphs)}")
    if name in ("turtle", "trig"):
        from kg.write.turtle import TurtleWriter

        return TurtleWriter(graph)
    if name in ("ntriples", "nquads"):
        from kg.write.lines import LineWriter

        return LineWriter(graph)
    if name == "jsonld":
        from kg.write.jsonld import JsonLdWriter

        return JsonLdWriter(graph)
    from kg.write.rdfxml import RdfXmlWriter

    return RdfXmlWriter()
