"""Split files into parts that can be validated one by one, as if they were the whole.

In each part every subject has all its triples, and what subjects of one paper say of each other
stands in one part; of everything that papers share, the classes are known to all parts.

Two ways. Turtle in our own layout is cut between papers, and only looked at by patterns: of
16 million triples this takes seconds. Anything else, a union of files that say things of the same
papers included, is parsed and dealt out by paper into files in a temporary folder; this takes
minutes, and some 30 bytes of disk a triple.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, cast
from zlib import crc32

import pyoxigraph as ox
from isal import igzip

from kg.errors import DataError
from kg.rdf import iter_quads, open_rdf
from kg.terms import PREFIXES, RDF_TYPE, Term
from kg.validate.forms import known_tokens
from kg.validate.parts import Header, Known, NotOursError, Part, TurtlePart, paper_of
from kg.validate.shapes import Shapes
from kg.validate.vocabulary import SUBCLASS_OF

PART_BYTES = 8 << 20
"""How much text a part has, some 150,000 triples of Turtle."""

BASE = "urn:kg:base:"
"""What relative IRIs are relative to: they are told by the shapes, and not malformed."""

_LONGEST_PAPER = 4  # times PART_BYTES
_FILES = 64
_LINE_BYTES = 160
_HEADER = re.compile(rb"(?:@prefix [A-Za-z]*: <[^>\n]*> \.\n)+(?=\n\S|\Z)")
_HEADER_BYTES = 1 << 14
_LOCAL = ("pmc", "figure", "mention", "recount", "organism", "tag")
_SHARED = re.compile(rb"\n\n(?!(?:[a-z]+:|<[^>\s]*?/)PMC[1-9])(\S+)((?:\n    [^\n]*)*)")
_PAPER_BLOCK = re.compile(rb"\n\n(pmc:PMC[1-9][0-9]*)\n")
_PAPER_START = b"\n\npmc:PMC"


@dataclass(slots=True)
class Split:
    """Parts, what is known of the shared entities, and the number of subjects.

    The parts of our own Turtle are checked as they are validated: NotOursError then says that
    the files have to be split the other way.
    """

    parts: Iterable[Part]
    known: Known = field(default_factory=dict)
    subjects: int = 0


def split_whole(paths: Sequence[str]) -> Split:
    """Return everything as one part, for shapes that look further than a part."""
    return _whole([*_lines(paths)])


def _whole(lines: Sequence[tuple[Term, str]]) -> Split:
    subjects = {subject for subject, _ in lines}
    return Split([Part("".join(line for _, line in lines).encode())], {}, len(subjects))


# Turtle in our own layout


def split_turtle(paths: Sequence[str], shapes: Shapes, part_bytes: int = PART_BYTES) -> Split:
    """Cut our own Turtle between papers; raise NotOursError where that can't be done.

    The files are read through once for what is shared, and again as the parts are used.
    """
    header: Header | None = None
    papers: set[bytes] = set()
    shared: dict[bytes, list[bytes]] = {}
    subjects = 0
    for path in paths:
        for found, body in _bodies(path, part_bytes):
            if header is not None and header != found:
                raise NotOursError
            header = found
            begun = _PAPER_BLOCK.findall(body)
            before = len(papers)
            papers.update(begun)
            if len(papers) != before + len(begun):
                raise NotOursError
            if b"subClassOf" in body:
                raise NotOursError  # classes of classes are for the other way to tell
            subjects += body.count(b"\n\n")
            for match in _SHARED.finditer(body):
                shared.setdefault(match[1], []).append(match[0])
    if header is None:
        raise NotOursError
    known: dict[bytes, tuple[bytes, ...]] = {}
    for part in _shared_parts(shared, header, part_bytes):
        known.update(part.types(shapes.classes))
    known = {token: kinds for token, kinds in known.items() if kinds}
    local = _local_parts(paths, part_bytes)
    return Split(chain(local, _shared_parts(shared, header, part_bytes)), known, subjects)


def _local_parts(paths: Sequence[str], part_bytes: int) -> Iterator[TurtlePart]:
    for path in paths:
        for header, body in _bodies(path, part_bytes):
            local = _SHARED.sub(b"", body) if _SHARED.search(body) else body
            if len(local) > 1:
                yield TurtlePart(local, header)


def _shared_parts(
    shared: dict[bytes, list[bytes]], header: Header, part_bytes: int
) -> Iterator[TurtlePart]:
    """Yield the shared entities; blocks of one subject from several files stay together."""
    blocks: list[bytes] = []
    size = 0
    for some in shared.values():
        blocks += some
        size += sum(map(len, some))
        if size > part_bytes:
            yield TurtlePart(b"".join((*blocks, b"\n")), header)
            blocks, size = [], 0
    if blocks:
        yield TurtlePart(b"".join((*blocks, b"\n")), header)


def _bodies(path: str, part_bytes: int) -> Iterator[tuple[Header, bytes]]:
    """Yield the blocks of a file in runs of some size, cut where a paper begins."""
    if not path.removesuffix(".gz").endswith(".ttl"):
        raise NotOursError
    with open_rdf(path) as file:
        rest = file.read(_HEADER_BYTES)
        match = _HEADER.match(rest)
        header = Header(match[0]) if match else None
        if match is None or header is None or not _has_our_prefixes(header):
            raise NotOursError
        rest = b"\n" + rest[match.end() :]
        while piece := file.read(part_bytes):
            rest += piece
            cut = rest.rfind(_PAPER_START)
            if cut <= 0 and len(rest) > part_bytes * _LONGEST_PAPER:
                cut = rest.rfind(b"\n\n")
            if cut > 0:
                yield header, rest[:cut] + b"\n"
                rest = rest[cut:]
        if rest.strip():
            yield header, rest


def _has_our_prefixes(header: Header) -> bool:
    return all(f"{name}:".encode() in header.compress(f"<{PREFIXES[name]}>") for name in _LOCAL)


# Any RDF


def split_triples(
    paths: Sequence[str], shapes: Shapes, folder: str, part_bytes: int = PART_BYTES
) -> Split:
    """Parse any RDF and deal it out by paper; `folder` takes what is too much for one part.

    Data that have classes of classes (rdfs:subClassOf) are not dealt out.
    """
    lines = _lines(paths)
    first = [*islice(lines, part_bytes // _LINE_BYTES)]
    if len(first) < part_bytes // _LINE_BYTES:
        return _whole(first)
    names = known_tokens(shapes.classes)
    known: dict[bytes, tuple[bytes, ...]] = {}
    subjects = 0
    previous = ""
    with ExitStack() as stack:
        files = [
            cast("IO[bytes]", stack.enter_context(igzip.open(_place(folder, n), "wb", 0)))
            for n in range(_FILES)
        ]
        for subject, line in chain(first, lines):
            if subject != previous:
                subjects += 1
                previous = subject
                paper = paper_of(subject)
                file = files[crc32((paper or subject).encode()) % _FILES]
            if line.startswith(SUBCLASS_OF, len(subject) + 1):
                return split_whole(paths)
            file.write(line.encode())
            if paper is None:
                name = _class_said(subject, line)
                if name in names:
                    token = subject.encode()
                    known[token] = (*known.get(token, ()), names[name])
    return Split(_dealt(folder, part_bytes), known, subjects)


def _place(folder: str, number: int) -> str:
    return os.path.join(folder, f"{number}.nt.gz")


def _dealt(folder: str, part_bytes: int) -> Iterator[Part]:
    """Yield what was dealt out; small files together, since each part has its costs."""
    waiting: list[bytes] = []
    for number in range(_FILES):
        with igzip.open(_place(folder, number), "rb") as file:
            waiting.append(file.read())
        if sum(map(len, waiting)) > part_bytes:
            yield Part(b"".join(waiting))
            waiting.clear()
    if any(waiting):
        yield Part(b"".join(waiting))


def _class_said(subject: Term, line: str) -> Term | None:
    start = len(subject) + 1
    if not line.startswith(RDF_TYPE, start):
        return None
    return line[start + len(RDF_TYPE) + 1 : -3]


def _lines(paths: Sequence[str]) -> Iterator[tuple[Term, str]]:
    """Yield subject and line of each triple; blank nodes are named by file and appearance."""
    for number, path in enumerate(paths):
        names: dict[str, str] = {}
        for quad in iter_quads(path, BASE):
            if isinstance(quad.object, ox.Triple):
                message, hint = "is a triple term, which SHACL 1.0 does not know", "leave it out"
                raise DataError(message, file=path, value=str(quad.object), hint=hint)
            subject, triple = str(quad.subject), str(quad.triple)
            if "_:" in triple:
                subject, triple = _name_blank_nodes(quad, number, names)
            yield subject, f"{triple} .\n"


def _name_blank_nodes(quad: ox.Quad, number: int, names: dict[str, str]) -> tuple[Term, str]:
    """Return subject and triple with blank nodes named by file and order of appearance."""

    def name(term: object) -> str:
        if not isinstance(term, ox.BlankNode):
            return str(term)
        return names.setdefault(term.value, f"_:f{number}b{len(names)}")

    subject = name(quad.subject)
    return subject, f"{subject} {quad.predicate} {name(quad.object)}"
