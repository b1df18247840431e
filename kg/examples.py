"""The named queries in the forms of two other ecosystems, made from the `.rq` files.

SIB's examples (https://github.com/sib-swiss/sparql-examples): one Turtle file a query, a
`sh:SPARQLExecutable` with question, keywords and the endpoint that it is for; parameters have
their defaults. grlc (https://github.com/CLARIAH/grlc): a `.rq` file whose header says `#+`, from
which grlc makes a web API; parameters are variables named `?_name`, `?_name_iri` or
`?_name_prefix_datatype`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from kg.errors import WriteError
from kg.query.named import Query
from kg.store import query_form
from kg.store.web import check_url
from kg.terms import PREFIXES, encode, iri, literal
from kg.write import open_target

EXAMPLES = "https://w3id.org/pfocr/sparql-examples/"
WIKIPATHWAYS = "https://sparql.wikipathways.org/sparql"
"""The endpoint that queries are for, unless another one is named."""
_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "DESCRIBE": ("spex:SPARQLDescribeExecutable", "spex:describe"),
}
_PREFIX = re.compile(r"^PREFIX\s+(\w+):\s*<([^>]*)>", re.MULTILINE)
_SERVICE = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]*)>", re.IGNORECASE)
_HEADER = f"""\
@prefix ex: <{EXAMPLES}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <{PREFIXES["rdfs"]}> .
@prefix schema: <{PREFIXES["schema"]}> .
@prefix sh: <{PREFIXES["sh"]}> .
@prefix spex: <https://purl.expasy.org/sparql-examples/ontology#> .
@prefix xsd: <{PREFIXES["xsd"]}> .
"""


class Style(NamedTuple):
    """A form that queries are written in: extension, and what writes one, given an endpoint."""

    extension: str
    write: Callable[[Query, str], str]


def to_sib(query: Query, endpoint: str) -> str:
    """Return a query as SIB's Turtle."""
    text = query.bind()
    executable, predicate = _FORMS[query_form(text) or "SELECT"]
    pairs = [
        f"rdfs:comment {_long(query.description or query.title)}@en",
        f"rdfs:label {literal(query.title)}@en",
        f"sh:prefixes {iri(EXAMPLES + 'prefixes')}",
        f"{predicate} {_long(_body(text))}",
        f"schema:target {iri(endpoint)}",
    ]
    if query.keywords:
        pairs.append(f"schema:keywords {' , '.join(map(literal, query.keywords))}")
    if services := sorted(set(_SERVICE.findall(text))):
        pairs.append(f"spex:federatesWith {' , '.join(map(iri, services))}")
    shown = " ;\n    ".join([f"a sh:SPARQLExecutable , {executable}", *pairs])
    return f"{_HEADER}\nex:{encode(query.name)}\n    {shown} .\n"


def write_prefixes(queries: Iterable[Query]) -> str:
    """Return the Turtle that declares the prefixes of queries, once for all examples."""
    declared = sorted({pair for query in queries for pair in _PREFIX.findall(query.text)})
    shown = ",\n        ".join(
        f'[ sh:prefix {literal(prefix)} ; sh:namespace "{namespace}"^^xsd:anyURI ]'
        for prefix, namespace in declared
    )
    return f"{_HEADER}\nex:prefixes a owl:Ontology ;\n    sh:declare {shown} .\n"


def to_grlc(query: Query, endpoint: str) -> str:
    """Return a query with grlc's header, its parameters as grlc's variables."""
    lines = [
        f"summary: {_scalar(query.title)}",
        f"description: {_scalar(query.description)}",
        f"endpoint: {_scalar(endpoint)}",
        "method: GET",
        "tags:",
        f"  - {_scalar(query.category)}",
    ]
    if query.parameters:
        lines.append("defaults:")
        lines += (f"  - {p.name}: {_scalar(p.default)}" for p in query.parameters)
    if chosen := [p for p in query.parameters if p.choices]:
        lines.append("enumerate:")
        for parameter in chosen:
            lines.append(f"  - {parameter.name}:")
            lines += (f"      - {_scalar(choice)}" for choice in parameter.choices)
    text = _body(query.text)
    for parameter in query.parameters:
        variable = f"?_{parameter.name}{'_iri' if parameter.is_iri else ''}"
        form = "<{{%s}}>" if parameter.is_iri else '"{{%s}}"'
        placeholder = re.escape(form % parameter.name)
        # VALUES takes no variable, BIND does.
        text = re.sub(rf"VALUES (\?\w+) {{ {placeholder} }}", rf"BIND ({variable} AS \1)", text)
        text = re.sub(rf"{placeholder}\^\^(\w+):(\w+)", rf"{variable}_\1_\2", text)
        text = re.sub(placeholder, variable, text)
    header = "".join(f"#+ {line}\n" for line in lines)
    return f"{header}\n{text}"


STYLES = {"sib": Style(".ttl", to_sib), "grlc": Style(".rq", to_grlc)}


def write_examples(queries: Iterable[Query], style: str, folder: Path, endpoint: str) -> int:
    """Write queries into a folder, one file each; return how many there are.

    Raises UsageError for what is not the URL of an endpoint, WriteError for what is no folder.
    """
    check_url(endpoint)
    chosen = list(queries)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    extension, write = STYLES[style]
    texts = {query.name + extension: write(query, endpoint) for query in chosen}
    if style == "sib":
        texts["prefixes.ttl"] = write_prefixes(chosen)
    for name, text in texts.items():
        with open_target(str(folder / name)) as target:
            target.write(text.encode())
    return len(chosen)


def _body(text: str) -> str:
    """Return a query without WikiPathways' header, which ends at the first blank line."""
    _, _, body = text.partition("\n\n")
    return (body or text).lstrip("\n")


def _long(text: str) -> str:
    """Return a text as one of Turtle's long literals."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{escaped}{" " if escaped.endswith(chr(34)) else ""}"""'


def _scalar(text: str) -> str:
    """Return a text as a quoted YAML scalar, which YAML takes for nothing else."""
    return "'" + text.replace("'", "''") + "'"
