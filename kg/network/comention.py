"""Which genes are shown together: counts, how much more than by chance, and how surely.

The counts are a sparse product of the figures-by-genes matrix with itself, made a block of genes
at a time: memory grows with what is kept, not with the hundred million pairs of genes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from kg.hypergeometric import adjust, overlap_p
from kg.network.sets import GeneSets

_BLOCK = 1024


class GenePairs(NamedTuple):
    """Pairs of genes as columns: rows of the index (left < right), and what is said of each.

    `counts` is how many figures (papers) show both; `npmi` the normalised pointwise mutual
    information, 1 where they are always together, 0 where as often as by chance; `p` the
    probability of as many by chance, `q` the same corrected for all pairs there can be.
    """

    left: np.ndarray
    right: np.ndarray
    counts: np.ndarray
    npmi: np.ndarray
    p: np.ndarray
    q: np.ndarray


@dataclass(frozen=True, slots=True)
class Filter:
    """What a pair must have to be kept."""

    count: int = 3
    npmi: float = 0.0
    q: float = 0.01


def count_pairs(matrix: csr_array, minimum: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return left, right and count of the columns that stand together in a row or more.

    >>> matrix = csr_array(np.array([[1, 1, 0], [1, 1, 1]]))
    >>> [column.tolist() for column in count_pairs(matrix)]
    [[0, 0, 1], [1, 2, 2], [2, 1, 1]]
    """
    transposed = matrix.T.tocsr()
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, matrix.shape[1], _BLOCK):
        product = (transposed[start : start + _BLOCK] @ matrix).tocoo()
        left = product.row + start
        is_kept = (product.data >= minimum) & (product.col > left)
        kept = left[is_kept], product.col[is_kept], product.data[is_kept]
        order = np.lexsort((kept[1], kept[0]))
        parts.append((kept[0][order], kept[1][order], kept[2][order].astype(np.int32)))
    if not parts:
        return (np.empty(0, dtype=np.int32),) * 3
    left, right, count = (np.concatenate(column) for column in zip(*parts, strict=True))
    return left, right, count


def comention(sets: GeneSets, keep: Filter | None = None, *, by_paper: bool = False) -> GenePairs:
    """Return the pairs of genes that are shown together and pass a filter, in order.

    With `by_paper`, what counts is papers, not figures: several figures of one paper often show
    the same pathway.
    """
    keep = keep or Filter()
    matrix = sets.matrix if not by_paper else sets.by_paper
    left, right, count = count_pairs(matrix, keep.count)
    each = np.bincount(matrix.indices, minlength=matrix.shape[1])
    total = int(np.count_nonzero(np.diff(matrix.indptr)))
    npmi = _npmi(count, each[left], each[right], total)
    is_kept = npmi >= keep.npmi
    left, right, count, npmi = (column[is_kept] for column in (left, right, count, npmi))
    p = overlap_p(count, each[left], each[right], total)
    genes = int(np.count_nonzero(each))
    q = adjust(p, tests=max(len(p), genes * (genes - 1) // 2))
    is_kept = q <= keep.q
    return GenePairs(*(column[is_kept] for column in (left, right, count, npmi, p, q)))


def _npmi(both: np.ndarray, left: np.ndarray, right: np.ndarray, total: int) -> np.ndarray:
    """Return ln(p(a, b) / p(a) p(b)) / -ln p(a, b), which is 1 where all figures show both."""
    pmi = np.log(both * float(total)) - np.log(left * 1.0) - np.log(right * 1.0)
    surprise = np.log(max(total, 1)) - np.log(both * 1.0)
    npmi: np.ndarray = np.divide(pmi, surprise, out=np.ones(len(both)), where=surprise > 0)
    return npmi
