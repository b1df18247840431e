"""Find pages in folders, archives, dumps and single files, without reading them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from kg.errors import Problem, UsageError
from kg.read.biothings import Dump, flavour_of, is_dump
from kg.read.containers import Folder, RemoteFolder, is_archive, open_container
from kg.read.place import FIGURES, Page, read_wpid_map
from kg.remote import is_url

_HIDDEN = re.compile(r"(?:^|/)\.[^/.]")


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
    read_wpid_map.cache_clear()
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
    return [name for name in pages if PurePosixPath(name).parent.name == FIGURES] or pages


def _split(source: str) -> tuple[str, str]:
    """Return container and name of a single page; the container holds its side tables too."""
    folder, _, name = source.rpartition("/")
    if folder.rpartition("/")[2] == FIGURES:
        return folder.rpartition("/")[0] or ".", f"{FIGURES}/{name}"
    return folder or ("/" if source.startswith("/") else "."), name


def _find_remote(url: str) -> tuple[str, list[str]]:
    if url.endswith(".md"):
        container, name = _split(url)
        return container, [name]
    return url.rstrip("/"), _choose(RemoteFolder(url.rstrip("/")).names())


def _folder_pages(folder: str) -> Iterator[str]:
    base = FIGURES if os.path.isdir(f"{folder}/{FIGURES}") else ""
    for name in Folder(os.path.join(folder, base)).names():
        if name.endswith(".md"):
            yield f"{base}/{name}" if base else name
