"""Mouse orthologs of human genes, from the homology report of Mouse Genome Informatics.

https://www.informatics.jax.org/downloads/reports/HOM_MouseHumanSequence.rpt: one gene a line,
genes of one class (`DB Class Key`) are orthologs. HGNC's own table has MGI identifiers alone.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError

_HUMAN, _MOUSE = "9606", "10090"
_COLUMNS = ("DB Class Key", "NCBI Taxon ID", "Symbol", "EntrezGene ID", "Mouse MGI ID")


@dataclass(frozen=True, slots=True)
class Ortholog:
    """A mouse gene."""

    entrez: str
    symbol: str
    mgi: str


def read_orthologs(path: str | Path) -> dict[int, list[Ortholog]]:
    """Return the mouse orthologs of each human gene, by NCBI Gene number.

    Raises DataError where the file can't be read or lacks a column.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as source:
            reader = csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            rows = [] if missing else list(reader)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise DataError(f"can't be read: {reason}", file=str(path)) from None
    if missing:
        hint = "it should be MGI's HOM_MouseHumanSequence.rpt"
        message = f"lacks the column {missing[0]!r}"
        raise DataError(message, file=str(path), line=1, hint=hint)
    classes: dict[str, list[Ortholog]] = {}
    for row in rows:
        if row["NCBI Taxon ID"] == _MOUSE:
            mouse = Ortholog(row["EntrezGene ID"], row["Symbol"], row["Mouse MGI ID"])
            classes.setdefault(row["DB Class Key"], []).append(mouse)
    return {
        int(row["EntrezGene ID"]): classes[row["DB Class Key"]]
        for row in rows
        if row["NCBI Taxon ID"] == _HUMAN
        and row["EntrezGene ID"].isdecimal()
        and row["DB Class Key"] in classes
    }
