"""`kg export`: gene sets and tables for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli.console import note, progress
from kg.errors import count_of
from kg.write import open_compressed

if TYPE_CHECKING:
    from kg.export.tables import Table

DATA = click.argument("data", metavar="DATA")
OUTPUT = click.option(
    "-o", "--output", metavar="FILE", required=True, help="Also .gz; - is stdout."
)


@click.group()
def export() -> None:
    """Export what the graph says in the forms that other tools read.

    DATA is an RDF file, a folder of them, or a store on disk.
    """


@export.command()
@DATA
@OUTPUT
@click.option(
    "--ids",
    type=click.Choice(["entrez", "symbol", "ensembl", "hgnc", "mgi", "chebi"]),
    default="entrez",
    show_default=True,
    help="What members are named by; mgi: mouse orthologs; chebi: chemicals.",
)
@click.option(
    "--strictness",
    type=click.Choice(["strict", "synonyms", "all"]),
    default="strict",
    show_default=True,
    help="Which matches make a figure show a gene.",
)
@click.option("--organism", default="human", show_default=True, help="Genes of which organism.")
@click.option(
    "--min",
    "minimum",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Members that a set must have.",
)
@click.option(
    "--orthologs",
    "orthologs_file",
    metavar="FILE",
    help="Give mouse orthologs, from MGI's HOM_MouseHumanSequence.rpt.",
)
def gmt(
    data: str,
    output: str,
    ids: str,
    strictness: str,
    organism: str,
    minimum: int,
    orthologs_file: str | None,
) -> None:
    """Gene sets as GMT, by the rule of the files that PFOCR releases.

    A line is figid, title, genes. Read it with gseapy, clusterProfiler, rWikiPathways, GSEA.
    """
    from kg.export.gmt import iter_gene_sets, write_gmt
    from kg.export.orthologs import read_orthologs
    from kg.network import open_index

    orthologs = None if orthologs_file is None else read_orthologs(orthologs_file)
    with progress("reading", "%") as update:
        index = open_index(data, progress=update)
    sets = iter_gene_sets(
        index,
        ids=ids,
        strictness=strictness,
        organism=organism,
        minimum=minimum,
        orthologs=orthologs,
    )
    with open_compressed(output) as target:
        count = write_gmt(sets, target)
    note(count_of(count, "set"))


def _read(data: str) -> dict[str, Table]:
    """Return the tables of the data, and say how large they are."""
    from kg.export.tables import read_tables

    with progress("reading", "%") as update:
        tables = read_tables(data, update)
    rows = {name: len(next(iter(table.values()))) for name, table in tables.items()}
    note(", ".join(count_of(rows[f"{what}s"], what) for what in ("figure", "mention", "gene")))
    return tables


FOLDER = click.option("-o", "--output", metavar="FOLDER", required=True, help="New or empty.")


@export.command()
@DATA
@FOLDER
@click.option("--format", type=click.Choice(["tsv", "jsonl"]), default="tsv", show_default=True)
def kgx(data: str, output: str, format: str) -> None:
    """Nodes and edges of the Biolink Model, as KGX.

    Articles that mention genes, chemicals and diseases, an edge for each figure.
    """
    from kg.export.kgx import write_kgx

    write_kgx(_read(data), output, format)


@export.command()
@DATA
@FOLDER
def parquet(data: str, output: str) -> None:
    """Tables as Parquet, for pandas, polars and DuckDB.

    Tables are figures, mentions, shown (figure and gene), genes, and members (family and gene).
    """
    from kg.export.parquet import write_parquet

    write_parquet(_read(data), output)


@export.command("csv")
@DATA
@FOLDER
def neo4j(data: str, output: str) -> None:
    """Nodes and relations as CSV, for `neo4j-admin database import`."""
    from kg.export.neo4j import write_neo4j

    write_neo4j(_read(data), output)
