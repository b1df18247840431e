"""The W3C's SHACL Core test suite, run through our own wrappers of the engines.

What is compared is what a report of ours says: focus node, path, value, shape, component and
severity. Blank nodes count as alike, and one result as often as it is given.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.validate.engines import ENGINES, Text, run
from kg.validate.load import load_shapes
from kg.validate.results import Result
from kg.validate.shapes import Shapes
from kg.validate.split import split_whole

SUITE = Path(__file__).parents[1].parent / "shared" / "data" / "w3c-shacl" / "tests" / "core"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SH = "http://www.w3.org/ns/shacl#"

Row = tuple[str | None, ...]


def cases() -> list[Path]:
    return sorted(path for path in SUITE.glob("*/*.ttl") if b"sht:Validate" in path.read_bytes())


def read(path: Path) -> ox.Dataset:
    return ox.Dataset(ox.parse(path=path, base_iri=path.as_uri()))


def value(store: ox.Dataset, subject: object, predicate: str) -> object:
    name = ox.NamedNode(predicate)
    found = (quad.object for quad in store.quads_for_subject(subject) if quad.predicate == name)
    return next(found, None)


def file_of(node: object) -> str:
    return str(Path(node.value.removeprefix("file://")))


def masked(term: object) -> str | None:
    """Return a term's token, with all blank nodes alike."""
    if term is None:
        return None
    token = str(term)
    return "_:" if token.startswith(("_:", "<urn:kg:shape:")) else token.replace("@EN", "@en")


def path_text(store: ox.Dataset, node: object) -> str | None:
    """Return a path of the expected report as the shapes' reader writes it."""
    if node is None:
        return None
    triples = [(str(q.subject), str(q.predicate), str(q.object)) for q in store]
    return Shapes([*triples, ("<urn:s>", f"<{SH}path>", str(node))]).path("<urn:s>")


def expected(store: ox.Dataset, report: object) -> set[Row]:
    rows = set()
    for quad in store.quads_for_subject(report):
        if quad.predicate.value != f"{SH}result":
            continue
        focus, found, shape, component, severity = (
            value(store, quad.object, SH + name)
            for name in (
                "focusNode",
                "value",
                "sourceShape",
                "sourceConstraintComponent",
                "resultSeverity",
            )
        )
        path = path_text(store, value(store, quad.object, f"{SH}resultPath"))
        rows.add((*map(masked, (focus, found, shape, component, severity)), path))
    return rows


def row(result: Result) -> Row:
    terms = (result.focus_node, result.value, result.shape, result.component, result.severity)
    return (*map(masked, terms), result.path)


def is_expected_to_conform(store: ox.Dataset, report: object) -> bool:
    return value(store, report, f"{SH}conforms").value == "true"


def deviates(case: Path, engine: str) -> bool:
    """Whether an engine is known to differ; none of it is used by our shapes."""
    return (engine, case.stem) == ("pyshacl", "uniqueLang-002")  # takes sh:uniqueLang 1 for true


@pytest.mark.skipif(not SUITE.is_dir(), reason="../shared/data/w3c-shacl is not here")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_results_are_the_standards(case: Path, engine: str) -> None:
    store = read(case)
    (test,) = [q.subject for q in store.quads_for_object(ox.NamedNode(f"{SHT}Validate"))]
    action = value(store, test, f"{MF}action")
    report = value(store, test, f"{MF}result")
    shapes = load_shapes(file_of(value(store, action, f"{SHT}shapesGraph")))
    (part,) = split_whole([file_of(value(store, action, f"{SHT}dataGraph"))]).parts
    found = run(engine, shapes, Text(part.body, "ntriples"))
    rows = {row(shapes.result(finding)) for finding in found}
    assert (rows != expected(store, report)) == deviates(case, engine)
    assert (not rows) == is_expected_to_conform(store, report) or deviates(case, engine)


@pytest.mark.skipif(not SUITE.is_dir(), reason="../shared/data/w3c-shacl is not here")
def test_cases_reach_what_our_shapes_use() -> None:
    used = {predicate for _, predicate, _ in load_shapes().triples if SH in predicate}
    told = {"message", "targetSubjectsOf"}
    covered = "".join(case.read_text() for case in SUITE.glob("*/*.ttl"))
    missing = {name for name in used if name[1:-1].replace(SH, "sh:") not in covered}
    assert missing == set(), told
