"""Run the server on data: a store, or RDF files that are loaded into one first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from socket import AF_INET, AF_INET6, create_server, socket

from kg.errors import MissingExtraError, ServeError, UsageError
from kg.rdf import find_rdf_files
from kg.server.limits import Limits
from kg.server.pool import Pool
from kg.store import EmbeddedStore, is_endpoint, load_store
from kg.store.embedded import is_store_folder

_HEAD_BYTES = 1 << 16
"""What a request's first lines may have at least; a query may stand there."""


@contextmanager
def served_store(data: Sequence[str]) -> Iterator[Path]:
    """Yield the folder of the store that serves data; files are loaded into a temporary one.

    Raises UsageError for an endpoint, DataError for a store that can't be opened, and for RDF
    that is malformed.
    """
    for item in data:
        if is_endpoint(item):
            raise UsageError(f"{item!r} is an endpoint already", hint="name a store, or RDF files")
    if len(data) == 1 and is_store_folder(Path(data[0])):
        EmbeddedStore.open(Path(data[0]))
        yield Path(data[0])
        return
    paths = find_rdf_files(*data)
    with tempfile.TemporaryDirectory(prefix="kg-serve-") as folder:
        load_store(Path(folder) / "store", paths)
        yield Path(folder) / "store"


def require_server() -> None:
    """Raise MissingExtraError where a package of the extra `server` is not installed."""
    for package in ("uvicorn", "starlette", "jinja2"):
        if find_spec(package) is None:
            raise MissingExtraError(package, "server")


def serve(
    data: Sequence[str],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    tell: Callable[[str], object] = str,
) -> None:
    """Serve data until the process is interrupted; `tell` is given the address.

    Raises MissingExtraError without the extra `server`, ServeError where nothing can be served at
    the address, and what `served_store` raises.
    """
    require_server()
    with listen(host, port) as listening, served_store(data) as folder:
        pool = Pool(folder, limits or Limits())  # starts while the web's packages are imported
        import uvicorn

        from kg.server.app import make_app
        from kg.server.patience import PatientProtocol

        config = uvicorn.Config(
            make_app(pool),
            http=PatientProtocol,
            ws="none",
            h11_max_incomplete_event_size=max(_HEAD_BYTES, pool.limits.request_bytes),
            log_level="warning",
            server_header=False,
            limit_concurrency=500,
            timeout_keep_alive=15,
        )

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket] | None = None) -> None:
                await super().startup(sockets)
                shown = f"[{host}]" if ":" in host else host
                tell(f"http://{shown}:{port}/ answers until you press Ctrl-C")

        with suppress(KeyboardInterrupt):  # how serving ends
            Server(config).run([listening])


def listen(host: str, port: int) -> socket:
    """Return a socket that listens; raise ServeError where that can't be."""
    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET)
    except OSError as error:
        hint = "name another port with --port, or an address of this machine with --host"
        told = str(error.strerror).partition(" (while")[0]
        message = f"nothing can be served there: {told}"
        raise ServeError(message, file=f"{host}:{port}", hint=hint) from None
