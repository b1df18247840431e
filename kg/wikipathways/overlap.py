"""Which genes stand in figures, in pathways, in both: the overlap of the two, as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.reference import Hgnc
from kg.wikipathways.content import ContentReader
from kg.wikipathways.figures import LEVELS, FigureFacts, iter_figure_quads
from kg.wikipathways.genes import GeneTable
from kg.wikipathways.merge import genes_by_taxon
from kg.wikipathways.pathways import PathwayFacts
from kg.wikipathways.sources import find_documents, iter_statements

ALL_ORGANISMS = "all"


class OverlapRow(NamedTuple):
    """The genes of an organism (a taxon, or `all`) at a strictness level.

    `figure_count` counts the figures that show a gene of the organism, `pathway_count` the
    pathways that have one.
    """

    organism: str
    strictness: str
    figure_count: int
    pathway_count: int
    in_figures: int
    in_pathways: int
    in_both: int
    only_in_figures: int
    only_in_pathways: int


def overlap(
    figures: Sequence[Path], pathways: Iterable[str | Path], *, hgnc: Hgnc | None = None
) -> list[OverlapRow]:
    """Count the genes of both sides, for all organisms together, then organism by organism.

    Organisms come by the number of genes, levels from the strict to all. Raises as `merge` does.
    """
    numbers: dict[str, int] = {}
    shown = {level: FigureFacts(level, numbers) for level in LEVELS}
    quads = iter_figure_quads(figures)
    for facts in shown.values():
        quads = facts.passing(quads)
    for _ in quads:
        pass
    drawn = PathwayFacts(GeneTable(hgnc), numbers)
    for document in find_documents(pathways):
        reader = ContentReader()
        for _ in reader.passing(iter_statements(document)):
            pass
        drawn.add(reader.content())
    drawn.require_some()
    return _rows(shown, drawn)


def _rows(shown: dict[str, FigureFacts], drawn: PathwayFacts) -> list[OverlapRow]:
    genes_of: dict[str, set[int]] = {ALL_ORGANISMS: set(range(len(drawn.genes.genes)))}
    of_taxon = genes_by_taxon(shown["all"], drawn)
    genes_of |= sorted(of_taxon.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        _row(organism, level, genes, facts, drawn)
        for organism, genes in genes_of.items()
        for level, facts in shown.items()
    ]


def _row(
    organism: str, level: str, genes: set[int], facts: FigureFacts, drawn: PathwayFacts
) -> OverlapRow:
    sets: defaultdict[str, set[int]] = defaultdict(set)
    counts = dict.fromkeys(("figures", "pathways"), 0)
    for side, members in (("figures", facts.genes.members), ("pathways", drawn.genes.members)):
        for owned in members.values():
            of_organism = genes.intersection(owned)
            sets[side] |= of_organism
            counts[side] += bool(of_organism)
    both = sets["figures"] & sets["pathways"]
    return OverlapRow(
        organism,
        level,
        counts["figures"],
        counts["pathways"],
        len(sets["figures"]),
        len(sets["pathways"]),
        len(both),
        len(sets["figures"] - both),
        len(sets["pathways"] - both),
    )
