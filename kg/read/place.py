"""Where a page lies, and what lies beside it: its side tables, the map of WikiPathways ids.

A `Page` is small and can be sent to another process, which opens the folder or archive for
itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from kg.errors import DataError, KgError, Problem
from kg.read.containers import read_file, show
from kg.read.wpids import parse_wpid_map

FIGURES, _DATA = "_figures", "_data"
"""The folders of pages and of side tables in the PFOCR database."""


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
        content = read_file(self.container, self.name)
        if content is None:
            raise DataError("there is no such page")
        return content

    def read_table(self, kind: str, figid: str | None) -> tuple[str, bytes] | None:
        """Return shown name and content of a side table, or None where there is none.

        It has the name of the figure, or that of the page.
        """
        folder, _, file = self.name.rpartition("/")
        stem = file.rpartition(".")[0]
        for figure in (stem,) if figid in (None, stem) else (figid, stem):
            for data in _table_folders(folder):
                name = f"{data}{figure}-{kind}.tsv"
                content = read_file(self.container, name)
                if content is not None:
                    return show(self.container, name), content
        return None

    def wpids(self, figid: str) -> tuple[str, ...]:
        """Return the WikiPathways ids that the `wpid_map.tsv` beside the page gives a figure."""
        return self.wpid_map()[0].get(figid, ())

    def wpid_map(self) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
        """Return the map beside the page, and its problems; read once for a folder."""
        return read_wpid_map(self.container, self.name.rpartition("/")[0])


@lru_cache(maxsize=64)
def _table_folders(folder: str) -> tuple[str, ...]:
    """Return where the side tables of the pages in a folder may be; each ends in a slash."""
    here = PurePosixPath(folder)
    above = here.parent if here.parts else PurePosixPath("..")
    if here.name == FIGURES:
        return (f"{above / _DATA}/",)
    return (f"{folder}/" if folder else "", f"{here / _DATA}/", f"{above / _DATA}/")


@lru_cache(maxsize=64)
def read_wpid_map(
    container: str, folder: str
) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
    """Read the `wpid_map.tsv` near a folder of pages; a map that can't be read costs itself."""
    wpids: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for data in _table_folders(folder):
        name = f"{data}wpid_map.tsv"
        try:
            content = read_file(container, name)
        except KgError as error:
            problems.append(replace(error.problem, lost="table"))
            continue
        if content is not None:
            found, more = parse_wpid_map(show(container, name), content)
            wpids |= {figid: (*wpids.get(figid, ()), *ids) for figid, ids in found.items()}
            problems += more
    return wpids, tuple(problems)
