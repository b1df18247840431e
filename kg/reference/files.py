"""Open reference files: the tables that ship with the package, and those of the user.

An embedded table starts with lines that say where it comes from (`Source`), then holds its
content. `kg.reference.make` writes these files, and nobody edits them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import IO

from kg.errors import DataError, UsageError, at


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reference table comes from.

    `date` is a day or a month as the source states it, None where it states none; `digests` are
    pairs of file name and SHA-256 of what the table was made from; `notes` say what was left out.
    """

    title: str
    url: str
    licence: str
    date: str | None = None
    digests: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def to_header(self) -> str:
        """Return the lines that an embedded table starts with; `from_header` reads them."""
        lines = [f"title: {self.title}", f"url: {self.url}", f"licence: {self.licence}"]
        lines += [f"date: {self.date}"] if self.date else []
        lines += [f"sha256: {name} {digest}" for name, digest in self.digests]
        lines += [f"note: {note}" for note in self.notes]
        return "".join(f"# {line}\n" for line in lines)

    @classmethod
    def from_header(cls, header: str) -> Source:
        values: dict[str, list[str]] = {}
        for line in header.splitlines():
            key, _, value = line.removeprefix("# ").partition(": ")
            values.setdefault(key, []).append(value)
        digests = [line.rpartition(" ") for line in values.get("sha256", [])]
        return cls(
            values["title"][0],
            values["url"][0],
            values["licence"][0],
            values.get("date", [None])[0],
            tuple((name, digest) for name, _, digest in digests),
            tuple(values.get("note", [])),
        )


def read_embedded(name: str) -> tuple[Source, str]:
    """Return the source and the content of an embedded table, gunzipped where it is `.gz`."""
    from isal import igzip

    content = (files("kg.reference") / "data" / name).read_bytes()
    text = (igzip.decompress(content) if name.endswith(".gz") else content).decode()
    end = 0
    while text.startswith("# ", end):
        end = text.index("\n", end) + 1
    return Source.from_header(text[:end]), text[end:]


@contextmanager
def open_bytes(path: Path, *, is_raw: bool = False) -> Iterator[IO[bytes]]:
    """Open a user's file, gunzipped where its name ends in `.gz`, unless it is wanted raw.

    What can't be read raises DataError with the file; UsageError where there is no such file.
    """
    from isal import igzip, igzip_lib

    is_packed = path.suffix == ".gz" and not is_raw
    with at(str(path)):
        try:
            with igzip.open(path, "rb") if is_packed else path.open("rb") as file:
                yield file
        except FileNotFoundError:
            raise UsageError("there is no such file") from None
        except (OSError, EOFError, igzip_lib.IsalError) as error:  # type: ignore[misc] # isal ships no hint of it
            raise DataError(f"can't be read: {error}") from error


def read_lines(path: Path) -> list[str]:
    """Return the lines of a user's file without their ends; the first is line 1 of the file."""
    with open_bytes(path) as file:
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise DataError("is not UTF-8", line=line) from error
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def find_digests(paths: Iterable[Path]) -> tuple[tuple[str, str], ...]:
    """Return name and SHA-256 of a user's files, for `Source`.

    Whoever reads a table reads its file again, as does each process of a build: raises UsageError
    where it is a pipe.
    """
    found = []
    for path in paths:
        if path.is_fifo():
            hint = "it is read more than once: save it, then give the file"
            raise UsageError("is a pipe", hint=hint, file=str(path))
        with open_bytes(path, is_raw=True) as file:
            found.append((path.name, sha256(file.read()).hexdigest()))
    return tuple(found)
