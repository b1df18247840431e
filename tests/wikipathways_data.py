"""What the tests of merging share: merged data in memory."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from conftest import HERE, shared_data
from pyoxigraph import NamedNode, Quad, Store

from kg.build import build
from kg.query import text_of
from kg.store import EmbeddedStore
from kg.wikipathways import GRAPHS as NAMES
from kg.wikipathways import MergeReport, Options, merge
from kg.wikipathways.content import Content, ContentReader
from kg.wikipathways.sources import find_documents, iter_statements
from kg.write import parse_output

WIKIPATHWAYS = HERE / "data" / "wikipathways"
"""Pathways of our own making, in the layouts of WikiPathways' generator."""


class GraphNodes(NamedTuple):
    """The names of the three graphs as pyoxigraph has them."""

    figures: NamedNode
    pathways: NamedNode
    links: NamedNode


GRAPHS = GraphNodes(*(NamedNode(name[1:-1]) for name in NAMES))


@cache
def given_figures() -> Path:
    """Return the figures of all pages beside the repository, built once; skip without them."""
    folder = tempfile.mkdtemp(prefix="kg-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    figures = Path(folder) / "figures.nt"
    build(shared_data("pfocr", "pfocr-tables"), [parse_output(str(figures))], workers=1)
    return figures


def merge_to_store(
    pages: Sequence[Path], pathways: Iterable[Path], options: Options | None = None
) -> EmbeddedStore:
    """Return a store in memory of pages merged with WikiPathways."""
    return merge_and_report(pages, pathways, options)[0]


def merge_and_report(
    pages: Sequence[Path], pathways: Iterable[Path], options: Options | None = None
) -> tuple[EmbeddedStore, MergeReport]:
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.nt"
        build(pages, [parse_output(str(figures))], workers=1)
        return merge_figures(figures, pathways, options)


def merge_figures(
    figures: Path, pathways: Iterable[Path], options: Options | None = None
) -> tuple[EmbeddedStore, MergeReport]:
    store = Store()

    def target(quads: Iterable[Quad]) -> None:
        store.bulk_extend(quads)

    report = merge([figures], pathways, target, options)
    return EmbeddedStore(store), report


def read_contents(source: str | Path) -> list[Content]:
    """Return what the documents of a source say, sorted."""
    contents = []
    for document in find_documents([source]):
        reader = ContentReader()
        for _ in reader.passing(iter_statements(document)):
            pass
        contents.append(reader.content())
    return sorted(contents)


def shown(term: str | None) -> str:
    """Return a term's text; numbers by value, since engines write doubles in their own ways."""
    text = text_of(term)
    return f"{float(text):.4g}" if term is not None and "XMLSchema#double" in term else text
