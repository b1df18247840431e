"""The embedded store: Oxigraph, in memory or in a folder on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph

from kg.errors import DataError, QueryError
from kg.rdf import load_file
from kg.store.answer import Answer
from kg.store.disk import is_disk_store, open_for_reading
from kg.store.locks import check_unused


class EmbeddedStore:
    """An Oxigraph store in this process."""

    def __init__(self, store: pyoxigraph.Store | None = None, lock: int | None = None) -> None:
        self.store = pyoxigraph.Store() if store is None else store
        self._lock = lock

    def __del__(self) -> None:
        if self._lock is not None:
            os.close(self._lock)

    @classmethod
    def load(cls, paths: Iterable[Path]) -> EmbeddedStore:
        """Load RDF files into a store in memory, which holds everything."""
        loaded = cls()
        for path in paths:
            load_file(loaded.store, path)
        return loaded

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open the store in a folder, for reading: one that `kg load` made, or Oxigraph's own."""
        if is_disk_store(folder):
            return cls(*open_for_reading(folder))
        try:
            check_unused(folder)
            return cls(pyoxigraph.Store.read_only(str(folder)))
        except (OSError, RuntimeError) as error:
            raise DataError(f"can't be read as a store: {error}", file=str(folder)) from None

    def query(self, text: str, name: str = "query") -> Answer:
        try:
            return self.store.query(text, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise query_error(str(error), name) from None
        except (OSError, RuntimeError) as error:
            raise QueryError(f"can't be answered: {error}", file=name) from None


def query_error(message: str, name: str) -> QueryError:
    """Return the error for a query that Oxigraph's parser refuses.

    The parser says `error at 2:9: expected one of …`. Among what its grammar might go on with,
    which tells a reader little beyond the place, stand sentences that tell what is wrong.
    """
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?", message)
    if match is None:
        return QueryError(f"is not SPARQL: {' '.join(message.split())}", file=name, hint=HINT)
    line, column = match.groups()
    told = [part for part in message[match.end() :].split(", ") if _SENTENCE.fullmatch(part)]
    return QueryError(
        ": ".join([f"is not SPARQL at column {column}", *told]),
        file=name,
        line=int(line),
        hint=HINT,
    )


_SENTENCE = re.compile(r"[\w*]+(?: [\w*]+)+")
HINT = "SPARQL 1.1, https://www.w3.org/TR/sparql11-query/; prefixes are declared with PREFIX"


def is_store_folder(path: Path) -> bool:
    """Return whether a folder is a store; CURRENT, in Oxigraph's own, names RocksDB's manifest."""
    return is_disk_store(path) or (path / "CURRENT").is_file()
