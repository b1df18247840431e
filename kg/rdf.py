"""Read RDF files: which they are, and their quads, with file and line of what is malformed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from gzip import BadGzipFile
from io import BufferedReader, FileIO
from pathlib import Path
from typing import IO, Any, cast

from isal import igzip, igzip_lib
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg.errors import DataError, UsageError
from kg.terms import Term
from kg.write.formats import FORMATS, format_of

_READ_BYTES = 1 << 20
_BROKEN_GZIP: tuple[type[Exception], ...] = (
    BadGzipFile,
    EOFError,
    cast("Any", igzip_lib).IsalError,
)
_STORE_FILES = ("kg-store.json", "CURRENT")
"""What tells a store's folder: the marker of `kg.store.disk`, and a file of Oxigraph's own."""


def rdf_format(path: str | Path) -> RdfFormat:
    """Return the RDF format of a file by its extension, `.gz` aside; raise UsageError."""
    known = format_of(os.fspath(path))
    if known is None:
        raise UsageError(f"the format of {str(path)!r} can't be told from its name", hint=_known())
    form = RdfFormat.from_media_type(FORMATS[known].media_type)
    assert form is not None  # noqa: S101 - every format that we write, pyoxigraph reads
    return form


def _known() -> str:
    return f"known: {', '.join(form.extension for form in FORMATS.values())} (and .gz)"


def refuse_data_as_target(path: str, data: Iterable[Path]) -> None:
    """Raise UsageError where a file to write is one of those that are read."""
    if Path(path).resolve() in (file.resolve() for file in data):
        hint = "name another file"
        raise UsageError(f"it would replace {path!r}, which is data", hint=hint)


def find_rdf_files(*data: str | Path) -> list[Path]:
    """Return files as they are named, of a folder the RDF files in and below it, sorted.

    Raises UsageError where there is none, or where its name does not tell the format.
    """
    return [path for item in data for path in _find(Path(item))]


def _find(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file() and format_of(p.name))
        if not found:
            raise UsageError(f"the folder {str(path)!r} holds no RDF", hint=_instead(path))
        return found
    if not path.exists():
        raise UsageError(f"there is no {str(path)!r}", hint="name an RDF file, or a folder of them")
    rdf_format(path)
    return [path]


def _instead(folder: Path) -> str:
    """Return what to do about a folder without RDF files."""
    if any((folder / name).is_file() for name in _STORE_FILES):
        return "it is a store: name the RDF files that were loaded into it"
    if any(folder.rglob("*.md")):
        return "make RDF of its pages first, with kg build"
    return _known()


def iter_quads(
    path: str | Path, base_iri: str | None = None, told: Callable[[int], None] | None = None
) -> Iterator[Quad]:
    """Yield the quads of an RDF file; raise DataError, with the line, where it is malformed.

    Without a base, a relative IRI is malformed. `told` is told, again and again, how many bytes
    of the file were read.
    """
    with open_rdf(path, told) as source:
        yield from cast("Iterator[Quad]", parse(source, rdf_format(path), base_iri=base_iri))


def load_file(store: Store, path: Path, graph: Term | None = None) -> None:
    """Load an RDF file into an Oxigraph store, whole or not at all; errors as `iter_quads`.

    Triples that the file puts in no graph go into `graph`, by default into the default graph.
    """
    target = None if graph is None else NamedNode(graph[1:-1])
    with open_rdf(path) as source:
        store.bulk_load(source, rdf_format(path), to_graph=target)


class _Telling(FileIO):
    """A file that tells how many bytes of it were read."""

    def __init__(self, path: str, told: Callable[[int], None]) -> None:
        super().__init__(path)
        self._told = told

    def readinto(self, buffer: Any) -> int | None:
        count = super().readinto(buffer)
        self._told(self.tell())
        return count


@contextmanager
def open_rdf(path: str | Path, told: Callable[[int], None] | None = None) -> Iterator[IO[bytes]]:
    """Open a file, compressed or not; say where it is wrong whatever goes wrong in reading it."""
    name = os.fspath(path)
    try:
        raw = FileIO(name) if told is None else _Telling(name, told)
        with BufferedReader(raw, _READ_BYTES) as source:
            is_compressed = name.endswith(".gz")
            yield cast("IO[bytes]", igzip.IGzipFile(fileobj=source)) if is_compressed else source
    except SyntaxError as error:
        raise malformed(error, name) from None
    except _BROKEN_GZIP as error:
        message = f"is no whole gzip file: {error}"
        raise DataError(message, file=name, hint="fetch or make it anew") from None
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror or error}", file=name) from None


def malformed(error: SyntaxError, file: str) -> DataError:
    """Return what pyoxigraph's parser says as an error of ours.

    Its message begins with the place, which the error names in its own way.
    """
    _, _, told = (error.msg or str(error)).rpartition("Parser error")
    return DataError(
        f"is malformed: {told.partition(': ')[2] or told}",
        file=file,
        line=error.lineno,
        hint="mend the file, or make it anew",
    )
