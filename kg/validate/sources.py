"""Open RDF files of any format, gzipped or not, and say where a broken one breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox
from isal import igzip, igzip_lib

from kg.errors import DataError, UsageError
from kg.write.formats import FORMATS, format_of

_PLACE = re.compile(r"^Parser error at line \d+ (?:column \d+|between columns \d+ and \d+): ")
_BROKEN_GZIP: tuple[type[Exception], ...] = (EOFError, cast("Any", igzip_lib).IsalError)
_BASE = "urn:kg:base:"


def rdf_format(name: str) -> ox.RdfFormat:
    """Return the RDF format of a file by its extension, `.gz` aside."""
    known = format_of(name)
    form = None
    if known is not None:
        form = ox.RdfFormat.from_extension(FORMATS[known].extension[1:])
    if form is None:
        shown = ", ".join(entry.extension for entry in FORMATS.values())
        raise UsageError(
            f"the format of {name!r} can't be told from its name", hint=f"use {shown} (and .gz)"
        )
    return form


@contextmanager
def open_source(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked where its name ends in `.gz`.

    Raises DataError, which names the file, for one that can't be read to its end.
    """
    try:
        with (
            cast("IO[bytes]", igzip.open(path, "rb")) if path.endswith(".gz") else open(path, "rb")
        ) as file:
            yield file
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror or error}", file=path) from None
    except _BROKEN_GZIP:
        raise DataError(
            "can't be read: its gzip data end too soon or are broken",
            file=path,
            hint="write or fetch the file again",
        ) from None


def iter_quads(path: str) -> Iterator[ox.Quad]:
    """Yield the statements of a file; raise DataError with file and line where it is malformed."""
    form = rdf_format(path)
    with open_source(path) as file:
        try:
            yield from ox.parse(file, form, base_iri=_BASE)
        except SyntaxError as error:
            raise parse_error(error, path) from None


def parse_error(error: SyntaxError, file: str) -> DataError:
    """Return what the parser says as an error of ours, with file and line."""
    said = _PLACE.sub("", str(error.msg))
    return DataError(
        f"is not well-formed RDF: {said}",
        file=file,
        line=error.lineno,
        hint="mend the file, or write it again",
    )


def check_sources(paths: Iterable[str]) -> None:
    """Raise an error for a path that is no file, or whose format can't be told."""
    for path in paths:
        rdf_format(Path(path).name)
        if not Path(path).is_file():
            raise UsageError(f"there is no {path!r}", hint="name one or more RDF files")
