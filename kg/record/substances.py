"""Chemical and disease rows of every layout, and the bare identifiers of the BioThings dump."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kg.memo import Memo
from kg.read import MENTIONS
from kg.record.checks import (
    CHEBI,
    DOID,
    GENE,
    MESH,
    MISSING,
    Check,
    Checker,
    Report,
    present,
    shown_text,
)
from kg.record.model import Entity, Rows, SubstanceEntry

_ENTITY_LISTS = {
    "genes.ncbigene": Check(re.compile(r"(?i:ncbigene:)?([1-9][0-9]{0,17})"), GENE.what, "7409"),
    "chemicals.mesh": Check(re.compile(r"(?i:mesh:)?([CD][0-9]{6,9})"), MESH.what, "D000255"),
    "chemicals.chebi": Check(re.compile(r"(?i:chebi:)?([0-9]+)"), CHEBI.what, "15422"),
    "diseases.mesh": Check(re.compile(r"(?i:mesh:)?([CD][0-9]{6,9})"), MESH.what, "D001943"),
    "diseases.doid": Check(re.compile(r"(?i:doid:)?([0-9]+)"), DOID.what, "0060239"),
}
"""The lists of `associatedWith.mentions` in the BioThings dump: kind and authority, and check."""


_SECOND = {"chemical": ("chebi", CHEBI), "disease": ("doid", DOID)}
"""The column beside MeSH, and how it must look, by kind."""

_COLUMNS = {
    kind: ("word", "source", "identifier", "mesh", second, "match", "name")
    for kind, (second, _) in _SECOND.items()
}


def read_substances(checker: Checker, kind: str) -> Rows:
    """Read the rows of chemicals or diseases (`kind` in the singular) of any layout."""
    kinds, columns, known = f"{kind}s", _COLUMNS[kind], _MENTIONED[kind]
    table = checker.raw.tables.get(kinds)
    found: list[tuple[str, SubstanceEntry]] = []
    rows = checker.rows(kinds) if table is None else enumerate(table.cells(columns))
    for index, row in rows:
        mentioned = _read_row(kind, row) if type(row) is dict else known[row]
        if mentioned is None:
            _report_cells(kind, _cells(kind, row), checker.row_report(kinds, index))
        else:
            found.append(mentioned)
    return Counter(found)


def _cells(kind: str, row: Mapping[str, Any] | tuple[str, ...]) -> tuple[Any, ...]:
    return row if isinstance(row, tuple) else tuple(map(row.get, _COLUMNS[kind]))


def _read_row(
    kind: str, row: Mapping[str, Any] | tuple[str, ...]
) -> tuple[str, SubstanceEntry] | None:
    """Return word and entry of a row or its cells, None where one of them can't be used."""
    word, *named = _cells(kind, row)
    try:
        entry = _ENTRIES[kind][tuple(named)]
    except TypeError:  # a cell is a list or a mapping
        return None
    return (word, entry) if entry is not None and type(word) is str and word else None


def _substance_entry(kind: str, cells: tuple[str | None, ...]) -> SubstanceEntry | None:
    """Return the entry that the cells of a row name, None where one of them can't be used."""
    source, identifier, mesh, other, term, name = map(present, cells)
    number = _matched(MESH, identifier or mesh)
    other_number = _matched(_SECOND[kind][1], other)
    if "" in (number, other_number) or source not in (None, "MESH"):
        return None
    if identifier and mesh and not _matched(MESH, mesh):
        return None
    lexicon = "MESH" if number or source else None
    return SubstanceEntry(kind, term, lexicon, number, other_number, name)


_ENTRIES = {kind: Memo(partial(_substance_entry, kind), most=1 << 16) for kind in _SECOND}
_MENTIONED = {kind: Memo(partial(_read_row, kind), most=1 << 16) for kind in _SECOND}


def _matched(check: Check, text: str | None) -> str | None:
    """Return the identifier in a text, None where it is missing, empty where it is wrong."""
    if text is None:
        return None
    match = check.pattern.fullmatch(text)
    return match[1] if match else ""


def _report_cells(kind: str, cells: Sequence[Any], report: Report) -> None:
    """Report every cell of a chemical or disease row that can't be used."""
    second, second_check = _SECOND[kind]
    checks = {"identifier": MESH, "mesh": MESH, second: second_check}
    for key, value in zip(_COLUMNS[kind], cells, strict=True):
        check = checks.get(key)
        if type(value) not in (str, type(None)):
            report(key, None, "is not a text", f"write {key}: some text")
        elif key == "word" and not value:
            report(key, None, "is missing", "each row has a word")
        elif key == "source" and value not in {*MISSING, "MESH"}:
            report(key, value, "is not a lexicon", "known: MESH")
        elif check is not None and _matched(check, present(value)) == "":
            report(key, value, f"is not {check.what}", f"for example {check.example}")


def read_entities(checker: Checker) -> tuple[Entity, ...]:
    """Read the lists of identifiers that the BioThings dump has instead of rows."""
    entities: list[Entity] = []
    if checker.raw.flavour is None:
        return ()
    for path, check in _ENTITY_LISTS.items():
        kinds, _, authority = path.partition(".")
        key = f"{MENTIONS}.{path}"
        for index, value in enumerate(checker.raw.fields.get(key) or ()):
            match = check.pattern.fullmatch(value) if type(value) is str else None
            if match:
                entities.append(Entity(kinds.removesuffix("s"), authority, match[1]))
            elif value not in (None, *MISSING):
                hint = f"for example {check.example}"
                checker.report((key, index), shown_text(value), f"is not {check.what}", hint, "row")
    return tuple(dict.fromkeys(entities))
