"""Load into a triplestore by SPARQL 1.1 Graph Store Protocol, Update and Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/, https://www.w3.org/TR/sparql11-update/

A graph is loaded in chunks into a graph of its own, the *staging graph*, counted there, and then
moved into place by one update, so that whoever queries sees the old graph or the new one. Each
chunk carries a triple that names it; after an interruption those that are there are not sent
again. A chunk sent twice does no harm: triples with blank nodes travel apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol
from urllib.parse import quote, urlencode

from kg.errors import UsageError, WriteError
from kg.store.chunks import Gathered
from kg.store.http import Client, PassingError
from kg.store.web import check_url
from kg.terms import Term, integer, iri

CHUNK_TRIPLES = 50_000
_CHUNK = iri("urn:kg:chunk")
_BLANK = -1
"""The number of the chunk with blank nodes."""
_RESULTS = {"Accept": "application/sparql-results+json"}
_TRIPLES = {"Content-Type": "application/n-triples"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Mode = Literal["replace", "append"]
Progress = Callable[[int, int], None]


class Urls(NamedTuple):
    """Where a triplestore takes graphs (Graph Store Protocol), updates and queries."""

    graphs: str
    update: str
    query: str


_LAYOUTS = (
    (r"(.*)/store", "update", "query"),  # Oxigraph
    (r"(.*)/data", "update", "sparql"),  # Fuseki
    (r"(.*)/rdf-graphs/service", "statements", ""),  # RDF4J, GraphDB
    (r"(.*)/sparql-graph-crud(?:-auth)?", "sparql-auth", "sparql-auth"),  # Virtuoso
)


def find_urls(url: str, update: str | None = None, query: str | None = None) -> Urls:
    """Return the three URLs of a triplestore from that of its Graph Store Protocol.

    The other two are known for the layouts of well-known programs; otherwise UsageError is raised.

    >>> find_urls("http://localhost:3030/pfocr/data").update
    'http://localhost:3030/pfocr/update'
    """
    check_url(url)
    for pattern, update_name, query_name in _LAYOUTS:
        match = re.fullmatch(pattern, url)
        if match is not None:
            update = update or f"{match[1]}/{update_name}"
            query = query or f"{match[1]}/{query_name}".rstrip("/")
    if update is None or query is None:
        raise UsageError(
            f"{url!r} does not tell where updates and queries go",
            hint="add --update-url URL and --query-url URL",
        )
    return Urls(url, check_url(update), check_url(query))


class Target(Protocol):
    """What data can be loaded into, graph by graph."""

    def load(
        self,
        data: Gathered,
        graph: Term,
        *,
        mode: Mode = "replace",
        progress: Progress | None = None,
    ) -> int:
        """Load one graph of the data; return how many triples it has at the target then."""


@dataclass(frozen=True, slots=True)
class Triplestore:
    """A triplestore that takes graphs, updates and queries at three URLs."""

    urls: Urls
    client: Client
    chunk_triples: int = CHUNK_TRIPLES

    def load(
        self,
        data: Gathered,
        graph: Term,
        *,
        mode: Mode = "replace",
        progress: Progress | None = None,
    ) -> int:
        """Load one graph of the data; return how many triples it has at the triplestore then.

        `progress` is told triples sent and triples in all. Raises WriteError where the
        triplestore fails; the graph is then as it was.
        """
        staging = staging_graph(data, graph, self.chunk_triples)
        self._send_chunks(data, graph, staging, progress)
        self._expect(data.graphs[graph], staging)
        self._update(f"DELETE WHERE {{ GRAPH {staging} {{ {staging} {_CHUNK} ?n }} }}")
        if mode == "append":
            return self._append(staging, graph)
        self._move(staging, graph, data.graphs[graph])
        return self._expect(data.graphs[graph], graph)

    def _send_chunks(
        self, data: Gathered, graph: Term, staging: Term, progress: Progress | None
    ) -> None:
        size = self.chunk_triples
        sent = {
            int(row["n"])
            for row in self._select(
                f"SELECT ?n WHERE {{ GRAPH {staging} {{ {staging} {_CHUNK} ?n }} }}"
            )
        }
        for number, chunk in enumerate(data.iter_chunks(graph, size)):
            if number not in sent:
                named = f"{staging} {_CHUNK} {integer(number)} .\n".encode()
                self.client.send("POST", self._url(staging), _TRIPLES, named + chunk)
            if progress is not None:
                total = data.graphs[graph]
                progress(min((number + 1) * size, total), total)
        blank = data.blank_chunk(graph)
        if blank and _BLANK not in sent:
            self._send_blank(blank, staging)

    def _send_blank(self, chunk: bytes, staging: Term) -> None:
        """Send the triples with blank nodes, which would come twice if they were sent twice.

        They replace the content of a graph of their own, however often, and are added from there.
        """
        own = iri(f"{staging[1:-1]}:blank")
        self.client.send("PUT", self._url(own), _TRIPLES, chunk)
        self._update(f"ADD GRAPH {own} TO GRAPH {staging}")
        self._update(
            f"INSERT DATA {{ GRAPH {staging} {{ {staging} {_CHUNK} {integer(_BLANK)} }} }}"
        )
        self._update(f"DROP SILENT GRAPH {own}")

    def _url(self, graph: Term) -> str:
        return f"{self.urls.graphs}?graph={quote(graph[1:-1], safe='')}"

    def _move(self, staging: Term, graph: Term, expected: int) -> None:
        """Move a graph into another's place.

        A move whose answer was lost may still be done: sent again, it would find the staging
        graph gone, and empty the graph. So it is sent once, and then waited for.
        """
        move = urlencode({"update": f"MOVE GRAPH {staging} TO GRAPH {graph}"}).encode()
        try:
            self.client.send_once("POST", self.urls.update, _FORM, move)
        except PassingError:
            for attempt in range(self.client.retries):
                self.client.sleep(0.5 * 2**attempt)
                if self.count(staging) != expected:
                    return
            raise

    def _append(self, staging: Term, graph: Term) -> int:
        self._update(f"ADD GRAPH {staging} TO GRAPH {graph}")
        inside = f"FILTER NOT EXISTS {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        missing = self._number(
            f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {staging} {{ ?s ?p ?o }} {inside} }}"
        )
        if missing:
            message = f"{missing:,} triples did not arrive in {graph}"
            raise WriteError(message, file=self.urls.graphs, hint="load again")
        self._update(f"DROP SILENT GRAPH {staging}")
        return self.count(graph)

    def _expect(self, expected: int, graph: Term) -> int:
        """Return the count of a graph; raise WriteError where it is another than was sent."""
        count = self.count(graph)
        if count != expected:
            raise WriteError(
                f"{expected:,} triples were sent, and {graph} holds {count:,}",
                file=self.urls.graphs,
                hint=f"DROP GRAPH {graph} and load again, or look at what differs",
            )
        return count

    def count(self, graph: Term) -> int:
        """Return how many triples a graph has, names of chunks aside."""
        return self._number(
            f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} "
            f"{{ ?s ?p ?o FILTER (?p != {_CHUNK}) }} }}"
        )

    def _number(self, text: str) -> int:
        try:
            return int(self._select(text)[0]["n"])
        except (LookupError, ValueError):
            raise self._no_answer() from None

    def _select(self, text: str) -> list[dict[str, str]]:
        form = urlencode({"query": text}).encode()  # Virtuoso hangs at a query that is posted bare
        content = self.client.send("POST", self.urls.query, {**_FORM, **_RESULTS}, form)
        try:
            bindings = json.loads(content)["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in bindings]
        except (ValueError, LookupError, TypeError, AttributeError):
            raise self._no_answer() from None

    def _no_answer(self) -> WriteError:
        hint = "is this the address of a SPARQL endpoint? Name it with --query-url"
        return WriteError("does not answer in SPARQL's JSON", file=self.urls.query, hint=hint)

    def _update(self, text: str) -> None:
        self.client.send("POST", self.urls.update, _FORM, urlencode({"update": text}).encode())


def staging_graph(data: Gathered, graph: Term, chunk_triples: int) -> Term:
    """Return the name of the graph that data is loaded into before it is moved into place.

    It is the same for the same data, graph and size of chunks, and for no other.
    """
    name = quote(graph[1:-1], safe=":/#._-")
    return iri(f"urn:kg:loading:{data.digest}:{chunk_triples}:{name}")
