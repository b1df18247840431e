"""Load into the store on disk: fill new data beside what answers, then let it answer."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode

from kg.errors import DataError, WriteError
from kg.rdf import load_file
from kg.store.disk import (
    LOCK,
    MARKER,
    Marker,
    count_graphs,
    is_disk_store,
    not_readable,
    open_for_reading,
    read_marker,
    write_marker,
)
from kg.store.locks import take_lock, unlock
from kg.terms import Term, iri

DATASET_GRAPH = iri("https://w3id.org/pfocr/graph/figures")
"""The named graph of the figures, unless another one is asked for."""

Progress = Callable[[int, int], None]

_DATA = "data-"
_INCOMING = "incoming-"


def load_store(
    folder: Path,
    paths: Iterable[Path],
    graph: Term = DATASET_GRAPH,
    *,
    progress: Progress | None = None,
) -> dict[Term, int]:
    """Load RDF files into the store in a folder; return the graphs loaded, and their counts.

    Triples without a graph of their own go into `graph`. Each graph that the files hold is
    replaced, all others stay. `progress` is told bytes read and bytes in all. Raises DataError
    for malformed RDF, files without a triple and a store in use, WriteError for a folder that
    can't be written or holds something else; the store is then as it was.
    """
    with open_loading(folder) as loading:
        return loading.load(list(paths), graph, progress)


@contextmanager
def open_loading(folder: Path) -> Iterator[Loading]:
    """Take the right to load into a folder, which is made if need be; one process has it."""
    _check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LOCK).touch()
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    try:
        lock = take_lock(folder / LOCK)
    except BlockingIOError:
        hint = "wait until it has ended"
        message = "is being loaded by another process"
        raise DataError(message, file=str(folder), hint=hint) from None
    loading = Loading(folder)
    try:
        loading.clear()
        yield loading
    finally:
        loading.clear()
        unlock(lock)


@dataclass(frozen=True, slots=True)
class Loading:
    """The right to load into a folder."""

    folder: Path

    def make_room(self) -> Path:
        """Return a new folder for files that are made to be loaded; it is removed at the end."""
        room = self.folder / f"{_INCOMING}{secrets.token_hex(4)}"
        room.mkdir()
        return room

    def load(
        self, paths: list[Path], graph: Term = DATASET_GRAPH, progress: Progress | None = None
    ) -> dict[Term, int]:
        """Load files as `load_store` does."""
        data = self.folder / f"{_DATA}{secrets.token_hex(8)}"
        try:
            graphs, loaded = self._fill(data, paths, graph, progress)
            write_marker(self.folder, Marker(data.name, graphs))
        except OSError as error:
            message = f"can't be written: {error.strerror or error}"
            raise WriteError(message, file=str(self.folder)) from None
        return loaded

    def _fill(
        self, data: Path, paths: list[Path], graph: Term, progress: Progress | None
    ) -> tuple[dict[Term, int], dict[Term, int]]:
        """Fill a data folder; return the counts of all graphs, and of those that were loaded."""
        store = pyoxigraph.Store(str(data))
        done, total = 0, sum(path.stat().st_size for path in paths)
        for path in paths:
            load_file(store, path, graph)
            done += path.stat().st_size
            if progress is not None:
                progress(done, total)
        loaded = count_graphs(store)
        if not loaded:
            shown = ", ".join(map(str, paths))
            raise DataError("holds no triple: nothing was replaced", file=shown)
        kept = {name: n for name, n in self._answering().graphs.items() if name not in loaded}
        if kept:
            self._copy(store, kept)
        store.optimize()
        store.flush()
        return {**kept, **loaded}, loaded

    def _answering(self) -> Marker:
        """Return what answers: at first, nothing."""
        is_filled = (self.folder / MARKER).is_file()
        return read_marker(self.folder) if is_filled else Marker("", {})

    def _copy(self, store: pyoxigraph.Store, names: Iterable[Term]) -> None:
        """Copy graphs of the data that answers."""
        former, lock = open_for_reading(self.folder)
        try:
            for name in names:
                graph = NamedNode(name[1:-1]) if name else DefaultGraph()
                store.bulk_extend(former.quads_for_pattern(None, None, None, graph))
        except RuntimeError as error:
            raise not_readable(self.folder, error) from None
        finally:
            unlock(lock)

    def clear(self) -> None:
        """Remove data that does not answer and nobody reads, and what killed loads left."""
        answering = self._answering().data
        for left in self.folder.iterdir():
            if left.name.startswith((_DATA, _INCOMING)) and left.name != answering:
                with suppress(BlockingIOError):
                    lock = take_lock(left)
                    shutil.rmtree(left, ignore_errors=True)
                    unlock(lock)


def _check_folder(folder: Path) -> None:
    """Refuse a folder that holds something else."""
    if not folder.exists() or is_disk_store(folder):
        return
    hint = "name a new or empty folder"
    if not folder.is_dir():
        raise WriteError("is a file, not the folder of a store", file=str(folder), hint=hint)
    if (folder / "CURRENT").is_file():
        message = "is a store that Oxigraph made, not kg"
        raise WriteError(message, file=str(folder), hint=hint)
    if any(folder.iterdir()):
        raise WriteError("holds something that is no store", file=str(folder), hint=hint)
