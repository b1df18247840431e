"""Write Turtle and TriG (https://www.w3.org/TR/turtle/) that is pleasant to read and to diff.

A block a subject, `a` first, predicates and objects sorted as they are shown, several objects
one a line. Only the ASCII part of the grammar's prefixed names is used: rapper, riot and
Oxigraph read it alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.terms import PREFIXES, RDF_TYPE, XSD_DECIMAL, XSD_INTEGER, Description, Term, compress

_DECIMAL = re.compile(r"-?\d+\.\d+")
_CACHE_SIZE = 1 << 16


class _Shown(dict[Term, str]):
    """How a term is shown in Turtle; a bounded cache, since most terms come many times."""

    def __missing__(self, term: Term) -> str:
        if len(self) > _CACHE_SIZE:
            self.clear()
        self[term] = shown = _show(term)
        return shown


def _show(term: Term) -> str:
    if term == RDF_TYPE:
        return "a"
    if term[0] == "<":
        return compress(term)
    if term[-1] == '"':
        return term
    text, _, datatype = term.rpartition("^^")
    if datatype == XSD_INTEGER or (datatype == XSD_DECIMAL and _DECIMAL.fullmatch(text[1:-1])):
        return text[1:-1]
    return f"{text}^^{compress(datatype)}"


class TurtleWriter:
    """Writes Turtle, or TriG where a graph is named."""

    separator = ""

    def __init__(self, graph: Term | None = None) -> None:
        lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(PREFIXES)]
        self.header = "".join(lines) + ("" if graph is None else f"\n{graph} {{\n")
        self.footer = "" if graph is None else "}\n"
        self._shown = _Shown()

    def block(self, descriptions: Iterable[Description]) -> str:
        shown = self._shown
        lines: list[str] = []
        write = lines.append
        for subject, pairs in descriptions:
            write(f"\n{compress(subject)}")
            previous = ""
            for predicate, value in sorted(
                [
                    (shown[predicate], value if value[-1] == '"' else shown[value])
                    for predicate, value in pairs
                ]
            ):
                if predicate == previous:
                    write(f" ,\n        {value}")
                else:
                    write(
                        f" ;\n    {predicate} {value}" if previous else f"\n    {predicate} {value}"
                    )
                    previous = predicate
            write(" .\n")
        return "".join(lines)
