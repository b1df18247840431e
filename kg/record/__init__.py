"""Records: the checked content of a page, and the checks.

`make_record` takes a page as it stands in its files and returns what can be relied on, with
*all* problems of the page. A wrong field costs no more than it must: itself where it stands
alone, its row in a table, the page only where the figure can't be named.

A *row* is what one line of the page's gene, chemical or disease list says. Its part that does
not depend on the figure is an *entry* of a lexicon: term, lexicon, symbol and identifier.
"""

from __future__ import annotations

from kg.record.checks import FIGID, PMCID
from kg.record.model import (
    FAMILY_LEXICONS,
    GENE_LEXICONS,
    HUMAN,
    STRICT_LEXICONS,
    SYNONYM_LEXICONS,
    Entity,
    Entry,
    GeneEntry,
    Organism,
    Paper,
    Record,
    Rows,
    SubstanceEntry,
    Tag,
    entries,
)
from kg.record.page import make_record

__all__ = [
    "FAMILY_LEXICONS",
    "FIGID",
    "GENE_LEXICONS",
    "HUMAN",
    "PMCID",
    "STRICT_LEXICONS",
    "SYNONYM_LEXICONS",
    "Entity",
    "Entry",
    "GeneEntry",
    "Organism",
    "Paper",
    "Record",
    "Rows",
    "SubstanceEntry",
    "Tag",
    "entries",
    "make_record",
]
