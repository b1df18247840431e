"""Join nodes of WikiPathways to the genes and chemicals that figures show.

A gene node is joined by the first of these that finds it: WikiPathways' own mapping to NCBI Gene,
the author's NCBI Gene identifier, then, for human pathways, HGNC symbol, HGNC number, Ensembl and
UniProt through the gene table. From the table a node gets one gene or none: an identifier that
stands for several is a question for a curator. A chemical node is joined by ChEBI.
"""

from __future__ import annotations

from typing import NamedTuple

from kg.terms import Term
from kg.wikipathways import vocabulary as v
from kg.wikipathways.content import Clue, Node
from kg.wikipathways.genes import GeneTable
from kg.wikipathways.identifiers import Identifier, is_registered, mint
from kg.wikipathways.taxa import HUMAN


class Join(NamedTuple):
    """A node and what it was joined to: by which key, on which identifier.

    `is_by_table` is True where the gene table, not WikiPathways, says that they are one.
    """

    node: Node
    target: Term
    key: str
    clue: Clue
    is_by_table: bool = False


class Unjoined(NamedTuple):
    """A node that can't be joined, and why."""

    node: Node
    reason: str


NO_IDENTIFIER = "no identifier"
MALFORMED = "malformed identifier"
OTHER_NAMESPACES = "identifiers of other namespaces alone"
NOT_IN_TABLE = "not in the gene table"
SEVERAL_GENES = "stands for several genes"
OTHER_ORGANISM = "no gene table for the organism"

_TABLE_NAMESPACES = ("hgnc.symbol", "hgnc", "ensembl", "uniprot")
_DIRECT = {"gene": ("ncbigene", v.ENTREZ), "chemical": ("chebi", v.CHEBI)}
_NAMES = {
    v.ENTREZ: "wp:bdbEntrezGene",
    v.CHEBI: "wp:bdbChEBI",
    v.DC_IDENTIFIER: "author's identifier",
}


def join_node(node: Node, table: GeneTable) -> list[Join] | Unjoined:
    """Return the joins of a node, several where WikiPathways maps it to several genes."""
    clues = [clue for clue in node.clues if clue.identifier is not None]
    namespace, mapped = _DIRECT[node.kind]
    for predicate in (mapped, v.DC_IDENTIFIER):
        joins = [
            Join(node, mint(clue.identifier), _NAMES[predicate], clue)
            for clue in clues
            if clue.predicate == predicate
            and clue.identifier is not None
            and clue.identifier.namespace == namespace
        ]
        if joins:
            return list({join.target: join for join in reversed(joins)}.values())[::-1]
    if not clues:
        has_any = any(is_registered(clue.iri) for clue in node.clues)
        return Unjoined(node, MALFORMED if has_any else NO_IDENTIFIER)
    if node.kind == "chemical":
        return Unjoined(node, OTHER_NAMESPACES)
    return _join_by_table(node, clues, table)


def _join_by_table(node: Node, clues: list[Clue], table: GeneTable) -> list[Join] | Unjoined:
    known = [clue for clue in clues if _namespace(clue) in _TABLE_NAMESPACES]
    if not known:
        return Unjoined(node, OTHER_NAMESPACES)
    if node.taxon not in (HUMAN, None):
        return Unjoined(node, OTHER_ORGANISM)
    reason = NOT_IN_TABLE
    for namespace in _TABLE_NAMESPACES:
        genes: dict[str, tuple[Clue, str]] = {}
        for clue in known:
            if clue.identifier is not None and clue.identifier.namespace == namespace:
                found = table.find(clue.identifier)
                genes = dict.fromkeys(found.genes, (clue, found.how)) | genes
        if len(genes) == 1:
            [(gene, (clue, how))] = genes.items()
            return [Join(node, mint(Identifier("ncbigene", gene)), how, clue, is_by_table=True)]
        if genes:
            reason = SEVERAL_GENES
    return Unjoined(node, reason)


def _namespace(clue: Clue) -> str | None:
    return None if clue.identifier is None else clue.identifier.namespace
