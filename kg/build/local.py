"""The engine of one machine: jobs in worker processes, or in this one."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.build.shards import Job, JobResult, do_job
from kg.errors import WorkerError

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess

_JOBS_AHEAD = 3
"""How many jobs a worker may be ahead of the one whose result is waited for."""


def run_local(workers: int) -> Callable[[Iterable[Job]], Iterator[JobResult]]:
    """Return the engine of this machine with a number of worker processes; 1: none at all."""

    def run(jobs: Iterable[Job]) -> Iterator[JobResult]:
        return map(do_job, jobs) if workers == 1 else _in_processes(jobs, workers)

    return run


def _in_processes(jobs: Iterable[Job], workers: int) -> Iterator[JobResult]:
    """Yield the results of jobs in their order.

    Raises WorkerError, with the pages that it held, where a worker dies; no process stays.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    context = get_context("spawn")
    held = context.Array("q", 2 * workers)
    executor = ProcessPoolExecutor(workers, context, _prepare_worker, (held,))
    children: list[BaseProcess] = []
    waiting: deque[tuple[Job, Future[JobResult]]] = deque()
    numbered = enumerate(jobs)
    done = 0
    try:
        while True:
            for number, job in islice(numbered, workers * _JOBS_AHEAD - len(waiting)):
                waiting.append((job, executor.submit(_do_held_job, number, job)))
            children = children or active_children()
            if not waiting:
                return
            try:
                yield waiting[0][1].result()
            except BrokenProcessPool:
                at_work = {done + place: job for place, (job, _) in enumerate(waiting)}
                raise _death(children, held[:], at_work) from None
            waiting.popleft()
            done += 1
    finally:
        for child in children:  # what a worker would clean up at its end takes a second
            child.terminate()
        executor.shutdown(cancel_futures=True)


_held: Any = None


def _prepare_worker(held: Any) -> None:
    """Leave Ctrl-C to the parent, which ends its workers; look for garbage rarely.

    A job makes a million small objects and no cycles: searching them takes a sixth of the time.
    """
    global _held  # noqa: PLW0603 - what a worker holds is known to the process alone
    _held = held
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(500_000)


def _do_held_job(number: int, job: Job) -> JobResult:
    """Write down in the parent's memory which job this process holds, and do it."""
    pid = os.getpid()
    with _held.get_lock():
        slots = range(0, len(_held), 2)
        slot = next((s for s in slots if _held[s] == pid), None)
        if slot is None:
            slot = next(s for s in slots if _held[s] == 0)
        _held[slot], _held[slot + 1] = pid, number
    return do_job(job)


def _death(children: list[BaseProcess], held: list[int], at_work: dict[int, Job]) -> WorkerError:
    """Say which worker died, how, and which pages it held."""
    numbers = dict(zip(held[::2], held[1::2], strict=True))
    for child in children:
        child.join(timeout=1)
        job = at_work.get(numbers.get(child.pid or 0, -1))
        if job is not None and child.exitcode not in (None, 0, -signal.SIGTERM):
            pages = [page for shard in job.shards for page in shard]
            return WorkerError(
                f"a worker process died (exit code {child.exitcode}) while it held the "
                f"{len(pages)} pages from {pages[0].key} to {pages[-1].key}; nothing was written",
                hint="it may have run out of memory: try again, or with fewer --workers",
            )
    return WorkerError("a worker process died; nothing was written", hint="try again")
