"""The engine of one machine: jobs in worker processes, or in this one."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from kg.build.shards import Job, JobResult, do_job
from kg.errors import WorkerError

_NEW_OBJECTS = 500_000


def run_local(workers: int) -> Callable[[Iterable[Job]], Iterator[JobResult]]:
    """Return the engine of this machine with a number of worker processes; 1: none at all."""

    def run(jobs: Iterable[Job]) -> Iterator[JobResult]:
        return map(do_job, jobs) if workers == 1 else _in_processes(jobs, workers)

    return run


def _in_processes(jobs: Iterable[Job], workers: int) -> Iterator[JobResult]:
    """Yield the results of jobs in their order.

    Raises WorkerError, with the pages that it held, where a worker dies; no process stays.
    """
    from kg.workers import DeadWorkerError, map_in_processes

    try:
        yield from map_in_processes(_prepare_worker, jobs, workers)
    except DeadWorkerError as error:
        raise _death(error.task, error.exit_code) from None


def _prepare_worker() -> Callable[[Job], JobResult]:
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    return do_job


@contextmanager
def garbage_is_rare() -> Iterator[None]:
    """Look for garbage rarely meanwhile.

    A build makes millions of small objects and no cycles: searching them takes a sixth of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _death(job: Job, exit_code: int | None) -> WorkerError:
    """Say which pages a dead worker held."""
    pages = [page for shard in job.shards for page in shard]
    return WorkerError(
        f"a worker process died (exit code {exit_code}) while it held the "
        f"{len(pages)} pages from {pages[0].key} to {pages[-1].key}; nothing was written",
        hint="it may have run out of memory: try again, or with fewer --workers",
    )
