"""SPARQL endpoints: the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import json
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, build_opener

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.errors import QueryError
from kg.store.answer import Answer, query_form
from kg.store.web import NoRedirects, check_url, read_reason

TIMEOUT_S = 60.0
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.8"
_REFUSED = (400, 422)


class Endpoint:
    """A SPARQL endpoint; `timeout_s` is how long its silence is borne, in seconds.

    Raises UsageError for what is not the URL of one.
    """

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        self.url = check_url(url)
        self.timeout_s = timeout_s
        self._opener = build_opener(NoRedirects)

    def query(self, text: str, name: str = "query") -> Answer:
        """Post a query (the protocol's section 2.1.2); the whole answer is held in memory."""
        has_triples = query_form(text) in ("CONSTRUCT", "DESCRIBE")
        kind, content = self._post(text, name, _TRIPLES if has_triples else _RESULTS)
        try:
            if not has_triples:
                if "json" not in kind:
                    raise SyntaxError(f"the answer is {kind}")
                return parse_query_results(plain_results(content), QueryResultsFormat.JSON)
            form = RdfFormat.from_media_type(kind)
            if form is None:
                raise SyntaxError(f"the answer is {kind}")
            return [quad.triple for quad in parse(content, form, base_iri=self.url)]
        except SyntaxError as error:
            raise QueryError(
                f"does not answer in SPARQL's formats: {error.msg or error}",
                file=self.url,
                hint="is this the address of a SPARQL endpoint? It often ends in /sparql",
            ) from None

    def _post(self, text: str, name: str, accept: str) -> tuple[str, bytes]:
        """Return media type and content of the answer."""
        from importlib.metadata import version

        headers = {"Accept": accept, "User-Agent": f"pfocr-kg/{version('pfocr-kg')}"}
        body = urlencode({"query": text}).encode()
        request = Request(self.url, body, headers)  # noqa: S310 - http and https alone get here
        try:
            with self._opener.open(request, timeout=self.timeout_s) as answer:
                return answer.headers.get_content_type(), answer.read()
        except HTTPError as error:
            with error:
                raise self._http_error(error, name) from None
        except TimeoutError:
            raise self._silent() from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise self._silent() from None
            told = getattr(reason, "strerror", None) or reason
            hint = "is the address right, and the server up?"
            raise QueryError(f"can't be reached: {told}", file=self.url, hint=hint) from None

    def _silent(self) -> QueryError:
        hint = "allow more with --timeout-s, or ask for less"
        return QueryError(f"did not answer in {self.timeout_s:g} s", file=self.url, hint=hint)

    def _http_error(self, error: HTTPError, name: str) -> QueryError:
        if target := error.headers.get("Location"):
            return QueryError("has moved", file=self.url, hint=f"use {target}")
        told = read_reason(error)
        if error.code in _REFUSED:
            return QueryError(f"was refused by {self.url}: {told}", file=name)
        return QueryError(f"answered {error.code} {error.reason}: {told}", file=self.url)


def plain_results(content: bytes) -> bytes:
    """Return SPARQL JSON as Oxigraph's reader takes it; what is none is returned as it is.

    Comunica writes `metadata` beside head and results, and names no variables where it knows that
    there is no solution. Virtuoso calls blank nodes `nodeID://b1`; they are named anew, by the
    order in which they appear.
    """
    try:
        document = json.loads(content)
        kept = {name: document[name] for name in ("head", "results", "boolean") if name in document}
        rows = kept.get("results", {}).get("bindings", [])
        if "results" in kept and not rows:
            kept["head"] = {"vars": kept["head"].get("vars", [])}
        blanks = [term for row in rows for term in row.values() if term["type"] == "bnode"]
    except (ValueError, LookupError, TypeError, AttributeError):
        return content
    names: dict[str, str] = {}
    for term in blanks:
        term["value"] = names.setdefault(term["value"], f"b{len(names)}")
    return json.dumps(kept).encode() if names or kept != document else content
