"""Describe links: the statement itself, and the mapping that says how it was made.

A link is a triple that any query can follow (a pathway has a gene as participant, a figure is
related to a pathway) and an `sssom:Mapping` with an IRI of its own: source, predicate, target of
the triple, justification, and what it rests on. IRIs are made of the identifiers linked.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg import terms
from kg.terms import RDF_TYPE, XSD_DOUBLE, Description, Term, literal
from kg.wikipathways import vocabulary as v
from kg.wikipathways.content import Pathway
from kg.wikipathways.identifiers import mint, parse_iri
from kg.wikipathways.pathways import How
from kg.wikipathways.similarity import Similarity, Thresholds

Pairs = list[tuple[Term, Term]]
LINK_SET = terms.iri("https://w3id.org/pfocr/links")


def double(number: float) -> Term:
    """Return a number to four digits, which is more than any of ours is good for.

    >>> double(0.04166666)
    '"4.167E-2"^^<http://www.w3.org/2001/XMLSchema#double>'
    """
    mantissa, _, exponent = f"{number:.3E}".partition("E")
    short = mantissa.rstrip("0")
    return literal(f"{short}{'0' * short.endswith('.')}E{int(exponent)}", XSD_DOUBLE)


def link_set(strictness: str, thresholds: Thresholds, graphs: v.Graphs) -> Description:
    """Describe the set of links: what it was made from, and by which thresholds."""
    told = (
        f"Links between published pathway figures (PFOCR) and pathways (WikiPathways). Gene sets "
        f"are compared with the figures' genes at the strictness {strictness!r}; linked are pairs "
        f"with at least {thresholds.shared} shared genes, q at most {thresholds.q:g} and a Jaccard "
        f"index of at least {thresholds.jaccard:g}."
    )
    pairs = [
        (RDF_TYPE, v.MAPPING_SET),
        (v.expand("dcterms:title"), literal("Figures of PFOCR and pathways of WikiPathways")),
        (v.expand("dcterms:description"), literal(told)),
        (v.expand("dcterms:license"), v.CC0),
        (v.DERIVED_FROM, graphs.figures),
        (v.DERIVED_FROM, graphs.pathways),
    ]
    return LINK_SET, pairs


def _link(
    name: str, subject: Term, predicate: Term, target: Term, justification: Term, more: Pairs
) -> list[Description]:
    pairs = [
        (RDF_TYPE, v.MAPPING),
        (v.SUBJECT, subject),
        (v.PREDICATE, predicate),
        (v.OBJECT, target),
        (v.JUSTIFICATION, justification),
        *more,
    ]
    return [(subject, [(predicate, target)]), (f"<{v.NAMESPACES['link']}{name}>", pairs)]


def _segment(iri: Term) -> str:
    """Return the segment of a link's IRI that stands for something: its identifier."""
    identifier = parse_iri(iri)
    return ":".join(map(terms.encode, identifier)) if identifier else terms.encode(iri[1:-1])


def spelling(other: Term, own: Term) -> list[Description]:
    """Link another spelling of an identifier, such as a former one, to the graph's own."""
    name = f"iri:{terms.encode(other[1:-1])}"
    return _link(name, other, v.EXACT_MATCH, own, v.LEXICAL, [(v.PROVIDER, v.PFOCR)])


def strain(taxon: Term, species: Term) -> list[Description]:
    """Link the strain that NCBI Gene files genes under to the species of pathways."""
    name = f"taxon:{_segment(taxon)}"
    more = [(v.PROVIDER, v.NCBI_TAXONOMY)]
    return _link(name, taxon, v.BROAD_MATCH, species, v.BACKGROUND, more)


def versions(pathway: Pathway) -> list[Description]:
    """Link the versions of a pathway to the pathway."""
    target = terms.wikipathways(pathway.wpid)
    return [
        description
        for version in pathway.versions
        if version != target
        for description in _link(
            f"version:{terms.encode(version[1:-1])}",
            version,
            v.VERSION_OF,
            target,
            v.LEXICAL,
            [(v.PROVIDER, v.WIKIPATHWAYS), (v.MATCH_FIELD, v.DC_IDENTIFIER)],
        )
    ]


def organism(pathway: Pathway) -> list[Description]:
    """Link a pathway to its taxon, which older files give by name alone."""
    if pathway.taxon is None or pathway.organism is None:
        return []
    is_named = pathway.organism[0] == '"'
    field = v.ORGANISM_NAME if is_named else v.ORGANISM
    shown = terms.split_literal(pathway.organism).text if is_named else pathway.taxon
    more = [(v.PROVIDER, v.WIKIPATHWAYS), (v.MATCH_FIELD, field), (v.MATCH_STRING, literal(shown))]
    justification = v.LEXICAL if is_named else v.CURATED
    subject, target = terms.wikipathways(pathway.wpid), terms.taxon(pathway.taxon)
    return _link(f"{pathway.wpid}:organism", subject, v.IN_TAXON, target, justification, more)


def diseases(pathway: Pathway) -> list[Description]:
    """Link a pathway to the diseases that it is tagged with, by the Disease Ontology."""
    subject = terms.wikipathways(pathway.wpid)
    found = {identifier for tag in pathway.diseases if (identifier := parse_iri(tag)) is not None}
    return [
        description
        for identifier in sorted(found)
        if identifier.namespace == "doid"
        for description in _link(
            f"{pathway.wpid}:{_segment(mint(identifier))}",
            subject,
            v.ABOUT,
            mint(identifier),
            v.CURATED,
            [
                (v.PROVIDER, v.WIKIPATHWAYS),
                (v.MATCH_FIELD, v.DISEASE_TAG),
                (v.MATCH_STRING, literal(identifier.local)),
            ],
        )
    ]


def participant(wpid: str, target: Term, hows: Iterable[How]) -> list[Description]:
    """Link a pathway to a gene or chemical that its nodes stand for."""
    more: Pairs = []
    is_by_table = True
    for how in hows:
        more += [
            (v.DERIVED_FROM, how.node),
            (v.MATCH_FIELD, how.predicate),
            (v.MATCH_STRING, literal(how.matched)),
            (v.PROVIDER, v.HGNC if how.is_by_table else v.WIKIPATHWAYS),
        ]
        is_by_table = is_by_table and how.is_by_table
    justification = v.CHAINED if is_by_table else v.CURATED
    subject = terms.wikipathways(wpid)
    name = f"{wpid}:{_segment(target)}"
    return _link(name, subject, v.PARTICIPANT, target, justification, list(dict.fromkeys(more)))


def joined_by_table(target: Term, how: How) -> list[Description]:
    """Link a node that WikiPathways maps to no gene to the gene that the table has for it."""
    more = [
        (v.PROVIDER, v.HGNC),
        (v.MATCH_FIELD, how.predicate),
        (v.MATCH_STRING, literal(how.matched)),
        (v.expand("rdfs:comment"), literal(how.key)),
    ]
    name = f"node:{terms.encode(how.node[1:-1])}"
    return _link(name, how.node, v.CLOSE_MATCH, target, v.CHAINED, more)


def same_paper(paper: Term, reference: Term, provider: Term) -> list[Description]:
    """Link a paper's PubMed Central identifier to its PubMed identifier or DOI."""
    name = f"{_segment(paper)}:{_segment(reference)}"
    return _link(name, paper, v.EXACT_MATCH, reference, v.BACKGROUND, [(v.PROVIDER, provider)])


def cites(wpid: str, paper: Term, reference: Term) -> list[Description]:
    """Link a pathway to a paper that it cites and that has figures."""
    more = [(v.PROVIDER, v.WIKIPATHWAYS), (v.DERIVED_FROM, reference)]
    name = f"{wpid}:cites:{_segment(paper)}"
    return _link(name, terms.wikipathways(wpid), v.CITES, paper, v.CHAINED, more)


def cited_figure(figure: Term, wpid: str, paper: Term) -> list[Description]:
    """Link a figure to a pathway that cites its paper."""
    more = [(v.PROVIDER, v.WIKIPATHWAYS), (v.DERIVED_FROM, paper)]
    name = f"{_figid(figure)}:{wpid}:cited"
    target = terms.wikipathways(wpid)
    return _link(name, figure, v.REFERENCED_BY, target, v.CHAINED, more)


def translated(figure: Term, wpid: str) -> list[Description]:
    """Link a figure to the pathway that it was drawn as, as PFOCR says (`wpid`)."""
    name = f"{_figid(figure)}:{wpid}:translated"
    target = terms.wikipathways(wpid)
    return _link(name, figure, v.HAS_VERSION, target, v.CURATED, [(v.PROVIDER, v.PFOCR)])


def similar(found: Similarity) -> list[Description]:
    """Link a figure and a pathway whose gene sets are alike, with the numbers."""
    more = [
        (RDF_TYPE, v.SIMILARITY),
        (v.SHARED_COUNT, terms.integer(found.shared)),
        (v.FIGURE_COUNT, terms.integer(found.figure_genes)),
        (v.PATHWAY_COUNT, terms.integer(found.pathway_genes)),
        (v.SCORE, double(found.jaccard)),
        (v.MEASURE, literal(v.JACCARD)),
        (v.COSINE, double(found.cosine)),
        (v.P_VALUE, double(found.p)),
        (v.Q_VALUE, double(found.q)),
    ]
    wpid = found.pathway
    name = f"{_figid(found.figure)}:{wpid}:genes"
    target = terms.wikipathways(wpid)
    return _link(name, found.figure, v.RELATED_MATCH, target, v.OVER_THRESHOLD, more)


def _figid(figure: Term) -> str:
    return figure[figure.rindex("/") + 1 : -1].removesuffix(".html")
