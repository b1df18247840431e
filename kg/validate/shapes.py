"""What shapes say: what the engines are given, and what reports say of a shape.

Decision: big data are validated in parts (`kg.validate.parts`), and shapes say of themselves
whether that is the same as validating the whole: `is_splittable`. It is where each constraint
is decided by the focus node's own triples and the classes of their objects. The classes of
what is described elsewhere are *known*: told to the engines by a class of another name
(`kg.validate.forms.known_class`), so that what is known is no focus node. Refused: each part with
the triples of all that it refers to, which an engine would validate again in each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from kg.terms import RDF_TYPE, Term, Triple, is_iri, split_literal
from kg.validate.results import VIOLATION, Finding, Result
from kg.validate.vocabulary import (
    ALTERNATIVE,
    CLASS,
    CLOSED,
    FIRST,
    IGNORED,
    MESSAGE,
    NIL,
    PATH,
    PATH_FORMS,
    PROPERTY,
    RDFS_CLASS,
    REST,
    SAID,
    SEVERITY,
    SH,
    SPLITTABLE,
    TARGETS,
    TO_SHAPE_LISTS,
    TO_SHAPES,
    sh,
)


class Shapes:
    """A shapes graph: its triples, and tables of what its shapes say.

    `place` is the file or folder that it was read from, for messages. Compared by identity, since
    compiled forms are kept for it.
    """

    def __init__(self, triples: Iterable[Triple], place: str | None = None) -> None:
        self.triples = tuple(triples)
        self.place = place
        self._table: dict[Term, dict[Term, list[Term]]] = {}
        for subject, predicate, value in self.triples:
            self._table.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Shapes, (self.triples, self.place)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def names(self) -> frozenset[Term]:
        """The shapes: what is typed as one, has a target or a path, or is referred to as one."""
        types = sh("NodeShape", "PropertyShape")
        named = {
            subject
            for subject, predicate, value in self.triples
            if (predicate == RDF_TYPE and value in types) or predicate in TARGETS | {PATH}
        }
        return self.referred.union(named)

    @cached_property
    def referred(self) -> frozenset[Term]:
        """The shapes that other shapes refer to."""
        return frozenset(name for shape in self._table for name in self.references(shape))

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """Return the objects of a subject and predicate, in the order of the files."""
        return self._table.get(subject, {}).get(predicate, [])

    def items(self, head: Term) -> Iterator[Term]:
        """Yield the items of an RDF list."""
        for _ in self._table:  # a list is no longer than the graph, even where it bites its tail
            yield from self.objects(head, FIRST)
            head = next(iter(self.objects(head, REST)), NIL)
            if head == NIL:
                return

    def references(self, shape: Term) -> Iterator[Term]:
        """Yield the shapes that a shape refers to."""
        for predicate, values in self._table.get(shape, {}).items():
            if predicate in TO_SHAPES:
                yield from values
            elif predicate in TO_SHAPE_LISTS:
                for value in values:
                    yield from self.items(value)

    @cached_property
    def classes(self) -> frozenset[Term]:
        """The classes that objects must have (sh:class)."""
        return frozenset(value for _, predicate, value in self.triples if predicate == CLASS)

    @cached_property
    def is_splittable(self) -> bool:
        """Whether parts with complete subjects and known classes give the results of the whole.

        Then nothing but SHACL Core is used.
        """
        used = {predicate for _, predicate, _ in self.triples if predicate.startswith(f"<{SH}")}
        return used <= SPLITTABLE and all(map(self._is_local, self.names))

    def _is_local(self, shape: Term) -> bool:
        """Whether a shape looks at its focus node's own triples alone."""
        if RDFS_CLASS in self.objects(shape, RDF_TYPE):
            return False
        for path in self.objects(shape, PATH):
            choices = [
                step for head in self.objects(path, ALTERNATIVE) for step in self.items(head)
            ]
            if not all(map(is_iri, choices or [path])):
                return False
        inner = set(self.references(shape)) - set(self.objects(shape, PROPERTY))
        return all(map(self._is_of_values, inner))

    def _is_of_values(self, shape: Term) -> bool:
        """Whether a shape says nothing of the triples of the node that it is applied to."""
        if {PATH, PROPERTY, CLOSED} & self._table.get(shape, {}).keys():
            return False
        return all(map(self._is_of_values, self.references(shape)))

    def is_class_alone(self, shape: Term) -> bool:
        """Whether a shape has one sh:class, and asks for nothing else."""
        asked = {p for p in self._table.get(shape, {}) if p.startswith(f"<{SH}") and p not in SAID}
        return asked == {CLASS} and len(self.objects(shape, CLASS)) == 1

    @cached_property
    def closed_paths(self) -> dict[Term, list[Term]]:
        """The predicates that each closed shape allows."""
        allowed = {}
        for shape in self.names:
            if self.objects(shape, CLOSED):
                paths = [p for ps in self.objects(shape, PROPERTY) for p in self.objects(ps, PATH)]
                for head in self.objects(shape, IGNORED):
                    paths += self.items(head)
                allowed[shape] = [*dict.fromkeys(filter(is_iri, paths))]
        return allowed

    def path(self, shape: Term) -> str | None:
        """Return the path of a property shape as SPARQL writes it; None for a node shape."""
        nodes = self.objects(shape, PATH)
        return self._path(nodes[0]) if nodes else None

    def _path(self, node: Term) -> str:
        if is_iri(node):
            return node
        if self.objects(node, FIRST):
            return f"({'/'.join(map(self._path, self.items(node)))})"
        for head in self.objects(node, ALTERNATIVE):
            return f"({'|'.join(map(self._path, self.items(head)))})"
        for predicate, form in PATH_FORMS.items():
            for inner in self.objects(node, predicate):
                return form.format(self._path(inner))
        return node

    def describe_path(self, node: Term) -> Iterator[Triple]:
        """Yield the triples that a path which is no predicate is made of."""
        waiting = [node]
        while waiting:
            subject = waiting.pop()
            for predicate, values in self._table.get(subject, {}).items():
                if subject.startswith("_:"):
                    yield from ((subject, predicate, value) for value in values)
                    waiting += values

    def result(self, finding: Finding) -> Result:
        """Return a finding with what its shape says of it."""
        focus_node, shape, component, value, path = finding
        severity, shown = self.severity(shape), path or self.path(shape)
        return Result(focus_node, shown, value, shape, component, severity, self.message(finding))

    def severity(self, shape: Term) -> Term:
        return next(iter(self.objects(shape, SEVERITY)), VIOLATION)

    def message(self, finding: Finding) -> str:
        """Return the shape's message, English or untagged first, else the constraint that fails."""
        messages = [m for m in self.objects(finding.shape, MESSAGE) if m.startswith('"')]
        if messages:
            return split_literal(min(messages, key=_language_rank)).text
        name = finding.component.removesuffix("ConstraintComponent>").rpartition("#")[2]
        return f"the constraint {name} is not met"


def _language_rank(message: Term) -> tuple[int, str]:
    return (0 if message.endswith(('"', '"@en')) else 1, message)
