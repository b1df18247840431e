"""The reference tables that records are mapped with, in one: genes of HGNC, families of FamPlex.

What travels to the processes and machines of a build is the names of files (`TableFiles`); each
process reads them once (`load_tables`).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.reference.famplex import Famplex, embedded_famplex
from kg.reference.famplex_read import famplex_files, read_famplex
from kg.reference.files import find_digests
from kg.reference.hgnc import Hgnc, embedded_hgnc
from kg.reference.hgnc_read import read_hgnc


class Tables:
    """Tables to map with; one that is not given is the embedded one, loaded when first needed.

    Equal only to itself: what is computed by tables is kept by them.
    """

    __slots__ = ("_famplex", "_hgnc")

    def __init__(self, hgnc: Hgnc | None = None, famplex: Famplex | None = None) -> None:
        self._hgnc = hgnc
        self._famplex = famplex

    @property
    def hgnc(self) -> Hgnc:
        return embedded_hgnc() if self._hgnc is None else self._hgnc

    @property
    def famplex(self) -> Famplex:
        return embedded_famplex() if self._famplex is None else self._famplex


EMBEDDED = Tables()
"""The tables that ship with the package."""


class TableFiles(NamedTuple):
    """What a user gives instead of embedded tables: HGNC's file, the folder of FamPlex's files.

    `digests` are of their content (`find_table_files`): changed files are other tables.
    """

    hgnc: str | None = None
    famplex: str | None = None
    digests: tuple[str, ...] = ()


def find_table_files(
    hgnc: str | Path | None = None, famplex: str | Path | None = None
) -> TableFiles:
    """Return the files that are given; raise UsageError where one is not there."""
    paths = [] if hgnc is None else [Path(hgnc)]
    paths += [] if famplex is None else famplex_files(Path(famplex))
    return TableFiles(
        None if hgnc is None else str(hgnc),
        None if famplex is None else str(famplex),
        tuple(digest for _, digest in find_digests(paths)),
    )


@lru_cache(maxsize=2)
def load_tables(files: TableFiles) -> Tables:
    """Return the tables of files; kept by the process.

    The members of a given FamPlex are resolved by a given HGNC, else by the embedded one. Raises
    DataError, with file and line, where a file is not what it should be.
    """
    if files == TableFiles():
        return EMBEDDED
    hgnc = None if files.hgnc is None else read_hgnc(Path(files.hgnc))
    if files.famplex is None:
        return Tables(hgnc)
    return Tables(hgnc, read_famplex(Path(files.famplex), Tables(hgnc).hgnc))
