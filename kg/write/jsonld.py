"""Write JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): one object a subject.

The context holds the prefixes alone; it is written into each file, so that a file is read
without the network, and is published as `context.jsonld`. It names no version: nothing in it
needs 1.1, and readers of 1.0 would refuse it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kg.terms import (
    PREFIXES,
    RDF_TYPE,
    XSD_INTEGER,
    Description,
    Term,
    compress,
    is_iri,
    split_literal,
)


def context() -> dict[str, Any]:
    """Return the published JSON-LD context."""
    return {"@context": dict(PREFIXES)}


class JsonLdWriter:
    """Writes JSON-LD; where a graph is named, the objects are put in it."""

    separator = ",\n"

    def __init__(self, graph: Term | None = None) -> None:
        head = json.dumps(context(), indent=1)[:-2]
        named = "" if graph is None else f' "@id": {json.dumps(graph[1:-1])},\n'
        self.header = f'{head},\n{named} "@graph": [\n'
        self.footer = "\n]}\n"

    def block(self, descriptions: Iterable[Description]) -> str:
        return self.separator.join(
            json.dumps(_node(subject, pairs), ensure_ascii=False) for subject, pairs in descriptions
        )


def _node(subject: Term, pairs: list[tuple[Term, Term]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _name(subject)}
    for predicate, value in sorted(pairs, key=lambda pair: (pair[0] != RDF_TYPE, pair)):
        if predicate == RDF_TYPE:
            node.setdefault("@type", []).append(_name(value))
        else:
            node.setdefault(_name(predicate), []).append(_value(value))
    return node


def _name(term: Term) -> str:
    shown = compress(term)
    return shown[1:-1] if is_iri(shown) else shown


def _value(term: Term) -> Any:
    if is_iri(term):
        return {"@id": _name(term)}
    text, datatype, language = split_literal(term)
    if language is not None:
        return {"@value": text, "@language": language}
    if datatype is None:
        return text
    if datatype == XSD_INTEGER:
        return int(text)
    return {"@value": text, "@type": _name(datatype)}
