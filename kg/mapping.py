"""Map records to triples: the one place that says what the graph looks like.

A record gives descriptions (a subject with its predicate-object pairs) of its figure, the
figure's mentions, and its paper. What figures share (genes, families, chemicals, taxa, lexicon
entries, journals) is named by small keys, `shared_keys`, so that a build can collect them
and describe each once, `describe_shared`.

Laws, held by tests: what a record maps to depends on that record and the fixed reference tables
alone, so graph(A ∪ B) = graph(A) ∪ graph(B); every node has an IRI; no IRI depends on the order
of rows; nothing is typed with a class that WikiPathways' own queries count.

Vocabularies, own terms only where the field has none: Dublin Core (dcterms, dc), schema.org,
SPAR (doco, fabio), Web Annotation (oa), SKOS, FOAF, OBO's `RO_0002162` "in taxon".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from kg import terms
from kg.record import (
    FAMILY_LEXICONS,
    HUMAN,
    STRICT_LEXICONS,
    SYNONYM_LEXICONS,
    Entity,
    Entry,
    GeneEntry,
    Organism,
    Paper,
    Record,
    SubstanceEntry,
    Tag,
    entries,
)
from kg.reference import ground_family
from kg.terms import RDF_TYPE, XSD_DECIMAL, XSD_GYEAR, Description, Term, Triple, expand, literal

Pairs = list[tuple[Term, Term]]

# Classes
FIGURE = expand("doco:Figure")
ARTICLE = expand("fabio:Article")
JOURNAL = expand("fabio:Journal")
ANNOTATION = expand("oa:Annotation")
ORGANISM_FOUND = expand("pfocr:OrganismFound")
CURATOR_TAG = expand("pfocr:CuratorTag")
RECOUNT = expand("pfocr:Recount")
GENE_ENTRY = expand("pfocr:GeneEntry")
FAMILY_ENTRY = expand("pfocr:FamilyEntry")
CHEMICAL_ENTRY = expand("pfocr:ChemicalEntry")
DISEASE_ENTRY = expand("pfocr:DiseaseEntry")
LEXICON = expand("pfocr:Lexicon")
GENE = expand("schema:Gene")
FAMILY = expand("pfocr:Family")
CHEMICAL = expand("schema:ChemicalSubstance")
DISEASE = expand("schema:MedicalCondition")
TAXON = expand("schema:Taxon")

# Predicates of the field
IDENTIFIER = expand("dcterms:identifier")
TITLE = expand("dcterms:title")
DESCRIPTION = expand("dcterms:description")
ISSUED = expand("dcterms:issued")
PART_OF = expand("dcterms:isPartOf")
LICENSE = expand("dcterms:license")
REPLACES = expand("dcterms:replaces")
HAS_VERSION = expand("dcterms:hasVersion")
HAS_FORMAT = expand("dcterms:hasFormat")
CITATION = expand("dcterms:bibliographicCitation")
KIND = expand("dc:type")
PUBLISHER = expand("dc:publisher")
POSITION = expand("schema:position")
ALTERNATE_NAME = expand("schema:alternateName")
KEYWORDS = expand("schema:keywords")
MENTIONS = expand("schema:mentions")
SAME_AS = expand("schema:sameAs")
PAGE = expand("foaf:page")
DEPICTION = expand("foaf:depiction")
NLM_ABBREVIATION = expand("fabio:hasNLMJournalTitleAbbreviation")
TARGET = expand("oa:hasTarget")
BODY = expand("oa:hasBody")
MOTIVATED_BY = expand("oa:motivatedBy")
TAGGING = expand("oa:tagging")
LABEL = expand("rdfs:label")
VALUE = expand("rdf:value")
EXACT_MATCH = expand("skos:exactMatch")
CLOSE_MATCH = expand("skos:closeMatch")
IN_TAXON = expand("obo:RO_0002162")

# Own predicates
WORD = expand("pfocr:word")
TERM = expand("pfocr:term")
LEXICON_OF = expand("pfocr:lexicon")
COUNT = expand("pfocr:count")
MATCH = expand("pfocr:match")
OF_MENTION = expand("pfocr:mention")
OF_ENTRY = expand("pfocr:entry")
OF_GENE = expand("pfocr:gene")
OF_FAMILY = expand("pfocr:family")
SYMBOL = expand("pfocr:symbol")
MESH = expand("pfocr:mesh")
CHEBI = expand("pfocr:chebi")
DOID = expand("pfocr:doid")
NAME = expand("pfocr:name")
GENE_STRICT = expand("pfocr:geneStrict")
GENE_SYNONYMS = expand("pfocr:geneSynonyms")
GENE_ALL = expand("pfocr:geneAll")
PATHWAY_SCORE = expand("pfocr:pathwayScore")
AUTOML_SCORE = expand("pfocr:automlScore")
SEARCH_RANK = expand("pfocr:searchRank")
FILE_NAME = expand("pfocr:fileName")
ORGANISM_NAME = expand("pfocr:organismName")
ORGANISM_RECOGNISED = expand("pfocr:recognisedOrganismName")
ORGANISM_GROUP = expand("pfocr:organismGroup")
DIRECT_COUNT = expand("pfocr:directCount")
SYNONYM_COUNT = expand("pfocr:synonymCount")
MATCH_COUNT = expand("pfocr:matchCount")
TAG_TYPE = expand("pfocr:tagType")

_ANNOTATED = (RDF_TYPE, ANNOTATION)
CC0 = terms.iri("https://creativecommons.org/publicdomain/zero/1.0/")

LEXICONS = {
    "hgnc_symbol": "HGNC approved symbols",
    "hgnc_alias_symbol": "HGNC alias symbols",
    "hgnc_prev_symbol": "HGNC previous symbols",
    "bioentities_symbol": "FamPlex families and complexes (as Bioentities)",
    "ncbigene_symbol": "NCBI Gene symbols",
    "ncbigene_synonym": "NCBI Gene synonyms",
    "famplex_relations": "FamPlex families and complexes",
    "MESH": "Medical Subject Headings",
}


class TaxonKey(NamedTuple):
    """A taxon as a side table names it."""

    taxon: str
    name: str | None
    group: str | None


class JournalKey(NamedTuple):
    """A journal as a page names it."""

    title: str
    abbreviation: str | None


SharedKey = Entry | TaxonKey | JournalKey | Entity
SHARED_KINDS: tuple[Any, ...] = (GeneEntry, SubstanceEntry, TaxonKey, JournalKey, Entity)


def map_record(record: Record) -> Iterator[Triple]:
    """Yield every triple of a record, shared entities included; one triple may come twice."""
    descriptions = [*describe_record(record)]
    for key in shared_keys(record):
        descriptions += describe_shared(key)
    for subject, pairs in descriptions:
        for predicate, value in pairs:
            yield subject, predicate, value


def describe_record(record: Record) -> list[Description]:
    """Return the descriptions of paper and figure, in this order, and of all mentions."""
    target = terms.figure(record.figid)
    return [
        _paper(record.paper),
        _figure(record, target),
        *_mentions(record, target),
        *(_organism_found(record, target, organism) for organism in record.organism_counts),
        *(_curator_tag(record, target, tag) for tag in record.tags),
    ]


def shared_keys(record: Record) -> set[SharedKey]:
    """Return the keys of the shared entities that a record uses."""
    keys: set[SharedKey] = {*entries(record), *record.entities}
    keys.update(TaxonKey(o.taxon, o.name, o.group) for o in record.organism_counts)
    if record.paper.journal is not None:
        keys.add(JournalKey(record.paper.journal, record.paper.journal_abbreviation))
    return keys


def describe_shared(key: SharedKey) -> list[Description]:
    """Return the descriptions of a shared entity and of what it refers to."""
    return _DESCRIBE[type(key)](key)


# Figure and paper


def _figure(record: Record, subject: Term) -> Description:
    pairs = [
        (RDF_TYPE, FIGURE),
        (IDENTIFIER, literal(record.figid)),
        (PART_OF, terms.paper(record.paper.pmcid)),
        (LICENSE, CC0),
    ]
    _add(pairs, TITLE, record.title)
    _add(pairs, DESCRIPTION, record.caption)
    _add(pairs, POSITION, record.number)
    _add(pairs, KIND, record.type)
    _add(pairs, ALTERNATE_NAME, record.alias)
    _add(pairs, FILE_NAME, record.filename)
    _add(pairs, PATHWAY_SCORE, record.score, XSD_DECIMAL)
    _add(pairs, AUTOML_SCORE, record.automl_score, XSD_DECIMAL)
    _add(pairs, ISSUED, record.paper.year, XSD_GYEAR)
    _add_count(pairs, SEARCH_RANK, record.search_rank)
    if record.figlink is not None:
        pairs.append((PAGE, terms.page_at_pmc(record.figlink)))
    if record.filename is not None:
        pairs.append((DEPICTION, terms.image(record.paper.pmcid, record.filename)))
    if record.ndex is not None:
        pairs.append((HAS_FORMAT, terms.ndex(record.ndex)))
    pairs += [(HAS_VERSION, terms.wikipathways(wpid)) for wpid in record.wpids]
    pairs += [(REPLACES, terms.site_page(path)) for path in record.redirects]
    pairs += [(ORGANISM_NAME, literal(name)) for name in record.organisms]
    pairs += [(ORGANISM_RECOGNISED, literal(name)) for name in record.organisms_recognised]
    pairs += {pair for _, entry in _rows(record) for pair in _named(entry).figure_pairs}
    pairs += {pair for entity in record.entities for pair in _entity_pairs(entity, record.flavour)}
    return subject, pairs


def _paper(paper: Paper) -> Description:
    pairs = [(RDF_TYPE, ARTICLE), (IDENTIFIER, literal(paper.pmcid))]
    _add(pairs, TITLE, paper.title)
    _add(pairs, CITATION, paper.citation)
    _add(pairs, ISSUED, paper.year, XSD_GYEAR)
    _add(pairs, PUBLISHER, paper.publisher)
    if paper.doi is not None:
        pairs.append((SAME_AS, terms.doi(paper.doi)))
    if paper.journal is not None:
        pairs.append((PART_OF, terms.journal(paper.journal)))
    pairs += [(KEYWORDS, literal(keyword)) for keyword in paper.keywords]
    return terms.paper(paper.pmcid), pairs


def _add(pairs: Pairs, predicate: Term, text: str | None, datatype: Term | None = None) -> None:
    if text is not None:
        pairs.append((predicate, literal(text, datatype)))


def _add_count(pairs: Pairs, predicate: Term, count: int | None) -> None:
    if count is not None:
        pairs.append((predicate, terms.integer(count)))


# Mentions


def _rows(record: Record) -> Iterator[tuple[str, Entry]]:
    return chain(record.genes, record.chemicals, record.diseases)


def _mentions(record: Record, target: Term) -> Iterator[Description]:
    """Yield one mention for each (word, term, lexicon), whatever the number of its rows.

    Its count says how often the word stands in the figure. Every entry of a mention nearly
    always has as many rows as the word has places. Where one has fewer, a recount says so, and
    no row is lost.
    """
    base = f"<{terms.PREFIXES['mention']}{terms.encode(record.figid)}:"
    targeted = (TARGET, target)
    mentions: dict[Term, tuple[Pairs, list[tuple[Term, int]]]] = {}
    for rows in (record.genes, record.chemicals, record.diseases):
        for (word, entry), count in rows.items():
            named = _named(entry)
            subject = f"{base}{named.kind}:{terms.encode(word)}:{named.key}>"
            mention = mentions.get(subject)
            if mention is None:
                pairs = [_ANNOTATED, targeted, (WORD, literal(word)), *named.mention_pairs]
                mentions[subject] = pairs, [(named.entry, count)]
            else:
                pairs, matches = mention
                pairs += [pair for pair in named.mention_pairs if pair not in pairs]
                matches.append((named.entry, count))
    for subject, (pairs, matches) in mentions.items():
        most = max([count for _, count in matches])
        pairs.append((COUNT, terms.integer(most)))
        yield subject, pairs
        for matched, count in matches:
            if count != most:
                yield _recount(subject, matched, count)


def _recount(mention: Term, entry: Term, number: int) -> Description:
    pairs = [
        (RDF_TYPE, RECOUNT),
        (OF_MENTION, mention),
        (OF_ENTRY, entry),
        (COUNT, terms.integer(number)),
    ]
    return terms.join("recount", mention, entry), pairs


def _organism_found(record: Record, target: Term, organism: Organism) -> Description:
    pairs = [
        (RDF_TYPE, ORGANISM_FOUND),
        (TARGET, target),
        (BODY, terms.taxon(organism.taxon)),
    ]
    _add_count(pairs, DIRECT_COUNT, organism.direct_count)
    _add_count(pairs, SYNONYM_COUNT, organism.synonym_count)
    _add_count(pairs, MATCH_COUNT, organism.match_count)
    return terms.compound("organism", record.figid, organism.taxon), pairs


def _curator_tag(record: Record, target: Term, tag: Tag) -> Description:
    pairs = [
        (RDF_TYPE, CURATOR_TAG),
        (TARGET, target),
        (MOTIVATED_BY, TAGGING),
        (TAG_TYPE, literal(tag.type)),
        (VALUE, literal(tag.value)),
    ]
    _add(pairs, IDENTIFIER, tag.id)
    return terms.compound("tag", record.figid, tag.type, tag.value), pairs


# Shared entities


class _Named(NamedTuple):
    """The terms of a lexicon entry, and what each of its mentions and figures says.

    `kind` and `key` (term and lexicon, encoded) are the parts of a mention's IRI before and
    after the word.
    """

    entry: Term
    body: Term | None
    kind: str
    key: str
    mention_pairs: tuple[tuple[Term, Term], ...]
    figure_pairs: tuple[tuple[Term, Term], ...]


@lru_cache(maxsize=1 << 17)
def _named(entry: Entry) -> _Named:
    """Return the terms of an entry; its body, what a mention of it stands for, can be unknown."""
    body: Term | None
    if isinstance(entry, GeneEntry):
        is_family = entry.lexicon in FAMILY_LEXICONS
        kind = "family" if is_family else "gene"
        subject = terms.compound("entry", kind, *(part or "" for part in entry[:4]))
        gene = terms.gene(entry.gene)
        body = ground_family(entry.term) if is_family else gene
        figure_pairs = [(level, gene) for level in _strictness(entry.lexicon)]
    else:
        kind = entry.kind
        subject = terms.compound("entry", *(part or "" for part in entry))
        body = _substance(entry)
        figure_pairs = [] if body is None else [(MENTIONS, body)]
    key = f"{terms.encode(entry.term or '')}:{terms.encode(entry.lexicon or '')}"
    mention_pairs = [] if body is None else [(BODY, body)]
    mention_pairs.append((MATCH, subject))
    return _Named(subject, body, kind, key, tuple(mention_pairs), tuple(figure_pairs))


_LEVELS = {
    "strict": (GENE_STRICT, GENE_SYNONYMS, GENE_ALL),
    "synonyms": (GENE_SYNONYMS, GENE_ALL),
    "all": (GENE_ALL,),
}
"""The levels at which a figure shows the genes of a flavour, each within the next."""


def _strictness(lexicon: str) -> tuple[Term, ...]:
    """Return the levels at which a figure shows a gene of a lexicon."""
    if lexicon in STRICT_LEXICONS:
        return _LEVELS["strict"]
    return _LEVELS["synonyms" if lexicon in SYNONYM_LEXICONS else "all"]


_MINT = {
    "ncbigene": terms.gene,
    "mesh": terms.mesh,
    "chebi": terms.chebi,
    "doid": terms.doid,
}


def _entity_pairs(entity: Entity, flavour: str | None) -> Pairs:
    """Return what a figure says of an entity that it shows by unknown words."""
    subject = _MINT[entity.authority](entity.identifier)
    if entity.kind == "gene":
        return [(level, subject) for level in _LEVELS[flavour or "all"]]
    return [(MENTIONS, subject)]


def _describe_entity(key: Entity) -> list[Description]:
    """Return class and identifier, which is all that is known without a lexicon."""
    kind = _SUBSTANCES.get(key.kind)
    curie_prefix = kind.curie_prefix if kind and key.authority != "mesh" else ""
    identifier = f"{curie_prefix}:{key.identifier}" if curie_prefix else key.identifier
    pairs = [(RDF_TYPE, kind.entity if kind else GENE), (IDENTIFIER, literal(identifier))]
    return [(_MINT[key.authority](key.identifier), pairs)]


class _Substance(NamedTuple):
    """What the graph says of a kind of substance: classes, and the identifier beside MeSH."""

    entity: Term
    entry: Term
    other: Term
    mint_other: Callable[[str], Term]
    curie_prefix: str


_SUBSTANCES = {
    "chemical": _Substance(CHEMICAL, CHEMICAL_ENTRY, CHEBI, terms.chebi, "CHEBI"),
    "disease": _Substance(DISEASE, DISEASE_ENTRY, DOID, terms.doid, "DOID"),
}


def _substance(entry: SubstanceEntry) -> Term | None:
    """Return what a chemical or disease entry stands for: its MeSH term, else ChEBI or DOID."""
    if entry.mesh is not None:
        return terms.mesh(entry.mesh)
    return None if entry.other is None else _SUBSTANCES[entry.kind].mint_other(entry.other)


def _describe_gene_entry(key: GeneEntry) -> list[Description]:
    subject, body, kind, *_ = _named(key)
    gene, term = terms.gene(key.gene), literal(key.term)
    pairs = [
        (RDF_TYPE, FAMILY_ENTRY if kind == "family" else GENE_ENTRY),
        (TERM, term),
        (LEXICON_OF, terms.lexicon(key.lexicon)),
        (OF_GENE, gene),
    ]
    _add(pairs, SYMBOL, key.symbol)
    descriptions = [(subject, pairs), _gene(key, gene), _lexicon(key.lexicon)]
    if kind == "family" and body is not None:
        pairs.append((OF_FAMILY, body))
        descriptions.append((body, [(RDF_TYPE, FAMILY), (IDENTIFIER, term), (LABEL, term)]))
    if key.taxon == HUMAN:
        descriptions.append(_taxon(TaxonKey(HUMAN, "Homo sapiens", None)))
    return descriptions


def _gene(key: GeneEntry, subject: Term) -> Description:
    pairs = [(RDF_TYPE, GENE), (IDENTIFIER, literal(key.gene))]
    _add(pairs, LABEL, key.symbol)
    if key.taxon is not None:
        pairs.append((IN_TAXON, terms.taxon(key.taxon)))
    if key.taxon == HUMAN and key.symbol is not None:
        pairs.append((EXACT_MATCH, terms.hgnc_symbol(key.symbol)))
    return subject, pairs


def _lexicon(name: str) -> Description:
    pairs = [
        (RDF_TYPE, LEXICON),
        (IDENTIFIER, literal(name)),
        (TITLE, literal(LEXICONS[name])),
    ]
    return terms.lexicon(name), pairs


def _describe_substance_entry(key: SubstanceEntry) -> list[Description]:
    kind = _SUBSTANCES[key.kind]
    pairs = [(RDF_TYPE, kind.entry)]
    _add(pairs, TERM, key.term)
    _add(pairs, NAME, key.name)
    descriptions = [(_named(key).entry, pairs)]
    if key.lexicon is not None:
        pairs.append((LEXICON_OF, terms.lexicon(key.lexicon)))
        descriptions.append(_lexicon(key.lexicon))
    if key.mesh is not None:
        mesh = terms.mesh(key.mesh)
        pairs.append((MESH, mesh))
        described = [(RDF_TYPE, kind.entity), (IDENTIFIER, literal(key.mesh))]
        _add(described, LABEL, key.term)
        if key.other is not None:
            described.append((CLOSE_MATCH, kind.mint_other(key.other)))
        descriptions.append((mesh, described))
    if key.other is not None:
        other = kind.mint_other(key.other)
        pairs.append((kind.other, other))
        identifier = literal(f"{kind.curie_prefix}:{key.other}")
        described = [(RDF_TYPE, kind.entity), (IDENTIFIER, identifier)]
        _add(described, LABEL, key.name)
        descriptions.append((other, described))
    return descriptions


def _taxon(key: TaxonKey) -> Description:
    pairs = [(RDF_TYPE, TAXON), (IDENTIFIER, literal(key.taxon))]
    _add(pairs, LABEL, key.name)
    _add(pairs, ORGANISM_GROUP, key.group)
    return terms.taxon(key.taxon), pairs


def _journal(key: JournalKey) -> Description:
    pairs = [(RDF_TYPE, JOURNAL), (TITLE, literal(key.title))]
    _add(pairs, NLM_ABBREVIATION, key.abbreviation)
    return terms.journal(key.title), pairs


_DESCRIBE: dict[type, Callable[[Any], list[Description]]] = {
    GeneEntry: _describe_gene_entry,
    SubstanceEntry: _describe_substance_entry,
    TaxonKey: lambda key: [_taxon(key)],
    JournalKey: lambda key: [_journal(key)],
    Entity: _describe_entity,
}


def merge(descriptions: Iterable[Description]) -> list[Description]:
    """Bring the pairs of each subject together, each pair once; order of first appearance."""
    merged: dict[Term, dict[tuple[Term, Term], None]] = {}
    for subject, pairs in descriptions:
        merged.setdefault(subject, {}).update(dict.fromkeys(pairs))
    return [(subject, list(pairs)) for subject, pairs in merged.items()]
