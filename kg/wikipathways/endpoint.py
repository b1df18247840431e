"""Read WikiPathways from a SPARQL endpoint, a pathway at a time.

Decision: not one CONSTRUCT of everything. Public endpoints cut an answer off without a word
(WikiPathways' Virtuoso at 10,000 rows). The subjects of a pathway are asked for in pages until a
page is empty, then what is said of some of them at a time, and how much it has to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from kg.errors import DataError
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
SELECT DISTINCT ?subject
WHERE {{ ?subject dcterms:isPartOf {pathway} . FILTER (!isBlank(?subject)) }}
ORDER BY ?subject"""

_DESCRIPTIONS = """\
CONSTRUCT {{ ?subject ?predicate ?object }}
WHERE {{ VALUES ?subject {{ {subjects} }} ?subject ?predicate ?object }}"""

_COUNT = """\
SELECT (COUNT(*) AS ?count) WHERE {{
  SELECT DISTINCT ?subject ?predicate ?object
  WHERE {{ VALUES ?subject {{ {subjects} }} ?subject ?predicate ?object }}
}}"""

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
        yield from _describe_some(endpoint, subjects[start : start + _SUBJECTS])


def _describe_some(endpoint: Endpoint, subjects: Sequence[str]) -> Iterator[Triple]:
    """Yield all that is said of subjects; ask for half where the answer was cut off."""
    shown = " ".join(subjects)
    text = _DESCRIPTIONS.format(subjects=shown)
    triples = dict.fromkeys(cast("Iterable[Triple]", endpoint.query(text, "descriptions")))
    (counted,) = cast("QuerySolutions", endpoint.query(_COUNT.format(subjects=shown), "count"))
    if len(triples) >= int(cast("Literal", counted["count"]).value):
        yield from triples
    elif len(subjects) > 1:
        half = len(subjects) // 2
        yield from _describe_some(endpoint, subjects[:half])
        yield from _describe_some(endpoint, subjects[half:])
    else:
        message = f"cuts its answers off: {len(triples)} triples came of {subjects[0]}, not all"
        raise DataError(message, file=endpoint.url, hint="take WikiPathways' RDF zip instead")


def _subjects(endpoint: Endpoint, text: str) -> Iterator[str]:
    """Yield the IRIs of `?subject`, a page at a time; blank nodes can't be asked for."""
    start = 0
    while True:
        page = f"{text} LIMIT {_PAGE_ROWS} OFFSET {start}"
        rows = [row["subject"] for row in cast("QuerySolutions", endpoint.query(page, "subjects"))]
        yield from (str(term) for term in rows if isinstance(term, NamedNode))
        if not rows:
            return
        start += len(rows)
