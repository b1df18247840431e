"""`kg validate`: RDF against SHACL shapes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from kg.cli.console import FINDINGS, note, progress
from kg.errors import count_of
from kg.rdf import find_rdf_files, rdf_format, refuse_data_as_target
from kg.terms import Term
from kg.validate import Report, Result, Shapes, as_json, group_results, load_shapes, write_report
from kg.validate import validate as validate_files
from kg.validate.engines import ENGINES
from kg.validate.report import show_component, show_path, show_term
from kg.write import open_target

_COUNTED = ("Violation", "Warning", "Info")
_VALUE_SHOWN = 100
_LIMIT = 10


@click.command()
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@click.option(
    "--shapes",
    "shapes_path",
    metavar="PATH",
    type=Path,
    help="Shapes, a folder of .ttl files or one file.  [default: the project's]",
)
@click.option("--report", metavar="FILE", help="Write a sh:ValidationReport here.")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=0),
    default=_LIMIT,
    show_default=True,
    help="Results shown of each shape.",
)
@click.option("--json", "as_lines", is_flag=True, help="Print all results as JSON lines.")
@click.option(
    "--engine",
    type=click.Choice(["auto", *ENGINES]),
    default="auto",
    show_default=True,
    help="Who does the bulk; pySHACL is the referee in any case.",
)
@click.option(
    "--cross-check/--no-cross-check",
    default=None,
    help="Run a second fast engine on everything.  [default: on small data; on big ones, on some]",
)
@click.option("--seed", metavar="N", default=0, help="Seed of the sample that pySHACL checks.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(min=1), help="Processes.  [default: processors]"
)
def validate(
    data: tuple[str, ...],
    shapes_path: Path | None,
    report: str | None,
    limit: int,
    as_lines: bool,
    engine: str,
    cross_check: bool | None,
    seed: int,
    workers: int | None,
) -> int:
    """Validate RDF against SHACL shapes.

    DATA is RDF files (.ttl, .nt, .nq, .trig, .jsonld, .rdf; .gz too) or folders of them; their
    union is validated. Violations make the exit code 1; warnings and infos are listed, and
    conform.
    """
    paths = find_rdf_files(*data)
    if report is not None:
        rdf_format(report)
        refuse_data_as_target(report, paths)
    shapes = load_shapes(shapes_path)
    with progress("validating", "subjects") as update:
        found = validate_files(
            paths,
            shapes,
            engine=engine,
            cross_check=cross_check,
            seed=seed,
            workers=workers,
            progress=update,
        )
    if report is not None:
        _write(found, shapes, report)
    for result in found.results if as_lines else ():
        print(json.dumps(as_json(result), ensure_ascii=False))
    if as_lines:
        _print_summary(found)
    else:
        print_report(found, limit)
    return 0 if found.conforms else FINDINGS


def print_report(found: Report, limit: int = _LIMIT) -> None:
    """Print what was found by shape, as many results of each as wanted, and how."""
    _print_table(found.results, limit)
    print("conforms" if found.conforms else "does not conform", flush=True)
    _print_summary(found)


def _write(found: Report, shapes: Shapes, path: str) -> None:
    with open_target(path) as target:
        target.write(write_report(found, shapes, path))


def _print_table(results: list[Result], limit: int) -> None:
    """Print results by shape, as many of each as wanted."""
    for group in group_results(results):
        count = len(group.results)
        kind = _severity(group.severity)
        print(f"{kind}: {show_term(group.shape)}, {count_of(count, 'result')}")
        print(f"  {group.message}")
        for result in group.results[:limit]:
            print(f"    {_row(result)}")
        if count > limit > 0:
            print(f"    … and {count - limit:,} more")
        print()


def _row(result: Result) -> str:
    parts = [show_term(result.focus_node), show_component(result.component)]
    if result.path is not None:
        parts.append(show_path(result.path))
    if result.value is not None:
        value = show_term(result.value)
        parts.append(value if len(value) <= _VALUE_SHOWN else value[: _VALUE_SHOWN - 1] + "…")
    return "  ".join(parts)


def _severity(severity: Term) -> str:
    return severity[1:-1].rpartition("#")[2]


def _print_summary(found: Report) -> None:
    counts = Counter(_severity(result.severity) for result in found.results)
    shown = [count_of(counts[name], name.lower()) for name in _COUNTED]
    note(f"{count_of(found.subjects, 'subject')}: {', '.join(shown)}")
    how = f"validated by {found.engine}"
    if found.checked_by:
        how += f", checked by {found.checked_by}"
    if found.refereed:
        how += f", {count_of(found.refereed, 'subject')} refereed by pyshacl"
    note(f"{how}; the engines differed over {found.disagreed:,}" if found.disagreed else how)
    for text in found.notes:
        note(text)
