"""The command line: parse, call one library function, print.

Data goes to stdout, everything else to stderr. Exit codes: 0 done and conforms, 1 findings in
the data, 2 usage, 3 could not do it. One command a module; this one holds the app and the one
`except`.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kg.cli import build
from kg.cli.console import print_error
from kg.errors import KgError

app = typer.Typer(
    help="The knowledge graph of published pathway figures (PFOCR): build, validate, query.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (build,):
    module.register(app)


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(installed("pfocr-kg"))
        raise typer.Exit


def main() -> None:
    """Run the command line and exit with the code that the outcome asks for."""
    try:
        app()
    except KgError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit("interrupted; nothing was written")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
