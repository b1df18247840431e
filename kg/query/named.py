"""Queries: their files with WikiPathways' header, and where the named ones are found.

The header is comment lines up to the first blank line: `# title:`, `# category:`,
`# description:` (a line each), `# keywords:`, `# param: name|type|default|label`. The query is
sent whole, header included, so that the lines of an error are the file's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from kg.errors import QueryError, UsageError, at
from kg.query.parameters import Parameter, parse_parameter

_HEADER = re.compile(r"#\s*(title|category|description|keywords|param)\s*:(.*)")
_PLACEHOLDER = re.compile(
    r'"\{\{(?P<literal>\w+)\}\}"|<\{\{(?P<iri>\w+)\}\}>|\{\{(?P<bare>\w+)\}\}'
)
_EXTENSION = ".rq"


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query with what its header says."""

    name: str
    text: str
    title: str = ""
    category: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    def bind(self, values: Mapping[str, str] | None = None) -> str:
        """Return the text with a term in place of each placeholder; defaults where no value is.

        Raises UsageError for a parameter that the query has not, or a value that it can't take.
        """
        given = values or {}
        for name in given:
            if name not in {parameter.name for parameter in self.parameters}:
                message = f"the query {self.name} has no parameter {name!r}"
                raise UsageError(message, hint=self._known())
        bound = {p.name: p.term(given.get(p.name, p.default)) for p in self.parameters}
        return _PLACEHOLDER.sub(lambda match: bound[match[match.lastgroup or 0]], self.text)

    def _known(self) -> str:
        shown = [f"{p.name} ({p.label}; default {p.default!r})" for p in self.parameters]
        return f"it has {', '.join(shown)}" if shown else "it has none"


def parse_query(text: str, name: str = "query") -> Query:
    """Read a query and its header; raise QueryError for one that can't be bound."""
    found: dict[str, list[str]] = {}
    parameters: dict[str, Parameter] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            break
        match = _HEADER.match(line)
        if match is None:
            continue
        key, value = match[1], match[2].strip()
        found.setdefault(key, []).append(value)
        if key == "param":
            with at(name, number):
                parameter = parse_parameter(value)
                if parameter.name in parameters:
                    raise QueryError("is declared twice", field=parameter.name)
            parameters[parameter.name] = parameter
    _check_placeholders(text, name, parameters)
    keywords = ",".join(found.get("keywords", [])).split(",")
    return Query(
        name=name,
        text=text,
        title=" ".join(found.get("title", [])),
        category=" ".join(found.get("category", [])),
        description=" ".join(found.get("description", [])),
        keywords=tuple(keyword.strip() for keyword in keywords if keyword.strip()),
        parameters=tuple(parameters.values()),
    )


def _check_placeholders(text: str, name: str, parameters: Mapping[str, Parameter]) -> None:
    for match in _PLACEHOLDER.finditer(text):
        parameter = parameters.get(match[match.lastgroup or 0])
        with at(name, text.count("\n", 0, match.start()) + 1):
            if parameter is None:
                hint = (
                    f"declared: {', '.join(parameters) or 'none'}; # param: name|type|default|label"
                )
                raise QueryError("is a placeholder without a parameter", value=match[0], hint=hint)
            form = "<{{%s}}>" if parameter.is_iri else '"{{%s}}"'
            if match[0] != form % parameter.name:
                hint = f"a {parameter.type} is written {form % parameter.name}"
                raise QueryError("is not how this is written", value=match[0], hint=hint)


def queries_folder() -> Traversable:
    """Return the folder of the named queries: in the installed package, else in the checkout."""
    package = files("kg")
    shipped = package / "queries"
    return shipped if shipped.is_dir() else Path(str(package)).parent / "queries"


@cache
def _named() -> dict[str, Traversable]:
    found = [file for file in queries_folder().iterdir() if file.name.endswith(_EXTENSION)]
    return dict(sorted((file.name.removesuffix(_EXTENSION), file) for file in found))


def get_query(name: str) -> Query:
    """Return a named query; raise UsageError where there is none of that name."""
    file = _named().get(name)
    if file is None:
        close = get_close_matches(name, _named(), n=3)
        hint = f"is it {' or '.join(close)}?" if close else "list them with: kg queries"
        raise UsageError(f"there is no query {name!r}", hint=hint)
    return parse_query(file.read_text(encoding="utf-8"), name)


def iter_queries() -> Iterator[Query]:
    """Yield the named queries, by name."""
    return map(get_query, _named())


def find_query(source: str) -> Query:
    """Return the query that a name, a `.rq` file or `-` (stdin) means."""
    path = Path(source)
    is_file = source == "-" or path.suffix == _EXTENSION or path.is_file()
    if source in _named() or not is_file:
        return get_query(source)
    name = "stdin" if source == "-" else source
    try:
        content = sys.stdin.buffer.read() if source == "-" else path.read_bytes()
        return parse_query(content.decode("utf-8-sig").replace("\r\n", "\n"), name)
    except OSError as error:
        raise QueryError(f"can't be read: {error.strerror}", file=name) from None
    except UnicodeDecodeError:
        raise QueryError("is not text in UTF-8", file=name) from None
