"""Comparison of gene sets: each number against its definition, computed the slow way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from kg.wikipathways import similarity
from kg.wikipathways.figures import GeneSets
from kg.wikipathways.similarity import Similarity, Thresholds, iter_similar

ALL = Thresholds(shared=1, q=1.0, jaccard=0.0)
Sets = dict[str, set[int]]


def compare(
    figures: Sets, pathways: Sets, thresholds: Thresholds = ALL, genes: Iterable[int] | None = None
) -> dict[tuple[str, str], Similarity]:
    """Compare sets over one organism's genes, by default all."""
    one, other = gene_sets(figures), GeneSets()
    other.genes = one.genes
    for owner, members in pathways.items():
        for gene in sorted(members):
            other.add(owner, str(gene))
    chosen = set(one.genes.values()) if genes is None else {one.genes[str(gene)] for gene in genes}
    found = iter_similar(one, other, {"9606": chosen}, {"9606": sorted(pathways)}, thresholds)
    return {(pair.figure, pair.pathway): pair for pair in found}


def gene_sets(sets: Sets) -> GeneSets:
    made = GeneSets()
    for owner, members in sets.items():
        for gene in sorted(members):
            made.add(owner, str(gene))
    return made


def tail(k: int, population: int, marked: int, drawn: int) -> float:
    """Return the probability of `k` or more marked among the drawn, exactly."""
    ways = sum(
        math.comb(marked, hit) * math.comb(population - marked, drawn - hit)
        for hit in range(k, min(marked, drawn) + 1)
    )
    return float(Fraction(ways, math.comb(population, drawn)))


def cosine(one: set[int], other: set[int], sets: list[set[int]]) -> float:
    def weight(gene: int) -> float:
        return math.log(1 + len(sets) / sum(gene in members for members in sets)) ** 2

    product = sum(map(weight, one & other))
    return product / math.sqrt(sum(map(weight, one)) * sum(map(weight, other)))


some_sets = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2), st.sets(st.integers(1, 15), min_size=1), min_size=1
)


@given(figures=some_sets, pathways=some_sets)
def test_each_number_is_its_definition(figures: Sets, pathways: Sets) -> None:
    found = compare(figures, pathways)
    population = len(set().union(*figures.values(), *pathways.values()))
    sets = [*figures.values(), *pathways.values()]
    for figure, one in figures.items():
        tests = [
            tail(len(one & other), population, len(other), len(one)) for other in pathways.values()
        ]
        adjusted = false_discovery_control(tests)
        for (pathway, other), p, q in zip(pathways.items(), tests, adjusted, strict=True):
            shared = len(one & other)
            pair = found.pop((figure, pathway), None)
            assert (pair is None) == (shared == 0)
            if pair is not None:
                assert (pair.shared, pair.figure_genes, pair.pathway_genes) == (
                    shared,
                    len(one),
                    len(other),
                )
                assert pair.jaccard == pytest.approx(shared / len(one | other))
                assert pair.cosine == pytest.approx(cosine(one, other, sets))
                assert pair.p == pytest.approx(p, rel=1e-9)
                assert pair.q == pytest.approx(q, rel=1e-9)
    assert not found


def test_a_set_drawn_at_random_is_not_alike() -> None:
    pathways = {f"p{start}": set(range(start, start + 30)) for start in range(0, 300, 30)}
    figures = {"all of p0": set(range(20)), "one of each": set(range(0, 300, 30))}
    found = compare(figures, pathways, Thresholds())
    assert set(found) == {("all of p0", "p0")}
    assert found["all of p0", "p0"].q < 1e-15


def test_a_gene_that_all_draw_counts_little() -> None:
    pathways = {"rare": {1, 2, 3}, "common": {4, 5, 6}}
    many = {f"f{number}": {4, 5, 6} for number in range(50)}
    found = compare({"a": {1, 2, 4, 5}, **many}, pathways)
    assert found["a", "rare"].jaccard == found["a", "common"].jaccard
    assert found["a", "rare"].cosine > 2 * found["a", "common"].cosine


@pytest.mark.parametrize(
    ("thresholds", "is_linked"),
    [
        (Thresholds(shared=4, q=1.0, jaccard=0.0), True),
        (Thresholds(shared=5, q=1.0, jaccard=0.0), False),
        (Thresholds(shared=1, q=1.0, jaccard=4 / 8), True),
        (Thresholds(shared=1, q=1.0, jaccard=0.51), False),
        (Thresholds(shared=1, q=0.3, jaccard=0.0), True),
        (Thresholds(shared=1, q=0.01, jaccard=0.0), False),
    ],
)
def test_a_threshold_is_the_last_value_that_passes(thresholds: Thresholds, is_linked: bool) -> None:
    """Four of six and six genes are shared; twelve genes there are, so p is 0.28."""
    figures = {"f": {1, 2, 3, 4, 5, 6}, "rest": set(range(9, 13))}
    found = compare(figures, {"p": {1, 2, 3, 4, 7, 8}}, thresholds)
    assert (("f", "p") in found) == is_linked


def test_genes_of_other_organisms_are_left_out() -> None:
    figures = {"f": {1, 2, 3, 90, 91}}
    pathways = {"p": {1, 2, 3, 80}, "none": {80}}
    found = compare(figures, {**pathways, "q": {4, 5}}, genes=[1, 2, 3])
    assert found.keys() == {("f", "p")}
    pair = found["f", "p"]
    assert (pair.figure_genes, pair.pathway_genes, pair.jaccard) == (3, 3, 1.0)


def test_an_organism_without_figures_or_pathways_has_no_links() -> None:
    assert compare({"f": {1}}, {"p": {1}}, genes=[]) == {}


def test_figures_are_compared_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {f"f{number}": {number, number + 1, number + 2} for number in range(20)}
    pathways = {f"p{number}": set(range(number, number + 5)) for number in range(0, 20, 3)}
    whole = compare(figures, pathways)
    monkeypatch.setattr(similarity, "_ROWS", 3)
    assert compare(figures, pathways) == whole


def test_a_gene_that_comes_twice_counts_once() -> None:
    made = gene_sets({"f": {1, 2}})
    made.add("f", "1")
    found = list(iter_similar(made, made, {"9606": {0, 1}}, {"9606": ["f"]}, ALL))
    assert [(pair.shared, pair.figure_genes) for pair in found] == [(2, 2)]
