"""`kg diff`: what changed between two graphs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any, TextIO

import click

from kg.cli.console import FINDINGS, note
from kg.describe import find_shrunk
from kg.diff import Summary, summarise
from kg.errors import count_of
from kg.rdf import find_rdf_files
from kg.terms import compress
from kg.write import open_target

_COUNTED = ("old", "new", "added", "removed", "changed")


@click.command(short_help="Tell what changed between two graphs.")
@click.argument("old")
@click.argument("new")
@click.option("--patch", metavar="FILE", help="Write the changes here, as an RDF patch.")
@click.option("--figures", metavar="FILE", help="Write every changed figure here, as TSV.")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=0),
    default=20,
    help="Figures to show, those that changed most.  [default: 20]",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option(
    "--shrink",
    metavar="SHARE",
    type=click.FloatRange(min=0, max=1),
    help="Exit with 1 where a class has lost more than this share of its members.",
)
def diff(
    old: str,
    new: str,
    patch: str | None,
    figures: str | None,
    limit: int,
    as_json: bool,
    shrink: float | None,
) -> int:
    """Tell what changed between two graphs, by class and by figure.

    OLD and NEW are RDF files, of any format that `kg build` writes, or folders of them. Memory
    does not grow with them; space for their triples, packed, is needed in the temporary folder.
    """
    with ExitStack() as stack:
        summary = summarise(
            find_rdf_files(old),
            find_rdf_files(new),
            patch=stack.enter_context(open_target(patch)) if patch else None,
            figures=stack.enter_context(open_target(figures)) if figures else None,
            most=limit,
        )
    out = sys.stderr if "-" in (patch, figures) else sys.stdout
    if as_json:
        print(json.dumps(_as_json(summary), indent=2, ensure_ascii=False), file=out)
    else:
        _print(summary, out)
    if summary.blank_count:
        note(f"left out, with blank nodes: {count_of(summary.blank_count, 'triple')}")
    return 0 if shrink is None else _gate(summary, shrink)


def _gate(summary: Summary, share: float) -> int:
    """Name the classes that have shrunk by more than a share."""
    before = {kind: counts["old"] for kind, counts in summary.classes.items()}
    after = {kind: counts["new"] for kind, counts in summary.classes.items()}
    shrunk = find_shrunk(before, after, share)
    for one in shrunk:
        note(str(one))
    return FINDINGS if shrunk else 0


def _as_json(summary: Summary) -> dict[str, Any]:
    return {
        "triples": dict(summary.triples),
        "classes": {
            compress(kind): {name: counts[name] for name in _COUNTED}
            for kind, counts in sorted(summary.classes.items())
        },
        "figures": {name: summary.figures[name] for name in ("added", "removed", "changed")},
        "most_changed": [change._asdict() for change in summary.most_changed],
        "blank_nodes": summary.blank_count,
    }


def _print(summary: Summary, out: TextIO) -> None:
    rows: list[Sequence[str | int]] = [
        [compress(kind), *(counts[name] for name in _COUNTED)]
        for kind, counts in sorted(summary.classes.items())
    ]
    _print_table(("class", *_COUNTED), rows, out)
    if summary.most_changed:
        print(file=out)
        _print_table(("figure", "state", "added", "removed"), summary.most_changed, out)
    figures, triples = summary.figures, summary.triples
    note(
        f"figures: {figures['added']:,} added, {figures['removed']:,} removed, "
        f"{figures['changed']:,} changed; "
        f"triples: {triples['added']:,} added, {triples['removed']:,} removed"
    )


def _print_table(names: Sequence[str], rows: Iterable[Sequence[str | int]], out: TextIO) -> None:
    """Print aligned columns, numbers to the right."""
    lines: list[Sequence[str | int]] = [names, *rows]
    columns = range(len(names))
    widths = [max(len(str(line[column])) for line in lines) for column in columns]
    is_number = [isinstance(lines[-1][column], int) for column in columns]
    for line in lines:
        cells = (
            str(cell).rjust(width) if right else str(cell).ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        )
        print("  ".join(cells).rstrip(), file=out)
