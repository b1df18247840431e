"""Containers of pages: folders and archives, here or at a URL; files in them by name.

A container answers `names()` and `read(name)`; a new kind of place is a new container here and
nothing else. `kg.read.biothings` has the one of a dump.
"""

from __future__ import annotations

import errno
import os
import stat
import tarfile
import weakref
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol

from kg.errors import DataError, at
from kg.read.biothings import Dump, is_dump
from kg.read.spool import open_file, spool
from kg.remote import is_url, open_filesystem


class Container(Protocol):
    """A place that holds named files."""

    def names(self) -> Iterable[str]: ...

    def read(self, name: str) -> bytes | None: ...


class Folder:
    """A folder of the file system; names are paths below it, with `/`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def names(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            prefix = os.path.relpath(folder, self._path).replace(os.sep, "/")
            for name in files:
                if not name.startswith("."):
                    yield name if prefix == "." else f"{prefix}/{name}"

    def read(self, name: str) -> bytes | None:
        path = f"{self._path}/{name}"
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for a writer
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EINVAL, "it is not a file")
            size = found.st_size
            content = os.read(handle, size + 1)
            while len(content) < size and (more := os.read(handle, size)):
                content += more
            return content
        finally:
            os.close(handle)


class RemoteFolder:
    """A folder at a URL; names are paths below it."""

    def __init__(self, url: str) -> None:
        self._filesystem, self._path = open_filesystem(url)

    def names(self) -> Iterator[str]:
        start = len(self._path.rstrip("/")) + 1
        for path in self._filesystem.find(self._path):
            yield path[start:]

    def read(self, name: str) -> bytes | None:
        try:
            content: bytes = self._filesystem.cat_file(f"{self._path.rstrip('/')}/{name}")
        except FileNotFoundError:
            return None
        return content


class Zip:
    """A zip archive; members are read one by one."""

    def __init__(self, path: str) -> None:
        file = open_file(path)
        weakref.finalize(self, file.close)
        self._zip = zipfile.ZipFile(file)
        self._names = set(self._zip.namelist())

    def names(self) -> Iterable[str]:
        return self._names

    def read(self, name: str) -> bytes | None:
        return self._zip.read(name) if name in self._names else None


class Tar:
    """A plain tar archive, read at the offsets of its index."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 - stays open as long as the container
        weakref.finalize(self, self._file.close)
        with tarfile.open(fileobj=self._file) as tar:
            self._index = {
                member.name.removeprefix("./"): (member.offset_data, member.size)
                for member in tar
                if member.isfile()
            }

    def names(self) -> Iterable[str]:
        return self._index

    def read(self, name: str) -> bytes | None:
        if name not in self._index:
            return None
        offset, size = self._index[name]
        return os.pread(self._file.fileno(), size, offset)


def is_archive(path: str) -> bool:
    return path.endswith((".zip", ".tar", ".tar.gz", ".tgz"))


@lru_cache(maxsize=8)
def open_container(path: str) -> Container:
    """Open a folder, archive or dump; each process keeps the last few open."""
    with at(path):
        try:
            if path.endswith(".zip"):
                return Zip(path)
            if path.endswith(".tar") and not is_url(path):
                return Tar(path)
            if is_archive(path):
                return Tar(spool(path))
            if is_dump(path):
                return Dump(spool(path) if path.endswith(".gz") or is_url(path) else path)
        except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            raise DataError(f"is not a readable archive or dump: {error}") from None
    return RemoteFolder(path) if is_url(path) else Folder(path)


def read_file(container: str, name: str) -> bytes | None:
    """Read a file of a container, None if it is not there; raise DataError if it is broken."""
    try:
        return open_container(container).read(name)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        said = getattr(error, "strerror", None) or error  # RuntimeError: zipfile's of a password
        raise DataError(f"can't be read: {said}", file=show(container, name)) from None


def show(container: str, name: str) -> str:
    """Return the name of a file as messages give it."""
    if is_dump(container):
        return container
    if is_archive(container):
        return f"{container}!{name}"
    return f"{container}/{name}" if is_url(container) else os.path.join(container, name)
