"""Locks on stores: who writes, who reads. A lock ends with its process, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kg.errors import DataError

if sys.platform != "win32":
    import fcntl


def take_lock(path: Path, *, is_shared: bool = False) -> int | None:
    """Lock a file or folder; return what to unlock, None where there is nothing to lock.

    A shared lock is waited for; for an exclusive one that another process holds back,
    BlockingIOError is raised.
    """
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def unlock(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def check_unused(folder: Path) -> None:
    """Raise DataError for an Oxigraph store that another process writes to.

    RocksDB holds a POSIX lock on the file LOCK; what a reader saw beside a writer is undefined.
    """
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder / "LOCK", os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        hint = "query the program that holds it, or stop that"
        message = "is a store that another process holds open"
        raise DataError(message, file=str(folder), hint=hint) from None
    finally:
        os.close(handle)
