"""Write N-Triples and N-Quads (https://www.w3.org/TR/n-quads/): a line a statement."""

from __future__ import annotations

from collections.abc import Iterable

from kg.terms import Description, Term
from kg.write.formats import ShownPairs


class LineWriter:
    """Writes N-Triples, or N-Quads where a graph is named; the terms are their own text."""

    header = ""
    separator = ""
    footer = ""

    def __init__(self, graph: Term | None = None) -> None:
        end = " .\n" if graph is None else f" {graph} .\n"
        self._shown = ShownPairs(lambda pair: f" {pair[0]} {pair[1]}{end}")

    def block(self, descriptions: Iterable[Description]) -> str:
        shown = self._shown
        lines: list[str] = []
        for subject, pairs in descriptions:
            lines += [subject + text for text in sorted([shown[pair] for pair in pairs])]
        return "".join(lines)
