"""The pages: figures, genes, families, papers, search; or RDF of the same resources."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg import terms
from kg.server.chart import draw_years
from kg.server.context import Context
from kg.server.formats import HTML, TRIPLES, choose_media_type, named_format
from kg.server.limits import RefusedError
from kg.server.lookup import Row

_FIRST = "9999"
_PAGE = 24
_PMCID = re.compile(r"PMC[0-9]+", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")
_KINDS = {
    "GeneEntry": "genes",
    "FamilyEntry": "families",
    "ChemicalEntry": "chemicals",
    "DiseaseEntry": "diseases",
}
_COUNTED = ("figures", "papers", "genes", "families")
Page = Callable[[Request], Awaitable[Response]]


def chosen_type(request: Request) -> str:
    """Return the media type of a resource: by `?format=`, or by Accept; HTML where all is well."""
    asked = request.query_params.get("format")
    offered = [HTML, *TRIPLES.values()]
    if asked is not None:
        named = named_format(asked)
        if named not in offered:
            hint = f"known: html, {', '.join(TRIPLES)}"
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"format: {asked!r} is not known", hint)
        return named
    found = choose_media_type(request.headers.get("accept"), offered)
    if found is None:
        message = "this resource is HTML or RDF, in none of the formats that Accept names"
        raise RefusedError(HTTPStatus.NOT_ACCEPTABLE, message)
    return found


async def home(request: Request) -> Response:
    """Show what there is, and where to begin."""
    context: Context = request.app.state.context
    look = context.lookup
    shown = await look.shown()
    return context.page(
        request,
        "home.html",
        counts={kind: shown[kind] for kind in _COUNTED},
        genes=await look.rows("top-genes"),
        figures=await look.rows("newest-figures"),
    )


async def figure(request: Request) -> Response:
    context: Context = request.app.state.context
    figid = request.path_params["figid"].removesuffix(".html")
    found = await _row(request, "figure", figid, figid=figid)
    if (rdf := await _rdf(request, "figure-graph", figid=figid)) is not None:
        return rdf
    extra = await context.lookup.rows("figure-extra", figid=figid)
    return context.page(
        request,
        "figure.html",
        figid=figid,
        figure=found,
        iri=found["figure"],
        groups=_grouped(await context.lookup.rows("figure-mentions", figid=figid)),
        organisms=_column(extra, "organism"),
        pathways=_column(extra, "pathway"),
        similar=await context.lookup.rows("figure-similar", figid=figid),
    )


def _grouped(mentions: list[Row]) -> dict[str, list[dict[str, Any]]]:
    """Return mentions by kind, each once, with the genes that it stands for."""
    groups: dict[str, dict[tuple[str | None, ...], dict[str, Any]]] = {}
    for row in mentions:
        kind = _KINDS.get(row["class"].rpartition("#")[2], "others")
        key = tuple(row.get(name) for name in ("word", "term", "lexicon"))
        mention = groups.setdefault(kind, {}).setdefault(key, {**row, "genes": {}})
        if "entrez" in row:
            mention["genes"][row["entrez"]] = row.get("symbol") or row["entrez"]
    return {kind: list(groups[kind].values()) for kind in _KINDS.values() if kind in groups}


async def gene(request: Request) -> Response:
    context: Context = request.app.state.context
    entrez = request.path_params["entrez"]
    iri = terms.gene(entrez)[1:-1]
    found = await _row(request, "gene", entrez, gene=iri)
    if (rdf := await _rdf(request, "gene-graph", gene=iri)) is not None:
        return rdf
    look = context.lookup
    names = await look.rows("gene-names", gene=iri)
    return context.page(
        request,
        "gene.html",
        entrez=entrez,
        gene=found,
        symbol=found.get("current") or found.get("label") or entrez,
        aliases=_column(names, "alias"),
        same=[other for other in _column(names, "same") if other.startswith("https:")],
        others=await look.rows("gene-with", gene=iri),
        words=await look.rows("gene-words", gene=iri),
        chart=draw_years(await look.rows("gene-years", gene=iri)),
        **await _listed(request, "gene-figures", gene=iri),
    )


async def family(request: Request) -> Response:
    context: Context = request.app.state.context
    id = request.path_params["id"]
    found = await _row(request, "family", id, id=id)
    iri = found["family"]
    if (rdf := await _rdf(request, "family-graph", family=iri)) is not None:
        return rdf
    more = await context.lookup.rows("family-more", family=iri)
    return context.page(
        request,
        "family.html",
        iri=iri,
        label=found.get("label", id),
        members=await context.lookup.rows("family-members", family=iri),
        above=_column(more, "above"),
        below=_column(more, "below"),
        same=_column(more, "same"),
        alias=_column(more, "alias"),
        **await _listed(request, "family-figures", family=iri),
    )


async def paper(request: Request) -> Response:
    context: Context = request.app.state.context
    pmcid = request.path_params["pmcid"]
    found = await _row(request, "paper", pmcid, pmcid=pmcid)
    if (rdf := await _rdf(request, "paper-graph", pmcid=pmcid)) is not None:
        return rdf
    return context.page(
        request,
        "paper.html",
        pmcid=pmcid,
        paper=found,
        figures=await context.lookup.rows("paper-figures", pmcid=pmcid),
    )


async def search(request: Request) -> Response:
    """Show the genes, families and figures that a text may mean; an identifier leads there."""
    context: Context = request.app.state.context
    text = request.query_params.get("q", "").strip()[:200]
    if not text:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    look = context.lookup
    if _PMCID.fullmatch(text) and await look.row("paper", pmcid=text.upper()):
        return RedirectResponse(f"/papers/{text.upper()}", HTTPStatus.SEE_OTHER)
    if _DIGITS.fullmatch(text) and await look.row("gene", gene=terms.gene(text)[1:-1]):
        return RedirectResponse(f"/genes/{text}", HTTPStatus.SEE_OTHER)
    if "__" in text and await look.row("figure", figid=text):
        return RedirectResponse(f"/figures/{terms.encode(text)}", HTTPStatus.SEE_OTHER)
    spelled = {"text": text, "upper": text.upper()}
    return context.page(
        request,
        "search.html",
        q=text,
        genes=await look.rows("search-genes", capital=text.capitalize(), **spelled),
        families=await look.rows("search-families", **spelled),
        figures=await look.rows("search-titles", text=text.lower()),
    )


async def _row(request: Request, kind: str, name: str, **values: str) -> Row:
    """Return what the data says of a resource; raise RefusedError where it is not in them."""
    found: Row | None = await request.app.state.context.lookup.row(kind, **values)
    if found is None:
        hint = "look for it with the search box: gene symbols, identifiers, words of titles"
        message = f"there is no {kind} {name!r} in the data"
        raise RefusedError(HTTPStatus.NOT_FOUND, message, hint)
    return found


async def _rdf(request: Request, query: str, **values: str) -> Response | None:
    """Return RDF of a resource; None where the client wants its page."""
    context: Context = request.app.state.context
    media_type = chosen_type(request)
    return None if media_type == HTML else await context.rdf(query, media_type, **values)


async def _listed(request: Request, query: str, **values: str) -> dict[str, Any]:
    """Return a part of a list of figures, newest first, and where the next part begins."""
    after = request.query_params.get("after", _FIRST)
    figures = await request.app.state.context.lookup.rows(query, after=after, **values)
    has_more = len(figures) > _PAGE
    figures = figures[:_PAGE]
    return {
        "figures": figures,
        "next": figures[-1]["key"] if has_more else None,
        "is_first": after == _FIRST,
    }


def _column(rows: list[Row], name: str) -> list[str]:
    """Return the values of a column, each once."""
    return list(dict.fromkeys(row[name] for row in rows if name in row))
