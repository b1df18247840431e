"""`kg search`: what it prints and writes, and what it says is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from conftest import Run

KgRunner = Callable[..., Run]


def test_search_prints_a_table(run_kg: KgRunner, pages_turtle: Path) -> None:
    run = run_kg("search", "src", "FAK", "BMX", "AR", "p21", "--in", pages_turtle, "--top", "1")
    assert run.code == 0
    assert run.stderr.splitlines()[:2] == [
        "FAK is read as PTK2",
        "p21 is ambiguous and left out: CDKN1A, H3P16, TCEAL1",
    ]
    shown = " ".join(run.stdout.split())
    assert "4 of 5" in shown
    assert "Summary of the signaling pathway that connects neuropeptides to the AR" in shown
    assert "https://pfocr.wikipathways.org/figures/PMC100003__mb2410470011.html" in shown


def test_search_writes_for_machines(run_kg: KgRunner, pages_turtle: Path, tmp_path: Path) -> None:
    genes = tmp_path / "genes.txt"
    genes.write_text("SRC\nPTK2 BMX # those of the figure\n")
    arguments = ("search", genes, "--in", pages_turtle, "--top", "1")
    row = json.loads(run_kg(*arguments, "--format", "json").stdout)[0]
    assert row["figid"] == "PMC100003__mb2410470011"
    assert (row["shared"], row["size"], row["year"]) == (3, 5, 2001)
    assert set(row["genes"]) == {"SRC", "PTK2", "BMX"}
    lines = run_kg(*arguments, "--format", "tsv").stdout.splitlines()
    assert lines[0].split("\t") == list(row)
    nothing = run_kg("search", "A1BG", "--in", pages_turtle, "--format", "tsv")
    assert nothing.stdout.splitlines() == lines[:1]
    assert dict(zip(row, lines[1].split("\t"), strict=True))["pmcid"] == "PMC100003"
    stdin = run_kg("search", "-", *arguments[2:], "--format", "csv", stdin=b"SRC,PTK2,BMX")
    assert stdin.stdout.splitlines()[1].startswith("PMC100003__mb2410470011,3,5,")


def test_search_says_what_it_lacks(run_kg: KgRunner, pages: Path, tmp_path: Path) -> None:
    run = run_kg("search", "SRC", "--in", pages)
    assert run.stderr == (
        f"error: the folder '{pages}' holds no RDF\n"
        "hint: make RDF of its pages first, with kg build\n"
    )
    run = run_kg("search", "SRC")
    assert (run.code, run.stderr) == (
        2,
        "error: no data is named\nhint: add --in FILE, or set KG_DATA\n",
    )
    genes = tmp_path / "genes.txt"
    run = run_kg("search", genes, "--in", "x.ttl")
    assert run.stderr == f"error: {genes}: can't be read: No such file or directory\n"
    genes.write_bytes(b"\xff\xfe")
    run = run_kg("search", genes, "--in", "x.ttl")
    assert run.stderr == f"error: {genes}: can't be read: it is not UTF-8 text\n"
