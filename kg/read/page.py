"""Read one page: front matter and side tables, as texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import yaml

from kg.errors import KgError, Problem, at
from kg.read.biothings import NAMES, is_dump, parse_entry
from kg.read.frontmatter import Loader, parse_front_matter, split_front_matter
from kg.read.place import Page
from kg.read.rows import find_row_line
from kg.read.tables import KINDS, Table, decode, parse_table

_FIGID_LINE = re.compile(rb"^figid: *['\"]?([^\s'\"/\x00]+)", re.MULTILINE)
_ROWS = tuple(f"\n{kind}:".encode() for kind in KINDS)
Path = tuple[str | int, ...]
"""A place in the front matter: `("genes", 3, "entrez")`."""


class PageContent(NamedTuple):
    """The bytes of a page, and of the side tables it needs: shown name and content, by kind.

    `name` is what messages call the page; `problems` are the tables that can't be read.
    """

    page: Page
    name: str
    content: bytes
    tables: dict[str, tuple[str, bytes]]
    problems: tuple[Problem, ...] = ()

    def digest(self) -> bytes:
        """Return a digest of all that a record is made from; equal content, equal digest."""
        found = blake2b(self.content, digest_size=16)
        for name, content in self.tables.values():
            found.update(b"\0%d\0" % len(content) + name.rpartition("-")[2].encode() + content)
        known = (self.name, *self.page.wpids(self.page.key), *map(str, self.problems))
        found.update(repr(known).encode())
        return found.digest()


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it stands in its files.

    `fields` is the front matter (dicts, lists, texts); `tables` the side tables, by kind, and
    empty for a page that has its rows itself (layouts 1 and 2); `problems` what was lost on
    the way here; `wpids` what `wpid_map.tsv` says of the page. An entry of a dump stands in one
    `line`, has a `flavour`, and its own `names` for the fields.
    """

    name: str
    front: str
    fields: dict[str, Any]
    tables: dict[str, Table]
    problems: tuple[Problem, ...] = ()
    wpids: tuple[str, ...] = ()
    line: int | None = None
    flavour: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def read_page(page: Page) -> RawPage:
    """Read a page and the side tables it needs.

    Raises DataError, with file and line, where the page can't be read at all. A side table that
    can't be read is a problem of the page, which stays.
    """
    return parse_page(load_page(page))


def load_page(page: Page) -> PageContent:
    """Load a page; its side tables too, unless a line of the page begins a list of rows."""
    name = page.shown
    with at(name):
        content = page.read()
    tables: dict[str, tuple[str, bytes]] = {}
    problems: list[Problem] = []
    if not any(start in content for start in _ROWS):
        figid = find_figid(content)
        for kind in KINDS:
            try:
                found = page.read_table(kind, figid)
            except KgError as error:
                problems.append(replace(error.problem, lost="table"))
                continue
            if found is not None:
                tables[kind] = found
    return PageContent(page, name, content, tables, tuple(problems))


def find_figid(content: bytes) -> str | None:
    """Return the figid that a page seems to have, without parsing it."""
    match = _FIGID_LINE.search(content)
    return match[1].decode("utf-8", "replace") if match else None


def parse_page(loaded: PageContent) -> RawPage:
    """Parse a loaded page; see `read_page`."""
    page, name = loaded.page, loaded.name
    if is_dump(page.container):
        return _parse_entry(name, loaded.content)
    with at(name):
        front = split_front_matter(decode(loaded.content))
        fields = parse_front_matter(front)
    tables: dict[str, Table] = {}
    problems = list(loaded.problems)
    for kind, (table_name, content) in loaded.tables.items():
        table = _parse_table(table_name, kind, content, problems)
        if table is not None:
            tables[kind] = table
            problems += table.problems
    figid = fields.get("figid")
    wpids = page.wpids(figid) if type(figid) is str else ()
    return RawPage(name, front, fields, tables, tuple(problems), wpids)


def _parse_entry(name: str, content: bytes) -> RawPage:
    with at(name):
        flavour, line, fields, problems = parse_entry(name, content)
    return RawPage(name, "", fields, {}, tuple(problems), (), line, flavour, NAMES)


def _parse_table(name: str, kind: str, content: bytes, problems: list[Problem]) -> Table | None:
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

    Where it isn't a field of a plain row, the page is parsed again with positions, once, which
    takes twenty times as long as to read it.
    """
    match path:
        case (str(kind), int(index), str(key)):
            row_line = find_row_line(front, kind, index, key)
            if row_line is not None:
                return row_line + 2
    node = _compose(front)
    line: int | None = None
    for step in path:
        below = _child(node, step)
        if below is None:
            break
        line, node = below
    return line


@lru_cache(maxsize=1)
def _compose(front: str) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(front, Loader=Loader)
    return node


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == step:
                return key.start_mark.line + 2, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 2, node.value[step]
    return None
