"""Find pages in folders, archives and single files, without reading them.

A `Page` says where a page lies; it is small and can be sent to another process, which opens
the folder or archive for itself. A container answers `names()` and `read(name)`; a new kind of
place is a new container here and nothing else.
"""

from __future__ import annotations

import atexit
import errno
import getpass
import os
import re
import shutil
import stat
import tarfile
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from isal import igzip

from kg.errors import DataError, KgError, Problem, UsageError, at
from kg.read.biothings import Dump, flavour_of, is_dump
from kg.read.wpids import parse_wpid_map
from kg.remote import is_url, open_filesystem

_FIGURES, _DATA = "_figures", "_data"
_HIDDEN = re.compile(r"(?:^|/)\.[^/.]")


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page lies: the container (folder or archive) and the name in it.

    `key` is the figid that the page is expected to have: pages are put in order and dealt out
    by it before any is read.
    """

    container: str
    name: str
    key: str

    @property
    def shown(self) -> str:
        """The name that messages use."""
        return show(self.container, self.name)

    def read(self) -> bytes:
        content = _read(self.container, self.name)
        if content is None:
            raise DataError("there is no such page")
        return content

    def read_table(self, kind: str, figid: str | None) -> tuple[str, bytes] | None:
        """Return shown name and content of a side table, or None where there is none.

        It has the name of the figure, or that of the page.
        """
        page = PurePosixPath(self.name)
        for stem in dict.fromkeys((figid or page.stem, page.stem)):
            for folder in _table_folders(page.parent):
                name = str(folder / f"{stem}-{kind}.tsv")
                content = _read(self.container, name)
                if content is not None:
                    return show(self.container, name), content
        return None

    def wpids(self, figid: str) -> tuple[str, ...]:
        """Return the WikiPathways ids that the `wpid_map.tsv` beside the page gives a figure."""
        return self.wpid_map()[0].get(figid, ())

    def wpid_map(self) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
        """Return the map beside the page, and its problems; read once for a folder."""
        return _read_wpid_map(self.container, self.name.rpartition("/")[0])


def show(container: str, name: str) -> str:
    if is_dump(container):
        return container
    if is_archive(container):
        return f"{container}!{name}"
    return f"{container}/{name}" if is_url(container) else os.path.join(container, name)


def _table_folders(folder: PurePosixPath) -> tuple[PurePosixPath, ...]:
    if folder.name == _FIGURES:
        return (folder.parent / _DATA,)
    above = folder.parent if folder.parts else PurePosixPath("..")
    return (folder, folder / _DATA, above / _DATA)


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
        file = _open_file(path)
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


def _open_file(path: str) -> Any:
    """Open a file, here or at a URL, for reading at any place of it."""
    if is_url(path):
        filesystem, inner = open_filesystem(path)
        return filesystem.open(inner)
    return open(path, "rb")


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
                return Tar(_spool(path))
            if is_dump(path):
                return Dump(_spool(path) if path.endswith(".gz") or is_url(path) else path)
        except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            raise DataError(f"is not a readable archive or dump: {error}") from None
    return RemoteFolder(path) if is_url(path) else Folder(path)


def _read(container: str, name: str) -> bytes | None:
    """Read a file of a container, None if it is not there; raise DataError if it is broken."""
    try:
        return open_container(container).read(name)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        said = getattr(error, "strerror", None) or error  # RuntimeError: zipfile's of a password
        raise DataError(f"can't be read: {said}", file=show(container, name)) from None


def _spool(path: str) -> str:
    """Return a plain copy of a tar archive or dump in the temporary folder.

    gzip has no random access, and pages must be met in the order of their ids: one plain file
    replaces 400,000 unpacked ones. All processes of a machine share it; the one that made it
    removes it when it ends.
    """
    known = path if is_url(path) else repr((os.path.abspath(path), os.stat(path)))
    folder = os.path.join(tempfile.gettempdir(), f"kg-{getpass.getuser()}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    spool = os.path.join(folder, blake2b(known.encode(), digest_size=12).hexdigest() + ".tar")
    if not os.path.exists(spool):
        handle, partial = tempfile.mkstemp(dir=folder)
        atexit.register(_remove, spool)
        try:
            with os.fdopen(handle, "wb") as target, _open_file(path) as packed:
                is_packed = path.endswith((".gz", ".tgz"))
                plain = igzip.open(packed, "rb") if is_packed else packed
                shutil.copyfileobj(plain, target, 1 << 20)
            os.replace(partial, spool)
        finally:
            _remove(partial)
    return spool


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def find_pages(
    sources: Iterable[str | Path], flavour: str | None = None
) -> tuple[list[Page], list[Problem]]:
    """Find the pages of folders, archives, files and dumps, each once, sorted by key.

    A folder that has `_figures/` gives the pages in there; any other folder all `.md` files
    below it. The `wpid_map.tsv` beside the pages is read here. `flavour` is that of the dumps
    whose names do not tell it. Raises UsageError for a source that does not exist or holds no
    page.
    """
    open_container.cache_clear()
    _read_wpid_map.cache_clear()
    pages: dict[tuple[str, str], Page] = {}
    folders: dict[tuple[str, str], Page] = {}
    for source in map(str, sources):
        found = list(_find_entries(source, flavour) if is_dump(source) else _find(source))
        if not found:
            raise UsageError(
                f"there are no pages in {source!r}",
                hint="give a folder with _figures/, a folder of .md files, single pages, a dump",
            )
        for page in found:
            pages[page.container, page.name] = page
            folders.setdefault((page.container, page.name.rpartition("/")[0]), page)
    problems = [problem for page in folders.values() for problem in page.wpid_map()[1]]
    return sorted(pages.values(), key=lambda page: (page.key, page.container, page.name)), problems


def _find(source: str) -> Iterator[Page]:
    if not is_url(source) and not os.path.exists(source):
        raise UsageError(f"{source!r} does not exist")
    if is_archive(source):
        container, names = source, _choose(open_container(source).names())
    elif is_url(source):
        container, names = _find_remote(source)
    elif os.path.isdir(source):
        container = source.rstrip("/") or "/"
        names = list(_folder_pages(container))
    else:
        container, name = _split(source)
        names = [name]
    for name in names:
        base = name.rpartition("/")[2]
        stem = base.rpartition(".")[0] or base
        yield Page(container, name, stem.encode("utf-8", "backslashreplace").decode())  # any bytes


def _find_entries(source: str, flavour: str | None) -> Iterator[Page]:
    if not is_url(source) and not os.path.exists(source):
        raise UsageError(f"{source!r} does not exist")
    known = flavour_of(source, flavour)
    dump = open_container(source)
    assert isinstance(dump, Dump)  # noqa: S101 - by its name
    for name, key in dump.entries(known):
        yield Page(source, name, key)


def _choose(names: Iterable[str]) -> list[str]:
    """Return the pages among names: those in a `_figures` folder, if there is one."""
    pages = [name for name in names if name.endswith(".md") and not _HIDDEN.search(name)]
    return [name for name in pages if PurePosixPath(name).parent.name == _FIGURES] or pages


def _split(source: str) -> tuple[str, str]:
    """Return container and name of a single page; the container holds its side tables too."""
    folder, _, name = source.rpartition("/")
    if folder.rpartition("/")[2] == _FIGURES:
        return folder.rpartition("/")[0] or ".", f"{_FIGURES}/{name}"
    return folder or ("/" if source.startswith("/") else "."), name


def _find_remote(url: str) -> tuple[str, list[str]]:
    if url.endswith(".md"):
        container, name = _split(url)
        return container, [name]
    return url.rstrip("/"), _choose(RemoteFolder(url.rstrip("/")).names())


def _folder_pages(folder: str) -> Iterator[str]:
    base = _FIGURES if os.path.isdir(f"{folder}/{_FIGURES}") else ""
    for name in Folder(os.path.join(folder, base)).names():
        if name.endswith(".md"):
            yield f"{base}/{name}" if base else name


@lru_cache(maxsize=64)
def _read_wpid_map(
    container: str, folder: str
) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
    """Read the `wpid_map.tsv` near a folder of pages; a map that can't be read costs itself."""
    wpids: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for data in _table_folders(PurePosixPath(folder)):
        name = str(data / "wpid_map.tsv")
        try:
            content = _read(container, name)
        except KgError as error:
            problems.append(replace(error.problem, lost="table"))
            continue
        if content is not None:
            found, more = parse_wpid_map(show(container, name), content)
            wpids |= {figid: (*wpids.get(figid, ()), *ids) for figid, ids in found.items()}
            problems += more
    return wpids, tuple(problems)
