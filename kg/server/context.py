"""What all routes share: the workers, the limits, the templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg import terms
from kg.server.lookup import Lookup
from kg.server.pool import Pool

_LOCAL = (
    (terms.PREFIXES["figure"], "/figures/"),
    (terms.PREFIXES["ncbigene"], "/genes/"),
    (terms.PREFIXES["fplx"], "/families/"),
    (terms.PREFIXES["family"], "/families/"),
    (terms.PREFIXES["pmc"], "/papers/"),
)
VARY = {"Vary": "Accept"}


def local_path(iri: str) -> str | None:
    """Return the path of our page of a resource, None where there is none.

    >>> local_path("https://identifiers.org/ncbigene/6714")
    '/genes/6714'
    """
    for namespace, path in _LOCAL:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return path + iri.removeprefix(namespace).removesuffix(".html")
    return None


def short_name(iri: str) -> str:
    """Return the CURIE of an IRI where it has one."""
    shown = terms.compress(terms.iri(iri))
    return shown[1:-1] if terms.is_iri(shown) else shown


def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("kg.server"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        thousands=lambda number: f"{int(number):,}",
        segment=terms.encode,
        local_path=local_path,
        short_name=short_name,
    )
    return found


@dataclass
class Context:
    """The parts of a running server."""

    pool: Pool

    def __post_init__(self) -> None:
        self.limits = self.pool.limits
        self.lookup = Lookup(self.pool)
        self._templates = _environment()

    def page(
        self, request: Request, template: str, /, status: int = 200, **values: Any
    ) -> Response:
        """Return a page made of a template."""
        content = self._templates.get_template(template).render(
            path=request.url.path, here=request.url, base=base_url(request), **values
        )
        return HTMLResponse(content, status, headers=VARY)

    async def rdf(self, query: str, media_type: str, **values: str) -> Response:
        """Return the answer to one of the pages' CONSTRUCT queries."""
        content = await self.lookup.triples(query, media_type, self.limits.rows, **values)
        return Response(content, media_type=media_type, headers=VARY)


def base_url(request: Request) -> str:
    """Return the address of the server as the client knows it, without a slash at the end."""
    return str(request.base_url).rstrip("/")
