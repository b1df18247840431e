r"""Parameters: declared in a query's header, bound as RDF terms.

Decision: a value becomes a term before it meets the text, and the term takes the place of the
whole placeholder, `"{{name}}"` or `<{{name}}>` with its quotes or brackets. No value can end the
literal or IRI that it stands in. An engine's own way to bind variables would do too, but
endpoints have none, and rdflib and Oxigraph differ in theirs. The placeholders are written so
that WikiPathways' web interface, which pastes, gets a well formed query from well formed values.

>>> to_literal('a "b" \\u0022')
'"a \\"b\\" \\\\\\U000000750022"'
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.errors import QueryError, UsageError
from kg.terms import PREFIXES, Term, expand, iri, literal

_ENUM = "enum:"
_SUGGESTED = "autocomplete:"
_TYPES = "string, uri, enum:one,two"
_NAME = re.compile(r"[A-Za-z_]\w*")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_BACKSLASH = re.compile(r"\\(?:\\([uU])|u([0-9A-F]{4})|.)")


class Parameter(NamedTuple):
    """A parameter as a header declares it; `choices` are an enum's values."""

    name: str
    type: str
    default: str
    label: str

    @property
    def choices(self) -> tuple[str, ...]:
        if not self.type.startswith(_ENUM):
            return ()
        return tuple(choice.strip() for choice in self.type.removeprefix(_ENUM).split(","))

    @property
    def is_iri(self) -> bool:
        return self.type == "uri"

    def term(self, value: str) -> Term:
        """Return the RDF term of a value; raise UsageError for one that the type excludes."""
        if self.choices and value not in self.choices:
            hint = f"one of {', '.join(self.choices)}"
            raise UsageError("is not a choice", field=self.name, value=value, hint=hint)
        try:
            value.encode()
            return to_iri(value) if self.is_iri else to_literal(value)
        except UnicodeEncodeError:
            raise UsageError("is not text in UTF-8", field=self.name, value=value) from None
        except UsageError as error:
            message, hint = error.problem.message, error.problem.hint
            raise UsageError(message, field=self.name, value=value, hint=hint) from None


def parse_parameter(text: str) -> Parameter:
    """Read `name|type|default|label` (WikiPathways' header); raise QueryError."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != len(Parameter._fields) or not _NAME.fullmatch(parts[0]):
        hint = "for example: gene|uri|https://identifiers.org/ncbigene/6714|NCBI Gene"
        raise QueryError("is not name|type|default|label", value=text, hint=hint)
    parameter = Parameter(*parts)
    known = parameter.is_iri or parameter.type == "string"
    if not known and not parameter.type.startswith((_ENUM, _SUGGESTED)):
        raise QueryError("is not a type", value=parameter.type, hint=f"known: {_TYPES}")
    try:
        parameter.term(parameter.default)
    except UsageError as error:
        message = f"is no default: it {error.problem.message}"
        raise QueryError(message, value=parameter.default, hint=error.problem.hint) from None
    return parameter


def to_literal(text: str) -> Term:
    r"""Return the token of a string literal that any SPARQL parser reads back as `text`.

    SPARQL resolves `\u` and four digits anywhere in a query before it is parsed (section 19.2).
    Careless parsers do so after an escaped backslash too, and take eight digits where four are
    meant; written as `\U` and eight digits, neither befalls it.
    """
    return _BACKSLASH.sub(_long_escape, literal(text))


def _long_escape(match: re.Match[str]) -> str:
    if match[1]:
        return f"\\\\\\U{ord(match[1]):08X}"
    return f"\\U0000{match[2]}" if match[2] else match[0]


def to_iri(text: str) -> Term:
    """Return the IRI that an IRI or CURIE says; raise UsageError where it is neither.

    >>> to_iri("ncbigene:7409")
    '<https://identifiers.org/ncbigene/7409>'
    """
    prefix, _, local = text.partition(":")
    found = expand(text) if prefix in PREFIXES and not local.startswith("//") else iri(text)
    if not _IRI.fullmatch(found[1:-1]):
        raise UsageError(
            "is not an IRI", value=text, hint="for example https://identifiers.org/ncbigene/7409"
        )
    return found
