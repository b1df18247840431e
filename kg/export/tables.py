"""The graph as tables: figures, mentions, genes, and which figure shows which gene.

What can't be told is None. Tables are held in memory: of the whole database (2.4 million mentions),
1.5 GB.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from kg.export.details import Details, read_details
from kg.network.collect import (
    CHEBI_NAMESPACE,
    PAPER_NAMESPACE,
    TAXON_NAMESPACE,
    Progress,
    figid_of,
    gene_number,
    taxon_number,
)
from kg.network.index import STRICTNESS
from kg.reference import embedded_hgnc
from kg.terms import compress, iri

Table = dict[str, list[Any]]
"""Columns by name, all of one length."""

_ENTRY_COLUMNS = (
    *("kind", "body", "term", "lexicon", "gene", "symbol", "family"),
    *("mesh", "chebi", "doid", "name"),
)


def read_tables(data: str | Path, progress: Progress | None = None) -> dict[str, Table]:
    """Return the tables of an RDF file, a folder of them, or a store on disk, by name.

    `figures`, `mentions` (a row for each entry that a word matched; `body` is the CURIE of what
    it stands for), `shown` (figure and gene, with
    the strictest level), `genes`, and `members` (family and gene). Rows are sorted.
    """
    return make_tables(read_details(data, progress))


def make_tables(details: Details) -> dict[str, Table]:
    """Return the tables of what was collected, as `read_tables` does."""
    figids = list(map(figid_of, details.figures))
    genes = [*map(gene_number, details.genes)]
    tables = {
        "figures": _figures(details, figids),
        "mentions": _mentions(details, figids, genes),
        "shown": _shown(details, figids, genes),
        "genes": _genes(details, genes),
        "members": _members(details, genes),
    }
    return {name: _sorted(table) for name, table in tables.items()}


def rows_of(table: Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table, of these columns alone."""
    return zip(*(table[column] for column in columns), strict=True)


def _figures(details: Details, figids: list[str]) -> Table:
    papers = list(details.papers)
    paper_of = [details.paper_of.get(figure) for figure in range(len(figids))]
    pmcids = [None if p is None else unquote(papers[p][len(PAPER_NAMESPACE) :]) for p in paper_of]

    def of_paper(known: dict[int, str]) -> list[str | None]:
        return [None if paper is None else known.get(paper) for paper in paper_of]

    def of_figure(known: dict[int, str]) -> list[str | None]:
        return [known.get(figure) for figure in range(len(figids))]

    years = of_figure(details.years)
    return {
        "figid": figids,
        "title": of_figure(details.titles),
        "year": [int(year) if year and year.isdecimal() else None for year in years],
        "pmcid": pmcids,
        "paper_title": of_paper(details.paper_titles),
        "doi": of_paper(details.paper_doi),
        "citation": of_paper(details.citations),
        **{name: of_figure(texts) for name, texts in details.figure_texts.items()},
        "iri": list(details.figures),
    }


def _mentions(details: Details, figids: list[str], genes: list[int]) -> Table:
    """Return a row for each (mention, entry); a recount says where an entry has fewer rows."""
    mentions, entries = np.unique(np.array(details.matches, dtype=np.int64), axis=1)
    figures = details.join(details.targets, mentions)
    mentions, entries, figures = (c[figures >= 0] for c in (mentions, entries, figures))
    words, numbers = list(details.words), entries.tolist()
    counts = details.join(details.count_of, mentions).tolist()
    recounts = {
        (hash(one["mention"]), details.entries[one["entry"]]): int(one["count"])
        for one in details.recounts.values()
        if len(one) == len(("mention", "entry", "count"))
    }
    matches = zip(mentions.tolist(), numbers, strict=True)
    return {
        "figid": [figids[figure] for figure in figures.tolist()],
        "word": [words[word] for word in details.join(details.word_of, mentions).tolist()],
        "count": [recounts.get(m, count) for m, count in zip(matches, counts, strict=True)],
        **{
            name: [known.get(number) for number in numbers]
            for name, known in _of_entries(details, genes).items()
        },
    }


def _of_entries(details: Details, genes: list[int]) -> dict[str, dict[int, Any]]:
    """Return what is said of lexicon entries, by column and number of the entry."""
    families, chemicals = list(details.families), list(details.chemicals)
    known: dict[str, dict[int, Any]] = {
        "kind": details.entry_kind,
        "gene": {entry: genes[gene] for entry, gene in details.entry_gene.items()},
        "symbol": details.entry_symbol,
        "family": {entry: families[one] for entry, one in details.entry_family.items()},
        "chebi": {
            entry: chemicals[one].removeprefix(CHEBI_NAMESPACE)
            for entry, one in details.entry_chemical.items()
        },
        **details.entry_texts,
    }
    known["doid"] = {entry: doid.replace("_", ":") for entry, doid in known["doid"].items()}
    known["body"] = {entry: _body(entry, known) for entry in details.entry_kind}
    return {name: known[name] for name in _ENTRY_COLUMNS}


def _body(entry: int, known: dict[str, dict[int, Any]]) -> str | None:
    """Return the CURIE of what an entry stands for, as in the graph: MeSH before ChEBI and DO."""
    kind = known["kind"][entry]
    if kind == "gene":
        return f"ncbigene:{known['gene'][entry]}"
    if kind == "family":
        family = known["family"].get(entry)
        return family and compress(iri(family))
    mesh = known["mesh"].get(entry)
    other: str | None = known["chebi" if kind == "chemical" else "doid"].get(entry)
    return other if mesh is None else f"mesh:{mesh}"


def _shown(details: Details, figids: list[str], genes: list[int]) -> Table:
    """Return each figure and gene once, with the strictest level at which it is shown."""
    strictest: dict[tuple[int, int], int] = {}
    for level, pairs in sorted(details.shown.items(), reverse=True):
        strictest.update(dict.fromkeys(zip(pairs.left, pairs.right, strict=True), level))
    return {
        "figid": [figids[figure] for figure, _ in strictest],
        "gene": [genes[gene] for _, gene in strictest],
        "strictness": [STRICTNESS[level - 1] for level in strictest.values()],
    }


def _genes(details: Details, genes: list[int]) -> Table:
    """Return the genes: their symbols in the graph, and what HGNC has of human ones."""
    symbols = details.symbols()
    taxa = list(map(details.taxon_of.get, details.genes))
    human = TAXON_NAMESPACE + "9606"
    known = [
        embedded_hgnc().by_entrez(str(gene)) if taxon == human else None
        for gene, taxon in zip(genes, taxa, strict=True)
    ]
    shown = [symbols[gene][0] if gene in symbols else None for gene in range(len(genes))]
    return {
        "gene": list(genes),
        "symbol": [
            gene.symbol if gene else symbol for gene, symbol in zip(known, shown, strict=True)
        ],
        "symbols": ["|".join(symbols.get(gene, ())) or None for gene in range(len(genes))],
        "hgnc": [f"HGNC:{gene.hgnc}" if gene else None for gene in known],
        "ensembl": [gene.ensembl if gene else None for gene in known],
        "taxon": [taxon and taxon_number(taxon) for taxon in taxa],
        "organism": [taxon and details.taxon_names.get(taxon) for taxon in taxa],
    }


def _members(details: Details, genes: list[int]) -> Table:
    families = list(details.families)
    pairs = {
        (families[family], genes[details.entry_gene[entry]])
        for entry, family in details.entry_family.items()
        if entry in details.entry_gene
    }
    return {"family": [family for family, _ in pairs], "gene": [gene for _, gene in pairs]}


def _sorted(table: Table) -> Table:
    """Return a table with its rows sorted by all columns, missing values first."""
    ranks = [_ranks(column) for column in table.values()]
    order = np.lexsort(ranks[::-1]).tolist()
    return {name: [column[row] for row in order] for name, column in table.items()}


def _ranks(column: list[Any]) -> np.ndarray:
    """Return the place of each value among the distinct ones: numbers, which sort fast."""
    distinct = sorted({value for value in column if value is not None})
    rank = {None: 0, **{value: place for place, value in enumerate(distinct, start=1)}}
    return np.fromiter((rank[value] for value in column), dtype=np.int32, count=len(column))
