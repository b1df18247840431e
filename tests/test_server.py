"""The server: SPARQL protocol, limits, descriptions; asked over HTTP by several clients.

What the W3C's protocol tests ask is in test_protocol.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import comunica_program
from pyoxigraph import QueryResultsFormat, RdfFormat
from serving import ASK, OTHER, Server, serving

from kg.server.formats import SOLUTIONS, TRIPLES, choose_media_type
from kg.server.limits import RefusedError
from kg.server.results import write_rows
from kg.server.service import check_services, name_addresses
from kg.store import DATASET_GRAPH
from kg.terms import RDF_TYPE

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


# The protocol


@pytest.mark.parametrize("media_type", SOLUTIONS.values())
def test_solutions_come_in_each_format(server: Server, media_type: str) -> None:
    text = "SELECT ?s ?o ?none WHERE { ?s <http://e/p> ?o } ORDER BY ?s"
    reply = server.query(text, media_type)
    assert (reply.status, reply.kind) == (200, media_type)
    if media_type == "text/csv":
        assert list(csv.reader(io.StringIO(reply.text))) == [
            ["s", "o", "none"],
            ["http://e/a", 'x\t"<&>\n', ""],
            ["http://e/b", "1", ""],
        ]
        return
    form = QueryResultsFormat.from_media_type(media_type)
    answer = pyoxigraph.parse_query_results(reply.body, form)
    assert [variable.value for variable in answer.variables] == ["s", "o", "none"]
    assert [[str(row[0]), str(row[1]), row[2]] for row in answer] == [
        ["<http://e/a>", '"x\\t\\"<&>\\n"@en', None],
        ["<http://e/b>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', None],
    ]


@pytest.mark.parametrize("media_type", TRIPLES.values())
def test_triples_come_in_each_format(server: Server, media_type: str) -> None:
    reply = server.query(
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o ; a <https://schema.org/Gene> } LIMIT 50",
        media_type,
    )
    assert (reply.status, reply.kind) == (200, media_type)
    form = RdfFormat.from_media_type(media_type)
    assert len(list(pyoxigraph.parse(reply.body, form))) == 50


def test_a_query_is_taken_in_three_ways(server: Server) -> None:
    direct = server.send("POST", "/sparql", ASK.encode(), Content_Type="application/sparql-query")
    for reply in (server.query(ASK), server.post({"query": ASK}), direct):
        assert reply.status == 200
        assert reply.kind == "application/sparql-results+json"
        assert json.loads(reply.body) == {"head": {}, "boolean": True}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, SOLUTIONS["json"]),
        ("*/*", SOLUTIONS["json"]),
        ("application/xml", SOLUTIONS["xml"]),
        ("text/csv;q=0.4, text/*;q=0.9, */*;q=0.1", "text/tab-separated-values"),
        ("application/sparql-results+xml;q=0.5, application/json", SOLUTIONS["json"]),
        ("TEXT/CSV", "text/csv"),
    ],
)
def test_the_format_is_negotiated(server: Server, accept: str | None, media_type: str) -> None:
    reply = server.query(ASK, accept)
    assert (reply.status, reply.kind) == (200, media_type)
    assert "Accept" in reply.headers["vary"]


def test_a_format_can_be_named(server: Server) -> None:
    assert server.query(ASK, format="xml").kind == SOLUTIONS["xml"]
    assert server.query("DESCRIBE <http://e/a>", format="nt").kind == TRIPLES["ntriples"]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ([], None),
        ([("default-graph-uri", OTHER[1:-1])], 2),
        ([("default-graph-uri", OTHER[1:-1]), ("default-graph-uri", DATASET_GRAPH[1:-1])], None),
        ([("default-graph-uri", "http://e/none")], 0),
        ([("named-graph-uri", OTHER[1:-1])], 0),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_dataset_can_be_named(
    server: Server, method: str, parameters: list[tuple[str, str]], count: int | None
) -> None:
    """The protocol's dataset wins over the query's."""
    text = f"SELECT (COUNT(*) AS ?n) FROM {DATASET_GRAPH} WHERE {{ ?s ?p ?o }}"  # noqa: S608 - a name of the test
    if not parameters:
        text = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    if method == "GET":
        reply = server.get(f"/sparql?{urlencode([('query', text), *parameters])}", "text/csv")
    else:
        kind = "application/sparql-query"
        path = f"/sparql?{urlencode(parameters)}"
        reply = server.send("POST", path, text.encode(), Content_Type=kind, Accept="text/csv")
    found = int(reply.text.split()[1])
    assert found == count if count is not None else found > 9000


def test_named_graphs_of_the_protocol(server: Server) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    reply = server.query(text, "text/csv", **{"named-graph-uri": OTHER[1:-1]})
    assert reply.text.split()[1] == "2"


FORM = "application/x-www-form-urlencoded"
SPARQL = "application/sparql-query"
UPDATE = "application/sparql-update"


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status"),
    [
        ("DELETE", "/sparql", None, None, 405),
        ("POST", "/sparql", b"query=ASK%20%7B%7D", "", 415),
        ("POST", "/sparql", b"ASK { \xff }", SPARQL, 400),
        ("GET", "/sparql?query=%FF", None, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=not%20an%20iri", None, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&format=pdf", None, None, 400),
        ("POST", "/sparql", b"a=b", FORM, 400),
        ("POST", "/sparql", b"update=CLEAR+ALL", FORM, 403),
        ("POST", "/sparql", b"CLEAR ALL", UPDATE, 403),
        ("POST", "/sparql?update=CLEAR+ALL", b"ASK {}", SPARQL, 403),
        ("GET", "/sparql?query=CLEAR%20ALL", None, None, 400),
        ("GET", "/sparql?query=LOAD%20%3Cfile%3A%2F%2F%2Fetc%2Fpasswd%3E", None, None, 400),
        ("POST", "/sparql", b"query=" + b"x" * 30_000, FORM, 413),
        ("GET", "/sparql?" + "&".join(f"a{n}=b" for n in range(200)), None, None, 400),
        ("POST", "/store?default", b"", "text/turtle", 405),
        ("PUT", "/store?default", b"", "text/turtle", 405),
        ("GET", "/store", None, None, 400),
        ("GET", "/store?graph=x", None, None, 400),
        ("GET", "/store?graph=http://e/none", None, None, 404),
        ("GET", "/nothing", None, None, 404),
        ("GET", "/static/../app.py", None, None, 404),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused(
    server: Server, method: str, path: str, body: bytes | None, kind: str | None, status: int
) -> None:
    headers = {} if kind is None else {"Content_Type": kind}
    reply = server.send(method, path, body, **headers)
    assert reply.status == status, reply.text
    assert reply.kind == "text/plain"
    assert "Traceback" not in reply.text
    assert server.query(ASK).status == 200


def test_errors_say_what_is_wrong(server: Server) -> None:
    assert server.query("SELECT * {\n ?s ?p }").text.startswith("query:2: is not SPARQL")
    assert server.query("ASK {}", "image/png").status == 406
    assert server.query("ASK {}", "image/png").text == (
        "the answer is solutions, in none of the formats that Accept names\n"
    )
    assert "405" not in server.send("PUT", "/sparql").text
    assert server.send("PUT", "/sparql").headers["allow"]


def test_browsers_on_other_sites_may_ask(server: Server) -> None:
    reply = server.send("GET", f"/sparql?query={quote(ASK)}", Origin="https://example.org")
    assert reply.headers["access-control-allow-origin"] == "*"
    asked = {
        "Origin": "https://example.org",
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "content-type",
    }
    reply = server.send("OPTIONS", "/sparql", **asked)
    assert reply.status == 200
    assert "POST" in reply.headers["access-control-allow-methods"]


def test_graphs_are_read_by_the_graph_store_protocol(server: Server) -> None:
    reply = server.get(f"/store?graph={quote(OTHER[1:-1], safe='')}", "application/n-triples")
    assert reply.status == 200
    assert len(list(pyoxigraph.parse(reply.body, RdfFormat.N_TRIPLES))) == 2
    whole = server.get("/store?default", "text/turtle")
    assert whole.status == 413, "it has more triples than rows are allowed"
    assert "more than 2,000 rows" in whole.text


# Descriptions


def test_the_service_describes_itself(server: Server) -> None:
    reply = server.get("/sparql", "text/turtle")
    assert (reply.status, reply.kind) == (200, "text/turtle")
    store = pyoxigraph.Store()
    store.load(reply.body, RdfFormat.TURTLE)
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>"
    found = list(
        store.query(
            f"{sd} SELECT ?endpoint ?graph {{ ?s a sd:Service ; sd:endpoint ?endpoint ;"
            " sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;"
            " sd:defaultDataset [ sd:namedGraph [ sd:name ?graph ] ] } ORDER BY ?graph"
        )
    )
    assert [str(row["graph"]) for row in found] == [OTHER, DATASET_GRAPH]
    assert found[0]["endpoint"].value == f"{server.url}/sparql"
    assert "BasicFederatedQuery" not in reply.text


def test_the_data_is_described_in_void(server: Server) -> None:
    reply = server.get("/.well-known/void", "application/ld+json")
    assert reply.kind == "application/ld+json"
    store = pyoxigraph.Store()
    store.load(server.get("/.well-known/void").body, RdfFormat.TURTLE)
    found = list(
        store.query(
            "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?n ?e { ?d void:sparqlEndpoint ?e ;"
            " void:classPartition [ void:class <http://purl.org/spar/doco/Figure> ;"
            " void:entities ?n ] }"
        )
    )
    assert [(row["n"].value, row["e"].value) for row in found] == [("12", f"{server.url}/sparql")]


def test_classes_and_graphs_without_an_iri_are_not_described(tmp_path: Path) -> None:
    """Data of any kind can be served: OWL has classes that are blank nodes."""
    data = tmp_path / "a.nq"
    kinds = ("<http://e/Kind>", "_:kind", '"a text"')
    lines = [f"<http://e/a> {RDF_TYPE} {kind} <http://e/g> .\n" for kind in kinds]
    data.write_text("".join([*lines, f"<http://e/b> {RDF_TYPE} <http://e/Kind> _:graph .\n"]))
    with serving(data, log=tmp_path / "log") as server:
        void = server.get("/.well-known/void", "application/n-triples")
        service = server.get("/sparql", "application/n-triples")
    assert (void.status, service.status) == (200, 200)
    assert re.findall(r"void#class> (\S+) ", void.text) == ["<http://e/Kind>"]
    assert re.findall(r"#name> (\S+) ", service.text) == ["<http://e/g>"]


# Other endpoints


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE#<http://ok/>\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
        "PREFIX a: <http://127.0.0.1:1/> SELECT * { SERVICE a: { ?s ?p ?o } }",
        "SELECT * { VALUES ?u { <http://127.0.0.1:1/> } SERVICE ?u { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a' . SERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { BIND(1<2 AS ?x) SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { BIND(?a<?b AS ?x) SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } FILTER(?b>1) }",
    ],
)
def test_other_endpoints_are_not_asked(server: Server, text: str) -> None:
    reply = server.query(text)
    assert reply.status == 403, reply.text
    with pytest.raises(RefusedError):
        check_services(text, frozenset({"http://ok/"}))


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("SERVICE <http://a/>" AS ?x) {}',
        "SELECT * { ?service ?SERVICE <http://a/SERVICE> } # SERVICE <http://a/>",
        "PREFIX service: <http://a/> SELECT * { service:SERVICE ?p '''SERVICE <x>''' }",
        "SELECT * { SERVICE <http://ok/> { ?s ?p ?o } }",
    ],
)
def test_queries_that_ask_no_one_else_pass(text: str) -> None:
    check_services(text, frozenset({"http://ok/"}))


def test_a_query_asks_at_the_relay_s_addresses() -> None:
    text = "SELECT * { SERVICE # <http://a/>\n SILENT <http://a/> { ?s ?p '<http://a/>' } }"
    named = name_addresses(text, {"http://a/": "http://r/1"})
    assert named == text.replace("SILENT <http://a/>", "SILENT <http://r/1>")


# Clients of other people


def test_sparqlwrapper_asks_the_server(server: Server) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(f"{server.url}/sparql")
    for form in (wrapper.JSON, wrapper.XML):
        for method in (wrapper.GET, wrapper.POST):
            client.setMethod(method)
            client.setReturnFormat(form)
            client.setQuery("SELECT ?s WHERE { ?s <http://e/p> 1 }")
            found = client.queryAndConvert()
            text = json.dumps(found) if form == wrapper.JSON else found.toxml()
            assert "http://e/b" in text
    client.setReturnFormat(wrapper.TURTLE)
    client.setQuery("CONSTRUCT WHERE { ?s <http://e/p> ?o }")
    assert b"http://e/a" in client.query().convert()


@pytest.mark.slow
def test_comunica_asks_the_server(server: Server) -> None:
    text = "SELECT ?s WHERE { ?s <http://e/p> ?o } ORDER BY ?s"
    command = [comunica_program(), f"sparql@{server.url}/sparql", "-q", text, "-t", "text/csv"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["s", "<http://e/a>", "<http://e/b>"], run.stderr


# Parts


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/b"),
        ("c/d", "c/d"),
        ("a/*;q=0.5, c/d;q=0.4", "a/b"),
        ("a/b;q=0, */*", "c/d"),
        ("x/y", None),
        ("*/*;q=0", None),
        ("a/b;q=zero", None),
    ],
)
def test_media_types_are_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose_media_type(accept, ["a/b", "c/d"]) == chosen


@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.none(),
                st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8).map(
                    pyoxigraph.Literal
                ),
            ),
            st.one_of(
                st.none(),
                st.just(pyoxigraph.NamedNode("http://e/a")),
                st.just(pyoxigraph.BlankNode("b")),
            ),
        ),
        max_size=4,
    )
)
def test_rows_are_read_back(
    rows: list[tuple[pyoxigraph.Literal | None, pyoxigraph.NamedNode | None]],
) -> None:
    for name in ("json", "tsv"):
        content = write_rows(["a", "b"], rows, SOLUTIONS[name])
        form = QueryResultsFormat.from_media_type(SOLUTIONS[name])
        answer = pyoxigraph.parse_query_results(content, form)
        assert [tuple(row) for row in answer] == rows


def test_a_store_answers_soon_after_the_start(served: Path, tmp_path: Path) -> None:
    """The goal is one second; on a machine that does other things too, processor time tells."""
    with serving(served, log=tmp_path / "log") as server:
        main = psutil.Process(server.process.pid)
        times = [process.cpu_times() for process in (main, *main.children(recursive=True))]
    assert sum(time.user + time.system for time in times) < 1
