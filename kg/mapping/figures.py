"""Describe papers, figures and mentions: what belongs to one figure alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from kg import terms
from kg.confidence import rate
from kg.mapping import vocabulary as v
from kg.mapping.names import entity_pairs, name_entry
from kg.mapping.pairs import Pair, Pairs, add, add_count
from kg.record import Entry, Organism, Paper, Record, Tag
from kg.terms import RDF_TYPE, XSD_DECIMAL, XSD_GYEAR, Description, Term, literal

_ANNOTATED = (RDF_TYPE, v.ANNOTATION)

_Mention = tuple[str, str | None, frozenset[str], Pairs, dict[Term, int]]
"""Word, lexicon, the names it may be spelt like, what is said, and the rows of each entry."""


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


def _figure(record: Record, subject: Term) -> Description:
    pairs = [
        (RDF_TYPE, v.FIGURE),
        (v.IDENTIFIER, literal(record.figid)),
        (v.PART_OF, terms.paper(record.paper.pmcid)),
        (v.LICENSE, v.CC0),
    ]
    add(pairs, v.TITLE, record.title)
    add(pairs, v.DESCRIPTION, record.caption)
    add(pairs, v.POSITION, record.number)
    add(pairs, v.KIND, record.type)
    add(pairs, v.ALTERNATE_NAME, record.alias)
    add(pairs, v.FILE_NAME, record.filename)
    add(pairs, v.PATHWAY_SCORE, record.score, XSD_DECIMAL)
    add(pairs, v.AUTOML_SCORE, record.automl_score, XSD_DECIMAL)
    add(pairs, v.ISSUED, record.paper.year, XSD_GYEAR)
    add_count(pairs, v.SEARCH_RANK, record.search_rank)
    if record.figlink is not None:
        pairs.append((v.PAGE, terms.page_at_pmc(record.figlink)))
    if record.filename is not None:
        pairs.append((v.DEPICTION, terms.image(record.paper.pmcid, record.filename)))
    if record.ndex is not None:
        pairs.append((v.HAS_FORMAT, terms.ndex(record.ndex)))
    pairs += [(v.HAS_VERSION, terms.wikipathways(wpid)) for wpid in record.wpids]
    pairs += [(v.REPLACES, terms.site_page(path)) for path in record.redirects]
    pairs += [(v.ORGANISM_NAME, literal(name)) for name in record.organisms]
    pairs += [(v.ORGANISM_RECOGNISED, literal(name)) for name in record.organisms_recognised]
    pairs += {pair for _, entry in _rows(record) for pair in name_entry(entry).figure_pairs}
    pairs += {pair for entity in record.entities for pair in entity_pairs(entity, record.flavour)}
    return subject, pairs


def _paper(paper: Paper) -> Description:
    pairs = [(RDF_TYPE, v.ARTICLE), (v.IDENTIFIER, literal(paper.pmcid))]
    add(pairs, v.TITLE, paper.title)
    add(pairs, v.CITATION, paper.citation)
    add(pairs, v.ISSUED, paper.year, XSD_GYEAR)
    add(pairs, v.PUBLISHER, paper.publisher)
    add(pairs, v.VOLUME, paper.volume)
    add(pairs, v.ISSUE, paper.issue)
    add(pairs, v.PAGES, paper.pages)
    pairs.append((v.PAGE, terms.paper_page(paper.pmcid)))
    if paper.pmid is not None:
        pairs.append((v.EXACT_MATCH, terms.pubmed(paper.pmid)))
    if paper.doi is not None:
        pairs.append((v.SAME_AS, terms.doi(paper.doi)))
    journal = paper.journal_abbreviation or paper.journal
    if journal is not None:
        pairs.append((v.PART_OF, terms.journal(journal)))
    pairs += [(v.CREATOR, literal(author)) for author in paper.authors]
    pairs += [(v.KEYWORDS, literal(keyword)) for keyword in paper.keywords]
    return terms.paper(paper.pmcid), pairs


def _rows(record: Record) -> Iterator[tuple[str, Entry]]:
    return chain(record.genes, record.chemicals, record.diseases)


def _mentions(record: Record, target: Term) -> Iterator[Description]:
    """Yield one mention for each (word, term, lexicon), whatever the number of its rows.

    Its count says how often the word stands in the figure. Every entry of a mention nearly
    always has as many rows as the word has places. Where one has fewer, a recount says so, and
    no row is lost.
    """
    mentions, senses = _gather_mentions(record, target)
    for subject, (word, lexicon, names, pairs, matches) in mentions.items():
        most = max(matches.values())
        pairs.append((v.COUNT, terms.integer(most)))
        if word in senses:
            pairs.append(_confidence(word, names, lexicon, len(senses[word])))
        yield subject, pairs
        for matched, count in matches.items():
            if count != most:
                yield _recount(subject, matched, count)


def _gather_mentions(
    record: Record, target: Term
) -> tuple[dict[Term, _Mention], dict[str, set[Term]]]:
    """Return the mentions by IRI, and what each word stands for."""
    base = f"<{terms.PREFIXES['mention']}{terms.encode(record.figid)}:"
    targeted = (v.TARGET, target)
    senses: dict[str, set[Term]] = {}
    mentions: dict[Term, _Mention] = {}
    for rows in (record.genes, record.chemicals, record.diseases):
        for (word, entry), count in rows.items():
            named = name_entry(entry)
            if named.body is not None:
                senses.setdefault(word, set()).add(named.body)
            subject = f"{base}{named.kind}:{terms.encode(word)}:{named.key}>"
            mention = mentions.get(subject)
            if mention is None:
                pairs = [_ANNOTATED, targeted, (v.WORD, literal(word)), *named.mention_pairs]
                matches = {named.entry: count}
                mentions[subject] = word, entry.lexicon, named.names, pairs, matches
            else:
                _, lexicon, names, pairs, matches = mention
                if not named.names <= names:
                    mentions[subject] = word, lexicon, names | named.names, pairs, matches
                pairs += [pair for pair in named.mention_pairs if pair not in pairs]
                matches[named.entry] = matches.get(named.entry, 0) + count
    return mentions, senses


@lru_cache(maxsize=1 << 16)
def _confidence(word: str, names: frozenset[str], lexicon: str | None, sense_count: int) -> Pair:
    rated = rate(word, tuple(sorted(names)), lexicon, sense_count)
    return v.CONFIDENCE, terms.decimal(rated)


def _recount(mention: Term, entry: Term, number: int) -> Description:
    pairs = [
        (RDF_TYPE, v.RECOUNT),
        (v.OF_MENTION, mention),
        (v.OF_ENTRY, entry),
        (v.COUNT, terms.integer(number)),
    ]
    return terms.join("recount", mention, entry), pairs


def _organism_found(record: Record, target: Term, organism: Organism) -> Description:
    pairs = [
        (RDF_TYPE, v.ORGANISM_FOUND),
        (v.TARGET, target),
        (v.BODY, terms.taxon(organism.taxon)),
    ]
    add_count(pairs, v.DIRECT_COUNT, organism.direct_count)
    add_count(pairs, v.SYNONYM_COUNT, organism.synonym_count)
    add_count(pairs, v.MATCH_COUNT, organism.match_count)
    return terms.compound("organism", record.figid, organism.taxon), pairs


def _curator_tag(record: Record, target: Term, tag: Tag) -> Description:
    pairs = [
        (RDF_TYPE, v.CURATOR_TAG),
        (v.TARGET, target),
        (v.MOTIVATED_BY, v.TAGGING),
        (v.TAG_TYPE, literal(tag.type)),
        (v.VALUE, literal(tag.value)),
    ]
    add(pairs, v.IDENTIFIER, tag.id)
    return terms.compound("tag", record.figid, tag.type, tag.value), pairs
