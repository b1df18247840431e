"""Find and read shapes; what no engine can use is refused.

Blank nodes that are shapes get IRIs, so that all engines name them alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pyoxigraph as ox

from kg.errors import DataError, UsageError, at
from kg.rdf import malformed, rdf_format
from kg.terms import Term, Triple
from kg.validate.shapes import Shapes
from kg.validate.vocabulary import FIRST, PATHS, REST

_SKOLEM = "urn:kg:shape:"


def find_shapes(package: Traversable | None = None) -> Traversable:
    """Return the folder of the project's shapes, in an installed package or in a checkout."""
    package = files("kg") if package is None else package
    shipped = package / "shapes"
    return shipped if shipped.is_dir() else Path(str(package)).parent / "shapes"


def load_shapes(source: str | Path | None = None) -> Shapes:
    """Read shapes from a folder of Turtle files or from one file; the project's by default.

    Raises UsageError where there are none, DataError for a file that can't be read.
    """
    place: Traversable = find_shapes() if source is None else Path(source)
    shown = str(place if source is None else source)
    if place.is_dir():
        found = sorted(
            (p for p in place.iterdir() if p.name.endswith(".ttl")), key=lambda p: p.name
        )
    else:
        found = [place] if place.is_file() else []
    triples: list[Triple] = []
    for number, file in enumerate(found):
        triples += _read(file, number)
    shapes = Shapes(triples, shown)
    if not len(shapes):
        hint = "name a folder of .ttl files, or one file"
        raise UsageError(f"{shown} holds no shapes", hint=hint)
    with at(shown):
        _check(shapes)
    return shapes


def _check(shapes: Shapes) -> None:
    """Raise DataError for what no engine can use, and some never come back from."""
    literals = [name for name in shapes.names if name.startswith('"')]
    if literals:
        raise DataError("stands where a shape should", value=min(literals), hint="name a shape")
    rests = {subject: [rest] for subject, predicate, rest in shapes.triples if predicate == REST}
    if _loop(rests):
        hint = "let each list end with rdf:nil"
        raise DataError("can't be used as shapes: a list comes back to itself", hint=hint)
    if loop := _loop({shape: [*shapes.references(shape)] for shape in shapes.names}):
        name = min(loop, key=lambda name: (name.startswith(f"<{_SKOLEM}"), name))
        message, hint = "is a shape that refers to itself", "SHACL does not say what that means"
        raise DataError(message, value=name, hint=hint)


def _loop(graph: Mapping[Term, Iterable[Term]]) -> list[Term]:
    """Return nodes of a graph that lead back to themselves, if there are any."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        nodes: list[Term] = error.args[1]
        return nodes
    return []


def _read(file: Traversable, number: int) -> list[Triple]:
    try:
        form = rdf_format(file.name)
        quads = list(
            ox.parse(file.read_bytes(), form, base_iri="urn:kg:shapes", without_named_graphs=False)
        )
    except SyntaxError as error:
        raise malformed(error, str(file)) from None
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(file)) from None
    raw = [(str(q.subject), str(q.predicate), str(q.object)) for q in quads]
    return _name_blank_nodes(raw, number)


def _name_blank_nodes(triples: list[Triple], number: int) -> list[Triple]:
    """Give shapes without a name an IRI, and other blank nodes a label, by order of appearance."""
    structure = {s for s, p, _ in triples if p in (FIRST, REST) or p in PATHS}
    names: dict[Term, Term] = {}

    def name(term: Term) -> Term:
        if not term.startswith("_:"):
            return term
        if term not in names:
            n = len(names)
            names[term] = f"_:s{number}n{n}" if term in structure else f"<{_SKOLEM}{number}:{n}>"
        return names[term]

    return [(name(s), p, name(o)) for s, p, o in triples]
