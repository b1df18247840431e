"""A part of a graph: some subjects with all their triples, as text that engines read.

Texts are kept as bytes in the syntax that they came in, N-Triples or our own Turtle, and looked
into by patterns: making terms of every triple would take longer than validating them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.terms import RDF_TYPE, Term
from kg.validate.engines import Text
from kg.validate.forms import known_tokens

Known = Mapping[bytes, tuple[bytes, ...]]
"""What is known of things described elsewhere: token, and the known classes that it is of."""

_PAPER = re.compile(r"<[^>]*?/(PMC[1-9][0-9]*)(?![0-9])")
_TYPED = re.compile(rb"^(\S+) %s (\S+) \.$" % re.escape(RDF_TYPE.encode()), re.MULTILINE)
_BLANK = re.compile(rb"^_:|^\S+ \S+ _:", re.MULTILINE)

_TYPED_BLOCK = re.compile(
    rb"\n\n(\S+)(?:\n    (?!a )[^\n]*)*+\n    a ((?:[^\n]+ ,\n        )*[^\n]+) [;.](?=\n)"
)
_BYTES_PER_KNOWN = 500
_KEYED = re.compile(
    rb"\n\n(?:pmc:(PMC[1-9][0-9]*)\n|(?:[a-z]+:|<[^>\s]*?/)(PMC[1-9][0-9]*)(?![0-9])|.)"
)
_LAID_OUT = re.compile(
    rb"(?:"
    rb"\n\n[^\s\\]++"  # a subject, alone in its line
    rb"|\n    (?:    |\S++ )"  # a predicate, or the place of one
    rb'(?:[^"\[_(\s]\S*+|"(?:[^"\\\n]++|\\.)*+"\S*+) [;,.]'  # an IRI or a literal
    rb")*+\n"
)


class NotOursError(Exception):
    """A Turtle file is not laid out as we write it."""


def paper_of(token: Term) -> str | None:
    """Return the paper that an IRI is minted from; None for what papers share.

    >>> paper_of("<https://w3id.org/pfocr/mention/PMC12__f1:gene:SRC:SRC:hgnc_symbol>")
    'PMC12'
    """
    match = _PAPER.match(token)
    return match[1] if match else None


def known_lines(known: Known, tokens: Iterable[bytes]) -> bytes:
    """Return the triples, Turtle and N-Triples alike, that tell what is known of some tokens."""
    kind = RDF_TYPE.encode()
    return b"".join(
        b"%s %s %s .\n" % (token, kind, name) for token in tokens for name in known[token]
    )


@dataclass(frozen=True)
class Part:
    """Some subjects with all their triples, a line a triple (N-Triples)."""

    body: bytes

    @property
    def syntax(self) -> str:
        return "ntriples"

    @property
    def head(self) -> bytes:
        return b""

    @property
    def may_be_another_layout(self) -> bool:
        """Whether an engine that can't read the text has perhaps been given the wrong text."""
        return False

    def check(self) -> None:
        """Raise NotOursError where the text can't be looked into by patterns."""

    @property
    def has_blank_nodes(self) -> bool:
        return _BLANK.search(self.body) is not None

    def subjects(self) -> dict[Term, bytes]:
        """Return the subjects, each with the token that the text has for it."""
        return {token.decode(): token for token in self.subject_tokens()}

    def subject_tokens(self) -> set[bytes]:
        """Return the subjects as the text writes them."""
        return {line.partition(b" ")[0] for line in self.body.split(b"\n") if line}

    def types(self, classes: frozenset[Term]) -> dict[bytes, tuple[bytes, ...]]:
        """Return what its subjects are known as, of some classes."""
        found: dict[bytes, tuple[bytes, ...]] = {}
        names = {name.encode(): token for name, token in known_tokens(classes).items()}
        for subject, name in _TYPED.findall(self.body):
            if name in names:
                found[subject] = (*found.get(subject, ()), names[name])
        return found

    def select(self, tokens: Collection[bytes]) -> Part:
        """Return the part of some subjects."""
        lines = self.body.split(b"\n")
        return Part(b"".join(b"%s\n" % x for x in lines if x and x.partition(b" ")[0] in tokens))

    def select_known(self, tokens: Collection[bytes], classes: frozenset[Term]) -> Known:
        """Return what the other subjects that some subjects refer to are known as."""
        words = set(self.select(tokens).body.split())
        return self.select((words & self.subject_tokens()) - {*tokens}).types(classes)

    def text(self, known: Known, hierarchy: bytes = b"") -> Text:
        """Return the text for engines, with what is known of the objects, own subjects aside.

        Words of literals can look like tokens; to know more than is needed does no harm, and of
        little that is known to look for what is needed takes longer.
        """
        tokens = {*known}
        if len(known) > len(self.body) // _BYTES_PER_KNOWN:
            tokens &= {*self.body.split()}
        told = known_lines(known, tokens - self.subject_tokens() if tokens else ())
        return Text(b"".join((self.head, hierarchy, told, self.body)), self.syntax)

    def as_lines(self) -> Part:
        """Return the same triples as N-Triples."""
        return self


class Header(NamedTuple):
    """The prefix lines that a Turtle file begins with."""

    text: bytes

    def expand(self, tokens: Iterable[bytes]) -> list[Term]:
        """Return the IRIs of tokens of the file; NotOursError for a prefix that it lacks."""
        namespaces = _prefixes(self.text)
        iris = []
        for token in map(bytes.decode, tokens):
            prefix, _, local = token.partition(":")
            if token[0] != "<" and prefix not in namespaces:
                raise NotOursError
            iris.append(token if token[0] == "<" else f"<{namespaces[prefix]}{local}>")
        return iris

    def compress(self, name: Term) -> list[bytes]:
        """Return the tokens that an IRI can be written as."""
        shorter = [
            f"{prefix}:{name[len(namespace) + 1 : -1]}".encode()
            for prefix, namespace in _prefixes(self.text).items()
            if name[1:].startswith(namespace)
        ]
        return [name.encode(), *shorter]


@lru_cache(maxsize=32)
def _prefixes(header: bytes) -> dict[str, str]:
    return dict(re.findall(r"@prefix ([A-Za-z]*): <([^>]*)> \.\n", header.decode()))


@dataclass(frozen=True)
class TurtlePart(Part):
    """Some subjects with all their triples, in Turtle laid out as `kg.write.turtle` does.

    The body is blocks, each of which begins with a line end and an empty line, and a line end.
    """

    header: Header
    is_just_written: bool = False

    @property
    def may_be_another_layout(self) -> bool:
        return not self.is_just_written

    @property
    def syntax(self) -> str:
        return "turtle"

    @property
    def head(self) -> bytes:
        return self.header.text

    @property
    def has_blank_nodes(self) -> bool:
        return False  # the layout has no place for them

    def check(self) -> None:
        """Raise NotOursError unless the layout is ours, and each paper's subjects stand together.

        The pattern sees a line as subject or as predicate and object; an engine that can read
        the text then sees the same.
        """
        if self.is_just_written:
            return
        if not _LAID_OUT.fullmatch(self.body):
            raise NotOursError
        paper = None
        for begun, key in _KEYED.findall(self.body):
            paper = begun or paper
            if key and key != paper:
                raise NotOursError

    def subjects(self) -> dict[Term, bytes]:
        tokens = [*self.subject_tokens()]
        return dict(zip(self.header.expand(tokens), tokens, strict=True))

    def subject_tokens(self) -> set[bytes]:
        return {*self._blocks}

    @cached_property
    def _blocks(self) -> dict[bytes, bytes]:
        """The blocks of each subject."""
        blocks: dict[bytes, bytes] = {}
        for block in self.body[:-1].split(b"\n\n")[1:]:
            token = block[: block.find(b"\n")]
            blocks[token] = b"%s\n\n%s" % (blocks.get(token, b""), block)
        return blocks

    def types(self, classes: frozenset[Term]) -> dict[bytes, tuple[bytes, ...]]:
        names = {
            written: token
            for name, token in known_tokens(classes).items()
            for written in self.header.compress(name)
        }
        found: dict[bytes, tuple[bytes, ...]] = {}
        for subject, kinds in _TYPED_BLOCK.findall(self.body):
            known = (names[kind] for kind in kinds.split() if kind in names)
            found[subject] = (*found.get(subject, ()), *known)
        return found

    def select(self, tokens: Collection[bytes]) -> Part:
        blocks = [self._blocks[token] for token in tokens if token in self._blocks]
        return replace(self, body=b"".join((*blocks, b"\n")))

    def as_lines(self) -> Part:
        triples = ox.parse(self.head + self.body, ox.RdfFormat.TURTLE)
        return Part("".join(f"{quad.triple} .\n" for quad in triples).encode())
