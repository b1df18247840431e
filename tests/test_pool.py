"""Workers of the server that can't answer: a store that can't be read, a start that takes long."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest
from conftest import write_triples
from serving import ASK

from kg.server import pool
from kg.server.limits import Limits, RefusedError
from kg.server.pool import Worker
from kg.server.worker import Source, Task, do_task
from kg.store import load_store


def test_a_store_that_cannot_be_read_is_not_the_client_s_fault(tmp_path: Path) -> None:
    """The message is for the web: it names no path of the server's."""
    store = tmp_path / "store"
    load_store(store, [write_triples(tmp_path / "a.nt", 1)])
    source = Source(store)
    assert do_task(source, Task(ASK)).error is None
    marker = (store / "kg-store.json").read_text()
    (store / "kg-store.json").write_text("{")
    error = do_task(source, Task(ASK)).error
    assert isinstance(error, RefusedError)
    assert error.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert str(error) == "what is served is a store whose kg-store.json is damaged"
    (store / "kg-store.json").write_text(marker)
    assert do_task(source, Task(ASK)).error is None


def test_a_worker_that_does_not_start_is_ended(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_START_S", 0)
    worker = Worker(served, Limits())
    with pytest.raises(RefusedError) as caught:
        worker.ask(Task(ASK), 10)
    assert str(caught.value) == (
        "a worker's start took longer than 0 s, and was stopped\nhint: try again in a minute"
    )
    assert not worker.is_alive
