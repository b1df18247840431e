"""README and docs: what they show comes out, their commands exist, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import click
import pytest
from documents import ROOT, check_document

from kg.cli import COMMANDS, app

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
RUN = [
    path for path in DOCUMENTS if re.search(r"^```(console|python)$", path.read_text("utf-8"), re.M)
]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_UNRUN = re.compile(r"^(?: {4})?(kg [a-z].*)", re.MULTILINE)
_SPAN = re.compile(r"`(kg [a-z][^`]*)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", RUN, ids=name_of)
def test_a_document_shows_what_comes_out(path: Path, tmp_path: Path) -> None:
    check_document(path, tmp_path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_code_is_of_a_kind_that_is_checked(path: Path) -> None:
    kinds = {kind for kind, _ in _FENCE.findall(path.read_text("utf-8"))}
    assert kinds <= {"console", "python", "text", "sh", "sparql"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_that_are_not_run_have_those_options(path: Path) -> None:
    text = path.read_text("utf-8")
    shown = _FENCE.sub(lambda fence: fence[2] if fence[1] == "sh" else "", text)
    for line in _UNRUN.findall(shown):
        words = shlex.split(line, comments=True)
        command, rest = find_command(list(takewhile(lambda word: word not in ("|", ">"), words)))
        command.make_parser(click.Context(command)).parse_args(rest)
    for span in _SPAN.findall(shown):
        command, rest = find_command(span.split())
        known = {
            name for option in command.params for name in (*option.opts, *option.secondary_opts)
        }
        named = {word.rstrip(",…") for word in rest if word.startswith("--") and word != "--help"}
        assert {flag.partition("=")[0] for flag in named} <= known, span


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words call, and the words behind its name."""
    found: click.Command = app
    rest = words[1:]
    while isinstance(found, click.Group) and rest:
        inner = found.get_command(click.Context(found), re.split(r"[^a-z]", rest[0])[0])
        assert inner is not None, " ".join(words)
        found, rest = inner, rest[1:]
    return found, rest


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    assert [link for link in _LINK.findall(path.read_text("utf-8")) if not leads(path, link)] == []


def leads(path: Path, link: str) -> bool:
    if re.match(r"https?:", link):
        return True
    file, _, anchor = link.partition("#")
    target = path.parent / file if file else path
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(path: Path) -> Iterator[str]:
    """Yield the anchors of a document's headings, as GitHub makes them."""
    for heading in _HEADING.findall(path.read_text("utf-8")):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_document_is_linked_to() -> None:
    linked = {
        (path.parent / link.partition("#")[0]).resolve()
        for path in DOCUMENTS
        for link in _LINK.findall(path.read_text("utf-8"))
    }
    assert [path.name for path in DOCUMENTS[2:] if path.resolve() not in linked] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_can_be_repeated(name: str) -> None:
    command = app.get_command(click.Context(app), name)
    assert command is not None
    below = command.commands.values() if isinstance(command, click.Group) else []
    options = [option for part in (command, *below) for option in part.params]
    repeated = [found for found in options if isinstance(found, click.Option) and found.multiple]
    assert [found.name for found in repeated if "repeat" not in (found.help or "")] == []
