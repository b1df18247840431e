"""Validate a graph in one piece: `python -m benchmarks.whole DATA SHAPES...` (pySHACL).

The whole graph is read into rdflib and validated against all shapes at once, as pySHACL's own
command does, which takes one file of shapes only.
"""

from __future__ import annotations

import sys
from collections import Counter

import pyshacl
from rdflib import SH, Graph


def main() -> None:
    data, *shape_files = sys.argv[1:]
    graph, shapes = Graph(), Graph()
    graph.parse(data)
    for path in shape_files:
        shapes.parse(path)
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=shapes, allow_warnings=True)
    found = Counter(severity for _, severity in report.subject_objects(SH.resultSeverity))
    counts = (found[SH.Violation], found[SH.Warning], found[SH.Info])
    print("conforms" if conforms else "does not conform")
    print("{:,} violations, {:,} warnings, {:,} infos".format(*counts))


if __name__ == "__main__":
    main()
