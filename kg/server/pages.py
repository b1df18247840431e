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
    found = await context.lookup.row("figure", figid=figid)
    if found is None:
        raise _missing("figure", figid)
    media_type = chosen_type(request)
    if media_type != HTML:
        return await context.rdf("figure-graph", media_type, figid=figid)
    extra = await context.lookup.rows("figure-extra", figid=figid)
    return context.page(
        request,
        "figure.html",
        figid=figid,
        figure=found,
        iri=found["figure"],
        groups=_grouped(await context.lookup.rows("figure-mentions", figid=figid)),
        organisms=[row["organism"] for row in extra if "organism" in row],
        pathways=[row["pathway"] for row in extra if "pathway" in row],
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
    look = context.lookup
    found = await look.row("gene", gene=iri)
    if found is None:
        raise _missing("gene", entrez)
    media_type = chosen_type(request)
    if media_type != HTML:
        return await context.rdf("gene-graph", media_type, gene=iri)
    names = await look.rows("gene-names", gene=iri)
    return context.page(
        request,
        "gene.html",
        entrez=entrez,
        iri=iri,
        gene=found,
        symbol=found.get("current") or found.get("label") or entrez,
        aliases=[row["alias"] for row in names if "alias" in row],
        same=[row["same"] for row in names if row.get("same", "").startswith("https:")],
        others=await look.rows("gene-with", gene=iri),
        words=await look.rows("gene-words", gene=iri),
        chart=draw_years(await look.rows("gene-years", gene=iri)),
        **await _listed(request, "gene-figures", gene=iri),
    )


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


async def family(request: Request) -> Response:
    context: Context = request.app.state.context
    id = request.path_params["id"]
    found = await context.lookup.row("family", id=id)
    if found is None:
        raise _missing("family", id)
    iri = found["family"]
    media_type = chosen_type(request)
    if media_type != HTML:
        return await context.rdf("family-graph", media_type, family=iri)
    more = await context.lookup.rows("family-more", family=iri)
    return context.page(
        request,
        "family.html",
        id=id,
        iri=iri,
        label=found.get("label", id),
        members=await context.lookup.rows("family-members", family=iri),
        above=_column(more, "above"),
        below=_column(more, "below"),
        same=_column(more, "same"),
        alias=_column(more, "alias"),
        **await _listed(request, "family-figures", family=iri),
    )


def _column(rows: list[Row], name: str) -> list[str]:
    """Return the values of a column, each once."""
    return list(dict.fromkeys(row[name] for row in rows if name in row))


async def paper(request: Request) -> Response:
    context: Context = request.app.state.context
    pmcid = request.path_params["pmcid"]
    found = await context.lookup.row("paper", pmcid=pmcid)
    if found is None:
        raise _missing("paper", pmcid)
    media_type = chosen_type(request)
    if media_type != HTML:
        return await context.rdf("paper-graph", media_type, pmcid=pmcid)
    return context.page(
        request,
        "paper.html",
        pmcid=pmcid,
        iri=terms.paper(pmcid)[1:-1],
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


def _missing(kind: str, name: str) -> RefusedError:
    hint = "look for it with the search box: gene symbols, identifiers, words of titles"
    return RefusedError(HTTPStatus.NOT_FOUND, f"there is no {kind} {name!r} in the data", hint)
