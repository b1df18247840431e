"""The hypergeometric test, and Benjamini and Hochberg's correction for many tests.

Decision: not `scipy.stats.hypergeom`, which the tests compare with: for the millions of pairs of a
network it takes minutes, and importing `scipy.stats` takes half a second. Importing
`scipy.special` for its `gammaln` takes 0.2 s, a table of logarithms of factorials 5 ms.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

_NEGLIGIBLE = 1e-17


def overlap_p(
    shared: np.ndarray, sizes: np.ndarray, drawn: np.ndarray | int, total: int
) -> np.ndarray:
    """Return the probability of an overlap as great as this or greater, by chance.

    Of `total` things `drawn` are drawn, and `sizes` are marked: how probable is it that `shared`
    or more of those drawn are marked? Arrays of one length, or single numbers.

    >>> overlap_p(np.array([3]), np.array([5]), 4, 20).round(6).tolist()
    [0.031992]
    """
    k, size, n = (
        np.array(column, dtype=float) for column in np.broadcast_arrays(shared, sizes, drawn)
    )
    # Tails are summed outwards from `k`, so that terms fall and small ones are not lost in large
    # ones: upwards where k is beyond the mean, else downwards, for the complement.
    is_beyond = k * total > size * n
    p = np.ones(len(k))
    p[is_beyond] = _tail(k[is_beyond], size[is_beyond], n[is_beyond], total, step=1)
    below = ~is_beyond & (k > 0)
    p[below] -= _tail(k[below] - 1, size[below], n[below], total, step=-1)
    return np.clip(p, 0.0, 1.0)


def _tail(k: np.ndarray, size: np.ndarray, n: np.ndarray, total: int, step: int) -> np.ndarray:
    """Return P(X = k) + P(X = k + step) + …; the terms must fall from `k` on."""
    logs = _log_factorials(total)
    log_first = (
        _log_choose(size, k, logs)
        + _log_choose(total - size, n - k, logs)
        - _log_choose(np.full(len(k), float(total)), n, logs)
    )
    sums, term, at = np.ones(len(k)), np.ones(len(k)), k.copy()
    rest = total - size - n
    left = np.flatnonzero(np.isfinite(log_first))
    while len(left):
        x, s, d, r = at[left], size[left], n[left], rest[left]
        if step > 0:
            term[left] *= (s - x) * (d - x) / ((x + 1) * (r + x + 1))
        else:
            term[left] *= x * (r + x) / ((s - x + 1) * (d - x + 1))
        sums[left] += term[left]
        at[left] += step
        left = left[term[left] > _NEGLIGIBLE * sums[left]]
    probability: np.ndarray = np.exp(log_first + np.log(sums))
    return probability


def _log_choose(n: np.ndarray, k: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Return ln(n over k), minus infinity where there is no way to choose."""
    is_possible = (k >= 0) & (k <= n)
    whole = np.where(is_possible, n, 0).astype(np.intp)
    chosen = np.where(is_possible, k, 0).astype(np.intp)
    return np.where(is_possible, logs[whole] - logs[chosen] - logs[whole - chosen], -np.inf)


@lru_cache(maxsize=4)
def _log_factorials(most: int) -> np.ndarray:
    """Return ln 0!, ln 1!, and so on."""
    return np.array([math.lgamma(number + 1) for number in range(most + 1)])


def adjust(p: np.ndarray, counts: np.ndarray | None = None, tests: int | None = None) -> np.ndarray:
    """Return p-values corrected after Benjamini and Hochberg (1995).

    Each stands for `counts` tests with that same value (one). Of all `tests`, those that are not
    given are taken to have p = 1.

    >>> adjust(np.array([0.01, 0.02, 0.9]), tests=4).round(3).tolist()
    [0.04, 0.04, 1.0]
    """
    order = np.argsort(p, kind="stable")
    ranks = np.cumsum(np.ones(len(p)) if counts is None else counts[order])
    number = tests if tests is not None else (ranks[-1] if len(ranks) else 0)
    raw = np.minimum(p[order] * number / ranks, 1.0)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(raw[::-1])[::-1]
    return adjusted
