"""State what was counted: VoID's partitions and linksets, by section 6.6 of the HCLS profile."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import DCMITYPE, RDFS, VOID, Literal, URIRef

from kg.describe.counts import Counts
from kg.describe.statements import SD, Statements, node_of, number
from kg.describe.targets import TARGETS
from kg.terms import compress

Statistic = tuple[URIRef, URIRef]
"""What a distribution says of a part of it: the predicate, and the part."""


def state_statistics(statements: Statements, counts: Counts) -> list[Statistic]:
    """Describe all parts of a graph; return what each distribution says of them."""
    return [
        *_classes(statements, counts),
        *_properties(statements, counts),
        *_totals(statements, counts),
        *_linksets(statements, counts),
    ]


def _classes(statements: Statements, counts: Counts) -> Iterator[Statistic]:
    for kind, members in sorted(counts.classes.items()):
        node = statements.node("class", compress(kind))
        statements.add(
            node,
            void_class=node_of(kind),
            void_entities=number(members),
            void_distinctSubjects=number(members),
        )
        for predicate, triples in sorted(counts.class_properties[kind].items()):
            inner = statements.node("class", compress(kind), compress(predicate))
            statements.add(inner, void_property=node_of(predicate), void_triples=number(triples))
            statements.add(node, void_propertyPartition=inner)
        yield VOID.classPartition, node


def _properties(statements: Statements, counts: Counts) -> Iterator[Statistic]:
    for predicate, triples in sorted(counts.properties.items()):
        node = statements.node("property", compress(predicate))
        statements.add(
            node,
            void_property=node_of(predicate),
            void_triples=number(triples),
            void_distinctSubjects=number(counts.property_subjects[predicate]),
        )
        yield VOID.propertyPartition, node


def _totals(statements: Statements, counts: Counts) -> Iterator[Statistic]:
    """Yield the partitions by which HCLS says how many classes, literals and graphs there are."""
    for kind, found in (
        (RDFS.Class, len(counts.classes)),
        (RDFS.Literal, counts.literals),
        (SD.Graph, counts.graphs),
    ):
        node = statements.node("all", kind.rpartition("#")[2].lower())
        statements.add(node, void_class=kind, void_distinctSubjects=number(found))
        yield VOID.classPartition, node


def _linksets(statements: Statements, counts: Counts) -> Iterator[Statistic]:
    """Yield a linkset for each predicate and each data set that it leads to."""
    for (predicate, namespace), triples in sorted(counts.links.items()):
        target = TARGETS[namespace]
        node, registry = statements.node("links", target.name, compress(predicate)), target.registry
        statements.add(
            node,
            rdf_type=VOID.Linkset,
            dcterms_title=Literal(f"{compress(predicate)} to {target.title}", "en"),
            void_linkPredicate=node_of(predicate),
            void_subjectsTarget=statements.version,
            void_objectsTarget=URIRef(registry),
            void_triples=number(triples),
        )
        statements.add(
            URIRef(registry),
            rdf_type=[DCMITYPE.Dataset, VOID.Dataset],
            dcterms_title=Literal(target.title, "en"),
            void_uriSpace=Literal(namespace),
        )
        yield VOID.subset, node
