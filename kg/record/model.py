"""The records: frozen, plain, and known to be good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HUMAN = "9606"
STRICT_LEXICONS = frozenset({"hgnc_symbol", "ncbigene_symbol"})
SYNONYM_LEXICONS = frozenset({"hgnc_alias_symbol", "hgnc_prev_symbol", "ncbigene_synonym"})
FAMILY_LEXICONS = frozenset({"bioentities_symbol", "famplex_relations"})
GENE_LEXICONS = STRICT_LEXICONS | SYNONYM_LEXICONS | FAMILY_LEXICONS


class GeneEntry(NamedTuple):
    """An entry of a gene lexicon: the term stands for the gene (NCBI Gene number as text)."""

    term: str
    lexicon: str
    gene: str
    symbol: str | None
    taxon: str | None


class SubstanceEntry(NamedTuple):
    """A chemical or disease (`kind`) that a word was matched to.

    `mesh` as D000255; `other` is the number in ChEBI (15422) or the Disease Ontology (0060239).
    """

    kind: str
    term: str | None
    lexicon: str | None
    mesh: str | None
    other: str | None
    name: str | None


Entry = GeneEntry | SubstanceEntry


class Organism(NamedTuple):
    """An organism that the recogniser found, with its counts on this figure."""

    taxon: str
    name: str | None
    group: str | None
    direct_count: int | None
    synonym_count: int | None
    match_count: int | None


class Tag(NamedTuple):
    """An annotation that a curator gave the figure."""

    type: str
    value: str
    id: str | None


class Entity(NamedTuple):
    """A gene, chemical or disease (`kind`) by its identifier at an authority.

    `authority` is ncbigene, mesh, chebi or doid; the identifier is without any prefix.
    """

    kind: str
    authority: str
    identifier: str


class Paper(NamedTuple):
    """The paper of a figure; what its page doesn't say comes from the citation, where it does.

    `journal_abbreviation` is NLM's; `authors` are those that the citation names; each of the
    `keywords` is listed once.
    """

    pmcid: str
    title: str | None = None
    citation: str | None = None
    year: str | None = None
    doi: str | None = None
    pmid: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    keywords: tuple[str, ...] = ()


Rows = Counter[tuple[str, Any]]
"""(word, entry) with the number of rows that say so; a row that repeats stands there again."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one page says of its figure. None and empty mean: the page does not say.

    What is listed is listed once: redirects, WikiPathways ids, organisms, tags, entities.
    `entities` is what the figure shows where the source does not tell by which words: the
    BioThings dump, whose `flavour` says how strictly its genes were matched.
    """

    figid: str
    paper: Paper
    title: str | None = None
    caption: str | None = None
    number: str | None = None
    type: str | None = None
    alias: str | None = None
    redirects: tuple[str, ...] = ()
    filename: str | None = None
    figlink: str | None = None
    score: str | None = None
    automl_score: str | None = None
    search_rank: int | None = None
    ndex: str | None = None
    wpids: tuple[str, ...] = ()
    organisms: tuple[str, ...] = ()
    organisms_recognised: tuple[str, ...] = ()
    organism_counts: tuple[Organism, ...] = ()
    genes: Rows = field(default_factory=Counter)
    chemicals: Rows = field(default_factory=Counter)
    diseases: Rows = field(default_factory=Counter)
    tags: tuple[Tag, ...] = ()
    entities: tuple[Entity, ...] = ()
    flavour: str | None = None


def entries(record: Record) -> Iterable[Entry]:
    """Return the distinct lexicon entries that a record uses."""
    return {
        entry for rows in (record.genes, record.chemicals, record.diseases) for _, entry in rows
    }
