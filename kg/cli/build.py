"""`kg build`: pages to RDF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.build import Engine, Summary
from kg.build import build as build_graph
from kg.cli.console import FINDINGS, note, progress
from kg.cli.tables import table_options
from kg.errors import Problem, StrictError, UsageError, count_of
from kg.read import FLAVOURS
from kg.remote import is_url
from kg.terms import Term, parse_iri
from kg.write import FORMATS, Output, open_target, parse_output

if TYPE_CHECKING:
    from kg.validate import BuildValidator

_SHOWN = 20


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FILE",
    multiple=True,
    help="File to write (its name tells the format, - is stdout), or folder/ for parts; repeat.",
)
@click.option("--format", metavar="NAME", help=f"Format of - and of parts: {', '.join(FORMATS)}.")
@click.option("--store", metavar="DIR", type=Path, help="Store on disk to load the graph into.")
@click.option("--graph", metavar="IRI", help="Put the triples in this named graph.")
@click.option(
    "--flavour",
    type=click.Choice(FLAVOURS),
    help="Flavour of BioThings dumps.  [default: as their names say]",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes.  [default: processors]")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="Where shards are built.  [default: local]",
)
@click.option("--scheduler", metavar="ADDRESS", help="Dask's scheduler, like tcp://host:8786.")
@click.option("--cache", metavar="DIR", help="Build again only what changed since the last time.")
@table_options
@click.option("--problems", metavar="FILE", help="Write every problem here, as JSON lines.")
@click.option(
    "--validate",
    "is_validated",
    is_flag=True,
    help="Validate what is built, as kg validate does.",
)
@click.option("--describe", metavar="FILE", help="Write a description of the dataset here.")
@click.option("--strict", is_flag=True, help="Any problem fails the build; nothing is written.")
def build(
    sources: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    store: Path | None,
    graph: str | None,
    flavour: str | None,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    cache: str | None,
    hgnc: str | None,
    famplex: str | None,
    pmc_ids: str | None,
    problems: str | None,
    is_validated: bool,
    describe: str | None,
    strict: bool,
) -> int:
    """Build RDF from figure pages.

    SOURCE is a folder with _figures/, any folder of pages, a single page, a .zip or .tar.gz of
    these, or a BioThings dump (.ndjson, .ndjson.gz).

    A page or row that can't be used is named on stderr, costs no more than it must, and makes
    the exit code 1; everything else is written.
    """
    named = parse_iri(graph) if graph else None
    targets = [parse_output(path, format, named) for path in outputs]
    if not targets and store is None:
        raise UsageError("a build has an output", hint="add -o FILE or --store DIR")
    if graph and store is None and not any(target.graph for target in targets):
        raise UsageError("none of the outputs can name a graph", hint="write .nq, .trig or .jsonld")
    if is_validated or describe is not None:
        _written(targets)
    if describe is not None:
        from kg.describe import check_target

        check_target(describe)
    tables = {"hgnc": hgnc, "famplex": famplex, "pmc_ids": pmc_ids}
    validator = None if cache is not None or not is_validated else _validator()
    doing = "building" if validator is None else "building and validating"
    try:
        with _into_store(store, named, targets), progress(doing, "pages") as update:
            summary = build_graph(
                sources,
                targets,
                workers=workers,
                strict=strict,
                flavour=flavour,
                cache=cache,
                **tables,
                engine=_engine(engine, scheduler),
                inspector=validator,
                progress=update,
            )
    except StrictError as error:
        _report(error.problems, problems)
        raise
    _report(summary.problems, problems)
    _print_summary(summary)
    if describe is not None:
        _describe(describe, _written(targets), sources, tables)
    conforms = not is_validated or _conforms(_written(targets), validator, workers)
    return FINDINGS if summary.lost or not conforms else 0


def _written(targets: list[Output]) -> str:
    """Return a file that the build writes; raise UsageError if all goes elsewhere."""
    paths = [target.path for target in targets]
    files = [path for path in paths if path != "-" and not path.endswith("/") and not is_url(path)]
    if not files:
        raise UsageError("there is no file to look at", hint="add -o FILE")
    return files[0]


def _describe(
    target: str, path: str, sources: tuple[str, ...], tables: Mapping[str, str | None]
) -> None:
    """Write a description of a file that was built, as `kg describe` does."""
    from kg.cli.describe import make_about
    from kg.describe import describe_files, find_tables, write_description

    options = dict.fromkeys(("version_id", "previous", "endpoint", "base_url", "publisher"))
    write_description(
        describe_files([path], make_about(options, sources, find_tables(**tables))), target
    )


def _validator() -> BuildValidator:
    from kg.validate import BuildValidator

    return BuildValidator()


def _conforms(path: str, validator: BuildValidator | None, workers: int | None) -> bool:
    """Print what the validator of the build found; without one, validate the file."""
    from kg.cli.validate import print_report
    from kg.validate import validate

    if validator is not None:
        report = validator.report(path)
    else:
        with progress("validating", "subjects") as update:
            report = validate([path], workers=workers, progress=update)
    print_report(report)
    return report.conforms


@contextmanager
def _into_store(store: Path | None, graph: Term | None, targets: list[Output]) -> Iterator[None]:
    """Add to the outputs one that is loaded into the store when they are written."""
    if store is None:
        yield
        return
    from kg.cli.load import print_counts
    from kg.store import DATASET_GRAPH, open_loading

    with open_loading(store) as loading:
        built = loading.make_room() / "built.nt.gz"
        targets.append(Output(str(built), "ntriples"))
        yield
        with progress("loading", "bytes") as update:
            print_counts(loading.load([built], graph or DATASET_GRAPH, update))


def _engine(name: str, scheduler: str | None) -> Engine | None:
    if (name == "dask") != (scheduler is not None):
        raise UsageError("--engine dask and --scheduler ADDRESS go together")
    if scheduler is None:
        return None
    from kg.build.cluster import run_dask

    return run_dask(scheduler)


def _report(problems: list[Problem], path: str | None) -> None:
    """Print the first problems, and write all of them to the report."""
    for problem in problems[:_SHOWN]:
        note(str(problem))
    if len(problems) > _SHOWN:
        where = f"see {path}" if path else "write them all with --problems FILE"
        note(f"… and {len(problems) - _SHOWN} more problems: {where}")
    if path is not None:
        with open_target(path) as target:
            for problem in problems:
                line = json.dumps(problem.as_dict(), ensure_ascii=False) + "\n"
                target.write(line.encode("utf-8", "backslashreplace"))  # names may be any bytes


def _print_summary(summary: Summary) -> None:
    for text in summary.notes:
        note(text)
    tally = summary.tally
    note(
        f"{count_of(tally.pages, 'page')}, {count_of(tally.figures, 'figure')}, "
        f"{count_of(tally.rows, 'row')}, {count_of(tally.triples, 'triple')}"
        + (f"; {count_of(summary.reused, 'page')} reused" if summary.reused else "")
    )
    if summary.problems:
        costs = Counter(cost for cost, *_ in set(map(_loss, summary.problems)))
        costs["page"] = tally.lost_pages
        known = ("field", "row", "table", "page")
        shown = ", ".join(f"{count_of(costs[cost], cost)} lost" for cost in known if costs[cost])
        warnings = sum(problem.is_warning for problem in summary.problems)
        note("; ".join(filter(None, [shown, count_of(warnings, "warning") if warnings else ""])))


def _loss(problem: Problem) -> tuple[object, ...]:
    """Return what is lost and where: the faults of several cells cost one row."""
    row, is_cell, _ = (problem.field or "").partition("].")
    if is_cell:
        return problem.lost, problem.file, row
    return problem.lost, problem.file, problem.line, row if "[" in row else ""
