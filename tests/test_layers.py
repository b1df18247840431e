"""The house as a whole: which room may import which, and docstring examples that run."""

from __future__ import annotations

import ast
import doctest
import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg

ROOT = Path(kg.__file__).parent
REPOSITORY = Path(__file__).parents[1]

ROOMS: dict[str, str] = {
    "errors": "",
    "terms": "errors",
    "remote": "errors",
    "sort": "errors",
    "memo": "",
    "workers": "",
    "hypergeometric": "",
    "citation": "",
    "confidence": "",
    "reference": "errors terms",
    "read": "errors remote",
    "record": "errors terms memo citation read",
    "mapping": "errors terms memo reference record confidence",
    "write": "errors terms memo remote",
    "rdf": "errors terms write",
    "build": "errors terms memo workers remote citation confidence reference read record mapping "
    "write",
    "store": "errors terms write rdf",
    "query": "errors terms store",
    "examples": "errors terms write store query",
    "validate": "errors terms workers write rdf build",
    "wikipathways": "errors terms hypergeometric reference write rdf store query",
    "network": "errors terms hypergeometric reference rdf store query",
    "export": "errors terms reference network",
    "vocabulary": "errors terms",
    "describe": "errors terms reference sort mapping write rdf store",
    "diff": "errors terms sort rdf store",
    "release": "errors terms mapping write build store query validate vocabulary describe",
    "server": "errors terms rdf store query network",
}
"""Each room with those it may import: some that stand before it, never one that comes after."""

PURE_ROOMS = ("errors", "terms", "citation", "confidence", "record", "mapping")
IMPURE_MODULES = frozenset(
    {"io", "logging", "os", "pathlib", "random", "socket", "subprocess", "sys", "tempfile", "time"}
    | {"urllib.request"}
)


def modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


def room_of(module: Path) -> str:
    """Return the room of a module; that of a module in no room is its own name."""
    return module.parts[0].removesuffix(".py")


def imported(module: Path) -> Iterator[str]:
    """Yield the names of the modules that a module imports, anywhere in it."""
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "." * node.level
        elif isinstance(node, ast.ImportFrom) and node.module == "kg":
            yield from (f"kg.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_rooms_import_those_before_them_alone() -> None:
    known = list(ROOMS)
    for room, allowed in ROOMS.items():
        before = known[: known.index(room)]
        assert set(allowed.split()) <= set(before), f"{room} may import what comes after it"


@pytest.mark.parametrize("module", modules(), ids=str)
def test_imports_stay_within_the_table(module: Path) -> None:
    room = room_of(module)
    if room in ("__init__", "__main__", "cli"):
        return
    assert room in ROOMS, f"{room} is a room that the table does not know"
    allowed = {room, *ROOMS[room].split()}
    for name in imported(module):
        assert not name.startswith("."), "imports are absolute"
        package, _, rest = name.partition(".")
        if package == "kg":
            assert rest.partition(".")[0] in allowed, f"kg.{room} may not import {name}"


def test_nothing_inside_imports_the_package_root() -> None:
    for module in modules():
        assert "kg" not in set(imported(module)), module


@pytest.mark.parametrize(
    "module", [path for path in modules() if room_of(path) in PURE_ROOMS], ids=str
)
def test_pure_rooms_know_no_outside(module: Path) -> None:
    assert not IMPURE_MODULES & set(imported(module))


def has_examples(module: Path) -> bool:
    lines = (ROOT / module).read_text("utf-8").splitlines()
    return any(">>> " in line and "# doctest: +SKIP" not in line for line in lines)


EXAMPLES = list(filter(has_examples, modules()))


@pytest.mark.parametrize("module", EXAMPLES, ids=str)
def test_examples_in_docstrings_run(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    name = ".".join(["kg", *module.with_suffix("").parts]).removesuffix(".__init__")
    failed, tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert tried
    assert not failed
    assert os.getcwd() == str(REPOSITORY)


def test_public_names_exist() -> None:
    for name in kg.__all__:
        assert getattr(kg, name) is not None
    assert sorted(kg.__all__, key=str.lower) == sorted(set(kg.__all__), key=str.lower)
