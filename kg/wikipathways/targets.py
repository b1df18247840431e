"""Write merged quads: N-Quads, TriG, one flat Turtle file, or a store's folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from isal import igzip
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, serialize

from kg.errors import UsageError, WriteError
from kg.store.embedded import is_store_folder
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
    """An Oxigraph store in a folder: made beside it, then put in its place."""

    folder: Path

    def __call__(self, quads: Iterable[Quad]) -> None:
        """Write a new store; raise WriteError where the folder holds something else."""
        if self.folder.exists() and not is_store_folder(self.folder) and any(self.folder.iterdir()):
            hint = "name a new folder, or that of a store, which is replaced"
            raise WriteError("holds something that is no store", file=str(self.folder), hint=hint)
        parent = self.folder.absolute().parent
        try:
            made = Path(
                tempfile.mkdtemp(prefix=f".{self.folder.name}.", suffix=".part", dir=parent)
            )
        except OSError as error:
            raise WriteError(f"can't be written: {error.strerror}", file=str(parent)) from None
        try:
            self._load(made / "store", quads)
            self._put_in_place(made)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _load(self, made: Path, quads: Iterable[Quad]) -> None:
        try:
            store = Store(str(made))
            store.bulk_extend(quads)
            store.flush()
        except OSError as error:
            raise WriteError(f"can't be written: {error}", file=str(self.folder)) from None

    def _put_in_place(self, made: Path) -> None:
        with suppress(FileNotFoundError):
            os.rename(self.folder, made / "former")
        os.rename(made / "store", self.folder)
