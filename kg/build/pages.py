"""Records, triples and graphs of sources, for Python users and small data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import KgError, Problem
from kg.mapping import map_record
from kg.read import find_pages, read_page
from kg.record import Record, make_record
from kg.terms import Triple


def iter_records(
    sources: Iterable[str | Path], problems: list[Problem] | None = None
) -> Iterator[Record]:
    """Yield the record of each page that can be read, by figid; problems are appended."""
    pages, found = find_pages(sources)
    for page in pages:
        try:
            record, more = make_record(read_page(page))
        except KgError as error:
            record, more = None, [error.problem]
        found += more
        if record is not None:
            yield record
    if problems is not None:
        problems += found


def iter_triples(sources: Iterable[str | Path]) -> Iterator[Triple]:
    """Yield every triple of the pages, shared ones once for each record that has them."""
    for record in iter_records(sources):
        yield from map_record(record)
