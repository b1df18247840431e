"""Name lexicon entries and what they stand for: the terms that mentions and figures repeat.

An entry comes in thousands of figures; its terms are made once a process (`names_by`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from kg import terms
from kg.mapping import vocabulary as v
from kg.mapping.pairs import Pair, Pairs
from kg.memo import Memo
from kg.record import (
    FAMILY_LEXICONS,
    STRICT_LEXICONS,
    SYNONYM_LEXICONS,
    Entity,
    Entry,
    GeneEntry,
    SubstanceEntry,
)
from kg.reference import Grounding, Tables
from kg.terms import Term


class Named(NamedTuple):
    """The terms of a lexicon entry, and what each of its mentions and figures says.

    `kind` and `key` (term and lexicon, encoded) are the parts of a mention's IRI before and
    after the word. `body`, what a mention of it stands for, can be unknown. `names` are what the
    word can be spelt like: the term and, of a chemical or disease, its name. `grounding` is what
    FamPlex knows the term of a family entry as.
    """

    entry: Term
    body: Term | None
    kind: str
    key: str
    names: frozenset[str]
    mention_pairs: tuple[Pair, ...]
    figure_pairs: tuple[Pair, ...]
    grounding: Grounding | None


def _name_entry(entry: Entry, tables: Tables) -> Named:
    """Return the terms of an entry."""
    body: Term | None
    names: frozenset[str]
    grounding = None
    if isinstance(entry, GeneEntry):
        kind, gene = "gene", terms.gene(entry.gene)
        body = gene
        if entry.lexicon in FAMILY_LEXICONS:
            kind, grounding = "family", tables.famplex.ground(entry.term)
            body = mint_family(entry.term, grounding)
        subject = terms.compound("entry", kind, *(part or "" for part in entry[:4]))
        figure_pairs = [(level, gene) for level in _levels(entry.lexicon)]
        names = frozenset((entry.term,))
    else:
        kind = entry.kind
        subject = terms.compound("entry", *(part or "" for part in entry))
        body = name_substance(entry)
        figure_pairs = [] if body is None else [(v.MENTIONS, body)]
        names = frozenset(filter(None, (entry.term, entry.name)))
    key = f"{terms.encode(entry.term or '')}:{terms.encode(entry.lexicon or '')}"
    mention_pairs = [] if body is None else [(v.BODY, body)]
    mention_pairs.append((v.MATCH, subject))
    pairs = tuple(mention_pairs), tuple(figure_pairs)
    return Named(subject, body, kind, key, names, *pairs, grounding)


@lru_cache(maxsize=2)
def names_by(tables: Tables) -> Memo[Entry, Named]:
    """Return the terms of lexicon entries, by entry, as reference tables ground them."""
    return Memo(partial(_name_entry, tables=tables), most=1 << 17)


def mint_family(term: str, grounding: Grounding) -> Term:
    """Return the IRI of a family term: FamPlex's where it is grounded, else our own.

    An identifiers.org IRI is never invented.

    >>> mint_family("WNT", Grounding("Wnt", "grounding map"))
    '<https://identifiers.org/fplx/Wnt>'
    >>> mint_family("NFKB", Grounding(None, "none"))
    '<https://w3id.org/pfocr/family/NFKB>'
    """
    return terms.own_family(term) if grounding.id is None else terms.famplex(grounding.id)


LEVELS = {
    "strict": (v.GENE_STRICT, v.GENE_SYNONYMS, v.GENE_ALL),
    "synonyms": (v.GENE_SYNONYMS, v.GENE_ALL),
    "all": (v.GENE_ALL,),
}
"""The levels at which a figure shows the genes of a flavour, each within the next."""


def _levels(lexicon: str) -> tuple[Term, ...]:
    """Return the levels at which a figure shows a gene of a lexicon."""
    if lexicon in STRICT_LEXICONS:
        return LEVELS["strict"]
    return LEVELS["synonyms" if lexicon in SYNONYM_LEXICONS else "all"]


class Substance(NamedTuple):
    """What the graph says of a kind of substance: classes, and the identifier beside MeSH."""

    entity: Term
    entry: Term
    other: Term
    mint_other: Callable[[str], Term]
    curie_prefix: str


SUBSTANCES = {
    "chemical": Substance(v.CHEMICAL, v.CHEMICAL_ENTRY, v.CHEBI, terms.chebi, "CHEBI"),
    "disease": Substance(v.DISEASE, v.DISEASE_ENTRY, v.DOID, terms.doid, "DOID"),
}


def name_substance(entry: SubstanceEntry) -> Term | None:
    """Return what a chemical or disease entry stands for: its MeSH term, else ChEBI or DOID."""
    if entry.mesh is not None:
        return terms.mesh(entry.mesh)
    return None if entry.other is None else SUBSTANCES[entry.kind].mint_other(entry.other)


_MINT = {
    "ncbigene": terms.gene,
    "mesh": terms.mesh,
    "chebi": terms.chebi,
    "doid": terms.doid,
}


def name_entity(entity: Entity) -> Term:
    """Return the IRI of an entity that a figure shows by unknown words."""
    return _MINT[entity.authority](entity.identifier)


def entity_pairs(entity: Entity, flavour: str | None) -> Pairs:
    """Return what a figure says of such an entity."""
    subject = name_entity(entity)
    if entity.kind == "gene":
        return [(level, subject) for level in LEVELS[flavour or "all"]]
    return [(v.MENTIONS, subject)]
