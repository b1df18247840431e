"""Read pages: find them, split off the front matter, parse it, read the side tables.

Nothing here knows what the fields mean; `kg.record` does. What leaves this package is a
`RawPage`: texts as they stand in the files, with the means to name the line of each.
"""

from kg.read.page import RawPage, find_line, read_page
from kg.read.sources import Page, find_pages
from kg.read.tables import Table

__all__ = ["Page", "RawPage", "Table", "find_line", "find_pages", "read_page"]
