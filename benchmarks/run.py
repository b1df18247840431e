"""Run the benchmarks: `python -m benchmarks.run build|validate|query`.

Each size has a corpus of its own. The contestants run in turn, one after the other, as many
rounds as asked for, so that a busy minute of the machine falls on all of them; the table has the
median of each. Ratios are of medians of this one run. The table is printed as Markdown; JSON,
table and plot go into a folder.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from benchmarks.checks import check_counts, check_queries
from benchmarks.contestants import (
    ALL,
    HERE,
    MORPH_PYTHON,
    ROOT,
    SAYS,
    Contestant,
    Job,
    bind_queries,
    choose,
    kg,
)
from benchmarks.corpus import REAL_PAGES, make_corpus
from benchmarks.measure import Limits, Measurement, measure
from benchmarks.report import insert_table, make_table, show_number, write_results
from benchmarks.results import Results

SIZES = (1_000, 10_000, 100_000)
PACKAGES = {
    "build": ("pfocr-kg", "yaml-rs", "PyYAML", "python-frontmatter", "rdflib"),
    "validate": ("pfocr-kg", "pyshacl", "rdflib", "shacl", "shacl-rust"),
    "query": ("pyoxigraph", "rdflib"),
}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    asked = parse_arguments()
    limits = dict(_parse_limit(text) for text in asked.limit)
    contestants, skipped = choose(
        asked.what, morph_python=asked.morph_python, limits=limits, only=asked.only
    )
    results = Results(
        asked.what,
        describe_machine(asked.what, contestants, asked.morph_python),
        titles={contestant.name: contestant.title for contestant in contestants},
        against={contestant.name: contestant.against for contestant in contestants},
        facts=skipped,
    )
    for line in skipped:
        say(line)
    with tempfile.TemporaryDirectory(prefix="kg-benchmark-", dir=asked.work) as work:
        for pages in sorted(asked.pages):
            run_size(results, contestants, pages, Path(work).absolute(), asked)
    write_results(results, asked.out)
    for document in asked.insert or ():
        insert_table(results, document)
    print(make_table(results))
    if any(reason == "failed" for _, _, reason in results.missing):
        sys.exit(1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=list(ALL))
    parser.add_argument("--pages", type=int, nargs="+", default=SIZES, help="sizes of corpora")
    parser.add_argument("--runs", type=int, default=5, help="rounds; the median counts")
    parser.add_argument("--only", nargs="+", default=(), help="contestants beside ours, by name")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=PAGES",
        help="run a contestant up to this size (naive-turtle=10000)",
    )
    parser.add_argument(
        "--real", type=Path, action="append", help="folder of real pages to make corpora of"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the corpora")
    parser.add_argument(
        "--morph-python", type=Path, default=MORPH_PYTHON, help="Python that has Morph-KGC"
    )
    parser.add_argument("--timeout-s", type=float, default=7200.0, help="for one run")
    parser.add_argument(
        "--budget-s",
        type=float,
        default=float("inf"),
        help="no more rounds for a contestant at a size after these seconds",
    )
    parser.add_argument("--work", type=Path, help="folder for corpora and outputs")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="folder of results")
    parser.add_argument("--insert", type=Path, action="append", help="document to put the table in")
    return parser.parse_args()


def _parse_limit(text: str) -> tuple[str, int]:
    name, _, pages = text.partition("=")
    if not pages.isdigit():
        sys.exit(f"error: --limit {text!r} is not NAME=PAGES")
    return name, int(pages)


def describe_machine(
    what: str, contestants: Sequence[Contestant], morph_python: Path
) -> dict[str, str]:
    """Return what the numbers depend on: machine, versions, and how busy it was."""
    versions = [f"{name} {_version(name)}" for name in PACKAGES[what]]
    if any(contestant.name == "morph" for contestant in contestants):
        code = "from importlib.metadata import version; print(version('morph-kgc'))"
        told = subprocess.run(
            [morph_python, "-c", code], capture_output=True, text=True, check=True
        )
        versions.append(f"Morph-KGC {told.stdout.strip()}")
    memory_gib = psutil.virtual_memory().total / (1 << 30)
    has_pss = hasattr(psutil.Process().memory_full_info(), "pss")
    return {
        "machine": f"{os.cpu_count()} processors, {memory_gib:.0f} GiB of memory, "
        f"{platform.system()} on {platform.machine()}",
        "load average before": show_number(os.getloadavg()[0]),
        "versions": ", ".join([f"Python {platform.python_version()}", *versions]),
        "memory": f"{'PSS' if has_pss else 'RSS'} of the process tree, sampled",
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # an extra: its absence tells as much as its version
        return "absent"


def run_size(
    results: Results,
    contestants: Sequence[Contestant],
    pages: int,
    work: Path,
    asked: argparse.Namespace,
) -> None:
    """Run all contestants at one size; what is too large for one is told, not run."""
    taking_part = [c for c in contestants if c.max_pages is None or pages <= c.max_pages]
    folder = work / str(pages)
    job = prepare(results.what, pages, folder, asked)
    rounds: dict[str, list[Measurement]] = {contestant.name: [] for contestant in taking_part}
    for number in range(asked.runs):
        for contestant in taking_part:
            done = rounds[contestant.name]
            if goes_on(done, asked.budget_s):
                done.append(run_once(results.what, contestant, job, Limits(wall_s=asked.timeout_s)))
                _tell(contestant, pages, number, done[-1])
    for contestant in contestants:
        if contestant.name in rounds:
            results.add(contestant.name, pages, rounds[contestant.name])
        else:
            results.extrapolate(contestant.name, pages)
            if contestant.note and contestant.note not in results.facts:
                results.facts.append(contestant.note)
    if results.what == "query":
        check_queries(results, pages, rounds)
    else:
        check_counts(results, pages, rounds)
    shutil.rmtree(folder)


def goes_on(done: Sequence[Measurement], budget_s: float) -> bool:
    """Say whether a contestant that has done some rounds is to do another."""
    spent_s = sum(run.wall_s for run in done)
    return not done or (done[-1].outcome == "done" and spent_s < budget_s)


def prepare(what: str, pages: int, folder: Path, asked: argparse.Namespace) -> Job:
    """Make the corpus, and for validation and queries its graph; none of this is measured."""
    graph = folder / ("graph.ttl" if what == "validate" else "graph.nt")
    job = Job(folder / "pages", graph, (), folder / "out")
    say(f"{pages:,} pages: making the corpus")
    make_corpus(pages, job.pages, seed=asked.seed, folders=asked.real or [REAL_PAGES])
    if what == "build":
        return job
    subprocess.run(kg("build", job.pages, "-o", job.graph), check=True)
    figids = sorted(path.stem for path in (job.pages / "_figures").iterdir())
    queries = bind_queries(figids, folder / "queries") if what == "query" else ()
    return Job(job.pages, job.graph, queries, job.out)


def run_once(what: str, contestant: Contestant, job: Job, limits: Limits) -> Measurement:
    """Run a contestant; it has failed, too, where it does not say what it came to."""
    job.out.mkdir()
    try:
        command = contestant.command(job)
        run = measure(command, folder=ROOT, limits=limits, accept=contestant.accept)
    finally:
        shutil.rmtree(job.out)
    if run.outcome == "done" and not re.search(SAYS[what], run.output):
        return replace(run, outcome="failed")
    return run


def _tell(contestant: Contestant, pages: int, number: int, run: Measurement) -> None:
    say(
        f"{pages:,} pages, round {number + 1}, {contestant.title}: {run.outcome}, "
        f"{run.wall_s:.2f} s, CPU {run.cpu_s:.2f} s, {run.peak_bytes / (1 << 20):,.0f} MiB"
    )
    if run.outcome == "failed":
        say(run.output[-2000:])


if __name__ == "__main__":
    main()
