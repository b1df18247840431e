"""Data on its way to a triplestore: checked and counted first, then cut into chunks.

Decision: what is to be loaded goes into an Oxigraph store first. It is then known to be well
formed before anything is sent, each triple comes once and so can be counted on both sides, and
the chunks are the same each time, so that a load that was broken off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, serialize

from kg.errors import DataError
from kg.rdf import find_rdf_files, load_file
from kg.store.disk import count_graphs, is_disk_store, open_for_reading, read_marker
from kg.terms import Term

_READ_BYTES = 1 << 20


class Gathered:
    """Data to load: each graph with its count, and its triples in chunks."""

    def __init__(self, store: pyoxigraph.Store, digest: str) -> None:
        self.digest = digest
        self.graphs = dict(sorted(count_graphs(store).items()))
        self._store = store

    def close(self) -> None:
        """Let go of the data, which can be removed then."""
        del self._store

    def iter_chunks(self, graph: Term, size: int) -> Iterator[bytes]:
        """Yield the triples of a graph without blank nodes as N-Triples, in a fixed order.

        A chunk has at most `size` of them.
        """
        quads = (quad for quad in self._quads(graph) if not _is_blank(quad))
        while some := list(islice(quads, size)):
            yield _serialize(some)

    def blank_chunk(self, graph: Term) -> bytes:
        """Return the triples of a graph with blank nodes; empty where there is none.

        They go together: a blank node is known by its label within one document alone.
        """
        return _serialize(quad for quad in self._quads(graph) if _is_blank(quad))

    def _quads(self, graph: Term) -> Iterator[Quad]:
        name = NamedNode(graph[1:-1]) if graph else DefaultGraph()
        return self._store.quads_for_pattern(None, None, None, name)


def _is_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _serialize(quads: Iterable[Quad]) -> bytes:
    content = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    assert content is not None  # noqa: S101 - no output was given
    return content


@contextmanager
def gather(data: Sequence[str | Path], graph: Term) -> Iterator[Gathered]:
    """Gather RDF files, folders of them, or the store that `kg load` made in a folder.

    Triples without a graph of their own go into `graph`. Raises DataError for malformed RDF and
    for data without a triple.
    """
    if len(data) == 1 and is_disk_store(Path(data[0])):
        store, _ = open_for_reading(Path(data[0]))
        yield _check(Gathered(store, read_marker(Path(data[0])).data), data)
        return
    paths = find_rdf_files(*data)
    with tempfile.TemporaryDirectory(prefix="kg-load-", ignore_cleanup_errors=True) as folder:
        store = pyoxigraph.Store(folder)
        digest = hashlib.blake2b(graph.encode(), digest_size=8)
        for path in paths:
            load_file(store, path, graph)
            _add(digest, path)
        gathered = Gathered(store, digest.hexdigest())
        del store
        try:
            yield _check(gathered, data)
        finally:
            gathered.close()


def _check(gathered: Gathered, data: Sequence[str | Path]) -> Gathered:
    if not gathered.graphs:
        raise DataError("holds no triple", file=", ".join(map(str, data)))
    return gathered


def _add(digest: hashlib.blake2b, path: Path) -> None:
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
