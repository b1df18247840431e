"""The W3C's SPARQL 1.1 Protocol tests, each by its name in their manifest.

https://github.com/w3c/rdf-tests/blob/main/sparql/sparql11/protocol/manifest.ttl

Requests are put together here from what the manifest says: its graphs are `data0.rdf` to
`data3.rdf` below http://kasei.us/2009/09/sparql/data/, each of which says of itself that it is a
foaf:Document. Two things differ. In `query_multiple_dataset` the manifest has the `&` between two
parameters percent-encoded, which names one graph of a strange name; here it is `&`, as the text of
the test says. And this endpoint takes no updates: the tests of updates that should succeed are
tests that they are refused, and that nothing was changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from serving import Reply, Server, serving

from kg.store import load_store
from kg.terms import iri

DATA = "http://kasei.us/2009/09/sparql/data/data%d.rdf"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
DEFAULT_0 = f"default-graph-uri={quote(DATA % 0, safe='')}"
ONE, TWO, THREE = (f"<{DATA % number}> a ?type" for number in (1, 2, 3))
NAMED = f"GRAPH ?g1 {{ {ONE} }} GRAPH ?g2 {{ {TWO} }}"


def graphs(kind: str, *numbers: int) -> str:
    """Return the parameters that name some of the data, for example as `default-graph-uri`."""
    return "&".join(f"{kind}={quote(DATA % number, safe='')}" for number in numbers)


class Request(NamedTuple):
    """A request: method, what follows the path, body and its media type."""

    method: str
    parameters: str = ""
    body: str | bytes | None = None
    kind: str | None = None


def get(query: str, *parameters: str) -> Request:
    return Request("GET", "&".join([f"query={quote(query, safe='')}", *parameters]))


def post(query: str, *parameters: str) -> Request:
    return Request("POST", "&".join(parameters), query, QUERY)


TRUE: Mapping[str, Request] = {
    "query_post_form": Request("POST", DEFAULT_0, "query=ASK%20%7B%7D", FORM),
    "query_dataset_default_graphs_get": get(
        f"ASK {{ {ONE} . {TWO} . }}", graphs("default-graph-uri", 1, 2)
    ),
    "query_dataset_default_graphs_post": post(
        f"ASK {{ {ONE} . {TWO} . }}", graphs("default-graph-uri", 1, 2)
    ),
    "query_dataset_named_graphs_post": post(f"ASK {{ {NAMED} }}", graphs("named-graph-uri", 1, 2)),
    "query_dataset_named_graphs_get": get(f"ASK {{ {NAMED} }}", graphs("named-graph-uri", 1, 2)),
    "query_dataset_full": post(
        f"ASK {{ {THREE} {NAMED} }}",
        graphs("default-graph-uri", 3),
        graphs("named-graph-uri", 1, 2),
    ),
    "query_multiple_dataset": post(
        f"ASK FROM <{DATA % 3}> {{ {NAMED} }}", graphs("named-graph-uri", 1, 2)
    ),
    "query_get": get("ASK {}", DEFAULT_0),
    "query_content_type_ask": post("ASK {}", DEFAULT_0),
    "query_post_direct": post("ASK {}"),
}
"""Requests that are answered with true."""

RESULTS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
RDF = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}
TYPED: Mapping[str, tuple[Request, set[str]]] = {
    "query_content_type_select": (post("SELECT (1 AS ?value) {}", DEFAULT_0), RESULTS),
    "query_content_type_describe": (post("DESCRIBE <http://example.org/>", DEFAULT_0), RDF),
    "query_content_type_construct": (post("CONSTRUCT { <s> <p> 1 } WHERE {}", DEFAULT_0), RDF),
}
"""Requests that are answered with one of some media types."""

BAD: Mapping[str, tuple[Request, int]] = {
    "bad_query_method": (Request("PUT", f"query=ASK%20%7B%7D&{DEFAULT_0}", kind=FORM), 405),
    "bad_multiple_queries": (
        Request("GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"),
        400,
    ),
    "bad_query_wrong_media_type": (Request("POST", "", "ASK {}", "text/plain"), 415),
    "bad_query_missing_form_type": (Request("POST", "", "query=ASK%20%7B%7D"), 415),
    "bad_query_missing_direct_type": (Request("POST", "", "ASK {}"), 415),
    "bad_query_non_utf8": (
        Request("POST", "", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"),
        415,
    ),
    "bad_query_syntax": (Request("GET", "query=ASK%20%7B"), 400),
    "bad_update_get": (Request("GET", "update=CLEAR%20ALL"), 403),
    "bad_multiple_updates": (
        Request("POST", "", "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM),
        403,
    ),
    "bad_update_wrong_media_type": (Request("POST", "", "CLEAR NAMED", "text/plain"), 415),
    "bad_update_missing_form_type": (Request("POST", "", "update=CLEAR%20NAMED"), 415),
    "bad_update_non_utf8": (
        Request("POST", "", "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16"),
        415,
    ),
    "bad_update_syntax": (Request("POST", "", "update=CLEAR%20XYZ", FORM), 403),
    "bad_update_dataset_conflict": (
        Request(
            "POST",
            "using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople",
            "WITH <http://example/addresses> DELETE { ?p ?q 'Bill' } WHERE { ?p ?q 'Bill' }",
            UPDATE,
        ),
        403,
    ),
}
"""Requests that are answered with a status 4xx; ours says which."""

CHANGE = f"CLEAR ALL ; INSERT DATA {{ GRAPH <{DATA % 1}> {{ <urn:a> a <urn:b> }} }}"
UPDATES: Mapping[str, Request] = {
    "update_dataset_default_graph": Request("POST", graphs("using-graph-uri", 1), CHANGE, UPDATE),
    "update_dataset_default_graphs": Request(
        "POST", graphs("using-graph-uri", 1, 2), CHANGE, UPDATE
    ),
    "update_dataset_named_graphs": Request(
        "POST", graphs("using-named-graph-uri", 1, 2), CHANGE, UPDATE
    ),
    "update_dataset_full": Request(
        "POST",
        f"{graphs('using-graph-uri', 1)}&{graphs('using-named-graph-uri', 2)}",
        CHANGE,
        UPDATE,
    ),
    "update_post_form": Request("POST", "", f"update={quote(CHANGE)}", FORM),
    "update_post_direct": Request("POST", "", CHANGE, UPDATE),
    "update_base_uri": Request("POST", "", "INSERT DATA { <s> <p> <test> }", UPDATE),
}
"""Updates that an endpoint which takes updates would carry out; ours refuses them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("protocol")
    for number in (1, 2, 3):
        path: Path = folder / f"data{number}.nt"
        path.write_text(
            f"<{DATA % number}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<http://xmlns.com/foaf/0.1/Document> .\n"
        )
        load_store(folder / "store", [path], iri(DATA % number))
    with serving(folder / "store", log=folder / "log") as running:
        yield running


def send(server: Server, request: Request) -> Reply:
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = {"Content_Type": request.kind} if request.kind else {}
    path = f"/sparql?{request.parameters}" if request.parameters else "/sparql"
    return server.send(request.method, path, body, **headers)


def test_all_tests_of_the_manifest_are_here() -> None:
    assert len({*TRUE, *TYPED, *BAD, *UPDATES}) == 34


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_said(server: Server, name: str) -> None:
    reply = send(server, TRUE[name])
    assert (reply.status, reply.kind) == (200, "application/sparql-results+json"), reply.text
    assert json.loads(reply.body)["boolean"] is True


@pytest.mark.parametrize("name", TYPED)
def test_answers_have_a_media_type_of_their_kind(server: Server, name: str) -> None:
    request, kinds = TYPED[name]
    reply = send(server, request)
    assert reply.status == 200, reply.text
    assert reply.kind in kinds


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_request_is_refused(server: Server, name: str) -> None:
    request, status = BAD[name]
    reply = send(server, request)
    assert (reply.status, reply.kind) == (status, "text/plain"), reply.text


@pytest.mark.parametrize("name", UPDATES)
def test_updates_are_refused_and_change_nothing(server: Server, name: str) -> None:
    reply = send(server, UPDATES[name])
    assert reply.status == 403
    assert reply.text == "this endpoint takes no updates: it is read-only\n"
    count = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?g) AS ?m) { GRAPH ?g { ?s ?p ?o } }"
    assert server.query(count, "text/csv").text.split() == ["n,m", "3,3"]


def test_relative_iris_are_relative_to_the_endpoint(server: Server) -> None:
    reply = server.query("CONSTRUCT { <s> <p> 1 } {}", "application/n-triples")
    assert reply.text.startswith(f"<{server.url}/s> <{server.url}/p> ")
