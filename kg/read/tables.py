"""Read the tab-separated side tables of layouts 3 and 4 (`_data/{figid}-genes.tsv`, …).

No quoting: a word may contain quotes and pipes. Missing is `NA`. Columns are found by name, so
that tables of 10 and of 11 columns are read alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.errors import DataError, Problem

REQUIRED_COLUMNS = {
    "genes": ("word", "match", "ncbigene_symbol", "ncbigene_id", "source"),
    "chemicals": ("word", "mesh"),
    "diseases": ("word", "mesh"),
}
KINDS = tuple(REQUIRED_COLUMNS)


@dataclass(frozen=True, slots=True)
class Table:
    """A side table by columns: row `i` is `columns[name][i]` for each name, in line `lines[i]`."""

    name: str
    columns: dict[str, tuple[str, ...]]
    lines: list[int]
    problems: list[Problem]

    def cells(self, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield the cells of some columns, row by row; a column that is not there is empty."""
        empty = ("",) * len(self.lines)
        return zip(*[self.columns.get(name, empty) for name in names], strict=True)


def parse_table(name: str, kind: str, content: bytes) -> Table:
    """Parse a side table; a ragged row is lost and reported, the others stay.

    Raises DataError where the whole table can't be read (encoding, header).
    """
    text = decode(content)
    lines = text.removeprefix("\ufeff").split("\n")
    if "\r" in text:
        lines = [line.rstrip("\r") for line in lines]
    columns = lines[0].split("\t")
    missing = [column for column in REQUIRED_COLUMNS[kind] if column not in columns]
    if missing:
        raise DataError(
            f"the header lacks the column {missing[0]!r}",
            line=1,
            value=lines[0],
            hint=f"a {kind} table has the columns {', '.join(REQUIRED_COLUMNS[kind])}",
        )
    rows: list[list[str]] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) == len(columns):
            rows.append(cells)
            numbers.append(number)
        elif line.strip():
            said = f"the row has {len(cells)} columns, the header {len(columns)}"
            hint = "separate the columns with single tabs"
            problems.append(Problem(said, hint, name, number, None, line, "row"))
    by_column = list(zip(*rows, strict=True)) or [()] * len(columns)
    return Table(name, dict(zip(columns, by_column, strict=True)), numbers, problems)


def decode(content: bytes) -> str:
    """Decode UTF-8; raise DataError with the line of the first byte that is none."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            "is not UTF-8",
            line=content.count(b"\n", 0, error.start) + 1,
            value=repr(content[error.start : error.start + 4])[2:-1],
            hint="save the file as UTF-8",
        ) from None
