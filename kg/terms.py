"""RDF terms, prefixes, and the one place where IRIs are minted.

A term is a `str`: its N-Triples token, `<https://…>` for an IRI and `"…"`, `"…"^^<…>` for a
literal (https://www.w3.org/TR/n-triples/, canonical form). A token is hashable, sortable,
cheap to send between processes, and is its own N-Triples text.

Decision: not rdflib's or pyoxigraph's term objects on the build path. Building 15 million
triples from objects costs minutes; from tokens, seconds. `kg.write` turns tokens into either
library's terms where those are wanted.

>>> gene("7409")
'<https://identifiers.org/ncbigene/7409>'
>>> compress(gene("7409"))
'ncbigene:7409'
>>> literal("2001", XSD_GYEAR)
'"2001"^^<http://www.w3.org/2001/XMLSchema#gYear>'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from kg.errors import UsageError

Term = str
Triple = tuple[Term, Term, Term]
Description = tuple[Term, list[tuple[Term, Term]]]
"""A subject with its predicate-object pairs: what a block of Turtle shows."""

PREFIXES: dict[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "chebi": "https://identifiers.org/chebi/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "doco": "http://purl.org/spar/doco/",
    "doi": "https://doi.org/",
    "ensembl": "https://identifiers.org/ensembl/",
    "entry": "https://w3id.org/pfocr/entry/",
    "fabio": "http://purl.org/spar/fabio/",
    "family": "https://w3id.org/pfocr/family/",
    "figure": "https://pfocr.wikipathways.org/figures/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "fplx": "https://identifiers.org/fplx/",
    "hgnc": "https://identifiers.org/hgnc/",
    "hgncsymbol": "https://identifiers.org/hgnc.symbol/",
    "journal": "https://w3id.org/pfocr/journal/",
    "lexicon": "https://w3id.org/pfocr/lexicon/",
    "mention": "https://w3id.org/pfocr/mention/",
    "mesh": "https://identifiers.org/mesh/",
    "mgi": "https://identifiers.org/mgi/",
    "ncbigene": "https://identifiers.org/ncbigene/",
    "ndex": "https://www.ndexbio.org/viewer/networks/",
    "oa": "http://www.w3.org/ns/oa#",
    "obo": "http://purl.obolibrary.org/obo/",
    "organism": "https://w3id.org/pfocr/organism/",
    "pfocr": "https://w3id.org/pfocr/vocab#",
    "pmc": "https://identifiers.org/pmc/",
    "prov": "http://www.w3.org/ns/prov#",
    "pubmed": "https://identifiers.org/pubmed/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "recount": "https://w3id.org/pfocr/recount/",
    "rgd": "https://identifiers.org/rgd/",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tag": "https://w3id.org/pfocr/tag/",
    "uniprot": "https://identifiers.org/uniprot/",
    "wikipathways": "https://identifiers.org/wikipathways/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_BY_NAMESPACE = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:.%-]*(?<!\.)")
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:([^\x00-\x20<>\"{}|^`\\%]|%[0-9A-Fa-f]{2})+")
_SAFE = re.compile(r"[A-Za-z0-9_.-]+")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_NOT_ESCAPED = bytes(code for code in range(256) if not _ESCAPED.match(chr(code)))
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_UNESCAPES = {value[1]: key for key, value in _ESCAPES.items()} | {"'": "'"}


def expand(curie: str) -> Term:
    """Return the IRI of a CURIE, for example `ncbigene:7409`; raise UsageError if unknown."""
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in PREFIXES:
        raise UsageError(f"{curie!r} has no known prefix", hint=f"known: {', '.join(PREFIXES)}")
    return f"<{PREFIXES[prefix]}{local}>"


def compress(term: Term) -> str:
    """Return the CURIE of an IRI where Turtle can write it so, else the IRI unchanged.

    The prefix is the longest registered namespace that ends in `/` or `#`; the local part must
    be a Turtle `PN_LOCAL` (https://www.w3.org/TR/turtle/#grammar-production-PN_LOCAL) in ASCII.
    """
    cut = max(term.rfind("/"), term.rfind("#")) + 1
    prefix = _BY_NAMESPACE.get(term[1:cut])
    local = term[cut:-1]
    if prefix is None or not _LOCAL.fullmatch(local):
        return term
    if "%" in local and _NO_ESCAPE.search(local):
        return term
    return f"{prefix}:{local}"


def iri(text: str) -> Term:
    """Return the token of an IRI that is already well formed."""
    return f"<{text}>"


def parse_iri(text: str) -> Term:
    """Return the token of an absolute IRI that somebody gives; raise UsageError for another text.

    >>> parse_iri("https://example.org/pfocr")
    '<https://example.org/pfocr>'
    """
    if not _ABSOLUTE.fullmatch(text):
        raise UsageError(f"{text!r} is not an IRI", hint="for example https://example.org/pfocr")
    return iri(text)


def literal(text: str, datatype: Term | None = None) -> Term:
    """Return the token of a literal in canonical N-Triples escapes."""
    if text.encode("utf-8", "surrogatepass").translate(None, _NOT_ESCAPED):
        text = _ESCAPED.sub(_escape, text)
    return f'"{text}"' if datatype is None else f'"{text}"^^{datatype}'


def integer(number: int) -> Term:
    return f'"{number}"^^{XSD_INTEGER}'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"


def decimal(number: float) -> Term:
    """Return a decimal in XSD's canonical form: no exponent, no trailing zeros.

    >>> decimal(0.50), decimal(1.0)
    ('"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return f'"{text}"^^{XSD_DECIMAL}'


def is_iri(term: Term) -> bool:
    return term[0] == "<"


class LiteralParts(NamedTuple):
    """The text of a literal, and its datatype or its language; neither: a string."""

    text: str
    datatype: Term | None = None
    language: str | None = None


def split_literal(term: Term) -> LiteralParts:
    """Return the parts of a literal token, escapes of its text undone.

    >>> split_literal('"Wnt"@en')
    LiteralParts(text='Wnt', datatype=None, language='en')
    """
    end = term.rindex('"')
    text, rest = term[1:end], term[end + 1 :]
    if "\\" in text:
        text = re.sub(r"\\(?:u([0-9A-F]{4})|(.))", _unescape, text)
    if rest.startswith("@"):
        return LiteralParts(text, language=rest[1:])
    return LiteralParts(text, rest[2:] or None)


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _UNESCAPES[match[2]]


def encode(text: str) -> str:
    """Percent-encode a text for one segment of an IRI: all but letters, digits and `_-.`."""
    if (text.isascii() and text.isalnum()) or _SAFE.fullmatch(text):
        return text
    return quote(text, safe="").replace("~", "%7E")


def _minter(prefix: str, before: str = "", after: str = "") -> Callable[[str], Term]:
    namespace = PREFIXES[prefix] + before

    def mint(identifier: str) -> Term:
        return f"<{namespace}{encode(identifier)}{after}>"

    mint.__doc__ = f"Return the IRI `{namespace}{{identifier}}{after}`."
    return mint


figure = _minter("figure", after=".html")
figure_alias = _minter("figure")
paper = _minter("pmc")
gene = _minter("ncbigene")
hgnc_symbol = _minter("hgncsymbol")
hgnc = _minter("hgnc")
ensembl = _minter("ensembl")
uniprot = _minter("uniprot")
mgi = _minter("mgi", before="MGI:")
rgd = _minter("rgd")
pubmed = _minter("pubmed")
famplex = _minter("fplx")
own_family = _minter("family")
mesh = _minter("mesh")
chebi = _minter("chebi", before="CHEBI:")
doid = _minter("obo", before="DOID_")
taxon = _minter("obo", before="NCBITaxon_")
wikipathways = _minter("wikipathways")
ndex = _minter("ndex")
lexicon = _minter("lexicon")
journal = _minter("journal")


def doi(identifier: str) -> Term:
    """Return the IRI of a DOI; slashes stay, since the suffix is a path of its own.

    >>> doi("10.1002/(SICI)1097<536::AID>3.0.CO;2-#")
    '<https://doi.org/10.1002/(SICI)1097%3C536::AID%3E3.0.CO;2-%23>'
    """
    return f"<{PREFIXES['doi']}{quote(identifier, safe='/:;()._-')}>"


def page_at_pmc(figlink: str) -> Term:
    """Return the address of the figure at PubMed Central from a page's `figlink`."""
    return f"<https://www.ncbi.nlm.nih.gov/{_encode_path(figlink)}>"


def site_page(path: str) -> Term:
    """Return the address of a page of the PFOCR site from its path (`redirect_from`)."""
    return f"<https://pfocr.wikipathways.org/{_encode_path(path)}>"


def _encode_path(path: str) -> str:
    """Percent-encode a path whose segments may be encoded already."""
    return quote(_NO_ESCAPE.sub("%25", path.lstrip("/")), safe="/:._-%")


def paper_page(pmcid: str) -> Term:
    """Return the address of a paper at Europe PMC."""
    return f"<https://europepmc.org/article/PMC/{encode(pmcid)}>"


def gene_http(entrez: str) -> Term:
    """Return the http form of a gene's IRI, which older RDF portals use."""
    return f"<http://identifiers.org/ncbigene/{encode(entrez)}>"


def image(pmcid: str, filename: str) -> Term:
    """Return the address of the picture at Europe PMC (NCBI no longer serves it)."""
    return f"<https://europepmc.org/articles/{encode(pmcid)}/bin/{encode(filename)}>"


def compound(prefix: str, *segments: str) -> Term:
    """Return an IRI of several identifiers, each encoded, with colons between them.

    >>> compound("mention", "PMC1__f1", "gene", "(Src", "SRC", "hgnc_symbol")
    '<https://w3id.org/pfocr/mention/PMC1__f1:gene:%28Src:SRC:hgnc_symbol>'
    """
    return f"<{PREFIXES[prefix]}{':'.join(map(encode, segments))}>"


def join(prefix: str, *iris: Term) -> Term:
    """Return an IRI made of the last segments of others, with colons between them."""
    return f"<{PREFIXES[prefix]}{':'.join(term[term.rindex('/') + 1 : -1] for term in iris)}>"


XSD_INTEGER = expand("xsd:integer")
XSD_DECIMAL = expand("xsd:decimal")
XSD_DOUBLE = expand("xsd:double")
XSD_GYEAR = expand("xsd:gYear")
RDF_TYPE = expand("rdf:type")
