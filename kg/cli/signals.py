"""End a command in good order when it is told to end, as Ctrl-C does."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class TerminatedError(KeyboardInterrupt):
    """The process was told to end."""


def exit_code_of(error: BaseException) -> int:
    """Return the exit code that shells give to what Ctrl-C or SIGTERM has ended.

    click makes an Abort of either, and names its cause.
    """
    was_told = isinstance(error, TerminatedError) or isinstance(error.__cause__, TerminatedError)
    return 128 + (signal.SIGTERM if was_told else signal.SIGINT)


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
    """Interrupt; another signal ends at once."""
    del frame
    signal.signal(number, signal.SIG_DFL)
    raise TerminatedError


def _hang_up(number: int, frame: object) -> None:
    """Do what SIGTERM does, which the server handles in its own way."""
    del number, frame
    signal.raise_signal(signal.SIGTERM)
