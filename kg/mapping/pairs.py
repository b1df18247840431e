"""Predicate-object pairs: what a description says of its subject."""

from __future__ import annotations

from kg.terms import Term, integer, literal

Pair = tuple[Term, Term]
Pairs = list[Pair]


def add(pairs: Pairs, predicate: Term, text: str | None, datatype: Term | None = None) -> None:
    """Add a literal, unless there is nothing to say."""
    if text is not None:
        pairs.append((predicate, literal(text, datatype)))


def add_count(pairs: Pairs, predicate: Term, count: int | None) -> None:
    """Add a whole number, unless there is nothing to say."""
    if count is not None:
        pairs.append((predicate, integer(count)))
