"""Read WikiPathways from a SPARQL endpoint, a pathway at a time.

Decision: not one CONSTRUCT of everything. Public endpoints cut an answer off without a word
(WikiPathways' Virtuoso at 10,000 rows); the subjects of a pathway are asked for first, then what
is said of a few of them at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions, Triple

from kg.store import Endpoint

_PAGE_ROWS = 5_000
_SUBJECTS = 40

_PATHWAYS = """\
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX wp: <http://vocabularies.wikipathways.org/wp#>
SELECT DISTINCT ?subject WHERE { ?subject a wp:Pathway ; dc:title ?title } ORDER BY ?subject"""

_PARTS = """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX wp: <http://vocabularies.wikipathways.org/wp#>
SELECT DISTINCT ?subject WHERE {{ ?subject dcterms:isPartOf {pathway} }} ORDER BY ?subject"""

_DESCRIPTIONS = """\
CONSTRUCT {{ ?subject ?predicate ?object }}
WHERE {{ VALUES ?subject {{ {subjects} }} ?subject ?predicate ?object }}"""

Reader = Callable[[], Iterable[Triple]]


def iter_pathways(url: str) -> Iterator[tuple[str, Reader]]:
    """Yield a name and a reader for each pathway at an endpoint; raise QueryError."""
    endpoint = Endpoint(url)
    for pathway in _subjects(endpoint, _PATHWAYS):
        yield f"{url} {pathway}", _reader(endpoint, pathway)


def _reader(endpoint: Endpoint, pathway: str) -> Reader:
    return lambda: _describe(endpoint, pathway)


def _describe(endpoint: Endpoint, pathway: str) -> Iterator[Triple]:
    """Yield what is said of a pathway and of what is part of it."""
    subjects = [pathway, *_subjects(endpoint, _PARTS.format(pathway=pathway))]
    for start in range(0, len(subjects), _SUBJECTS):
        some = " ".join(subjects[start : start + _SUBJECTS])
        text = _DESCRIPTIONS.format(subjects=some)
        yield from cast("Iterable[Triple]", endpoint.query(text, "description"))


def _subjects(endpoint: Endpoint, text: str) -> Iterator[str]:
    """Yield the IRIs of `?subject`, asked for a page at a time; blank nodes can't be asked for."""
    start = 0
    while True:
        page = f"{text} LIMIT {_PAGE_ROWS} OFFSET {start}"
        rows = [row["subject"] for row in cast("QuerySolutions", endpoint.query(page, "subjects"))]
        yield from (str(term) for term in rows if isinstance(term, NamedNode))
        if len(rows) < _PAGE_ROWS:
            return
        start += _PAGE_ROWS
