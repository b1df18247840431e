"""What a document of WikiPathways says that a merge needs: pathways, their nodes, references.

Three layouts are read as one. Today's nodes are the author's identifiers, typed wp:DataNode; those
of 2016 too, with `http` and no cross-references; those of 2014 are places in the drawing, whose
dc:identifier is the author's. What counts is the class (gene product, protein, RNA, metabolite)
and that the node is part of something with a title: bare IRIs of pathways are typed wp:Pathway too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal as Choice
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from kg.terms import RDF_TYPE, Term, split_literal
from kg.wikipathways import vocabulary as v
from kg.wikipathways.identifiers import Identifier, parse_iri
from kg.wikipathways.taxa import TAXA, to_species

Kind = Choice["gene", "chemical"]


class Pathway(NamedTuple):
    """A pathway by its WP identifier; `versions` are the IRIs that the documents give it.

    `names` are what they say it is a version of, or once more the version itself. `taxon` is None
    where the organism is neither a taxon nor a name that `taxa` knows; `organism` is what the
    documents say, a taxon's IRI or a name.
    """

    wpid: str
    versions: tuple[Term, ...]
    taxon: str | None
    organism: Term | None
    diseases: tuple[Term, ...]
    names: tuple[Term, ...]


class Clue(NamedTuple):
    """An identifier of a node: the predicate that gives it, its IRI, and what that names."""

    predicate: Term
    iri: Term
    identifier: Identifier | None


class Node(NamedTuple):
    """A node of one or more pathways that stands for a gene (or product) or a chemical."""

    iri: Term
    kind: Kind
    label: str
    wpids: tuple[str, ...]
    taxon: str | None
    clues: tuple[Clue, ...]


class Reference(NamedTuple):
    """A paper that pathways cite."""

    iri: Term
    wpids: tuple[str, ...]


class Content(NamedTuple):
    """What a document says; everything in the order of its IRIs."""

    pathways: tuple[Pathway, ...]
    nodes: tuple[Node, ...]
    references: tuple[Reference, ...]


CLUES = (v.ENTREZ, v.HGNC_SYMBOL, v.ENSEMBL, v.UNIPROT, v.CHEBI, v.DC_IDENTIFIER)
_READ = frozenset(
    (
        RDF_TYPE,
        v.PART_OF,
        v.LABEL,
        v.DC_TITLE,
        v.IDENTIFIER,
        v.ORGANISM,
        v.ORGANISM_NAME,
        v.DISEASE_TAG,
        *CLUES,
    )
)
_WPID = re.compile(r"WP[0-9]+")

Facts = dict[Term, dict[Term, list[Term]]]


class ContentReader:
    """Takes the statements of one document, and tells its content when they have passed."""

    def __init__(self) -> None:
        self._facts: Facts = defaultdict(lambda: defaultdict(list))

    def passing(self, statements: Iterable[Quad | Triple]) -> Iterator[Quad | Triple]:
        """Yield the statements as they come, and keep those that the content is made of."""
        read = {NamedNode(term[1:-1]): term for term in _READ}
        facts = self._facts
        for statement in statements:
            predicate = read.get(statement.predicate)
            if predicate is not None:
                facts[str(statement.subject)][predicate].append(str(statement.object))
            yield statement

    def content(self) -> Content:
        pathways, wpids = _pathways(self._facts)
        taxa = {pathway.wpid: pathway.taxon for pathway in pathways}
        nodes, references = [], []
        for subject, facts in sorted(self._facts.items()):
            parts = tuple(sorted({wpids[whole] for whole in facts[v.PART_OF] if whole in wpids}))
            kind = _kind(facts[RDF_TYPE])
            if parts and kind is not None:
                taxon = taxa[parts[0]]
                nodes.append(
                    Node(subject, kind, _text(facts[v.LABEL]), parts, taxon, _clues(subject, facts))
                )
            elif parts and v.REFERENCE in facts[RDF_TYPE]:
                references.append(Reference(subject, parts))
        return Content(pathways, tuple(nodes), tuple(references))


def _pathways(facts: Facts) -> tuple[tuple[Pathway, ...], dict[Term, str]]:
    """Return the pathways, and the WP identifier of each of their IRIs."""
    wpids: dict[Term, str] = {}
    found: dict[str, list[Term]] = defaultdict(list)
    for subject, said in sorted(facts.items()):
        if v.PATHWAY in said[RDF_TYPE] and said[v.DC_TITLE]:
            wpid = _wpid(subject, said)
            if wpid is not None:
                wpids[subject] = wpid
                found[wpid].append(subject)
    return tuple(_pathway(wpid, found[wpid], facts) for wpid in sorted(found)), wpids


def _pathway(wpid: str, versions: list[Term], facts: Facts) -> Pathway:
    organisms = [term for version in versions for term in facts[version][v.ORGANISM]]
    names = [term for version in versions for term in facts[version][v.ORGANISM_NAME]]
    diseases = {term for version in versions for term in facts[version][v.DISEASE_TAG]}
    names_of = {term for version in versions for term in facts[version][v.DC_IDENTIFIER]}
    said = next((term for term in organisms + names if _taxon(term) is not None), None)
    return Pathway(
        wpid,
        tuple(versions),
        None if said is None else _taxon(said),
        said or next(iter(organisms + names), None),
        tuple(sorted(diseases)),
        tuple(sorted(term for term in names_of if term[0] == "<")),
    )


def _wpid(subject: Term, said: dict[Term, list[Term]]) -> str | None:
    """Return the WP identifier of a pathway: what it says it is, else what its IRIs say."""
    for term in said[v.IDENTIFIER]:
        if term[0] == '"' and _WPID.fullmatch(split_literal(term).text):
            return split_literal(term).text
    for iri in (*said[v.DC_IDENTIFIER], subject):
        identifier = parse_iri(iri)
        if identifier is not None and identifier.namespace == "wikipathways":
            return identifier.local
    return None


def _taxon(organism: Term) -> str | None:
    """Return the species that an IRI or a name means."""
    if organism[0] == '"':
        return TAXA.get(_text([organism]))
    identifier = parse_iri(organism)
    if identifier is None or identifier.namespace != "taxonomy":
        return None
    return to_species(identifier.local)


def _kind(classes: list[Term]) -> Kind | None:
    if not v.GENE_KINDS.isdisjoint(classes):
        return "gene"
    return "chemical" if v.METABOLITE in classes else None


def _clues(subject: Term, facts: dict[Term, list[Term]]) -> tuple[Clue, ...]:
    """Return the identifiers of a node: cross-references, the author's own, its IRI."""
    own = dict.fromkeys([*sorted(facts[v.DC_IDENTIFIER]), subject])
    pairs = [(predicate, iri) for predicate in CLUES[:-1] for iri in sorted(set(facts[predicate]))]
    pairs += [(v.DC_IDENTIFIER, iri) for iri in own]
    return tuple(Clue(predicate, iri, parse_iri(iri)) for predicate, iri in pairs if iri[0] == "<")


def _text(literals: list[Term]) -> str:
    """Return the text of the first literal in order; language tags are passed over."""
    texts = sorted(term[: term.rindex('"') + 1] for term in literals if term[0] == '"')
    return split_literal(texts[0]).text if texts else ""
