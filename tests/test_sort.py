"""Sorting more lines than memory holds."""

from __future__ import annotations

import os
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sort import Sorter, group_lines

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))


@given(LINES, st.integers(1, 60), st.integers(2, 5))
def test_lines_come_sorted_and_once(lines: list[str], run_chars: int, most_runs: int) -> None:
    with Sorter(run_chars, most_runs) as sorter:
        assert list(sorter.add_all(lines).lines()) == sorted(set(lines))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let temporary files lie in a folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_no_file_where_memory_does(temporary: Path) -> None:
    with Sorter() as sorter:
        sorter.add_all(["b", "a"])
        assert os.listdir(temporary) == []


def test_files_go_whatever_happens(temporary: Path) -> None:

    def lines() -> Iterator[str]:
        yield from ("a" * 20, "b" * 20)
        assert len(os.listdir(temporary)) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Sorter(10) as sorter:
        sorter.add_all(lines())
    assert os.listdir(temporary) == []


def test_many_runs_become_one(temporary: Path) -> None:
    with Sorter(run_chars=50, most_runs=4) as sorter:
        sorter.add_all(f"line {number % 70:03}" for number in range(1000))
        (folder,) = temporary.iterdir()
        assert len(os.listdir(folder)) < 5
        assert list(sorter.lines()) == [f"line {number:03}" for number in range(70)]


def peak_bytes(count: int) -> int:
    """Return the memory that sorting so many lines takes at most."""
    tracemalloc.start()
    with Sorter(run_chars=50_000, most_runs=4) as sorter:
        sorter.add_all(f"{number * 7919 % count:060}" for number in range(count))
        assert sum(1 for _ in sorter.lines()) == count
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_lines() -> None:
    small, large = peak_bytes(6_000), peak_bytes(40_000)
    assert large < 1.2 * small


def test_groups_of_lines() -> None:
    assert list(group_lines([])) == []
    assert list(group_lines(["a\t1", "b\t2", "b\t3", "a\t4"])) == [
        ("a", ["1"]),
        ("b", ["2", "3"]),
        ("a", ["4"]),
    ]
