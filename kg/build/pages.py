"""Records, triples and rdflib graphs of pages, for Python users and for small data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DataError, KgError, Problem
from kg.mapping import map_record
from kg.read import find_pages, read_page
from kg.record import Record, make_record
from kg.reference import find_table_files, load_tables
from kg.terms import Triple
from kg.write import to_rdflib

if TYPE_CHECKING:
    import rdflib

Source = str | Path


def iter_records(
    sources: Source | Iterable[Source],
    problems: list[Problem] | None = None,
    flavour: str | None = None,
) -> Iterator[Record]:
    """Yield the record of each page that can be used, by figid.

    `sources` is a folder, an archive, a page, a BioThings dump (of a `flavour` that its name may
    tell), or several. What is wrong with the pages is appended to `problems`; a page that can't
    be used is left out.
    """
    pages, found = find_pages(listed(sources), flavour)
    for page in pages:
        try:
            record, more = make_record(read_page(page))
        except KgError as error:
            record, more = None, [replace(error.problem, lost="page")]
        found += more
        if record is not None:
            yield record
    if problems is not None:
        problems += found


def listed(sources: Source | Iterable[Source]) -> list[Source]:
    """Return one source or several as a list."""
    return [sources] if isinstance(sources, str | Path) else list(sources)


def read_record(page: Source) -> Record:
    """Return the record of one page.

    Raises DataError with the first problem that costs something: a record is whole, or an error.
    """
    problems: list[Problem] = []
    records = list(iter_records(page, problems))
    lost = [problem for problem in problems if not problem.is_warning]
    if lost or len(records) != 1:
        error = DataError("is not one page", file=str(page))
        if lost:
            error.problem = lost[0]
        raise error
    return records[0]


def iter_triples(
    source: Record | Source | Iterable[Source],
    *,
    hgnc: Source | None = None,
    famplex: Source | None = None,
) -> Iterator[Triple]:
    """Yield every triple of a record, a page, a folder …; shared ones once for each record.

    `hgnc` and `famplex` are files to map with instead of the embedded tables, as for `build`.
    """
    tables = load_tables(find_table_files(hgnc, famplex))
    records = [source] if isinstance(source, Record) else iter_records(source)
    for record in records:
        yield from map_record(record, tables)


def to_graph(
    source: Record | Source | Iterable[Source],
    *,
    hgnc: Source | None = None,
    famplex: Source | None = None,
) -> rdflib.Graph:
    """Return the rdflib graph of a record, a page, a folder …; all of it in memory.

    `hgnc` and `famplex` are files to map with instead of the embedded tables, as for `build`.

    >>> len(to_graph("tests/data/pages/_figures/PMC100003__mb2410470011.md")) > 100
    True
    """
    return to_rdflib(iter_triples(source, hgnc=hgnc, famplex=famplex))
