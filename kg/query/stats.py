"""Counts of a graph, each a named query of its own."""

from __future__ import annotations

from collections.abc import Iterator

from kg.query.named import get_query
from kg.query.solutions import Solutions, select
from kg.store import Store

STATS = ("class", "lexicon", "strictness", "organism", "year")


def iter_stats(store: Store) -> Iterator[tuple[str, Solutions]]:
    """Yield what is counted, and the counts: solutions of the query `count-by-…`."""
    for name in STATS:
        yield name, select(store, get_query(f"count-by-{name}"))
