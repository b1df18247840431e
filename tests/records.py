"""The record of the one page of a folder, its problems, and what they are told with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import PAGE

from kg.build import iter_records
from kg.errors import Problem
from kg.record import GENE_LEXICONS, Record

MakePage = Callable[..., Path]
FOLDER = Path("pages")
GENE = PAGE["genes"][0]
MISSING = ["", "NA", ".na.character"]

LEXICONS = f"known: {', '.join(sorted(GENE_LEXICONS))}"
NEEDED = "a gene row has word, term, lexicon and gene"
DIGITS = "digits only, for example 7409"


def read(folder: Path) -> tuple[Record | None, list[Problem]]:
    """Return the record of the one page of a folder, and its problems."""
    problems: list[Problem] = []
    records = list(iter_records([folder], problems))
    assert len(records) <= 1
    return (records[0] if records else None), problems


def one_record(folder: Path) -> Record:
    record, problems = read(folder)
    assert not problems
    assert record is not None
    return record


def line_of(folder: Path, start: str, file: str = "_figures/PMC1__f1.md") -> int:
    """Return the number of the line that begins with a text."""
    lines = (folder / file).read_text("utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.strip().startswith(start))


def shown(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]
