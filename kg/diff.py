"""Tell what changed between two graphs: by class, by figure, and as an RDF patch.

Both graphs are sorted in temporary files and read side by side, so that memory does not grow with
them. What is compared is triples, whichever graph they are in; a blank node has no name that
could be compared, so triples with one are left out and counted.

A subject is *added* if OLD says nothing of it, *removed* if NEW says nothing, *changed* if they
say different things. It is of a figure if its IRI is made of the figid, as those of figures and
their mentions are; papers, genes and entries are shared, and of none.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Literal, NamedTuple
from urllib.parse import unquote

from kg.rdf import iter_quads
from kg.sort import Sorter, group_lines
from kg.terms import PREFIXES, RDF_TYPE, Term

State = Literal["added", "removed", "changed"]

_FIGURE = re.compile(
    rf"<(?:{re.escape(PREFIXES['figure'])}([^/>]+)\.html>"
    r"|https://w3id\.org/pfocr/[a-z]+/(PMC[0-9]+__[^:/>]+)[:>])"
)


def figid_of(subject: Term) -> str | None:
    """Return the figid that an IRI is made of.

    >>> figid_of("<https://w3id.org/pfocr/mention/PMC1__f%201:gene:SRC:SRC:hgnc_symbol>")
    'PMC1__f 1'
    >>> figid_of("<https://identifiers.org/pmc/PMC1>")
    """
    return unquote(_encoded_figid(subject)) or None


def _encoded_figid(subject: Term) -> str:
    match = _FIGURE.match(subject)
    return match[1] or match[2] if match else ""


class SubjectChange(NamedTuple):
    """What OLD and NEW say of a subject, as `predicate object`; equal if nothing changed."""

    figid: str | None
    subject: Term
    old: frozenset[str]
    new: frozenset[str]

    @property
    def state(self) -> State | None:
        if self.old == self.new:
            return None
        return "changed" if self.old and self.new else "added" if self.new else "removed"

    @property
    def classes(self) -> set[Term]:
        """The classes that OLD or NEW gives the subject."""
        return _classes(self.old) | _classes(self.new)


def _classes(pairs: Iterable[str]) -> set[Term]:
    start = f"{RDF_TYPE} "
    return {pair.removeprefix(start) for pair in pairs if pair.startswith(start)}


class Comparison:
    """Compares two graphs; `iter_subjects` yields their subjects, those of a figure together."""

    def __init__(self, old: Iterable[Path], new: Iterable[Path]) -> None:
        self._old = list(old)
        self._new = list(new)
        self.blank_count = 0

    def iter_subjects(self) -> Iterator[SubjectChange]:
        """Yield every subject, unchanged ones too, by figid and IRI; shared ones come first.

        Raises DataError, with file and line, for malformed RDF.
        """
        with Sorter() as old, Sorter() as new:
            of_old = group_lines(old.add_all(self._lines(self._old)).lines())
            of_new = group_lines(new.add_all(self._lines(self._new)).lines())
            for key, before, after in _join(of_old, of_new):
                figid, subject = key.split("\t")
                yield SubjectChange(unquote(figid) or None, subject, before, after)

    def _lines(self, paths: Iterable[Path]) -> Iterator[str]:
        """Yield figid, subject and the rest of each triple, with tabs between."""
        last = key = ""
        for path in paths:
            for quad in iter_quads(path):
                subject, rest = str(quad.triple).split(" ", 1)
                if subject != last:
                    last, key = subject, f"{_encoded_figid(subject)}\t{subject}\t"
                if subject.startswith("_:") or rest.partition(" ")[2].startswith("_:"):
                    self.blank_count += 1
                else:
                    yield key + rest


_END: tuple[str, list[str]] = ("\U0010ffff", [])


def _join(
    old: Iterator[tuple[str, list[str]]], new: Iterator[tuple[str, list[str]]]
) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Yield each key of two sorted streams with what either says of it."""
    before, after = next(old, _END), next(new, _END)
    while (key := min(before[0], after[0])) != _END[0]:
        is_old, is_new = before[0] == key, after[0] == key
        yield key, frozenset(before[1] if is_old else ()), frozenset(after[1] if is_new else ())
        before = next(old, _END) if is_old else before
        after = next(new, _END) if is_new else after


class FigureChange(NamedTuple):
    """How many triples of a figure and its mentions were added and removed."""

    figid: str
    state: State
    added: int
    removed: int


@dataclass(slots=True)
class Summary:
    """What changed in all: triples, subjects of each class, figures.

    A class has the numbers of its subjects in `old` and `new`, and of those `added`, `removed`
    and `changed`. `most_changed` has the figures of which most triples changed, as many as were
    asked for, most first.
    """

    triples: Counter[str] = field(default_factory=Counter)
    classes: dict[Term, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    figures: Counter[State] = field(default_factory=Counter)
    most_changed: list[FigureChange] = field(default_factory=list)
    blank_count: int = 0

    def add_subject(self, change: SubjectChange) -> None:
        self.triples["added"] += len(change.new - change.old)
        self.triples["removed"] += len(change.old - change.new)
        for said, name in ((change.old, "old"), (change.new, "new")):
            for kind in _classes(said):
                self.classes[kind][name] += 1
        if change.state is not None:
            for kind in change.classes:
                self.classes[kind][change.state] += 1


def summarise(
    old: Iterable[Path],
    new: Iterable[Path],
    *,
    patch: IO[bytes] | None = None,
    figures: IO[bytes] | None = None,
    most: int = 20,
) -> Summary:
    """Compare two graphs in one pass; `old` and `new` are RDF files.

    `patch` is where the RDF patch goes, `figures` where a line for each changed figure goes
    (figid, state, triples added, triples removed, with tabs between and a header).
    """
    comparison = Comparison(old, new)
    summary = Summary()
    _write(patch, "TX .\n")
    _write(figures, "figure\tstate\tadded\tremoved\n")
    summary.most_changed = heapq.nsmallest(
        most,
        _figure_changes(comparison, summary, patch, figures),
        key=lambda change: (-change.added - change.removed, change.figid),
    )
    _write(patch, "TC .\n")
    summary.blank_count = comparison.blank_count
    return summary


def _write(target: IO[bytes] | None, text: str) -> None:
    if target is not None:
        target.write(text.encode())


def _figure_changes(
    comparison: Comparison, summary: Summary, patch: IO[bytes] | None, figures: IO[bytes] | None
) -> Iterator[FigureChange]:
    """Yield the figures that changed; on the way, add everything up and write it down."""
    for figid, subjects in groupby(comparison.iter_subjects(), key=lambda change: change.figid):
        change = _add_figure(summary, figid, subjects, patch)
        if change is not None:
            summary.figures[change.state] += 1
            _write(figures, "\t".join(map(str, change)) + "\n")
            yield change


def _add_figure(
    summary: Summary, figid: str | None, subjects: Iterable[SubjectChange], patch: IO[bytes] | None
) -> FigureChange | None:
    """Add the subjects of a figure; return how it changed, None for shared ones."""
    added = removed = old = new = 0
    for change in subjects:
        summary.add_subject(change)
        old += len(change.old)
        new += len(change.new)
        if change.state is not None:
            added += len(change.new - change.old)
            removed += len(change.old - change.new)
            if patch is not None:
                _write(patch, patch_lines(change))
    if figid is None or not added + removed:
        return None
    state: State = "changed" if old and new else "added" if new else "removed"
    return FigureChange(figid, state, added, removed)


def patch_lines(change: SubjectChange) -> str:
    """Return the rows of an RDF patch (https://afs.github.io/rdf-delta/rdf-patch) for a subject."""
    gone, come = sorted(change.old - change.new), sorted(change.new - change.old)
    lines = [f"D {change.subject} {pair} .\n" for pair in gone]
    lines += [f"A {change.subject} {pair} .\n" for pair in come]
    return "".join(lines)
