"""The SPARQL endpoint, the graph store, the descriptions, and the editor page."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.errors import KgError
from kg.query import get_query, iter_queries
from kg.server.context import VARY, Context, base_url
from kg.server.description import describe_dataset, describe_service, write_triples
from kg.server.formats import SOLUTIONS, TRIPLES, choose_media_type
from kg.server.limits import RefusedError
from kg.server.protocol import (
    SparqlRequest,
    make_graph_task,
    make_task,
    read_request,
    wants_html,
)
from kg.store import query_form
from kg.terms import PREFIXES

_SHOWN_ROWS = 500
_FIRST_QUERY = "figures-of-gene"
_NOTHING_SHOWN: dict[str, Any] = {
    "chosen": None, "values": {}, "problem": None,
    "columns": None, "rows": [], "total": 0, "turtle": None, "boolean": None,
}  # fmt: skip
"""What the editor shows beside a text that nobody has chosen or run."""


async def sparql(request: Request) -> Response:
    """Answer a query; without one, describe the service, or show the editor to a browser."""
    context: Context = request.app.state.context
    asked = await read_request(request, context.limits)
    accept = request.headers.get("accept")
    if wants_html(asked, accept):
        return await _editor(request, asked)
    if asked.query is None:
        return await _describe(request)
    outcome = await context.pool.run(make_task(asked, accept, context.limits))
    return Response(outcome.content, media_type=outcome.media_type, headers=VARY)


async def _describe(request: Request) -> Response:
    context: Context = request.app.state.context
    triples = describe_service(
        f"{base_url(request)}/sparql",
        await context.lookup.graphs(),
        federates=bool(context.limits.services),
    )
    return _rdf(request, triples)


async def void(request: Request) -> Response:
    """Describe the data in VoID."""
    context: Context = request.app.state.context
    graphs, classes = await context.lookup.graphs(), await context.lookup.classes()
    return _rdf(request, describe_dataset(base_url(request), graphs, classes))


def _rdf(request: Request, triples: Any) -> Response:
    accept = request.headers.get("accept")
    media_type = choose_media_type(accept, list(TRIPLES.values())) or TRIPLES["turtle"]
    return Response(write_triples(triples, media_type), media_type=media_type, headers=VARY)


async def graph_store(request: Request) -> Response:
    """Answer with a whole graph: the read part of the Graph Store Protocol."""
    context: Context = request.app.state.context
    outcome = await context.pool.run(make_graph_task(request, context.limits))
    if "graph" in request.query_params and not await _has_graph(request):
        message = f"there is no graph {request.query_params['graph']!r}"
        raise RefusedError(HTTPStatus.NOT_FOUND, message)
    return Response(outcome.content, media_type=outcome.media_type, headers=VARY)


async def _has_graph(request: Request) -> bool:
    context: Context = request.app.state.context
    return request.query_params["graph"] in await context.lookup.graphs()


async def _editor(request: Request, asked: SparqlRequest) -> Response:
    """Show the editor, the parameters of a named query, and the answer to what was asked."""
    context: Context = request.app.state.context
    shown = {"text": asked.query, **_NOTHING_SHOWN}
    status = HTTPStatus.OK
    try:
        if name := asked.extra.get("name"):
            shown["chosen"] = chosen = get_query(name)
            given = {p.name: asked.extra.get(f"p-{p.name}", p.default) for p in chosen.parameters}
            shown["values"] = given
            shown["text"] = chosen.bind(given)
        if asked.query is not None or (name and "run" in asked.extra):
            shown |= await _result(context, asked._replace(query=shown["text"], format=None))
    except KgError as error:
        shown["problem"], status = error, status_of(error)
    if shown["text"] is None:
        shown["text"] = get_query(_FIRST_QUERY).bind()
    more = {"queries": _by_category(), "limits": context.limits, "prefixes": PREFIXES}
    return context.page(request, "sparql.html", status, **shown, **more)


async def _result(context: Context, asked: SparqlRequest) -> dict[str, Any]:
    """Return the answer to a query as the editor shows it."""
    is_rdf = query_form(asked.query or "") in ("CONSTRUCT", "DESCRIBE")
    accept = TRIPLES["turtle"] if is_rdf else SOLUTIONS["json"]
    outcome = await context.pool.run(make_task(asked, accept, context.limits))
    if is_rdf:
        return {"turtle": outcome.content.decode()}
    found = json.loads(outcome.content)
    if "boolean" in found:
        return {"boolean": found["boolean"]}
    rows = found["results"]["bindings"]
    return {"columns": found["head"]["vars"], "rows": rows[:_SHOWN_ROWS], "total": len(rows)}


def _by_category() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for query in iter_queries():
        found.setdefault(query.category or "Other", []).append(query)
    return dict(sorted(found.items()))


def status_of(error: KgError) -> HTTPStatus:
    """Return the status that an error is answered with: a query that is none is the client's."""
    return error.status if isinstance(error, RefusedError) else HTTPStatus.BAD_REQUEST
