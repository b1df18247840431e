"""End a command in good order when it is told to end, as Ctrl-C does."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from kg.cli.console import note


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end what runs meanwhile so that it puts away what it was writing.

    Batch systems, containers and closed terminals send them. A signal that somebody ignores, as
    `nohup` does, or handles already, is left to them.
    """
    ends: dict[int, Any] = {signal.SIGTERM: _end}
    if sys.platform != "win32":
        ends[signal.SIGHUP] = _hang_up
    if threading.current_thread() is not threading.main_thread():
        ends = {}  # handlers are the main thread's
    taken = [number for number in ends if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, ends[number])
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: object) -> NoReturn:
    """Exit with the code that shells give; another signal ends at once."""
    del frame
    signal.signal(number, signal.SIG_DFL)
    note("interrupted; nothing was written")
    sys.exit(128 + number)


def _hang_up(number: int, frame: object) -> None:
    """Do what SIGTERM does, which the server handles in its own way."""
    del number, frame
    signal.raise_signal(signal.SIGTERM)
