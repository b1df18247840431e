"""Read pages: find them, split off the front matter, parse it, read the side tables.

Nothing here knows what the fields mean; `kg.record` does. What leaves this package is a
`RawPage`: texts as they stand in the files, with the means to name the line of each.
"""

from kg.read.biothings import FLAVOURS, MENTIONS
from kg.read.page import (
    PageContent,
    RawPage,
    find_figid,
    find_line,
    load_page,
    parse_page,
    read_page,
)
from kg.read.place import Page
from kg.read.rows import Row
from kg.read.sources import find_pages
from kg.read.tables import Table

__all__ = [
    "FLAVOURS",
    "MENTIONS",
    "Page",
    "PageContent",
    "RawPage",
    "Row",
    "Table",
    "find_figid",
    "find_line",
    "find_pages",
    "load_page",
    "parse_page",
    "read_page",
]
