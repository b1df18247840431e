"""Make the index of what was collected from a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import numpy as np

from kg.network.collect import (
    CHEBI_NAMESPACE,
    PAPER_NAMESPACE,
    Collection,
    Numbers,
    figid_of,
    gene_number,
    taxon_number,
)
from kg.network.index import Index
from kg.network.strings import Strings


def make_index(found: Collection) -> Index:
    """Return the index of what was collected: the same, in whatever order the quads came."""
    figid, figures = _sort(found.figures, figid_of)
    pmcid, papers = _sort(found.papers, lambda iri: unquote(iri[len(PAPER_NAMESPACE) :]))
    entrez, genes = _sort(found.genes, gene_number)
    family, families = _sort(found.families, str)
    chemical, chemicals = _sort(found.chemicals, lambda iri: iri[len(CHEBI_NAMESPACE) :])
    paper_of = {figure: papers[paper] for figure, paper in found.paper_of.items()}
    taxon_of = {
        found.genes[gene]: taxon_number(taxon)
        for gene, taxon in found.taxon_of.items()
        if gene in found.genes
    }
    taxa = {taxon_number(iri): name for iri, name in found.taxon_names.items()}
    taxa = dict(sorted({**dict.fromkeys(taxon_of.values(), ""), **taxa}.items()))
    shown_figure, shown_gene, shown_level = _shown(found, figures, genes)
    matched_figure, matched_entry = found.matched()
    years = {figure: _year(text) for figure, text in found.years.items()}
    family_of = _column(found.entry_family, len(found.entries))
    gene_of = _column(found.entry_gene, len(found.entries))
    chemical_of = _column(found.entry_chemical, len(found.entries))
    return Index(
        figid=Strings.of(figid),
        title=_texts(found.titles, figures),
        year=_numbers(years, figures, np.int16, 0),
        paper=_numbers(paper_of, figures, np.int32, -1),
        pmcid=Strings.of(pmcid),
        paper_title=_texts(found.paper_titles, papers),
        citation=_texts(found.citations, papers),
        entrez=np.array(entrez, dtype=np.int64),
        symbols=_texts({g: "\t".join(names) for g, names in found.symbols().items()}, genes),
        gene_taxon=_numbers(taxon_of, genes, np.int32, 0),
        taxon=np.array(list(taxa), dtype=np.int32),
        taxon_name=Strings.of(taxa.values()),
        family=Strings.of(family),
        chemical=Strings.of(chemical),
        shown_figure=shown_figure,
        shown_gene=shown_gene,
        shown_level=shown_level,
        figure_families=_pairs(matched_figure, family_of[matched_entry], figures, families),
        family_members=_pairs(family_of, gene_of, families, genes),
        figure_chemicals=_pairs(matched_figure, chemical_of[matched_entry], figures, chemicals),
    )


def _sort(numbers: Numbers, name: Callable[[str], Any]) -> tuple[list[Any], np.ndarray]:
    """Return the names in order, and the row that each number gets in it."""
    named = [name(iri) for iri in numbers]
    order = sorted(range(len(named)), key=named.__getitem__)
    rows = np.empty(len(named), dtype=np.int32)
    rows[order] = np.arange(len(named), dtype=np.int32)
    return [named[number] for number in order], rows


def _year(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else 0


def _texts(known: Mapping[int, str], rows: np.ndarray) -> Strings:
    texts = [""] * len(rows)
    for number, text in known.items():
        texts[rows[number]] = text
    return Strings.of(texts)


def _numbers(known: Mapping[int, int], rows: np.ndarray, kind: type, missing: int) -> np.ndarray:
    column: np.ndarray = np.full(len(rows), missing, dtype=kind)
    column[rows[list(known)]] = list(known.values())
    return column


def _column(known: Mapping[int, int], count: int) -> np.ndarray:
    """Return numbers by entry, -1 where an entry has none."""
    column = np.full(count, -1, dtype=np.int32)
    column[list(known)] = list(known.values())
    return column


def _shown(
    found: Collection, figures: np.ndarray, genes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return figure, gene and lowest level of each pair, sorted by figure and gene."""
    columns = [(np.asarray(left), np.asarray(right)) for left, right in found.shown.values()]
    figure = figures[np.concatenate([left for left, _ in columns])]
    gene = genes[np.concatenate([right for _, right in columns])]
    level = np.repeat(np.array(list(found.shown), np.uint8), [len(left) for left, _ in columns])
    order = np.lexsort((level, gene, figure))
    figure, gene, level = figure[order], gene[order], level[order]
    first = np.ones(len(figure), dtype=bool)
    first[1:] = (figure[1:] != figure[:-1]) | (gene[1:] != gene[:-1])
    return figure[first], gene[first], level[first]


def _pairs(
    left: np.ndarray, right: np.ndarray, left_rows: np.ndarray, right_rows: np.ndarray
) -> np.ndarray:
    """Return the pairs of which both sides are known, each once, sorted, in two columns."""
    known = (left >= 0) & (right >= 0)
    return np.unique(np.stack([left_rows[left[known]], right_rows[right[known]]], axis=1), axis=0)
