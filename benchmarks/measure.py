"""Measure a command: wall time, CPU time and peak memory of its whole process tree.

CPU is user and system time of the command and of all processes it has waited for, as the kernel
adds them up (`wait4`): exact. Memory is sampled: the proportional set size (PSS: private
memory, plus the due part of what is shared) of all processes of the tree, added up; where the
system has no PSS, the resident set size, which counts shared memory once a process. A peak
shorter than the time between two samples can be missed. That time is 50 ms, and longer where
sampling itself would take more than a twentieth of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

Outcome = Literal["done", "failed", "too long", "too large"]

_SAMPLE_S = 0.05
_SHARE = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use before it is ended."""

    wall_s: float = 7200.0
    memory_bytes: int = int(psutil.virtual_memory().total * 0.85)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run of a command cost, what came of it, and what it printed."""

    outcome: Outcome
    wall_s: float
    cpu_s: float
    peak_bytes: int
    output: str = ""


def measure(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    limits: Limits | None = None,
    accept: Sequence[int] = (0,),
) -> Measurement:
    """Run a command in a folder and measure it; exit codes not in `accept` are failures."""
    limits = limits or Limits()
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        watch = _Watch(process.pid, limits, start)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            watch.end("failed")
            raise
        wall_s = time.perf_counter() - start
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read().decode("utf-8", "replace")
    outcome = watch.outcome or ("done" if process.returncode in accept else "failed")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Measurement(outcome, wall_s, cpu_s, watch.peak_bytes, output)


class _Watch(threading.Thread):
    """Samples the memory of a process tree, and ends it when it goes beyond its limits."""

    def __init__(self, pid: int, limits: Limits, start: float) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.limits = limits
        self.start_s = start
        self.peak_bytes = 0
        self.outcome: Outcome | None = None
        self._finished = threading.Event()

    def run(self) -> None:
        pause_s = 0.0
        while not self._finished.wait(pause_s):
            before = time.perf_counter()
            self.peak_bytes = max(self.peak_bytes, tree_bytes(self.pid))
            now = time.perf_counter()
            if self.peak_bytes > self.limits.memory_bytes:
                self.end("too large")
            elif now - self.start_s > self.limits.wall_s:
                self.end("too long")
            pause_s = max(_SAMPLE_S, _SHARE * (now - before))

    def end(self, outcome: Outcome) -> None:
        """End the command and its children, which are a process group of their own."""
        self.outcome = outcome
        self._finished.set()
        os.killpg(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        self._finished.set()
        self.join()


def tree_bytes(pid: int) -> int:
    """Return the memory that a process and its descendants hold now."""
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_held_bytes, processes))


def _held_bytes(process: psutil.Process) -> int:
    try:
        held = process.memory_full_info()
    except psutil.Error:  # it has ended, or is about to
        return 0
    return int(getattr(held, "pss", held.rss))
