"""How like the gene sets of figures and pathways are, organism by organism.

A pair is compared over the genes of one organism. For a pair that shares `k` genes, of a figure
with `n` and a pathway with `K`:

- Jaccard index: k / (n + K - k).
- Cosine of the two sets as vectors in which a gene weighs ln(1 + N / f), where f of all N sets
  (figures and pathways of the organism) have it: what everybody draws counts little.
- p: the probability of k or more shared genes if the figure's were drawn at random from all genes
  of the organism that stand in any figure or pathway (hypergeometric, one-sided).
- q: p adjusted over all pathways of the organism, figure by figure (Benjamini and Hochberg 1995);
  pathways that share no gene have p = 1 and count.

Needs scipy (the extra `analysis`). Figures are taken a thousand at a time, so that memory depends
on the links that pass, not on the pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import MissingExtraError
from kg.terms import Term
from kg.wikipathways.figures import GeneSets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_ROWS = 1000


class Thresholds(NamedTuple):
    """What a pair must reach to be linked; each can be changed, and is written with the links."""

    shared: int = 3
    q: float = 0.01
    jaccard: float = 0.05


class Similarity(NamedTuple):
    """A figure and a pathway with the numbers of their comparison, over one organism's genes."""

    figure: Term
    pathway: Term
    shared: int
    figure_genes: int
    pathway_genes: int
    jaccard: float
    cosine: float
    p: float
    q: float


def require_scipy() -> None:
    """Raise MissingExtraError where scipy is not installed, before any work is done."""
    try:
        import scipy  # noqa: F401 - only whether it is there
    except ImportError:
        raise MissingExtraError("scipy", "analysis") from None


def iter_similar(
    figures: GeneSets,
    pathways: GeneSets,
    genes_of: Mapping[str, set[int]],
    pathways_of: Mapping[str, Sequence[Term]],
    thresholds: Thresholds,
) -> Iterator[Similarity]:
    """Yield the pairs that reach the thresholds, by organism, figure and pathway.

    The two share one numbering of genes. `genes_of` and `pathways_of` say what belongs to an
    organism. Raises MissingExtraError without scipy.
    """
    require_scipy()
    for taxon in sorted(pathways_of):
        rows = _Rows(figures, sorted(figures.members), genes_of.get(taxon, set()))
        columns = _Rows(pathways, sorted(pathways_of[taxon]), genes_of.get(taxon, set()))
        if rows.owners and columns.owners:
            yield from _Comparison(rows, columns).iter_linked(thresholds)


class _Rows:
    """The sets of some owners as a sparse matrix of ones, those without a gene left out."""

    def __init__(self, sets: GeneSets, owners: Sequence[Term], genes: set[int]) -> None:
        import numpy as np
        from scipy.sparse import csr_array

        self.owners: list[Term] = []
        places: list[int] = []
        ends = [0]
        for owner in owners:
            members = sorted(genes.intersection(sets.members.get(owner, ())))
            if members:
                self.owners.append(owner)
                places += members
                ends.append(len(places))
        self.matrix = csr_array(
            (np.ones(len(places)), np.array(places, dtype=np.int64), np.array(ends)),
            shape=(len(self.owners), len(sets.genes)),
        )
        self.sizes: Numbers = np.diff(np.array(ends)).astype(float)


class _Comparison:
    """Figures and pathways of one organism, and what the numbers of every pair need."""

    def __init__(self, figures: _Rows, pathways: _Rows) -> None:
        import numpy as np

        self.figures, self.pathways = figures, pathways
        counts = figures.matrix.sum(axis=0) + pathways.matrix.sum(axis=0)
        self.population = int(np.count_nonzero(counts))
        sets_count = len(figures.owners) + len(pathways.owners)
        rarity = np.zeros(len(counts))
        np.divide(sets_count, counts, out=rarity, where=counts > 0)
        self._squares = np.log1p(rarity) ** 2
        self._columns = pathways.matrix.T.tocsc()
        self._weighted = pathways.matrix.multiply(self._squares).T.tocsc()
        self._lengths = np.sqrt(pathways.matrix @ self._squares)

    def iter_linked(self, thresholds: Thresholds) -> Iterator[Similarity]:
        for start in range(0, len(self.figures.owners), _ROWS):
            yield from self._some(start, thresholds)

    def _some(self, start: int, thresholds: Thresholds) -> Iterator[Similarity]:
        """Compare the figures from `start` on, `_ROWS` of them, with all pathways."""
        import numpy as np

        from kg.hypergeometric import overlap_p

        some = self.figures.matrix[start : start + _ROWS]
        shared = (some @ self._columns).tocoo()
        order = np.lexsort(shared.coords[::-1])
        rows, columns = (places[order] for places in shared.coords)
        k, n, size = (
            shared.data[order],
            self.figures.sizes[start + rows],
            self.pathways.sizes[columns],
        )
        p = overlap_p(k, size, n, self.population)
        q = _adjust(p, rows, len(self.pathways.owners))
        jaccard = k / (n + size - k)
        kept = (k >= thresholds.shared) & (q <= thresholds.q) & (jaccard >= thresholds.jaccard)
        products = (some @ self._weighted).tocsr()
        lengths = np.sqrt(some @ self._squares)
        for place in np.flatnonzero(kept):
            row, column = int(rows[place]), int(columns[place])
            cosine = products[row, column] / (lengths[row] * self._lengths[column])
            yield Similarity(
                self.figures.owners[start + row],
                self.pathways.owners[column],
                *(int(numbers[place]) for numbers in (k, n, size)),
                *(float(number) for number in (jaccard[place], cosine, p[place], q[place])),
            )


def _adjust(p: Numbers, rows: Any, tests_count: int) -> Numbers:
    """Return `p` adjusted row by row; tests not given have p = 1."""
    import numpy as np

    from kg.hypergeometric import adjust

    adjusted = np.ones_like(p)
    cuts = [0, *(np.flatnonzero(np.diff(rows)) + 1), len(rows)]
    for start, end in pairwise(cuts):
        adjusted[start:end] = adjust(p[start:end], tests=tests_count)
    return adjusted
