"""The graph as tables: figures, mentions, genes, and which figure shows which gene.

What can't be told is None. Tables are held in memory, a mention as a few numbers and references
to texts that many share: half a gigabyte for the whole database.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from kg.network.collect import (
    CHEBI_NAMESPACE,
    FIGURE_NAMESPACE,
    GENE_NAMESPACE,
    PAPER_NAMESPACE,
    TAXON_NAMESPACE,
    Collection,
    Numbers,
    Pairs,
)
from kg.reference import embedded_hgnc
from kg.terms import PREFIXES, compress, expand, iri

Table = dict[str, list[Any]]
"""Columns by name, all of one length."""

_KINDS = {
    expand(f"pfocr:{kind.title()}Entry")[1:-1]: kind
    for kind in ("gene", "family", "chemical", "disease")
}
_WP_GENE = "http://vocabularies.wikipathways.org/wp#bdbEntrezGene"
_WP_PATHWAY = "http://vocabularies.wikipathways.org/wp#Pathway"
_LEVELS = {1: "strict", 2: "synonyms", 3: "all"}


class Details(Collection):
    """All that the tables and the report need beside what the index does.

    `pathways` and `pathway_genes` (numbers) are what WikiPathways says, where it is merged.
    """

    def __init__(self) -> None:
        self.words = Numbers()
        self.word_of, self.count_of = (Pairs(array("q"), array("i")) for _ in range(2))
        self.entry_kind: dict[int, str] = {}
        self.entry_texts: dict[str, dict[int, str]] = {
            name: {} for name in ("term", "lexicon", "name", "mesh", "doid")
        }
        self.figure_texts: dict[str, dict[int, str]] = {
            name: {} for name in ("caption", "number", "type", "image", "page")
        }
        self.paper_doi: dict[int, str] = {}
        self.pathways: set[str] = set()
        self.pathway_genes: set[str] = set()
        self.recounts: dict[str, dict[str, str]] = {}
        super().__init__()

    def _table(self) -> dict[str, Callable[[str, str], None]]:
        more: dict[str, Callable[[str, str], None]] = {
            "rdf:type": self._kind,
            "pfocr:word": self._word,
            "pfocr:count": self._count,
            "pfocr:mention": self._recount("mention"),
            "pfocr:entry": self._recount("entry"),
            "pfocr:term": self._entry_text("term"),
            "pfocr:lexicon": self._entry_text("lexicon", PREFIXES["lexicon"]),
            "pfocr:name": self._entry_text("name"),
            "pfocr:mesh": self._entry_text("mesh", PREFIXES["mesh"]),
            "pfocr:doid": self._entry_text("doid", PREFIXES["obo"]),
            "dcterms:description": self._figure_text("caption"),
            "schema:position": self._figure_text("number"),
            "dc:type": self._figure_text("type"),
            "foaf:depiction": self._figure_text("image"),
            "foaf:page": self._figure_text("page"),
            "schema:sameAs": self._same_as,
        }
        ours = {expand(name)[1:-1]: take for name, take in more.items()}
        return {**super()._table(), **ours, _WP_GENE: self._pathway_gene}

    def _kind(self, subject: str, kind: str) -> None:
        if kind in _KINDS:
            self.entry_kind[self.entries[subject]] = _KINDS[kind]
        elif kind == _WP_PATHWAY:
            self.pathways.add(subject.rpartition("/")[2].partition("_")[0])
        else:
            self._type(subject, kind)

    def _pathway_gene(self, subject: str, gene: str) -> None:
        del subject
        self.pathway_genes.add(gene.rpartition("/")[2])

    def _word(self, mention: str, word: str) -> None:
        self.word_of.left.append(hash(mention))
        self.word_of.right.append(self.words[word])

    def _count(self, subject: str, count: str) -> None:
        if subject.startswith(PREFIXES["mention"]):
            self.count_of.left.append(hash(subject))
            self.count_of.right.append(int(count))
        else:
            self.recounts.setdefault(subject, {})["count"] = count

    def _recount(self, part: str) -> Callable[[str, str], None]:
        def take(subject: str, value: str) -> None:
            self.recounts.setdefault(subject, {})[part] = value

        return take

    def _entry_text(self, name: str, namespace: str = "") -> Callable[[str, str], None]:
        texts, entries = self.entry_texts[name], self.entries

        def take(subject: str, value: str) -> None:
            if subject.startswith(PREFIXES["entry"]):
                texts[entries[subject]] = value.removeprefix(namespace)

        return take

    def _figure_text(self, name: str) -> Callable[[str, str], None]:
        texts, figures = self.figure_texts[name], self.figures

        def take(subject: str, value: str) -> None:
            if subject.startswith(FIGURE_NAMESPACE):
                texts[figures[subject]] = value

        return take

    def _same_as(self, subject: str, value: str) -> None:
        if subject.startswith(PAPER_NAMESPACE) and value.startswith(PREFIXES["doi"]):
            self.paper_doi[self.papers[subject]] = unquote(value.removeprefix(PREFIXES["doi"]))


def read_tables(data: str | Path) -> dict[str, Table]:
    """Return the tables of an RDF file, a folder of them, or a store on disk, by name.

    `figures`, `mentions` (a row for each entry that a word matched; `body` is the CURIE of what
    it stands for), `shown` (figure and gene, with
    the strictest level), `genes`, and `members` (family and gene). Rows are sorted.
    """
    return make_tables(read_details(data))


def read_details(data: str | Path) -> Details:
    """Return all that the tables are made of, collected in one pass."""
    details = Details()
    details.read(data)
    return details


def make_tables(details: Details) -> dict[str, Table]:
    """Return the tables of what was collected, as `read_tables` does."""
    figids = [
        unquote(iri[len(FIGURE_NAMESPACE) :].removesuffix(".html")) for iri in details.figures
    ]
    genes = [int(iri[len(GENE_NAMESPACE) :]) for iri in details.genes]
    tables = {
        "figures": _figures(details, figids),
        "mentions": _mentions(details, figids, genes),
        "shown": _shown(details, figids, genes),
        "genes": _genes(details, genes),
        "members": _members(details, genes),
    }
    return {name: _sorted(table) for name, table in tables.items()}


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
    matches = np.array(details.matches, dtype=np.int64)
    matches = np.unique(matches, axis=1)
    mentions, entries = matches
    figures = details.join(details.targets, mentions)
    is_kept = figures >= 0
    mentions, entries, figures = mentions[is_kept], entries[is_kept], figures[is_kept]
    counts = details.join(details.count_of, mentions)
    recounts = {
        (hash(one["mention"]), details.entries[one["entry"]]): int(one["count"])
        for one in details.recounts.values()
        if len(one) == 3
    }
    keys = zip(mentions.tolist(), entries.tolist(), strict=True)
    words, families = list(details.words), list(details.families)
    chemicals = [iri.removeprefix(CHEBI_NAMESPACE) for iri in details.chemicals]
    rows = entries.tolist()

    def of_entry(known: dict[int, Any]) -> list[Any]:
        return [known.get(entry) for entry in rows]

    gene_of = {entry: genes[gene] for entry, gene in details.entry_gene.items()}
    family_of = {e: families[family] for e, family in details.entry_family.items()}
    chebi_of = {entry: chemicals[one] for entry, one in details.entry_chemical.items()}
    body_of = {
        entry: _body(kind, gene_of.get(entry), family_of.get(entry), details, entry, chebi_of)
        for entry, kind in details.entry_kind.items()
    }
    return {
        "figid": [figids[figure] for figure in figures.tolist()],
        "kind": of_entry(details.entry_kind),
        "body": of_entry(body_of),
        "word": [words[word] for word in details.join(details.word_of, mentions).tolist()],
        "term": of_entry(details.entry_texts["term"]),
        "lexicon": of_entry(details.entry_texts["lexicon"]),
        "count": [
            recounts.get(key, count) for key, count in zip(keys, counts.tolist(), strict=True)
        ],
        "gene": of_entry(gene_of),
        "symbol": of_entry(details.entry_symbol),
        "family": of_entry(family_of),
        "mesh": of_entry(details.entry_texts["mesh"]),
        "chebi": of_entry(chebi_of),
        "doid": [d and d.replace("_", ":") for d in of_entry(details.entry_texts["doid"])],
        "name": of_entry(details.entry_texts["name"]),
    }


def _body(
    kind: str,
    gene: int | None,
    family: str | None,
    details: Details,
    entry: int,
    chebi_of: dict[int, str],
) -> str | None:
    """Return the CURIE of what an entry stands for, as in the graph: MeSH before ChEBI and DO."""
    if kind == "gene":
        return f"ncbigene:{gene}"
    if kind == "family":
        return family and compress(iri(family))
    mesh = details.entry_texts["mesh"].get(entry)
    if mesh is not None:
        return f"mesh:{mesh}"
    doid = details.entry_texts["doid"].get(entry)
    return chebi_of.get(entry) if kind == "chemical" else doid and doid.replace("_", ":")


def _shown(details: Details, figids: list[str], genes: list[int]) -> Table:
    """Return each figure and gene once, with the strictest level at which it is shown."""
    strictest: dict[tuple[int, int], int] = {}
    for level, pairs in sorted(details.shown.items(), reverse=True):
        strictest.update(dict.fromkeys(zip(pairs.left, pairs.right, strict=True), level))
    return {
        "figid": [figids[figure] for figure, _ in strictest],
        "gene": [genes[gene] for _, gene in strictest],
        "strictness": [_LEVELS[level] for level in strictest.values()],
    }


def _genes(details: Details, genes: list[int]) -> Table:
    """Return the genes: their symbols in the graph, and what HGNC has of human ones."""
    symbols: dict[int, set[str]] = {}
    for entry, symbol in details.entry_symbol.items():
        gene = details.entry_gene.get(entry)
        if gene is not None:
            symbols.setdefault(gene, set()).add(symbol)
    taxa = [details.taxon_of.get(gene) for gene in range(len(genes))]
    human = TAXON_NAMESPACE + "9606"
    known = [
        embedded_hgnc().by_entrez(str(gene)) if taxon == human else None
        for gene, taxon in zip(genes, taxa, strict=True)
    ]
    shown = [min(symbols[gene]) if gene in symbols else None for gene in range(len(genes))]
    return {
        "gene": list(genes),
        "symbol": [
            gene.symbol if gene else symbol for gene, symbol in zip(known, shown, strict=True)
        ],
        "symbols": ["|".join(sorted(symbols.get(gene, ()))) or None for gene in range(len(genes))],
        "hgnc": [f"HGNC:{gene.hgnc}" if gene else None for gene in known],
        "ensembl": [gene.ensembl if gene else None for gene in known],
        "taxon": [taxon and int(taxon.removeprefix(TAXON_NAMESPACE)) for taxon in taxa],
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
