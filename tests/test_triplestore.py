"""Loading into triplestores: chunks, resuming, retries, credentials; Oxigraph and Virtuoso."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
from conftest import Run, refusal, write_triples
from misbehaving import serve_badly
from programs import VirtuosoServer, oxigraph, virtuoso

from kg.errors import UsageError, WriteError
from kg.store import DATASET_GRAPH, load_store
from kg.store.chunks import gather
from kg.store.http import Client, Credentials
from kg.store.triplestore import Triplestore, Urls, find_urls, staging_graph
from kg.store.virtuoso import parse_address
from kg.store.web import check_url
from kg.terms import parse_iri

GRAPH = DATASET_GRAPH
OTHER = parse_iri("https://example.org/other")


@pytest.fixture(scope="module")
def oxigraph_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture
def store(oxigraph_url: str) -> Triplestore:
    client = Client(timeout_s=10, sleep=lambda _: None)
    return Triplestore(find_urls(f"{oxigraph_url}/store"), client, chunk_triples=10)


def graphs(store: Triplestore) -> dict[str, int]:
    rows = store._select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    return {parse_iri(row["g"]): int(row["n"]) for row in rows}


# Oxigraph's server


def test_a_graph_is_replaced_and_others_stay(store: Triplestore, tmp_path: Path) -> None:
    with gather([write_triples(tmp_path / "o.nt", 4)], OTHER) as data:
        store.load(data, OTHER)
    told: list[tuple[int, int]] = []
    for count in (25, 12):
        with gather([write_triples(tmp_path / "a.nt", count)], GRAPH) as data:
            loaded = store.load(data, GRAPH, progress=lambda *now: told.append(now))
        assert loaded == count
        assert graphs(store) == {OTHER: 4, GRAPH: count}
    assert told == [(10, 25), (20, 25), (25, 25), (10, 12), (12, 12)]


def test_a_graph_is_appended_to(store: Triplestore, tmp_path: Path) -> None:
    for path, mode in (("a", "replace"), ("b", "append"), ("b", "append")):
        with gather([write_triples(tmp_path / f"{path}.nt", 15, path)], GRAPH) as data:
            count = store.load(data, GRAPH, mode=mode)  # type: ignore[arg-type] # given as a caller without types would
    assert count == 30
    assert graphs(store)[GRAPH] == 30
    assert not any("loading" in name for name in graphs(store))


def test_the_folder_of_a_store_is_loaded(store: Triplestore, tmp_path: Path) -> None:
    load_store(tmp_path / "store", [write_triples(tmp_path / "a.nt", 11)])
    load_store(tmp_path / "store", [write_triples(tmp_path / "b.nt", 3)], OTHER)
    with gather([tmp_path / "store"], GRAPH) as data:
        assert data.graphs == {GRAPH: 11, OTHER: 3}
        assert [store.load(data, graph) for graph in data.graphs] == [3, 11]


def test_a_load_goes_on_where_it_was_broken_off(store: Triplestore, tmp_path: Path) -> None:
    before = graphs(store).get(GRAPH, 0)
    sent: list[int] = []

    class Breaking(Client):
        def send(self, method: str, url: str, *rest: object) -> bytes:  # type: ignore[override] # looser on purpose
            if "/store" in url:
                sent.append(1)
                if len(sent) == 3:
                    raise WriteError("broken off")
            return super().send(method, url, *rest)  # type: ignore[arg-type] # given as a caller without types would

    path = write_triples(tmp_path / "a.nt", 47, "new")
    broken = Triplestore(store.urls, Breaking(timeout_s=10), chunk_triples=10)
    with gather([path], GRAPH) as data, pytest.raises(WriteError):
        broken.load(data, GRAPH)
    assert graphs(store).get(GRAPH, 0) == before, "the former graph answers meanwhile"
    with gather([path], GRAPH) as data:
        assert graphs(store)[staging_graph(data, GRAPH, 10)] == 22
        assert broken.load(data, GRAPH) == 47
    assert len(sent) == 3 + 3, "two of five chunks were there"
    assert not any("loading" in name for name in graphs(store))


BLANK = "<http://e/a> <http://e/p> [ <http://e/q> 1, [ <http://e/r> 2 ] ], [] , 3 .\n"
COUNT_BLANK = "SELECT (COUNT(*) AS ?n) { GRAPH %s { ?s <http://e/p>/<http://e/q>/<http://e/r> 2 } }"


def test_blank_nodes_stay_together(store: Triplestore, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(BLANK)
    small = Triplestore(store.urls, store.client, chunk_triples=1)
    for _ in range(2):
        with gather([tmp_path / "a.ttl"], GRAPH) as data:
            assert small.load(data, GRAPH) == 6
        assert small._number(COUNT_BLANK % GRAPH) == 1
    assert not any("loading" in name for name in graphs(store))


def test_chunks_are_the_same_each_time(tmp_path: Path) -> None:
    path = write_triples(tmp_path / "a.nt", 95)
    found = []
    for _ in range(2):
        with gather([path], GRAPH) as data:
            found.append((data.digest, list(data.iter_chunks(GRAPH, 20))))
    assert found[0] == found[1]
    assert len(found[0][1]) == 5
    assert {line for chunk in found[0][1] for line in chunk.splitlines()} == set(
        path.read_bytes().splitlines()
    )


def test_kg_load_to_a_triplestore(
    run_kg: Callable[..., Run], oxigraph_url: str, pages_turtle: Path
) -> None:
    target = f"{oxigraph_url}/store"
    dry = run_kg("load", pages_turtle, "--to", target, "--graph", OTHER[1:-1], "--dry-run")
    assert re.fullmatch(rf"would replace {OTHER}: [\d,]+ triples, {target}\n", dry.stderr)
    run = run_kg("load", pages_turtle, "--to", target, "--graph", OTHER[1:-1])
    assert re.fullmatch(rf"[\d,]+ triples in {OTHER}\n", run.stderr)
    assert run.code == dry.code == 0
    rows = run_kg("query", f"{oxigraph_url}/query", "figure-rows", "--format", "csv")
    assert rows.stdout == run_kg("query", pages_turtle, "figure-rows", "--format", "csv").stdout


# A triplestore that misbehaves


class _Moody(BaseHTTPRequestHandler):
    """Answers with what `answers` holds, the last of them again and again."""

    answers: ClassVar[list[int]] = []
    seen: ClassVar[list[tuple[str, str | None]]] = []
    count: ClassVar[int] = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = parse_qs(body.decode(), keep_blank_values=True)
        what = next(iter(form.get("update", form.get("query", ["chunk"]))))
        self.seen.append((what.partition(" ")[0], self.headers["Authorization"]))
        code = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(code)
        if code == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="r"')
        if code == 302:
            self.send_header("Location", "https://example.org/moved")
        self.end_headers()
        n = f'{{"n": {{"value": "{self.count}"}}}}' if "?n)" in what else ""
        self.wfile.write(f'{{"results": {{"bindings": [{n}]}}}}'.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def moody() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Moody)
    _Moody.seen.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_what_fails_in_passing_is_sent_again(moody: str, tmp_path: Path) -> None:
    waits: list[float] = []
    told: list[str] = []
    client = Client(sleep=waits.append, tell=told.append)
    _Moody.answers = [200, 503, 503, 200]
    _Moody.count = 3
    with gather([write_triples(tmp_path / "a.nt", 3)], GRAPH) as data:
        assert Triplestore(find_urls(f"{moody}/store"), client).load(data, GRAPH) == 3
    assert [what for what, _ in _Moody.seen] == [
        *("SELECT", "chunk", "chunk", "chunk", "SELECT", "DELETE", "MOVE", "SELECT")
    ]
    assert 0.5 <= waits[0] < 0.75
    assert 1 <= waits[1] < 1.5
    assert re.fullmatch(
        rf"{moody}/store\?graph=\S+: answered 503 Service Unavailable: \S.*; trying again in \S+ s",
        told[0],
    )


def test_a_move_is_never_sent_twice(moody: str, tmp_path: Path) -> None:
    """The answer to a move is lost; the staging graph is full, so it was not done."""
    client = Client(sleep=lambda _: None, retries=2)
    _Moody.count = 3
    _Moody.answers = [200, 200, 200, 200, 504, 200]
    with gather([write_triples(tmp_path / "a.nt", 3)], GRAPH) as data:
        store = Triplestore(find_urls(f"{moody}/store"), client)
        message = refusal(lambda: store.load(data, GRAPH), WriteError)
    assert message.startswith(f"{moody}/update: answered 504 Gateway Timeout")
    assert [what for what, _ in _Moody.seen].count("MOVE") == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            403,
            "answered 403: it does not let us in\n"
            "hint: set KG_USER and KG_PASSWORD, or KG_TOKEN, to those of someone who may write",
        ),
        (302, "has moved\nhint: use https://example.org/moved"),
        (400, 'answered 400 Bad Request: {"results": {"bindings": []}}'),
    ],
)
def test_what_is_refused_is_not_sent_again(
    code: int, message: str, moody: str, tmp_path: Path
) -> None:
    _Moody.answers = [code]
    with gather([write_triples(tmp_path / "a.nt", 3)], GRAPH) as data:
        client = Client(Credentials("me", "hush"), sleep=lambda _: None)
        told = refusal(
            lambda: Triplestore(find_urls(f"{moody}/store"), client).load(data, GRAPH), WriteError
        )
    assert told == f"{moody}/query: {message}"
    assert len(_Moody.seen) == 1


def test_a_count_that_differs_is_an_error(moody: str, tmp_path: Path) -> None:
    _Moody.answers = [200]
    _Moody.count = 2
    with gather([write_triples(tmp_path / "a.nt", 3)], GRAPH) as data:
        store = Triplestore(find_urls(f"{moody}/store"), Client())
        message = refusal(lambda: store.load(data, GRAPH), WriteError)
        staging = staging_graph(data, GRAPH, store.chunk_triples)
    assert message == (
        f"{moody}/store: 3 triples were sent, and {staging} holds 2\n"
        f"hint: DROP GRAPH {staging} and load again, or look at what differs"
    )


# Credentials


def test_credentials_are_sent_and_not_shown(moody: str, tmp_path: Path) -> None:
    _Moody.answers = [401, 200]
    _Moody.count = 3
    told: list[str] = []
    client = Client(Credentials("me", "hush"), tell=told.append)
    with gather([write_triples(tmp_path / "a.nt", 3)], GRAPH) as data:
        Triplestore(find_urls(f"{moody}/store"), client).load(data, GRAPH)
    assert _Moody.seen[0][1] is None
    assert _Moody.seen[1][1] == "Basic bWU6aHVzaA=="
    assert "hush" not in repr(client) + "".join(told)


def test_a_token_is_sent(moody: str) -> None:
    _Moody.answers = [200]
    Client(Credentials(token="secret")).send("POST", f"{moody}/store", {}, b"")  # noqa: S106 - no secret, of the test
    assert _Moody.seen == [("chunk", "Bearer secret")]


def test_a_url_with_a_password_is_refused_and_not_repeated() -> None:
    for check in (find_urls, parse_address, check_url):
        for host in ("localhost", "[bad"):
            url = f"http://me:hush@{host}/store"
            assert refusal(lambda: check(url), UsageError) == (  # noqa: B023 - called at once
                "a URL with a user or a password in it is seen by everyone on this machine\n"
                "hint: leave them out of it; kg load takes them from KG_USER and KG_PASSWORD"
            )


@pytest.mark.parametrize("url", ["store", "ftp://h/store", "http://", "http://[h", "http://h:x/s"])
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    assert refusal(lambda: check_url(url), UsageError) == (
        f"{url!r} is not the URL of a server\nhint: for example http://localhost"
    )
    assert refusal(lambda: parse_address(url), UsageError) == (
        f"{url!r} is not the URL of a server\nhint: for example virtuoso://localhost"
    )


@pytest.mark.parametrize("url", ["http://h/spärql", "http://h/a b", "http://h/a\nb"])
def test_characters_that_no_url_has_are_told(url: str) -> None:
    assert refusal(lambda: check_url(url), UsageError) == (
        f"{url!r} holds characters that can't stand in a URL\n"
        "hint: write them as % and two digits for each byte, for example %20 for a space"
    )


@pytest.mark.parametrize(
    ("url", "update", "query"),
    [
        ("http://h:7878/store", "http://h:7878/update", "http://h:7878/query"),
        ("http://h:3030/ds/data", "http://h:3030/ds/update", "http://h:3030/ds/sparql"),
        (
            "http://h/repositories/r/rdf-graphs/service",
            "http://h/repositories/r/statements",
            "http://h/repositories/r",
        ),
        ("http://h/sparql-graph-crud-auth", "http://h/sparql-auth", "http://h/sparql-auth"),
    ],
)
def test_the_urls_of_known_programs_are_found(url: str, update: str, query: str) -> None:
    assert find_urls(url) == (url, update, query)


def test_unknown_urls_are_asked_for() -> None:
    assert refusal(lambda: find_urls("http://h/x"), UsageError) == (
        "'http://h/x' does not tell where updates and queries go\n"
        "hint: add --update-url URL and --query-url URL"
    )
    assert find_urls("http://h/x", "http://h/u", "http://h/q").query == "http://h/q"


# Virtuoso


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtuosoServer]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running


@pytest.fixture
def as_dba(monkeypatch: pytest.MonkeyPatch, server: VirtuosoServer) -> None:
    monkeypatch.setenv("KG_USER", "dba")
    monkeypatch.setenv("KG_PASSWORD", server.password)


@pytest.mark.slow
@pytest.mark.usefixtures("as_dba")
def test_virtuoso_is_loaded_by_its_own_loader(
    run_kg: Callable[..., Run], server: VirtuosoServer, pages_turtle: Path
) -> None:
    target = ("--to", f"virtuoso://{server.address}", "--bulk-dir", server.folder)
    for mode in ("--replace", "--replace", "--append"):
        run = run_kg("load", pages_turtle, *target, mode)
        assert re.fullmatch(rf"[\d,]+ triples in {GRAPH}\n", run.stderr), run.stderr
    rows = run_kg("query", server.endpoint, "figure-rows", "--format", "csv")
    assert rows.stdout == run_kg("query", pages_turtle, "figure-rows", "--format", "csv").stdout
    # The prefixes are declared: a query needs no PREFIX lines.
    bare = server.folder / "bare.rq"
    bare.write_text("SELECT (COUNT(*) AS ?n) { ?f a doco:Figure ; pfocr:geneAll ncbigene:6714 }")
    counted = run_kg("query", server.endpoint, bare, "--format", "csv")
    assert int(counted.stdout.split()[1]) > 0
    assert not list(server.folder.glob("kg-load-*"))


@pytest.mark.slow
@pytest.mark.usefixtures("as_dba")
def test_virtuoso_is_loaded_over_http(
    run_kg: Callable[..., Run], server: VirtuosoServer, pages_turtle: Path
) -> None:
    target = ("--to", f"{server.http}/sparql-graph-crud-auth", "--chunk-triples", "3000")
    for mode in ("--replace", "--replace", "--append"):
        run = run_kg("load", pages_turtle, *target, mode, "--graph", OTHER[1:-1])
        assert re.fullmatch(rf"[\d,]+ triples in {OTHER}\n", run.stderr), run.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("as_dba")
def test_blank_nodes_stay_together_in_virtuoso(
    run_kg: Callable[..., Run], server: VirtuosoServer, tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text(BLANK)
    query = tmp_path / "count.rq"
    query.write_text(COUNT_BLANK % OTHER)
    for target in (
        ("--to", f"virtuoso://{server.address}", "--bulk-dir", server.folder),
        ("--to", f"{server.http}/sparql-graph-crud-auth", "--chunk-triples", "1"),
    ):
        run = run_kg("load", tmp_path / "a.ttl", *target, "--graph", OTHER[1:-1])
        assert run.stderr == f"6 triples in {OTHER}\n"
        found = run_kg("query", server.endpoint, query, "--format", "csv")
        assert found.stdout.split() == ["n", "1"]
    query.write_text("SELECT ?a ?b { ?a <http://e/q> ?b FILTER (isBlank(?a) && isBlank(?b)) }")
    found = run_kg("query", server.endpoint, query, "--format", "csv")
    assert found.stdout.split() == ["a,b", "_:b0,_:b1"], "it calls them nodeID://"


@pytest.mark.slow
def test_virtuoso_refuses_a_wrong_password(
    run_kg: Callable[..., Run],
    server: VirtuosoServer,
    pages_turtle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KG_USER", "dba")
    monkeypatch.setenv("KG_PASSWORD", "wrong")
    target = f"virtuoso://{server.address}"
    run = run_kg("load", pages_turtle, "--to", target, "--bulk-dir", server.folder)
    assert (run.code, run.stderr) == (
        3,
        f"error: {target}: refuses the user or the password\nhint: set KG_USER and KG_PASSWORD\n",
    )


@pytest.mark.slow
@pytest.mark.usefixtures("as_dba")
def test_the_password_is_in_no_process_list(server: VirtuosoServer, pages_turtle: Path) -> None:
    command = [sys.executable, "-m", "kg", "load", str(pages_turtle)]
    target = ["--to", f"virtuoso://{server.address}", "--bulk-dir", str(server.folder)]
    seen = set()
    with subprocess.Popen([*command, *target], stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes())
                except OSError:
                    continue
            time.sleep(0.01)
    assert process.returncode == 0
    assert any(b"isql" in line for line in seen)
    assert not any(server.password.encode() in line for line in seen)
    assert os.environ["KG_PASSWORD"] == server.password


@pytest.mark.slow
@pytest.mark.usefixtures("as_dba")
def test_a_folder_that_virtuoso_does_not_see_is_named(
    run_kg: Callable[..., Run], server: VirtuosoServer, pages_turtle: Path
) -> None:
    target = f"virtuoso://{server.address}"
    folders = ("--bulk-dir", server.folder, "--server-dir", "/nowhere")
    run = run_kg("load", pages_turtle, "--to", target, *folders)
    assert run.code == 3
    assert run.stderr.startswith(f"error: {target}: ")
    assert "/nowhere" in run.stderr


def test_virtuoso_needs_a_folder(run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    run = run_kg("load", pages_turtle, "--to", "virtuoso://localhost")
    assert (run.code, run.stderr) == (
        2,
        "error: Virtuoso reads files from a folder of its server\n"
        "hint: add --bulk-dir DIR, one of DirsAllowed in virtuoso.ini\n",
    )


@pytest.mark.parametrize("path", ["html", "broken", "empty"])
def test_what_answers_no_count_is_named(path: str) -> None:
    with serve_badly() as url:
        target = Triplestore(Urls(url, url, f"{url}/{path}"), Client(timeout_s=5))
        with pytest.raises(WriteError) as caught:
            target.count(OTHER)
    assert str(caught.value) == (
        f"{url}/{path}: does not answer in SPARQL's JSON\n"
        "hint: is this the address of a SPARQL endpoint? Name it with --query-url"
    )
