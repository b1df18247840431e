"""Count what is in RDF files, for the statistics of the dataset description.

What stands in several files or graphs counts once, as in the answer of a query, and memory does
not grow with the data. Files are read once where every subject has its triples in one place, as
in what a build writes; that this is so is checked. Else the triples are sorted, in temporary
files, and counted again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kg.describe.targets import target_namespace
from kg.mapping.vocabulary import LEXICON
from kg.rdf import iter_quads
from kg.sort import Sorter, group_lines
from kg.terms import RDF_TYPE, Term

_RECENT = 1 << 16

Group = tuple[Term, Iterable[str]]
"""A subject with all its triples, as `predicate object`, each once."""


class Link(NamedTuple):
    """A kind of link: the predicate, and the namespace of the data set that it leads to."""

    predicate: Term
    namespace: str


@dataclass(slots=True)
class Counts:
    """The numbers of a graph.

    `classes` has the subjects of each class, `class_properties` the triples of these by
    predicate; `properties` and `property_subjects` the triples and the subjects of each
    predicate; `links` the triples that lead to other data sets. `examples` has the first subject
    of each class by IRI, `lexicons` all lexicons.
    """

    triples: int = 0
    subjects: int = 0
    entities: int = 0
    objects: int = 0
    literals: int = 0
    graphs: int = 0
    classes: Counter[Term] = field(default_factory=Counter)
    class_properties: dict[Term, Counter[Term]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    properties: Counter[Term] = field(default_factory=Counter)
    property_subjects: Counter[Term] = field(default_factory=Counter)
    links: Counter[Link] = field(default_factory=Counter)
    examples: dict[Term, Term] = field(default_factory=dict)
    lexicons: set[Term] = field(default_factory=set)


def count(paths: Iterable[Path]) -> Counts:
    """Count the union of RDF files; raise DataError, with file and line, for malformed RDF."""
    triples = _Triples(paths)
    with Sorter() as subjects:
        counts = _count(_noted(triples.iter_groups(), subjects))
        is_grouped = sum(1 for _ in subjects.lines()) == counts.subjects
    if not is_grouped:
        with Sorter() as sorter:
            counts = _count(group_lines(sorter.add_all(triples.iter_lines()).lines()))
    counts.graphs = len(triples.graphs)
    return counts


class _Triples:
    """The triples of some files; on the way, notes which graphs they are in."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = list(paths)
        self.graphs: set[object] = set()

    def iter_lines(self) -> Iterator[str]:
        """Yield each triple, a tab after its subject."""
        graph = None
        for path in self._paths:
            for quad in iter_quads(path):
                if quad.graph_name is not graph:
                    graph = quad.graph_name
                    self.graphs.add(graph)
                subject, pair = str(quad.triple).split(" ", 1)
                yield f"{subject}\t{pair}"

    def iter_groups(self) -> Iterator[Group]:
        """Yield the triples of a subject that stand together; it may come again."""
        return ((subject, set(pairs)) for subject, pairs in group_lines(self.iter_lines()))


def _noted(groups: Iterable[Group], subjects: Sorter) -> Iterator[Group]:
    for group in groups:
        subjects.add(group[0])
        yield group


def _count(groups: Iterable[Group]) -> Counts:
    counts = Counts()
    recent: set[str] = set()
    with Sorter() as objects:
        for subject, pairs in groups:
            split = [pair.split(" ", 1) for pair in pairs]
            _add_subject(counts, subject, split)
            for _, value in split:
                if value not in recent:
                    recent.add(value)
                    objects.add(value)
            if len(recent) > _RECENT:
                recent.clear()
        for value in objects.lines():
            counts.objects += 1
            counts.literals += value[0] == '"'
    return counts


def _add_subject(counts: Counts, subject: Term, pairs: list[list[str]]) -> None:
    predicates = Counter([predicate for predicate, _ in pairs])
    classes = [value for predicate, value in pairs if predicate == RDF_TYPE]
    counts.triples += len(pairs)
    counts.subjects += 1
    counts.entities += bool(classes)
    counts.properties.update(predicates)
    counts.property_subjects.update(predicates.keys())
    for kind in classes:
        counts.classes[kind] += 1
        counts.class_properties[kind].update(predicates)
        counts.examples[kind] = min(subject, counts.examples.get(kind, subject))
    if LEXICON in classes:
        counts.lexicons.add(subject)
    for predicate, value in pairs:
        if value[0] == "<" and predicate != RDF_TYPE:
            namespace = target_namespace(value[1:-1])
            if namespace is not None:
                counts.links[Link(predicate, namespace)] += 1
