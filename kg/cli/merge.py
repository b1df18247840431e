"""`kg merge`: figures and WikiPathways in one graph."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.console import FINDINGS, note, progress
from kg.cli.figures import open_figures, takes_both_sides
from kg.errors import UsageError
from kg.reference import read_hgnc
from kg.wikipathways import MergeReport, Options, StoreTarget, Target, Thresholds, merge, to_file
from kg.write import open_target, parse_output

_DEFAULTS = Thresholds()


@click.command(name="merge")
@takes_both_sides
@click.option("-o", "--output", metavar="FILE", help="File to write: .nq or .trig (.gz too); or -.")
@click.option("--format", metavar="NAME", help="Format of -.")
@click.option("--store", metavar="DIR", help="Oxigraph store to write instead.")
@click.option("--flat", is_flag=True, help="No named graphs: one Turtle or N-Triples file.")
@click.option(
    "--strictness",
    type=click.Choice(("strict", "synonyms", "all")),
    default="all",
    show_default=True,
    help="The figures' genes that are compared with pathways.",
)
@click.option(
    "--min-shared", type=click.IntRange(min=1), default=_DEFAULTS.shared, show_default=True
)
@click.option("--max-q", type=click.FloatRange(0, 1), default=_DEFAULTS.q, show_default=True)
@click.option(
    "--min-jaccard", type=click.FloatRange(0, 1), default=_DEFAULTS.jaccard, show_default=True
)
@click.option("--no-similarity", is_flag=True, help="Don't compare gene sets (needs no scipy).")
@click.option("--pmc-ids", metavar="FILE", type=Path, help="NCBI's PMC-ids.csv: papers by PMID.")
@click.option("--hgnc", metavar="FILE", type=Path, help="A newer gene table of HGNC's.")
@click.option("--report", metavar="FILE", help="Write what became of each node, as JSON lines.")
def merge_command(
    figures: tuple[str, ...],
    pathways: tuple[str, ...],
    output: str | None,
    format: str | None,
    store: str | None,
    flat: bool,
    strictness: str,
    min_shared: int,
    max_q: float,
    min_jaccard: float,
    no_similarity: bool,
    pmc_ids: Path | None,
    hgnc: Path | None,
    report: str | None,
) -> int:
    """Merge figures with WikiPathways.

    PFOCR is RDF files that `kg build` wrote, a store, or pages, which are built first.

    Figures, pathways and links each get a named graph. A link says how it was made; gene sets of
    figures and pathways are compared, and linked where they share --min-shared genes with q and
    Jaccard index within --max-q and --min-jaccard.
    """
    target = _target(output, format, store, flat)
    thresholds = None if no_similarity else Thresholds(min_shared, max_q, min_jaccard)
    table = read_hgnc(hgnc) if hgnc is not None else None
    options = Options(strictness, thresholds, pmc_ids, table)
    with open_figures(figures) as (paths, lost), progress("merging", "documents") as update:
        merged = merge(paths, pathways, target, options, progress=update)
    _print_report(merged)
    if report is not None:
        _write_report(merged, report)
    return FINDINGS if lost else 0


def _target(output: str | None, format: str | None, store: str | None, flat: bool) -> Target:
    if (output is None) == (store is None):
        raise UsageError("exactly one target is asked for", hint="add -o FILE or --store DIR")
    if store is not None:
        if flat:
            raise UsageError("a store has named graphs", hint="drop --flat, or write a file")
        return StoreTarget(Path(store))
    return to_file(parse_output(output or "-", format), flat=flat)


def _print_report(merged: MergeReport) -> None:
    lines = [
        (f"{what}: {which}" if which else what, f"{count:,}")
        for what, which, count in merged.lines()
    ]
    width = max(len(what) for what, _ in lines)
    number = max(len(count) for _, count in lines)
    for what, count in lines:
        note(f"{what:<{width}}  {count:>{number}}")


def _write_report(merged: MergeReport, path: str) -> None:
    with open_target(path) as target:
        for node in merged.nodes:
            target.write(json.dumps(node, ensure_ascii=False).encode() + b"\n")
