"""Media types, and which of them a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SOLUTIONS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
TRIPLES = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}
HTML = "text/html"
_SYNONYMS = {
    "application/json": SOLUTIONS["json"],
    "application/xml": SOLUTIONS["xml"],
    "text/xml": SOLUTIONS["xml"],
    "application/x-turtle": TRIPLES["turtle"],
    "text/plain": TRIPLES["ntriples"],
}
_SHORT = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "json-ld": "jsonld"}


class _Range(NamedTuple):
    kind: str
    quality: float

    def matches(self, media_type: str) -> bool:
        known = _SYNONYMS.get(self.kind, self.kind)
        if known in ("*/*", media_type) or self.kind == media_type:
            return True
        return known.endswith("/*") and media_type.startswith(known[:-1])

    @property
    def precision(self) -> int:
        return 0 if self.kind == "*/*" else 1 if self.kind.endswith("/*") else 2


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return what a client likes best of what is offered, None where it likes nothing.

    Where it likes several alike, the first of them; without a wish, the first of all.

    >>> choose_media_type("text/csv;q=0.5, application/json", list(SOLUTIONS.values()))
    'application/sparql-results+json'
    """
    ranges = [_parse(part) for part in (accept or "*/*").split(",") if part.strip()]
    liked = {media_type: _quality(media_type, ranges) for media_type in offered}
    best = max(liked, key=lambda media_type: liked[media_type])
    return best if liked[best] > 0 else None


def named_format(name: str) -> str | None:
    """Return the media type that `?format=` names, by name, extension or media type."""
    known = {**SOLUTIONS, **TRIPLES, "html": HTML}
    if name in known.values():
        return name
    return known.get(_SHORT.get(name, name))


def _parse(part: str) -> _Range:
    kind, *parameters = (piece.strip() for piece in part.lower().split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return _Range(kind, quality)


def _quality(media_type: str, ranges: Sequence[_Range]) -> float:
    """Return the quality of a media type: the most precise range that matches decides."""
    matching = [found for found in ranges if found.matches(media_type)]
    return max(matching, key=lambda found: found.precision).quality if matching else 0.0
