"""Read the rows of layouts 1 and 2 without a YAML parser, where they have their plain form.

Three quarters of the front matter are rows, and the same rows come in thousands of pages:

    genes:
    - word: TGFb1
      symbol: TGFB1
      entrez: '7040'

A row of this form (one `key: value` a line, the value plain, quoted without escapes, or missing)
means the same to every YAML reader in which all scalars are text. Its meaning is kept by its text.
Any other form is left to the parser.
"""

from __future__ import annotations

import re
from functools import lru_cache

ROW_KINDS = ("genes", "chemicals", "diseases")
MARK = "cut-out-"
_END = re.compile(r"\n(?![ -])")
_PLAIN = r"(?:[A-Za-z0-9(+/.]|-(?=[A-Za-z0-9])|[^\x00-\x7f])(?: ?[^\s:#])*"
_SINGLE = r"'((?:[^'\n]|'')*)'"
_DOUBLE = r'"((?:[^"\\\n]|\\(?:["\\]|x[0-9A-F]{2}))*)"'
_LINE = re.compile(rf"([a-z_]+):(?: ?| ({_PLAIN})| {_SINGLE}| {_DOUBLE})")
_ESCAPE = re.compile(r"\\(?:x(..)|(.))")


class Row(dict[str, str]):
    """A row of plain form: read only, one object for each text, and hashable as that object."""

    __hash__ = object.__hash__  # type: ignore[assignment] # dict has none


def cut_rows(front: str) -> tuple[str, dict[str, list[Row]]]:
    """Return front matter with a mark in the place of each list of rows, and the lists by kind.

    The mark is `mark_of(kind)`, and no `MARK` may be in there before. Whoever parses what is left
    finds it as the value of the kind, or else what was cut is not what it seemed, and the whole
    has to be parsed. Rows of the same text are the same dict: read them only.
    """
    cut: dict[str, list[Row]] = {}
    for kind in ROW_KINDS:
        first, last = _find_rows(front, kind)
        if first == last:
            continue
        rows = [_read_row(text) for text in front[first:last].split("\n- ")]
        if all(rows):
            cut[kind] = rows
            front = f"{front[: first - 3]} {mark_of(kind)}{front[last:]}"
    return front, cut


def find_row_line(front: str, kind: str, index: int, key: str) -> int | None:
    """Return the line, counted from 0, of a field of a row in its plain form; None otherwise."""
    first, last = _find_rows(front, kind)
    rows = front[first:last].split("\n- ")
    if front.count(f"\n{kind}:") != 1 or index >= len(rows) or not all(map(_read_row, rows)):
        return None
    fields = [line.partition(":")[0] for line in rows[index].split("\n  ")]
    if fields.count(key) != 1:
        return None
    before = front.count("\n", 0, first) + sum(row.count("\n") + 1 for row in rows[:index])
    return before + fields.index(key)


def _find_rows(front: str, kind: str) -> tuple[int, int]:
    """Return where the rows of a kind begin, after the first dash, and where they end."""
    start = front.find(f"\n{kind}:\n- ")
    if start < 0:
        return 0, 0
    first = start + len(kind) + 5
    end = _END.search(front, first)
    return first, len(front) - 1 if end is None else end.start()


def mark_of(field: str) -> str:
    """Return the text that stands in the place of a field that was cut."""
    return MARK + field


@lru_cache(maxsize=1 << 16)
def _read_row(text: str) -> Row:
    """Return the fields of a row, none where a line has another form; the last of a key counts."""
    row = Row()
    for line in text.split("\n  "):
        match = _LINE.fullmatch(line)
        if match is None:
            return Row()
        key, plain, single, double = match.groups()
        if single:
            row[key] = single.replace("''", "'")
        elif double:
            row[key] = _ESCAPE.sub(_unescape, double)
        else:
            row[key] = plain or ""
    return row


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else match[2]
