"""Load a graph and answer queries: `python -m benchmarks.ask ENGINE DATA QUERY.rq...`.

ENGINE is `rdflib` (a graph in memory) or `oxigraph` (a store in memory). Printed as JSON: the
seconds to load, and for each query the seconds until its last solution and the number of
solutions.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

Ask = Callable[[str], int]


def load_rdflib(data: str) -> Ask:
    from rdflib import Graph

    graph = Graph()
    graph.parse(data, format="nt")
    return lambda query: len(list(graph.query(query)))


def load_oxigraph(data: str) -> Ask:
    from pyoxigraph import QueryBoolean, RdfFormat, Store

    store = Store()
    store.bulk_load(path=data, format=RdfFormat.N_TRIPLES)

    def ask(query: str) -> int:
        answer = store.query(query)
        return 1 if isinstance(answer, QueryBoolean) else len(list(answer))

    return ask


def main() -> None:
    engine, data, *paths = sys.argv[1:]
    load = {"rdflib": load_rdflib, "oxigraph": load_oxigraph}[engine]
    start = time.perf_counter()
    ask = load(data)
    found: dict[str, object] = {"load_s": time.perf_counter() - start}
    queries: dict[str, dict[str, float]] = {}
    for path in map(Path, paths):
        text = path.read_text(encoding="utf-8")
        start = time.perf_counter()
        solutions = ask(text)
        queries[path.stem] = {"s": time.perf_counter() - start, "solutions": solutions}
    print(json.dumps(found | {"queries": queries}))


if __name__ == "__main__":
    main()
