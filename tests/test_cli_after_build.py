"""`kg build --validate` and `--describe`: what is done with the file that was built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import rdflib
from conftest import Run

PAGES = Path(__file__).parent / "data" / "pages"
RunKg = Callable[..., Run]


def test_build_and_validate_in_one(run_kg: RunKg, tmp_path: Path) -> None:
    run = run_kg("build", str(PAGES), "-o", str(tmp_path / "x.ttl"), "--validate")
    assert run.code == 0
    assert run.stdout == "conforms\n"


def test_build_and_describe_in_one(run_kg: RunKg, tmp_path: Path) -> None:
    described = tmp_path / "about.ttl"
    arguments = ["-o", str(tmp_path / "x.ttl"), "--describe", str(described)]
    assert run_kg("build", str(PAGES), *arguments).code == 0
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    graph = rdflib.Graph().parse(described)
    counts = {int(count) for count in graph.objects(None, void.triples)}
    assert len(rdflib.Graph().parse(tmp_path / "x.ttl")) in counts


def test_a_description_that_cannot_be_is_told_before_the_build(
    run_kg: RunKg, tmp_path: Path
) -> None:
    run = run_kg("build", str(PAGES), "-o", str(tmp_path / "x.ttl"), "--describe", "about.json")
    assert run.code == 2
    assert run.stderr == (
        "error: 'about.json' is not Turtle\nhint: a description is written as .ttl\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_stdout_is_nothing_to_look_at_afterwards(run_kg: RunKg) -> None:
    run = run_kg("build", str(PAGES), "-o", "-", "--format", "turtle", "--validate")
    assert run.code == 2
    assert run.stderr == "error: there is no file to look at\nhint: add -o FILE\n"
