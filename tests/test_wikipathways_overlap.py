"""The overlap of genes in figures and pathways: the table, the picture, the command."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HERE, Run, shared_data
from wikipathways_data import WIKIPATHWAYS, given_figures

from kg.errors import MissingExtraError, UsageError
from kg.store import load_store
from kg.wikipathways.overlap import OverlapRow, overlap
from kg.wikipathways.plot import plot_overlap

DOCS = HERE.parent / "docs"
ROWS = [
    OverlapRow("all", "strict", 2, 1, 10, 20, 5, 5, 15),
    OverlapRow("all", "synonyms", 3, 1, 12, 20, 6, 6, 14),
    OverlapRow("all", "all", 4, 1, 30, 20, 9, 21, 11),
]


@pytest.fixture(scope="module")
def rows(pages_turtle: Path) -> dict[tuple[str, str], OverlapRow]:
    return {row[:2]: row for row in overlap([pages_turtle], [WIKIPATHWAYS])}


def test_genes_are_counted_on_both_sides(rows: dict[tuple[str, str], OverlapRow]) -> None:
    """The pathways have 39 genes: 26 human, 5 of thale cress, 6 of yeast, 2 of the mouse."""
    row = rows["all", "all"]
    assert (row.figure_count, row.pathway_count) == (12, 7)
    assert row.in_pathways == 26 + 5 + 6 + 2
    assert row.in_both == 33
    for row in rows.values():
        assert row.in_figures == row.in_both + row.only_in_figures
        assert row.in_pathways == row.in_both + row.only_in_pathways


def test_organisms_come_by_their_number_of_genes(
    rows: dict[tuple[str, str], OverlapRow],
) -> None:
    organisms = list(dict.fromkeys(organism for organism, _ in rows))
    assert organisms[:3] == ["all", "9606", "10090"]
    whole = rows["all", "all"]
    parts = [rows[organism, "all"] for organism in organisms[1:]]
    assert sum(part.in_both for part in parts) == whole.in_both
    assert sum(part.in_figures for part in parts) == whole.in_figures


def test_genes_of_a_strain_count_for_the_species(
    rows: dict[tuple[str, str], OverlapRow],
) -> None:
    assert rows["4932", "all"][2:] == (1, 1, 19, 6, 6, 13, 0)
    assert ("559292", "all") not in rows


def test_levels_are_within_each_other(rows: dict[tuple[str, str], OverlapRow]) -> None:
    for organism, _ in rows:
        shown = [rows[organism, level].in_figures for level in ("strict", "synonyms", "all")]
        assert shown == sorted(shown)


# The picture


@pytest.mark.parametrize("ending", [".svg", ".png"])
def test_a_picture_is_the_same_each_time(ending: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        plot_overlap(ROWS, tmp_path / f"{name}{ending}", "Genes")
    content = (tmp_path / f"one{ending}").read_bytes()
    assert content == (tmp_path / f"two{ending}").read_bytes()
    assert content.startswith(b"<?xml" if ending == ".svg" else b"\x89PNG")


def test_the_picture_says_the_numbers(tmp_path: Path) -> None:
    plot_overlap(ROWS, tmp_path / "o.svg")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", (tmp_path / "o.svg").read_text())
    assert {"5", "15", "6", "14", "21", "9", "11", "only in figures", "+ families"} <= set(texts)


def test_only_pictures_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError) as caught:
        plot_overlap(ROWS, tmp_path / "o.pdf")
    assert str(caught.value) == (
        "'o.pdf' names no picture that can be drawn\nhint: name it .svg or .png"
    )
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError) as missing:
        plot_overlap(ROWS, tmp_path / "o.svg")
    assert missing.value.problem.hint == "pip install 'pfocr-kg[plots]'"


# The command


def test_the_command_prints_a_table(run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    run = run_kg("overlap", pages_turtle, "--wikipathways", WIKIPATHWAYS)
    lines = run.stdout.splitlines()
    assert run.code == 0
    assert len(lines) == 5
    assert lines[0] == (
        "| organism | strictness | figures | pathways | genes in figures | genes in pathways "
        "| in both | only in figures | only in pathways |"
    )
    assert lines[-1].startswith("| all | all | 12 | 7 |")


def test_a_store_is_counted_like_the_file_that_it_was_loaded_from(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    load_store(tmp_path / "store", [pages_turtle])
    file, store = (
        run_kg("overlap", figures, "--wikipathways", WIKIPATHWAYS)
        for figures in (pages_turtle, tmp_path / "store")
    )
    assert (store.code, store.stdout) == (0, file.stdout)


def test_the_command_for_machines(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    common = ("overlap", pages_turtle, "--wikipathways", WIKIPATHWAYS)
    picture = tmp_path / "o.svg"
    found = json.loads(run_kg(*common, "--format", "json", "--plot", picture).stdout)
    read = list(csv.DictReader(io.StringIO(run_kg(*common, "--format", "csv").stdout)))
    assert [{key: str(value) for key, value in row.items()} for row in found] == read
    assert picture.exists()
    each = json.loads(run_kg(*common, "--format", "json", "--organism", "each").stdout)
    assert each[:3] == found
    yeast = json.loads(run_kg(*common, "--format", "json", "--organism", "4932").stdout)
    assert {row["organism"] for row in yeast} == {"4932"}


def test_an_organism_without_genes_is_refused(
    run_kg: Callable[..., Run], pages_turtle: Path
) -> None:
    run = run_kg("overlap", pages_turtle, "--wikipathways", WIKIPATHWAYS, "--organism", "1")
    assert run.code == 2
    assert run.stderr.startswith(
        "error: there are no genes of the organism '1'\nhint: known: all, 9606, 10090,"
    )


def test_a_picture_that_can_not_be_drawn_is_refused_before_any_work(
    run_kg: Callable[..., Run],
) -> None:
    run = run_kg("overlap", "nowhere.nt", "--wikipathways", "nowhere", "--plot", "o.pdf")
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr == (
        "error: 'o.pdf' names no picture that can be drawn\nhint: name it .svg or .png\n"
    )


def test_the_tables_in_the_documentation_are_of_the_given_data(
    run_kg: Callable[..., Run], tmp_path: Path
) -> None:
    (pathways,) = shared_data("wikipathways")
    printed = run_kg("overlap", given_figures(), "--wikipathways", pathways).stdout
    for document in (DOCS.parent / "README.md", DOCS / "wikipathways.md"):
        assert printed in document.read_text(encoding="utf-8")
    found = [row for row in overlap([given_figures()], [pathways]) if row.organism == "all"]
    for picture in ("overlap.svg", "overlap.png"):
        plot_overlap(found, tmp_path / picture)
    drawn = (DOCS / "images" / "overlap.svg").read_text(encoding="utf-8")
    numbers = re.compile(r"<text[^>]*>([\d,]+)</text>")
    assert numbers.findall(drawn) == numbers.findall((tmp_path / "overlap.svg").read_text())
