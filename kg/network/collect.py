"""Collect from a graph, in one pass, what search and networks work on.

A quad is looked at once and let go. What stays is numbers in arrays, and each name once: memory
grows with figures and their genes, not with triples. Quads may come in any order, and one that
comes twice counts once.

Decision: not SPARQL. One pass over the file takes as long as loading it into a store, needs none,
and does not hold the graph.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

import numpy as np
import pyoxigraph

from kg.errors import DataError, UsageError, at
from kg.rdf import find_rdf_files, iter_quads
from kg.store import EmbeddedStore, is_endpoint
from kg.store.embedded import is_store_folder
from kg.terms import PREFIXES, expand

FIGURE_NAMESPACE = PREFIXES["figure"]
PAPER_NAMESPACE = PREFIXES["pmc"]
GENE_NAMESPACE = PREFIXES["ncbigene"]
CHEBI_NAMESPACE = PREFIXES["chebi"]
TAXON_NAMESPACE = PREFIXES["obo"] + "NCBITaxon_"
_ENTRY_NAMESPACE = PREFIXES["entry"]
_MENTION_NAMESPACE = PREFIXES["mention"]
_FIGURE_CLASS = expand("doco:Figure")[1:-1]
_Key = TypeVar("_Key", int, str)

Progress = Callable[[int, int], None]
"""What is told how much is done, of how much."""


def figid_of(iri: str) -> str:
    """Return the figid that a figure's IRI is minted from."""
    return unquote(iri.removeprefix(FIGURE_NAMESPACE).removesuffix(".html"))


def gene_number(iri: str) -> int:
    """Return the NCBI Gene number of a gene's IRI; raise DataError where there is none."""
    return _number(iri, GENE_NAMESPACE, 18)


def taxon_number(iri: str) -> int:
    """Return the NCBI Taxonomy number of a taxon's IRI; raise DataError where there is none."""
    return _number(iri, TAXON_NAMESPACE, 9)


def _number(iri: str, namespace: str, most_digits: int) -> int:
    text = iri[len(namespace) :]
    if not (text.isascii() and text.isdecimal() and len(text) <= most_digits):
        hint = f"digits alone, {most_digits} at most, stand after {namespace}"
        raise DataError("does not end in a number of NCBI's", value=iri, hint=hint)
    return int(text)


class Numbers(dict[str, int]):
    """Numbers for names, in the order in which they come: `numbers[name]`."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


class Pairs(NamedTuple):
    """Columns of pairs: `left[i]` goes with `right[i]`."""

    left: array[int]
    right: array[int]


class Collection:
    """What a graph says of figures, papers, genes and lexicon entries, each numbered by IRI.

    `shown[level]` are the pairs of figure and gene at strictness level 1, 2, 3 (strict,
    synonyms, all), `matched` those of figure and entry, a pair for each mention.
    """

    def __init__(self) -> None:
        self.figures, self.papers, self.genes = Numbers(), Numbers(), Numbers()
        self.entries, self.families, self.chemicals = Numbers(), Numbers(), Numbers()
        self.shown = {level: Pairs(array("i"), array("i")) for level in (1, 2, 3)}
        self.titles: dict[int, str] = {}
        self.years: dict[int, str] = {}
        self.paper_of: dict[int, int] = {}
        self.paper_titles: dict[int, str] = {}
        self.citations: dict[int, str] = {}
        self.taxon_of: dict[str, str] = {}  # by IRI: of genes that no page names, too
        self.taxon_names: dict[str, str] = {}
        self.entry_gene: dict[int, int] = {}
        self.entry_symbol: dict[int, str] = {}
        self.entry_family: dict[int, int] = {}
        self.entry_chemical: dict[int, int] = {}
        # A mention is known by the hash of its IRI, 64 bits: of a million mentions, two have the
        # same with a probability of 3 in 100 million, and the IRIs would take 250 MB.
        self.targets = Pairs(array("q"), array("i"))
        self.matches = Pairs(array("q"), array("i"))
        self._takers = self._table()

    def _table(self) -> dict[str, Callable[[str, str], None]]:
        """Return what takes in the triples of each predicate, as a function of (s, o)."""
        taken = {
            "rdf:type": self._type,
            "pfocr:geneStrict": self._shows(1),
            "pfocr:geneSynonyms": self._shows(2),
            "pfocr:geneAll": self._shows(3),
            "dcterms:title": self._title,
            "dcterms:issued": self._issued,
            "dcterms:isPartOf": self._part_of,
            "dcterms:bibliographicCitation": self._citation,
            "skos:prefLabel": self._label,
            "obo:RO_0002162": self._in_taxon,
            "oa:hasTarget": self._target,
            "pfocr:match": self._match,
            "pfocr:gene": self._entry(self.entry_gene, self.genes, GENE_NAMESPACE),
            "pfocr:family": self._entry(self.entry_family, self.families, ""),
            "pfocr:chebi": self._entry(self.entry_chemical, self.chemicals, CHEBI_NAMESPACE),
            "pfocr:symbol": self._symbol,
        }
        return {expand(curie)[1:-1]: taker for curie, taker in taken.items()}

    def read(self, data: str | Path, progress: Progress | None = None) -> None:
        """Take in an RDF file, a folder of them, or a store on disk.

        `progress` is told how many percent are read, and 100. Raises UsageError for an endpoint,
        and where there is no RDF; DataError where it is malformed, or a gene or taxon no number.
        """

        def told(done: int, total: int) -> None:
            if progress is not None:
                progress(100 * done // max(total, 1), 100)

        for quads in _iter_data(data, list(self._takers), told):
            with at(str(data)):
                self.add(quads)
        with at(str(data)):
            for gene in self.genes:
                gene_number(gene)
            for taxon in (*self.taxon_of.values(), *self.taxon_names):
                taxon_number(taxon)

    def add(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        """Take in quads, whatever the graph that they are in."""
        taker_of = self._takers.get
        for quad in quads:
            taker = taker_of(quad.predicate.value)
            if taker is not None:  # of half of them, the predicate is all that is looked at
                subject, _, value, _ = quad
                if type(value) is not pyoxigraph.Triple:  # RDF 1.2; we say nothing with it
                    taker(subject.value, value.value)

    def matched(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of figure and entry of all matches, row by row."""
        mentions, entries = (np.asarray(column) for column in self.matches)
        figures = self.join(self.targets, mentions)
        return figures[figures >= 0], entries[figures >= 0]

    def symbols(self) -> dict[int, list[str]]:
        """Return the symbols that entries have for each gene, sorted."""
        known: dict[int, set[str]] = {}
        for entry, symbol in self.entry_symbol.items():
            gene = self.entry_gene.get(entry)
            if gene is not None:
                known.setdefault(gene, set()).add(symbol)
        return {gene: sorted(symbols) for gene, symbols in known.items()}

    @staticmethod
    def join(facts: Pairs, mentions: np.ndarray) -> np.ndarray:
        """Return the number that facts have for each mention, by hash; -1 where they have none."""
        known, values = (np.asarray(column) for column in facts)
        if not len(known):
            return np.full(len(mentions), -1)
        order = np.argsort(known, kind="stable")
        known, values = known[order], values[order]
        at = np.minimum(np.searchsorted(known, mentions), len(known) - 1)
        found: np.ndarray = np.where(known[at] == mentions, values[at], -1)
        return found

    def _type(self, subject: str, kind: str) -> None:
        if kind == _FIGURE_CLASS:
            self.figures[subject]

    def _shows(self, level: int) -> Callable[[str, str], None]:
        figures, genes = self.figures, self.genes
        add_figure, add_gene = (column.append for column in self.shown[level])

        def take(subject: str, gene: str) -> None:
            if gene.startswith(GENE_NAMESPACE):
                add_figure(figures[subject])
                add_gene(genes[gene])

        return take

    def _title(self, subject: str, title: str) -> None:
        if subject.startswith(FIGURE_NAMESPACE):
            _keep(self.titles, self.figures[subject], title)
        elif subject.startswith(PAPER_NAMESPACE):
            _keep(self.paper_titles, self.papers[subject], title)

    def _issued(self, subject: str, year: str) -> None:
        if subject.startswith(FIGURE_NAMESPACE):
            _keep(self.years, self.figures[subject], year)

    def _part_of(self, subject: str, whole: str) -> None:
        if subject.startswith(FIGURE_NAMESPACE) and whole.startswith(PAPER_NAMESPACE):
            self.paper_of[self.figures[subject]] = self.papers[whole]

    def _citation(self, subject: str, citation: str) -> None:
        if subject.startswith(PAPER_NAMESPACE):
            _keep(self.citations, self.papers[subject], citation)

    def _label(self, subject: str, label: str) -> None:
        if subject.startswith(TAXON_NAMESPACE):
            _keep(self.taxon_names, subject, label)

    def _in_taxon(self, subject: str, taxon: str) -> None:
        if subject.startswith(GENE_NAMESPACE) and taxon.startswith(TAXON_NAMESPACE):
            _keep(self.taxon_of, subject, taxon)

    def _target(self, mention: str, target: str) -> None:
        if mention.startswith(_MENTION_NAMESPACE):
            self.targets.left.append(hash(mention))
            self.targets.right.append(self.figures[target])

    def _match(self, mention: str, entry: str) -> None:
        self.matches.left.append(hash(mention))
        self.matches.right.append(self.entries[entry])

    def _entry(
        self, known: dict[int, int], numbers: Numbers, namespace: str
    ) -> Callable[[str, str], None]:
        def take(subject: str, value: str) -> None:
            if value.startswith(namespace):
                known[self.entries[subject]] = numbers[value]

        return take

    def _symbol(self, subject: str, symbol: str) -> None:
        if subject.startswith(_ENTRY_NAMESPACE):
            self.entry_symbol[self.entries[subject]] = symbol


def _keep(known: dict[_Key, str], key: _Key, value: str) -> None:
    """Keep of several values the one that sorts first, in whatever order they come."""
    if key not in known or value < known[key]:
        known[key] = value


def collect(data: str | Path, progress: Progress | None = None) -> Collection:
    """Collect from what `Collection.read` takes."""
    collection = Collection()
    collection.read(data, progress)
    return collection


def _iter_data(
    data: str | Path, predicates: list[str], told: Progress
) -> Iterator[Iterable[pyoxigraph.Quad]]:
    """Yield the quads of each file that `data` names; of a store, those with these predicates.

    `told` is told bytes read and bytes in all; of a store, predicates.
    """
    if is_endpoint(str(data)):
        hint = "name RDF files, or a store on disk"
        raise UsageError(f"{str(data)!r} can't be read through: it is an endpoint", hint=hint)
    if is_store_folder(Path(data)):
        opened = EmbeddedStore.open(Path(data))  # as long as it lives, what it reads stays
        for number, predicate in enumerate(predicates, start=1):
            yield opened.store.quads_for_pattern(None, pyoxigraph.NamedNode(predicate), None, None)
            told(number, len(predicates))
    else:
        yield from _iter_files(find_rdf_files(data), told)


def _iter_files(paths: list[Path], told: Progress) -> Iterator[Iterable[pyoxigraph.Quad]]:
    before, total = 0, sum(path.stat().st_size for path in paths)
    for path in paths:
        yield iter_quads(path, told=partial(_tell_all, told, before, total))
        before += path.stat().st_size


def _tell_all(told: Progress, before: int, total: int, read: int) -> None:
    told(before + read, total)
