"""The contestants: what is compared with what, and the command of each."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
SHAPES = ROOT / "shapes"
QUERIES = ROOT / "queries"
MORPH_PYTHON = HERE / ".venv" / "bin" / "python"

ASKED = (
    "figures-of-gene",
    "figure-genes",
    "figures-of-two-genes",
    "figures-of-family",
    "genes-with-chemical",
    "genes-shown-with",
    "genes-most-shown",
    "count-by-class",
)
"""The named queries that are measured: look-ups, joins, and counts over the whole graph."""

SAYS = {
    "build": r"[\d,]+ triples",
    "validate": r"[\d,]+ violations, [\d,]+ warnings, [\d,]+ infos",
    "query": r'"queries": ',
}
"""What contestants print when the work is done, to be compared."""

Part = str | Path


@dataclass(frozen=True, slots=True)
class Job:
    """What a command is given: pages, their graph, queries, a folder to write in."""

    pages: Path
    graph: Path
    queries: tuple[Path, ...]
    out: Path


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to do the work.

    `against` names the contestant of ours that ratios are against. The work is done where the
    exit code is one of `accept` and what was printed has `SAYS`. Above `max_pages` nothing is
    run. `note` belongs in the table.
    """

    name: str
    title: str
    against: str
    command: Callable[[Job], list[Part]]
    max_pages: int | None = None
    accept: tuple[int, ...] = (0,)
    note: str = ""


def kg(*arguments: Part) -> list[Part]:
    return [sys.executable, "-m", "kg", *arguments]


def script(name: str, *arguments: Part) -> list[Part]:
    return [sys.executable, "-m", f"benchmarks.{name}", *arguments]


BUILD = (
    Contestant(
        "kg-turtle",
        "kg build, Turtle",
        "kg-turtle",
        lambda job: kg("build", job.pages, "-o", job.out / "graph.ttl"),
    ),
    Contestant(
        "kg-ntriples",
        "kg build, N-Triples",
        "kg-ntriples",
        lambda job: kg("build", job.pages, "-o", job.out / "graph.nt"),
    ),
    Contestant(
        "naive-turtle",
        "rdflib script, Turtle",
        "kg-turtle",
        lambda job: script("naive", job.pages, job.out / "graph.ttl"),
        max_pages=1_000,
        note="rdflib's Turtle writer grows faster than the pages do: in proportion is too little",
    ),
    Contestant(
        "naive-ntriples",
        "rdflib script, N-Triples",
        "kg-ntriples",
        lambda job: script("naive", job.pages, job.out / "graph.nt"),
        max_pages=10_000,
    ),
    Contestant(
        "morph",
        "Morph-KGC, N-Triples",
        "kg-ntriples",
        lambda job: script("morph", job.pages, job.out),
    ),
)

VALIDATE = (
    Contestant(
        "kg",
        "kg validate",
        "kg",
        lambda job: kg("validate", job.graph),
        accept=(0, 1),
    ),
    Contestant(
        "kg-build",
        "kg build --validate",
        "kg",
        lambda job: kg("build", job.pages, "-o", job.out / "graph.ttl.gz", "--validate"),
        accept=(0, 1),
        note="reads the pages and writes the graph, too",
    ),
    Contestant(
        "pyshacl",
        "pySHACL, in one piece",
        "kg",
        lambda job: script("whole", job.graph, *sorted(SHAPES.glob("*.ttl"))),
        max_pages=10_000,
    ),
)

QUERY = (
    Contestant(
        "oxigraph",
        "Oxigraph (as in kg query)",
        "oxigraph",
        lambda job: script("ask", "oxigraph", job.graph, *job.queries),
    ),
    Contestant(
        "rdflib",
        "rdflib",
        "oxigraph",
        lambda job: script("ask", "rdflib", job.graph, *job.queries),
        max_pages=10_000,
    ),
)

ALL = {"build": BUILD, "validate": VALIDATE, "query": QUERY}


def choose(
    what: str, *, morph_python: Path, limits: dict[str, int], only: Sequence[str] = ()
) -> tuple[list[Contestant], list[str]]:
    """Return the contestants that take part, and for each that can't, a line that says why."""
    wanted = {name for c in ALL[what] if not only or c.name in only for name in (c.name, c.against)}
    chosen: list[Contestant] = []
    skipped: list[str] = []
    for contestant in ALL[what]:
        name = contestant.name
        if name not in wanted:
            continue
        if name == "morph" and not morph_python.exists():
            told = f"{contestant.title} is left out: there is no Python that has it"
            skipped.append(f"{told}; docs/benchmarks.md says how to make one")
            continue
        command = contestant.command
        if name == "morph":
            command = _run_by(morph_python, command)
        max_pages = limits.get(name, contestant.max_pages)
        chosen.append(replace(contestant, command=command, max_pages=max_pages))
    return chosen, skipped


def _run_by(python: Path, command: Callable[[Job], list[Part]]) -> Callable[[Job], list[Part]]:
    return lambda job: [python, *command(job)[1:]]


def bind_queries(figids: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Write the measured queries with their parameters' defaults in place; return the files.

    A figure that is asked for by its real figid is asked for by the first made of the same page.
    """
    folder.mkdir()
    return tuple(_bind(QUERIES / f"{name}.rq", figids, folder) for name in ASKED)


def _bind(path: Path, figids: Sequence[str], folder: Path) -> Path:
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"^# param: *(.+)$", text, re.MULTILINE):
        name, _, default, _ = (part.strip() for part in line.split("|"))
        stem = default.partition("__")[2]
        made = [figid for figid in figids if stem and figid.endswith(f"__{stem}")]
        text = text.replace(f"{{{{{name}}}}}", made[0] if made else default)
    bound = folder / path.name
    bound.write_text(text, encoding="utf-8")
    return bound
