"""Warn of gene rows whose number and symbol do not go together, by HGNC."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from kg.errors import Problem
from kg.mapping.genes import symbol_status
from kg.memo import Memo
from kg.read import RawPage, find_line
from kg.record import GeneEntry, Record
from kg.reference import Hgnc

_SAID = {
    "other gene": "is the symbol of another gene, by HGNC",
    "withdrawn": "is a withdrawn symbol, by HGNC",
    "unknown symbol": "is no symbol of this gene, by HGNC",
}


@lru_cache(maxsize=2)
def _statuses(hgnc: Hgnc) -> Memo[GeneEntry, str | None]:
    """Return how symbol and number of entries agree by a table."""
    return Memo(partial(symbol_status, hgnc=hgnc), most=1 << 17)


def iter_contradictions(record: Record, raw: RawPage, hgnc: Hgnc) -> Iterator[Problem]:
    """Yield a warning for each entry of the page that HGNC contradicts; nothing is lost."""
    statuses = _statuses(hgnc)
    contradicted = {entry for _, entry in record.genes if statuses[entry] in _SAID}
    for entry in sorted(contradicted, key=repr):
        file, line, field = _place(entry, raw)
        message, hint = _SAID[statuses[entry] or ""], _hint(entry, hgnc)
        yield Problem(message, hint, file, line, field, entry.symbol)


def _hint(entry: GeneEntry, hgnc: Hgnc) -> str:
    """Say what HGNC has for the number, and for the symbol."""
    _, gene, others = hgnc.check(entry.gene, entry.symbol or "")
    has_gene = f"{entry.gene} is {gene.symbol}" if gene else f"HGNC has no gene {entry.gene}"
    found = (f"{entry.symbol} is {other.entrez} ({other.symbol})" for other in others)
    return ", ".join([has_gene, *found])


def _place(entry: GeneEntry, raw: RawPage) -> tuple[str, int | None, str]:
    """Return file, line and field of the first row that has the entry."""
    table = raw.tables.get("genes")
    if table is not None:
        found = table.cells(("ncbigene_id", "ncbigene_symbol"))
        place = list(found).index((entry.gene, entry.symbol or ""))
        return table.name, table.lines[place], "ncbigene_symbol"
    for index, row in enumerate(raw.fields.get("genes") or ()):
        if (row.get("entrez"), row.get("hgnc_symbol")) == (entry.gene, entry.symbol):
            path = ("genes", index, "hgnc_symbol")
            return raw.name, find_line(raw.front, path), f"genes[{index}].hgnc_symbol"
    return raw.name, None, "genes"
