"""Run one engine over RDF text and return its findings, alike whatever the engine.

pySHACL is the reference; `shacl` and `shacl-rust` are some fifty times faster, and young.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.errors import DataError, KgError, MissingExtraError, UsageError
from kg.terms import PREFIXES, Term, is_iri, literal
from kg.validate.forms import as_ntriples, for_pyshacl
from kg.validate.results import Finding
from kg.validate.shapes import Shapes
from kg.validate.vocabulary import CLOSED_COMPONENT

if TYPE_CHECKING:
    import rdflib

_XSD_STRING = f"{PREFIXES['xsd']}string"
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|(\^\^<.*>))?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Text(NamedTuple):
    """RDF text to validate: bytes and their syntax, `turtle` or `ntriples`."""

    body: bytes
    syntax: str


class UnreadableError(Exception):
    """An engine can't read a text, or gave up over it."""


Engine = Callable[[Shapes, Text], set[Finding]]


def run_shacl(shapes: Shapes, text: Text) -> set[Finding]:
    """Validate with the package `shacl`."""
    try:
        compiled = _compile_shacl(shapes)
        report = compiled.validate_text(text.body.decode(), format=text.syntax)
    except ValueError as error:
        raise UnreadableError(str(error)) from None
    return {
        _finding(r.focus_node, r.source_shape, f"<{r.component_iri}>", r.value, r.path)
        for r in report.results
    }


@lru_cache(maxsize=8)
def _compile_shacl(shapes: Shapes) -> Any:
    shacl: Any = import_module("shacl")
    return shacl.Shapes.from_text(as_ntriples(shapes), format="ntriples")


def run_shacl_rust(shapes: Shapes, text: Text) -> set[Finding]:
    """Validate with the package `shacl-rust`."""
    shacl_rust: Any = import_module("shacl_rust")
    try:
        report = shacl_rust.validate(
            text.body.decode(),
            _shapes_text(shapes),
            data_format="nt" if text.syntax == "ntriples" else text.syntax,
            shapes_format="nt",
            experimental_index=True,
        )
    except ValueError as error:
        raise UnreadableError(str(error)) from None
    return {
        _finding(
            r["focusNode"],
            r["sourceShape"],
            r["sourceConstraintComponent"],
            r.get("value"),
            r.get("resultPath"),
        )
        for r in report["results"]
    }


@lru_cache(maxsize=8)
def _shapes_text(shapes: Shapes) -> str:
    return as_ntriples(shapes)


def run_pyshacl(shapes: Shapes, text: Text) -> set[Finding]:
    """Validate with pySHACL, the reference; DataError for shapes that it refuses.

    It looks at a constraint when it comes to it, and then raises whatever comes of a wrong one.
    """
    import pyshacl
    from pyshacl.errors import ValidationFailure

    # The one prints what it raises too, the other a traceback for each bad literal.
    with _quiet("pyshacl-validate", "rdflib.term"):
        graph, shapes_graph = _to_rdflib(text), _rdflib_shapes(shapes)
        try:
            _, report, _ = pyshacl.validate(graph, shacl_graph=shapes_graph, inplace=True)
            if isinstance(report, ValidationFailure):
                raise report
        except MemoryError:
            raise
        except Exception as error:
            told, _, reference = str(error).partition("\nFor reference, ")
            message = f"can't be used as shapes: {told.strip() or type(error).__name__}"
            raise DataError(message, file=shapes.place, hint=reference) from None
    return _read_report(report)


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Keep some loggers from printing, whatever level they are set to meanwhile."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was_disabled in zip(loggers, before, strict=True):
            logger.disabled = was_disabled


@lru_cache(maxsize=8)
def _rdflib_shapes(shapes: Shapes) -> rdflib.Graph:
    return _to_rdflib(Text(as_ntriples(for_pyshacl(shapes)).encode(), "ntriples"))


def _to_rdflib(text: Text) -> rdflib.Graph:
    """Return an rdflib graph of a text; literals keep the form that they are written in."""
    import rdflib

    form = ox.RdfFormat.TURTLE if text.syntax == "turtle" else ox.RdfFormat.N_TRIPLES
    graph = rdflib.Graph(bind_namespaces="none")
    try:
        for quad in ox.parse(text.body, form):
            graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    except SyntaxError as error:
        raise UnreadableError(str(error)) from None
    return graph


def _node(term: Any) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise DataError("holds a triple term, which SHACL 1.0 does not know", value=str(term))
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == _XSD_STRING:
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _read_report(report: rdflib.Graph) -> set[Finding]:
    from rdflib import SH

    findings = set()
    for result in report.objects(None, SH.result):
        focus_node, shape, component, value, path = (
            _token(report.value(result, predicate))
            for predicate in (
                SH.focusNode,
                SH.sourceShape,
                SH.sourceConstraintComponent,
                SH.value,
                SH.resultPath,
            )
        )
        if focus_node and shape and component:
            findings.add(_finding(focus_node, shape, component, value, path))
    return findings


def _token(node: Any) -> Term | None:
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.Literal):
        token = literal(str(node))
        if node.language:
            return f"{token}@{node.language}"
        typed = node.datatype is not None and str(node.datatype) != _XSD_STRING
        return f"{token}^^<{node.datatype}>" if typed else token
    return f"_:{node}" if isinstance(node, rdflib.BNode) else f"<{node}>"


def _finding(
    focus_node: Term, shape: Term, component: Term, value: Term | None, path: str | None
) -> Finding:
    """Return a finding in canonical terms; the path is kept where the shape does not say it."""
    is_closed = component == CLOSED_COMPONENT and path is not None and is_iri(path)
    return Finding(
        canonical(focus_node),
        shape,
        component,
        None if value is None else canonical(value),
        path if is_closed else None,
    )


def canonical(token: Term) -> Term:
    r"""Return a term's token with the escapes of `kg.terms`, and a language tag in small letters.

    >>> canonical('"a\\u0041"@EN')
    '"aA"@en'
    """
    match = _LITERAL.fullmatch(token)
    if match is None:
        return token
    text, language, datatype = match.groups()
    if "\\" in text:
        text = _ESCAPE.sub(_unescape, text)
    if language:
        return f"{literal(text)}@{language.lower()}"
    return literal(text) + ("" if datatype in (None, f"^^<{_XSD_STRING}>") else datatype)


def _unescape(match: re.Match[str]) -> str:
    short, long, char = match.groups()
    if char:
        return _CHARACTERS.get(char, char)
    return chr(int(short or long, 16))


ENGINES: dict[str, Engine] = {
    "pyshacl": run_pyshacl,
    "shacl": run_shacl,
    "shacl-rust": run_shacl_rust,
}
"""The engines by the names that `--engine` takes."""

_FAST = ("shacl", "shacl-rust")


def choose_engines(name: str = "auto") -> tuple[str, str | None]:
    """Return the engine that does the bulk, and a fast one that can check it, if installed.

    Raises UsageError for an unknown engine, MissingExtraError for one that isn't installed.
    """
    if name not in ("auto", *ENGINES):
        raise UsageError(f"{name!r} is not an engine", hint=f"known: auto, {', '.join(ENGINES)}")
    installed = [fast for fast in _FAST if find_spec(fast.replace("-", "_"))]
    if name in _FAST and name not in installed:
        raise MissingExtraError(name, "validate")
    if name == "pyshacl" or not installed:
        return "pyshacl", None
    main = installed[0] if name == "auto" else name
    return main, next((other for other in installed if other != main), None)


def run(name: str, shapes: Shapes, text: Text) -> set[Finding]:
    """Run an engine; UnreadableError where it can't read the text or gives up over it."""
    try:
        return ENGINES[name](shapes, text)
    except (KgError, UnreadableError):
        raise
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # how a Rust library fails; no Exception
            raise UnreadableError(f"{name} gave up: {error}") from None
        raise
