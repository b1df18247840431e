"""`kg load`: RDF into a store on disk, or into a triplestore."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.console import note, progress
from kg.errors import UsageError
from kg.store import DATASET_GRAPH, find_rdf_files, load_store
from kg.terms import Term, parse_iri


@click.command()
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@click.option("--store", metavar="DIR", type=Path, help="Store on disk to load into.")
@click.option(
    "--graph",
    metavar="IRI",
    default=DATASET_GRAPH[1:-1],
    show_default=True,
    help="Graph of the triples that name none.",
)
def load(data: tuple[str, ...], store: Path | None, graph: str) -> None:
    """Load RDF into a store on disk.

    DATA is RDF files (.ttl, .nt, .nq, .trig, .jsonld, .rdf; .gz too) or folders of them. Each
    graph that DATA holds is replaced; the others stay. Until the load is whole, the store answers
    as it did before.
    """
    if store is None:
        raise UsageError("a load has one target", hint="add --store DIR")
    paths = [path for item in data for path in find_rdf_files(item)]
    with progress("loading", "bytes") as update:
        loaded = load_store(store, paths, parse_iri(graph), progress=update)
    print_counts(loaded)


def print_counts(loaded: dict[Term, int]) -> None:
    """Print how many triples each graph has now."""
    for graph, count in loaded.items():
        note(f"{count:,} triples in {graph or 'the default graph'}")
