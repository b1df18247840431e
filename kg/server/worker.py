"""A worker process: opens the store for reading, and answers one query at a time.

It says nothing to anyone but its server, and ends when that ends.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, TypeVar

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions

from kg.errors import KgError
from kg.server.description import write_triples
from kg.server.formats import SOLUTIONS, TRIPLES
from kg.server.limits import RefusedError
from kg.server.results import write_boolean, write_rows
from kg.server.service import asks_others
from kg.store import EmbeddedStore
from kg.store.disk import is_disk_store, read_marker
from kg.store.embedded import query_error

READY = "ready"
_PR_SET_PDEATHSIG = 1


class Task(NamedTuple):
    """A query, and how its result is wanted.

    `solutions` and `triples` are the media types for a result of either form; None means that
    the client takes no such form. Graphs are the protocol's `default-graph-uri` and
    `named-graph-uri`. Relative IRIs in the query are relative to `base_iri`.
    """

    query: str
    solutions: str | None = SOLUTIONS["json"]
    triples: str | None = TRIPLES["turtle"]
    rows: int = 100_000
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base_iri: str | None = None


class Outcome(NamedTuple):
    """The content of an answer and its media type, or the error that there is instead."""

    media_type: str = ""
    content: bytes = b""
    error: KgError | None = None


def work(folder: str, pipe: Connection, memory_bytes: int) -> None:
    """Answer the tasks that come through a pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(memory_bytes)
    source = Source(Path(folder))
    with suppress(RefusedError):  # told when a query comes
        source.open()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        pipe.send(READY)
        while True:
            task = pipe.recv()
            pipe.send(do_task(source, task))


def _limit(memory_bytes: int) -> None:
    """Limit this process's memory, and let it end when its server does, even amid a query."""
    if sys.platform == "win32":
        return
    import ctypes
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Source:
    """The store that is served; a newer load is taken up with the next query."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = ""
        self._store: EmbeddedStore | None = None

    def open(self) -> EmbeddedStore:
        """Return the store; raise RefusedError, which names no path, where it can't be read now."""
        try:
            data = read_marker(self._folder).data if is_disk_store(self._folder) else ""
            if self._store is None or data != self._data:
                self._store, self._data = EmbeddedStore.open(self._folder), data
        except KgError as error:
            message = f"what is served {error.problem.message}"
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message) from None
        return self._store


def do_task(source: Source, task: Task) -> Outcome:
    """Evaluate a query and write its result; whatever goes wrong is in the outcome."""
    try:
        return _answer(source.open(), task)
    except SyntaxError as error:
        return Outcome(error=query_error(str(error), "query"))
    except KgError as error:
        return Outcome(error=error)
    except (MemoryError, OSError, RuntimeError, ValueError) as error:
        if asks_others(task.query):
            message = f"an endpoint that SERVICE asks, or the query itself, failed: {error}"
            return Outcome(error=RefusedError(HTTPStatus.BAD_GATEWAY, message))
        return Outcome(error=RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, f"failed: {error}"))


def _answer(source: EmbeddedStore, task: Task) -> Outcome:
    is_union = not (task.default_graphs or task.named_graphs)
    answer = source.store.query(
        task.query,
        base_iri=task.base_iri,
        use_default_graph_as_union=is_union,
        default_graph=None if is_union else list(map(NamedNode, task.default_graphs)),
        named_graphs=None if is_union else list(map(NamedNode, task.named_graphs)),
    )
    if isinstance(answer, QuerySolutions):
        media_type = _wanted(task.solutions, "solutions")
        names = [variable.value for variable in answer.variables]
        rows = _limited(map(list, answer), task.rows)
        return Outcome(media_type, write_rows(names, rows, media_type))
    if isinstance(answer, QueryBoolean):
        media_type = _wanted(task.solutions, "solutions")
        return Outcome(media_type, write_boolean(bool(answer), media_type))
    media_type = _wanted(task.triples, "triples")
    return Outcome(media_type, write_triples(_limited(answer, task.rows), media_type))


def _wanted(media_type: str | None, form: str) -> str:
    if media_type is None:
        message = f"the answer is {form}, in none of the formats that Accept names"
        raise RefusedError(HTTPStatus.NOT_ACCEPTABLE, message)
    return media_type


Item = TypeVar("Item")


def _limited(answer: Iterable[Item], rows: int) -> list[Item]:
    """Return the rows of an answer; raise RefusedError where they are too many."""
    found = list(islice(answer, rows + 1))
    if len(found) > rows:
        message = f"the answer has more than {rows:,} rows"
        hint = "ask for a part with LIMIT and OFFSET, or take the data whole"
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, hint)
    return found
