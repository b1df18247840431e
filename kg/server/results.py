"""Write the rows of a limited result: SPARQL's JSON, XML, CSV and TSV.

pyoxigraph writes whole answers and counts no rows; so rows are taken one by one, and written here.
https://www.w3.org/TR/sparql11-results-json/, https://www.w3.org/TR/rdf-sparql-XMLres/,
https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

from __future__ import annotations

import csv
import html  # XML needs the same; xml.sax loads all of urllib
import io
import json
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.server.formats import SOLUTIONS

Node = NamedNode | BlankNode | Literal | Triple
Row = Sequence[Node | None]
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_XML = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'

_WHITE = {ord(char): f"&#{ord(char)};" for char in "\r\n\t"}


def write_rows(variables: Sequence[str], rows: Iterable[Row], media_type: str) -> bytes:
    """Return solutions as a document of a media type."""
    return _WRITERS[media_type](variables, rows).encode()


def write_boolean(value: bool, media_type: str) -> bytes:
    """Return the answer to an ASK; CSV and TSV, which define none, get the word alone."""
    word = "true" if value else "false"
    if media_type == SOLUTIONS["json"]:
        return f'{{"head": {{}}, "boolean": {word}}}\n'.encode()
    if media_type == SOLUTIONS["xml"]:
        return f"{_XML}<head/>\n<boolean>{word}</boolean>\n</sparql>\n".encode()
    return f"{word}\n".encode()


def _json(variables: Sequence[str], rows: Iterable[Row]) -> str:
    head = json.dumps({"vars": list(variables)}, ensure_ascii=False)
    bindings = ",\n".join(
        json.dumps(
            {name: _term(node) for name, node in zip(variables, row, strict=True) if node},
            ensure_ascii=False,
        )
        for row in rows
    )
    return f'{{"head": {head}, "results": {{"bindings": [\n{bindings}\n]}}}}\n'


def _term(node: Node) -> dict[str, str]:
    if isinstance(node, NamedNode):
        return {"type": "uri", "value": node.value}
    if isinstance(node, BlankNode):
        return {"type": "bnode", "value": node.value}
    if isinstance(node, Triple):
        return {"type": "literal", "value": str(node)}
    found = {"type": "literal", "value": node.value}
    if node.language:
        return found | {"xml:lang": node.language}
    if node.datatype.value != _XSD_STRING:
        return found | {"datatype": node.datatype.value}
    return found


def _xml(variables: Sequence[str], rows: Iterable[Row]) -> str:
    head = "".join(f'<variable name="{html.escape(name)}"/>' for name in variables)
    results = "\n".join(
        "<result>"
        + "".join(
            f'<binding name="{html.escape(name)}">{_element(_term(node))}</binding>'
            for name, node in zip(variables, row, strict=True)
            if node
        )
        + "</result>"
        for row in rows
    )
    return f"{_XML}<head>{head}</head>\n<results>\n{results}\n</results>\n</sparql>\n"


def _element(term: dict[str, str]) -> str:
    attributes = "".join(
        f' {name}="{html.escape(term[name])}"' for name in ("xml:lang", "datatype") if name in term
    )
    return f"<{term['type']}{attributes}>{_escape(term['value'])}</{term['type']}>"


def _escape(text: str) -> str:
    """Escape a text for XML; what XML can't hold is left out."""
    kept = "".join(char for char in text if char in "\t\n\r" or char >= " ")
    return html.escape(kept, quote=False).translate(_WHITE)


def _csv(variables: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(variables)
    writer.writerows([["" if n is None else _plain(n) for n in row] for row in rows])
    return out.getvalue()


def _plain(node: Node) -> str:
    return str(node) if isinstance(node, BlankNode | Triple) else node.value


def _tsv(variables: Sequence[str], rows: Iterable[Row]) -> str:
    lines = ["\t".join(f"?{name}" for name in variables)]
    lines += (
        "\t".join("" if n is None else str(n).replace("\t", "\\t") for n in row) for row in rows
    )
    return "\n".join(lines) + "\n"


_WRITERS: dict[str, Callable[[Sequence[str], Iterable[Row]], str]] = {
    SOLUTIONS["json"]: _json,
    SOLUTIONS["xml"]: _xml,
    SOLUTIONS["csv"]: _csv,
    SOLUTIONS["tsv"]: _tsv,
}
