"""Every named query gives the same solutions on six engines. `make conformance` writes the table.

The data is the bundled pages; for the queries on WikiPathways, the merge of these with the bundled
WikiPathways files. Each query is asked with its defaults; with values that nothing is called; and
of data without figures, where an aggregate without groups is easily one solution too many.

rdflib, Oxigraph in this process and Oxigraph's server are compared in `make test` too; Virtuoso,
Jena's ARQ on TDB2 and Comunica, which take minutes, in `make conformance` alone, which sets
KG_CONFORMANCE to the document to write.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import pyoxigraph
import pytest
from conftest import HERE
from programs import (
    comunica,
    comunica_program,
    oxigraph,
    run_jena,
    virtuoso,
)
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse_query_results

from kg.query import Query, iter_queries
from kg.store import Endpoint, open_store, query_form
from kg.store.chunks import gather
from kg.store.http import Client, Credentials
from kg.store.isql import Isql, value
from kg.store.triplestore import Triplestore, find_urls
from kg.store.virtuoso import Virtuoso
from kg.terms import parse_iri
from kg.wikipathways import merge, to_file
from kg.write import parse_output

DOCUMENT = os.environ.get("KG_CONFORMANCE")
QUERIES = list(iter_queries())
GRAPH = parse_iri("https://w3id.org/pfocr/graph/figures")
_NUMBER = re.compile(r'"([^"]*)"\^\^<http://www\.w3\.org/2001/XMLSchema#(integer|decimal|double)>')

Data = Literal["pages", "merged", "other"]
Rows = list[tuple[str, ...]]
Ask = Callable[[str], tuple[Rows, float]]
"""Puts a query to an engine; returns the rows in their order, and the time that it took in s."""


@dataclass
class Engine:
    """An engine that is ready: what it is called, its version, how to ask it."""

    name: str
    version: str
    ask: Ask
    times_ms: dict[str, float] = field(default_factory=dict)


def rows_of(answer: object) -> Rows:
    """Return solutions in their order, triples sorted; numbers in one spelling."""
    if isinstance(answer, QuerySolutions):
        return [tuple("" if t is None else _term(t) for t in row) for row in answer]
    return sorted(tuple(map(_term, triple)) for triple in answer)  # type: ignore[call-overload] # the stubs know fewer forms


def _term(term: object) -> str:
    text = str(term)
    if match := _NUMBER.fullmatch(text):
        return f"number {Decimal(match[1]).normalize():f}"
    return text


def timed(ask: Callable[[str], object]) -> Ask:
    def act(text: str) -> tuple[Rows, float]:
        began = time.perf_counter()
        found = rows_of(ask(text))
        return found, time.perf_counter() - began

    return act


@pytest.fixture(scope="module")
def data(pages_turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Data, Path]:
    """Return the quads of the pages, of their merge with WikiPathways, and of something else."""
    folder = tmp_path_factory.mktemp("data")
    pages, merged, other = (folder / f"{name}.nq" for name in ("pages", "merged", "other"))
    other.write_text(f'<http://e/a> <http://e/b> "c" {GRAPH} .\n')
    graph = pyoxigraph.NamedNode(GRAPH[1:-1])
    quads = (pyoxigraph.Quad(*q.triple, graph) for q in pyoxigraph.parse(path=pages_turtle))
    pages.write_bytes(pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b"")
    merge([pages_turtle], [str(HERE / "data" / "wikipathways")], to_file(parse_output(str(merged))))
    return {"pages": pages, "merged": merged, "other": other}


def flat(merged: Path) -> Path:
    """Write the triples of all graphs as one graph, for engines that know no union of graphs."""
    path = merged.with_suffix(".nt")
    triples = {quad.triple for quad in pyoxigraph.parse(path=merged)}
    path.write_bytes(pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    return path


@contextmanager
def in_rdflib(merged: Path, folder: Path) -> Iterator[Engine]:
    del folder
    store = open_store([merged], engine="rdflib")
    yield Engine("rdflib", version("rdflib"), timed(store.query))


@contextmanager
def in_oxigraph(merged: Path, folder: Path) -> Iterator[Engine]:
    del folder
    yield Engine("Oxigraph", version("pyoxigraph"), timed(open_store([merged]).query))


@contextmanager
def in_oxigraph_server(merged: Path, folder: Path) -> Iterator[Engine]:
    with oxigraph(folder) as url, gather([merged], GRAPH) as data:
        triplestore = Triplestore(find_urls(f"{url}/store"), Client())
        for graph in data.graphs:
            triplestore.load(data, graph)
        yield Engine("Oxigraph server", version("oxigraph"), timed(Endpoint(f"{url}/query").query))


@contextmanager
def in_virtuoso(merged: Path, folder: Path) -> Iterator[Engine]:
    with virtuoso(folder) as server, gather([merged], GRAPH) as data:
        isql = Isql(server.address, Credentials("dba", server.password))
        for graph in data.graphs:
            Virtuoso(isql, folder, str(folder)).load(data, graph)
        url = f"{server.http}/sparql"
        (number,) = isql.run(value("sys_stat('st_dbms_ver')"))
        yield Engine("Virtuoso", number, timed(Endpoint(url).query))


@contextmanager
def in_jena(merged: Path, folder: Path) -> Iterator[Engine]:
    run_jena("tdb2.tdbloader", "--loc", "tdb", merged, folder=folder)
    (folder / "dataset.ttl").write_text(
        "PREFIX tdb2: <http://jena.apache.org/2016/tdb#>\n"
        '[] a tdb2:DatasetTDB2 ; tdb2:location "tdb" ; tdb2:unionDefaultGraph true .\n'
    )

    def ask(text: str) -> tuple[Rows, float]:
        (folder / "query.rq").write_text(text)
        has_triples = query_form(text) in ("CONSTRUCT", "DESCRIBE")
        form = "nt" if has_triples else "json"
        options = ("--tdb=dataset.ttl", f"--results={form}", "--time", "--query=query.rq")
        run = run_jena("tdb2.tdbquery", *options, folder=folder)
        said = run.stdout + run.stderr
        match = re.search(r"Time: ([\d.]+) sec", said)
        assert match, said
        content = run.stdout.replace(match[0], "").encode()
        if has_triples:
            quads = pyoxigraph.parse(content, RdfFormat.N_TRIPLES)
            return rows_of({quad.triple for quad in quads}), float(match[1])
        return rows_of(parse_query_results(content, QueryResultsFormat.JSON)), float(match[1])

    said = run_jena("tdb2.tdbquery", "--version", folder=folder).stdout
    found = re.search(r"VERSION: ([\d.]+)", said)
    yield Engine("Jena ARQ", found[1] if found else "", ask)


@contextmanager
def in_comunica(merged: Path, folder: Path) -> Iterator[Engine]:
    said = subprocess.run(
        [comunica_program(), "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"\d+\.\d+\.\d+", said.stdout + said.stderr)
    number = match[0] if match else ""
    with comunica(flat(merged), folder) as url:
        yield Engine("Comunica", number, timed(Endpoint(url, timeout_s=120).query))


QUICK = (in_oxigraph, in_rdflib, in_oxigraph_server)
ALL = (*QUICK, in_virtuoso, in_jena, in_comunica)


Engines = dict[Data, list[Engine]]


@pytest.fixture(scope="module")
def engines(data: dict[Data, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Start the engines on each of the data; Oxigraph in this process is the first."""
    with ExitStack() as stack:
        yield {
            name: [
                stack.enter_context(start(path, tmp_path_factory.mktemp(start.__name__)))
                for start in (ALL if DOCUMENT else QUICK)
            ]
            for name, path in data.items()
        }


UNORDERED = {
    "Comunica": "sorts strings by the rules of a language (`localeCompare`), where SPARQL 1.1, "
    "section 15.1, says the order of `<`, that of code points, and loses the second of two sort "
    "keys; see `ActorQueryOperationOrderBy` and `TermFunctionLesserThan` in its sources. Its rows "
    "are compared without their order."
}
"""Engines whose order of rows is not compared, and why."""

_TIES = "many rows tie at the LIMIT, and its order, which see, lets others of them through"
DEVIATIONS: Mapping[tuple[str, str], str] = {
    ("count-by-class", "Virtuoso"): "its default graph holds its own system graph too, whose "
    "classes (`virtrdf:`) are counted; see https://docs.openlinksw.com/virtuoso/rdfviews/",
    ("genes-most-shown", "Comunica"): _TIES,
    ("wikipathways-curation-queue", "Comunica"): _TIES,
    ("words-least-believed", "Comunica"): _TIES,
}
"""Why an engine deviates on a query, by the names of both; with a reference."""


def agrees(query: Query, engine: Engine, found: Rows, expected: Rows) -> bool:
    """Say whether rows are the expected ones, in their order where the query has one.

    A deviation that is known must be one still, and in the way that is known.
    """
    is_ordered = "ORDER BY" in query.text and engine.name not in UNORDERED
    same = found == expected if is_ordered else sorted(found) == sorted(expected)
    if (query.name, engine.name) not in DEVIATIONS:
        return same
    if engine.name == "Virtuoso":
        return not same and set(expected) < set(found)
    return not same and len(found) == len(expected)


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_all_engines_give_the_same_solutions(query: Query, engines: Engines) -> None:
    text = query.bind()
    main, *others = engines[data_of(query)]
    expected, time_s = main.ask(text)
    main.times_ms[query.name] = time_s * 1000
    differing = {}
    for engine in others:
        found, time_s = engine.ask(text)
        engine.times_ms[query.name] = time_s * 1000
        if not agrees(query, engine, found, expected):
            missing = [row for row in expected if row not in found][:5]
            extra = [row for row in found if row not in expected][:5]
            differing[engine.name] = {"missing": missing, "extra": extra}
    assert not differing
    COUNTS[query.name] = len(expected)


def data_of(query: Query) -> Data:
    return "merged" if query.category == "WikiPathways" else "pages"


NOTHING = {"string": "nothing is called so", "uri": "https://example.org/nothing"}


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_all_engines_give_the_same_where_there_is_nothing(query: Query, engines: Engines) -> None:
    """No solution, or the same ones; Virtuoso has a graph of its own, with classes to count."""
    values = {
        p.name: NOTHING[p.type]
        for p in query.parameters
        if p.type in NOTHING and not p.default.isdecimal()
    }
    asked = [(engines["other"], query.bind())]
    if values:
        asked.append((engines[data_of(query)], query.bind(values)))
    for some, text in asked:
        answers = {
            engine.name: engine.ask(text)[0]
            for engine in some
            if (query.name, engine.name) != ("count-by-class", "Virtuoso")
        }
        assert set(map(str, answers.values())) == {str(answers["Oxigraph"])}, answers


COUNTS: dict[str, int] = {}


@pytest.mark.skipif(not DOCUMENT, reason="the table is written by: make conformance")
def test_the_table_is_written(engines: Engines) -> None:
    assert set(COUNTS) == {query.name for query in QUERIES}
    for on_pages, on_merged in zip(engines["pages"], engines["merged"], strict=True):
        on_pages.times_ms.update(on_merged.times_ms)
    Path(DOCUMENT or "").write_text(render(engines["pages"]), encoding="utf-8")


def render(engines: list[Engine]) -> str:
    """Return the document: the engines, then a line a query with the time of each, in ms."""
    names = [engine.name for engine in engines]
    lines = [
        "# Same answers",
        "",
        "Every named query, with its default parameters, gives the same solutions, in the same",
        "order, on six engines, but for the deviations below. Written by `make conformance`, which",
        "compares them term by term (numbers by value) on the bundled pages; the queries on",
        "WikiPathways on the merge of these with the bundled WikiPathways files. Asked for what is",
        "not there, and asked of data without figures, they give the same, too.",
        "",
        "| engine | version | how it is asked |",
        "| --- | --- | --- |",
        *(f"| {engine.name} | {engine.version} | {HOW[engine.name]} |" for engine in engines),
        "",
        "Times are in milliseconds, of one run after another on one machine, and of little data:",
        "they say that no engine stumbles, not which is the fastest.",
        "",
        f"| query | rows | {' | '.join(names)} |",
        f"| --- | ---: |{' ---: |' * len(names)}",
    ]
    for query in QUERIES:
        times = (f"{engine.times_ms[query.name]:,.0f}" for engine in engines)
        marks = (
            f"{shown}{' ¹' if (query.name, engine.name) in DEVIATIONS else ''}"
            for shown, engine in zip(times, engines, strict=True)
        )
        lines.append(f"| `{query.name}` | {COUNTS[query.name]:,} | {' | '.join(marks)} |")
    totals = (f"{sum(engine.times_ms.values()):,.0f}" for engine in engines)
    lines.append(f"| **all** | {sum(COUNTS.values()):,} | {' | '.join(totals)} |")
    lines += ["", "¹ Deviations, each with its reason:", ""]
    lines += [f"- {name} {why}" for name, why in UNORDERED.items()]
    lines += [f"- `{query}`, {name}: {why}." for (query, name), why in DEVIATIONS.items()]
    return "\n".join(lines) + "\n"


HOW = {
    "Oxigraph": "in this process, on the union of the graphs",
    "rdflib": "in this process, on the union of the graphs",
    "Oxigraph server": "over HTTP, `--union-default-graph`",
    "Virtuoso": "over HTTP; its default graph is the union",
    "Jena ARQ": "`tdb2.tdbquery` on TDB2, `unionDefaultGraph`; time without the start of Java",
    "Comunica": "over HTTP, on one file of triples",
}
