"""`kg export`: gene sets and tables for other tools."""

from __future__ import annotations

import click

from kg.cli.console import note
from kg.write import open_target

DATA = click.argument("data", metavar="DATA")
OUTPUT = click.option("-o", "--output", metavar="FILE", required=True, help="- is stdout.")


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
    sets = iter_gene_sets(
        open_index(data),
        ids=ids,
        strictness=strictness,
        organism=organism,
        minimum=minimum,
        orthologs=orthologs,
    )
    with open_target(output) as target:
        count = write_gmt(sets, target)
    note(f"{count:,} sets")
