"""`kg build`: pages to RDF."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from kg.build import Summary
from kg.build import build as build_graph
from kg.cli.console import FINDINGS, note, progress
from kg.errors import Problem, StrictError, UsageError
from kg.terms import Term, iri
from kg.write import FORMATS, open_target, parse_output

_SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("build")(build)


def build(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Folders with _figures/, folders of pages, pages, .zip or .tar.gz of these.",
            metavar="SOURCE...",
        ),
    ],
    outputs: Annotated[
        list[str],
        typer.Option("-o", "--output", help="File to write (.gz: compressed); - is stdout."),
    ],
    format: Annotated[
        str | None, typer.Option(help=f"Format where the name does not tell: {', '.join(FORMATS)}.")
    ] = None,
    graph: Annotated[
        str | None, typer.Option(help="IRI of the named graph (N-Quads, TriG, JSON-LD).")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default: one a processor.")
    ] = None,
    problems: Annotated[
        Path | None, typer.Option(help="Write every problem here, as JSON lines.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Any problem fails the build.")] = False,
) -> None:
    """Build RDF from figure pages.

    A page or row that can't be used is named on stderr, costs no more than it must, and makes
    the exit code 1; everything else is written.
    """
    targets = [parse_output(path, format, _graph(graph)) for path in outputs]
    if graph and not any(target.graph for target in targets):
        raise UsageError("none of the outputs can name a graph", hint="write .nq, .trig or .jsonld")
    try:
        with progress("building", "pages") as update:
            summary = build_graph(sources, targets, workers=workers, strict=strict, progress=update)
    except StrictError as error:
        _report(error.problems, problems)
        raise
    _report(summary.problems, problems)
    _print_summary(summary)
    if summary.lost:
        raise typer.Exit(FINDINGS)


def _graph(text: str | None) -> Term | None:
    if text is None:
        return None
    if ":" not in text or any(char in text for char in ' <>"{}|^`\\'):
        raise UsageError(f"{text!r} is not an IRI", hint="for example https://example.org/pfocr")
    return iri(text)


def _report(problems: list[Problem], path: Path | None) -> None:
    """Print the first problems, and write all of them to the report."""
    for problem in problems[:_SHOWN]:
        note(str(problem))
    if len(problems) > _SHOWN:
        where = f"see {path}" if path else "write them all with --problems FILE"
        note(f"… and {len(problems) - _SHOWN} more problems: {where}")
    if path is not None:
        with open_target(str(path)) as target:
            for problem in problems:
                target.write(json.dumps(problem.as_dict(), ensure_ascii=False).encode() + b"\n")


def _print_summary(summary: Summary) -> None:
    tally = summary.tally
    note(
        f"{tally.pages:,} pages, {tally.figures:,} figures, {tally.rows:,} rows, "
        f"{tally.triples:,} triples"
    )
    if summary.problems:
        costs = Counter(problem.lost for problem in summary.problems)
        parts = [f"{count:,} {cost}{'s' * (count > 1)} lost" for cost, count in costs.items()]
        shown = ", ".join(part for part in parts if "nothing" not in part)
        warnings = costs["nothing"]
        note("; ".join(filter(None, [shown, f"{warnings:,} warnings" if warnings else ""])))
    sys.stderr.flush()
