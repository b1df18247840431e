"""The application: routes, headers, and how errors are answered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import KgError
from kg.server import pages
from kg.server.context import Context
from kg.server.formats import HTML, choose_media_type
from kg.server.pool import Pool
from kg.server.sparql import graph_store, sparql, status_of, void

_HEADERS = {
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; "
    b"img-src 'self' https://europepmc.org data:; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
}
_READ = ["GET", "HEAD"]
_HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)


def make_app(pool: Pool) -> Starlette:
    """Return the application that answers with a pool of workers, and ends them with itself."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.context = Context(pool)
        try:
            yield
        finally:
            pool.end()

    return Starlette(
        routes=_routes(),
        lifespan=lifespan,
        exception_handlers={KgError: _refuse, HTTPException: _refuse_http},
        middleware=[
            Middleware(_SafeHeaders),
            Middleware(_NamedHost),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=["*"],
            ),
            Middleware(GZipMiddleware, minimum_size=2000),
        ],
    )


def _routes() -> list[Any]:
    static = StaticFiles(packages=[("kg.server", "static")])
    return [
        Route("/", pages.home, methods=_READ),
        Route("/sparql", sparql, methods=[*_READ, "POST"]),
        Route("/store", graph_store, methods=_READ),
        Route("/.well-known/void", void, methods=_READ),
        Route("/search", pages.search, methods=_READ),
        Route("/figures/{figid}", pages.figure, methods=_READ),
        Route("/genes/{entrez}", pages.gene, methods=_READ),
        Route("/families/{id}", pages.family, methods=_READ),
        Route("/papers/{pmcid}", pages.paper, methods=_READ),
        Mount("/static", static),
    ]


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, KgError)  # noqa: S101 - registered for it alone
    status = status_of(error)
    headers = {"Retry-After": "60"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return _error(request, status, str(error), headers)


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    status = HTTPStatus(error.status_code)
    return _error(request, status, status.phrase, dict(error.headers or {}))


def _error(request: Request, status: HTTPStatus, text: str, headers: dict[str, str]) -> Response:
    """Answer with an error: a page for a browser, plain text for a program."""
    offered = ["text/plain", HTML]
    if choose_media_type(request.headers.get("accept"), offered) == HTML:
        context: Context = request.app.state.context
        message, _, hint = text.partition("\nhint: ")
        page = context.page(
            request, "error.html", status.value, phrase=status.phrase, message=message, hint=hint
        )
        page.headers.update(headers)
        return page
    return PlainTextResponse(f"{text}\n", status.value, headers)


class _NamedHost:
    """Refuses a header Host that names no host: it would stand in IRIs that we answer with."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if not host or _HOST.fullmatch(host):
            await self._app(scope, receive, send)
        else:
            refusal = PlainTextResponse(f"Host: {host!r} is no host\n", HTTPStatus.BAD_REQUEST)
            await refusal(scope, receive, send)


class _SafeHeaders:
    """Says to browsers what pages may do: load nothing from elsewhere, run no script but ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS.items()]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
