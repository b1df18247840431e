"""`kg overlap`: genes in figures, in pathways, in both."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.console import FINDINGS
from kg.cli.figures import open_figures, takes_both_sides
from kg.errors import UsageError
from kg.reference import read_hgnc
from kg.wikipathways.overlap import ALL_ORGANISMS, OverlapRow, overlap
from kg.wikipathways.plot import check_picture, plot_overlap

_TITLES = {
    "organism": "organism",
    "strictness": "strictness",
    "figure_count": "figures",
    "pathway_count": "pathways",
    "in_figures": "genes in figures",
    "in_pathways": "genes in pathways",
    "in_both": "in both",
    "only_in_figures": "only in figures",
    "only_in_pathways": "only in pathways",
}


@click.command(name="overlap")
@takes_both_sides
@click.option(
    "--organism",
    metavar="TAXON",
    default=ALL_ORGANISMS,
    show_default=True,
    help="NCBI taxon, for example 9606; 'each' for every organism.",
)
@click.option(
    "--format",
    type=click.Choice(("markdown", "csv", "json")),
    default="markdown",
    show_default=True,
)
@click.option(
    "--plot", "plots", metavar="FILE", type=Path, multiple=True, help="Draw it: .svg, .png; repeat."
)
@click.option("--hgnc", metavar="FILE", type=Path, help="A newer gene table of HGNC's.")
def overlap_command(
    figures: tuple[str, ...],
    pathways: tuple[str, ...],
    organism: str,
    format: str,
    plots: tuple[Path, ...],
    hgnc: Path | None,
) -> int:
    """Count genes in figures, in pathways, and in both.

    PFOCR is RDF files that `kg build` wrote, a store, or pages, which are built first.
    """
    for path in plots:
        check_picture(path)
    with open_figures(figures) as (paths, lost):
        rows = overlap(paths, pathways, hgnc=read_hgnc(hgnc) if hgnc is not None else None)
    chosen = rows if organism == "each" else [row for row in rows if row.organism == organism]
    if not chosen:
        known = dict.fromkeys(row.organism for row in rows)
        raise UsageError(
            f"there are no genes of the organism {organism!r}", hint=f"known: {', '.join(known)}"
        )
    _print_rows(chosen, format)
    for path in plots:
        plot_overlap([row for row in chosen if row.organism == chosen[0].organism], path)
    return FINDINGS if lost else 0


def _print_rows(rows: Sequence[OverlapRow], format: str) -> None:
    if format == "json":
        print(json.dumps([row._asdict() for row in rows], indent=2))
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(OverlapRow._fields)
        writer.writerows(rows)
    else:
        print(f"| {' | '.join(_TITLES[field] for field in OverlapRow._fields)} |")
        print(f"|---|---|{'---:|' * (len(OverlapRow._fields) - 2)}")
        for row in rows:
            cells = [cell if isinstance(cell, str) else f"{cell:,}" for cell in row]
            print(f"| {' | '.join(cells)} |")
