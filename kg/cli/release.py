"""`kg release`: a dated folder with the graph and everything that goes with it."""

from __future__ import annotations

from collections import Counter

import click

from kg.cli.console import FINDINGS, note
from kg.cli.describe import about_options, expect_options, make_about
from kg.cli.tables import table_options
from kg.describe import find_tables, read_expected
from kg.errors import count_of
from kg.read import FLAVOURS
from kg.release import Release
from kg.release import release as make_release


@click.command(short_help="Make a release: a folder with all that goes with a graph.")
@click.argument("out_dir")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@about_options
@expect_options
@click.option(
    "--flavour",
    type=click.Choice(FLAVOURS),
    help="Flavour of BioThings dumps.  [default: as their names say]",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes.  [default: processors]")
@click.option("--cache", metavar="DIR", help="Reuse what another build of these pages cached.")
@table_options
@click.option("--strict", is_flag=True, help="Any problem fails the release.")
def release(
    out_dir: str,
    sources: tuple[str, ...],
    expect: str | None,
    shrink: float,
    flavour: str | None,
    workers: int | None,
    cache: str | None,
    hgnc: str | None,
    famplex: str | None,
    pmc_ids: str | None,
    strict: bool,
    **about: str | None,
) -> int:
    """Make a release: OUT_DIR/DATE with the graph and everything that goes with it.

    Turtle and N-Quads, JSON-LD context, vocabulary, shapes, queries, the description of the data
    set, the problems of the pages, the validation report, counts, checksums, and an RO-Crate.
    SOURCE is what kg build takes. The date is that of SOURCE_DATE_EPOCH, where it is set.

    Problems and violations are in the release, and make the exit code 1. A class that has shrunk
    by more than it may stops the release: nothing is written.
    """
    tables = {"hgnc": hgnc, "famplex": famplex, "pmc_ids": pmc_ids}
    made = make_release(
        out_dir,
        sources,
        make_about(about, sources, find_tables(**tables)),
        expected=read_expected(expect) if expect else None,
        shrink=shrink,
        workers=workers,
        flavour=flavour,
        cache=cache,
        **tables,
        strict=strict,
        progress=lambda step: note(f"{step} …"),
    )
    _print(made)
    return FINDINGS if made.has_findings else 0


def _print(made: Release) -> None:
    for one in made.shrunk:
        note(str(one))
    severities = Counter(result.severity.rpartition("#")[2][:-1] for result in made.report.results)
    found = ", ".join(count_of(n, name.lower()) for name, n in sorted(severities.items()))
    lost, warnings = len(made.summary.lost), len(made.summary.problems) - len(made.summary.lost)
    of_pages = f"{count_of(lost, 'problem')} and {count_of(warnings, 'warning')} of pages"
    triples = count_of(made.counts.triples, "triple")
    note(f"{triples}; {of_pages}; validation: {found or 'no results'}")
    if made.is_out:
        print(made.folder)
    else:
        note("nothing was released")
