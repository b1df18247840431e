"""What all documents of WikiPathways say together, once their nodes are joined.

Held in memory: pathways, their genes and chemicals with how each was joined, the nodes that could
not be, references. Of 12 million triples that is what 60,000 nodes come to.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kg.errors import DataError
from kg.terms import Term
from kg.wikipathways.content import Content, Kind, Node, Pathway
from kg.wikipathways.figures import GeneSets
from kg.wikipathways.genes import GeneTable
from kg.wikipathways.identifiers import align, is_registered
from kg.wikipathways.join import Join, Unjoined, join_node


class How(NamedTuple):
    """How a node was joined: the node, the key, the predicate and identifier that did it."""

    node: Term
    key: str
    predicate: Term
    matched: str
    is_by_table: bool


class Left(NamedTuple):
    """A node that was not joined: what it is, why, and the identifiers that it has."""

    kind: Kind
    label: str
    wpids: tuple[str, ...]
    reason: str
    identifiers: tuple[Term, ...]


class PathwayFacts:
    """Takes the content of documents one by one.

    `genes` are the pathways' gene sets, in the figures' numbering of genes.
    """

    def __init__(self, table: GeneTable, numbers: dict[Term, int] | None = None) -> None:
        self._table = table
        self.genes = GeneSets(numbers)
        self.pathways: dict[str, Pathway] = {}
        self.participants: defaultdict[str, dict[Term, list[How]]] = defaultdict(dict)
        self.joined: dict[Term, tuple[Kind, str]] = {}
        self.left: dict[Term, Left] = {}
        self.by_table: dict[Term, tuple[Term, How]] = {}
        self.spellings: dict[Term, Term] = {}
        self.references: defaultdict[Term, set[str]] = defaultdict(set)

    def add(self, content: Content) -> None:
        """Add a document's content, and join its nodes."""
        for pathway in content.pathways:
            known = self.pathways.get(pathway.wpid)
            self.pathways[pathway.wpid] = _together(known, pathway) if known else pathway
            organism = (pathway.organism,) if pathway.organism is not None else ()
            for iri in (*pathway.versions, *pathway.diseases, *pathway.names, *organism):
                self._see(iri)
        for node in content.nodes:
            self._see(node.iri)
            for clue in node.clues:
                self._see(clue.iri)
            result = join_node(node, self._table)
            if isinstance(result, Unjoined):
                self._leave(result)
            else:
                for join in result:
                    self._join(join)
        for reference in content.references:
            self._see(reference.iri)
            self.references[reference.iri].update(reference.wpids)

    def require_some(self) -> None:
        """Raise DataError where the documents, all of them heard, hold no pathway."""
        if not self.pathways:
            hint = "--wikipathways names WikiPathways' own RDF"
            raise DataError("there is no pathway in what is to be WikiPathways", hint=hint)

    def _see(self, iri: Term) -> None:
        """Keep an IRI of another spelling, with the graph's own."""
        if iri not in self.spellings:
            aligned = align(iri)
            if aligned is not None:
                self.spellings[iri] = aligned

    def _join(self, join: Join) -> None:
        node, clue = join.node, join.clue
        matched = clue.identifier.local if clue.identifier is not None else clue.iri
        how = How(node.iri, join.key, clue.predicate, matched, join.is_by_table)
        self.joined[node.iri] = (node.kind, join.key)
        self.left.pop(node.iri, None)
        if join.is_by_table:
            self.by_table[node.iri] = (join.target, how)
        for wpid in node.wpids:
            hows = self.participants[wpid].setdefault(join.target, [])
            if how not in hows:
                hows.append(how)
            if node.kind == "gene" and len(hows) == 1:
                self.genes.add(wpid, join.target)

    def _leave(self, unjoined: Unjoined) -> None:
        node = unjoined.node
        if node.iri in self.joined:
            return
        known = self.left.get(node.iri)
        wpids = tuple(sorted({*node.wpids, *(known.wpids if known else ())}))
        self.left[node.iri] = Left(
            node.kind, node.label, wpids, unjoined.reason, _identifiers(node)
        )


def _identifiers(node: Node) -> tuple[Term, ...]:
    known = (c.iri for c in node.clues if c.identifier is not None or is_registered(c.iri))
    return tuple(dict.fromkeys(known))


def _together(one: Pathway, other: Pathway) -> Pathway:
    """Return what two documents say of one pathway, for example of two of its versions."""
    return Pathway(
        one.wpid,
        tuple(sorted({*one.versions, *other.versions})),
        one.taxon or other.taxon,
        one.organism if one.taxon else other.organism or one.organism,
        tuple(sorted({*one.diseases, *other.diseases})),
        tuple(sorted({*one.names, *other.names})),
    )
