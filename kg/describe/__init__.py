"""Describe the data set: W3C HCLS, with VoID's counts, DCAT's files and PROV's activities.

A description is of one version of the data set, in one or several files that hold the same graph.
Beside it stand the numbers of members that classes are expected to have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.describe.about import (
    About,
    Distribution,
    Source,
    build_time,
    file_digest,
    find_sources,
    find_tables,
)
from kg.describe.counts import Counts, count
from kg.describe.expect import Shrunk, counts_as_json, find_shrunk, read_expected
from kg.errors import UsageError

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "About",
    "Counts",
    "Distribution",
    "Shrunk",
    "Source",
    "build_time",
    "check_target",
    "count",
    "counts_as_json",
    "describe_counts",
    "describe_files",
    "file_digest",
    "find_shrunk",
    "find_sources",
    "find_tables",
    "read_expected",
    "write_description",
]


def describe_files(
    data: Iterable[str | Path], about: About, same: Iterable[str | Path] = ()
) -> rdflib.Graph:
    """Return the description of the graph in `data`, RDF files whose union is counted.

    `same` are files that hold that graph too, in other formats: they are described, not counted.
    Raises UsageError for a file whose name does not tell its format, DataError for malformed RDF.
    """
    paths = [Path(path) for path in data]
    return describe_counts(count(paths), about, [*paths, *map(Path, same)])


def describe_counts(counts: Counts, about: About, files: Sequence[str | Path]) -> rdflib.Graph:
    """Return the description of a graph that is counted, and of the files that hold it."""
    from kg.describe.about import find_distribution
    from kg.describe.description import describe

    return describe(counts, about, [find_distribution(path) for path in files])


def check_target(path: str | Path) -> None:
    """Raise UsageError where the name of a file says that it is not Turtle; `-` is stdout."""
    if str(path) != "-" and Path(path).suffix != ".ttl":
        raise UsageError(f"{str(path)!r} is not Turtle", hint="a description is written as .ttl")


def write_description(graph: rdflib.Graph, path: str | Path) -> None:
    """Write a description as Turtle, whole or not at all; `-` is stdout.

    Raises UsageError for a name that says another format, WriteError where it can't be written.
    """
    from kg.write import open_target

    check_target(path)
    text: str = graph.serialize(format="turtle")
    with open_target(str(path)) as target:
        target.write(f"{text.rstrip()}\n".encode())
