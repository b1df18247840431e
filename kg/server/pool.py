"""Worker processes that answer queries, so that a runaway query can be stopped.

pyoxigraph has no time limit, and a thread can't be stopped. A worker that answers too late is
killed, and another takes its place; the server answers on.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import deque
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from kg.server.limits import Limits, RefusedError
from kg.server.service import name_addresses
from kg.server.worker import Outcome, Task, work

if TYPE_CHECKING:
    from kg.server.relay import Relay

_CONTEXT = multiprocessing.get_context("spawn")
_START_S = 30.0


class Worker:
    """A worker process and the pipe to it."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        arguments = (str(folder), theirs, limits.memory_bytes)
        self._process = _CONTEXT.Process(target=work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self._is_new = True

    def ask(self, task: Task, timeout_s: float) -> Outcome:
        """Answer a task; raise RefusedError, the worker ended, where that takes too long."""
        try:
            if self._is_new:
                self._wait(_START_S, "a worker's start", "try again in a minute")
                self._pipe.recv()
                self._is_new = False
            self._pipe.send(task)
            hint = "ask for less: name a figure, a gene or a year, or add LIMIT"
            self._wait(timeout_s, "the query", hint)
            outcome: Outcome = self._pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.end()
            message = "the query needed more memory than there is, and was stopped"
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message) from None
        return outcome

    def _wait(self, timeout_s: float, what: str, hint: str) -> None:
        """Wait until the worker says something; end it where that takes too long."""
        if not self._pipe.poll(timeout_s):
            self.end()
            message = f"{what} took longer than {timeout_s:g} s, and was stopped"
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message, hint)

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _make_relay(limits: Limits) -> Relay | None:
    if not limits.services:
        return None
    from kg.server.relay import Relay  # loads an HTTP server and client, which few need

    return Relay(limits.services, limits.timeout_s)


class Pool:
    """The workers of a server: one at first, more as they are needed."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self.limits = limits
        self._idle = deque([Worker(folder, limits)])
        self._free = asyncio.Semaphore(limits.workers)
        self._relay = _make_relay(limits)
        self._waiting = 0

    async def run(self, task: Task) -> Outcome:
        """Answer a task with the first worker that is free; raise RefusedError."""
        if self._waiting >= self.limits.waiting:
            message = "too many queries are waiting"
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message, "try again in a minute")
        if self._relay is not None:
            task = task._replace(query=name_addresses(task.query, self._relay.addresses))
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        worker = self._idle.popleft() if self._idle else Worker(self._folder, self.limits)
        outcome = await asyncio.shield(self._ask(worker, task))
        if outcome.error is not None:
            raise outcome.error
        return outcome

    async def _ask(self, worker: Worker, task: Task) -> Outcome:
        """Put a task to a worker, and make it free again, whoever still waits for the answer."""
        try:
            return await asyncio.to_thread(worker.ask, task, self.limits.timeout_s)
        finally:
            alive = worker if worker.is_alive else Worker(self._folder, self.limits)
            self._idle.append(alive)
            self._free.release()

    def end(self) -> None:
        for worker in self._idle:
            worker.end()
        if self._relay is not None:
            self._relay.end()
