"""Deal pages out into shards, and build one shard.

Decision: a new shard begins at a paper whose id's checksum says so, not after a fixed number of
pages. A page that comes or goes then changes its own shard and no other, and a cached build does
again what changed and little more.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple
from zlib import crc32

from kg.build.identity import iter_contradictions
from kg.build.inspection import Look, Share
from kg.build.parts import write_part
from kg.build.text import Pen
from kg.errors import KgError, Problem
from kg.mapping import SharedKey, pack_key, shared_keys
from kg.read import Page, PageContent, find_figid, load_page, parse_page
from kg.record import FIGID, Record, make_record
from kg.reference import PaperIds, TableFiles, Tables, load_tables
from kg.write import Output, compress_block

Shard = tuple[Page, ...]
PAPERS_PER_SHARD = 6
"""How many papers a shard has in the mean: some 8 pages, 65 kB of Turtle."""


def shards_per_job(shard_count: int, *, is_inspected: bool) -> int:
    """Return how many shards to do at a time: 500 pages, in small builds a part of 32.

    Shared entities are told once a job, so that larger jobs are less work for whoever combines.
    To look at a job has costs of its own: then it is larger.
    """
    return min(max(shard_count // 32, 1), 250 if is_inspected else 64)


def plan(pages: Iterable[Page], moved: Mapping[tuple[str, str], str]) -> list[Shard]:
    """Deal out pages into shards by figid, in order.

    `moved` names the figid, by container and name, of pages whose file name says another.
    """
    keyed = [_with_key(page, _key(page, moved)) for page in pages]
    keyed.sort(key=attrgetter("key", "container", "name"))
    shards: list[Shard] = []
    current: list[Page] = []
    for pmcid, figures in groupby(keyed, key=paper_of):
        if current and crc32(pmcid.encode()) % PAPERS_PER_SHARD == 0:
            shards.append(tuple(current))
            current = []
        current.extend(figures)
    return [*shards, tuple(current)] if current else shards


def _with_key(page: Page, key: str) -> Page:
    return page if page.key == key else replace(page, key=key)


def paper_of(page: Page) -> str:
    """Return the PMCID of a page's paper."""
    return page.key.partition("__")[0]


def _key(page: Page, moved: Mapping[tuple[str, str], str]) -> str:
    """Return the figid to sort a page by: its name's, or what the page itself says."""
    known = moved.get((page.container, page.name))
    if known is not None:
        return known
    if FIGID.pattern.fullmatch(page.key):
        return page.key
    try:
        return find_figid(page.read()) or page.key
    except KgError:
        return page.key


class Job(NamedTuple):
    """What an engine does at a time: some shards, with the digests of those that are cached."""

    number: int
    shards: tuple[Shard, ...]
    cached: tuple[bytes | None, ...]
    outputs: tuple[Output, ...]
    fingerprint: bytes
    tables: TableFiles = TableFiles()
    paper_ids: Mapping[str, PaperIds] = MappingProxyType({})
    look: Look | None = None


@dataclass(slots=True)
class Tally:
    """What was read and what became of it; a figure that stands on two pages counts once."""

    pages: int = 0
    lost_pages: int = 0
    figures: int = 0
    rows: int = 0
    triples: int = 0

    def add(self, other: Tally) -> None:
        self.pages += other.pages
        self.lost_pages += other.lost_pages
        self.figures += other.figures
        self.rows += other.rows
        self.triples += other.triples


@dataclass(slots=True)
class ShardResult:
    """A built shard: a finished block an output, problems, counts, and shared entities.

    The keys of these are packed and marshalled: they travel more than anything else. `digest`
    is empty where there is no cache; `blocks` is None where the shard is the one of the cached
    digest: nothing was built. `moved` holds pages that are not the figure that their place in
    the plan says.
    """

    digest: bytes
    blocks: list[bytes] | None = None
    shared: bytes = b""
    problems: list[Problem] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    moved: dict[tuple[str, str], str] = field(default_factory=dict)


class JobResult(NamedTuple):
    """What comes of a job: its built shards, and what the look says that it had of them."""

    shards: list[ShardResult]
    answer: Any = None


def do_job(job: Job) -> JobResult:
    """Build the shards of a job whose content is not the cached one; write its parts."""
    tables = load_tables(job.tables)
    share = Share(job.number, tables) if job.look is not None else None
    work = _Work(job, tables, share)
    results = [
        _build_if_new(shard, cached, work)
        for shard, cached in zip(job.shards, job.cached, strict=True)
    ]
    for place, output in enumerate(job.outputs):
        if output.is_parts:
            write_part(output, job.number, [(result.blocks or [])[place] for result in results])
            for result in results:
                (result.blocks or [])[place] = b""
    answer = job.look(share) if job.look is not None and share is not None else None
    return JobResult(results, answer)


@dataclass(slots=True)
class _Work:
    """A job under way: what the look will be shown, and the shared entities told so far."""

    job: Job
    tables: Tables
    share: Share | None
    told: set[SharedKey] = field(default_factory=set)


def _build_if_new(shard: Shard, cached: bytes | None, work: _Work) -> ShardResult:
    job = work.job
    loaded = [_load(page) for page in shard]
    result = ShardResult(_digest(shard, loaded, job) if job.fingerprint else b"")
    if result.digest != cached:
        _build(loaded, result, work)
    return result


def _digest(shard: Shard, loaded: Iterable[PageContent | Problem], job: Job) -> bytes:
    """Return a digest of all that a shard is made from."""
    digest = blake2b(job.fingerprint, digest_size=16)
    for content in loaded:
        digest.update(
            content.digest() if isinstance(content, PageContent) else repr(content).encode()
        )
    for page in shard if job.paper_ids else ():
        digest.update(repr(job.paper_ids.get(paper_of(page))).encode())
    return digest.digest()


def _load(page: Page) -> PageContent | Problem:
    try:
        return load_page(page)
    except KgError as error:
        return replace(error.problem, lost="page")


def _build(loaded: Sequence[PageContent | Problem], result: ShardResult, work: _Work) -> None:
    """Parse, check and map pages, and write a block for each output.

    A shared entity is told once a job, except where each result goes into a cache, whole.
    """
    job = work.job
    records = [record for content in loaded for record in _records(content, result, work)]
    shared: set[SharedKey] = set().union(*(shared_keys(record, work.tables) for record in records))
    result.tally.lost_pages = result.tally.pages - len(records)
    result.tally.figures = len({record.figid for record in records})
    result.blocks = []
    turtle = None
    for output in job.outputs:
        content, result.tally.triples = _pen(output, work.tables).write_shard(records)
        result.blocks.append(compress_block(content, output.is_compressed) if content else b"")
        turtle = content if output.format == _TURTLE.format else turtle
    if work.share is not None:
        turtle = turtle or _pen(_TURTLE, work.tables).write_shard(records).content
        work.share.add(turtle.decode(), shared)
    if not job.fingerprint:
        shared -= work.told
        work.told |= shared
    result.shared = marshal.dumps([pack_key(key) for key in shared])


_TURTLE = Output("", "turtle")


@lru_cache(maxsize=8)
def _pen(output: Output, tables: Tables) -> Pen:
    """Return this process's pen of an output."""
    return Pen(output.writer(), tables)


def _records(content: PageContent | Problem, result: ShardResult, work: _Work) -> Iterator[Record]:
    """Yield the record of a page, or nothing where the page is lost; keep its problems."""
    result.tally.pages += 1
    if isinstance(content, Problem):
        result.problems.append(content)
        return
    try:
        raw = parse_page(content)
    except KgError as error:
        result.problems.append(replace(error.problem, lost="page"))
        return
    record, problems = make_record(raw)
    if record is None:
        result.problems += problems
        return
    problems += iter_contradictions(record, raw, work.tables.hgnc)
    result.problems += sorted(problems, key=lambda problem: problem.sort_key)
    if record.figid != content.page.key:
        result.moved[content.page.container, content.page.name] = record.figid
    for rows in (record.genes, record.chemicals, record.diseases):
        result.tally.rows += rows.total()
    ids = work.job.paper_ids.get(record.paper.pmcid)
    yield record if ids is None else with_paper_ids(record, ids)


def with_paper_ids(record: Record, ids: PaperIds) -> Record:
    """Return a record with the identifiers of its paper; what the page says stays."""
    paper = record.paper._replace(pmid=ids.pmid, doi=record.paper.doi or ids.doi)
    return replace(record, paper=paper)
