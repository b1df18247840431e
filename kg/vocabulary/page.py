"""Make the documentation page of the vocabulary, `docs/vocabulary.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

PFOCR = Namespace("https://w3id.org/pfocr/vocab#")
ONTOLOGY = URIRef("https://w3id.org/pfocr/vocab")

_KINDS = {
    OWL.Class: "Classes",
    OWL.ObjectProperty: "Properties whose values are resources",
    OWL.DatatypeProperty: "Properties whose values are literals",
}
_ROWS = {
    "Sub-class of": (RDFS.subClassOf,),
    "Sub-property of": (RDFS.subPropertyOf,),
    "Domain": (RDFS.domain, SDO.domainIncludes),
    "Range": (RDFS.range, SDO.rangeIncludes),
    "Close to": (SKOS.closeMatch,),
    "Narrower than": (SKOS.broadMatch,),
    "Related to": (SKOS.relatedMatch,),
}


def render_page(graph: Graph) -> str:
    """Return the page of a vocabulary in Markdown: a table of all terms, then each of them."""
    lines = [
        f"# {graph.value(ONTOLOGY, DCTERMS.title)}",
        "",
        f"{graph.value(ONTOLOGY, DCTERMS.description)}",
        "",
        f"Namespace `{PFOCR}`, prefix `pfocr`, licence <{graph.value(ONTOLOGY, DCTERMS.license)}>.",
        "This page is made from `kg/vocabulary/pfocr.ttl` by `kg vocabulary --format markdown`.",
    ]
    for kind, heading in _KINDS.items():
        terms = sorted(term for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef))
        lines += ["", f"## {heading}", "", "| term | meaning |", "| --- | --- |"]
        lines += (
            f"| [{_name(term)}](#{_anchor(term)}) | {_comment(graph, term)} |" for term in terms
        )
        for term in terms:
            lines += _describe(graph, term)
    return "\n".join(lines) + "\n"


def _describe(graph: Graph, term: URIRef) -> Iterator[str]:
    yield from ("", f"### {_name(term)}", "")
    yield f"*{graph.value(term, RDFS.label)}*. {_comment(graph, term)}"
    rows = {
        title: [value for predicate in predicates for value in graph.objects(term, predicate)]
        for title, predicates in _ROWS.items()
    }
    if any(rows.values()):
        yield ""
        for title, values in rows.items():
            if values:
                yield f"- {title}: {_links(graph, values)}"


def _links(graph: Graph, values: Iterable[Node]) -> str:
    return ", ".join(sorted(_link(graph, str(value)) for value in values))


def _link(graph: Graph, value: str) -> str:
    """Return a link to a term: on this page where it is our own, else to its IRI."""
    if value.startswith(PFOCR):
        return f"[{_name(value)}](#{_anchor(value)})"
    for prefix, namespace in graph.namespaces():
        if value.startswith(namespace):
            return f"[{prefix}:{value.removeprefix(namespace)}]({value})"
    return f"<{value}>"


def _comment(graph: Graph, term: URIRef) -> str:
    comment = graph.value(term, RDFS.comment)
    return str(comment) if isinstance(comment, Literal) else ""


def _name(term: str) -> str:
    return f"pfocr:{term.removeprefix(PFOCR)}"


def _anchor(term: str) -> str:
    """Return the anchor that GitHub gives the heading of a term."""
    return _name(term).replace(":", "").lower()
