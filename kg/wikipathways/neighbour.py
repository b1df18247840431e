"""Be a good neighbour: WikiPathways' own queries count the same before and after a merge.

Their endpoint queries the union of all graphs. A gene, chemical, disease or taxon has one IRI in
both graphs, so what the figures' graph says of it with a predicate that WikiPathways' queries
follow (its label, its identifier) would come up among their answers: the gene of `RAGE` in one of
their pathways would be `AGER` as well. In merged data these two predicates of shared entities are
written otherwise, in terms that WikiPathways does not use: the identifier as `schema:identifier`,
the label as `skos:prefLabel`, or, where there is one already (the symbol that HGNC approves), as
`pfocr:symbol`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.terms import expand


def _node(curie: str) -> NamedNode:
    return NamedNode(expand(curie)[1:-1])


_SHARED = (
    "https://identifiers.org/ncbigene/",
    "https://identifiers.org/chebi/",
    "https://identifiers.org/mesh/",
    "http://purl.obolibrary.org/obo/",
)
_PREFERRED = _node("skos:prefLabel")
_WITHOUT = {
    _node("rdfs:label"): _PREFERRED,
    _node("dcterms:identifier"): _node("schema:identifier"),
}
_WITH = {**_WITHOUT, _node("rdfs:label"): _node("pfocr:symbol")}
"""What is written instead, of entities with and without a preferred label."""


def keep_apart(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the quads of the figures' graph in predicates that WikiPathways does not use.

    What is said of a subject in one run is looked at together, as `kg build` writes it.
    """
    for subject, said in groupby(quads, key=_subject):
        if not (isinstance(subject, NamedNode) and subject.value.startswith(_SHARED)):
            yield from said
            continue
        together = list(said)
        has_preferred = any(quad.predicate == _PREFERRED for quad in together)
        written = _WITH if has_preferred else _WITHOUT
        for quad in together:
            predicate = written.get(quad.predicate, quad.predicate)
            yield Quad(quad.subject, predicate, quad.object, quad.graph_name)


def _subject(quad: Quad) -> NamedNode | BlankNode | Triple:
    return quad.subject
