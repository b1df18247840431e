"""Gene rows of every layout, and the organisms that side tables name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kg.memo import Memo
from kg.read import Table
from kg.record.checks import COUNT, GENE, MISSING, TAXON, Checker, Report, present
from kg.record.model import GENE_LEXICONS, HUMAN, GeneEntry, Organism, Rows

_PAGE_COLUMNS = ("word", "symbol", "source", "entrez", "hgnc_symbol")
_TABLE_COLUMNS = ("word", "match", "source", "ncbigene_id", "ncbigene_symbol", "organism_id")
_COUNT_COLUMNS = ("count_direct", "count_synonym", "count_match")
_ORGANISM_COLUMNS = ("organism_id", "organism_name", "organism_group", *_COUNT_COLUMNS)

Mentioned = tuple[str, GeneEntry]
"""A word and the entry that it was matched to."""


def read_genes(checker: Checker) -> tuple[Rows, tuple[Organism, ...]]:
    """Read the gene rows of any layout, and the organisms that a side table names.

    A word and a term can't be missing in a row that is there: `NA` is then what the figure says.
    """
    table = checker.raw.tables.get("genes")
    return (_read_list(checker), ()) if table is None else _read_table(table, checker)


def _read_list(checker: Checker) -> Rows:
    """Read the rows of layouts 1 and 2, whose genes are human, by HGNC's symbols."""
    found: list[Mentioned] = []
    for index, row in checker.rows("genes"):
        mentioned = _read_row(row) if type(row) is dict else _MENTIONED[row]
        if mentioned is None:
            report = checker.row_report("genes", index)
            _report_cells(_PAGE_COLUMNS, list(map(row.get, _PAGE_COLUMNS)), report)
        else:
            found.append(mentioned)
    return Counter(found)


def _read_table(table: Table, checker: Checker) -> tuple[Rows, tuple[Organism, ...]]:
    found: list[Mentioned] = []
    organisms: dict[tuple[str, ...], Organism] = {}
    rows = zip(table.cells(_TABLE_COLUMNS), table.cells(_ORGANISM_COLUMNS), strict=True)
    for index, (cells, organism) in enumerate(rows):
        mentioned = _MENTIONED[cells]
        if mentioned is None:
            _report_cells(_TABLE_COLUMNS, cells, checker.row_report("genes", index))
            continue
        found.append(mentioned)
        if organism not in organisms and mentioned[1].taxon is not None:
            organisms[organism] = _organism(organism, checker.row_report("genes", index))
    return Counter(found), tuple(organisms.values())


def _read_row(row: Mapping[str, Any] | tuple[str, ...]) -> Mentioned | None:
    """Return word and entry of a row or its cells, None where one of them can't be used."""
    word, *named = row if isinstance(row, tuple) else (*map(row.get, _PAGE_COLUMNS), HUMAN)
    try:
        entry = _ENTRIES[tuple(named)]
    except TypeError:  # a cell is a list or a mapping
        return None
    return (word, entry) if entry is not None and type(word) is str and word else None


_MENTIONED = Memo(_read_row, most=1 << 17)


def _gene_entry(cells: tuple[Any, ...]) -> GeneEntry | None:
    """Return the entry that the cells of a row name, None where one of them can't be used."""
    term, lexicon, gene, symbol, taxon = cells
    texts = (term, lexicon, gene, symbol or "", taxon)
    if not all(type(text) is str for text in texts) or not term or lexicon not in GENE_LEXICONS:
        return None
    if not gene or not GENE.pattern.fullmatch(gene):
        return None
    if taxon not in MISSING and not TAXON.pattern.fullmatch(taxon):
        return None
    return GeneEntry(term, lexicon, gene, present(symbol), present(taxon))


_ENTRIES = Memo(_gene_entry, most=1 << 17)


def _report_cells(columns: Sequence[str], cells: Sequence[Any], report: Report) -> None:
    """Report every cell of a gene row that can't be used."""
    _, _, lexicon, gene, symbol, *taxon = columns
    for key, value in zip(columns, cells, strict=True):
        if key == symbol and type(value) in (str, type(None)):
            continue
        if type(value) not in (str, type(None)):
            report(key, None, "is not a text", f"write {key}: some text")
        elif key in taxon:
            if value not in MISSING and not TAXON.pattern.fullmatch(value):
                hint = f"digits only, for example {TAXON.example}"
                report(key, value, f"is not {TAXON.what}", hint)
        elif not value or (key in (lexicon, gene) and value in MISSING):
            report(key, None, "is missing", "a gene row has word, term, lexicon and gene")
        elif key == lexicon and value not in GENE_LEXICONS:
            report(key, value, "is not a lexicon", f"known: {', '.join(sorted(GENE_LEXICONS))}")
        elif key == gene and not GENE.pattern.fullmatch(value):
            report(key, value, f"is not {GENE.what}", f"digits only, for example {GENE.example}")


def _organism(found: tuple[str, ...], report: Report) -> Organism:
    """Return an organism from its cells; a wrong count is lost, the organism is not."""
    taxon, name, group, *texts = found
    counts: list[int | None] = []
    for key, text in zip(_COUNT_COLUMNS, texts, strict=True):
        is_count = COUNT.pattern.fullmatch(text) is not None
        counts.append(int(text) if is_count else None)
        if not is_count and text not in MISSING:
            hint = f"digits only, for example {COUNT.example}"
            report(key, text, f"is not {COUNT.what}", hint, "field")
    return Organism(taxon, present(name), present(group), *counts)
