"""Find figures by genes: which figures show what a list of genes has in common.

Three ways to rank, each broken by the others. `cosine`: the angle between list and figure, genes
weighted by inverse frequency, so that a shared rare gene says more than a shared AKT1. `overlap`:
how many genes are shared, then how rare they are. `p`: the hypergeometric test, corrected
(`q`) for as many tests as there are figures with genes.

Any ranking by angle or chance is topped by figures of two genes that happen to be on the list.
So figures that share three genes or more come first, in whatever order; then those that share
two, then those that share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from kg import terms
from kg.errors import UsageError
from kg.hypergeometric import adjust, overlap_p
from kg.network.sets import GeneSets

Ranking = Literal["cosine", "overlap", "p"]
RANKINGS: tuple[Ranking, ...] = ("cosine", "overlap", "p")
ENOUGH = 3
"""Figures that share fewer genes than this come after those that share as many."""

_DECIMALS = 12
_ROUNDED = 10.0**-_DECIMALS
_PARTS = 16


class Hit(NamedTuple):
    """A figure that shares genes with the query: which, how strongly, and where to see it.

    `genes` are rows of the index, the rarest first. `size` counts the figure's genes. `year` is
    None where the graph has none.
    """

    figid: str
    title: str
    pmcid: str
    paper: str
    year: int | None
    iri: str
    genes: tuple[int, ...]
    size: int
    cosine: float
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Background:
    """How many genes could have been found (`size`), and how many of them the query has."""

    size: int
    query_size: int


class Found(NamedTuple):
    """The figures that share genes with a query, as columns; `figure` are rows of the index."""

    figure: np.ndarray
    shared: np.ndarray
    size: np.ndarray
    weight: np.ndarray
    cosine: np.ndarray
    p: np.ndarray
    q: np.ndarray


def search(
    sets: GeneSets,
    genes: Sequence[int],
    *,
    by: Ranking = "cosine",
    require: Sequence[int] = (),
    background: Background | None = None,
    top: int = 20,
) -> list[Hit]:
    """Return the `top` figures for genes (rows of the index), best first.

    Figures that do not show all of `require` are left out, and still count as tested. Without a
    background, it is all genes that any figure of the sets shows.

        sets = gene_sets(index)
        hits = search(sets, [gene.row for gene in GeneFinder(index).find_all(["TP53", "MDM2"])])
    """
    if by not in RANKINGS:
        raise UsageError(f"{by!r} is no ranking", hint=f"known: {', '.join(RANKINGS)}")
    query = np.unique(np.asarray(genes, dtype=np.int64))
    query = query[sets.figure_counts[query] > 0]
    found = compare(sets, query, background)
    found = _requiring(found, sets, require)
    found = rank(found, by, top)
    rarest = query[np.lexsort((query, sets.figure_counts[query]))].tolist()
    places = {gene: place for place, gene in enumerate(rarest)}
    return [_hit(sets, places, row) for row in zip(*found, strict=True)]


def compare(sets: GeneSets, query: np.ndarray, background: Background | None = None) -> Found:
    """Return all figures that share genes with the query, in the order of the index."""
    background = background or Background(sets.gene_count, len(query))
    weights = sets.weights[query] ** 2
    sums = sets.columns(query) @ np.stack([np.ones(len(query)), weights], axis=1)
    found = np.flatnonzero(sums[:, 0] > 0)
    shared, weight = sums[found, 0].astype(np.intp), sums[found, 1]
    size = sets.sizes[found]
    cosine = weight / (sets.norms[found] * np.sqrt(weights.sum()))
    p, q = _test(shared, size, background, sets.figure_count)
    return Found(found, shared, size, weight, cosine, p, q)


def _test(
    shared: np.ndarray, size: np.ndarray, background: Background, tests: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return p and q; figures that agree in both numbers, as most do, are tested once."""
    width = int(size.max(initial=0)) + 1
    kinds = shared * width + size
    counts = np.bincount(kinds)
    distinct = np.flatnonzero(counts)
    p = overlap_p(distinct // width, distinct % width, background.query_size, background.size)
    table = np.zeros((2, len(counts)))
    table[:, distinct] = p, adjust(p, counts[distinct], tests)
    return table[0, kinds], table[1, kinds]


def _requiring(found: Found, sets: GeneSets, genes: Sequence[int]) -> Found:
    is_kept = np.ones(len(found.figure), dtype=bool)
    for gene in genes:
        is_kept &= np.isin(found.figure, sets.figures_of(gene), assume_unique=True)
    return found if is_kept.all() else _part(found, is_kept)


def rank(found: Found, by: Ranking, top: int) -> Found:
    """Return the first `top` figures in the order that a ranking gives.

    A tie in what is ranked by is broken by the other two, then the smaller figure comes first
    (it is about fewer other things), then the order of the index.
    """
    late = ENOUGH - np.minimum(found.shared, ENOUGH)
    main = found.p if by == "p" else -(found.cosine if by == "cosine" else found.shared)
    early = _first(main, late, top, slack=_ROUNDED if by == "cosine" else 0.0)
    found, late = _part(found, early), late[early]
    found = found._replace(
        cosine=found.cosine.round(_DECIMALS), weight=found.weight.round(_DECIMALS)
    )
    keys = {
        "cosine": (-found.cosine, found.p, -found.shared),
        "overlap": (-found.shared, -found.weight, found.p),
        "p": (found.p, -found.cosine, -found.shared),
    }[by]
    ties = (found.figure, found.size, *keys[::-1], late)
    return _part(found, np.lexsort(ties)[:top])


def _part(found: Found, places: np.ndarray) -> Found:
    return Found(*(column[places] for column in found))


def _first(key: np.ndarray, lateness: np.ndarray, top: int, slack: float) -> np.ndarray:
    """Return places among which are the first `top` by a key, and all that tie with them.

    Those tie that are nearer to each other than `slack`.
    Sorting a hundred thousand figures to show twenty would take ten times as long.
    """
    first = [np.empty(0, dtype=np.int64)]
    for late in range(ENOUGH):
        places, missing = np.flatnonzero(lateness == late), top - sum(map(len, first))
        if missing <= 0:
            break
        keys = key[places]
        first.append(places[keys <= _bound(keys, missing) + slack])
    return np.concatenate(first)


def _bound(keys: np.ndarray, count: int) -> float:
    """Return a number that `count` of the keys, and few more, don't exceed.

    It is the count-th least of the least of each part of them; finding that of all takes longer.
    """
    size = len(keys) // (_PARTS * count)
    if size < 2:
        return np.inf
    least = keys[: len(keys) // size * size].reshape(-1, size).min(axis=1)
    return float(np.partition(least, count - 1)[count - 1])


def _hit(sets: GeneSets, query: dict[int, int], row: tuple[float, ...]) -> Hit:
    """Return a figure with what a person wants to read; `query` places genes, rarest first."""
    figure, size, (cosine, p, q) = int(row[0]), int(row[2]), row[4:]
    index = sets.index
    genes = [gene for gene in sets.genes_of(figure).tolist() if gene in query]
    genes.sort(key=query.__getitem__)
    paper = int(index.paper[figure])
    return Hit(
        figid=index.figid[figure],
        title=index.title[figure],
        pmcid=index.pmcid[paper] if paper >= 0 else "",
        paper=index.paper_title[paper] if paper >= 0 else "",
        year=int(index.year[figure]) or None,
        iri=terms.figure(index.figid[figure])[1:-1],
        genes=tuple(genes),
        size=size,
        cosine=float(cosine),
        p=float(p),
        q=float(q),
    )
