"""Every command and example of the README runs, and prints what the README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import ROOT, printed

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(console|python)\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(README) if found == kind]


def steps() -> list[tuple[str, str]]:
    """Return each command with the output that stands below it."""
    found = []
    for block in blocks("console"):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            found.append((command, output))
    return found


def test_the_commands_of_the_readme_print_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    assert steps()
    for command, expected in steps():
        assert printed(command, tmp_path) == expected, command


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    monkeypatch.chdir(tmp_path)
    (block,) = blocks("python")
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - the README's own example
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "Summary of the signaling pathway that connects neuropeptides to the AR 5"
    assert int(second) > 100
    assert third == "12 []"


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
