"""The store on disk: Oxigraph's data, and a marker that says which data answers.

    DIR/kg-store.json   format, the data folder that answers, its graphs with their counts
    DIR/data-1f3a…/     Oxigraph's own files
    DIR/lock            held while something is loaded

A load fills a new data folder, optimizes it, and then replaces the marker, which is one atomic
rename: killed at any moment, what answered before still answers, and the next load removes what
was left behind. A reader holds a lock on the data that it reads, and keeps it as long as it wants.

Decision: no load into the data that answers. Oxigraph has no transaction that spans a bulk load,
and a folder can't be put in another's place atomically; a file can. Graphs that stay are copied,
which costs half of what loading them costs. Refused: `Store.backup` and removing the old graph,
which holds every removed quad in memory and takes three times as long.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions

from kg.errors import DataError, WriteError, at
from kg.rdf import load_file
from kg.terms import Term, iri

if sys.platform != "win32":
    import fcntl

FORMAT = 1
MARKER = "kg-store.json"
DATASET_GRAPH = iri("https://w3id.org/pfocr/graph/figures")
"""The named graph of the figures, unless another one is asked for."""

Progress = Callable[[int, int], None]

_LOCK = "lock"
_DATA = "data-"
_INCOMING = "incoming-"
_AGAIN = "load it again, into a new folder"
_ATTEMPTS = 5


class Marker(NamedTuple):
    """What the marker says: the data folder's name, and its graphs with their triple counts."""

    data: str
    graphs: dict[Term, int]


def is_disk_store(folder: Path) -> bool:
    """Return whether a folder is, or was meant to be, a store that `kg load` made."""
    return (folder / MARKER).is_file() or (folder / _LOCK).is_file()


def read_marker(folder: Path) -> Marker:
    """Read a store's marker; raise DataError where it is of another version, or missing."""
    with at(str(folder)):
        try:
            content = json.loads((folder / MARKER).read_bytes())
            if content["format"] != FORMAT:
                told = f"has format {content['format']}, and this program reads {FORMAT}"
                raise DataError(f"is a store of another version: it {told}", hint=_AGAIN)
            return Marker(content["data"], {_term(g): n for g, n in content["graphs"].items()})
        except FileNotFoundError:
            message = "is a store to which nothing was ever loaded to the end"
            raise DataError(message, hint="load it again") from None
        except OSError as error:
            raise DataError(f"can't be read: {error.strerror}") from None
        except (ValueError, LookupError, TypeError, AttributeError):
            raise DataError(f"is a store whose {MARKER} is damaged", hint=_AGAIN) from None


def _term(name: str) -> Term:
    return iri(name) if name else ""


def open_for_reading(folder: Path) -> tuple[pyoxigraph.Store, int | None]:
    """Return the data that answers, and a lock on it, which the reader keeps while it reads.

    Raises DataError for a store that is half written, damaged or of another version.
    """
    for _ in range(_ATTEMPTS):
        data = folder / read_marker(folder).data
        lock = _lock(data, is_shared=True)  # waits while the data is being removed
        if data.is_dir():
            try:
                return pyoxigraph.Store.read_only(str(data)), lock
            except OSError as error:
                message = f"can't be opened as a store: {error}"
                raise DataError(message, file=str(folder), hint=_AGAIN) from None
    message = f"is a store whose {read_marker(folder).data} is missing"
    raise DataError(message, file=str(folder), hint=_AGAIN)


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
        (folder / _LOCK).touch()
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    try:
        lock = _lock(folder / _LOCK)
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
        _unlock(lock)


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
            _write_marker(self.folder, Marker(data.name, graphs))
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
        kept: dict[Term, int] = {}
        if (self.folder / MARKER).is_file():
            kept = {
                name: count
                for name, count in read_marker(self.folder).graphs.items()
                if name not in loaded
            }
            self._copy(store, kept)
        store.optimize()
        store.flush()
        return {**kept, **loaded}, loaded

    def _copy(self, store: pyoxigraph.Store, names: Iterable[Term]) -> None:
        """Copy graphs of the data that answers."""
        former, lock = open_for_reading(self.folder)
        for name in names:
            graph = NamedNode(name[1:-1]) if name else DefaultGraph()
            store.bulk_extend(former.quads_for_pattern(None, None, None, graph))
        _unlock(lock)

    def clear(self) -> None:
        """Remove data that does not answer and nobody reads, and what killed loads left."""
        is_filled = (self.folder / MARKER).is_file()
        answering = read_marker(self.folder).data if is_filled else ""
        for left in self.folder.iterdir():
            if left.name.startswith((_DATA, _INCOMING)) and left.name != answering:
                with suppress(BlockingIOError):
                    lock = _lock(left)
                    shutil.rmtree(left, ignore_errors=True)
                    _unlock(lock)


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


def _write_marker(folder: Path, marker: Marker) -> None:
    """Put a marker in place, on the disk and not merely in its cache."""
    graphs = {name[1:-1]: count for name, count in sorted(marker.graphs.items())}
    content = {"format": FORMAT, "data": marker.data, "graphs": graphs}
    temporary = folder / f".{MARKER}.part"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / MARKER)


def count_graphs(store: pyoxigraph.Store) -> dict[Term, int]:
    """Return the graphs of a store that hold something, with their triple counts; "" the default.

    >>> from pyoxigraph import NamedNode, Quad
    >>> store = pyoxigraph.Store()
    >>> store.add(Quad(*[NamedNode("https://e/a")] * 4))
    >>> count_graphs(store)
    {'<https://e/a>': 1}
    """
    named = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    counts = {"": _counts(store, "SELECT ('' AS ?g) (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0][1]}
    counts.update(_counts(store, named))
    return {name: count for name, count in counts.items() if count}


def _counts(store: pyoxigraph.Store, text: str) -> list[tuple[Term, int]]:
    answer = store.query(text)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - it is a SELECT
    return [
        (str(g) if isinstance(g, NamedNode | BlankNode) else "", int(n.value)) for g, n in answer
    ]


def _lock(path: Path, *, is_shared: bool = False) -> int | None:
    """Lock a file or folder; return what to unlock, None where there is nothing to lock.

    A shared lock is waited for; for an exclusive one that another process holds back,
    BlockingIOError is raised. A lock ends with its process, however that ends.
    """
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _unlock(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def check_unused(folder: Path) -> None:
    """Raise DataError for an Oxigraph store that another process writes to.

    RocksDB holds a POSIX lock on the file LOCK; what a reader saw beside a writer is undefined.
    """
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder / "LOCK", os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        hint = "query the program that holds it, or stop that"
        message = "is a store that another process holds open"
        raise DataError(message, file=str(folder), hint=hint) from None
    finally:
        os.close(handle)
