"""Read one page: front matter and side tables, as texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from kg.errors import KgError, Problem, at
from kg.read.frontmatter import Loader, parse_front_matter, split_front_matter
from kg.read.sources import Page
from kg.read.tables import KINDS, Table, decode, parse_table

Path = tuple[str | int, ...]
"""A place in the front matter: `("genes", 3, "entrez")`."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it stands in its files.

    `fields` is the front matter (dicts, lists, texts); `tables` the side tables, by kind, and
    empty for a page that has its rows itself (layouts 1 and 2); `problems` what was lost on
    the way here; `wpids` what `wpid_map.tsv` says of the page.
    """

    name: str
    front: str
    fields: dict[str, Any]
    tables: dict[str, Table]
    problems: tuple[Problem, ...] = ()
    wpids: tuple[str, ...] = ()


def read_page(page: Page) -> RawPage:
    """Read a page and the side tables it needs.

    Raises DataError, with file and line, where the page can't be read at all. A side table that
    can't be read is a problem of the page, which stays.
    """
    with at(page.shown):
        front = split_front_matter(decode(page.read()))
        fields = parse_front_matter(front)
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    if not any(kind in fields for kind in KINDS):
        for kind in KINDS:
            table = _read_table(page, kind, problems)
            if table is not None:
                tables[kind] = table
                problems += table.problems
    return RawPage(page.shown, front, fields, tables, tuple(problems), page.wpids)


def _read_table(page: Page, kind: str, problems: list[Problem]) -> Table | None:
    found = page.read_table(kind)
    if found is None:
        return None
    name, content = found
    try:
        with at(name):
            return parse_table(name, kind, content)
    except KgError as error:
        said = error.problem
        problems.append(
            Problem(said.message, said.hint, name, said.line, None, said.value, "table")
        )
        return None


def find_line(front: str, path: Path) -> int | None:
    """Return the line in the page of a place in its front matter (its parent's if missing).

    The page is parsed again with positions: slow, and only done for a page with a problem.
    """
    node = yaml.compose(front, Loader=Loader)
    line: int | None = None
    for step in path:
        below = _child(node, step)
        if below is None:
            break
        line, node = below
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == step:
                return key.start_mark.line + 2, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 2, node.value[step]
    return None
