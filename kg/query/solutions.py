"""Run a query, and the solutions that come of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import QueryBoolean, QuerySolutions, Triple

from kg.errors import QueryError
from kg.query.named import Query
from kg.store import Store
from kg.terms import Term, is_iri, split_literal

Row = tuple[Term | None, ...]
"""The terms of a solution in the order of the variables; None where a variable is unbound."""


class Solutions:
    """The solutions of a SELECT: `variables`, and rows when iterated, once and lazily."""

    def __init__(self, answer: QuerySolutions) -> None:
        self.answer = answer
        self.variables = tuple(variable.value for variable in answer.variables)

    def __iter__(self) -> Iterator[Row]:
        try:
            for solution in self.answer:
                yield tuple([None if term is None else str(term) for term in solution])
        except (OSError, RuntimeError, SyntaxError) as error:
            raise QueryError(f"the answer broke off: {error}") from None


Result = Solutions | bool | Iterable[Triple]
"""Solutions of a SELECT, the truth of an ASK, triples of a CONSTRUCT or DESCRIBE."""


def run_query(store: Store, query: Query, values: Mapping[str, str] | None = None) -> Result:
    """Bind the values of a query's parameters, and put it to a store."""
    answer = store.query(query.bind(values), query.name)
    if isinstance(answer, QuerySolutions):
        return Solutions(answer)
    return bool(answer) if isinstance(answer, QueryBoolean) else answer


def select(store: Store, query: Query, values: Mapping[str, str] | None = None) -> Solutions:
    """Run a SELECT query; raise QueryError for one of another form."""
    result = run_query(store, query, values)
    if not isinstance(result, Solutions):
        raise QueryError("is no SELECT query", file=query.name)
    return result


def text_of(term: Term | None) -> str:
    """Return what a person reads of a term: an IRI bare, the text of a literal; unbound, nothing.

    >>> text_of('"Wnt"@en'), text_of("<https://schema.org/Gene>"), text_of(None)
    ('Wnt', 'https://schema.org/Gene', '')
    """
    if term is None:
        return ""
    if is_iri(term):
        return term[1:-1]
    return split_literal(term).text if term[0] == '"' else term
