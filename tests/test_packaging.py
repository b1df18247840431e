"""The wheel: built, installed in a fresh environment, and found whole."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "data" / "pages"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_shapes_queries_and_tables(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for folder, pattern in (("shapes", "*.ttl"), ("queries", "*.rq")):
        expected = {f"kg/{folder}/{path.name}" for path in (ROOT / folder).glob(pattern)}
        assert expected
        assert expected <= held
    assert {f"kg/reference/data/{name}" for name in ("famplex.tsv", "hgnc.tsv.gz")} <= held
    assert not [name for name in held if name.startswith(("tests/", "benchmarks/"))]


@pytest.mark.slow
def test_the_wheel_works_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    programs = tmp_path / "venv" / "bin"
    subprocess.run([str(programs / "pip"), "install", "--quiet", str(wheel)], check=True)

    def kg(*arguments: str) -> str:
        command = [str(programs / "kg"), *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    kg("build", str(PAGES), "-o", "pfocr.ttl")
    assert "conforms" in kg("validate", "pfocr.ttl", "--engine", "pyshacl")
    assert "figure-rows" in kg("queries")
    rows = kg("query", "pfocr.ttl", "figure-rows", "--format", "csv")
    assert rows.startswith("word,term,lexicon,symbol,gene,count")
    assert len(rows.splitlines()) > 1
