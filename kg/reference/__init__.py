"""Reference tables: HGNC and FamPlex, which ship with the package, and files that a user gives.

What is embedded is fixed, names its source (`Source`), and is loaded when first needed.
"""

from kg.reference.famplex import (
    Equivalent,
    Family,
    Famplex,
    Grounding,
    Member,
    Parent,
    embedded_famplex,
    ground,
    ground_family,
    mint_family,
)
from kg.reference.famplex_read import read_famplex
from kg.reference.files import Source
from kg.reference.hgnc import Agreement, Gene, Hgnc, SymbolCheck, embedded_hgnc
from kg.reference.hgnc_read import read_hgnc
from kg.reference.pmc import PaperIds, read_pmc_ids

__all__ = [
    "Agreement",
    "Equivalent",
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
    "embedded_famplex",
    "embedded_hgnc",
    "ground",
    "ground_family",
    "mint_family",
    "read_famplex",
    "read_hgnc",
    "read_pmc_ids",
]
