"""Validate a graph in one piece: `python -m benchmarks.whole DATA SHAPES...` (pySHACL).

The whole graph is read into rdflib and validated against all shapes at once, as pySHACL's own
command does, which takes one file of shapes only.
"""

from __future__ import annotations

import sys

import pyshacl
from rdflib import RDF, SH, Graph


def main() -> None:
    data, *shape_files = sys.argv[1:]
    graph, shapes = Graph(), Graph()
    graph.parse(data)
    for path in shape_files:
        shapes.parse(path)
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=shapes, allow_warnings=True)
    count = sum(1 for _ in report.subjects(RDF.type, SH.ValidationResult))
    print(f"{len(graph):,} triples, conforms: {conforms}, {count:,} results")


if __name__ == "__main__":
    main()
