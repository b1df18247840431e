"""pfocr-kg: the knowledge graph of published pathway figures.

>>> import kg
>>> record = kg.read_record("tests/data/pages/_figures/PMC100003__mb2410470011.md")
>>> record.title
'Summary of the signaling pathway that connects neuropeptides to the AR'
"""

from kg.build import Summary, build, iter_records, iter_triples, read_record, to_graph
from kg.errors import KgError, Problem
from kg.record import Record

__all__ = [
    "KgError",
    "Problem",
    "Record",
    "Summary",
    "build",
    "iter_records",
    "iter_triples",
    "read_record",
    "to_graph",
]
