"""Which figures (or papers) show nearly the same genes.

All pairs above a cosine, exactly, without comparing all. Common genes that hold less of a row's
squared length than the square of the least cosine can't make a pair alone: a pair must share one
of the row's other, rarer genes, and these stand in few rows. (The prefix filter of Bayardo, Ma and
Srikant, "Scaling up all pairs similarity search", 2007.) It does a fortieth of the work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

_BLOCK_ROWS = 512
_BLOCK_PAIRS = 1 << 18
_SLACK = 1e-5


class Similar(NamedTuple):
    """Pairs of rows as columns (left < right): the cosine, and how many genes both show."""

    left: np.ndarray
    right: np.ndarray
    cosine: np.ndarray
    shared: np.ndarray


def find_similar(
    matrix: csr_array, weights: np.ndarray, *, cosine: float = 0.5, shared: int = 3
) -> Similar:
    """Return the pairs of rows with at least this cosine and as many shared genes, in order.

    `matrix` is of ones, with sorted indices; its columns weigh `weights`. Memory grows with the
    pairs returned. A cosine of 0 compares all with all.

    >>> matrix = csr_array(np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]]))
    >>> pairs = find_similar(matrix, np.ones(3), shared=2)
    >>> pairs.left.tolist(), pairs.right.tolist(), pairs.cosine.round(3).tolist()
    ([0], [1], [0.816])
    """
    unit = _unit(matrix, weights)
    is_rare, common_length = _split(unit, cosine)
    rows = _rows(unit)
    rare = csr_array((unit.data[is_rare], (rows[is_rare], unit.indices[is_rare])), shape=unit.shape)
    transposed = unit.T.tocsr()
    found: list[Similar] = []
    for start in range(0, unit.shape[0], _BLOCK_ROWS):
        part = (rare[start : start + _BLOCK_ROWS] @ transposed).tocoo()
        left, right = part.row + start, part.col
        possible = (right > left) & (part.data + common_length[left] >= cosine - _SLACK)
        left, right = left[possible], right[possible]
        for first in range(0, len(left), _BLOCK_PAIRS):
            some = slice(first, first + _BLOCK_PAIRS)
            found.append(_measure(matrix, unit, left[some], right[some], cosine, shared))
    if not found:
        return Similar(*(np.empty(0, dtype=np.int64),) * 4)
    columns = Similar(*(np.concatenate(column) for column in zip(*found, strict=True)))
    order = np.lexsort((columns.right, columns.left))
    return Similar(*(column[order] for column in columns))


def strongest(pairs: Similar, count: int) -> Similar:
    """Return the pairs that are among the `count` best of either side; ties go by row number."""
    sides = np.concatenate([pairs.left, pairs.right])
    others = np.concatenate([pairs.right, pairs.left])
    cosines = np.concatenate([pairs.cosine, pairs.cosine])
    order = np.lexsort((others, -cosines, sides))
    begins = np.flatnonzero(np.diff(sides[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    is_kept = np.zeros(len(pairs.left), dtype=bool)
    is_kept[order[rank < count] % max(len(pairs.left), 1)] = True
    return Similar(*(column[is_kept] for column in pairs))


def _unit(matrix: csr_array, weights: np.ndarray) -> csr_array:
    """Return the matrix with weighted rows of length 1."""
    data = weights[matrix.indices].astype(np.float64)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(rows, data**2, minlength=matrix.shape[0]))
    return csr_array((data / lengths[rows], matrix.indices, matrix.indptr), shape=matrix.shape)


def _rows(matrix: csr_array) -> np.ndarray:
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))


def _split(unit: csr_array, cosine: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which entries are rare, and the length of what is not in each row."""
    rows = _rows(unit)
    counts = np.bincount(unit.indices, minlength=unit.shape[1])
    order = np.lexsort((-counts[unit.indices], rows))
    squares = unit.data[order] ** 2
    sums = np.cumsum(squares)
    before = np.concatenate([[0.0], sums])[unit.indptr[:-1]]
    is_rare = np.zeros(len(order), dtype=bool)
    is_rare[order] = sums - before[rows] >= cosine**2 - _SLACK
    common = np.bincount(rows, np.where(is_rare, 0, unit.data**2), minlength=unit.shape[0])
    return is_rare, np.sqrt(common)


def _measure(
    matrix: csr_array,
    unit: csr_array,
    left: np.ndarray,
    right: np.ndarray,
    cosine: float,
    shared: int,
) -> Similar:
    """Return, of pairs that are possible, those that are."""
    both = matrix[left].multiply(matrix[right]).sum(axis=1)
    is_kept = both >= shared
    left, right, both = left[is_kept], right[is_kept], both[is_kept]
    cosines = unit[left].multiply(unit[right]).sum(axis=1)
    is_kept = cosines >= cosine - 1e-12
    columns = (left, right, cosines.round(12), both.astype(np.int32))
    return Similar(*(column[is_kept] for column in columns))
