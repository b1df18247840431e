"""SPARQL endpoints on this machine: Oxigraph's server, and one that misbehaves on purpose."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import pytest

START_S = 10


@contextmanager
def serve(turtle: Path) -> Iterator[str]:
    """Run Oxigraph's server with a file in it; yield the endpoint. Skip where there is none."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("needs Oxigraph's server: pip install oxigraph")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [program, "serve", "--bind", address, "--union-default-graph"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(address)
            put = Request(
                f"http://{address}/store?default",
                turtle.read_bytes(),
                {"Content-Type": "text/turtle"},
                method="PUT",
            )
            with urlopen(put, timeout=START_S):  # noqa: S310 - http
                yield f"http://{address}/query"
        finally:
            server.terminate()


def _wait(address: str) -> None:
    deadline = time.monotonic() + START_S
    host, _, port = address.partition(":")
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


class _Misbehaving(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, kind, body = {
            "/html": (200, "text/html", "<p>A web page</p>"),
            "/broken": (200, "application/sparql-results+json", '{"head": '),
            "/moved": (301, "text/plain", ""),
            "/down": (503, "text/plain", "try\nagain later"),
            "/slow": (200, "application/sparql-results+json", ""),
        }[self.path]
        if self.path == "/slow":
            time.sleep(0.5)
        with suppress(BrokenPipeError):  # who asked may have given up
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if self.path == "/moved":
                self.send_header("Location", "https://example.org/sparql")
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serve_badly() -> Iterator[str]:
    """Run a server whose paths are ways to misbehave; yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Misbehaving) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
