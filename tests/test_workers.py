"""Tasks in processes: in order, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.workers import DeadWorkerError, map_in_processes

pytestmark = pytest.mark.slow


def prepare(work: Callable[[int], object]) -> Callable[[int], object]:
    return work


def fail_to_prepare() -> Callable[[int], object]:
    raise UsageError("not ready")


def nap(number: int) -> tuple[int, int]:
    time.sleep((number % 3) / 50)
    return number, os.getpid()


def slow_at_0(number: int) -> int:
    time.sleep(0 if number else 0.5)
    return number


def big(number: int) -> bytes:
    return bytes(10_000_000) if number else b""


def die_at_3(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse_2(number: int) -> int:
    if number == 2:
        raise UsageError("two is refused", hint="another")
    return number


def sleep_long(number: int) -> int:
    time.sleep(60 * number)
    return number


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_come_in_order_from_all_workers() -> None:
    results = list(map_in_processes(partial(prepare, nap), range(40), 3))
    assert [number for number, _ in results] == list(range(40))
    assert len({pid for _, pid in results}) == 3


def test_tasks_are_drawn_a_few_ahead() -> None:
    drawn = 0

    def tasks() -> Iterator[int]:
        nonlocal drawn
        for number in range(1000):
            drawn += 1
            yield number

    results = map_in_processes(partial(prepare, nap), tasks(), 2)
    assert next(results)[0] == 0
    assert drawn <= 12  # type: ignore[unreachable] # changed by the generator
    results.close()


def test_a_slow_task_holds_the_others_up_for_a_while() -> None:
    assert list(map_in_processes(partial(prepare, slow_at_0), range(60), 3)) == list(range(60))


def test_no_tasks() -> None:
    assert list(map_in_processes(partial(prepare, nap), [], 2)) == []


def test_what_a_task_raises_is_raised() -> None:
    results = map_in_processes(partial(prepare, refuse_2), range(5), 2)
    with pytest.raises(UsageError) as caught:
        list(results)
    assert str(caught.value) == "two is refused\nhint: another"


def test_what_preparing_raises_is_raised() -> None:
    with pytest.raises(UsageError) as caught:
        list(map_in_processes(fail_to_prepare, range(5), 2))
    assert str(caught.value) == "not ready"


def test_a_dead_worker_is_told_with_its_task() -> None:
    with pytest.raises(DeadWorkerError) as caught:
        list(map_in_processes(partial(prepare, die_at_3), range(9), 2))
    assert caught.value.task == 3
    assert caught.value.exit_code == -signal.SIGKILL


@pytest.mark.parametrize("work", [sleep_long, big])
def test_no_process_stays_when_it_is_closed(work: Callable[[int], object]) -> None:
    """Not even one that sleeps, or is about to write more than a pipe takes."""
    from multiprocessing import active_children

    results = map_in_processes(partial(prepare, work), range(9), 2)
    assert next(results) in (0, b"")
    pids = [child.pid for child in active_children()]
    time.sleep(0.3)
    start_s = time.monotonic()
    results.close()
    assert time.monotonic() - start_s < 5
    assert len(pids) == 2
    assert not any(map(is_running, filter(None, pids)))


def test_script_without_a_guard_is_not_run_again_by_the_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from functools import partial\n"
        "from kg.workers import map_in_processes\n"
        "print(*map_in_processes(partial(partial, str), range(3), 2))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("0 1 2\n", "", 0)
