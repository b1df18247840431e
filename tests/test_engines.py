"""Engines: which are there, and the one form of the terms that they tell."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from validation import XSD, untitled, write_turtle

from kg.errors import MissingExtraError, UsageError
from kg.terms import Description, Term
from kg.validate import engines as engines_module
from kg.validate import validate
from kg.validate.engines import canonical, choose_engines

pytestmark = pytest.mark.usefixtures("small_sample")


def test_engines_are_chosen_by_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_engines() == ("shacl", "shacl-rust")
    assert choose_engines("shacl-rust") == ("shacl-rust", "shacl")
    assert choose_engines("pyshacl") == ("pyshacl", None)
    with pytest.raises(UsageError, match="'rudof' is not an engine"):
        choose_engines("rudof")

    def without(*names: str) -> None:
        monkeypatch.setattr(
            engines_module, "find_spec", lambda name: None if name in names else find_spec(name)
        )

    without("shacl")
    assert choose_engines() == ("shacl-rust", None)
    with pytest.raises(MissingExtraError) as raised:
        choose_engines("shacl")
    assert str(raised.value) == (
        "this needs the package 'shacl', which is not installed\n"
        "hint: pip install 'pfocr-kg[validate]'"
    )
    without("shacl", "shacl_rust")
    assert choose_engines() == ("pyshacl", None)


def test_without_fast_engines_the_report_is_the_same(
    described: list[Description], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_turtle(tmp_path / "a.ttl", untitled(described))
    expected = validate([path])
    monkeypatch.setattr(engines_module, "find_spec", lambda _: None)
    report = validate([path])
    assert (report.engine, report.checked_by) == ("pyshacl", None)
    assert report.results == expected.results


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("<urn:a>", "<urn:a>"),
        ("_:b", "_:b"),
        ('"a\\u00e9\\U0001F600\\t\\/"', '"aé😀\\t/"'),
        ('"a"@EN-gb', '"a"@en-gb'),
        (f'"a"^^<{XSD}string>', '"a"'),
        (f'"1"^^<{XSD}integer>', f'"1"^^<{XSD}integer>'),
        ('"a\\u007F"', '"a\\u007F"'),
    ],
)
def test_terms_have_one_form(token: Term, expected: Term) -> None:
    assert canonical(token) == expected
