"""Exports read back by the tools they are for: DuckDB, polars and pandas, kgx, Neo4j's rules."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import Run

from kg.build import iter_records
from kg.errors import UsageError
from kg.export.folder import open_folder
from kg.export.kgx import write_kgx
from kg.export.tables import Table, read_tables
from kg.network import STRICTNESS, gene_sets, open_index
from kg.network.taxa import ANY

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def tables(pages_turtle: Path) -> dict[str, Table]:
    return read_tables(pages_turtle)


def rows_of(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


# Tables


def test_mentions_are_all_rows_of_the_pages(pages: Path, tables: dict[str, Table]) -> None:
    expected: Counter[tuple[Any, ...]] = Counter()
    for record in iter_records([pages]):
        for (word, entry), count in record.genes.items():
            key = (record.figid, word, entry.term, entry.lexicon, int(entry.gene), entry.symbol)
            expected[key] += count
    got: Counter[tuple[Any, ...]] = Counter()
    for row in rows_of(tables["mentions"]):
        if row["kind"] in ("gene", "family"):
            key = tuple(row[n] for n in ("figid", "word", "term", "lexicon", "gene", "symbol"))
            got[key] += row["count"]
    assert got == expected


def test_chemicals_and_diseases_are_all_there(pages: Path, tables: dict[str, Table]) -> None:
    expected = Counter(
        (record.figid, word, entry.kind, entry.mesh, entry.term, entry.name)
        for record in iter_records([pages])
        for rows in (record.chemicals, record.diseases)
        for word, entry in rows
    )
    got = Counter(
        tuple(row[name] for name in ("figid", "word", "kind", "mesh", "term", "name"))
        for row in rows_of(tables["mentions"])
        if row["kind"] in ("chemical", "disease")
    )
    assert got == expected
    (row,) = (row for row in rows_of(tables["mentions"]) if row["word"] == "bombesin")
    assert (row["body"], row["count"]) == ("mesh:D001839", 1)


def test_figures_have_what_the_pages_say(pages: Path, tables: dict[str, Table]) -> None:
    figures = {row["figid"]: row for row in rows_of(tables["figures"])}
    for record in iter_records([pages]):
        row = figures[record.figid]
        assert row["title"] == record.title
        assert row["caption"] == record.caption
        assert row["year"] == (record.paper.year and int(record.paper.year))
        assert row["pmcid"] == record.paper.pmcid
        assert row["doi"] == record.paper.doi
        assert row["paper_title"] == record.paper.title
        assert row["image"].endswith(f"{record.paper.pmcid}/bin/{record.filename}")
    assert len(figures) == 12


def test_shown_genes_are_those_of_the_index(pages_turtle: Path, tables: dict[str, Table]) -> None:
    index = open_index(pages_turtle)
    levels = Counter(tables["shown"]["strictness"])
    for place, strictness in enumerate(STRICTNESS):
        number = sum(levels[level] for level in STRICTNESS[: place + 1])
        assert gene_sets(index, strictness, ANY).matrix.nnz == number


def test_tables_are_sorted_and_without_doubles(tables: dict[str, Table]) -> None:
    for table in tables.values():
        rows = [tuple(map(str, row.values())) for row in rows_of(table)]
        assert len(set(rows)) == len(rows) > 0
    assert tables["figures"]["figid"] == sorted(tables["figures"]["figid"])


def test_same_data_twice_is_the_same(
    pages_turtle: Path, tables: dict[str, Table], tmp_path: Path
) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).symlink_to(pages_turtle)
    assert read_tables(tmp_path) == tables


# Parquet


@pytest.fixture(scope="module")
def parquet(pages_turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kg.export.parquet import write_parquet

    folder = tmp_path_factory.mktemp("parquet") / "tables"
    write_parquet(read_tables(pages_turtle), folder)
    return folder


def test_duckdb_reads_parquet(pages_turtle: Path, parquet: Path, tables: dict[str, Table]) -> None:
    for name, table in tables.items():
        rows = duckdb.sql(f"SELECT * FROM '{parquet}/{name}.parquet'").fetchall()  # noqa: S608 - a name of the test
        assert rows == list(zip(*table.values(), strict=True))
    question = f"""
        SELECT g.symbol, count(*) AS figures
        FROM '{parquet}/shown.parquet' s JOIN '{parquet}/genes.parquet' g USING (gene)
        WHERE s.strictness <> 'all' AND g.organism = 'Homo sapiens'
        GROUP BY ALL ORDER BY figures DESC, symbol LIMIT 1
    """  # noqa: S608 - a name of the test
    ((symbol, count),) = duckdb.sql(question).fetchall()
    human = gene_sets(open_index(pages_turtle), "synonyms")
    assert count == human.figure_counts.max()
    assert symbol


def test_pandas_and_polars_read_parquet(parquet: Path, tables: dict[str, Table]) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(parquet / "mentions.parquet")
    assert table.to_pydict() == tables["mentions"]
    frame = table.to_pandas()
    assert frame["figid"].nunique() == len(set(tables["mentions"]["figid"]))
    polars = pytest.importorskip("polars")
    assert (
        polars.read_parquet(parquet / "genes.parquet").to_dict(as_series=False) == tables["genes"]
    )


# Neo4j


def test_csv_follows_the_rules_of_neo4j(
    run_kg: Callable[..., Run], pages_turtle: Path, tables: dict[str, Table], tmp_path: Path
) -> None:
    """Identifiers are unique in their space, relations end at nodes, numbers are numbers."""
    folder = tmp_path / "neo4j"
    assert run_kg("export", "csv", pages_turtle, "-o", folder).code == 0
    spaces: dict[str, set[str]] = {}
    arguments = (folder / "import.args").read_text().splitlines()
    assert arguments[-1] == "--multiline-fields=true"
    files = [argument.removeprefix("--").split("=") for argument in arguments[:-1]]
    for kind, label, name in files:
        assert name == f"{label}.csv"
        with (folder / name).open(newline="", encoding="utf-8") as source:
            header, *rows = csv.reader(source)
        assert rows
        assert {len(row) for row in rows} == {len(header)}
        for column, title in enumerate(header):
            cells = [row[column] for row in rows]
            if ":ID(" in title:
                space = spaces.setdefault(title.partition("(")[2], set())
                assert not space & set(cells)
                assert len(set(cells)) == len(cells)
                space.update(cells)
            if title.startswith((":START_ID(", ":END_ID(")):
                assert kind == "relationships"
                assert set(cells) <= spaces[title.partition("(")[2]]
            if title.endswith(":int"):
                assert all(cell == "" or cell.isdecimal() for cell in cells)
    assert len(spaces["Figure)"]) == 12
    shown = duckdb.sql(f"SELECT count(*) FROM '{folder}/SHOWS.csv'").fetchall()  # noqa: S608 - a name of the test
    assert shown == [(len(tables["shown"]["gene"]),)]


# KGX


def test_kgx_edges_are_what_figures_mention(tables: dict[str, Table], tmp_path: Path) -> None:
    write_kgx(tables, tmp_path / "kgx", "jsonl")
    lines = (tmp_path / "kgx" / "pfocr_edges.jsonl").read_text(encoding="utf-8").splitlines()
    edges = {edge["id"]: edge for edge in map(json.loads, lines)}
    assert len(edges) == len(lines)
    assert edges["PMC100003__mb2410470011-NCBIGene:6714"] == {
        "id": "PMC100003__mb2410470011-NCBIGene:6714",
        "subject": "PMC:100003",
        "predicate": "biolink:mentions",
        "object": "NCBIGene:6714",
        "category": ["biolink:InformationContentEntityToNamedThingAssociation"],
        "primary_knowledge_source": "infores:pfocr",
        "knowledge_level": "not_provided",
        "agent_type": "image_processing_agent",
        "publications": ["PMC:100003"],
        "supporting_text": ["(Src"],
        "figure": "PMC100003__mb2410470011",
        "figure_title": "Summary of the signaling pathway that connects neuropeptides to the AR",
        "figure_url": "https://pfocr.wikipathways.org/figures/PMC100003__mb2410470011.html",
        "image_url": "https://europepmc.org/articles/PMC100003/bin/mb2410470011.jpg",
        "strictness": "strict",
    }
    genes = [edge for edge in edges.values() if "strictness" in edge]
    assert len(genes) == len(tables["shown"]["gene"])
    lines = (tmp_path / "kgx" / "pfocr_nodes.jsonl").read_text(encoding="utf-8").splitlines()
    nodes = {node["id"]: node for node in map(json.loads, lines)}
    assert len(nodes) == len(lines)
    assert {edge[end] for edge in edges.values() for end in ("subject", "object")} <= set(nodes)
    assert nodes["NCBIGene:6714"]["xref"] == ["HGNC:11283", "ENSEMBL:ENSG00000197122"]


@pytest.mark.parametrize("format", ["tsv", "jsonl"])
def test_kgx_validate_finds_nothing(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path, format: str
) -> None:
    """Run kgx's own validator; it lives in an environment of its own, KGX_PYTHON."""
    python = os.environ.get("KGX_PYTHON")
    if python is None:
        pytest.skip("needs KGX_PYTHON, a Python with the packages kgx and biolink-model")
    folder = tmp_path / "kgx"
    assert run_kg("export", "kgx", pages_turtle, "-o", folder, "--format", format).code == 0
    files = [str(folder / f"pfocr_{kind}.{format}") for kind in ("nodes", "edges")]
    done = subprocess.run(
        [python, HERE / "kgx_offline.py", "validate", "-i", format, *files],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    assert (done.returncode, json.loads(done.stderr)) == (0, {})


# Folders


def test_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail() -> None:
        with open_folder(tmp_path / "x") as made:
            (made / "a").write_text("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not list(tmp_path.iterdir())
    with open_folder(tmp_path / "x") as made:
        (made / "a").write_text("a")
    assert (tmp_path / "x" / "a").read_text() == "a"
    hint = "is there already\nhint: name a new or empty folder"
    with pytest.raises(UsageError, match=hint), open_folder(tmp_path / "x"):
        pass


def test_command_writes_parquet(
    run_kg: Callable[..., Run], pages_turtle: Path, tmp_path: Path
) -> None:
    run = run_kg("export", "parquet", pages_turtle, "-o", tmp_path / "tables")
    assert (run.code, run.stderr) == (0, "12 figures, 361 mentions, 316 genes\n")
    names = sorted(path.name for path in (tmp_path / "tables").iterdir())
    assert names == [f"{n}.parquet" for n in ("figures", "genes", "members", "mentions", "shown")]


def test_exports_are_the_same_each_time(pages_turtle: Path, tmp_path: Path) -> None:
    """Strings hash differently in each process, and sets of them have another order."""
    contents = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-m", "kg", "export", "kgx", pages_turtle, "-o", folder]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
        contents.append([path.read_bytes() for path in sorted(folder.iterdir())])
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (["search", "SRC", "--in", "x.ttl"], "numpy", "analysis"),
        (["search", "SRC", "--in", "x.ttl"], "scipy", "analysis"),
        (["export", "gmt", "x.ttl", "-o", "-"], "numpy", "analysis"),
        (["export", "parquet", "x.ttl", "-o", "tables"], "pyarrow", "export"),
        (["network", "families", "x.ttl", "-o", "x.cx2"], "ndex2", "export"),
        (["network", "papers", "x.ttl", "-o", "x.png"], "matplotlib", "plots"),
        (["report", "x.ttl", "-o", "x.html"], "numpy", "analysis"),
    ],
)
def test_missing_package_is_told_with_its_extra(
    pages_turtle: Path, tmp_path: Path, arguments: list[str], package: str, extra: str
) -> None:
    (tmp_path / "x.ttl").symlink_to(pages_turtle)
    code = f"import sys; sys.modules[{package!r}] = None; from kg.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.endswith(
        f"error: this needs the package {package!r}, which is not installed\n"
        f"hint: pip install 'pfocr-kg[{extra}]'\n"
    )
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".kgindex") == ["x.ttl"]
