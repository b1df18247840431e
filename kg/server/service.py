"""Find the endpoints that a query would ask (SERVICE), before anything is evaluated.

Only `SERVICE <IRI>` with an IRI that is allowed passes. A prefixed name or a variable is refused:
where it leads is not to be seen in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from kg.server.limits import RefusedError

_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""
    \#[^\n\r]*                                           # comment
    | <(?P<iri>[^<>"{}|^`\\\x00-\x20]*)>
    | '{3}(?:[^\\]|\\.)*?'{3} | "{3}(?:[^\\]|\\.)*?"{3}  # long strings
    | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"      # strings
    | [?$@][\w-]+ | _:[\w.-]+
    | [\w.-]*:[\w.%:\\-]*                                # prefixed names
    | (?P<word>\w+)
    | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)


def check_services(text: str, allowed: frozenset[str]) -> None:
    """Raise RefusedError for a query that would ask an endpoint that is not allowed.

    >>> check_services('SELECT * { ?s ?p "SERVICE <http://e/>" } # SERVICE', frozenset())
    """
    unescaped = _ESCAPED.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)
    for version in {text, unescaped}:
        for asked in _iter_services(version):
            if asked not in allowed:
                named = f"SERVICE <{asked}>" if asked else "SERVICE without an IRI of its own"
                hint = f"allowed: {', '.join(sorted(allowed))}" if allowed else ""
                message = f"{named} is not allowed: this server asks no other"
                raise RefusedError(HTTPStatus.FORBIDDEN, message, hint)


def asks_others(text: str) -> bool:
    """Return whether a query asks another endpoint."""
    return next(_iter_services(text), None) is not None


def name_addresses(text: str, addresses: Mapping[str, str]) -> str:
    """Return a query that asks endpoints at other addresses than their own."""
    parts, done = [], 0
    for match in _iter_service_tokens(text):
        parts += [text[done : match.start()], f"<{addresses[match['iri']]}>"]
        done = match.end()
    return "".join([*parts, text[done:]])


def _iter_services(text: str) -> Iterator[str]:
    """Yield the IRI after each SERVICE, empty where there is none."""
    for match in _iter_service_tokens(f"{text} ."):
        yield match["iri"] or ""


def _iter_service_tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the token after each SERVICE, which should be an IRI."""
    is_after = False
    for match in _TOKEN.finditer(text):
        word = (match["word"] or "").upper()
        if match[0].startswith("#") or (is_after and word == "SILENT"):
            continue
        if is_after:
            yield match
        is_after = word == "SERVICE"
