"""`kg serve` as tests run it, and a client that hides nothing of what it answers."""

from __future__ import annotations

import gzip
import http.client
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from programs import free_port, wait_until

from kg.terms import parse_iri

OTHER = parse_iri("https://example.org/other")
FIGURE = "PMC7484992__fimmu-11-02109-g001"
ASK = "ASK { ?s ?p ?o }"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def kind(self) -> str:
        return self.headers["content-type"].partition(";")[0]


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen[bytes]

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        content = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        if found.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Reply(answer.status, found, content)

    def get(self, path: str, accept: str | None = None) -> Reply:
        return self.send("GET", path, **({"Accept": accept} if accept else {}))

    def query(self, text: str, accept: str | None = None, **parameters: str) -> Reply:
        return self.get(f"/sparql?{urlencode({'query': text, **parameters})}", accept)

    def post(self, form: Mapping[str, str], **headers: str) -> Reply:
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", "/sparql", urlencode(form).encode(), Content_Type=kind, **headers)


@contextmanager
def serving(*arguments: str | Path, log: Path) -> Iterator[Server]:
    """Run `kg serve` on a free port until the body ends."""
    port = free_port()
    command = [sys.executable, "-m", "kg", "serve", *map(str, arguments), "--port", str(port)]
    with (
        log.open("wb") as err,
        subprocess.Popen(command, stderr=err) as process,
    ):
        server = Server(f"http://127.0.0.1:{port}", process)

        def answers() -> bool:
            try:
                return server.query(ASK).status == 200
            except OSError:
                return False

        try:
            wait_until(answers, process)
            yield server
        finally:
            process.terminate()
