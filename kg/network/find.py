"""Find figures for genes that a person names, and say what became of each name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.errors import UsageError
from kg.network.genes import GeneFinder, NamedGene
from kg.network.index import Index
from kg.network.search import Background, Hit, Ranking, search
from kg.network.sets import gene_sets
from kg.network.taxa import HUMAN, find_taxon
from kg.reference import Hgnc

COLUMNS = (
    *("figid", "shared", "size", "cosine", "p", "q", "genes"),
    *("title", "paper", "pmcid", "year", "link"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The hits, best first, and what they were found with.

    `genes` are the names of the query and what each turned out to be; `symbols` are what the
    rows in hits are called. `tested` counts the figures with genes, hit or not.
    """

    hits: list[Hit]
    genes: list[NamedGene]
    notes: list[str]
    symbols: dict[int, str]
    background: Background
    tested: int

    def rows(self) -> list[dict[str, Any]]:
        """Return the hits as rows of plain values, as `kg search` writes them."""
        return [dict(zip(COLUMNS, self._cells(hit), strict=True)) for hit in self.hits]

    def _cells(self, hit: Hit) -> tuple[Any, ...]:
        genes = [self.symbols[gene] for gene in hit.genes]
        numbers = (len(genes), hit.size, hit.cosine, hit.p, hit.q)
        return (hit.figid, *numbers, genes, hit.title, hit.paper, hit.pmcid, hit.year, hit.iri)


def find_figures(
    index: Index,
    names: Iterable[str],
    *,
    strictness: str = "all",
    organism: str = "human",
    require: Iterable[str] = (),
    background: Iterable[str] | None = None,
    by: Ranking = "cosine",
    top: int = 20,
    hgnc: Hgnc | None = None,
) -> Finding:
    """Return the figures that share genes with those named.

    Names that stand for no gene, or for several, are left out and noted; raises UsageError where
    none is left, and for a required gene that is not found. `background` names the genes that
    could have been on the list (all that were measured); without it, it is all that any figure
    shows.

    >>> finding = find_figures(open_index("pfocr.ttl"), ["TP53", "MDM2"])  # doctest: +SKIP
    """
    taxon = find_taxon(index, organism)
    finder = GeneFinder(index, taxon, hgnc)
    genes = finder.find_all(names)
    required = [_required(finder.find(name)) for name in require]
    if not any(gene.entrez for gene in genes):
        raise UsageError("none of the genes is known", hint=_hint(genes, taxon))
    query = {gene.entrez: gene.row for gene in genes if gene.entrez is not None}
    notes = [gene.note for gene in (*genes, *required) if gene.note]
    within, given = None, None
    if background is not None:
        universe, within = _universe(finder, background, notes)
        outside = [gene.name for gene in genes if gene.entrez and gene.entrez not in universe]
        if outside:
            notes.append(f"not in the background, and left out: {', '.join(outside)}")
        query = {entrez: row for entrez, row in query.items() if entrez in universe}
        given = Background(len(universe), len(query))
    sets = gene_sets(index, strictness, taxon, within)
    rows = sorted({row for row in query.values() if row is not None and sets.figure_counts[row]})
    used = given or Background(sets.gene_count, len(rows))
    need = [gene.row for gene in required if gene.row is not None]
    hits = search(sets, rows, by=by, require=need, background=used, top=top)
    symbols = {gene.row: gene.symbol for gene in genes if gene.row is not None}
    return Finding(hits, genes, notes, symbols, used, sets.figure_count)


def _universe(
    finder: GeneFinder, names: Iterable[str], notes: list[str]
) -> tuple[set[int], np.ndarray]:
    """Return the genes of a background: their numbers, and the rows of those that are shown."""
    found = finder.find_all(names, suggest=False)
    known = [gene for gene in found if gene.entrez is not None]
    if len(known) < len(found):
        notes.append(f"of the {len(found):,} names in the background, {len(known):,} are genes")
    if not known:
        hint = "name all genes that were measured, by symbol or number"
        raise UsageError("the background names no known gene", hint=hint)
    rows = [gene.row for gene in known if gene.row is not None]
    return {gene.entrez or 0 for gene in known}, np.array(sorted(set(rows)), dtype=np.int64)


def _required(gene: NamedGene) -> NamedGene:
    if gene.row is None:
        raise UsageError(f"the required gene can't be used: {gene.alone}")
    return gene


def _hint(genes: Sequence[NamedGene], taxon: int) -> str:
    notes = "; ".join(gene.note for gene in genes[:5])
    return notes if taxon == HUMAN else f"{notes}; --organism human looks for human genes"
