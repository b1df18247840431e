"""Finding figures by genes: the rankings against plain definitions."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from kg.errors import UsageError
from kg.network import (
    ANY,
    GeneSets,
    Index,
    find_figures,
    gene_sets,
    open_index,
    search,
)
from kg.network.strings import Strings


def make_sets(figures: Iterable[Iterable[int]], genes: int = 40) -> GeneSets:
    """Return the gene sets of an index in which figure i shows the genes given."""
    rows = [sorted(set(members)) for members in figures]
    shown = [(row, gene) for row, members in enumerate(rows) for gene in members]
    return sets_of(np.array(shown, dtype=np.int32).reshape(-1, 2), len(rows), genes)


def sets_of(pairs: np.ndarray, count: int, genes: int) -> GeneSets:
    """Return the gene sets of an index with these pairs of figure and gene, sorted."""
    nothing = np.empty((0, 2), dtype=np.int32)
    return gene_sets(
        Index(
            figid=Strings.of(f"PMC{row}__f" for row in range(count)),
            title=Strings.of([""] * count),
            year=np.zeros(count, dtype=np.int16),
            paper=np.full(count, -1, dtype=np.int32),
            pmcid=Strings.of([]),
            paper_title=Strings.of([]),
            citation=Strings.of([]),
            entrez=np.arange(1, genes + 1),
            symbols=Strings.of(f"G{gene}" for gene in range(genes)),
            gene_taxon=np.full(genes, 9606, dtype=np.int32),
            taxon=np.array([9606], dtype=np.int32),
            taxon_name=Strings.of(["Homo sapiens"]),
            family=Strings.of([]),
            chemical=Strings.of([]),
            shown_figure=pairs[:, 0],
            shown_gene=pairs[:, 1],
            shown_level=np.ones(len(pairs), dtype=np.uint8),
            figure_families=nothing,
            family_members=nothing,
            figure_chemicals=nothing,
        )
    )


def reference(
    figures: dict[int, set[int]], query: set[int], by: str, top: int
) -> list[tuple[int, int, float, float]]:
    """Search as one would write it down: (figure, shared, cosine, p) of the first figures."""
    figures = {figure: genes for figure, genes in figures.items() if genes}
    counts = Counter(gene for genes in figures.values() for gene in genes)
    query = {gene for gene in query if counts[gene]}
    square = {gene: math.log(1 + len(figures) / count) ** 2 for gene, count in counts.items()}

    def length(genes: set[int]) -> float:
        return math.sqrt(sum(square[gene] for gene in genes))

    hits = []
    for figure, genes in figures.items():
        both = genes & query
        if both:
            weight = sum(square[gene] for gene in both)
            cosine = round(weight / (length(genes) * length(query)), 9)
            p = hypergeom.sf(len(both) - 1, len(counts), len(genes), len(query))
            hits.append((figure, len(both), cosine, float(p), round(weight, 9), len(genes)))

    def key(hit: tuple[int, int, float, float, float, int]) -> tuple[float, ...]:
        figure, shared, cosine, p, weight, size = hit
        p = float(f"{p:.9e}")
        ranked = {
            "cosine": (-cosine, p, -shared),
            "overlap": (-shared, -weight, p),
            "p": (p, -cosine, -shared),
        }[by]
        return (-min(shared, 3), *ranked, size, figure)

    return [hit[:4] for hit in sorted(hits, key=key)[:top]]


@pytest.mark.parametrize("by", ["cosine", "overlap", "p"])
def test_search_equals_the_reference_on_real_figures(large_index: Index, by: str) -> None:
    rng = random.Random(by)  # noqa: S311 - the same genes each time
    for strictness in ("strict", "all"):
        sets = gene_sets(large_index, strictness)
        figures = {row: set(sets.genes_of(row).tolist()) for row in range(len(sets.sizes))}
        shown = [int(gene) for gene in np.flatnonzero(sets.figure_counts)]
        for count in (1, 2, 5, 30, 200):
            query = rng.sample(shown, count)
            _compare(sets, figures, query, by, top=50)


@given(
    st.lists(st.sets(st.integers(0, 11)), max_size=30),
    st.sets(st.integers(0, 14), min_size=1),
    st.sampled_from(["cosine", "overlap", "p"]),
    st.integers(1, 40),
)
def test_search_equals_the_reference(
    figures: list[set[int]], query: set[int], by: str, top: int
) -> None:
    _compare(make_sets(figures), dict(enumerate(figures)), list(query), by, top)


def _compare(
    sets: GeneSets, figures: dict[int, set[int]], query: list[int], by: str, top: int
) -> None:
    rows = {figid: row for row, figid in enumerate(sets.index.figid)}
    hits = search(sets, query, by=by, top=top)  # type: ignore[arg-type] # given as a caller without types would
    expected = reference(figures, set(query), by, top)
    assert [(rows[hit.figid], len(hit.genes)) for hit in hits] == [
        (figure, shared) for figure, shared, _, _ in expected
    ]
    np.testing.assert_allclose([hit.cosine for hit in hits], [e[2] for e in expected], rtol=1e-6)
    np.testing.assert_allclose([hit.p for hit in hits], [e[3] for e in expected], rtol=1e-8)


def test_q_counts_every_figure_with_genes() -> None:
    figures = [{0, 1, 2, 3}, {0, 1, 8}, {0, 9}, {7, 8}, {10, 11}, set()]
    hits = search(make_sets(figures), [0, 1, 2, 3], by="p", top=10)
    assert len(hits) == 3
    expected = false_discovery_control([*(hit.p for hit in hits), 1.0, 1.0])[:3]
    np.testing.assert_allclose([hit.q for hit in hits], expected)


def test_figures_of_two_genes_come_after_those_that_share_three() -> None:
    figures = [{0, 1}, {0, 1, 2, *range(20, 36)}, {0}, {3, 4}, {2, 3, 4}]
    hits = search(make_sets(figures), [0, 1, 2, 3, 4], top=10)
    assert [hit.figid for hit in hits] == [
        "PMC4__f",
        "PMC1__f",
        "PMC3__f",
        "PMC0__f",
        "PMC2__f",
    ]


def test_rare_genes_weigh_more_and_stand_first() -> None:
    figures = [{0, 1, 2}, {0, 1, 3}, {1}, {1}, {0}, {2}]
    hits = search(make_sets(figures), [0, 1, 2, 3], top=2)
    assert [(hit.figid, hit.genes) for hit in hits] == [
        ("PMC1__f", (3, 0, 1)),
        ("PMC0__f", (2, 0, 1)),
    ]


def test_required_gene_need_not_be_sought() -> None:
    figures = [{0, 1, 2}, {0, 1, 2, 5}, {0, 5}]
    sets = make_sets(figures)
    hits = search(sets, [0, 1], require=[5])
    assert [hit.figid for hit in hits] == ["PMC1__f", "PMC2__f"]
    everything = {hit.figid: hit.q for hit in search(sets, [0, 1])}
    assert [hit.q for hit in hits] == [everything[hit.figid] for hit in hits]
    assert search(sets, [0, 1], require=[5, 6]) == []


def test_unknown_ranking_and_strictness_are_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="'size' is no ranking\nhint: known: cosine, overlap, p"):
        search(gene_sets(index), [1], by="size")  # type: ignore[arg-type] # given as a caller without types would
    with pytest.raises(UsageError, match="'lax' is no strictness level\nhint: known: strict, syn"):
        gene_sets(index, "lax")


def test_background_is_the_universe(index: Index) -> None:
    measured = [str(entrez) for entrez in index.entrez.tolist()][:60]
    names = [index.symbol(3), index.symbol(5), "INS", "no-gene"]
    finding = find_figures(index, names, background=[*measured, "INS", "no-gene"], organism="any")
    assert finding.background.size == 61
    assert finding.background.query_size == 3
    assert "of the 62 names in the background, 61 are genes" in finding.notes
    sizes = gene_sets(index, "all", ANY, within=np.arange(60)).sizes
    for hit in finding.hits:
        size = sizes[list(index.figid).index(hit.figid)]
        assert hit.size == size
        assert hit.p == pytest.approx(hypergeom.sf(len(hit.genes) - 1, 61, size, 3))


def test_what_is_outside_the_background_is_left_out(index: Index) -> None:
    finding = find_figures(index, ["SRC", "PTK2"], background=["SRC"])
    assert finding.notes == ["not in the background, and left out: PTK2"]
    assert {finding.symbols[gene] for hit in finding.hits for gene in hit.genes} == {"SRC"}


def test_no_known_gene_is_refused(index: Index) -> None:
    with pytest.raises(UsageError) as caught:
        find_figures(index, ["FOO", "p21"])
    assert str(caught.value) == (
        "none of the genes is known\n"
        "hint: FOO is unknown; similar: FOS, FTO; "
        "p21 is ambiguous and left out: CDKN1A, H3P16, TCEAL1"
    )
    with pytest.raises(UsageError, match="can't be used: INS is in no figure"):
        find_figures(index, ["SRC"], require=["INS"])
    with pytest.raises(UsageError) as caught:
        find_figures(index, ["SRC"], background=["FOO"])
    assert str(caught.value) == (
        "the background names no known gene\n"
        "hint: name all genes that were measured, by symbol or number"
    )


def test_search_takes_five_milliseconds_on_the_whole_database() -> None:
    """Search 103,000 figures; the bound is generous, for machines that do other work as well."""
    import time

    rng = np.random.default_rng(3)
    sizes = np.clip(rng.lognormal(2.2, 0.9, 103_000).astype(int), 1, 300)
    popularity = 1 / np.arange(1, 15_001) ** 0.85
    genes = rng.choice(15_000, sizes.sum(), p=popularity / popularity.sum())
    figures = np.repeat(np.arange(len(sizes)), sizes)
    pairs = np.stack(np.divmod(np.unique(figures * 15_000 + genes), 15_000), axis=1)
    sets = sets_of(pairs.astype(np.int32), len(sizes), 15_000)
    query = list(range(0, 400, 20))
    search(sets, query)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        search(sets, query)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02


def test_gene_sets_are_made_once_for_each_index(pages_turtle: Path) -> None:
    index, other = open_index(pages_turtle), open_index(pages_turtle)
    assert gene_sets(index, "strict") is gene_sets(index, "strict")
    assert gene_sets(index, "strict") is not gene_sets(index, "all")
    assert gene_sets(index, "all").index is index
    assert gene_sets(other, "all").index is other
    inside = gene_sets(index, "all", within=np.array([0, 3]))
    assert set(np.flatnonzero(inside.figure_counts).tolist()) <= {0, 3}
    assert gene_sets(index, "all").gene_count > 3
