"""Programs of other people that tests start: Virtuoso, Oxigraph's server, Jena, Comunica, Chromium.

A test whose program is missing is skipped with what to install; in CI (CI=true) it fails.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from test_readers import JARS, JENA_NEEDS, XERCES

from kg.store.http import Credentials
from kg.store.isql import Isql

START_S = 60


def need(found: object, install: str) -> None:
    """Skip a test whose program is not there; in CI, fail it."""
    if not found:
        message = f"a program is not installed: {install}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        assert time.monotonic() < deadline, f"{process.args!r} does not start"
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def running(
    command: Sequence[str], ready: Callable[[], bool], folder: Path, **options: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the body ends; its output goes to `server.log` in the folder."""
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **options) as process,  # type: ignore[call-overload] # the stubs know fewer forms
    ):
        try:
            wait_until(ready, process)
            yield process
        finally:
            process.kill()


# Oxigraph


def oxigraph_program() -> str:
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    need(program, "pip install oxigraph")
    return program or ""


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Run Oxigraph's server on a new store; yield its base URL."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    command = [oxigraph_program(), "serve", "--location", "data", "--bind", address]
    with running([*command, "--union-default-graph"], lambda: is_open(port), folder):
        yield f"http://{address}"


@contextmanager
def oxigraph_with(turtle: Path) -> Iterator[str]:
    """Run Oxigraph's server with a file in it; yield the endpoint."""
    with tempfile.TemporaryDirectory() as folder, oxigraph(Path(folder)) as url:
        kind = {"Content-Type": "text/turtle"}
        store = f"{url}/store?default"
        put = Request(store, turtle.read_bytes(), kind, method="PUT")  # noqa: S310 - http
        with urlopen(put, timeout=START_S):  # noqa: S310 - http
            yield f"{url}/query"


# Virtuoso


@dataclass(frozen=True)
class VirtuosoServer:
    """A running Virtuoso: where it takes SQL, where HTTP, the folder it may read."""

    address: str
    http: str
    folder: Path
    password: str

    @property
    def endpoint(self) -> str:
        return f"{self.http}/sparql"

    def load(self, quads: str) -> None:
        """Load N-Quads."""
        path = self.folder / "load.nq"
        path.write_text(quads, encoding="utf-8")
        isql = Isql(self.address, Credentials("dba", self.password))
        isql.run(f"DB.DBA.TTLP(file_to_string_output('{path}'), '', 'http://e/', 512);\n")


_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
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
ServerRoot = .
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[VirtuosoServer]:
    """Run Virtuoso on a new database; its user `dba` gets a password of its own.

    Its answers have at most `rows` rows.
    """
    need(shutil.which("virtuoso-t") and shutil.which("isql-vt"), "apt virtuoso-opensource-7-bin")
    password = secrets.token_hex(8)
    sql, http = free_port(), free_port()
    text = _INI.format(sql=sql, http=http, folder=folder, rows=rows)
    (folder / "virtuoso.ini").write_text(text)
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    with running(command, lambda: _is_online(folder / "server.log"), folder):
        assert _answers(http)
        change = f"user_set_password('dba', '{password}');"
        address = f"127.0.0.1:{sql}"
        subprocess.run(
            ["isql-vt", address, "dba", "dba", f"exec={change}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        yield VirtuosoServer(address, f"http://127.0.0.1:{http}", folder, password)


def _is_online(log: Path) -> bool:
    """Say whether Virtuoso takes connections, by its log: one that comes too early ends it."""
    return log.exists() and b" Server online at " in log.read_bytes()


def _answers(port: int) -> bool:
    with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/sparql", timeout=5):
        return True
    return False


# Jena


@cache
def _jena_path() -> str:
    """Return Jena's class path; see `test_readers` for what ails Debian's jars."""
    messages = Path(tempfile.mkdtemp(prefix="kg-jena-"))
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(XERCES) and name.endswith(".properties"):
                path = messages / "xerces" / name.removeprefix(XERCES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    return ":".join([str(messages), *(str(JARS / f"{name}.jar") for name in JENA_NEEDS)])


def jena(main: str, *arguments: str | Path, folder: Path) -> str:
    """Run one of Jena's commands, for example `arq.arq`; return what it prints."""
    return run_jena(main, *arguments, folder=folder).stdout


def run_jena(main: str, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one of Jena's commands, and fail where it does."""
    need(
        shutil.which("java") and (JARS / "jena-arq.jar").exists(),
        "apt libapache-jena-java default-jre-headless",
    )
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", _jena_path(), main]
    run = subprocess.run(
        [*command, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run


# Comunica

_COMUNICA = "npm install @comunica/query-sparql-file@4.5.0, with KG_COMUNICA naming the folder"


def comunica_program(name: str = "comunica-sparql-file") -> str:
    """Return one of Comunica's programs, from the folder that KG_COMUNICA names or the PATH."""
    folder = os.environ.get("KG_COMUNICA")
    path = f"{folder}/node_modules/.bin" if folder else None
    program = shutil.which(name, path=path)
    need(program, _COMUNICA)
    return program or ""


@contextmanager
def comunica(data: Path, folder: Path) -> Iterator[str]:
    """Run Comunica's server on a file of triples; yield its endpoint."""
    port = free_port()
    command = [comunica_program("comunica-sparql-file-http"), str(data), "-p", str(port)]
    with running([*command, "-w", "1", "-t", "120"], lambda: is_open(port), folder):
        yield f"http://127.0.0.1:{port}/sparql"


# Chromium

_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--enable-logging=stderr"),
)


def browse(url: str, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Let Chromium open a page; what its console says is on stderr, in lines with CONSOLE."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    need(program, "apt chromium")
    command = [program or "", *_QUIET, f"--user-data-dir={folder / 'profile'}", *flags, url]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
