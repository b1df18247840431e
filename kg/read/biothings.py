"""Read the BioThings dump: the same figures, one JSON object a line, without words.

A line has `_id`, the figid, and `associatedWith`: title, pmc, pfocrUrl, figureUrl and `mentions`,
lists of identifiers. The dump comes in three flavours, one a file, which say how strictly genes
were matched; the object itself does not tell, so the name of the file or the user must. Dumps of
before 2023 end an `_id` in `.jpg`.

Decision: an object becomes a `RawPage` whose fields have the names that pages use, and lists that
pages do not have keep their path in the object. One checker then serves both forms.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from kg.errors import DataError, Problem, UsageError
from kg.read.tables import decode

FLAVOURS = ("strict", "synonyms", "all")
"""From the fewest genes to the most; each has those of the one before."""

MENTIONS = "associatedWith.mentions"
LISTS = ("genes.ncbigene", "chemicals.mesh", "chemicals.chebi", "diseases.mesh", "diseases.doid")
NAMES = {
    "figid": "_id",
    "pmcid": "associatedWith.pmc",
    "figtitle": "associatedWith.title",
    "filename": "associatedWith.figureUrl",
}
"""What the dump calls the fields of a page."""

_EXTENSIONS = (".ndjson", ".jsonl")
_NAME = re.compile(r"(\w+):([0-9]+):([0-9]+):([0-9]+)")
_ID = re.compile(rb'"_id"\s*:\s*"([^"\\]+)"')
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|tiff?)$", re.IGNORECASE)
_ONE_A_LINE = "a dump has one JSON object a line"


def is_dump(path: str) -> bool:
    return path.removesuffix(".gz").endswith(_EXTENSIONS)


def flavour_of(path: str, flavour: str | None = None) -> str:
    """Return the flavour of a dump: the one given, else the one that is a word of its file name.

    >>> flavour_of("bte_chemicals_diseases_genes_all.ndjson.gz")
    'all'
    """
    if flavour is not None and flavour not in FLAVOURS:
        raise UsageError(f"{flavour!r} is not a flavour", hint=f"known: {', '.join(FLAVOURS)}")
    words = set(re.split(r"[^a-z]+", os.path.basename(path).lower()))
    found = [known for known in FLAVOURS if known in words]
    if flavour is None and len(found) != 1:
        raise UsageError(
            f"the flavour of {path!r} can't be told from its name",
            hint=f"add --flavour {'|'.join(FLAVOURS)}, or rename it, for example pfocr_all.ndjson",
        )
    return flavour or found[0]


class Dump:
    """A plain dump as a container; the name of an entry is `flavour:line:offset:length`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def names(self) -> Iterable[str]:
        """Nothing: an entry's name needs a flavour; see `entries`."""
        return ()

    def entries(self, flavour: str) -> Iterator[tuple[str, str]]:
        """Yield name and expected figid of each line; the lines are not parsed."""
        offset = 0
        with open(self._path, "rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.isspace():
                    found = _ID.search(line)
                    key = found[1].decode("utf-8", "replace") if found else ""
                    yield f"{flavour}:{number}:{offset}:{len(line)}", _IMAGE.sub("", key)
                offset += len(line)

    def read(self, name: str) -> bytes | None:
        """Return flavour, line number and line, with tabs between; None for any other file."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        flavour, line, offset, length = found.groups()
        with open(self._path, "rb", buffering=0) as file:
            file.seek(int(offset))
            return f"{flavour}\t{line}\t".encode() + file.read(int(length))


class RawEntry(NamedTuple):
    """An object of the dump: its fields by the names that pages use, its problems."""

    flavour: str
    line: int
    fields: dict[str, Any]
    problems: list[Problem]


def parse_entry(file: str, content: bytes) -> RawEntry:
    """Parse what `Dump.read` returns; raise DataError, with the line, for what is no entry.

    Numbers become texts as they stand, so that every scalar is text as in a page.
    """
    flavour, number, text = content.split(b"\t", 2)
    line = int(number)
    try:
        entry = json.loads(decode(text), parse_int=str, parse_float=str, parse_constant=str)
        if b"\\ud" in text.lower():
            json.dumps(entry, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except DataError as error:
        raise DataError(error.problem.message, line=line, hint=error.problem.hint) from None
    except UnicodeEncodeError:
        raise DataError("holds half a surrogate pair", line=line, hint="write UTF-8") from None
    except (ValueError, RecursionError) as error:
        shown = text.decode().strip()
        told = getattr(error, "msg", "nested too deeply")
        raise DataError(f"is not JSON: {told}", line=line, value=shown, hint=_ONE_A_LINE) from None
    if not isinstance(entry, dict):
        shown = text.decode().strip()
        raise DataError("is not an object", line=line, value=shown, hint=_ONE_A_LINE)
    return _Entry(file, line, entry).read(flavour.decode())


def _show(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Entry:
    """Collects fields and problems of one object."""

    def __init__(self, file: str, line: int, entry: dict[str, Any]) -> None:
        self._file = file
        self._line = line
        self._entry = entry
        self._problems: list[Problem] = []

    def read(self, flavour: str) -> RawEntry:
        figid = self._entry.get("_id")
        if not isinstance(figid, str):
            hint = 'for example "_id": "PMC100003__mb2410470011"'
            raise DataError("the object has no _id that is a text", line=self._line, hint=hint)
        about = self._object("associatedWith", self._entry)
        figid = self._figid(figid, about.get("pfocrUrl"))
        fields: dict[str, Any] = {"figid": figid}
        stem, mark, _ = figid.partition("__")
        fields["pmcid"] = about.get("pmc") or (stem if mark else None)
        fields["figtitle"] = about.get("title")
        fields["filename"] = _last_segment(about.get("figureUrl"))
        mentions = self._object(MENTIONS, about)
        for path in LISTS:
            kind, _, authority = path.partition(".")
            found = self._object(f"{MENTIONS}.{kind}", mentions).get(authority)
            fields[f"{MENTIONS}.{path}"] = found if isinstance(found, list | None) else [found]
        problems = list(dict.fromkeys(self._problems))
        return RawEntry(flavour, self._line, fields, problems)

    def _object(self, path: str, parent: dict[str, Any]) -> dict[str, Any]:
        """Return an object inside another, empty where it is missing or not an object."""
        value = parent.get(path.rpartition(".")[2])
        if isinstance(value, dict):
            return value
        if value is not None:
            self._report(path, _show(value), "is not an object", "write it in braces", "table")
        return {}

    def _figid(self, figid: str, page: Any) -> str:
        """Return the figid without the extension of its image; check it against the page's."""
        named = _last_segment(page)
        said = named.removesuffix(".html") if isinstance(named, str) else None
        if said == figid:
            return figid
        figid = _IMAGE.sub("", figid)
        if said not in (None, figid):
            hint = f"the _id says {figid}, and so does the graph"
            self._report("associatedWith.pfocrUrl", page, "is not the page of the figure", hint)
        return figid

    def _report(self, field: str, value: str, message: str, hint: str, lost: Any = "field") -> None:
        problem = Problem(message, hint, self._file, self._line, field, value, lost)
        self._problems.append(problem)


def _last_segment(address: Any) -> Any:
    """Return the last segment of an address, what is no text unchanged.

    >>> _last_segment("https://example.org/bin/mb%20f1.jpg")
    'mb f1.jpg'
    """
    if not isinstance(address, str):
        return address
    return unquote(address.partition("?")[0].rpartition("/")[2])
