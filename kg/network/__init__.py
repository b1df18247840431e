"""Search, gene sets and networks: what figures have in common through their genes.

    index = open_index("pfocr.ttl")             # made at first, then beside the data
    finding = find_figures(index, ["TP53", "MDM2", "CDKN1A"])
    finding.hits[0].title, finding.notes

Needs the extra `analysis` (NumPy and SciPy).
"""

from kg.errors import MissingExtraError

try:
    import numpy as _numpy
    import scipy as _scipy
except ImportError as _error:
    raise MissingExtraError(_error.name or "numpy", "analysis") from None

from kg.network.find import Finding, find_figures
from kg.network.genes import GeneFinder, NamedGene, read_names
from kg.network.index import STRICTNESS, Index
from kg.network.open import has_fresh_index, open_index
from kg.network.search import RANKINGS, Background, Hit, search
from kg.network.sets import GeneSets, gene_sets
from kg.network.taxa import ANY, HUMAN, MOUSE, find_taxon

__all__ = [
    "ANY",
    "HUMAN",
    "MOUSE",
    "RANKINGS",
    "STRICTNESS",
    "Background",
    "Finding",
    "GeneFinder",
    "GeneSets",
    "Hit",
    "Index",
    "NamedGene",
    "find_figures",
    "find_taxon",
    "gene_sets",
    "has_fresh_index",
    "open_index",
    "read_names",
    "search",
]

del _numpy, _scipy
