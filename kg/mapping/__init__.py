"""Map records to triples: the one room that says what the graph looks like.

A record gives descriptions (a subject with its predicate-object pairs) of its paper, its figure
and the figure's mentions (`figures`). What figures share (genes, families, chemicals, taxa,
lexicon entries, journals) is named by small keys, `shared_keys`, so that a build can collect
them and describe each once, `describe_shared` (`entries`, `genes`).

Laws, held by tests: what a record maps to depends on that record and the fixed reference tables
alone, so graph(A ∪ B) = graph(A) ∪ graph(B); every node has an IRI; no IRI depends on the order
of rows; nothing is typed with a class that WikiPathways' own queries count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from kg.mapping.entries import SharedKey, describe_shared, pack_key, shared_keys, unpack_key
from kg.mapping.figures import (
    Mention,
    describe_figure,
    describe_mention,
    describe_record,
    find_mentions,
)
from kg.record import Record
from kg.reference import EMBEDDED, Tables
from kg.terms import Description, Term, Triple

__all__ = [
    "Mention",
    "SharedKey",
    "describe_figure",
    "describe_mention",
    "describe_record",
    "describe_shared",
    "find_mentions",
    "map_record",
    "merge",
    "pack_key",
    "shared_keys",
    "unpack_key",
]


def map_record(record: Record, tables: Tables = EMBEDDED) -> Iterator[Triple]:
    """Yield every triple of a record, shared entities included; one triple may come twice.

    `tables` are the reference tables, by default the embedded ones.
    """
    shared = (describe_shared(key, tables) for key in shared_keys(record, tables))
    for subject, pairs in chain(describe_record(record, tables), *shared):
        for predicate, value in pairs:
            yield subject, predicate, value


def merge(descriptions: Iterable[Description]) -> list[Description]:
    """Bring the pairs of each subject together, each pair once; order of first appearance."""
    merged: dict[Term, dict[tuple[Term, Term], None]] = {}
    for subject, pairs in descriptions:
        merged.setdefault(subject, {}).update(dict.fromkeys(pairs))
    return [(subject, list(pairs)) for subject, pairs in merged.items()]
