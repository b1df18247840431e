"""`kg serve`: a SPARQL endpoint and pages for people."""

from __future__ import annotations

import os

import click

from kg.cli.console import note
from kg.cli.options import SECONDS


@click.command(short_help="Serve data: a SPARQL endpoint, and pages to look at.")
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0: all addresses.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--read-only",
    is_flag=True,
    expose_value=False,
    help="Take no updates: always so. `kg load` changes a store that is served.",
)
@click.option(
    "--timeout-s",
    type=SECONDS,
    default=30.0,
    help="Seconds that a query may take.  [default: 30]",
)
@click.option("--rows", type=click.IntRange(min=1), default=100_000, help="[default: 100000]")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=max(2, os.cpu_count() or 1),
    help="Queries at once.  [default: processors]",
)
@click.option(
    "--request-bytes", type=click.IntRange(min=1), default=1 << 20, help="[default: 1048576]"
)
@click.option(
    "--allow-service",
    "services",
    metavar="URL",
    multiple=True,
    help="An endpoint that SERVICE may ask; repeat.",
)
def serve(
    data: tuple[str, ...],
    host: str,
    port: int,
    timeout_s: float,
    rows: int,
    workers: int,
    request_bytes: int,
    services: tuple[str, ...],
) -> None:
    """Serve data: a SPARQL endpoint at /sparql, and pages of figures, genes, families, papers.

    DATA is the folder of a store (which answers at once), or RDF files, which are loaded first.
    Nothing can be written, and no other host is asked unless --allow-service names it.
    """
    from kg.server.limits import Limits
    from kg.server.run import serve as serve_data
    from kg.store.web import check_url

    limits = Limits(
        timeout_s=timeout_s,
        rows=rows,
        workers=workers,
        request_bytes=request_bytes,
        services=frozenset(map(check_url, services)),
    )
    serve_data(data, host=host, port=port, limits=limits, tell=note)
