"""What a mapping describes as a part of a graph: nothing is read back, no text is looked into."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from kg.terms import RDF_TYPE, Description, Term
from kg.validate.engines import Text
from kg.validate.forms import known_class
from kg.validate.parts import Known, LinesPart, Part, known_lines


class DescribedPart(Part):
    """Some subjects as they are described; their tokens are their N-Triples tokens.

    The text for engines is Turtle without prefixes, a line a subject: of what they read it is
    the quickest to write, and to read.
    """

    def __init__(self, descriptions: Iterable[Description]) -> None:
        self._pairs: dict[Term, list[tuple[Term, Term]]] = {}
        for subject, pairs in descriptions:
            known = self._pairs.get(subject)
            self._pairs[subject] = pairs if known is None else [*known, *pairs]

    @property
    def has_blank_nodes(self) -> bool:
        return False  # the mapping makes none

    def subjects(self) -> dict[Term, bytes]:
        return {subject: subject.encode() for subject in self._pairs}

    def select(self, tokens: Collection[bytes]) -> DescribedPart:
        names = [token.decode() for token in tokens]
        return DescribedPart((name, self._pairs[name]) for name in names if name in self._pairs)

    def select_known(self, tokens: Collection[bytes], classes: frozenset[Term]) -> Known:
        names = {token.decode() for token in tokens}
        others = {
            value
            for name in names
            for _, value in self._pairs[name]
            if value in self._pairs and value not in names
        }
        return as_known({name: classes_among(self._pairs[name]) for name in others}, classes)

    def text(self, known: Known, hierarchy: str = "") -> Text:
        told = known_lines(known, self._needed(known))
        lines = [
            f"{subject} {' ;'.join(map(' '.join, pairs))} .\n"
            for subject, pairs in self._pairs.items()
        ]
        return Text("".join((hierarchy, told, *lines)), "turtle")

    def _needed(self, known: Known) -> Iterable[bytes]:
        """Return the tokens to tell of: all, if to tell of them takes less than to look for them.

        To know more than is needed does no harm.
        """
        if len(known) <= len(self._pairs):
            return known.keys() - {subject.encode() for subject in self._pairs}
        values = {value for pairs in self._pairs.values() for _, value in pairs}
        tokens = (value.encode() for value in values if value not in self._pairs)
        return [token for token in tokens if token in known]

    def as_lines(self) -> LinesPart:
        lines = [f"{s} {p} {o} .\n" for s, pairs in self._pairs.items() for p, o in pairs]
        return LinesPart("".join(lines).encode())


def classes_among(pairs: Iterable[tuple[Term, Term]]) -> tuple[Term, ...]:
    """Return the classes that a subject's pairs give it."""
    return tuple(value for predicate, value in pairs if predicate == RDF_TYPE)


def classes_of(descriptions: Iterable[Description]) -> dict[Term, tuple[Term, ...]]:
    """Return the classes of subjects: what validation has to know of things described elsewhere."""
    classes: dict[Term, tuple[Term, ...]] = {}
    for subject, pairs in descriptions:
        classes[subject] = (*classes.get(subject, ()), *classes_among(pairs))
    return classes


def as_known(
    classes: Mapping[Term, Collection[Term]], names: frozenset[Term]
) -> dict[bytes, tuple[bytes, ...]]:
    """Return what subjects of some classes are known as, of the classes that shapes name."""
    known = {name: known_class(name).encode() for name in names}
    return {
        subject.encode(): found
        for subject, kinds in classes.items()
        if (found := tuple(known[kind] for kind in kinds if kind in known))
    }
