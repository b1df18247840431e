"""Write Turtle and TriG (https://www.w3.org/TR/turtle/) that is pleasant to read and to diff.

A block a subject, `a` first, predicates and objects sorted as they are shown, several objects
one a line. Only the ASCII part of the grammar's prefixed names is used: rapper, riot and
Oxigraph read it alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from kg.memo import Memo
from kg.terms import PREFIXES, RDF_TYPE, XSD_DECIMAL, XSD_INTEGER, Description, Term, compress

_MOST_SHOWN = 1 << 15
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")


def _show_pair(pair: tuple[Term, Term]) -> tuple[str, str, str]:
    """Return a pair as a line, its predicate, and the line if it follows on that predicate."""
    return _lines(_show(pair[0]), _show_once(pair[1]))


def _lines(name: str, shown: str) -> tuple[str, str, str]:
    return f" ;\n    {name} {shown}", name, f" ,\n        {shown}"


def _show_once(term: Term) -> str:
    if term[0] == "<":
        return "a" if term == RDF_TYPE else compress(term)
    if term[-1] != ">":  # a string, or a text in a language
        return term
    text, _, datatype = term.rpartition("^^")
    if datatype == XSD_INTEGER or (datatype == XSD_DECIMAL and _DECIMAL.fullmatch(text[1:-1])):
        return text[1:-1]
    return f"{text}^^{compress(datatype)}"


_show = lru_cache(maxsize=1 << 10)(_show_once)  # of predicates, which are few


class TurtleWriter:
    """Writes Turtle, or TriG where a graph is named."""

    separator = ""

    def __init__(self, graph: Term | None = None) -> None:
        lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(PREFIXES)]
        self.header = "".join(lines) + ("" if graph is None else f"\n{graph} {{\n")
        self.footer = "" if graph is None else "}\n"
        self._shown = Memo(_show_pair, _MOST_SHOWN)

    def block(self, descriptions: Iterable[Description]) -> str:
        shown = self._shown
        lines: list[str] = []
        write = lines.append
        for subject, pairs in descriptions:
            write(f"\n{compress(subject)}")
            previous = ""
            # a string is its own text, and rarely comes again: no use to keep it
            found = [
                shown[pair] if pair[1][-1] != '"' else _lines(_show(pair[0]), pair[1])
                for pair in pairs
            ]
            for line, predicate, more in sorted(found):
                if predicate == previous:
                    write(more)
                else:
                    write(line if previous else line[2:])
                    previous = predicate
            write(" .\n")
        return "".join(lines)
