"""Show results: grouped for people, as JSON for machines, and as SHACL's own report.

Decision: `sh:conforms` is true where there is no sh:Violation, and the report says so with
`sh:conformanceDisallows` (https://www.w3.org/TR/shacl12-core/#conformance-checking). Refused:
SHACL 1.0's rule, by which a figure without a title would fail a whole release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.rdf import rdf_format
from kg.terms import PREFIXES, RDF_TYPE, Term, Triple, compress, expand, is_iri, literal
from kg.validate.collect import Report
from kg.validate.results import VIOLATION, Result
from kg.validate.shapes import Shapes
from kg.validate.vocabulary import PATH, SHAPES_NAMESPACE
from kg.write import compress_block

_REPORT = "_:report"
_IRI = re.compile(r"<[^<>]*>")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_SH = {
    name: expand(f"sh:{name}")
    for name in (
        "ValidationReport",
        "ValidationResult",
        "conforms",
        "conformanceDisallows",
        "focusNode",
        "result",
        "resultMessage",
        "resultPath",
        "resultSeverity",
        "sourceConstraintComponent",
        "sourceShape",
        "value",
    )
}
_NAMES = {"shape": SHAPES_NAMESPACE, **PREFIXES}


class Group(NamedTuple):
    """The results of one shape, in order."""

    severity: Term
    shape: Term
    message: str
    results: list[Result]


def group_results(results: Iterable[Result]) -> list[Group]:
    """Return sorted results by severity and shape."""
    return [
        Group(severity, shape, found[0].message, found)
        for (severity, shape), some in groupby(results, key=lambda r: (r.severity, r.shape))
        for found in [list(some)]
    ]


def show_term(term: Term) -> str:
    """Return how a person reads a term: a CURIE where there is one.

    >>> show_term("<https://w3id.org/pfocr/shapes#Figure-title>")
    'shape:Figure-title'
    """
    if term.startswith(f"<{SHAPES_NAMESPACE}"):
        return f"shape:{term[len(SHAPES_NAMESPACE) + 1 : -1]}"
    return compress(term) if is_iri(term) else term


def show_path(path: str) -> str:
    """Return a path with CURIEs in place of its IRIs.

    >>> show_path("(<http://purl.org/dc/terms/title>|<http://purl.org/dc/elements/1.1/type>)")
    '(dcterms:title|dc:type)'
    """
    parts = path.replace("<", "\0<").replace(">", ">\0").split("\0")
    return "".join(show_term(part) if part.startswith("<") else part for part in parts)


def show_component(component: Term) -> str:
    """Return the constraint that a component checks.

    >>> show_component("<http://www.w3.org/ns/shacl#MinCountConstraintComponent>")
    'minCount'
    """
    name = component[1:-1].rpartition("#")[2].removesuffix("ConstraintComponent")
    return name[:1].lower() + name[1:]


def as_json(result: Result) -> dict[str, Any]:
    """Return a result for machines: IRIs without brackets, the value as an N-Triples token.

    It is a line of `kg validate --json`.
    """
    plain = asdict(result)
    for key in ("focus_node", "path", "shape", "component", "severity"):
        text = plain[key]
        if text is not None and _IRI.fullmatch(text):
            plain[key] = text[1:-1]
    return plain


def write_report(report: Report, shapes: Shapes, name: str) -> bytes:
    """Return a sh:ValidationReport in the format, and compressed, as a file's name says."""
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in iter_report(report, shapes))
    form = rdf_format(name)
    if form != ox.RdfFormat.N_TRIPLES:
        only = {"sh": PREFIXES["sh"]} if form == ox.RdfFormat.RDF_XML else None
        is_turtle = form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)
        triples = (quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES))
        content = ox.serialize(triples, format=form, prefixes=_NAMES if is_turtle else only)
        text = (content or b"").decode()
        lines = _sort_prefixes(text) if is_turtle else text
    return compress_block(lines.encode(), name.endswith(".gz"))


def _sort_prefixes(text: str) -> str:
    """Return a Turtle document with the prefixes that it uses, sorted; the library does neither."""
    start = text.index(_REPORT)
    head, body = text[:start], text[start:]
    code = _LITERAL.sub("", body)
    used = [line for line in head.splitlines() if f" {line.split()[1]}" in code]
    return "\n".join([*sorted(used), "", body])


def iter_report(report: Report, shapes: Shapes) -> Iterator[Triple]:
    """Yield the triples of a report: the report, its results in order, the paths they name."""
    yield _REPORT, RDF_TYPE, _SH["ValidationReport"]
    conforms = "true" if report.conforms else "false"
    yield _REPORT, _SH["conforms"], literal(conforms, expand("xsd:boolean"))
    yield _REPORT, _SH["conformanceDisallows"], VIOLATION
    names = [f"_:r{number}" for number in range(1, len(report.results) + 1)]
    for name in names:
        yield _REPORT, _SH["result"], name
    paths: dict[Term, None] = {}
    for name, result in zip(names, report.results, strict=True):
        yield name, RDF_TYPE, _SH["ValidationResult"]
        yield name, _SH["resultSeverity"], result.severity
        yield name, _SH["focusNode"], result.focus_node
        if result.path is not None:
            is_plain = _IRI.fullmatch(result.path)
            path = result.path if is_plain else shapes.objects(result.shape, PATH)[0]
            yield name, _SH["resultPath"], path
            paths[path] = None
        if result.value is not None:
            yield name, _SH["value"], result.value
        yield name, _SH["sourceConstraintComponent"], result.component
        yield name, _SH["sourceShape"], result.shape
        yield name, _SH["resultMessage"], literal(result.message)
    for path in paths:
        yield from shapes.describe_path(path)
