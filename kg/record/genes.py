"""Gene rows of every layout, and the organisms that side tables name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kg.memo import Memo
from kg.read import Row
from kg.record.checks import COUNT, GENE, MISSING, TAXON, Checker, Report, present
from kg.record.model import GENE_LEXICONS, HUMAN, GeneEntry, Organism, Rows

_PAGE_COLUMNS = ("word", "symbol", "source", "entrez", "hgnc_symbol")
_TABLE_COLUMNS = ("word", "match", "source", "ncbigene_id", "ncbigene_symbol")


def read_genes(checker: Checker) -> tuple[Rows, tuple[Organism, ...]]:
    """Read the gene rows of any layout, and the organisms that a side table names.

    The genes of layouts 1 and 2 are human, by HGNC's symbols. A word and a term can't be
    missing in a row that is there: `NA` is then what the figure says.
    """
    in_table = "genes" in checker.raw.tables
    columns = _TABLE_COLUMNS if in_table else _PAGE_COLUMNS
    found: list[tuple[str, GeneEntry]] = []
    organisms: dict[tuple[str, ...], Organism] = {}
    for index, row in checker.rows("genes"):
        mentioned = _OF_PLAIN_ROWS[row] if type(row) is Row else _read_row(row, columns)
        if mentioned is None:
            _report_gene_row(row, columns, checker.row_report("genes", index))
            continue
        found.append(mentioned)
        if in_table and mentioned[1].taxon is not None:
            key = tuple(row.get(column, "") for column in _ORGANISM_COLUMNS)
            if key not in organisms:
                organisms[key] = _organism(key, checker.row_report("genes", index))
    return Counter(found), tuple(organisms.values())


def _read_row(
    row: Mapping[str, Any], columns: tuple[str, ...] = _PAGE_COLUMNS
) -> tuple[str, GeneEntry] | None:
    """Return word and entry of a row, None where one of its cells can't be used."""
    word, *cells = map(row.get, columns)
    try:
        entry = _ENTRIES[(*cells, _taxon(row, columns))]
    except TypeError:  # a cell is a list or a mapping
        return None
    return (word, entry) if entry is not None and type(word) is str and word else None


def _taxon(row: Mapping[str, Any], columns: tuple[str, ...]) -> Any:
    return row.get("organism_id", "") if columns is _TABLE_COLUMNS else HUMAN


_OF_PLAIN_ROWS = Memo(_read_row, most=1 << 17)


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


def _report_gene_row(row: Mapping[str, Any], columns: tuple[str, ...], report: Report) -> None:
    """Report every cell of a gene row that can't be used."""
    _, _, lexicon, gene, symbol = columns
    for key, value in zip(columns, map(row.get, columns), strict=True):
        if key == symbol and type(value) in (str, type(None)):
            continue
        if type(value) not in (str, type(None)):
            report(key, None, "is not a text", f"write {key}: some text")
        elif not value or (key in (lexicon, gene) and value in MISSING):
            report(key, None, "is missing", "a gene row has word, term, lexicon and gene")
        elif key == lexicon and value not in GENE_LEXICONS:
            report(key, value, "is not a lexicon", f"known: {', '.join(sorted(GENE_LEXICONS))}")
        elif key == gene and not GENE.pattern.fullmatch(value):
            report(key, value, f"is not {GENE.what}", f"digits only, for example {GENE.example}")
    taxon = _taxon(row, columns)
    if taxon not in MISSING and not TAXON.pattern.fullmatch(taxon):
        hint = f"digits only, for example {TAXON.example}"
        report("organism_id", taxon, f"is not {TAXON.what}", hint)


_COUNT_COLUMNS = ("count_direct", "count_synonym", "count_match")
_ORGANISM_COLUMNS = ("organism_id", "organism_name", "organism_group", *_COUNT_COLUMNS)


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
