"""Run what a document shows: `console` blocks, and `python` blocks with a `text` block below.

A document is run from top to bottom in one folder, where `tests` leads to the repository's. With
the environment variable KG_WRITE_DOCUMENTS the outputs are written into it instead of compared.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(
    r"```console\n(?P<console>.*?)```|```python\n(?P<python>.*?)```(?:\n\n```text\n(?P<text>.*?)```)?",
    re.DOTALL,
)
_STEP = re.compile(r"^\$ ", re.MULTILINE)


def check_document(path: Path, folder: Path) -> None:
    """Run a document in a folder; fail where it says what does not come out."""
    (folder / "tests").symlink_to(ROOT / "tests")
    written = path.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__"}
    actual = _BLOCK.sub(lambda block: _run(block, folder, names), written)
    if "KG_WRITE_DOCUMENTS" in os.environ:
        path.write_text(actual, encoding="utf-8")
    assert actual == written


def _run(block: re.Match[str], folder: Path, names: dict[str, Any]) -> str:
    if block["console"] is not None:
        commands = [step.partition("\n")[0] for step in _STEP.split(block["console"])[1:]]
        shown = "".join(f"$ {command}\n{printed(command, folder)}" for command in commands)
        return f"```console\n{shown}```"
    output = io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(output):
            exec(compile(block["python"], "document", "exec"), names)  # noqa: S102 - our own text
    finally:
        os.chdir(before)
    code = f"```python\n{block['python']}```"
    return f"{code}\n\n```text\n{output.getvalue()}```" if output.getvalue() else code


def printed(command: str, folder: Path) -> str:
    """Return what a command prints on either stream, in the order of a terminal."""
    programs = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "100",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return "\n".join(line.rstrip() for line in done.stdout.split("\n"))
