"""Write N-Triples and N-Quads (https://www.w3.org/TR/n-quads/): a line a statement."""

from __future__ import annotations

from collections.abc import Iterable

from kg.terms import Description, Term


class LineWriter:
    """Writes N-Triples, or N-Quads where a graph is named; the terms are their own text."""

    header = ""
    separator = ""
    footer = ""

    def __init__(self, graph: Term | None = None) -> None:
        self._end = " .\n" if graph is None else f" {graph} .\n"

    def block(self, descriptions: Iterable[Description]) -> str:
        end = self._end
        lines: list[str] = []
        for subject, pairs in descriptions:
            lines += [f"{subject} {name} {value}{end}" for name, value in sorted(pairs)]
        return "".join(lines)
