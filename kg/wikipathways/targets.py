"""Write merged quads: N-Quads, TriG, one flat Turtle file, or a store's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from isal import igzip
from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize

from kg.errors import UsageError
from kg.store import open_loading
from kg.wikipathways.vocabulary import NAMESPACES
from kg.write import FORMATS, Output, open_target

Target = Callable[[Iterable[Quad]], None]
"""Takes all quads, and puts them into place whole or not at all."""


def to_file(output: Output, *, flat: bool = False) -> Target:
    """Return the target that an output means; `flat` drops the names of the graphs.

    Raises UsageError for a format that can't name graphs, unless `flat` gives them up, and for
    one that is not written as a stream.
    """
    streamed = [name for name in FORMATS if name not in ("jsonld", "rdfxml")]
    if output.format not in streamed:
        message = f"merged data is not written as {output.format}"
        raise UsageError(message, hint=f"use {', '.join(streamed)}")
    if not flat and not FORMATS[output.format].has_graphs:
        hint = "use .nq or .trig, or give the graphs up with --flat"
        raise UsageError(f"{output.format} can't name graphs", hint=hint)
    return _FileTarget(output, flat)


@dataclass(frozen=True, slots=True)
class _FileTarget:
    output: Output
    flat: bool

    def __call__(self, quads: Iterable[Quad]) -> None:
        with open_target(self.output.path) as target:
            if self.output.is_compressed:
                with igzip.IGzipFile("", "wb", 2, target, mtime=0) as packed:
                    self._write(cast("IO[bytes]", packed), quads)
            else:
                self._write(target, quads)

    def _write(self, target: IO[bytes], quads: Iterable[Quad]) -> None:
        form = RdfFormat.from_media_type(FORMATS[self.output.format].media_type)
        if self.flat:
            quads = _without_graphs(quads)
        serialize(quads, target, form, prefixes=NAMESPACES)


def _without_graphs(quads: Iterable[Quad]) -> Iterator[Quad]:
    default = DefaultGraph()
    for quad in quads:
        yield Quad(quad.subject, quad.predicate, quad.object, default)


@dataclass(frozen=True, slots=True)
class StoreTarget:
    """A store in a folder, as `kg load` makes it: the merged graphs are replaced, others stay."""

    folder: Path

    def __call__(self, quads: Iterable[Quad]) -> None:
        """Write the quads beside the store's data, load them, let them answer.

        Raises WriteError for a folder that holds something else, DataError for a store in use.
        """
        with open_loading(self.folder) as loading:
            path = loading.make_room() / "merged.nq.gz"
            to_file(Output(str(path), "nquads"))(quads)
            loading.load([path])
