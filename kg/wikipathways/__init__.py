"""WikiPathways and the figures in one graph: read its RDF, align, link, compare, count.

from kg.wikipathways import StoreTarget, merge

report = merge([Path("pfocr.nt.gz")], ["wikipathways-rdf-wp.zip"], StoreTarget(Path("both")))
"""

from kg.wikipathways.merge import Options, merge
from kg.wikipathways.report import MergeReport
from kg.wikipathways.similarity import Thresholds
from kg.wikipathways.targets import StoreTarget, Target, to_file
from kg.wikipathways.vocabulary import GRAPHS, Graphs

__all__ = [
    "GRAPHS",
    "Graphs",
    "MergeReport",
    "Options",
    "StoreTarget",
    "Target",
    "Thresholds",
    "merge",
    "to_file",
]
