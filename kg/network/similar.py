"""Which figures (or papers) show nearly the same genes.

All pairs above a cosine, exactly, without comparing all. Rows of the same genes are one set: sets
are compared, and what is found goes for all rows of each.

Put the genes of each set in one order, the rarest first. The genes at the end, whose squared length
is less than the square of the least cosine, can't make a pair: of two sets that are a pair, both
have a gene in common that stands before the end of either. Such genes are rare, and stand in few
sets. (The prefix filter of Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", 2007,
on both sides.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from kg.network.copies import expand, group, with_copies
from kg.network.strongest import Similar, joined, part, sort, strongest

_BLOCK_PRODUCTS = 1 << 22
_BLOCK_PAIRS = 1 << 18
_MOST_PAIRS = 1 << 21
_SLACK = 1e-5
# A shorter end means more products, and fewer pairs that they do not rule out; this costs least.
_END = 0.75


class _Prefixes(NamedTuple):
    """The rows without their ends: `rest` is the length of a row's end, `last` where it begins.

    Genes are numbered from the most common on, so that the row of greater `last` ends first.
    """

    rows: csr_array
    rest: np.ndarray
    last: np.ndarray


def find_similar(
    matrix: csr_array,
    weights: np.ndarray,
    *,
    cosine: float = 0.5,
    shared: int = 3,
    neighbours: int | None = None,
) -> Similar:
    """Return the pairs of rows with at least this cosine and as many shared genes, in order.

    `matrix` is of ones, with sorted indices; its columns weigh `weights`. With `neighbours`, only
    the pairs that are among so many `strongest` of either side, and memory grows with these. A
    cosine of 0 compares all with all.

    >>> matrix = csr_array(np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]]))
    >>> pairs = find_similar(matrix, np.ones(3), shared=2)
    >>> pairs.left.tolist(), pairs.right.tolist(), pairs.cosine.round(3).tolist()
    ([0], [1], [0.816])
    """
    alike = group(matrix)
    distinct = matrix[alike.rows[alike.begins[:-1]]]
    found = _find_distinct(distinct, weights, cosine, shared, neighbours)
    genes = np.diff(distinct.indptr).astype(np.int32)
    return expand(with_copies(found, alike, genes, shared), alike, neighbours)


def _find_distinct(
    matrix: csr_array, weights: np.ndarray, cosine: float, shared: int, neighbours: int | None
) -> Similar:
    """Return pairs as `find_similar` does, of rows no two of which are the same."""
    unit = _unit(matrix, weights)
    found, count = [Similar(*(np.empty(0, dtype=np.int64),) * 4)], 0
    for left, right in _iter_possible(_cut(unit, _END * cosine), cosine):
        found.append(_measure(matrix, unit, left, right, cosine, shared))
        count += len(found[-1].left)
        if neighbours is not None and count > _MOST_PAIRS:
            # What is not among the strongest so far will not be when there are more.
            found, count = [strongest(sort(joined(*found)), neighbours)], 0
    pairs = sort(joined(*found))
    return pairs if neighbours is None else strongest(pairs, neighbours)


def _unit(matrix: csr_array, weights: np.ndarray) -> csr_array:
    """Return the matrix with weighted rows of length 1."""
    data = weights[matrix.indices].astype(np.float64)
    rows = _rows(matrix)
    lengths = np.sqrt(np.bincount(rows, data**2, minlength=matrix.shape[0]))
    return csr_array((data / lengths[rows], matrix.indices, matrix.indptr), shape=matrix.shape)


def _rows(matrix: csr_array) -> np.ndarray:
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))


def _cut(unit: csr_array, length: float) -> _Prefixes:
    """Return the rows without the common genes at their end, which is shorter than `length`."""
    counts = np.bincount(unit.indices, minlength=unit.shape[1])
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    rows = _rows(unit)
    order = np.lexsort((rank[unit.indices], rows))
    sums = np.cumsum(unit.data[order] ** 2)
    before = np.concatenate([[0.0], sums])[unit.indptr[:-1]]
    is_kept = np.zeros(len(order), dtype=bool)
    is_kept[order] = sums - before[rows] >= length**2 - _SLACK
    rest = np.bincount(rows, np.where(is_kept, 0, unit.data**2), minlength=unit.shape[0])
    last = np.full(unit.shape[0], len(counts))
    np.minimum.at(last, rows[is_kept], rank[unit.indices[is_kept]])
    entries = (unit.data[is_kept], (rows[is_kept], unit.indices[is_kept]))
    return _Prefixes(csr_array(entries, shape=unit.shape), np.sqrt(rest), last)


def _iter_possible(prefixes: _Prefixes, cosine: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the pairs that the genes in their prefixes do not rule out, some at a time.

    What a pair has in common beyond these is in the end of the row that ends first.
    """
    rows, rest, last = prefixes
    transposed = rows.T.tocsr()
    for start, stop in _blocks(rows, np.diff(transposed.indptr)):
        part = (rows[start:stop] @ transposed).tocoo()
        left, right = part.row + start, part.col
        end = np.where(last[left] > last[right], rest[left], rest[right])
        is_possible = (right > left) & (part.data + end >= cosine - _SLACK)
        left, right = left[is_possible], right[is_possible]
        for first in range(0, len(left), _BLOCK_PAIRS):
            some = slice(first, first + _BLOCK_PAIRS)
            yield left[some], right[some]


def _blocks(rows: csr_array, counts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield blocks of rows, first and last but one, whose product is made of so many products."""
    products = np.concatenate([[0], np.cumsum(counts[rows.indices])])[rows.indptr]
    start = 0
    while start < rows.shape[0]:
        most = products[start] + _BLOCK_PRODUCTS
        stop = max(start + 1, int(np.searchsorted(products, most, side="right")) - 1)
        yield start, stop
        start = stop


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
    return part(Similar(left, right, cosines.round(12), both.astype(np.int32)), is_kept)
