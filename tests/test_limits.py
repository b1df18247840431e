"""The server under requests that are no good: limits, malformed requests, made-up ones.

The last are made up by Hypothesis, and by Schemathesis from a description of the server.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import uvicorn
from conftest import HERE, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import need
from serving import ASK, Reply, Server, serving

from kg.server.limits import Limits
from kg.server.patience import PatientProtocol
from kg.server.pool import Pool
from kg.server.worker import Task
from kg.store import load_store

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"
SPARQL = "application/sparql-query"
UPDATE = "application/sparql-update"


# Limits


def test_a_runaway_query_is_stopped_and_the_server_answers_on(server: Server) -> None:
    began = time.monotonic()
    replies: list[Reply] = []
    threads = [
        threading.Thread(target=lambda: replies.append(server.query(ENDLESS))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    assert server.query(ASK).status == 200, "others are answered meanwhile"
    for thread in threads:
        thread.join()
    assert [reply.status for reply in replies] == [503, 503]
    assert replies[0].text.startswith("the query took longer than 3 s, and was stopped\nhint: ")
    assert replies[0].headers["retry-after"]
    assert time.monotonic() - began < 30
    for _ in range(4):
        assert server.query(ASK).status == 200


def test_a_request_whose_head_does_not_end_is_given_up() -> None:
    """A second request of a connection too; one that is whole is answered however long it takes."""

    async def answer_late(_scope: Any, _receive: Any, send: Any) -> None:
        await asyncio.sleep(1.5)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def talk(port: int, *parts: bytes) -> list[bytes]:
        """Return the first line of each answer; empty where the connection was closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for part in parts:
            writer.write(part)
            found = await asyncio.wait_for(reader.read(1000), timeout=10)
            answers.append(found.partition(b"\r\n")[0])
        writer.close()
        return answers

    async def try_all() -> list[list[bytes]]:
        config = uvicorn.Config(
            answer_late, http=PatientProtocol, timeout_keep_alive=1, lifespan="off"
        )
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            running = asyncio.create_task(server.serve([listening]))
            whole, half = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"GET / HTTP/1.1\r\nHo"
            found = await asyncio.gather(
                talk(port, whole), talk(port, half), talk(port, b""), talk(port, whole, half)
            )
            server.should_exit = True
            await running
        return found

    done = b"HTTP/1.1 204 No Content"
    assert asyncio.run(try_all()) == [[done], [b""], [b""], [done, b""]]


def test_a_dead_worker_is_replaced(served: Path, tmp_path: Path) -> None:
    with serving(served, "--workers", "2", log=tmp_path / "log") as server:
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        for child in children.read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                subprocess.run(["kill", "-9", child], check=True)
        time.sleep(0.2)
        server.query(ASK)
        assert server.query(ASK).status == 200


def test_too_many_rows_are_refused(server: Server) -> None:
    reply = server.query("SELECT * WHERE { ?s ?p ?o }")
    assert (reply.status, reply.text) == (
        413,
        "the answer has more than 2,000 rows\n"
        "hint: ask for a part with LIMIT and OFFSET, or take the data whole\n",
    )
    assert server.query("SELECT * WHERE { ?s ?p ?o } LIMIT 2000").status == 200


def test_a_new_load_is_taken_up(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (tmp_path / "a.nt").write_text("<http://e/a> <http://e/p> <http://e/o> .\n")
    load_store(store, [tmp_path / "a.nt"])
    with serving(store, log=tmp_path / "log") as server:
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        assert server.query(count, "text/csv").text.split()[1] == "1"
        (tmp_path / "a.nt").write_text(
            "<http://e/a> <http://e/p> <http://e/o> .\n<http://e/b> <http://e/p> <http://e/o> .\n"
        )
        load_store(store, [tmp_path / "a.nt"])
        assert server.query(count, "text/csv").text.split()[1] == "2"


@pytest.mark.parametrize(
    ("options", "message", "code"),
    [
        (
            ["--host", "192.0.2.1"],
            "192.0.2.1:8000: nothing can be served there: Cannot assign "
            "requested address\nhint: name another port with --port, or an address "
            "of this machine with --host",
            3,
        ),
        (
            ["--allow-service", "ftp://e"],
            "'ftp://e' is not the URL of a server\nhint: for example http://localhost",
            2,
        ),
        (
            ["--allow-service", "http://u:p@e"],
            "a URL with a user or a password in it is seen by everyone "
            "on this machine\nhint: leave them out of it; kg load takes them from KG_USER and "
            "KG_PASSWORD",
            2,
        ),
    ],
)
def test_what_can_t_be_served_is_told(
    run_kg: Callable[..., Run], served: Path, options: list[str], message: str, code: int
) -> None:
    run = run_kg("serve", served, "--read-only", *options)
    assert (run.code, run.stderr) == (code, f"error: {message}\n")


@pytest.mark.parametrize("package", ["uvicorn", "starlette", "jinja2"])
def test_without_the_extra_it_says_so_at_once(
    package: str, monkeypatch: pytest.MonkeyPatch, run_kg: Callable[..., Run], served: Path
) -> None:
    monkeypatch.setattr("kg.server.run.find_spec", lambda name: None if name == package else name)
    run = run_kg("serve", served)
    assert (run.code, run.stderr) == (
        2,
        f"error: this needs the package {package!r}, which is not installed\n"
        "hint: pip install 'pfocr-kg[server]'\n",
    )


def test_a_port_that_is_taken_is_told(run_kg: Callable[..., Run], served: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = run_kg("serve", served, "--port", str(port))
    assert run.code == 3
    assert run.stderr.startswith(
        f"error: 127.0.0.1:{port}: nothing can be served there: Address already in use\nhint: "
    )


# Bytes that are no request


QUERY_HEAD = b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def strict(served: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve with short limits, and see to it that no request leaves a traceback in the log."""
    log = tmp_path_factory.mktemp("strict") / "log"
    limits = ("--timeout-s", "1", "--request-bytes", "70000", "--workers", "1")
    with serving(served, *limits, log=log) as running:
        yield running
    told = log.read_text().splitlines()
    assert told[0] == f"{running.url}/ answers until you press Ctrl-C"
    assert all(line.startswith("WARNING:  ") for line in told[1:]), "no tracebacks"


def status_of(server: Server, sent: bytes, *, leave: bool = False) -> int | None:
    """Send bytes; return the status of the answer, None where the server only hangs up."""
    host, _, port = urlsplit(server.url).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        if leave:
            return None
        answer = connection.recv(1 << 16)
    return int(answer.split()[1]) if answer else None


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"\x00\x01\r\n\r\n", 400, id="garbage"),
        pytest.param(b"GET /\r\n\r\n", 400, id="no version"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="null"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404, id="HTTP/2"),
        pytest.param(QUERY_HEAD + b"Content-Length: x\r\n\r\nASK{}", 400, id="length no number"),
        pytest.param(QUERY_HEAD + b"Content-Length: -1\r\n\r\nASK{}", 400, id="negative length"),
        pytest.param(QUERY_HEAD + b"Content-Length: 99999999999\r\n\r\n", 413, id="huge length"),
        pytest.param(QUERY_HEAD + b"Content-Length: 50\r\n\r\nASK", 408, id="body does not come"),
        pytest.param(
            QUERY_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, id="malformed chunk"
        ),
        pytest.param(
            QUERY_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n",
            200,
            id="chunks",
        ),
        pytest.param(
            b"GET /sparql?query=ASK%7B%7D%23" + b"a" * 71_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            414,
            id="long address",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 99_000 + b"\r\n", 400, id="long header"
        ),
        pytest.param(
            b"GET /sparql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            200,
            id="upgrade",
        ),
        *(
            pytest.param(
                b"GET /.well-known/void HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", 400, id=repr(host)
            )
            for host in (b"a b", b"x/<y>", b"[::1", b"x:123456", b"\xc3\xa9", b'"><script>')
        ),
    ],
)
def test_bytes_that_are_no_request_are_refused(strict: Server, sent: bytes, status: int) -> None:
    assert status_of(strict, sent) == status
    assert strict.query(ASK).status == 200


def test_a_client_that_leaves_does_no_harm(strict: Server) -> None:
    status_of(strict, QUERY_HEAD + b"Content-Length: 50\r\n\r\nASK", leave=True)
    status_of(
        strict,
        f"GET /sparql?{urlencode({'query': ENDLESS})} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        leave=True,
    )
    assert strict.query(ASK).status == 200


@pytest.mark.parametrize(
    "text", ["SELECT * " + "{" * 20_000 + "}" * 20_000, "ASK {" + "(" * 60_000]
)
def test_a_query_that_nests_too_deep_is_refused(strict: Server, text: str) -> None:
    reply = strict.post({"query": text})
    assert reply.status in (400, 413, 503)
    assert strict.query(ASK).status == 200


def test_more_queries_than_can_wait_are_refused(served: Path) -> None:
    async def ask_five() -> list[object]:
        pool = Pool(served, Limits(timeout_s=0.5, workers=1, waiting=2))
        try:
            asked = (pool.run(Task(ENDLESS)) for _ in range(5))
            return list(await asyncio.gather(*asked, return_exceptions=True))
        finally:
            pool.end()

    told = [str(error).partition("\n")[0] for error in asyncio.run(ask_five())]
    late = "the query took longer than 0.5 s, and was stopped"
    full = "too many queries are waiting"
    assert told == [late, late, late, full, full]


# Requests made up


@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]),
    path=st.sampled_from(
        [
            "/sparql",
            "/store",
            "/",
            "/search",
            "/figures/x",
            "/genes/1",
            "/families/%2F",
            "/papers/%00",
            "/.well-known/void",
            "/static/style.css",
            "/genes/%FF",
        ]
    ),
    query=st.dictionaries(
        st.sampled_from(
            [
                "query",
                "format",
                "graph",
                "default",
                "default-graph-uri",
                "q",
                "name",
                "after",
                "run",
                "p-symbol",
                "update",
            ]
        ),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from([ASK, "turtle", "html", "figures-of-gene", "http://e/a"]),
        ),
        max_size=4,
    ),
    accept=st.sampled_from(
        ["*/*", "text/html", "text/turtle", "a/b", "", ";q=", "text/html;q=x", "*/*;q=0"]
    ),
    kind=st.sampled_from(
        [
            FORM,
            SPARQL,
            UPDATE,
            "",
            "text/plain",
            "application/x-www-form-urlencoded; charset=utf-8",
            ";",
        ]
    ),
    body=st.binary(max_size=60),
)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_server(
    server: Server,
    method: str,
    path: str,
    query: dict[str, str],
    accept: str,
    kind: str,
    body: bytes,
) -> None:
    try:
        encoded = urlencode(query)
    except UnicodeEncodeError:
        return
    headers = {"Accept": accept, "Content_Type": kind}
    reply = server.send(method, f"{path}?{encoded}", body if method == "POST" else None, **headers)
    assert reply.status < 500, (reply.status, reply.text)


@pytest.mark.slow
def test_schemathesis_finds_nothing(server: Server, tmp_path: Path) -> None:
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    need(program, "pip install schemathesis")
    options = (
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--no-color"),
        *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance"),
        *(["--generation-deterministic"] if os.environ.get("CI") else []),
    )
    command = [program or "", "run", HERE / "data" / "openapi.yaml", "--url", server.url, *options]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
