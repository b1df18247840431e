"""Make a release: a dated folder with everything that a reader of the data needs.

The graph as Turtle and as N-Quads, the JSON-LD context, the shapes and what they found, the
vocabulary, the named queries, the description, the problems of the pages, checksums, and an
RO-Crate (https://www.researchobject.org/ro-crate/) that says what each file is. The folder
appears whole or not at all.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from kg.build import Summary, build
from kg.describe import (
    About,
    Counts,
    Shrunk,
    count,
    counts_as_json,
    describe_counts,
    file_digest,
    find_shrunk,
    write_description,
)
from kg.errors import Problem, UsageError, WriteError
from kg.query.named import queries_folder
from kg.release.crate import CHECKSUMS, QUADS, TURTLE, require_rocrate, write_crate
from kg.store import DATASET_GRAPH
from kg.terms import Term
from kg.validate import Report, load_shapes, validate, write_report
from kg.validate.load import find_shapes
from kg.vocabulary import vocabulary_turtle
from kg.write import parse_output
from kg.write.jsonld import context

Progress = Callable[[str], None]


@dataclass(slots=True)
class Release:
    """What was released: the folder, what was built and found; `shrunk` classes stop a release."""

    folder: Path
    summary: Summary
    report: Report
    counts: Counts
    shrunk: list[Shrunk] = field(default_factory=list)

    @property
    def is_out(self) -> bool:
        """Whether the folder is there: no class has shrunk by more than it may."""
        return not self.shrunk

    @property
    def has_findings(self) -> bool:
        """Whether pages lost something, the graph violates a shape, or a class has shrunk."""
        return bool(self.summary.lost or not self.report.conforms or self.shrunk)


def release(
    out_dir: str | Path,
    sources: Iterable[str | Path],
    about: About,
    *,
    expected: Mapping[Term, int] | None = None,
    shrink: float = 0.0,
    workers: int | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Release:
    """Build, validate and describe the graph of `sources` into `out_dir`/version.

    `expected` has the number of members that each class should have; where one has fewer, by
    more than the share `shrink`, nothing is put into place. `progress` is told each step;
    `options` are those of `kg.build.build`. Raises UsageError where that version is there
    already, MissingExtraError without the library for RO-Crate, and what a build raises.
    """
    require_rocrate()
    tell = progress or _say_nothing
    sources = list(sources)
    with _new_folder(Path(out_dir) / about.version) as folder:
        tell("building")
        data = [parse_output(f"{folder}/{TURTLE}")]
        data.append(parse_output(f"{folder}/{QUADS}", graph=DATASET_GRAPH))
        summary = build(sources, data, workers=workers, **options)
        tell("counting")
        counts = count([folder / TURTLE])
        shrunk = find_shrunk(expected or {}, counts.classes, shrink)
        tell("validating")
        report = validate([folder / TURTLE], workers=workers)
        found = Release(Path(out_dir) / about.version, summary, report, counts, shrunk)
        if found.is_out:
            tell("describing")
            _write_rest(folder, found, about)
            _write_problems(folder, summary.problems, sources)
            write_crate(folder, about)
            _write_checksums(folder)
            _put_in_place(folder, found.folder)
    return found


def _say_nothing(step: str) -> None:
    del step


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """Make a temporary folder beside the target, and remove it if it is still there at the end."""
    if target.exists():
        hint = "name another --version-id, or remove it"
        raise UsageError(f"the release {str(target)!r} is there already", hint=hint)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(target)) from None
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put_in_place(folder: Path, target: Path) -> None:
    folder.chmod(0o755)
    folder.rename(target)


def _write_rest(folder: Path, found: Release, about: About) -> None:
    """Write what goes with the graph."""
    texts = {
        "context.jsonld": json.dumps(context(), indent=1) + "\n",
        "counts.json": json.dumps(counts_as_json(found.counts.classes), indent=1) + "\n",
        "vocabulary.ttl": vocabulary_turtle(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    validation = folder / "validation.ttl"
    validation.write_bytes(write_report(found.report, load_shapes(), validation.name))
    _copy(find_shapes(), folder / "shapes", ".ttl")
    _copy(queries_folder(), folder / "queries", ".rq")
    files = [folder / TURTLE, folder / QUADS]
    write_description(describe_counts(found.counts, about, files), folder / "description.ttl")


def _write_problems(
    folder: Path, problems: Iterable[Problem], sources: Iterable[str | Path]
) -> None:
    """Write the problems of the pages; files are named from their source on, as it is itself."""
    places = [Path(source) for source in sources if "://" not in str(source)]
    with (folder / "problems.jsonl").open("w", encoding="utf-8") as file:
        for problem in problems:
            said = {**problem.as_dict(), "file": _within(places, problem.file)}
            file.write(f"{json.dumps(said, ensure_ascii=False)}\n")


def _within(places: Iterable[Path], file: str | None) -> str | None:
    for place in places:
        if file is not None and Path(file).is_relative_to(place):
            return (place.resolve().name / Path(file).relative_to(place)).as_posix()
    return file


def _copy(source: Traversable, target: Path, extension: str) -> None:
    target.mkdir()
    for file in source.iterdir():
        if file.name.endswith(extension):
            with as_file(file) as path:
                shutil.copyfile(path, target / file.name)


def _write_checksums(folder: Path) -> None:
    """Write what `sha256sum --check` reads."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{file_digest(path)[1]}  {path.relative_to(folder).as_posix()}\n" for path in paths]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
