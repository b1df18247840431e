"""Collect the verdicts on the parts of a graph into one report.

What a part could not know of the others is looked up at the end, and judged again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.rdf import iter_quads
from kg.terms import RDF_TYPE
from kg.validate.forms import known_tokens
from kg.validate.parts import Part
from kg.validate.referee import Bench, Referee, Verdict
from kg.validate.results import Finding, Result, sort_results
from kg.validate.shapes import Shapes
from kg.validate.split import BASE


@dataclass(slots=True)
class Report:
    """What validation found: results in order, how it was done, and notes for the user."""

    results: list[Result]
    subjects: int = 0
    engine: str = ""
    checked_by: str | None = None
    refereed: int = 0
    disagreed: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def conforms(self) -> bool:
        """Whether nothing is a Violation. Warnings and infos conform."""
        return not any(result.is_violation for result in self.results)


class Collector:
    """Takes the verdicts on all parts of one graph, and makes its report."""

    def __init__(self, shapes: Shapes, bench: Bench) -> None:
        self.report = Report([], engine=bench.main, checked_by=bench.check)
        self._shapes = shapes
        self._bench = bench
        self._findings: set[Finding] = set()
        self._elsewhere: list[Part] = []

    def add(self, verdict: Verdict) -> None:
        self._findings |= verdict.findings
        self.report.subjects += verdict.subjects
        self.report.refereed += verdict.refereed
        self.report.disagreed += verdict.disagreed
        self.report.notes += verdict.notes
        if verdict.elsewhere is not None:
            self._elsewhere.append(verdict.elsewhere)

    def finish(self, paths: Iterable[str]) -> Report:
        """Return the report on a graph, which some files hold."""
        findings = self._look_elsewhere(paths) if self._elsewhere else self._findings
        self.report.notes = sorted(set(self.report.notes))
        self.report.results = sort_results(map(self._shapes.result, findings))
        return self.report

    def _look_elsewhere(self, paths: Iterable[str]) -> set[Finding]:
        """Judge again the subjects whose findings depend on what other parts describe."""
        part = Part(b"".join(part.body for part in self._elsewhere))
        again = part.subjects()
        tokens = set(part.body.decode().split()) - again.keys()
        known: dict[bytes, tuple[bytes, ...]] = {}
        names = known_tokens(self._shapes.classes)
        for path in paths:
            for quad in iter_quads(path, BASE):
                token = str(quad.subject)
                if token in tokens and str(quad.predicate) == RDF_TYPE:
                    kind = names.get(str(quad.object))
                    if kind is not None:
                        known[token.encode()] = (*known.get(token.encode(), ()), kind)
        verdict = Referee(self._shapes, known, self._bench).judge(part)
        return {f for f in self._findings if f.focus_node not in again} | verdict.findings
