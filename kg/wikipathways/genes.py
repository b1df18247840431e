"""The gene table: which human genes an identifier stands for.

HGNC's table, the embedded one or a newer one of the user's. Aliases are left out: they are shared
too freely to join on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.reference import Gene, Hgnc, embedded_hgnc
from kg.wikipathways.identifiers import Identifier


class Found(NamedTuple):
    """NCBI Gene identifiers of the genes found, and the name under which the table has them."""

    genes: tuple[str, ...]
    how: str


class GeneTable:
    """Finds human genes by symbol, HGNC number, Ensembl or UniProt identifier.

    >>> GeneTable().find(Identifier("hgnc.symbol", "ARNTL"))
    Found(genes=('406',), how='previous symbol')
    """

    def __init__(self, hgnc: Hgnc | None = None) -> None:
        self.hgnc = embedded_hgnc() if hgnc is None else hgnc

    def find(self, identifier: Identifier) -> Found:
        """Return the genes of an identifier; none where the table has not that namespace."""
        namespace, local = identifier
        if namespace == "hgnc.symbol":
            return self._by_symbol(local)
        if namespace == "hgnc":
            return self._by_number(local)
        if namespace == "ensembl":
            return _found(self.hgnc.by_ensembl(local), "Ensembl identifier")
        if namespace == "uniprot":
            return _found(self.hgnc.by_uniprot(local), "UniProt accession")
        return Found((), "")

    def _by_number(self, number: str) -> Found:
        gene = self.hgnc.by_id(number)
        if gene is None or gene.is_approved:
            return _found(gene, "HGNC number")
        return _found(self.hgnc.successors(gene), "withdrawn HGNC number")

    def _by_symbol(self, symbol: str) -> Found:
        gene = self.hgnc.by_symbol(symbol)
        if gene is not None:
            return _found(gene, "approved symbol")
        previous = self.hgnc.by_previous(symbol)
        if previous:
            return _found(previous, "previous symbol")
        entry = self.hgnc.withdrawn(symbol)
        return _found(self.hgnc.successors(entry) if entry else (), "withdrawn symbol")


def _found(genes: Gene | Sequence[Gene] | None, how: str) -> Found:
    genes = [genes] if isinstance(genes, Gene) else genes or ()
    return Found(tuple(sorted({gene.entrez for gene in genes if gene.entrez})), how)
