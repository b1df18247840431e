"""What a description says that the data does not: when, from what, by whom, where it can be had."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from kg.errors import DataError, UsageError
from kg.reference import PMC_IDS, find_table_files, load_tables
from kg.reference import Source as Table
from kg.write.formats import FORMATS, format_of

TITLE = "Published pathway figures (PFOCR) as a knowledge graph"
PAGES = "https://pfocr.wikipathways.org/"
PAPER = "https://doi.org/10.1186/s13059-020-02181-2"
PUBLISHER = "https://w3id.org/pfocr/"
_BLOCK_BYTES = 1 << 20


class Source(NamedTuple):
    """What a build read: its name; its version, of a checkout the git commit; a page about it.

    `digests` are name and SHA-256 (hexadecimal) of the files that a table was read from.
    """

    name: str
    version: str | None = None
    iri: str | None = None
    digests: tuple[tuple[str, str], ...] = ()


class Distribution(NamedTuple):
    """A file that the graph is published in; the digest is SHA-256, in hexadecimal."""

    name: str
    format: str
    is_compressed: bool
    size_bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class About:
    """The facts of one version of the data set.

    `issued` is a time of any zone; `version` defaults to its date. `sources` are the pages,
    `tables` the reference tables that the build used. `base` is the address of the folder that
    the files are published in, `endpoint` that of a SPARQL endpoint, `previous` the version
    before this one.
    """

    issued: datetime
    version: str = ""
    sources: tuple[Source, ...] = ()
    tables: tuple[Source, ...] = ()
    publisher: str = PUBLISHER
    base: str | None = None
    endpoint: str | None = None
    previous: str | None = None
    tool: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", self.version or f"{self.issued:%Y-%m-%d}")
        object.__setattr__(self, "tool", self.tool or version("pfocr-kg"))

    @property
    def tool_iri(self) -> str:
        return f"https://w3id.org/pfocr/software/pfocr-kg/{quote(self.tool)}"


def build_time() -> datetime:
    """Return the time to write down: SOURCE_DATE_EPOCH where it is set, else now.

    See https://reproducible-builds.org/specs/source-date-epoch/. Raises UsageError for a value
    that is no number of seconds.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {text!r}", hint="seconds since 1970, for example 1795305600"
        ) from None


def find_sources(paths: Iterable[str | Path]) -> tuple[Source, ...]:
    """Return the sources of a build, with the commit of those that lie in a checkout.

    A source is named by the last part of its path: where it lay on one machine is nobody's
    business.
    """
    return tuple(
        Source(Path(path).resolve().name if "://" not in str(path) else str(path), _commit(path))
        for path in paths
    )


def find_tables(
    *,
    hgnc: str | Path | None = None,
    famplex: str | Path | None = None,
    pmc_ids: str | Path | None = None,
) -> tuple[Source, ...]:
    """Return the reference tables of a build: those of the package, or the files given instead.

    Their version is the date that they state, of a checkout of FamPlex its commit.
    """
    tables = load_tables(find_table_files(hgnc, famplex))
    is_checkout = famplex is not None and (Path(famplex) / ".git").exists()
    commit = _commit(famplex) if famplex is not None and is_checkout else None
    found = [as_source(tables.famplex.source, commit), as_source(tables.hgnc.source)]
    return (*found, *([] if pmc_ids is None else [_pmc_ids(Path(pmc_ids))]))


def _pmc_ids(path: Path) -> Source:
    """Return NCBI's table of papers as what a build read; a pipe is gone by then."""
    digests = ((path.name, file_digest(path)[1]),) if path.is_file() else ()
    return Source("PMC-ids.csv", iri=PMC_IDS, digests=digests)


def as_source(table: Table, version: str | None = None) -> Source:
    """Return a reference table as what a build read."""
    return Source(table.title, version or table.date, table.url, table.digests)


def _commit(path: str | Path) -> str | None:
    """Return the commit that is checked out where a source lies, None where it has no source."""
    place = Path(path)
    folder, name = (place, "") if place.is_dir() else (place.parent, place.name)
    command = ["git", "-C", str(folder), "rev-parse", "HEAD", f"HEAD:./{name}"]
    try:
        found = subprocess.run(  # noqa: S603 - no shell, and git is looked up as always
            command, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.split()[0]


def find_distribution(path: str | Path) -> Distribution:
    """Return the facts of a file; raise UsageError where its name does not tell the format."""
    name = Path(path).name
    format = format_of(name)
    if format is None:
        known = ", ".join(form.extension for form in FORMATS.values())
        raise UsageError(
            f"the format of {str(path)!r} can't be told from its name", hint=f"known: {known}"
        )
    size, digest = file_digest(path)
    return Distribution(name, format, name.endswith(".gz"), size, digest)


def file_digest(path: str | Path) -> tuple[int, str]:
    """Return size in bytes and SHA-256 digest of a file."""
    found, size = sha256(), 0
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK_BYTES):
                found.update(block)
                size += len(block)
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(path)) from None
    return size, found.hexdigest()
