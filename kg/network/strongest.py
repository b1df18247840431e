"""Pairs of rows that are alike, as columns, and the strongest of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Similar(NamedTuple):
    """Pairs of rows as columns (left < right): the cosine, and how many genes both show."""

    left: np.ndarray
    right: np.ndarray
    cosine: np.ndarray
    shared: np.ndarray


def strongest(pairs: Similar, count: int) -> Similar:
    """Return the pairs that are among the `count` best of either side; ties go by row number."""
    told = both_ways(pairs)
    is_kept = np.zeros(len(pairs.left), dtype=bool)
    is_kept[best(told, count) % max(len(pairs.left), 1)] = True
    return part(pairs, is_kept)


def both_ways(pairs: Similar) -> Similar:
    """Return the pairs, and again with left and right exchanged."""
    return joined(pairs, pairs._replace(left=pairs.right, right=pairs.left))


def best(pairs: Similar, count: int) -> np.ndarray:
    """Return places of the `count` strongest pairs of each left; ties go by right."""
    order = np.lexsort((pairs.right, -pairs.cosine, pairs.left))
    begins = np.flatnonzero(np.diff(pairs.left[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    places: np.ndarray = order[rank < count]
    return places


def part(pairs: Similar, places: np.ndarray) -> Similar:
    return Similar(*(column[places] for column in pairs))


def joined(*parts: Similar) -> Similar:
    return Similar(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def sort(pairs: Similar) -> Similar:
    """Return pairs in order: by left, then by right."""
    return part(pairs, np.lexsort((pairs.right, pairs.left)))
