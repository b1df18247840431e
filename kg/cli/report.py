"""`kg report`: one page that shows what is in a graph."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from kg.cli.console import note, progress
from kg.terms import compress, expand
from kg.write import open_target

if TYPE_CHECKING:
    from kg.export.report import Finding


@click.command(short_help="Write one HTML page that shows what is in a graph.")
@click.argument("data", metavar="DATA")
@click.option("-o", "--output", metavar="FILE", required=True, help="The page; - is stdout.")
@click.option("--title", default="Pathway figures", show_default=True)
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="Of lists.")
@click.option(
    "--validate/--no-validate",
    default=True,
    show_default=True,
    help="Validate, and show what is found.",
)
def report(data: str, output: str, title: str, top: int, validate: bool) -> None:
    """Write one HTML page that shows what is in a graph, and needs nothing else.

    Figures by year, organism, lexicon and strictness; the most shown genes and families; ambiguous
    words; what validation finds; and the overlap with WikiPathways, where that is merged. DATA is
    an RDF file, a folder of them, or a store on disk; WikiPathways' own graphs are not validated.
    """
    from kg.export.details import read_details
    from kg.export.facts import find_facts
    from kg.export.report import make_report

    with progress("reading", "%") as update:
        details = read_details(data, update)
    facts = find_facts(details, top)
    if details.has_pathways and facts.pathways is None:
        note("no overlap is shown: nothing links the pathways to genes; kg merge does")
    findings = _validate(data, details.has_pathways) if validate else None
    about = f"{Path(data).name}, by pfocr-kg"
    page = make_report(facts, title=title, about=about, findings=findings)
    with open_target(output) as target:
        target.write(page.encode())


def _validate(data: str, has_pathways: bool) -> list[Finding] | None:
    """Return what the project's shapes find in the figures' graphs; None where these can't be told.

    WikiPathways' graphs are not ours to judge.
    """
    from kg.export.details import WP_PATHWAY
    from kg.rdf import find_rdf_files
    from kg.store import extract_graphs
    from kg.store.embedded import is_store_folder

    if not has_pathways and not is_store_folder(Path(data)):
        return _findings(find_rdf_files(data))
    with TemporaryDirectory(prefix="kg-report-") as folder:
        figures = Path(folder) / "figures.nt"
        if extract_graphs(data, expand("doco:Figure")[1:-1], WP_PATHWAY, figures):
            return _findings([figures])
    note("not validated: figures and pathways stand in one graph")
    return None


def _findings(paths: list[Path]) -> list[Finding]:
    """Return what the project's shapes find, the most frequent first."""
    from kg.validate import load_shapes
    from kg.validate import validate as validate_files

    results = validate_files(paths, load_shapes(None)).results
    counts = Counter((result.severity, result.message) for result in results)
    return [
        (compress(severity).partition(":")[2], message, count)
        for (severity, message), count in counts.most_common()
    ]
