"""Give shapes other forms: for parts of a graph, for one shard, and for pySHACL.

No form changes what a report says: shape, path, component and value stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from kg.terms import Term, Triple, literal, split_literal
from kg.validate.results import Finding
from kg.validate.shapes import Shapes
from kg.validate.vocabulary import (
    CLASS,
    CLASS_COMPONENT,
    DEACTIVATED,
    DISJOINT_SIBLINGS,
    FIRST,
    FLAGS,
    GRAPH_SCOPE,
    IGNORED,
    NIL,
    OR,
    OR_COMPONENT,
    PATTERN,
    PROPERTY,
    REST,
    SCOPE,
    SUBCLASS_OF,
    TARGETS,
)

_KNOWN = "urn:kg:known:"
_ANY = "urn:kg:any:"
_END = re.compile(r"(?<!\\)((?:\\\\)*)\$$")


def known_class(name: Term) -> Term:
    """Return the class that says of something described elsewhere that it is of a class."""
    return f"<{_KNOWN}{name[1:-1]}>"


def known_tokens(classes: Iterable[Term]) -> dict[Term, bytes]:
    """Return the token of the `known_class` of each of some classes."""
    return {name: known_class(name).encode() for name in classes}


@lru_cache(maxsize=8)
def for_parts(shapes: Shapes) -> Shapes:
    """Return shapes whose sh:class is met by what is known to be of the class, too.

    An sh:or of classes becomes one class that they all are classes of (`hierarchy`), since it
    costs the engines a third of their time; `restore` says again what was meant.
    """
    unions = _unions(shapes)
    triples = (
        (s, CLASS, _union_class(s))
        if p == OR and s in unions
        else (s, p, known_class(o) if p == CLASS else o)
        for s, p, o in shapes.triples
    )
    return Shapes(triples, shapes.place)


@lru_cache(maxsize=8)
def hierarchy(shapes: Shapes) -> bytes:
    """Return the triples that the shapes of `for_parts` need in the data."""
    pairs = [(name, known_class(name)) for name in sorted(shapes.classes)]
    for shape, names in sorted(_unions(shapes).items()):
        pairs += [
            (each, _union_class(shape)) for name in names for each in (name, known_class(name))
        ]
    return "".join(f"{name} {SUBCLASS_OF} {wider} .\n" for name, wider in pairs).encode()


def restore(shapes: Shapes, finding: Finding) -> Finding:
    """Return what a finding of the shapes of `for_parts` says of the shapes as they are."""
    if finding.component == CLASS_COMPONENT and finding.shape in _unions(shapes):
        return finding._replace(component=OR_COMPONENT)
    return finding


@lru_cache(maxsize=8)
def _unions(shapes: Shapes) -> dict[Term, list[Term]]:
    """Return the shapes that have an sh:or of nothing but classes, and not sh:class itself."""
    unions = {}
    for shape in shapes.names:
        heads = shapes.objects(shape, OR)
        if len(heads) == 1 and not shapes.objects(shape, CLASS):
            choices = [*shapes.items(heads[0])]
            if all(map(shapes.is_class_alone, choices)):
                unions[shape] = [shapes.objects(choice, CLASS)[0] for choice in choices]
    return unions


def _union_class(shape: Term) -> Term:
    return f"<{_ANY}{shape[1:-1]}>"


@lru_cache(maxsize=8)
def within_shard(shapes: Shapes) -> Shapes:
    """Return what a shard can decide alone: the shapes that are not of the scope "graph".

    The predicates of what is left out stay allowed where a shape is closed.
    """
    out = {s for s, p, o in shapes.triples if (p, o) == (SCOPE, GRAPH_SCOPE)}
    kept = [
        triple
        for triple in shapes.triples
        if triple[0] not in out and triple[1] != IGNORED and triple[2] not in out
    ]
    closed = {shape: paths for shape, paths in shapes.closed_paths.items() if shape not in out}
    return Shapes([*kept, *_allow(closed.items())], shapes.place)


def for_pyshacl(shapes: Shapes) -> Shapes:
    """Return shapes that pySHACL validates several times faster, and patterns as it reads them.

    It validates a node shape's property shapes focus node by focus node; a property shape with
    targets of its own gets all of them at once. And its `$` is Python's, which lets a line
    end pass where XPath's (https://www.w3.org/TR/xpath-functions/#regex-syntax) does not.
    """
    targets = {
        s: [(p, o) for p in sorted(TARGETS) for o in shapes.objects(s, p)] for s in shapes.names
    }
    moved = {s for s in shapes.names if targets[s] and _is_movable(shapes, s)}
    triples: list[Triple] = []
    for s, p, o in shapes.triples:
        if s in moved and p == PROPERTY:
            triples += [(o, predicate, target) for predicate, target in targets[s]]
        elif p == PATTERN and o.startswith('"') and not shapes.objects(s, FLAGS):
            triples.append((s, p, literal(_END.sub(r"\1\\Z", split_literal(o).text))))
        elif not (s in moved and p == IGNORED):
            triples.append((s, p, o))
    closed = [(s, paths) for s, paths in shapes.closed_paths.items() if s in moved]
    return Shapes(dict.fromkeys([*triples, *_allow(closed)]), shapes.place)


def _is_movable(shapes: Shapes, shape: Term) -> bool:
    """Whether the property shapes of a shape mean the same where they stand alone."""
    if shape in shapes.referred or shapes.objects(shape, DEACTIVATED):
        return False
    properties = shapes.objects(shape, PROPERTY)
    return bool(properties) and not any(shapes.objects(p, DISJOINT_SIBLINGS) for p in properties)


def _allow(closed: Iterable[tuple[Term, list[Term]]]) -> Iterator[Triple]:
    """Yield the triples that let closed shapes have some predicates (sh:ignoredProperties)."""
    for number, (shape, paths) in enumerate(sorted(closed)):
        nodes = [f"_:i{number}n{place}" for place in range(len(paths))]
        yield shape, IGNORED, [*nodes, NIL][0]
        for node, following, path in zip(nodes, [*nodes[1:], NIL], paths, strict=True):
            yield node, FIRST, path
            yield node, REST, following


def as_ntriples(shapes: Shapes) -> str:
    """Return shapes as N-Triples text, the form that every engine reads."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in shapes.triples)
