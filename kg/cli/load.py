"""`kg load`: RDF into a store on disk, or into a triplestore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import note, progress
from kg.cli.options import SECONDS
from kg.errors import UsageError, count_of
from kg.terms import Term, parse_iri

if TYPE_CHECKING:
    from kg.store.chunks import Gathered
    from kg.store.http import Credentials
    from kg.store.triplestore import Mode, Target

_GRAPH = "https://w3id.org/pfocr/graph/figures"
_PROGRAMS = ("qlever", "fuseki", "graphdb", "virtuoso")


@click.command()
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@click.option("--store", metavar="DIR", type=Path, help="Store on disk to load into.")
@click.option(
    "--to",
    "url",
    metavar="URL",
    help="Triplestore to load into: its Graph Store Protocol, or virtuoso://HOST:PORT.",
)
@click.option(
    "--prepare",
    nargs=2,
    type=(click.Choice(_PROGRAMS), Path),
    metavar="PROGRAM DIR",
    help=f"Write what this program's own loader wants: {', '.join(_PROGRAMS)}.",
)
@click.option(
    "--graph",
    metavar="IRI",
    default=_GRAPH,
    show_default=True,
    help="Graph of the triples that name none.",
)
@click.option("--replace/--append", default=True, help="What becomes of a graph that is there.")
@click.option("--dry-run", is_flag=True, help="Say what would be loaded; send nothing.")
@click.option("--user", envvar="KG_USER", help="Who loads.  [default: $KG_USER]")
@click.option("--update-url", metavar="URL", help="Where the triplestore takes updates.")
@click.option("--query-url", metavar="URL", help="Where the triplestore takes queries.")
@click.option(
    "--chunk-triples", type=click.IntRange(min=1), default=50_000, help="[default: 50000]"
)
@click.option("--retries", type=click.IntRange(min=0), default=5, help="[default: 5]")
@click.option("--timeout-s", type=SECONDS, default=600, help="[default: 600]")
@click.option(
    "--bulk-dir", metavar="DIR", type=Path, help="Virtuoso: a folder that its server may read."
)
@click.option(
    "--server-dir", metavar="DIR", help="Virtuoso: the same folder, as the server sees it."
)
def load(data: tuple[str, ...], graph: str, **options: Any) -> None:
    """Load RDF into a store on disk, or into a triplestore.

    DATA is RDF files (.ttl, .nt, .nq, .trig, .jsonld, .rdf; .gz too), folders of them, or, where
    it goes to a triplestore, the folder of a store. Each graph that DATA holds is replaced; the
    others stay. Until a graph is whole, its former content answers.

    The password is taken from $KG_PASSWORD, else asked for; a token from $KG_TOKEN.
    """
    named = parse_iri(graph)
    targets = [name for name in ("store", "url", "prepare") if options[name] is not None]
    if len(targets) != 1:
        hint = "add --store DIR, --to URL or --prepare PROGRAM DIR"
        raise UsageError("exactly one target is asked for", hint=hint)
    if options["store"] is not None:
        _into_store(data, named, options["store"], is_dry=options["dry_run"])
        return
    from kg.store.chunks import gather

    with gather(data, named) as gathered:
        if options["dry_run"]:
            _print_plan(gathered, options)
        elif options["prepare"] is not None:
            _prepare(gathered, *options["prepare"])
        else:
            _send(gathered, options)


def _into_store(data: tuple[str, ...], graph: Term, store: Path, *, is_dry: bool) -> None:
    from kg.rdf import find_rdf_files
    from kg.store import load_store

    paths = find_rdf_files(*data)
    if is_dry:
        note(f"would load {len(paths)} files into {store}")
        return
    with progress("loading", "bytes") as update:
        print_counts(load_store(store, paths, graph, progress=update))


def print_counts(loaded: dict[Term, int]) -> None:
    """Print how many triples each graph has now."""
    for graph, count in loaded.items():
        note(f"{count_of(count, 'triple')} in {graph or 'the default graph'}")


def _print_plan(gathered: Gathered, options: dict[str, Any]) -> None:
    target = options["url"] or f"{options['prepare'][1]} for {options['prepare'][0]}"
    what = "replace" if options["replace"] else "append to"
    for graph, count in gathered.graphs.items():
        note(f"would {what} {graph or 'the default graph'}: {count_of(count, 'triple')}, {target}")


def _prepare(gathered: Gathered, program: str, folder: Path) -> None:
    from kg.store.prepare import prepare

    commands = prepare(program, gathered, folder)
    print_counts(gathered.graphs)
    note(f"in {folder}, run:")
    for command in commands:
        print(command)


def _send(gathered: Gathered, options: dict[str, Any]) -> None:
    is_virtuoso = options["url"].startswith("virtuoso://")
    target = _virtuoso(options) if is_virtuoso else _triplestore(options)
    mode: Mode = "replace" if options["replace"] else "append"
    for graph in gathered.graphs:
        if not graph:
            hint = "load quads whose default graph is empty"
            raise UsageError("a triplestore is loaded by named graphs", hint=hint)
        with progress("loading", "triples") as update:
            count = target.load(gathered, graph, mode=mode, progress=update)
        print_counts({graph: count})


def _triplestore(options: dict[str, Any]) -> Target:
    from kg.store.http import Client
    from kg.store.triplestore import Triplestore, find_urls

    urls = find_urls(options["url"], options["update_url"], options["query_url"])
    client = Client(
        _credentials(options["user"]),
        timeout_s=options["timeout_s"],
        retries=options["retries"],
        tell=note,
    )
    return Triplestore(urls, client, options["chunk_triples"])


def _virtuoso(options: dict[str, Any]) -> Target:
    from kg.store.isql import Isql
    from kg.store.virtuoso import Virtuoso, parse_address

    folder = options["bulk_dir"]
    if folder is None:
        hint = "add --bulk-dir DIR, one of DirsAllowed in virtuoso.ini"
        raise UsageError("Virtuoso reads files from a folder of its server", hint=hint)
    isql = Isql(parse_address(options["url"]), _credentials(options["user"]))
    return Virtuoso(isql, folder, options["server_dir"] or str(folder.absolute()))


def _credentials(user: str | None) -> Credentials:
    """Return who loads; a password comes from the environment, or is asked for."""
    import os
    import sys

    from kg.store.http import Credentials

    password = os.environ.get("KG_PASSWORD")
    if user is not None and password is None and sys.stdin.isatty():
        password = click.prompt(f"Password of {user}", hide_input=True, err=True)
    return Credentials(user, password, os.environ.get("KG_TOKEN"))
