"""Write results: the W3C's CSV, TSV and JSON for solutions, Turtle for triples.

https://www.w3.org/TR/sparql11-results-csv-tsv/, https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat, Triple

from kg.errors import QueryError, UsageError
from kg.query.solutions import Result, Solutions
from kg.store import query_form
from kg.terms import PREFIXES

TABLE = "table"
TURTLE = "ttl"
_SOLUTIONS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
}
FORMATS = (TABLE, *_SOLUTIONS, TURTLE)


def choose_format(text: str, format: str | None) -> str:
    """Return the format for a query's result: the one asked for, if the query's form has it.

    Raises UsageError where it has not. Without `format`: a table, or Turtle for triples.
    """
    form = query_form(text)
    has_triples = form in ("CONSTRUCT", "DESCRIBE")
    if format is None:
        return TURTLE if has_triples else TABLE
    if format not in FORMATS:
        raise UsageError(f"{format!r} is not a format", hint=f"known: {', '.join(FORMATS)}")
    if form is not None and has_triples != (format == TURTLE):
        fit = TURTLE if has_triples else ", ".join((TABLE, *_SOLUTIONS))
        kind = "triples" if has_triples else "solutions"
        raise UsageError(f"{form} gives {kind}, not {format}", hint=f"use --format {fit}")
    return format


def write_result(result: Result, format: str, target: IO[bytes]) -> None:
    """Write a result, piece by piece as it comes; a table is the command line's affair."""
    if isinstance(result, Solutions):
        _write_solutions(result, format, target)
    elif isinstance(result, bool):
        text = json.dumps({"head": {}, "boolean": result}) if format == "json" else str(result)
        target.write(f"{text if format == 'json' else text.lower()}\n".encode())
    else:
        _write_turtle(result, target)


def _write_solutions(solutions: Solutions, format: str, target: IO[bytes]) -> None:
    try:
        solutions.answer.serialize(target, _SOLUTIONS[format])
    except BrokenPipeError:  # whoever reads has enough
        raise
    except (OSError, RuntimeError, SyntaxError) as error:
        raise QueryError(f"the answer broke off: {error}") from None
    if format == "json":
        target.write(b"\n")


def _write_turtle(triples: Iterable[Triple], target: IO[bytes]) -> None:
    """Write triples sorted, so that the same triples make the same text."""
    ordered = sorted(set(triples), key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))
    pyoxigraph.serialize(ordered, target, RdfFormat.TURTLE, prefixes=PREFIXES)
