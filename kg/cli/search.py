"""`kg search`: figures by genes."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import note, progress
from kg.errors import UsageError, count_of

if TYPE_CHECKING:
    from kg.network import Finding

FORMATS = ("table", "csv", "tsv", "json")
_WIDTH = 132
_TEXT_FILES = (".txt", ".csv", ".tsv", ".lst", ".list", ".genes")


@click.command()
@click.argument("genes", metavar="GENE...|FILE", nargs=-1, required=True)
@click.option(
    "--in",
    "data",
    metavar="DATA",
    envvar="KG_DATA",
    help="RDF file, folder of them, or store on disk.  [default: $KG_DATA]",
)
@click.option(
    "--strictness",
    type=click.Choice(["strict", "synonyms", "all"]),
    default="all",
    show_default=True,
    help="Which matches make a figure show a gene.",
)
@click.option(
    "--organism",
    default="human",
    show_default=True,
    help="Genes of which organism; any for all.",
)
@click.option(
    "--require", metavar="GENE", multiple=True, help="Only figures that show this gene; repeat."
)
@click.option("--background", metavar="FILE", help="The genes that could have been on the list.")
@click.option(
    "--by",
    type=click.Choice(["cosine", "overlap", "p"]),
    default="cosine",
    show_default=True,
    help="What to rank by.",
)
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@click.option("--format", type=click.Choice(FORMATS), default="table", show_default=True)
def search(genes: tuple[str, ...], data: str | None, format: str, **options: Any) -> None:
    """Find the figures that show what a list of genes has in common.

    Genes are symbols, or NCBI Gene, HGNC or Ensembl identifiers, mixed; a FILE of them, or - for
    stdin, has one or more a line. Names that are unknown, ambiguous or out of use are told on
    stderr.
    """
    from kg.network import find_figures, open_index

    if data is None:
        raise UsageError("no data is named", hint="add --in FILE, or set KG_DATA")
    names = [name for gene in genes for name in _names(gene)]
    background = options.pop("background")
    if background is not None:
        options["background"] = _read(background)
    with progress("reading", "%") as update:
        index = open_index(data, progress=update)
    finding = find_figures(index, names, **options)
    for text in finding.notes:
        note(text)
    if format == "table":
        _print_table(finding)
    else:
        _print_rows(finding, format)


def _names(argument: str) -> list[str]:
    """Return the names in a file, else the argument; names of genes don't look like files'."""
    is_path = os.sep in argument and "://" not in argument
    if argument == "-" or is_path or argument.endswith(_TEXT_FILES) or Path(argument).is_file():
        return _read(argument)
    return [argument]


def _read(path: str) -> list[str]:
    from kg.network import read_names

    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(f"can't be read: {reason}", file=path) from None
    return read_names(text)


def _print_rows(finding: Finding, format: str) -> None:
    from kg.network.find import COLUMNS

    rows = finding.rows()
    if format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    delimiter = "\t" if format == "tsv" else ","
    writer = csv.DictWriter(sys.stdout, COLUMNS, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "genes": " ".join(row["genes"])} for row in rows)


def _print_table(finding: Finding) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for name in ("shared", "cosine", "q"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("genes", ratio=2)
    table.add_column("figure, paper, link", ratio=5, overflow="fold")
    for row in finding.rows():
        title = " ".join(row["title"].split()) or row["figid"]
        paper = " ".join(row["paper"].rstrip(".").split())
        paper = ", ".join(filter(None, [paper, str(row["year"] or "")]))
        table.add_row(
            f"{row['shared']} of {row['size']}",
            f"{row['cosine']:.3f}",
            f"{row['q']:.1e}",
            Text(", ".join(row["genes"])),
            Text.assemble((title, "bold"), f"\n{paper}\n", (row["link"], "dim")),
        )
    with console.capture() as printed:
        console.print(table)
    print("\n".join(line.rstrip() for line in printed.get().splitlines()))
    note(
        f"{count_of(finding.tested, 'figure')} compared; "
        f"{count_of(finding.background.query_size, 'gene')} sought, "
        f"of {finding.background.size:,} in the background"
    )
