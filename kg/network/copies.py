"""Rows that show the same genes: one of them is compared, and what is found goes for each.

The figures of a review are shown again in others, and many show the same three genes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from kg.network.strongest import Similar, best, both_ways, joined, part, sort


class Alike(NamedTuple):
    """Rows grouped by what they show: the rows group by group, and where each group begins.

    Groups are in the order of their first rows; rows without genes are in none.
    """

    rows: np.ndarray
    begins: np.ndarray

    def members(self, groups: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the first rows, so many at most, of each of these groups, and its place."""
        counts = np.minimum(np.diff(self.begins)[groups], most)
        place = np.repeat(np.arange(len(groups)), counts)
        nth = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.rows[self.begins[groups][place] + nth], place


def group(matrix: csr_array) -> Alike:
    rows = np.flatnonzero(np.diff(matrix.indptr))
    numbers: dict[bytes, int] = {}
    number = np.empty(len(rows), dtype=np.int64)
    for place, row in enumerate(rows.tolist()):
        genes = matrix.indices[slice(*matrix.indptr[row : row + 2])].tobytes()
        number[place] = numbers.setdefault(genes, len(numbers))
    begins = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(numbers)))])
    return Alike(rows[np.argsort(number, kind="stable")], begins)


def with_copies(found: Similar, alike: Alike, genes: np.ndarray, shared: int) -> Similar:
    """Return the pairs of groups both ways, and each group of several rows with itself."""
    several = np.flatnonzero((np.diff(alike.begins) > 1) & (genes >= shared))
    return joined(
        both_ways(found), Similar(several, several, np.ones(len(several)), genes[several])
    )


def expand(found: Similar, alike: Alike, neighbours: int | None) -> Similar:
    """Return the pairs of rows that pairs of groups, each told both ways, stand for, in order.

    All rows of a group have the same neighbours, themselves aside: hence one more than is asked
    for.
    """
    limit = len(alike.rows) if neighbours is None else neighbours
    right, place = alike.members(found.right, limit + 1)
    of_groups = part(found, place)._replace(right=right)
    of_groups = part(of_groups, best(of_groups, limit + 1))
    left, place = alike.members(of_groups.left, len(alike.rows))
    of_rows = part(of_groups, place)._replace(left=left)
    of_rows = part(of_rows, of_rows.left != of_rows.right)
    return _once(part(of_rows, best(of_rows, limit)))


def _once(pairs: Similar) -> Similar:
    """Return pairs that are told either way, or both, in order, left before right."""
    left, right = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    pairs = sort(pairs._replace(left=left, right=right))
    is_new = np.diff(pairs.left, prepend=-1) != 0
    is_new |= np.diff(pairs.right, prepend=-1) != 0
    return part(pairs, is_new)
