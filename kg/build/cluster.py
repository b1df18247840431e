"""The engine of a cluster: the same jobs on Dask (https://distributed.dask.org).

A job is a function of the pages it names: a worker that dies costs the jobs it held, which Dask
gives to another. Workers open the sources for themselves, so these must be at a place that all
of them see: a shared folder, or a URL.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from kg.build.shards import Job, JobResult, do_job
from kg.errors import MissingExtraError, WorkerError

_JOBS_AHEAD = 4
_RETRIES = 5


def run_dask(scheduler: str) -> Callable[[Iterable[Job]], Iterator[JobResult]]:
    """Return the engine of the cluster whose scheduler has an address, like tcp://host:8786.

    Raises MissingExtraError without the extra `cluster`; the engine raises WorkerError where the
    scheduler can't be reached, or a job kills every worker that it is given to.
    """
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("distributed", "cluster") from None

    def run(jobs: Iterable[Job]) -> Iterator[JobResult]:
        try:
            client = distributed.Client(scheduler, timeout="10s", set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise WorkerError(f"there is no Dask scheduler at {scheduler}: {error}") from None
        with client:
            try:
                yield from _in_order(client, jobs)
            except distributed.scheduler.KilledWorker as error:
                raise WorkerError(
                    f"a job lost every worker that it was given to: {error}",
                    hint="the workers may have too little memory",
                ) from None

    return run


def _in_order(client: Any, jobs: Iterable[Job]) -> Iterator[JobResult]:
    """Submit jobs some way ahead, and yield their results in order."""
    ahead = max(2, _JOBS_AHEAD * sum(client.nthreads().values()))
    waiting: deque[Any] = deque()
    remaining = iter(jobs)
    while True:
        for job in islice(remaining, ahead - len(waiting)):
            waiting.append(client.submit(do_job, job, pure=False, retries=_RETRIES))
        if not waiting:
            return
        yield waiting.popleft().result()
