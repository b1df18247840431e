"""What a gene is called now."""

from __future__ import annotations

from kg.network.index import Index
from kg.network.taxa import HUMAN
from kg.reference import Gene, Hgnc


def find_in_hgnc(index: Index, gene: int, hgnc: Hgnc) -> Gene | None:
    """Return what HGNC has of a gene, by row; it has human ones alone."""
    if index.gene_taxon[gene] != HUMAN:
        return None
    return hgnc.by_entrez(str(index.entrez[gene]))


def current_symbol(index: Index, gene: int, hgnc: Hgnc) -> str:
    """Return the symbol of a gene, by row: as HGNC has it, else as the graph has it."""
    known = find_in_hgnc(index, gene, hgnc)
    return index.symbol(gene) if known is None else known.symbol
