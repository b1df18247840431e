"""Run a build: find its pages, deal them out, and pass over them until each is in its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.build.cache import DamagedCacheError, open_cache
from kg.build.combine import Engine, Given, Pass, Progress, Summary
from kg.build.inspection import Inspector
from kg.build.local import garbage_is_rare, run_local
from kg.build.pages import Source, listed
from kg.build.shards import paper_of, plan
from kg.errors import UsageError, at
from kg.read import Page, find_pages
from kg.reference import PaperIds, find_table_files, load_tables, read_pmc_ids
from kg.write import Output, parse_output

_SMALL_PAGES = 150


@garbage_is_rare()
def build(
    sources: Source | Iterable[Source],
    outputs: Source | Output | Sequence[Source | Output],
    *,
    workers: int | None = None,
    strict: bool = False,
    flavour: str | None = None,
    cache: str | Path | None = None,
    hgnc: str | Path | None = None,
    famplex: str | Path | None = None,
    pmc_ids: str | Path | None = None,
    engine: Engine | None = None,
    inspector: Inspector | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Build the graph of `sources` (folders, archives, pages, dumps) into `outputs` (files).

    `workers` defaults to the number of processors; a small build stays in this process. With
    `cache`, a folder, only shards whose pages changed since the last build are built. `hgnc` is
    the official complete set, `famplex` the folder of FamPlex's files, instead of those that
    ship with the package; `pmc_ids` is NCBI's PMC-ids.csv, for the PubMed ids and DOIs of the
    papers. Another `engine` than this machine's processes can be given, and an `inspector` that
    looks at the graph meanwhile (not with `cache`). `progress` is told pages done and pages in
    all. `flavour` is that of BioThings dumps whose names do not tell it. With `strict`, any
    problem that costs something raises StrictError, which carries the problems, and nothing is
    written. Raises UsageError for sources that hold no page, WriteError for targets that can't
    be written, WorkerError where a worker dies.
    """
    targets = _targets(outputs)
    if cache is not None and any(target.is_parts for target in targets):
        raise UsageError("a cache keeps whole outputs, not parts", hint="leave out --cache")
    if cache is not None and inspector is not None:
        raise UsageError("of what a cache keeps there is nothing to look at")
    tables = find_table_files(hgnc, famplex)
    load_tables(tables)  # a wrong table is told before anything is begun
    pages, found = find_pages(listed(sources), flavour)
    if engine is None:
        count = 1 if len(pages) <= _SMALL_PAGES else workers or os.cpu_count() or 1
        engine = run_local(count)
    given = Given(tables, _read_paper_ids(pmc_ids, pages))
    moved: dict[tuple[str, str], str] = {}
    with open_cache(cache) as kept:
        while True:
            shards, summary = plan(pages, moved), Summary(problems=list(found))
            attempt = Pass(targets, shards, summary, kept, given, inspector)
            try:
                if attempt.finish(engine, strict, is_last=bool(moved), progress=progress):
                    return attempt.summary
            except DamagedCacheError:
                continue
            moved = attempt.moved


def _read_paper_ids(path: str | Path | None, pages: Iterable[Page]) -> dict[str, PaperIds]:
    if path is None:
        return {}
    with at(str(path)):
        return read_pmc_ids(Path(path), {paper_of(page) for page in pages})


def _targets(outputs: Source | Output | Sequence[Source | Output]) -> tuple[Output, ...]:
    several = [outputs] if isinstance(outputs, str | Path | Output) else outputs
    return tuple(out if isinstance(out, Output) else parse_output(str(out)) for out in several)
