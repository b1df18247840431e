"""Identifiers: what an IRI names, in whichever of its spellings it stands.

WikiPathways' files of the last ten years name a gene `http://identifiers.org/ncbigene/2876`,
`https://identifiers.org/ncbigene/2876`, `https://identifiers.org/ncbigene:2876`; chemicals have
`chebi/15499` and `chebi/CHEBI:15499`; pathways come with and without their version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from kg import terms
from kg.terms import Term


class Identifier(NamedTuple):
    """A namespace of identifiers.org, in lower case, and the bare identifier within it."""

    namespace: str
    local: str


_FORMS = (
    re.compile(r"https?://(?:www\.)?identifiers\.org/(?P<namespace>[\w.-]+)[/:](?P<local>.+)"),
    re.compile(
        r"https?://purl\.obolibrary\.org/obo/(?P<namespace>DOID|NCBITaxon|CHEBI)_(?P<local>[0-9]+)"
    ),
    re.compile(
        r"https?://rdf\.wikipathways\.org/(?P<namespace>Pathway)/(?P<local>WP[0-9]+(?:_r[0-9]+)?)"
    ),
    re.compile(r"https?://www\.(?P<namespace>wikidata)\.org/entity/(?P<local>Q[0-9]+)"),
    re.compile(r"https?://(?:dx\.)?(?P<namespace>doi)\.org/(?P<local>10\..+)"),
)
_VERSION = re.compile(r"/WP[0-9]+_r?[0-9]+>$")
_HTTP = re.compile(r"^<http://(?:www\.)?identifiers\.org/")
_NAMES = {
    "entrez.gene": "ncbigene",
    "geneid": "ncbigene",
    "ncbitaxon": "taxonomy",
    "pathway": "wikipathways",
    "pmid": "pubmed",
    "uniprotkb": "uniprot",
}


class _Form(NamedTuple):
    """How identifiers of a namespace look, the bare part in a group, and how IRIs are minted."""

    pattern: re.Pattern[str]
    mint: Callable[[str], Term] | None


_SHAPES: dict[str, _Form] = {
    "ncbigene": _Form(re.compile(r"([0-9]+)"), terms.gene),
    "hgnc.symbol": _Form(re.compile(r"([A-Za-z0-9_.@-]+)"), terms.hgnc_symbol),
    "hgnc": _Form(re.compile(r"(?:HGNC:)?([0-9]+)", re.IGNORECASE), terms.hgnc),
    "ensembl": _Form(re.compile(r"(ENS[A-Z]*[0-9]+|(?!ENS).+)(?:\.[0-9]+)?"), None),
    "uniprot": _Form(re.compile(r"([A-Z0-9]{6,10})(?:[-.][0-9]+)?"), None),
    "chebi": _Form(re.compile(r"(?:CHEBI:)?([0-9]+)", re.IGNORECASE), terms.chebi),
    "doid": _Form(re.compile(r"(?:DOID:)?([0-9]+)", re.IGNORECASE), terms.doid),
    "taxonomy": _Form(re.compile(r"([0-9]+)"), terms.taxon),
    "pubmed": _Form(re.compile(r"([0-9]+)"), terms.pubmed),
    "doi": _Form(re.compile(r"(10\.[0-9]{4,9}/.+)"), terms.doi),
    "wikipathways": _Form(re.compile(r"(WP[0-9]+)(?:_r?[0-9]+)?"), terms.wikipathways),
}


def parse_iri(iri: Term) -> Identifier | None:
    """Return what an IRI names; None where it is of no known form.

    >>> parse_iri("<http://identifiers.org/chebi/15499>")
    Identifier(namespace='chebi', local='15499')
    >>> parse_iri("<https://identifiers.org/wikipathways/WP254_r140926>")
    Identifier(namespace='wikipathways', local='WP254')
    """
    for form in _FORMS:
        match = form.fullmatch(iri, 1, len(iri) - 1)
        if match is None:
            continue
        namespace = match["namespace"].lower()
        namespace = _NAMES.get(namespace, namespace)
        local = unquote(match["local"])
        known = _SHAPES.get(namespace)
        if known is None:
            return Identifier(namespace, local)
        bare = known.pattern.fullmatch(local)
        return Identifier(namespace, bare[1]) if bare else None
    return None


def mint(identifier: Identifier) -> Term:
    """Return the IRI that the graph gives an identifier; else identifiers.org's own of today.

    >>> mint(Identifier("chebi", "15499"))
    '<https://identifiers.org/chebi/CHEBI:15499>'
    """
    known = _SHAPES.get(identifier.namespace)
    if known is not None and known.mint is not None:
        return known.mint(identifier.local)
    return f"<https://identifiers.org/{identifier.namespace}/{terms.encode(identifier.local)}>"


def is_registered(iri: Term) -> bool:
    """Return whether an IRI is identifiers.org's, well formed or not."""
    return _FORMS[0].fullmatch(iri, 1, len(iri) - 1) is not None


def align(iri: Term) -> Term | None:
    """Return the graph's own IRI for what an IRI names; None for one that is it, or unknown.

    A version of a pathway, and an isoform of a protein, is a thing of its own: of the latter's
    IRI, as of any other that the graph does not mint, only identifiers.org's `http` is changed.

    >>> align("<https://identifiers.org/chebi/15499>")
    '<https://identifiers.org/chebi/CHEBI:15499>'
    >>> align("<http://identifiers.org/uniprot/P04637-2>")
    '<https://identifiers.org/uniprot/P04637-2>'
    """
    identifier = parse_iri(iri)
    if identifier is None or _VERSION.search(iri):
        return None
    known = _SHAPES.get(identifier.namespace)
    is_minted = known is not None and known.mint is not None
    aligned = mint(identifier) if is_minted else _HTTP.sub(r"<https://identifiers.org/", iri)
    return None if aligned == iri else aligned
