"""`kg describe`: the description of a dataset."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from kg.cli.console import FINDINGS, note
from kg.cli.tables import table_options
from kg.describe import (
    About,
    Source,
    build_time,
    check_target,
    count,
    counts_as_json,
    describe_counts,
    find_shrunk,
    find_sources,
    find_tables,
    read_expected,
    write_description,
)
from kg.describe.about import PUBLISHER
from kg.errors import count_of
from kg.rdf import find_rdf_files, refuse_data_as_target
from kg.terms import Term, parse_iri
from kg.write import open_target


def about_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what the data does not."""
    for option in reversed(
        (
            click.option("--version-id", metavar="ID", help="This version.  [default: its date]"),
            click.option("--previous", metavar="ID", help="The version before this one."),
            click.option("--endpoint", metavar="URL", help="A SPARQL endpoint that has the data."),
            click.option("--base-url", metavar="URL", help="Folder where the files will be."),
            click.option(
                "--publisher", metavar="IRI", default=PUBLISHER, help="Who publishes the data."
            ),
        )
    ):
        command = option(command)
    return command


def expect_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the gate for classes that have shrunk."""
    command = click.option(
        "--shrink",
        metavar="SHARE",
        type=click.FloatRange(min=0, max=1),
        default=0.0,
        help="Share of its expected members that a class may lack.  [default: 0]",
    )(command)
    return click.option(
        "--expect",
        metavar="FILE",
        help="Expected members of each class, .json or .toml; fewer are a finding (exit code 1).",
    )(command)


def make_about(
    options: Mapping[str, str | None],
    sources: tuple[str, ...],
    tables: tuple[Source, ...] = (),
) -> About:
    """Return what the options of `about_options` say; a wrong IRI is a UsageError."""
    for name in ("endpoint", "base_url", "publisher"):
        if options[name] is not None:
            parse_iri(options[name] or "")
    return About(
        build_time(),
        version=options["version_id"] or "",
        sources=find_sources(sources),
        tables=tables,
        publisher=options["publisher"] or PUBLISHER,
        base=options["base_url"],
        endpoint=options["endpoint"],
        previous=options["previous"],
    )


def _hold(classes: dict[Term, int], expected: dict[Term, int], shrink: float) -> int:
    """Hold classes against the expected ones; name those that have shrunk."""
    shrunk = find_shrunk(expected, classes, shrink)
    for one in shrunk:
        note(str(one))
    return FINDINGS if shrunk else 0


@click.command(short_help="Describe a dataset (HCLS, VoID, DCAT, PROV).")
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@click.option("-o", "--output", default="-", metavar="FILE", help="File to write.  [default: -]")
@click.option("--same", metavar="FILE", multiple=True, help="File with the same graph; repeat.")
@click.option("--source", metavar="SOURCE", multiple=True, help="Pages it was built from; repeat.")
@table_options
@click.option("--counts", metavar="FILE", help="Write the members of each class here, as JSON.")
@about_options
@expect_options
def describe(
    data: tuple[str, ...],
    output: str,
    same: tuple[str, ...],
    source: tuple[str, ...],
    hgnc: str | None,
    famplex: str | None,
    pmc_ids: str | None,
    counts: str | None,
    expect: str | None,
    shrink: float,
    **about: str | None,
) -> int:
    """Describe a dataset, by the HCLS profile, with VoID, DCAT and PROV, as Turtle.

    DATA is RDF files, or folders of them, whose union is the graph; what it was built from is
    named as for kg build. The time is that of SOURCE_DATE_EPOCH, where it is set.
    """
    check_target(output)
    expected = read_expected(expect) if expect else {}
    paths = find_rdf_files(*data)
    refuse_data_as_target(output, paths)
    is_told = hgnc or famplex or pmc_ids
    tables = find_tables(hgnc=hgnc, famplex=famplex, pmc_ids=pmc_ids) if is_told else ()
    facts = make_about(about, source, tables)
    counted = count(paths)
    write_description(describe_counts(counted, facts, [*paths, *map(Path, same)]), output)
    if counts:
        with open_target(counts) as target:
            target.write(json.dumps(counts_as_json(counted.classes), indent=1).encode() + b"\n")
    note(f"{count_of(counted.triples, 'triple')}, {count_of(counted.subjects, 'subject')}")
    return _hold(counted.classes, expected, shrink)
