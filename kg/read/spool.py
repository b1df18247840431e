"""Plain copies of what is packed or far away, for reading at any place of it."""

from __future__ import annotations

import atexit
import getpass
import os
import shutil
import tempfile
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from isal import igzip

from kg.remote import is_url, open_filesystem


def open_file(path: str) -> Any:
    """Open a file, here or at a URL, for reading at any place of it."""
    if is_url(path):
        filesystem, inner = open_filesystem(path)
        return filesystem.open(inner)
    return open(path, "rb")


def spool(path: str) -> str:
    """Return a plain copy of a tar archive or dump in the temporary folder.

    gzip has no random access, and pages must be met in the order of their ids: one plain file
    replaces 400,000 unpacked ones. All processes of a machine share it; the one that made it
    removes it when it ends.
    """
    known = path if is_url(path) else repr((os.path.abspath(path), os.stat(path)))
    user = getattr(os, "getuid", getpass.getuser)()  # in a container, a user may have no name
    folder = os.path.join(tempfile.gettempdir(), f"kg-{user}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    copy = os.path.join(folder, blake2b(known.encode(), digest_size=12).hexdigest())
    if not os.path.exists(copy):
        handle, partial = tempfile.mkstemp(dir=folder)
        atexit.register(_remove, copy)
        try:
            with os.fdopen(handle, "wb") as target, open_file(path) as packed:
                is_packed = path.endswith((".gz", ".tgz"))
                plain = igzip.open(packed, "rb") if is_packed else packed
                shutil.copyfileobj(plain, target, 1 << 20)
            os.replace(partial, copy)
        finally:
            _remove(partial)
    return copy


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
