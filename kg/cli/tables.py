"""The options that name other reference tables than the embedded ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name tables: `hgnc`, `famplex`, `pmc_ids`."""
    for option in reversed(
        (
            click.option(
                "--hgnc", metavar="FILE", help="HGNC's complete set, instead of the embedded one."
            ),
            click.option(
                "--famplex", metavar="DIR", help="FamPlex's files, instead of the embedded ones."
            ),
            click.option("--pmc-ids", metavar="FILE", help="NCBI's PMC-ids.csv: PubMed ids, DOIs."),
        )
    ):
        command = option(command)
    return command
