"""What the tests of validation share: data as files, and what pySHACL alone finds in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyshacl
import rdflib

from kg.terms import PREFIXES, RDF_TYPE, Description, Triple, expand
from kg.validate import Result, Shapes, load_shapes
from kg.validate import engines as engines_module
from kg.validate.engines import Text
from kg.validate.forms import as_ntriples
from kg.validate.results import sort_results
from kg.write import write_text

SHAPES = load_shapes()
SHAPE = "https://w3id.org/pfocr/shapes#"
XSD = PREFIXES["xsd"]
TINY_BYTES = 20_000
TITLED = f"<{SHAPE}Figure-titled>"

HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <urn:x:> . "
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . "
    "@prefix dcterms: <http://purl.org/dc/terms/> . @prefix doco: <http://purl.org/spar/doco/> . "
    "@prefix fabio: <http://purl.org/spar/fabio/> . @prefix oa: <http://www.w3.org/ns/oa#> .\n"
)
"""The prefixes of shapes that tests write."""


def triples_of(descriptions: Iterable[Description]) -> list[Triple]:
    return [(s, p, o) for s, pairs in descriptions for p, o in pairs]


def lines_of(triples: Iterable[Triple]) -> bytes:
    """Return triples as N-Triples."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()


def write_lines(path: Path, triples: Iterable[Triple]) -> Path:
    path.write_bytes(lines_of(triples))
    return path


def write_turtle(path: Path, descriptions: Iterable[Description]) -> Path:
    path.write_text(write_text(descriptions), "utf-8")
    return path


def truth(triples: Iterable[Triple], shapes: Shapes = SHAPES) -> list[Result]:
    """Return what pySHACL finds in the whole graph with the shapes as they stand."""
    graph = rdflib.Graph().parse(data=as_ntriples(shapes), format="nt")
    data = engines_module._to_rdflib(Text(lines_of(triples), "ntriples"))
    _, report, _ = pyshacl.validate(data, shacl_graph=graph)
    return sort_results(shapes.result(finding) for finding in engines_module._read_report(report))


def untitled(described: list[Description]) -> list[Description]:
    title = expand("dcterms:title")
    return [
        (s, [(p, o) for p, o in pairs if p != title])
        if (RDF_TYPE, expand("doco:Figure")) in pairs
        else (s, pairs)
        for s, pairs in described
    ]
