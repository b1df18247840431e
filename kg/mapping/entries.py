"""Describe what figures share: lexicon entries and what they stand for, taxa, journals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kg import terms
from kg.mapping import vocabulary as v
from kg.mapping.genes import describe_family, describe_gene, symbol_status
from kg.mapping.names import SUBSTANCES, mint_family, name_entity, names_by
from kg.mapping.pairs import add
from kg.record import (
    HUMAN,
    Entity,
    Entry,
    GeneEntry,
    Record,
    SubstanceEntry,
    entries,
)
from kg.reference import EMBEDDED, Hgnc, Tables
from kg.terms import RDF_TYPE, Description, literal


class Lexicon(NamedTuple):
    """A list of terms that words are matched to: title, what a match in it means, its source."""

    title: str
    step: str
    source: str


_HGNC = "https://www.genenames.org/"
_NCBI = "https://www.ncbi.nlm.nih.gov/gene"
_FAMPLEX = "https://github.com/sorgerlab/famplex"

LEXICONS = {
    "hgnc_symbol": Lexicon(
        "HGNC approved symbols", "The word was matched to the approved symbol of a gene.", _HGNC
    ),
    "hgnc_alias_symbol": Lexicon(
        "HGNC alias symbols", "The word was matched to an alias of a gene.", _HGNC
    ),
    "hgnc_prev_symbol": Lexicon(
        "HGNC previous symbols", "The word was matched to a symbol that a gene once had.", _HGNC
    ),
    "bioentities_symbol": Lexicon(
        "FamPlex families and complexes (as Bioentities)",
        "The word was matched to a family or complex, which was expanded to its genes.",
        _FAMPLEX,
    ),
    "ncbigene_symbol": Lexicon(
        "NCBI Gene symbols", "The word was matched to the symbol of a gene of an organism.", _NCBI
    ),
    "ncbigene_synonym": Lexicon(
        "NCBI Gene synonyms", "The word was matched to a synonym of a gene of an organism.", _NCBI
    ),
    "famplex_relations": Lexicon(
        "FamPlex families and complexes",
        "The word was matched to a family or complex, which was expanded to its genes.",
        _FAMPLEX,
    ),
    "MESH": Lexicon(
        "Medical Subject Headings",
        "The word was matched to a chemical or disease of MeSH.",
        "https://www.nlm.nih.gov/mesh/",
    ),
}


class FamilyKey(NamedTuple):
    """A family by a term for it.

    `expanded` are the human genes that a page takes the term for, where FamPlex has no such term.
    """

    term: str
    expanded: tuple[str, ...] = ()


class TaxonKey(NamedTuple):
    """A taxon as a side table names it."""

    taxon: str
    name: str | None
    group: str | None


_HUMAN = TaxonKey(HUMAN, "Homo sapiens", None)


class JournalKey(NamedTuple):
    """A journal as a page names it; the abbreviation (NLM's), where known, is its identity."""

    title: str | None
    abbreviation: str | None


SharedKey = Entry | FamilyKey | TaxonKey | JournalKey | Entity


_KINDS: tuple[Any, ...] = (GeneEntry, SubstanceEntry, FamilyKey, TaxonKey, JournalKey, Entity)
_NUMBERS: Mapping[type, int] = {kind: number for number, kind in enumerate(_KINDS)}


def pack_key(key: SharedKey) -> tuple[Any, ...]:
    """Return a key as a plain tuple, which is cheaper to send and to keep."""
    return (_NUMBERS[type(key)], *key)


def unpack_key(plain: tuple[Any, ...]) -> SharedKey:
    """Return the key that `pack_key` packed."""
    kind, *fields = plain
    key: SharedKey = _KINDS[kind]._make(fields)
    return key


def shared_keys(record: Record, tables: Tables = EMBEDDED) -> set[SharedKey]:
    """Return the keys of the shared entities that a record uses, by some reference tables."""
    used = entries(record)
    keys: set[SharedKey] = {*used, *record.entities, *_family_keys(used, tables)}
    keys.update(TaxonKey(o.taxon, o.name, o.group) for o in record.organism_counts)
    paper = record.paper
    if paper.journal is not None or paper.journal_abbreviation is not None:
        keys.add(JournalKey(paper.journal, paper.journal_abbreviation))
    return keys


def _family_keys(used: Iterable[Entry], tables: Tables) -> Iterator[FamilyKey]:
    names = names_by(tables)
    expanded: dict[str, set[str]] = {}
    for entry in used:
        grounding = names[entry].grounding
        if grounding is not None and isinstance(entry, GeneEntry):
            genes = expanded.setdefault(entry.term, set())
            if grounding.id is None and entry.taxon == HUMAN:
                genes.add(entry.gene)
    return (FamilyKey(term, tuple(sorted(genes))) for term, genes in expanded.items())


def describe_shared(key: SharedKey, tables: Tables = EMBEDDED) -> list[Description]:
    """Return the descriptions of a shared entity and of what it refers to.

    `tables` are the reference tables, by default the embedded ones.
    """
    if isinstance(key, GeneEntry):
        return _describe_gene_entry(key, tables)
    if isinstance(key, SubstanceEntry):
        return _describe_substance_entry(key, tables)
    if isinstance(key, FamilyKey):
        return [*describe_family(key.term, key.expanded, tables), _taxon(_HUMAN)]
    if isinstance(key, Entity):
        return _describe_entity(key, tables.hgnc)
    return [_taxon(key) if isinstance(key, TaxonKey) else _journal(key)]


def _describe_gene_entry(key: GeneEntry, tables: Tables) -> list[Description]:
    named = names_by(tables)[key]
    pairs = [
        (RDF_TYPE, v.GENE_ENTRY if named.grounding is None else v.FAMILY_ENTRY),
        (v.TERM, literal(key.term)),
        (v.LEXICON_OF, terms.lexicon(key.lexicon)),
        (v.OF_GENE, terms.gene(key.gene)),
    ]
    add(pairs, v.SYMBOL, key.symbol)
    add(pairs, v.SYMBOL_STATUS, symbol_status(key, tables.hgnc))
    descriptions = [(named.entry, pairs), *describe_gene(key, tables.hgnc), _lexicon(key.lexicon)]
    if named.grounding is not None:
        pairs.append((v.OF_FAMILY, mint_family(key.term, named.grounding)))
        pairs.append((v.GROUNDING, literal(named.grounding.how)))
    if key.taxon == HUMAN:
        descriptions.append(_taxon(_HUMAN))
    return descriptions


def _lexicon(name: str) -> Description:
    title, step, source = LEXICONS[name]
    pairs = [
        (RDF_TYPE, v.LEXICON),
        (v.IDENTIFIER, literal(name)),
        (v.TITLE, literal(title)),
        (v.DESCRIPTION, literal(step)),
        (v.DERIVED_FROM, terms.iri(source)),
    ]
    return terms.lexicon(name), pairs


def _describe_substance_entry(key: SubstanceEntry, tables: Tables) -> list[Description]:
    kind = SUBSTANCES[key.kind]
    pairs = [(RDF_TYPE, kind.entry)]
    add(pairs, v.TERM, key.term)
    add(pairs, v.NAME, key.name)
    descriptions = [(names_by(tables)[key].entry, pairs)]
    if key.lexicon is not None:
        pairs.append((v.LEXICON_OF, terms.lexicon(key.lexicon)))
        descriptions.append(_lexicon(key.lexicon))
    if key.mesh is not None:
        mesh = terms.mesh(key.mesh)
        pairs.append((v.MESH, mesh))
        described = [(RDF_TYPE, kind.entity), (v.ENTITY_IDENTIFIER, literal(key.mesh))]
        add(described, v.PREFERRED, key.term)
        if key.other is not None:
            described.append((v.CLOSE_MATCH, kind.mint_other(key.other)))
        descriptions.append((mesh, described))
    if key.other is not None:
        other = kind.mint_other(key.other)
        pairs.append((kind.other, other))
        identifier = literal(f"{kind.curie_prefix}:{key.other}")
        described = [(RDF_TYPE, kind.entity), (v.ENTITY_IDENTIFIER, identifier)]
        add(described, v.PREFERRED, key.name)
        descriptions.append((other, described))
    return descriptions


def _describe_entity(key: Entity, hgnc: Hgnc) -> list[Description]:
    """Return what is known without a lexicon: class and identifier; of a gene, what HGNC says.

    That a gene is human is known where HGNC has its number.
    """
    kind = SUBSTANCES.get(key.kind)
    if kind is None:
        taxon = None if hgnc.by_entrez(key.identifier) is None else HUMAN
        described = list(describe_gene(GeneEntry("", "", key.identifier, None, taxon), hgnc))
        return described if taxon is None else [*described, _taxon(_HUMAN)]
    identifier = key.identifier
    if key.authority != "mesh":
        identifier = f"{kind.curie_prefix}:{identifier}"
    return [
        (name_entity(key), [(RDF_TYPE, kind.entity), (v.ENTITY_IDENTIFIER, literal(identifier))])
    ]


def _taxon(key: TaxonKey) -> Description:
    pairs = [(RDF_TYPE, v.TAXON), (v.ENTITY_IDENTIFIER, literal(key.taxon))]
    add(pairs, v.PREFERRED, key.name)
    add(pairs, v.ORGANISM_GROUP, key.group)
    return terms.taxon(key.taxon), pairs


def _journal(key: JournalKey) -> Description:
    pairs = [(RDF_TYPE, v.JOURNAL)]
    add(pairs, v.TITLE, key.title)
    add(pairs, v.NLM_ABBREVIATION, key.abbreviation)
    return terms.journal(key.abbreviation or key.title or ""), pairs
