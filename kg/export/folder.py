"""Write a folder of files, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import UsageError, WriteError


@contextmanager
def open_folder(folder: str | Path) -> Iterator[Path]:
    """Open a temporary folder beside the target; rename it when the body ends without error.

    On any error nothing is left. Raises UsageError where the target holds something, and
    WriteError where it can't be written.
    """
    target = Path(folder)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise UsageError(f"{str(folder)!r} is there already", hint="name a new or empty folder")
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.absolute().parent))
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    try:
        yield made
        made.chmod(0o755)
        made.replace(target)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
