"""Pass what SERVICE asks on to the endpoints that are allowed.

Oxigraph posts the bare query, at which Virtuoso (WikiPathways' endpoint) hangs
(https://github.com/openlink/virtuoso-opensource/issues/842), and it follows redirects, wherever
they lead. So it asks a relay on this machine, at an address that nobody else can guess, which
posts a form, follows no redirect and waits no longer than the query may take.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode

from kg.errors import KgError
from kg.store.endpoint import plain_results
from kg.store.http import Client

_JSON = "application/sparql-results+json"
_HEADERS = {"Accept": _JSON, "Content-Type": "application/x-www-form-urlencoded"}


class Relay:
    """A relay for some endpoints; `addresses` has the address of each."""

    def __init__(self, services: Iterable[str], timeout_s: float) -> None:
        self._server = _Server(Client(timeout_s=timeout_s, retries=0))
        base = f"http://127.0.0.1:{self._server.server_port}"
        self._server.services = {f"/{secrets.token_urlsafe()}": service for service in services}
        self.addresses = {service: base + path for path, service in self._server.services.items()}
        Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, client: Client) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client = client
        self.services: dict[str, str] = {}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        service = self.server.services.get(self.path)
        query = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if service is None:
            self._answer(404, b"", "text/plain")
            return
        form = urlencode({"query": query}).encode()
        try:
            content = self.server.client.send_once("POST", service, _HEADERS, form)
        except KgError as error:
            self._answer(502, str(error).encode(), "text/plain")
        else:
            self._answer(200, plain_results(content), _JSON)

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: addresses are secret."""
