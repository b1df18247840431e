"""Write RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/), for tools that read nothing else.

XML 1.0 can't hold control characters, which some words that were read in pictures have: each is
written as U+FFFD, the replacement character. Every other format keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from kg.terms import PREFIXES, RDF_TYPE, Description, Term, compress, is_iri, split_literal

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class RdfXmlWriter:
    """Writes an `rdf:Description` a subject."""

    separator = ""
    footer = "</rdf:RDF>\n"

    def __init__(self) -> None:
        names = "".join(f'\n  xmlns:{prefix}="{iri}"' for prefix, iri in sorted(PREFIXES.items()))
        self.header = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'

    def block(self, descriptions: Iterable[Description]) -> str:
        lines: list[str] = []
        for subject, pairs in descriptions:
            lines.append(f"<rdf:Description rdf:about={_quoted(subject)}>\n")
            lines += map(_element, sorted(pairs, key=lambda pair: (pair[0] != RDF_TYPE, pair)))
            lines.append("</rdf:Description>\n")
        return "".join(lines)


def _element(pair: tuple[Term, Term]) -> str:
    predicate, value = pair
    name = compress(predicate)
    if is_iri(value):
        return f"  <{name} rdf:resource={_quoted(value)}/>\n"
    text, datatype, language = split_literal(value)
    typed = "" if datatype is None else f" rdf:datatype={_quoted(datatype)}"
    typed = typed if language is None else f' xml:lang="{language}"'
    shown = escape(_NOT_XML.sub("\ufffd", text), quote=False).replace("\r", "&#13;")
    return f"  <{name}{typed}>{shown}</{name}>\n"


def _quoted(iri: Term) -> str:
    """Return an IRI as the quoted value of an attribute."""
    return f'"{escape(iri[1:-1])}"'
