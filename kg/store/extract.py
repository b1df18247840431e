"""Take the graphs of one kind out of data that holds graphs of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, Triple

from kg.rdf import find_rdf_files, iter_quads
from kg.store.embedded import EmbeddedStore, is_store_folder

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def extract_graphs(data: str | Path, wanted: str, unwanted: str, target: Path) -> bool:
    """Write the triples of the graphs that hold a resource of a class, as N-Triples.

    Classes are IRIs. Data is an RDF file, a folder of them, or a store on disk, and is read twice.
    Returns whether the graphs can be told apart: False, and nothing is written, where one of them
    holds a resource of the unwanted class as well.
    """
    kinds: dict[str, set[str]] = {wanted: set(), unwanted: set()}
    for _, predicate, kind, graph in _iter_all(data):
        if predicate.value == _TYPE and kind.value in kinds:
            kinds[kind.value].add(str(graph))
    if kinds[wanted] & kinds[unwanted]:
        return False
    with target.open("wb") as output:
        pyoxigraph.serialize(_iter_within(data, kinds[wanted]), output, RdfFormat.N_TRIPLES)
    return True


def _iter_within(data: str | Path, graphs: set[str]) -> Iterator[Triple]:
    for quad in _iter_all(data):
        if str(quad.graph_name) in graphs:
            yield quad.triple


def _iter_all(data: str | Path) -> Iterator[Quad]:
    if not is_store_folder(Path(data)):
        files: Iterable[Iterator[Quad]] = map(iter_quads, find_rdf_files(data))
        yield from chain.from_iterable(files)
        return
    opened = EmbeddedStore.open(Path(data))  # as long as it lives, what it reads stays
    yield from opened.store.quads_for_pattern(None, None, None, None)
