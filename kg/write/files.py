"""Put outputs into place: named by `-o`, compressed by `.gz`, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, cast

from isal import igzip

from kg.errors import UsageError, WriteError
from kg.remote import is_url, open_filesystem
from kg.terms import Term
from kg.write.formats import FORMATS, Writer, format_of, get_writer

_EMPTY_TIME = 0


@dataclass(frozen=True, slots=True)
class Output:
    """One target of a build: path (`-` is stdout, `…/` a folder of parts), format, graph."""

    path: str
    format: str
    graph: Term | None = None

    @property
    def is_compressed(self) -> bool:
        return self.path.endswith(".gz") or self.is_parts

    @property
    def is_parts(self) -> bool:
        """Whether the target is a folder, to which a document a job is written, gzipped."""
        return self.path.endswith("/")

    def writer(self) -> Writer:
        return get_writer(self.format, self.graph)


def parse_output(path: str, format: str | None = None, graph: Term | None = None) -> Output:
    """Return the output that `-o PATH`, `--format` and `--graph` mean.

    The format is taken from the extension, else from `format`. A graph given for several
    outputs goes into those that can name one. Raises UsageError where no format can be told.
    """
    name = format_of(path) if path != "-" else None
    name = name or format
    if name is None:
        known = ", ".join(form.extension for form in FORMATS.values())
        raise UsageError(
            f"the format of {path!r} can't be told from its name",
            hint=f"add --format {'|'.join(FORMATS)}, or use {known} (and .gz)",
        )
    if name not in FORMATS:
        raise UsageError(f"{name!r} is not a format", hint=f"known: {', '.join(FORMATS)}")
    return Output(path, name, graph if FORMATS[name].has_graphs else None)


def compress_block(content: bytes, is_compressed: bool) -> bytes:
    """Return a block as an output has it: a gzip member of its own (RFC 1952, 2.2), or as it is.

    Members carry no time and no name: the same block gives the same bytes.
    """
    return igzip.compress(content, 2, mtime=_EMPTY_TIME) if is_compressed else content


@contextmanager
def open_target(path: str) -> Iterator[IO[bytes]]:
    """Open a temporary file beside the target; rename it when the body ends without error.

    `-` is stdout, to which the finished file is copied, as it is to a device or a pipe; to a URL
    it is sent as a whole. On any error, Ctrl-C included, nothing is left, and what stood at the
    target before is untouched. Raises WriteError for a target that can't be written.
    """
    is_elsewhere = path == "-" or is_url(path) or _is_stream(path)
    folder = tempfile.gettempdir() if is_elsewhere else os.path.dirname(path) or "."
    name = os.path.basename(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=path) from None
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as target:
            yield target
        if path == "-":
            _copy(temporary, sys.stdout.buffer)
        elif _is_stream(path):
            with open(path, "wb") as stream:
                _copy(temporary, stream)
        elif is_url(path):
            filesystem, inner = open_filesystem(path)
            filesystem.put_file(temporary, inner)
        else:
            _put_in_place(temporary, path)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror or error}", file=path) from None
    finally:
        with suppress(OSError):
            os.unlink(temporary)


@contextmanager
def open_compressed(path: str) -> Iterator[IO[bytes]]:
    """Open a target as `open_target` does; what goes into one named `.gz` is compressed."""
    with open_target(path) as target:
        if not path.endswith(".gz"):
            yield target
            return
        with igzip.IGzipFile("", "wb", 2, target, mtime=_EMPTY_TIME) as packed:
            yield cast("IO[bytes]", packed)


def _is_stream(path: str) -> bool:
    """Whether a target is a device or a pipe, which a file must not replace."""
    return os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path))


def _copy(temporary: str, target: IO[bytes]) -> None:
    with open(temporary, "rb") as finished:
        shutil.copyfileobj(finished, target)
    target.flush()


def _put_in_place(temporary: str, path: str) -> None:
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(temporary, 0o666 & ~umask)
    os.replace(temporary, path)


class BlockFile:
    """A document that is written block by block: header, blocks with separators, footer."""

    def __init__(self, target: IO[bytes], output: Output) -> None:
        self._target = target
        self._is_compressed = output.is_compressed
        self._writer = output.writer()
        self._is_empty = True
        self._write(self._writer.header)

    def add(self, block: bytes) -> None:
        """Write a block that `compress_block` has made; an empty one is passed over."""
        if block:
            if not self._is_empty:
                self._write(self._writer.separator)
            self._target.write(block)
            self._is_empty = False

    def finish(self) -> None:
        self._write(self._writer.footer)
        if self._is_compressed and self._target.tell() == 0:
            self._target.write(compress_block(b"", is_compressed=True))

    def _write(self, text: str) -> None:
        if text:
            self._target.write(compress_block(text.encode(), self._is_compressed))


@contextmanager
def open_output(output: Output) -> Iterator[BlockFile]:
    """Open a document; header and footer are written, and it appears when the body ends."""
    with open_target(output.path) as target:
        blocks = BlockFile(target, output)
        yield blocks
        blocks.finish()
