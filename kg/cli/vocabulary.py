"""`kg vocabulary`: the terms that the graph has of its own."""

from __future__ import annotations

import click

from kg.write import open_target

_FORMATS = ("turtle", "ntriples", "jsonld", "rdfxml", "markdown")


@click.command(short_help="Print the vocabulary: what each term of our own means.")
@click.option(
    "--format", type=click.Choice(_FORMATS), default="turtle", help="Format.  [default: turtle]"
)
@click.option("-o", "--output", default="-", metavar="FILE", help="File to write.  [default: -]")
def vocabulary(format: str, output: str) -> None:
    """Print the vocabulary: what each term of our own means, as an ontology or as a page."""
    from kg.vocabulary import write_vocabulary

    text = write_vocabulary(format)
    with open_target(output) as target:
        target.write(text.encode())
