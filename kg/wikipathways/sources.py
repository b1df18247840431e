"""Find WikiPathways' RDF: a folder, the release zip, single files, or a SPARQL endpoint.

Whatever it is, it comes as documents, one a file or, from an endpoint, one a pathway. A document
is read whole or not at all, and its blank nodes are its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import IO, cast
from zipfile import BadZipFile, ZipFile

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import DataError, UsageError
from kg.rdf import find_rdf_files, iter_quads, malformed
from kg.store import is_endpoint
from kg.wikipathways.endpoint import iter_pathways
from kg.write.formats import FORMATS, format_of

Statement = Quad | Triple
_HELD_BYTES = 50_000_000
_FETCH = "fetch the zip anew"


@dataclass(frozen=True, slots=True)
class Document:
    """An RDF document: its name for messages, its size if known, and how to read it."""

    name: str
    size_bytes: int
    read: Callable[[], Iterable[Statement]] = field(repr=False)


def find_documents(sources: Iterable[str | Path]) -> list[Document]:
    """Return the documents of all sources, in the order of sources and names.

    Raises UsageError for a source that holds no RDF, DataError for a broken zip, QueryError for
    an endpoint that does not answer.
    """
    found: dict[str, Document] = {}
    for source in dict.fromkeys(map(str, sources)):
        for document in _find(source):
            found.setdefault(document.name, document)
    return list(found.values())


def _find(source: str) -> Iterator[Document]:
    if is_endpoint(source):
        for name, read in iter_pathways(source):
            yield Document(name, 0, read)
    elif source.endswith(".zip"):
        yield from _Archive(Path(source)).documents()
    else:
        for path in find_rdf_files(source):
            yield Document(str(path), path.stat().st_size, _reader(path))


def _reader(path: Path) -> Callable[[], Iterator[Quad]]:
    return lambda: iter_quads(path)


class _Archive:
    """A zip of RDF files; it is opened once for all of its documents."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _zip(self) -> ZipFile:
        try:
            return ZipFile(self.path)
        except FileNotFoundError:
            hint = "name the release's RDF zip"
            raise UsageError(f"there is no {str(self.path)!r}", hint=hint) from None
        except (BadZipFile, OSError) as error:
            raise DataError(f"can't be read: {error}", file=str(self.path), hint=_FETCH) from None

    def documents(self) -> list[Document]:
        members = sorted((m for m in self._zip.infolist() if format_of(m.filename)), key=_name)
        if not members:
            raise UsageError(f"{str(self.path)!r} holds no RDF", hint="name the release's RDF zip")
        return [
            Document(f"{self.path}/{m.filename}", m.file_size, self._member_reader(m.filename))
            for m in members
        ]

    def _member_reader(self, member: str) -> Callable[[], Iterator[Quad]]:
        return lambda: self._read(member)

    def _read(self, member: str) -> Iterator[Quad]:
        media_type = FORMATS[format_of(member) or ""].media_type
        with _naming(f"{self.path}/{member}"), self._zip.open(member) as file:
            content: IO[bytes] = file
            if member.endswith(".gz"):
                from isal import igzip

                content = cast("IO[bytes]", igzip.IGzipFile(fileobj=file))
            yield from cast("Iterator[Quad]", parse(content, RdfFormat.from_media_type(media_type)))


def _name(member: object) -> str:
    return str(getattr(member, "filename", ""))


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Turn whatever goes wrong in reading a member of a zip into an error that names it."""
    try:
        yield
    except SyntaxError as error:
        raise malformed(error, name) from None
    except (BadZipFile, OSError, EOFError, zlib.error) as error:
        raise DataError(f"can't be read: {error}", file=name, hint=_FETCH) from None


def iter_statements(document: Document) -> Iterator[Statement]:
    """Yield the statements of a document, blank nodes renamed; raise DataError before the first.

    A document of up to 50 MB is held; a larger one is read twice, first to see that all is well.
    Blank nodes are numbered as they come, under a name made of the document's.
    """
    if document.size_bytes <= _HELD_BYTES:
        statements: Iterable[Statement] = list(document.read())
    else:
        for _ in document.read():
            pass
        statements = document.read()
    prefix = f"f{sha256(document.name.encode()).hexdigest()[:12]}n"
    renamed: dict[str, BlankNode] = {}
    for statement in statements:
        subject, value = statement.subject, statement.object
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            yield Quad(
                _rename(subject, prefix, renamed),  # type: ignore[arg-type] # a subject stays one
                statement.predicate,
                _rename(value, prefix, renamed),
            )
        else:
            yield statement


def _rename(
    term: NamedNode | BlankNode | Literal | Triple, prefix: str, renamed: dict[str, BlankNode]
) -> NamedNode | BlankNode | Literal | Triple:
    if not isinstance(term, BlankNode):
        return term
    return renamed.setdefault(term.value, BlankNode(f"{prefix}{len(renamed)}"))
