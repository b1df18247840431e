"""Write the descriptions of a shard as text, in each format that is asked for.

A mention of `TP53` is described in thousands of figures, alike but for the name of the figure. It
is written once a process, as a stencil with a blank for the name, and the stencil is filled in
for each figure: that takes a tenth of the time of writing it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kg.mapping import (
    Mention,
    describe_figure,
    describe_mention,
    find_mentions,
    merge,
)
from kg.memo import Memo
from kg.record import Record
from kg.reference import EMBEDDED, Tables
from kg.terms import Description, Term, encode
from kg.write import Writer

_BLANK = "PMC0__figure"
"""A name that no figure has: PMCIDs begin with another digit."""


class Text(NamedTuple):
    """Some descriptions in a format, encoded."""

    content: bytes
    triple_count: int


class Stencil(NamedTuple):
    """The text of a mention, cut where the figid has to stand, and its IRI to be sorted by."""

    subject: Term
    pieces: tuple[bytes, ...]
    triple_count: int


_NONE = Stencil("", (), 0)


class Pen:
    """Writes in one format, by some reference tables; keeps the stencils that it has cut.

    The methods put what they write at the end of a list, `texts`, which is joined once, and return
    the number of triples.
    """

    def __init__(self, writer: Writer, tables: Tables = EMBEDDED) -> None:
        self._writer = writer
        self._tables = tables
        self._stencils = Memo(self._cut, most=1 << 16)

    def write_shard(self, records: Iterable[Record]) -> Text:
        """Write papers and figures and all that belongs to them; the records are by paper."""
        texts: list[bytes] = []
        triple_count = sum([self._write_paper(some, texts) for some in _by_paper(records)])
        return Text(self._writer.separator.encode().join(texts), triple_count)

    def _write_paper(self, records: Sequence[Record], texts: list[bytes]) -> int:
        """Write paper and figures, then the mentions, figure by figure."""
        triple_count = self._write(_describe_paper(records, self._tables), texts)
        figures = _mentions_by_figid(records, self._tables)
        is_each_once = len(figures) == len(records)
        for figid, mentions in figures.items():
            if is_each_once and encode(figid) == figid:
                triple_count += self._fill_in(figid, mentions, texts)
            else:
                triple_count += self._write_mentions(figid, mentions, texts)
        return triple_count

    def _fill_in(self, figid: str, mentions: Sequence[Mention], texts: list[bytes]) -> int:
        stencils = [self._stencils[mention] for mention in mentions]
        if _NONE in stencils:
            return self._write_mentions(figid, mentions, texts)
        stencils.sort()
        name = figid.encode()
        texts += [name.join(pieces) for _, pieces, _ in stencils]
        return sum([count for _, _, count in stencils])

    def _cut(self, mention: Mention) -> Stencil:
        """Return the stencil of a mention; none where its words hold the blank."""
        if _BLANK in repr(mention):
            return _NONE
        descriptions = describe_mention(_BLANK, mention, self._tables)
        texts: list[bytes] = []
        triple_count = self._write(descriptions, texts)
        return Stencil(descriptions[0][0], tuple(texts[0].split(_BLANK.encode())), triple_count)

    def _write_mentions(self, figid: str, mentions: Iterable[Mention], texts: list[bytes]) -> int:
        return self._write(_describe_mentions(figid, mentions, self._tables), texts)

    def _write(self, descriptions: Sequence[Description], texts: list[bytes]) -> int:
        if descriptions:
            texts.append(self._writer.block(descriptions).encode())
        return sum([len(pairs) for _, pairs in descriptions])


def _by_paper(records: Iterable[Record]) -> Iterator[list[Record]]:
    return (list(some) for _, some in groupby(records, key=lambda record: record.paper.pmcid))


def _mentions_by_figid(records: Iterable[Record], tables: Tables) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for record in records:
        found.setdefault(record.figid, []).extend(find_mentions(record, tables))
    return found


def _describe_paper(records: Sequence[Record], tables: Tables) -> list[Description]:
    """Return what is said of one paper and of its figures, but for their mentions."""
    if len(records) == 1:
        paper, figure, *others = describe_figure(records[0], tables)
        return [paper, figure, *sorted(merge(others))]
    papers, figures, others = [], [], []
    for record in records:
        paper, figure, *rest = describe_figure(record, tables)
        papers.append(paper)
        figures.append(figure)
        others += rest
    return [*merge(papers), *sorted(merge(figures)), *sorted(merge(others))]


def _describe_mentions(
    figid: str, mentions: Iterable[Mention], tables: Tables
) -> list[Description]:
    """Return what is said of a figure's mentions, by IRI; the same of two pages comes once."""
    found: dict[Term, list[Description]] = {}
    for mention in mentions:
        descriptions = describe_mention(figid, mention, tables)
        found.setdefault(descriptions[0][0], []).extend(descriptions)
    return [description for subject in sorted(found) for description in merge(found[subject])]
