"""Who is believed: pySHACL decides, the sample is seeded."""

from __future__ import annotations

import pytest
from validation import SHAPES, TITLED, lines_of, triples_of, untitled

from kg.terms import Description, expand, iri
from kg.validate.engines import ENGINES
from kg.validate.parts import Part
from kg.validate.referee import Bench, Referee
from kg.validate.results import Finding

pytestmark = pytest.mark.usefixtures("small_sample")

FAKE = Finding(iri("urn:x"), TITLED, expand("sh:MinCountConstraintComponent"), None)


def judge(described: list[Description], bench: Bench) -> tuple[set[Finding], list[str], int]:
    verdict = Referee(SHAPES, {}, bench).judge(Part(lines_of(triples_of(described))))
    return verdict.findings, verdict.notes, verdict.disagreed


def test_pyshacl_decides_where_engines_differ(
    described: list[Description], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = untitled(described)
    right, notes, disagreed = judge(data, Bench("shacl", "shacl-rust"))
    assert (len(right), notes, disagreed) == (3, [], 0)
    monkeypatch.setitem(ENGINES, "shacl", lambda *_: set())
    assert judge(data, Bench("shacl", "shacl-rust")) == (right, [], 3)
    some = FAKE._replace(focus_node=data[0][0])
    monkeypatch.setitem(ENGINES, "shacl", lambda *_: {*right, some})
    assert judge(data, Bench("shacl", "shacl-rust")) == (right, [], 1)


def test_pyshacl_does_all_where_engines_agree_and_err(
    described: list[Description], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = untitled(described)
    right, _, _ = judge(data, Bench("pyshacl"))
    assert len(right) == 3
    for name in ("shacl", "shacl-rust"):
        monkeypatch.setitem(ENGINES, name, lambda *_: set())
    found, notes, _ = judge(data, Bench("shacl", "shacl-rust", sample_every=1))
    first = min(finding.focus_node for finding in right)
    assert found == right
    assert notes == [
        f"the fast engines and pySHACL disagree on 3 focus nodes, for example {first}; "
        "pySHACL's word was taken for all of their part"
    ]


def test_pyshacl_does_what_an_engine_gives_up(
    described: list[Description], monkeypatch: pytest.MonkeyPatch
) -> None:
    class PanicException(BaseException):
        pass

    def panic(*_: object) -> set[Finding]:
        raise PanicException("index out of bounds")

    right, _, _ = judge(untitled(described), Bench("pyshacl"))
    monkeypatch.setitem(ENGINES, "shacl", panic)
    found, notes, _ = judge(untitled(described), Bench("shacl", "shacl-rust"))
    assert found == right
    assert notes == [
        "shacl could not validate a part (shacl gave up: index out of bounds); pySHACL did"
    ]


def test_the_sample_is_the_same_in_all_parts() -> None:
    subjects = [f"<urn:{number}>" for number in range(1000)]
    sampled = set(filter(Bench("shacl", sample_every=10).is_sampled, subjects))
    assert 50 < len(sampled) < 200
    assert sampled != set(filter(Bench("shacl", sample_every=10, seed=1).is_sampled, subjects))
    assert not any(map(Bench("shacl").is_sampled, subjects))
