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
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, QuerySolutions

from kg.errors import DataError, at
from kg.store.locks import take_lock, unlock
from kg.terms import Term, iri

FORMAT = 1
MARKER = "kg-store.json"
LOCK = "lock"

_AGAIN = "load it again, into a new folder"
_ATTEMPTS = 5


class Marker(NamedTuple):
    """What the marker says: the data folder's name, and its graphs with their triple counts."""

    data: str
    graphs: dict[Term, int]


def is_disk_store(folder: Path) -> bool:
    """Return whether a folder is, or was meant to be, a store that `kg load` made."""
    return (folder / MARKER).is_file() or (folder / LOCK).is_file()


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
        lock = take_lock(data, is_shared=True)  # waits while the data is being removed
        if data.is_dir():
            try:
                return pyoxigraph.Store.read_only(str(data)), lock
            except (OSError, RuntimeError) as error:
                unlock(lock)
                raise not_readable(folder, error) from None
    message = f"is a store whose {read_marker(folder).data} is missing"
    raise DataError(message, file=str(folder), hint=_AGAIN)


def not_readable(folder: Path, error: Exception) -> DataError:
    """Return the error for a store whose data Oxigraph can't read: it is damaged."""
    message = f"can't be read as a store: {error}"
    return DataError(message, file=str(folder), hint=_AGAIN)


def write_marker(folder: Path, marker: Marker) -> None:
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
