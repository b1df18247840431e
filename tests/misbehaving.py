"""An endpoint on this machine that misbehaves on purpose."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class _Misbehaving(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, kind, body = {
            "/html": (200, "text/html", "<p>A web page</p>"),
            "/broken": (200, "application/sparql-results+json", '{"head": '),
            "/empty": (200, "application/sparql-results+json", '{"results": {"bindings": []}}'),
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
