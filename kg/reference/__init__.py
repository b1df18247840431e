"""Reference tables: HGNC and FamPlex, which ship with the package, and files that a user gives.

What is embedded is fixed, names its source (`Source`), and is loaded when first needed.
"""

from kg.reference.famplex import SOURCE as FAMPLEX
from kg.reference.famplex import (
    Family,
    Famplex,
    Grounding,
    Member,
    Parent,
    embedded_famplex,
)
from kg.reference.famplex_read import read_famplex
from kg.reference.files import Source
from kg.reference.hgnc import SOURCE as HGNC
from kg.reference.hgnc import Agreement, Gene, Hgnc, SymbolCheck, embedded_hgnc
from kg.reference.hgnc_read import read_hgnc
from kg.reference.pmc import PMC_IDS, PaperIds, read_pmc_ids
from kg.reference.tables import EMBEDDED, TableFiles, Tables, find_table_files, load_tables

__all__ = [
    "EMBEDDED",
    "FAMPLEX",
    "HGNC",
    "PMC_IDS",
    "Agreement",
    "Family",
    "Famplex",
    "Gene",
    "Grounding",
    "Hgnc",
    "Member",
    "PaperIds",
    "Parent",
    "Source",
    "SymbolCheck",
    "TableFiles",
    "Tables",
    "embedded_famplex",
    "embedded_hgnc",
    "find_table_files",
    "load_tables",
    "read_famplex",
    "read_hgnc",
    "read_pmc_ids",
]
