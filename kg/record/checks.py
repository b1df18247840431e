"""How fields must look, and the collector of what is wrong with a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from kg.errors import Lost, Problem
from kg.read import RawPage, find_line

MISSING = frozenset({"", "NA", ".na.character"})


class Check(NamedTuple):
    """How a field must look: pattern, what it is called, an example of it."""

    pattern: re.Pattern[str]
    what: str
    example: str


FIGID = Check(re.compile(r"(PMC[1-9][0-9]*)__[^\s/]+"), "a figid", "PMC100003__mb2410470011")
PMCID = Check(re.compile(r"PMC[1-9][0-9]*"), "a PMC identifier", "PMC100003")
GENE = Check(re.compile(r"[1-9][0-9]{0,17}"), "an NCBI Gene identifier", "7409")
TAXON = Check(re.compile(r"[1-9][0-9]{0,8}"), "an NCBI Taxonomy identifier", "9606")
MESH = Check(re.compile(r"(?:mesh:)?([CD][0-9]{6,9})"), "a MeSH identifier", "D001839")
CHEBI = Check(re.compile(r"chebi:([0-9]+)"), "a ChEBI identifier", "chebi:15422")
DOID = Check(re.compile(r"doid:([0-9]+)"), "a Disease Ontology identifier", "doid:0060239")
DOI = Check(re.compile(r"10\.[0-9]{4,9}/\S+"), "a DOI", "10.3389/fpls.2023.1084358")
YEAR = Check(re.compile(r"[12][0-9]{3}"), "a year", "2001")
NDEX = Check(
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "a UUID",
    "2cdee215-df0b-11ea-99da-0ac135e8bacf",
)
WPID = Check(re.compile(r"WP[0-9]+"), "a WikiPathways identifier", "WP5283")
NUMBER = Check(
    re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?"), "a number", "0.9537671"
)
COUNT = Check(re.compile(r"[0-9]{1,15}"), "a whole number", "14449")


class Checker:
    """Collects the problems of one page and knows where each stands."""

    def __init__(self, raw: RawPage) -> None:
        self.raw = raw
        self.problems: list[Problem] = list(raw.problems)

    def report(
        self, path: tuple[str | int, ...], value: str | None, message: str, hint: str, lost: Lost
    ) -> None:
        names = (self.raw.names.get(step, step) if type(step) is str else step for step in path)
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in names)
        line = self.raw.line or find_line(self.raw.front, path)
        name = self.raw.name
        self.problems.append(Problem(message, hint, name, line, shown[1:] or None, value, lost))

    def text(self, key: str, lost: Lost = "field") -> str | None:
        """Return a field of the page, None where it is missing in any spelling."""
        value = self.raw.fields.get(key)
        if value is None or (type(value) is str and value in MISSING):
            return None
        if type(value) is not str:
            name = self.raw.names.get(key, key)
            self.report((key,), None, "is not a text", f"write {name}: some text", lost)
            return None
        return value

    def checked(self, key: str, check: Check, lost: Lost = "field") -> str | None:
        """Return a field that has the form it must have, else report it."""
        value = self.text(key, lost)
        if value is None or check.pattern.fullmatch(value):
            return value
        self.report((key,), value, f"is not {check.what}", f"for example {check.example}", lost)
        return None

    def texts(self, key: str, separator: str) -> tuple[str, ...]:
        """Return the items of a field that is a list, a joined text, or a list of such."""
        value = self.raw.fields.get(key)
        if value is None:
            return ()
        items: list[str] = []
        for index, item in enumerate(value if type(value) is list else [value]):
            if type(item) is str:
                items += item.split(separator)
            else:
                self.report((key, index), None, "is not a text", "list texts alone", "field")
        found = dict.fromkeys([item.strip() for item in items])
        return tuple([item for item in found if item not in MISSING])

    def rows(self, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows of a list in the page, each with its index."""
        value = self.raw.fields.get(kind)
        if type(value) is not list:
            if value not in (None, ""):
                hint = "one '- word: …' a row"
                self.report((kind,), None, "is not a list of rows", hint, "table")
            return
        for index, row in enumerate(value):
            if isinstance(row, dict):
                yield index, row
            else:
                hint = "each row is a mapping of texts"
                self.report((kind, index), None, "is not a row", hint, "row")

    def row_report(self, kind: str, index: int) -> Report:
        """Return what reports a wrong cell of a row."""
        table = self.raw.tables.get(kind)
        if table is None:
            return partial(self._report_item, kind, index)
        return partial(self._report_cell, table.name, table.lines[index])

    def _report_cell(
        self,
        table: str,
        line: int,
        key: str,
        value: Any,
        message: str,
        hint: str,
        lost: Lost = "row",
    ) -> None:
        self.problems.append(Problem(message, hint, table, line, key, shown_text(value), lost))

    def _report_item(
        self,
        kind: str,
        index: int,
        key: str,
        value: Any,
        message: str,
        hint: str,
        lost: Lost = "row",
    ) -> None:
        self.report((kind, index, key), shown_text(value), message, hint, lost)


Report = Callable[..., None]
"""Reports a wrong cell of a row: `report(key, value, message, hint, lost="row")`."""


def shown_text(value: Any) -> str | None:
    return value if type(value) is str else None


def present(text: str | None) -> str | None:
    return None if text is None or text in MISSING else text
