"""The hypergeometric test and its correction: exact, and as scipy has them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from kg.hypergeometric import adjust, overlap_p


@given(
    st.integers(1, 300).flatmap(
        lambda total: st.tuples(
            st.just(total), st.integers(0, total), st.integers(0, total), st.integers(0, total)
        )
    )
)
def test_overlap_p_is_exact(numbers: tuple[int, int, int, int]) -> None:
    total, drawn, size, k = numbers
    ways = range(k, min(size, drawn) + 1)
    exact = Fraction(
        sum(math.comb(size, i) * math.comb(total - size, drawn - i) for i in ways),
        math.comb(total, drawn),
    )
    got = overlap_p(np.array([k]), np.array([size]), drawn, total)[0]
    assert got == pytest.approx(float(exact), rel=1e-9, abs=1e-14)


def test_overlap_p_is_that_of_scipy() -> None:
    rng = np.random.default_rng(1)
    for total in (50, 5000, 30000):
        drawn = int(rng.integers(1, min(total, 400)))
        sizes = rng.integers(1, total // 2, 500)
        shared = rng.integers(0, np.minimum(sizes, drawn) + 1)
        ours = overlap_p(shared, sizes, drawn, total)
        theirs = hypergeom.sf(shared - 1, total, sizes, drawn)
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-13)


def test_overlap_p_of_nothing() -> None:
    assert overlap_p(np.array([]), np.array([]), 3, 10).tolist() == []
    assert overlap_p(np.array([0, 0]), np.array([0, 3]), 0, 3).tolist() == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(0, 50))
def test_adjusted_p_is_that_of_scipy(values: list[float], others: int) -> None:
    p = np.array(values)
    expected = false_discovery_control([*values, *[1.0] * others])[: len(values)]
    np.testing.assert_allclose(adjust(p, tests=len(p) + others), expected, rtol=1e-12)
    distinct, counts = np.unique(p, return_counts=True)
    merged = adjust(distinct, counts, len(p) + others)
    by_value = dict(zip(distinct, merged, strict=True))
    np.testing.assert_allclose([by_value[v] for v in p], expected, rtol=1e-12)
