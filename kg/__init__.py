"""pfocr-kg: the knowledge graph of published pathway figures."""

from kg.build import build, iter_records, iter_triples
from kg.errors import KgError, Problem
from kg.mapping import map_record
from kg.record import Record

__all__ = [
    "KgError",
    "Problem",
    "Record",
    "build",
    "iter_records",
    "iter_triples",
    "map_record",
]
