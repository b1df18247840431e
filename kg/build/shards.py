"""Deal pages out into shards, and build one shard.

Decision: a new shard begins at a paper whose id's checksum says so, not after a fixed number of
pages. A page that comes or goes then changes its own shard and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from zlib import crc32

from kg.errors import KgError, Problem
from kg.mapping import SharedKey, describe_record, merge, shared_keys
from kg.read import Page, RawPage, read_page
from kg.record import FIGID, Record, make_record
from kg.terms import Description
from kg.write import Output, Writer, compress_block

Shard = tuple[Page, ...]
PAPERS_PER_SHARD = 48
"""How many papers a shard has in the mean (some 70 pages, a megabyte of N-Triples)."""

_FIGID_LINE = re.compile(rb"^figid: *['\"]?([^\s'\"]+)", re.MULTILINE)


def plan(pages: Iterable[Page], moved: Mapping[tuple[str, str], str]) -> list[Shard]:
    """Deal out pages into shards by figid, in order.

    `moved` names the figid, by container and name, of pages whose file name says another.
    """
    keyed = [replace(page, key=_key(page, moved)) for page in pages]
    keyed.sort(key=lambda page: (page.key, page.shown))
    shards: list[Shard] = []
    current: list[Page] = []
    for pmcid, figures in groupby(keyed, key=lambda page: page.key.partition("__")[0]):
        if current and crc32(pmcid.encode()) % PAPERS_PER_SHARD == 0:
            shards.append(tuple(current))
            current = []
        current.extend(figures)
    return [*shards, tuple(current)] if current else shards


def _key(page: Page, moved: Mapping[tuple[str, str], str]) -> str:
    """Return the figid to sort a page by: its name's, or what the page itself says."""
    known = moved.get((page.container, page.name))
    if known is not None:
        return known
    if FIGID.pattern.fullmatch(page.key):
        return page.key
    try:
        match = _FIGID_LINE.search(page.read())
    except (KgError, OSError):
        return page.key
    return match[1].decode("utf-8", "replace") if match else page.key


@dataclass(slots=True)
class Tally:
    """What was read and what became of it."""

    pages: int = 0
    figures: int = 0
    rows: int = 0
    triples: int = 0

    def add(self, other: Tally) -> None:
        self.pages += other.pages
        self.figures += other.figures
        self.rows += other.rows
        self.triples += other.triples


@dataclass(slots=True)
class ShardResult:
    """A built shard: a finished block an output, keys of shared entities, problems, counts.

    `moved` holds pages that are not the figure that their place in the plan says.
    """

    blocks: list[bytes]
    shared: set[SharedKey] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    moved: dict[tuple[str, str], str] = field(default_factory=dict)


def build_shard(shard: Shard, outputs: Sequence[Output]) -> ShardResult:
    """Read, check and map the pages of a shard, and write a block for each output."""
    result = ShardResult([])
    descriptions: list[Description] = []
    for _, pages in groupby(shard, key=lambda page: page.key.partition("__")[0]):
        records = [record for page in pages for record in _records(page, result)]
        for record in records:
            result.shared |= shared_keys(record)
        descriptions += describe_paper(records)
    result.tally.triples = sum(len(pairs) for _, pairs in descriptions)
    for output in outputs:
        text = _writer(output).block(descriptions)
        result.blocks.append(compress_block(text, output.is_compressed) if text else b"")
    return result


_writers: dict[Output, Writer] = {}


def _writer(output: Output) -> Writer:
    """Return this process's writer of an output; it keeps the terms that it has shown."""
    if output not in _writers:
        _writers[output] = output.writer()
    return _writers[output]


def describe_paper(records: Sequence[Record]) -> list[Description]:
    """Return the descriptions of the figures of one paper: paper, figures, mentions by IRI."""
    papers, figures, mentions = [], [], []
    for record in records:
        paper, figure, *rest = describe_record(record)
        papers.append(paper)
        figures.append(figure)
        mentions += rest
    if len({record.figid for record in records}) < len(records):
        figures, mentions = merge(figures), merge(mentions)
    return [*merge(papers), *sorted(figures), *sorted(mentions)]


def _records(page: Page, result: ShardResult) -> Iterable[Record]:
    """Yield the record of a page, or nothing where the page is lost; keep its problems."""
    result.tally.pages += 1
    try:
        raw: RawPage = read_page(page)
    except KgError as error:
        result.problems.append(replace(error.problem, lost="page"))
        return
    record, problems = make_record(raw)
    result.problems += problems
    if record is None:
        return
    if record.figid != page.key:
        result.moved[page.container, page.name] = record.figid
    result.tally.figures += 1
    for rows in (record.genes, record.chemicals, record.diseases):
        result.tally.rows += rows.total()
    yield record
