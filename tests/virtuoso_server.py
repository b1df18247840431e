"""A Virtuoso of the test's own, as WikiPathways' endpoint runs: in a folder, on free ports."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_S = 60
_CONFIGURATION = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""


class Virtuoso:
    """A running server: its SPARQL endpoint, and its command line."""

    def __init__(self, folder: Path, sql: int, http: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{http}/sparql"
        self._address = f"127.0.0.1:{sql}"

    def execute(self, text: str) -> None:
        """Run statements of Virtuoso's SQL; fail with what it says."""
        command = [_program("isql-vt", "isql"), self._address, "dba", "dba", f"exec={text}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "*** Error" not in done.stderr + done.stdout, done.stderr + done.stdout

    def load(self, quads: str) -> None:
        """Load N-Quads."""
        path = self.folder / "load.nq"
        path.write_text(quads, encoding="utf-8")
        self.execute(f"DB.DBA.TTLP(file_to_string_output('{path}'), '', 'http://e/', 512);")


@contextmanager
def run_virtuoso(folder: Path, rows: int = 10_000) -> Iterator[Virtuoso]:
    """Run Virtuoso with an empty database; its answers have at most `rows` rows.

    Skips the test where Virtuoso is not installed; on CI, where it must be, fails.
    """
    program = _program("virtuoso-t")
    if not program:
        reason = "needs Virtuoso: apt-get install virtuoso-opensource-7-bin"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    sql, http = _free_port(), _free_port()
    text = _CONFIGURATION.format(sql=sql, http=http, folder=folder, rows=rows)
    (folder / "virtuoso.ini").write_text(text)
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    with (folder / "out.txt").open("wb") as out:
        server = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
    try:
        _wait(server, http, folder)
        yield Virtuoso(folder, sql, http)
    finally:
        server.kill()
        server.wait()


def _program(*names: str) -> str:
    return next(filter(None, map(shutil.which, names)), "")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until the server answers: it opens its port when all else is ready."""
    deadline = time.monotonic() + START_S
    log = folder / "out.txt"
    while server.poll() is None and time.monotonic() < deadline:
        if "Server online" in log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    pytest.fail(f"Virtuoso did not start at port {port}: {log.read_text(errors='replace')}")
