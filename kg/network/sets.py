"""Gene sets: a figure's genes at a strictness level, of one organism.

The common ground of search, export and networks. Rows and columns are those of the index, so that
nothing need be renumbered; a figure that shows none of the genes is an empty row.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
from scipy.sparse import csc_array, csr_array

from kg.errors import UsageError
from kg.network.index import STRICTNESS, Index
from kg.network.taxa import ANY, HUMAN


class GeneSets:
    """The sets as a matrix, figures by genes, of ones (float: what sparse products are of)."""

    def __init__(self, index: Index, matrix: csr_array) -> None:
        self.index = index
        self.matrix = matrix

    @cached_property
    def by_gene(self) -> csc_array:
        return self.matrix.tocsc()

    @cached_property
    def sizes(self) -> np.ndarray:
        """Count the genes of each figure."""
        counts: np.ndarray = np.diff(self.matrix.indptr)
        return counts

    @cached_property
    def figure_counts(self) -> np.ndarray:
        """Count the figures of each gene."""
        counts: np.ndarray = np.diff(self.by_gene.indptr)
        return counts

    @cached_property
    def figure_count(self) -> int:
        """Count the figures that show any of the genes."""
        return int(np.count_nonzero(self.sizes))

    @cached_property
    def gene_count(self) -> int:
        """Count the genes that any figure shows."""
        return int(np.count_nonzero(self.figure_counts))

    @cached_property
    def weights(self) -> np.ndarray:
        """Weigh each gene by inverse frequency, ln(1 + figures / figures that show it)."""
        counts = np.maximum(self.figure_counts, 1)
        return np.where(self.figure_counts > 0, np.log1p(self.figure_count / counts), 0.0)

    @cached_property
    def norms(self) -> np.ndarray:
        """Return the length of each figure's vector of weights."""
        lengths: np.ndarray = np.sqrt(self.matrix @ self.weights**2)
        return lengths

    @cached_property
    def by_paper(self) -> csr_array:
        """Return the matrix of papers by genes: what any figure of a paper shows."""
        paper = self.index.paper
        figures = np.flatnonzero(paper >= 0)
        shape = (len(self.index.pmcid), len(paper))
        ones = np.ones(len(figures), dtype=np.float32)
        papers = csr_array((ones, (paper[figures], figures)), shape=shape)
        matrix = csr_array(papers @ self.matrix)
        matrix.data[:] = 1
        matrix.sort_indices()
        return matrix

    @cached_property
    def sizes_by_paper(self) -> np.ndarray:
        """Count the genes of each paper."""
        counts: np.ndarray = np.diff(self.by_paper.indptr)
        return counts

    @cached_property
    def figures_by_paper(self) -> np.ndarray:
        """Count the figures of each paper."""
        paper = self.index.paper[self.index.paper >= 0]
        return np.bincount(paper, minlength=len(self.index.pmcid))

    def genes_of(self, figure: int) -> np.ndarray:
        """Return the genes of a figure, by row, in order."""
        genes: np.ndarray = self.matrix.indices[slice(*self.matrix.indptr[figure : figure + 2])]
        return genes

    def figures_of(self, gene: int) -> np.ndarray:
        """Return the figures that show a gene, by row, in order."""
        figures: np.ndarray = self.by_gene.indices[self._begins[gene] : self._begins[gene + 1]]
        return figures

    def columns(self, genes: np.ndarray) -> csc_array:
        """Return the matrix of figures by these genes alone, of ones."""
        figures = [self.figures_of(gene) for gene in genes.tolist()]
        indices = np.concatenate([self.by_gene.indices[:0], *figures])
        indptr = np.zeros(len(genes) + 1, dtype=np.int32)
        np.cumsum(self.figure_counts[genes], out=indptr[1:])
        shape = (self.matrix.shape[0], len(genes))
        return csc_array((self._ones[: len(indices)], indices, indptr), shape=shape)

    @cached_property
    def _begins(self) -> list[int]:
        """Return where the figures of each gene begin; a list, since few are asked for."""
        begins: list[int] = self.by_gene.indptr.tolist()
        return begins

    @cached_property
    def _ones(self) -> np.ndarray:
        return np.ones(self.matrix.nnz)


def gene_sets(
    index: Index,
    strictness: str = "all",
    taxon: int = HUMAN,
    within: np.ndarray | None = None,
) -> GeneSets:
    """Return the genes of each figure: at a strictness level, of an organism (`ANY`: of all).

    `within` are genes, by row, outside which nothing counts: a background. The sets are kept: to
    make them takes longer than to search them.
    """
    if strictness not in STRICTNESS:
        hint = f"known: {', '.join(STRICTNESS)}"
        raise UsageError(f"{strictness!r} is no strictness level", hint=hint)
    if within is None:
        return _sets_of_all(index, strictness, taxon)
    is_inside = np.zeros(len(index.entrez), dtype=bool)
    is_inside[within] = True
    return _sets(index, strictness, _is_of(index, taxon) & is_inside)


@lru_cache(maxsize=4)
def _sets_of_all(index: Index, strictness: str, taxon: int) -> GeneSets:
    return _sets(index, strictness, _is_of(index, taxon))


def _is_of(index: Index, taxon: int) -> np.ndarray:
    """Return of each gene whether it is of an organism."""
    return np.ones(len(index.entrez), dtype=bool) if taxon == ANY else index.gene_taxon == taxon


def _sets(index: Index, strictness: str, is_wanted: np.ndarray) -> GeneSets:
    shape = (len(index.figid), len(index.entrez))
    is_kept = (index.shown_level <= STRICTNESS.index(strictness) + 1) & is_wanted[index.shown_gene]
    figures, genes = index.shown_figure[is_kept], index.shown_gene[is_kept]
    indptr = np.zeros(shape[0] + 1, dtype=np.int32)
    np.cumsum(np.bincount(figures, minlength=shape[0]), out=indptr[1:])
    ones = np.ones(len(genes), dtype=np.float32)
    return GeneSets(index, csr_array((ones, genes, indptr), shape=shape))
