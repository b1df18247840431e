"""What validation finds: results as values, and the order in which they are shown.

A *finding* is what an engine says and nothing that it need not say: which focus node fails which
component of which shape, with which value. A *result* is a finding with what the shapes know of
it (path, severity, message), so that all engines give the same results, word for word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kg.terms import Term, expand

VIOLATION = expand("sh:Violation")
WARNING = expand("sh:Warning")
INFO = expand("sh:Info")
_RANKS = {VIOLATION: 0, WARNING: 1, INFO: 2}


class Finding(NamedTuple):
    """A result as an engine gives it; `path` only where the shape does not say it (sh:closed)."""

    focus_node: Term
    shape: Term
    component: Term
    value: Term | None
    path: Term | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A SHACL validation result (https://www.w3.org/TR/shacl/#results-validation-result).

    Terms are N-Triples tokens; `path` is a predicate's token, or a path in SPARQL's syntax.
    """

    focus_node: Term
    path: str | None
    value: Term | None
    shape: Term
    component: Term
    severity: Term
    message: str

    @property
    def is_violation(self) -> bool:
        """Whether it makes the data fail; warnings and infos are reported, and conform."""
        return self.severity not in (WARNING, INFO)

    @property
    def sort_key(self) -> tuple[int, str, str, str, str, str]:
        rank = _RANKS.get(self.severity, 0)
        value, path = self.value or "", self.path or ""
        return (rank, self.shape, self.component, self.focus_node, value, path)


def sort_results(results: Iterable[Result]) -> list[Result]:
    """Return results in the order of every report: severity, shape, component, node, value."""
    return sorted(results, key=lambda result: result.sort_key)
