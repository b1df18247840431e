"""Read the tables that HGNC publishes, in either of its layouts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kg.errors import DataError, at
from kg.reference.files import find_digests, read_lines
from kg.reference.hgnc import SOURCE, Columns, Hgnc


class _Layout(NamedTuple):
    """The headers of a layout, in the order of `Columns`, and what separates several values."""

    headers: tuple[str, ...]
    separator: str


_LAYOUTS = (
    _Layout(  # hgnc_complete_set.txt
        (
            "hgnc_id",
            "symbol",
            "name",
            "status",
            "entrez_id",
            "ensembl_gene_id",
            "uniprot_ids",
            "mgd_id",
            "rgd_id",
            "alias_symbol",
            "prev_symbol",
        ),
        "|",
    ),
    _Layout(  # https://www.genenames.org/download/custom/
        (
            "HGNC ID",
            "Approved symbol",
            "Approved name",
            "Status",
            "NCBI Gene ID(supplied by NCBI)",
            "Ensembl gene ID",
            "UniProt ID(supplied by UniProt)",
            "Mouse genome database ID(supplied by MGI)",
            "Rat genome database ID(supplied by RGD)",
            "Alias symbols",
            "Previous symbols",
        ),
        ", ",
    ),
)
_HGNC_ID = re.compile(r"HGNC:([0-9]+)")
_STATUS_CODES = {"approved": "", "symbol withdrawn": "S", "entry withdrawn": "E"}


class _Check(NamedTuple):
    column: int
    pattern: re.Pattern[str]
    what: str
    example: str


_CHECKS = (
    _Check(0, _HGNC_ID, "an HGNC identifier", "HGNC:11701"),
    _Check(1, re.compile(r"[^|]+"), "a symbol", "BMAL1"),
    _Check(3, re.compile("|".join(_STATUS_CODES), re.IGNORECASE), "a status", "Approved"),
    _Check(4, re.compile(r"[0-9]*"), "an NCBI Gene identifier", "406"),
)


def read_hgnc(path: Path, date: str | None = None) -> Hgnc:
    """Read `hgnc_complete_set.txt` or a custom download of HGNC; `.gz` too.

    The official file has no withdrawn entries: their symbols are unknown to what is read from
    it. Raises DataError, with file and line, where a column is missing or a cell is wrong.
    """
    source = replace(SOURCE, date=date, digests=find_digests([path]))
    with at(str(path)):
        first, *lines = read_lines(path)
        header = _cells(first)
        layout = _choose_layout(header)
        places = [header.index(name) for name in layout.headers]
        rows = []
        for number, line in enumerate(lines, start=2):
            cells = _cells(line)
            if len(cells) != len(header):
                message = f"the row has {len(cells)} cells, and the header has {len(header)}"
                raise DataError(message, line=number)
            rows.append(_compact([cells[place] for place in places], layout, number))
    rows.sort(key=lambda row: (row[1], int(row[0])))
    columns = zip(*rows, strict=True) if rows else [()] * len(layout.headers)
    return Hgnc(Columns(*columns), source)


def _cells(line: str) -> list[str]:
    """Return the cells of a line; HGNC puts some in quotes, with quotes in them doubled."""
    return [
        cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
        for cell in map(str.strip, line.split("\t"))
    ]


def _choose_layout(header: list[str]) -> _Layout:
    layout = min(_LAYOUTS, key=lambda layout: len(_missing(layout, header)))
    missing = _missing(layout, header)
    if missing:
        raise DataError(
            f"is not a table of HGNC: there is no column {', '.join(missing)}",
            hint="take hgnc_complete_set.txt from https://www.genenames.org/download/",
            line=1,
        )
    return layout


def _missing(layout: _Layout, header: list[str]) -> list[str]:
    return [name for name in layout.headers if name not in header]


def _compact(row: list[str], layout: _Layout, line: int) -> list[str]:
    """Return a row in the form of `Columns`; raise DataError where a cell is wrong."""
    for column, pattern, what, example in _CHECKS:
        if not pattern.fullmatch(row[column]):
            field, hint = layout.headers[column], f"for example {example}"
            raise DataError(f"is not {what}", hint=hint, line=line, field=field, value=row[column])
    hgnc, symbol, name, status, entrez, ensembl, *lists = row
    code = _STATUS_CODES[status.lower()]
    if code:
        replaced_by = dict.fromkeys(_HGNC_ID.findall(name)) if code == "S" else {}
        code, name = " ".join([code, *replaced_by]), ""
    uniprot, mgi, rgd, aliases, previous = (cell.replace(layout.separator, "|") for cell in lists)
    return [
        hgnc.removeprefix("HGNC:"),
        symbol.removesuffix("~withdrawn"),
        name,
        code,
        entrez,
        ensembl,
        uniprot,
        mgi.replace("MGI:", ""),
        rgd.replace("RGD:", ""),
        aliases,
        previous,
    ]
