"""PMC-ids.csv: the PubMed identifiers and DOIs of papers in PubMed Central.

NCBI publishes it daily. It is the user's, never embedded: over ten million rows, 200 MB gzipped.

Decision: one pass that keeps the wanted papers alone. Rows are found by their PMCID in raw
bytes, and only those are parsed: a million rows take half a second, a third of what it takes to
parse them all, and memory grows with the papers wanted, not with the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from kg.errors import DataError
from kg.reference.files import open_bytes

PMC_IDS = "https://ftp.ncbi.nlm.nih.gov/pub/pmc/PMC-ids.csv.gz"
_CHUNK_BYTES = 1 << 22
_PMCID = re.compile(rb"PMC[0-9]+")
_PMID = re.compile(r"[1-9][0-9]*")
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_COLUMNS = ("PMCID", "PMID", "DOI")


class PaperIds(NamedTuple):
    """The identifiers of a paper beside its PMCID."""

    pmid: str | None
    doi: str | None


def read_pmc_ids(path: Path, wanted: Iterable[str]) -> dict[str, PaperIds]:
    """Return the identifiers of the wanted papers, by PMCID (`PMC100003`); `.gz` too.

    A paper that the file lacks, or has in a row that is not whole, is not in the answer; an
    identifier that is not of its form is None. Raises DataError where the file lacks a column.
    """
    names = frozenset(pmcid.encode() for pmcid in wanted)
    found: dict[str, PaperIds] = {}
    with open_bytes(path) as file:
        header = _parse_row(file.readline().removeprefix(b"\xef\xbb\xbf"))
        missing = [name for name in _COLUMNS if name not in header]
        if missing:
            message = f"is not PMC-ids.csv: there is no column {', '.join(missing)}"
            raise DataError(message, hint=f"take it from {PMC_IDS}", line=1)
        places = [header.index(name) for name in _COLUMNS]
        for line, name in _iter_hits(file, names):
            row = _parse_row(line)
            if len(row) != len(header):
                continue
            pmcid, pmid, doi = (row[place] for place in places)
            if pmcid == name:
                found[pmcid] = PaperIds(_matching(_PMID, pmid), _matching(_DOI, doi))
    return found


def _parse_row(line: bytes) -> list[str]:
    return next(csv.reader([line.decode(errors="replace")]), [])


def _matching(pattern: re.Pattern[str], text: str) -> str | None:
    return text if pattern.fullmatch(text) else None


def _iter_hits(file: IO[bytes], names: frozenset[bytes]) -> Iterator[tuple[bytes, str]]:
    """Yield each line that has a wanted PMCID somewhere, with that PMCID."""
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        lines = rest + chunk
        end = lines.rfind(b"\n") + 1
        yield from _hits(lines, end, names)
        rest = lines[end:]
    yield from _hits(rest, len(rest), names)


def _hits(lines: bytes, end: int, names: frozenset[bytes]) -> Iterator[tuple[bytes, str]]:
    for match in _PMCID.finditer(lines, 0, end):
        if match[0] in names:
            first = lines.rfind(b"\n", 0, match.start()) + 1
            last = lines.find(b"\n", match.end())
            yield lines[first : last if last >= 0 else end], match[0].decode()
