"""The command line: parse, call one library function, print.

Data goes to stdout, everything else to stderr. Exit codes: 0 done and conforms, 1 findings in
the data, 2 usage, 3 could not do it. One command a module, loaded when it is called; this one
holds the table of commands and the one `except`.

Decision: click, not typer, whose newer releases load pydantic at each start (0.1 s, a third of
what a small build takes).
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from kg.cli.console import print_error
from kg.cli.signals import exit_code_of, orderly_end
from kg.errors import KgError

COMMANDS = {
    "build": "kg.cli.build:build",
    "validate": "kg.cli.validate:validate",
    "load": "kg.cli.load:load",
    "serve": "kg.cli.serve:serve",
    "query": "kg.cli.query:query",
    "queries": "kg.cli.query:queries",
    "stats": "kg.cli.query:stats",
    "search": "kg.cli.search:search",
    "network": "kg.cli.network:network",
    "export": "kg.cli.export:export",
    "report": "kg.cli.report:report",
    "merge": "kg.cli.merge:merge_command",
    "overlap": "kg.cli.overlap:overlap_command",
    "describe": "kg.cli.describe:describe",
    "diff": "kg.cli.diff:diff",
    "release": "kg.cli.release:release",
    "vocabulary": "kg.cli.vocabulary:vocabulary",
}
"""The commands, in the order of the help, with the function of each."""


class _LazyGroup(click.Group):
    """A group that loads a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of stdout that has enough is no error, as click has it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="pfocr-kg")
def app() -> None:
    """Build, validate and query the knowledge graph of published pathway figures (PFOCR)."""


def main() -> None:
    """Run the command line and exit with the code that the outcome asks for."""
    try:
        with orderly_end():
            sys.exit(app(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KgError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort) as error:
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(exit_code_of(error))
