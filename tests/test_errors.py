"""The exception tree, and the form of messages."""

from __future__ import annotations

import json
import pickle

import pytest

from kg.errors import (
    DataError,
    KgError,
    MissingExtraError,
    Problem,
    QueryError,
    StrictError,
    UsageError,
    WorkerError,
    WriteError,
    at,
    format_message,
    quote_value,
)

HERE = Problem(
    "is not an NCBI Gene identifier",
    "digits only, for example 7409",
    "_figures/PMC12__f1.md",
    14,
    "genes[3].entrez",
    "74O9",
    "row",
)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (
            HERE,
            "_figures/PMC12__f1.md:14: genes[3].entrez: '74O9' is not an NCBI Gene identifier\n"
            "hint: digits only, for example 7409",
        ),
        (Problem("is empty"), "is empty"),
        (Problem("is empty", file="a.md"), "a.md: is empty"),
        (Problem("is empty", field="year"), "year: is empty"),
        (Problem("is empty", line=3), "is empty"),
        (Problem("is not a year", value=""), "'' is not a year"),
        (Problem("is bad", value="a\nb\x1f"), r"'a\nb\x1f' is bad"),
        (Problem("is bad", value="it's"), '"it\'s" is bad'),
    ],
)
def test_message_names_the_place_first(problem: Problem, message: str) -> None:
    assert format_message(problem) == str(problem) == message


def test_long_value_is_cut() -> None:
    assert quote_value("x" * 80) == f"'{'x' * 80}'"
    assert quote_value("x" * 81) == f"'{'x' * 79}…'"


def test_problem_as_json() -> None:
    assert json.loads(json.dumps(HERE.as_dict())) == {
        "severity": "error",
        "message": "is not an NCBI Gene identifier",
        "hint": "digits only, for example 7409",
        "file": "_figures/PMC12__f1.md",
        "line": 14,
        "field": "genes[3].entrez",
        "value": "74O9",
        "lost": "row",
    }


def test_problem_that_costs_nothing_is_a_warning() -> None:
    problem = Problem("is odd")
    assert problem.is_warning
    assert problem.as_dict()["severity"] == "warning"


def test_problems_sort_by_file_and_line() -> None:
    problems = [
        Problem("m", file="b", line=1),
        Problem("m", file="a", line=10),
        Problem("m", file="a", line=9),
        Problem("m", file="a"),
        Problem("m"),
    ]
    assert sorted(problems, key=lambda problem: problem.sort_key) == problems[::-1]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError, 2),
        (DataError, 3),
        (QueryError, 3),
        (WriteError, 3),
        (StrictError, 3),
        (WorkerError, 3),
    ],
)
def test_class_carries_the_exit_code(error: type[KgError], code: int) -> None:
    assert issubclass(error, KgError)
    assert error.exit_code == code


@pytest.mark.parametrize("error", [KgError, UsageError, DataError, WriteError, WorkerError])
def test_error_passes_between_processes(error: type[KgError]) -> None:
    made = error("is bad", hint="mend it", file="a.md", line=3, field="f", value="v", lost="page")
    copy = pickle.loads(pickle.dumps(made))  # noqa: S301 - bytes of this test
    assert type(copy) is error
    assert str(copy) == str(made) == "a.md:3: f: 'v' is bad\nhint: mend it"
    assert copy.problem == made.problem


def test_missing_extra_says_how_to_install_it() -> None:
    error = MissingExtraError("dask", "cluster")
    message = (
        "this needs the package 'dask', which is not installed\n"
        "hint: pip install 'pfocr-kg[cluster]'"
    )
    assert str(error) == message
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - bytes of this test
    assert str(copy) == message
    assert copy.exit_code == 2


def test_at_adds_the_place() -> None:
    with pytest.raises(DataError) as caught, at("a.md", 7):
        raise DataError("is bad", field="year")
    assert str(caught.value) == "a.md:7: year: is bad"


def test_at_keeps_what_is_known() -> None:
    with pytest.raises(DataError) as caught, at("outer.md", 1), at("a.md"):
        raise DataError("is bad", line=3)
    assert str(caught.value) == "a.md:3: is bad"


def test_at_leaves_programming_errors_alone() -> None:
    with pytest.raises(ZeroDivisionError), at("a.md"):
        _ = 1 / 0
