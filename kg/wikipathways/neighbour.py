"""Be a good neighbour: WikiPathways' own queries count the same before and after a merge.

Their endpoint queries the union of all graphs. A gene, chemical, disease or taxon has one IRI in
both graphs, so what the figures' graph says of it with a predicate that WikiPathways' queries
follow (its label, its identifier) would come up among their answers: the gene of `RAGE` in one of
their pathways would be `AGER` as well. In merged data these two predicates of shared entities are
written otherwise, in terms that WikiPathways does not use: the label of a gene as `pfocr:symbol`,
of anything else as `skos:prefLabel`, the identifier as `schema:identifier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from kg.terms import expand


def _node(curie: str) -> NamedNode:
    return NamedNode(expand(curie)[1:-1])


_GENES = "https://identifiers.org/ncbigene/"
_OTHERS = (
    "https://identifiers.org/chebi/",
    "https://identifiers.org/mesh/",
    "http://purl.obolibrary.org/obo/",
)
_IDENTIFIER = {_node("dcterms:identifier"): _node("schema:identifier")}
_OF_GENE = {_node("rdfs:label"): _node("pfocr:symbol"), **_IDENTIFIER}
_OF_OTHER = {_node("rdfs:label"): _node("skos:prefLabel"), **_IDENTIFIER}


def keep_apart(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the quads of the figures' graph in predicates that WikiPathways does not use."""
    for quad in quads:
        if quad.predicate in _OF_GENE and isinstance(quad.subject, NamedNode):
            subject = quad.subject.value
            if subject.startswith(_GENES):
                written = _OF_GENE[quad.predicate]
            elif subject.startswith(_OTHERS):
                written = _OF_OTHER[quad.predicate]
            else:
                written = quad.predicate
            yield Quad(quad.subject, written, quad.object, quad.graph_name)
        else:
            yield quad
