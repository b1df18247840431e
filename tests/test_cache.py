"""Builds with a cache: the bytes of a full build, made from what changed alone."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

import kg
from kg.build import cache as module
from kg.errors import WriteError

PAGES = Path(__file__).parent / "data" / "pages"
OTHER = "_figures/PMC100003__mb2410470011.md"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PAGES, tmp_path / "pages"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pages, the cache of a build and its output."""
    folder = tmp_path_factory.mktemp("built")
    build(Path(shutil.copytree(PAGES, folder / "pages")))
    return folder


def build(pages: Path, name: str = "out.ttl.gz") -> tuple[kg.Summary, bytes]:
    """Build with the cache, and hold the bytes against those of a full build."""
    target, full = pages.parent / name, pages.parent / f"full-{name}"
    summary = kg.build(pages, target, cache=pages.parent / "cache")
    kg.build(pages, full)
    assert target.read_bytes() == full.read_bytes()
    return summary, target.read_bytes()


def database(pages: Path) -> Path:
    return pages.parent / "cache" / "shards.sqlite"


def test_nothing_is_built_again_where_nothing_changed(pages: Path) -> None:
    first, written = build(pages)
    second, again = build(pages)

    assert (first.reused, second.reused) == (0, 12)
    assert again == written
    assert second.tally == first.tally


def test_a_changed_page_costs_its_shard_alone(pages: Path) -> None:
    build(pages)
    page = pages / OTHER
    page.write_text(page.read_text(encoding="utf-8").replace("word: Etk", "word: ETK"), "utf-8")

    summary, written = build(pages, "out.ttl")

    assert b'"ETK"' in written
    assert summary.reused == 0  # another output: everything is built for it
    page.write_text(page.read_text(encoding="utf-8").replace("word: ETK", "word: Etk"), "utf-8")
    summary, written = build(pages, "out.ttl")
    assert b'"Etk"' in written
    assert 0 < summary.reused < 12


def test_a_page_that_is_gone_is_gone(pages: Path) -> None:
    build(pages)
    (pages / OTHER).unlink()
    summary, _ = build(pages)
    assert summary.tally.figures == 11
    assert 0 < summary.reused <= 11


def test_a_changed_side_table_is_a_change(pages: Path) -> None:
    build(pages)
    table = pages / "_data" / "PMC10031043__fgene-14-1152398-g001-genes.tsv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:-1]), encoding="utf-8")
    summary, _ = build(pages)
    assert 0 < summary.reused < 12


def test_a_changed_map_of_pathways_is_a_change(pages: Path) -> None:
    build(pages)
    (pages / "_data" / "wpid_map.tsv").write_text("PMC100003__mb2410470011\tWP1\n", "utf-8")
    _, written = build(pages, "out.ttl")
    assert b"wikipathways:WP1 " in written


def test_problems_are_kept_with_their_shard(pages: Path) -> None:
    page = pages / OTHER
    page.write_text(page.read_text(encoding="utf-8").replace("'660'", "66O"), "utf-8")
    first, _ = build(pages)
    second, _ = build(pages)
    assert [problem.field for problem in first.problems] == ["genes[1].entrez"]
    assert second.problems == first.problems
    assert second.reused == 12


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all", b"SQLite format 3\0" + b"x" * 99]
)
def test_a_foreign_cache_is_made_anew(pages: Path, content: bytes) -> None:
    build(pages)
    database(pages).write_bytes(content)
    summary, _ = build(pages)
    assert summary.notes == [f"the cache {database(pages)} is damaged or not ours: it is made anew"]
    assert summary.reused == 0
    assert build(pages)[0].reused == 12


def test_a_database_of_somebody_else_is_made_anew(pages: Path) -> None:
    database(pages).parent.mkdir()
    with sqlite3.connect(database(pages)) as connection:
        connection.execute("CREATE TABLE shard (key TEXT)")
    connection.close()
    summary, _ = build(pages)
    assert len(summary.notes) == 1
    assert build(pages)[0].reused == 12


def test_a_damaged_row_is_found_by_its_checksum(pages: Path) -> None:
    build(pages)
    with sqlite3.connect(database(pages)) as connection:
        connection.execute("UPDATE shard SET result = x'00' WHERE rowid = 2")
    connection.close()
    summary, _ = build(pages)
    assert summary.notes == [f"the cache {database(pages)} was damaged: it is made anew"]
    assert build(pages)[0].reused == 12


@pytest.mark.parametrize("seed", range(60))
def test_a_cache_damaged_anywhere_changes_nothing(built: Path, tmp_path: Path, seed: int) -> None:
    """A few random bytes, or the rest of the file gone: the graph is that of a full build."""
    chance = Random(seed)  # noqa: S311 - where the damage is, no secret
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    content = bytearray(database(tmp_path / "pages").read_bytes())
    place = chance.randrange(len(content))
    if seed % 4:
        content[place : place + 64] = chance.randbytes(min(64, len(content) - place))
    else:
        del content[place:]
    database(tmp_path / "pages").write_bytes(content)
    summary = kg.build(tmp_path / "pages", tmp_path / "a.ttl.gz", cache=tmp_path / "cache")
    assert (tmp_path / "a.ttl.gz").read_bytes() == (built / "out.ttl.gz").read_bytes()
    assert summary.reused + 12 * len(summary.notes) in range(13)


def test_other_code_builds_anew(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(pages)
    monkeypatch.setattr(module, "_code_digest", lambda: b"another version")
    assert build(pages)[0].reused == 0


def test_a_cache_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError) as caught:
        kg.build(PAGES, tmp_path / "out.ttl", cache=tmp_path / "file" / "cache")
    assert str(caught.value) == f"{tmp_path}/file/cache: can't hold a cache: Not a directory"
    assert not (tmp_path / "out.ttl").exists()


def test_a_cache_is_one_build_s_at_a_time(pages: Path) -> None:
    build(pages)
    other = sqlite3.connect(database(pages), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WriteError) as caught:
        kg.build(pages, pages.parent / "out.ttl", cache=pages.parent / "cache")
    assert str(caught.value) == (
        f"{pages.parent}/cache: is the cache of a build that is under way\n"
        "hint: wait until it has ended, or name another folder"
    )
    other.close()
    summary, _ = build(pages)
    assert summary.reused == 12  # nothing was thrown away


def test_a_cache_that_cannot_grow_is_one_clear_error(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(module.Cache, "put", fail)
    with pytest.raises(WriteError) as caught:
        kg.build(pages, pages.parent / "out.ttl", cache=pages.parent / "cache")
    assert str(caught.value) == (
        f"{pages.parent}/cache: can't hold a cache: database or disk is full"
    )
    assert not (pages.parent / "out.ttl").exists()
