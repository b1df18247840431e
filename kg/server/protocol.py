"""The SPARQL 1.1 Protocol for queries, and the read part of the Graph Store Protocol.

https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-http-rdf-update/

Status codes: 400 what is no query or no request of the protocol, 403 an update, or a SERVICE that
is not allowed, 406 no format that the client takes, 413 a request or an answer that is too large,
415 another media type than the protocol's, 503 a query that takes too long, too many at once, or
a store that can't be read for the moment.
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.server.context import base_url
from kg.server.formats import HTML, SOLUTIONS, TRIPLES, choose_media_type, named_format
from kg.server.limits import Limits, RefusedError
from kg.server.service import check_services
from kg.server.worker import Task

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_ONCE = ("query", "format", "output")


class SparqlRequest(NamedTuple):
    """What a client asks: a query (None: the service's description), and in which format."""

    query: str | None
    format: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    extra: dict[str, str] = {}  # noqa: RUF012 - a tuple's default that nobody changes
    base_iri: str | None = None
    """What relative IRIs are relative to: the address asked (RFC 3986, section 5.1.3)."""


async def read_request(request: Request, limits: Limits) -> SparqlRequest:
    """Read a protocol request; raise RefusedError for what is none, or not allowed."""
    if len(request.url.query) > limits.request_bytes:
        message = f"the address is longer than {limits.request_bytes:,} bytes"
        raise RefusedError(HTTPStatus.REQUEST_URI_TOO_LONG, message, "send the query by POST")
    pairs = _pairs(request.url.query)
    if request.method == "POST":
        kind, *parameters = (
            part.strip().lower() for part in request.headers.get("content-type", "").split(";")
        )
        for parameter in parameters:
            if parameter.startswith("charset=") and parameter[8:].strip('"') != "utf-8":
                message = f"the protocol is spoken in UTF-8, not with {parameter}"
                raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
        body = await read_body(request, limits)
        if kind == _FORM:
            pairs += _pairs(_text(body))
        elif kind == _QUERY:
            pairs.append(("query", _text(body)))
        elif kind == _UPDATE:
            raise _no_updates()
        else:
            message = f"the media type {kind or '(none)'} is not one of the protocol's"
            hint = f"use {_QUERY} or {_FORM}"
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message, hint)
    asked = _check(pairs, limits, is_post=request.method == "POST")
    return asked._replace(base_iri=f"{base_url(request)}{request.url.path}")


def _check(pairs: list[tuple[str, str]], limits: Limits, *, is_post: bool) -> SparqlRequest:
    values = dict(pairs)
    if "update" in values or "using-graph-uri" in values:
        raise _no_updates()
    for name in _ONCE:
        if sum(key == name for key, _ in pairs) > 1:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"the parameter {name} is given twice")
    if is_post and "query" not in values:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the request has no parameter query")
    if "query" in values:
        check_services(values["query"], limits.services)
    return SparqlRequest(
        values.get("query"),
        values.get("format") or values.get("output"),
        _graphs(pairs, "default-graph-uri"),
        _graphs(pairs, "named-graph-uri"),
        values,
    )


def _graphs(pairs: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    found = tuple(value for key, value in pairs if key == name and value)
    for value in found:
        check_iri(value, name)
    return found


def check_iri(text: str, name: str) -> str:
    """Return an absolute IRI; raise RefusedError for another text."""
    if not _IRI.fullmatch(text):
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name}: {text!r} is not an absolute IRI")
    return text


def _no_updates() -> RefusedError:
    return RefusedError(HTTPStatus.FORBIDDEN, "this endpoint takes no updates: it is read-only")


async def read_body(request: Request, limits: Limits) -> bytes:
    """Return the body of a request; raise RefusedError as soon as it is too large, or too slow."""
    _check_size(int(request.headers.get("content-length", "0")), limits)
    body = b""
    try:
        async with asyncio.timeout(limits.timeout_s):
            async for chunk in request.stream():
                body += chunk
                _check_size(len(body), limits)
    except TimeoutError:
        message = f"the request did not come in {limits.timeout_s:g} s"
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, message) from None
    except ClientDisconnect:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the client left amid its request") from None
    return body


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.request_bytes:
        message = f"the request is larger than {limits.request_bytes:,} bytes"
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "a parameter is not text in UTF-8") from None
    except ValueError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the request has too many parameters") from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is not text in UTF-8") from None


def make_task(asked: SparqlRequest, accept: str | None, limits: Limits) -> Task:
    """Return the task for a query; raise RefusedError for a format that nobody knows."""
    solutions, triples = _formats(asked.format, accept)
    return Task(
        asked.query or "",
        solutions,
        triples,
        limits.rows,
        asked.default_graphs,
        asked.named_graphs,
        asked.base_iri,
    )


def _formats(format: str | None, accept: str | None) -> tuple[str | None, str | None]:
    """Return the media types for solutions and for triples."""
    if format is None:
        return (
            choose_media_type(accept, list(SOLUTIONS.values())),
            choose_media_type(accept, list(TRIPLES.values())),
        )
    media_type = named_format(format)
    if media_type is None:
        known = ", ".join((*SOLUTIONS, *TRIPLES))
        message = f"format: {format!r} is not known"
        raise RefusedError(HTTPStatus.BAD_REQUEST, message, f"known: {known}")
    return (
        media_type if media_type in SOLUTIONS.values() else None,
        media_type if media_type in TRIPLES.values() else None,
    )


def wants_html(asked: SparqlRequest, accept: str | None) -> bool:
    """Return whether a page is wanted: by `format=html`, or by a browser's Accept."""
    if asked.format is not None:
        return named_format(asked.format) == HTML
    offered = [*SOLUTIONS.values(), *TRIPLES.values(), HTML]
    return choose_media_type(accept, offered) == HTML


def make_graph_task(request: Request, limits: Limits) -> Task:
    """Return the task that fetches a graph: `?graph=IRI`, or `?default`, the union of all."""
    pairs = dict(_pairs(request.url.query))
    if ("graph" in pairs) == ("default" in pairs):
        message = "name a graph by ?graph=IRI, or the union of all by ?default"
        raise RefusedError(HTTPStatus.BAD_REQUEST, message)
    where = "?s ?p ?o"
    if "graph" in pairs:
        where = f"GRAPH <{check_iri(pairs['graph'], 'graph')}> {{ ?s ?p ?o }}"
    _, triples = _formats(pairs.get("format"), request.headers.get("accept"))
    return Task(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}", None, triples, limits.rows)
