"""What every store offers, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, Protocol, cast

from pyoxigraph import QueryBoolean, QuerySolutions, Triple

Answer = QuerySolutions | QueryBoolean | Iterable[Triple]
"""Solutions of a SELECT, the truth of an ASK, triples of a CONSTRUCT or DESCRIBE."""

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_TOKEN = re.compile(
    r"""
    \#[^\n\r]* | <[^\s<>]*>                              # comment, IRI
    | '{3}(?:[^\\]|\\.)*?'{3} | "{3}(?:[^\\]|\\.)*?"{3}    # long strings
    | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"        # strings
    | [?$:@]\w+ | \w[\w.-]*:                             # variable, local name, prefix
    | (?P<form>\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


class Store(Protocol):
    """Answers SPARQL queries."""

    def query(self, text: str, name: str = "query") -> Answer:
        """Answer a query; `name` is how errors call it. Raises QueryError."""


def query_form(text: str) -> Form | None:
    """Return which of the four forms a query has, None if it has none.

    >>> query_form("PREFIX select: <http://ask/describe> ASK {}")
    'ASK'
    """
    for match in _TOKEN.finditer(text):
        if match["form"]:
            return cast("Form", match["form"].upper())
    return None
