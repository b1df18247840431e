"""`kg query`, `kg queries`, `kg stats`: put questions to a graph."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.console import note
from kg.cli.options import SECONDS
from kg.errors import UsageError, count_of
from kg.terms import XSD_DOUBLE, XSD_INTEGER, Term, compress, is_iri

if TYPE_CHECKING:
    from kg.query import Result

_WIDEST = 60
"""Columns are aligned up to this width; what is longer is shown whole, and shifts its line."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

_data = click.argument("data", metavar="DATA...", nargs=-1, required=True)
_timeout = click.option(
    "--timeout-s",
    metavar="S",
    type=SECONDS,
    default=60.0,
    help="Seconds to wait for an endpoint's answer.  [default: 60]",
)
_engine = click.option("--engine", default="oxigraph", hidden=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.command()
@click.argument("data", metavar="DATA...", nargs=-1)
@click.argument("query")
@click.option(
    "-p",
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="Value of one of the query's parameters; repeat.",
)
@click.option(
    "--format",
    metavar="NAME",
    help="table, csv, tsv or json; ttl for CONSTRUCT and DESCRIBE.  [default: table or ttl]",
)
@_timeout
@_engine
def query(
    data: tuple[str, ...],
    query: str,
    params: tuple[str, ...],
    format: str | None,
    timeout_s: float,
    engine: str,
) -> None:
    """Put a SPARQL query to a graph.

    DATA is RDF files (.ttl, .nt, .nq, .trig, .jsonld, .rdf; .gz too), a folder of them, the
    folder of an Oxigraph store, or the URL of a SPARQL endpoint.

    QUERY is the name of one of the queries that `kg queries` lists, a .rq file, or - for stdin.
    """
    from kg.query import choose_format, find_query, run_query, write_result
    from kg.store import open_store

    if not data:
        hint = "for example: kg query pfocr.ttl figures-of-gene --param symbol=SRC"
        raise UsageError("name both the data and the query", hint=hint)
    asked = find_query(query)
    values = _values(params)
    chosen = choose_format(asked.bind(values), format)
    result = run_query(open_store(data, engine=engine, timeout_s=timeout_s), asked, values)
    if chosen == "table" and not isinstance(result, bool):
        _print_result(result)
    else:
        sys.stdout.flush()
        write_result(result, chosen, sys.stdout.buffer)


@click.command(short_help="List the named queries, or show one.")
@click.argument("name", required=False)
@_json
@click.option("--write", "folder", metavar="DIR", type=Path, help="Write them into a folder.")
@click.option("--style", type=click.Choice(["sib", "grlc"]), default="sib", show_default=True)
@click.option(
    "--endpoint",
    metavar="URL",
    help="The endpoint that written queries are for.  [default: WikiPathways']",
)
def queries(
    name: str | None, as_json: bool, folder: Path | None, style: str, endpoint: str | None
) -> None:
    """List the named queries, or show one: its parameters, and its SPARQL.

    With --write, write them as others read them: SIB's examples (Turtle), or grlc's queries.
    """
    from kg.query import get_query, iter_queries

    chosen = list(iter_queries()) if name is None else [get_query(name)]
    if folder is not None:
        from kg.examples import WIKIPATHWAYS, write_examples

        count = write_examples(chosen, style, folder, endpoint or WIKIPATHWAYS)
        note(f"{count_of(count, 'query')} in {folder}")
        return
    if as_json:
        shown = [
            {
                "name": query.name,
                "title": query.title,
                "category": query.category,
                "description": query.description,
                "keywords": query.keywords,
                "parameters": [parameter._asdict() for parameter in query.parameters],
            }
            for query in chosen
        ]
        print(json.dumps(shown if name is None else shown[0], indent=2, ensure_ascii=False))
    elif name is None:
        rows = [
            (query.name, query.title, ", ".join(p.name for p in query.parameters))
            for query in chosen
        ]
        _print_table(("query", "title", "parameters"), rows)
    else:
        print(chosen[0].text, end="")
        options = "".join(f" --param {p.name}='{p.default}'" for p in chosen[0].parameters)
        note(f"for example: kg query pfocr.ttl {name}{options}")


@click.command(short_help="Count by class, lexicon, strictness, organism and year.")
@_data
@_json
@_timeout
@_engine
def stats(data: tuple[str, ...], as_json: bool, timeout_s: float, engine: str) -> None:
    """Count a graph by class, lexicon, strictness, organism and year.

    DATA is what `kg query` takes: RDF files, a folder of them, the folder of an Oxigraph store, or
    the URL of a SPARQL endpoint.
    """
    from kg.query import iter_stats
    from kg.store import open_store

    counted = {}
    for name, solutions in iter_stats(open_store(data, engine=engine, timeout_s=timeout_s)):
        rows = list(solutions)
        if as_json:
            named = (zip(solutions.variables, map(_plain, row), strict=True) for row in rows)
            counted[name] = [dict(pairs) for pairs in named]
        else:
            print(f"by {name}")
            _print_table(solutions.variables, ([_shown(term) for term in row] for row in rows))
            print()
    if as_json:
        print(json.dumps(counted, indent=2, ensure_ascii=False))


def _values(params: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            hint = "for example --param figure=PMC100003__mb2410470011"
            raise UsageError(f"--param {param!r} is not NAME=VALUE", hint=hint)
        if name in values:
            raise UsageError(f"--param {name} is given twice", hint="give it once")
        values[name] = value
    return values


def _plain(term: Term | None) -> str | int | None:
    """Return a term as JSON holds it: a count as a number."""
    from kg.query import text_of

    if term is None:
        return None
    return int(text_of(term)) if term.endswith(XSD_INTEGER) else text_of(term)


def _shown(term: Term | None) -> str:
    """Return a term for a cell, on one line: an IRI as a CURIE where it has one, doubles short."""
    from kg.query import text_of

    if term is not None and term.endswith(XSD_DOUBLE):
        with suppress(ValueError):  # whatever stands in somebody's data
            return f"{float(text_of(term)):.4g}"
    curie = term is not None and is_iri(term) and compress(term)
    text = curie if curie and not is_iri(curie) else text_of(term)
    return _CONTROL.sub(" ", text)


def _print_result(result: Result) -> None:
    from kg.query import Solutions

    assert isinstance(result, Solutions)  # noqa: S101 - `choose_format` gives others another format
    rows = [[_shown(term) for term in row] for row in result]
    _print_table(result.variables, rows)
    note(count_of(len(rows), "solution"))


def _print_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns; on a terminal with rules, and folded to its width."""
    cells = [list(row) for row in rows]
    is_number = [
        bool(cells) and all(row[column].isdecimal() for row in cells)
        for column in range(len(names))
    ]
    if _on_terminal():
        _print_rich(names, cells, is_number)
        return
    widths = [min(max(map(len, column)), _WIDEST) for column in zip(names, *cells, strict=True)]
    for line in (names, *cells):
        aligned = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        )
        print("  ".join(aligned).rstrip())


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _print_rich(names: Sequence[str], cells: list[list[str]], is_number: list[bool]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    for name, right in zip(names, is_number, strict=True):
        table.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)
