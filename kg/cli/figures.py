"""What `kg merge` and `kg overlap` share: the two sides that they take, and how figures come.

Figures are RDF, or pages, which are built first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from kg.cli.console import note, progress
from kg.errors import Problem

Command = TypeVar("Command", bound=Callable[..., object])


def takes_both_sides(command: Command) -> Command:
    """Give a command its figures, PFOCR..., and its pathways, --wikipathways SOURCE."""
    figures = click.argument("figures", metavar="PFOCR...", nargs=-1, required=True)
    pathways = click.option(
        "--wikipathways",
        "pathways",
        metavar="SOURCE",
        multiple=True,
        required=True,
        help="WikiPathways' RDF: a folder, the release's zip, a file, an endpoint's URL; repeat.",
    )
    return figures(pathways(command))


@contextmanager
def open_figures(sources: Sequence[str]) -> Iterator[tuple[list[Path], list[Problem]]]:
    """Yield the RDF files and stores of figures, with the problems of pages.

    A source whose name tells an RDF format is taken as it is, and so is the folder of a store.
    All others are pages, as `kg build` takes them: they are built into a temporary file.
    """
    from kg.build import build
    from kg.rdf import find_rdf_files
    from kg.store.embedded import is_store_folder
    from kg.write import parse_output
    from kg.write.formats import format_of

    stores = [Path(source) for source in sources if is_store_folder(Path(source))]
    given = [*stores, *find_rdf_files(*filter(format_of, sources))]
    pages = [source for source in sources if not (format_of(source) or Path(source) in stores)]
    if not pages:
        yield given, []
        return
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        built = Path(folder) / "figures.nt.gz"
        with progress("building", "pages") as update:
            summary = build(pages, [parse_output(str(built))], progress=update)
        for problem in summary.lost:
            note(str(problem))
        yield [*given, built], summary.lost
