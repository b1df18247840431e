"""What the pages show, as queries to the store, and their solutions as plain values."""

from __future__ import annotations

import json
import time
from functools import cache
from importlib.resources import files
from typing import Any

from kg.query import Query, parse_query
from kg.server.description import CLASS_QUERY, DATASET_QUERY
from kg.server.formats import SOLUTIONS
from kg.server.pool import Pool
from kg.server.worker import Task
from kg.terms import PREFIXES

Row = dict[str, str]
_KEPT_S = 600.0
_ROWS = 5000


@cache
def page_query(name: str) -> Query:
    """Return a query of the pages by its name; they lie in `queries/` beside this module."""
    text = (files(__package__) / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    header, _, body = text.partition("\n\n")
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return parse_query(f"{header}\n\n{prefixes}{body}", name)


class Lookup:
    """Answers the pages' queries, and keeps the counts of the whole for ten minutes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._kept: dict[str, tuple[float, dict[str, int]]] = {}

    async def rows(self, name: str, **values: str) -> list[Row]:
        """Return the solutions of one of the pages' queries."""
        return await self._rows(page_query(name).bind(values))

    async def row(self, name: str, **values: str) -> Row | None:
        """Return the first solution, None where there is none."""
        found = await self.rows(name, **values)
        return found[0] if found else None

    async def graphs(self) -> dict[str, int]:
        return await self._counts(DATASET_QUERY, "g")

    async def classes(self) -> dict[str, int]:
        return await self._counts(CLASS_QUERY, "class")

    async def shown(self) -> dict[str, int]:
        """Return how many figures and papers there are, and genes and families that they show."""
        return await self._counts(page_query("shown").bind({}), "kind")

    async def triples(self, name: str, media_type: str, rows: int, **values: str) -> bytes:
        """Return the answer to a CONSTRUCT of the pages as a document."""
        task = Task(page_query(name).bind(values), None, media_type, rows)
        return (await self._pool.run(task)).content

    async def _counts(self, text: str, name: str) -> dict[str, int]:
        made, counts = self._kept.get(text, (0.0, {}))
        if not counts or time.monotonic() - made > _KEPT_S:
            counts = {row[name]: int(row["n"]) for row in await self._rows(text) if name in row}
            self._kept[text] = time.monotonic(), counts
        return counts

    async def _rows(self, text: str) -> list[Row]:
        outcome = await self._pool.run(Task(text, SOLUTIONS["json"], None, _ROWS))
        bindings: list[dict[str, Any]] = json.loads(outcome.content)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]
