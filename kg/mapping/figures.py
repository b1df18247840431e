"""Describe papers, figures and mentions: what belongs to one figure alone.

A mention is found first (`find_mentions`) and described then (`describe_mention`): what was found
does not name the figure, comes in many figures, and is described alike but for their names.

`tables` are the reference tables, by default the embedded ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from kg import terms
from kg.confidence import rate
from kg.mapping import vocabulary as v
from kg.mapping.names import Named, entity_pairs, names_by
from kg.mapping.pairs import add, add_count
from kg.record import Entry, Organism, Paper, Record, Tag, entries
from kg.reference import EMBEDDED, Tables
from kg.terms import RDF_TYPE, XSD_DECIMAL, XSD_GYEAR, Description, Term, literal

_ANNOTATED = (RDF_TYPE, v.ANNOTATION)


def describe_record(record: Record, tables: Tables = EMBEDDED) -> list[Description]:
    """Return the descriptions of paper and figure, in this order, and of all else of the figure."""
    descriptions = describe_figure(record, tables)
    for mention in find_mentions(record, tables):
        descriptions += describe_mention(record.figid, mention, tables)
    return descriptions


def describe_figure(record: Record, tables: Tables = EMBEDDED) -> list[Description]:
    """Return the descriptions of paper and figure, in this order, and of all but the mentions.

    Those of paper and figure say each pair once.
    """
    target = terms.figure(record.figid)
    return [
        _paper(record.paper),
        _figure(record, target, names_by(tables)),
        *(_organism_found(record, target, organism) for organism in record.organism_counts),
        *(_curator_tag(record, target, tag) for tag in record.tags),
    ]


def _figure(record: Record, subject: Term, names: Mapping[Entry, Named]) -> Description:
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
    shown = {pair for entry in entries(record) for pair in names[entry].figure_pairs}
    for entity in record.entities:
        shown.update(entity_pairs(entity, record.flavour))
    pairs += shown
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
    pairs += [(v.CREATOR, literal(author)) for author in dict.fromkeys(paper.authors)]
    pairs += [(v.KEYWORDS, literal(keyword)) for keyword in paper.keywords]
    return terms.paper(paper.pmcid), pairs


class Mention(NamedTuple):
    """A word in a figure that was matched to a term of a lexicon.

    `matches` are the entries of the term, each with its number of rows; `sense_count` is how many
    genes, families and substances the word stands for in the figure.
    """

    word: str
    matches: tuple[tuple[Entry, int], ...]
    sense_count: int


def find_mentions(record: Record, tables: Tables = EMBEDDED) -> list[Mention]:
    """Return one mention for each (word, term, lexicon), whatever the number of its rows."""
    names = names_by(tables)
    senses: dict[str, set[Term]] = {}
    found: dict[tuple[str, str, str], list[tuple[Entry, int]]] = {}
    for rows in (record.genes, record.chemicals, record.diseases):
        for (word, entry), count in rows.items():
            named = names[entry]
            if named.body is not None:
                senses.setdefault(word, set()).add(named.body)
            found.setdefault((word, named.kind, named.key), []).append((entry, count))
    return [
        Mention(word, tuple(matches), len(senses.get(word, ())))
        for (word, _, _), matches in found.items()
    ]


def describe_mention(figid: str, mention: Mention, tables: Tables = EMBEDDED) -> list[Description]:
    """Return the description of a mention in a figure, and its recounts.

    Its count says how often the word stands in the figure. Every entry of a mention nearly
    always has as many rows as the word has places. Where one has fewer, a recount says so, and
    no row is lost.
    """
    word, matches, sense_count = mention
    by_entry = names_by(tables)
    names = [by_entry[entry] for entry, _ in matches]
    kind, key = names[0].kind, names[0].key
    of_figure = f"{terms.PREFIXES['mention']}{terms.encode(figid)}"
    subject = f"<{of_figure}:{kind}:{terms.encode(word)}:{key}>"
    counts: Counter[Term] = Counter()
    for named, (_, count) in zip(names, matches, strict=True):
        counts[named.entry] += count
    most = max(counts.values())
    pairs = [_ANNOTATED, (v.TARGET, terms.figure(figid)), (v.WORD, literal(word))]
    pairs += dict.fromkeys(pair for named in names for pair in named.mention_pairs)
    pairs.append((v.COUNT, terms.integer(most)))
    if sense_count:
        spellings = frozenset().union(*(named.names for named in names))
        rating = rate(word, tuple(sorted(spellings)), matches[0][0].lexicon, sense_count)
        pairs.append((v.CONFIDENCE, terms.decimal(rating)))
    recounts = [_recount(subject, *found) for found in counts.items() if found[1] != most]
    return [(subject, pairs), *recounts]


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
