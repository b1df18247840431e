"""Do tasks in worker processes of this machine, and hand on the results in order.

Decision: each worker has a pipe of its own, unlike in `concurrent.futures`. There all results come
through one pipe under one lock: a worker that is ended while it writes leaves everybody waiting
for ever, and nobody knows what a dead worker held.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.pool import ExceptionWithTraceback  # type: ignore[attr-defined] # not in stubs
from types import ModuleType
from typing import Any, Generic, NoReturn, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_CONTEXT = get_context("spawn")
_END_S = 10.0
_RESULTS_AHEAD = 4
"""How many results a worker may be ahead of the one whose turn it is."""


class DeadWorkerError(Exception):
    """A worker process died; `task` is what it held."""

    def __init__(self, task: Any, exit_code: int | None) -> None:
        super().__init__(f"a worker process died (exit code {exit_code})")
        self.task = task
        self.exit_code = exit_code


def map_in_processes(
    prepare: Callable[[], Callable[[Task], Result]], tasks: Iterable[Task], count: int
) -> Iterator[Result]:
    """Yield the results of tasks in their order, from `count` processes.

    Each process calls `prepare` once, for the function that it then does its tasks with. Tasks
    are drawn a few ahead, while the workers are busy. Raises what a task raises, DeadWorkerError
    where a worker dies. Whenever the iterator ends or is closed, no process stays.
    """
    team: list[_Worker[Task, Result]] = [_Worker(prepare) for _ in range(count)]
    try:
        yield from _in_order(team, enumerate(tasks))
    finally:
        for worker in team:
            worker.end()


def _in_order(
    team: list[_Worker[Task, Result]], tasks: Iterator[tuple[int, Task]]
) -> Iterator[Result]:
    drawn: deque[tuple[int, Task]] = deque()
    results: dict[int, Result] = {}
    turn = 0
    is_drained = False
    while True:
        for worker in team:
            if drawn and worker.held is None and drawn[0][0] < turn + _RESULTS_AHEAD * len(team):
                worker.give(drawn.popleft())
        if turn in results:
            yield results.pop(turn)
            turn += 1
            continue
        busy = [worker for worker in team if worker.held is not None]
        if is_drained and not busy:
            return
        has_enough = is_drained or len(drawn) >= len(team)
        done = wait([worker.pipe for worker in busy], None if has_enough else 0)
        results |= dict(worker.take() for worker in busy if worker.pipe in done)
        if not done:
            task = next(tasks, None)
            is_drained = task is None
            drawn += [] if task is None else [task]


class _Worker(Generic[Task, Result]):
    """A worker process, and the task that it holds."""

    def __init__(self, prepare: Callable[[], Callable[[Task], Result]]) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.held: tuple[int, Task] | None = None
        self._process = _CONTEXT.Process(target=_work, args=(prepare, theirs), daemon=True)
        with _no_main():
            self._process.start()
        theirs.close()

    def give(self, task: tuple[int, Task]) -> None:
        self.held = task
        try:
            self.pipe.send(task[1])
        except (BrokenPipeError, ConnectionResetError):
            self._is_dead()

    def take(self) -> tuple[int, Result]:
        """Return number and result of the task that it held; wait for it."""
        assert self.held is not None  # noqa: S101 - asked of busy workers alone
        try:
            outcome: tuple[BaseException | None, Result] = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._is_dead()
        error, result = outcome
        if error is not None:
            raise error
        (number, _), self.held = self.held, None
        return number, result

    def _is_dead(self) -> NoReturn:
        self._process.join(_END_S)
        held = None if self.held is None else self.held[1]
        raise DeadWorkerError(held, self._process.exitcode) from None

    def end(self) -> None:
        """End the process; it may put away what it was writing."""
        self._process.terminate()
        self._process.join(_END_S)
        self._process.kill()
        self._process.join()
        self.pipe.close()


@contextmanager
def _no_main() -> Iterator[None]:
    """Keep a process that is started from running the main module, which it has no need of.

    A script would build again within the build, unless it guards itself (`if __name__ == …`).
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class _EndedError(BaseException):
    """The parent ends this worker."""


def _work(prepare: Callable[[], Callable[[Any], Any]], pipe: Connection) -> None:
    """Do tasks until there is no parent any more, or it says so; Ctrl-C is for the parent.

    The process ends at once: to free a hundred megabytes object by object takes a second.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    with suppress(_EndedError, EOFError, BrokenPipeError, ConnectionResetError):
        _do_tasks(prepare, pipe)
    os._exit(0)


def _end(*_: object) -> NoReturn:
    raise _EndedError


def _do_tasks(prepare: Callable[[], Callable[[Any], Any]], pipe: Connection) -> None:
    do: Callable[[Any], Any] | None = None
    while True:
        task = pipe.recv()
        try:
            do = do or prepare()
            outcome = None, do(task)
        except Exception as error:
            outcome = ExceptionWithTraceback(error, error.__traceback__), None
        pipe.send(outcome)
