"""Shapes that are not the project's: validated whole where they look further than a part."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from conftest import refusal
from validation import HEAD, TINY_BYTES, XSD, write_lines, write_turtle

from kg.errors import DataError, UsageError
from kg.terms import RDF_TYPE, Description, expand, iri
from kg.validate import load_shapes, validate, write_report
from kg.validate.engines import ENGINES

pytestmark = pytest.mark.usefixtures("small_sample")


@pytest.mark.parametrize(
    ("shapes", "path"),
    [
        pytest.param(
            "x:s a sh:NodeShape ; sh:targetClass doco:Figure ;"
            " sh:property [ sh:path ( dcterms:isPartOf dcterms:title ) ; sh:maxCount 0 ] .",
            "(<http://purl.org/dc/terms/isPartOf>/<http://purl.org/dc/terms/title>)",
            id="sequence",
        ),
        pytest.param(
            "x:s a sh:NodeShape ; sh:targetClass fabio:Article ; sh:property"
            " [ sh:path [ sh:inversePath dcterms:isPartOf ] ; sh:maxCount 0 ] .",
            "^<http://purl.org/dc/terms/isPartOf>",
            id="inverse",
        ),
        pytest.param(
            "x:s a sh:NodeShape ; sh:targetObjectsOf oa:hasTarget ; sh:property"
            " [ sh:path [ sh:zeroOrOnePath dcterms:isPartOf ] ; sh:minCount 3 ] .",
            "<http://purl.org/dc/terms/isPartOf>?",
            id="zero or one",
        ),
        pytest.param(
            "x:s a sh:NodeShape ; sh:targetClass doco:Figure ; sh:property [ sh:path"
            " dcterms:isPartOf ; sh:node [ sh:property [ sh:path dcterms:title ;"
            " sh:maxCount 0 ] ] ] .",
            "<http://purl.org/dc/terms/isPartOf>",
            id="node",
        ),
        pytest.param(
            "x:s a sh:NodeShape ; sh:targetClass doco:Figure ; sh:sparql [ sh:select"
            ' "SELECT $this (<http://purl.org/dc/terms/title> AS ?path) WHERE { $this a ?c }" ] .',
            None,
            id="sparql",
        ),
    ],
)
def test_shapes_that_look_further_are_validated_whole(
    shapes: str, path: str | None, described: list[Description], tmp_path: Path
) -> None:
    (tmp_path / "shapes.ttl").write_text(HEAD + shapes)
    loaded = load_shapes(tmp_path / "shapes.ttl")
    assert not loaded.is_splittable
    data = write_turtle(tmp_path / "data.ttl", described)
    report = validate([data], loaded, part_bytes=TINY_BYTES)
    assert report.engine == "pyshacl"
    assert len(report.results) == 3
    assert {result.path for result in report.results if path} <= {path}
    if path is not None:  # of SHACL Core, which all engines know
        for engine in ("shacl", "shacl-rust"):
            assert validate([data], loaded, engine=engine).results == report.results
    graph = rdflib.Graph().parse(data=write_report(report, loaded, "a.ttl"), format="turtle")
    assert len({*graph.objects(None, rdflib.SH.result)}) == 3


def test_shapes_without_names_are_named_alike(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        f"{HEAD} x:s a sh:NodeShape ; sh:targetClass doco:Figure ;"
        " sh:property [ sh:path dcterms:title ; sh:minCount 1 ] ."
    )
    data = write_lines(tmp_path / "a.nt", [(iri("urn:f"), RDF_TYPE, expand("doco:Figure"))])
    shapes = load_shapes(tmp_path)
    found = [validate([data], shapes, engine=engine).results for engine in ENGINES]
    assert found[0] == found[1] == found[2]
    (result,) = found[0]
    assert (result.shape, result.message) == (
        "<urn:kg:shape:0:0>",
        "the constraint MinCount is not met",
    )


UNUSABLE = [
    pytest.param(
        "sh:property 3",
        f"s.ttl: '\"3\"^^<{XSD}integer>' stands where a shape should\nhint: name a shape",
        id="literal",
    ),
    pytest.param(
        "sh:in x:l . x:l rdf:first x:a ; rdf:rest x:l",
        "s.ttl: can't be used as shapes: a list comes back to itself\n"
        "hint: let each list end with rdf:nil",
        id="list without an end",
    ),
    pytest.param(
        "sh:property [ sh:path x:p ; sh:node x:s ]",
        "s.ttl: '<urn:x:s>' is a shape that refers to itself\n"
        "hint: SHACL does not say what that means",
        id="recursion",
    ),
    pytest.param(
        "sh:minLength 'x'",
        "s.ttl: can't be used as shapes: sh:minLength value must be a literal value with an "
        "integer.\nhint: see https://www.w3.org/TR/shacl/#MinLengthConstraintComponent",
        id="no number",
    ),
    pytest.param(
        "sh:pattern '('",
        "s.ttl: can't be used as shapes: missing ), unterminated subpattern at position 0",
        id="pattern",
    ),
    pytest.param(
        "sh:sparql [ sh:select 'SELECT $this { VALUES $this { x:y } }' ]",
        "s.ttl: can't be used as shapes: A SPARQL Constraint must not contain a VALUES clause.",
        id="sparql",
    ),
]


@pytest.mark.parametrize("engine", ["auto", *ENGINES])
@pytest.mark.parametrize(("shapes", "message"), UNUSABLE)
def test_shapes_that_cannot_be_used_are_told(
    shapes: str, message: str, engine: str, in_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (in_folder / "s.ttl").write_text(f"{HEAD} x:s a sh:NodeShape ; sh:targetClass x:c ; {shapes} .")
    data = write_lines(in_folder / "d.nt", [(iri("urn:a"), RDF_TYPE, iri("urn:x:c"))])
    told = refusal(lambda: validate([data], load_shapes("s.ttl"), engine=engine), DataError)
    assert told == message
    assert capfd.readouterr().err == ""


def test_a_message_that_is_no_text_is_passed_over(in_folder: Path) -> None:
    (in_folder / "s.ttl").write_text(
        f"{HEAD} x:s a sh:NodeShape ; sh:targetClass x:c ; sh:minLength 99 ; sh:message x:m ."
    )
    data = write_lines(in_folder / "d.nt", [(iri("urn:a"), RDF_TYPE, iri("urn:x:c"))])
    (result,) = validate([data], load_shapes("s.ttl")).results
    assert result.message == "the constraint MinLength is not met"


def test_shapes_that_are_none_are_told(in_folder: Path) -> None:
    (in_folder / "empty").mkdir()
    assert refusal(lambda: load_shapes("empty"), UsageError) == (
        "empty holds no shapes\nhint: name a folder of .ttl files, or one file"
    )
    (in_folder / "a.ttl").write_text("<urn:a> a .")
    assert refusal(lambda: load_shapes("a.ttl"), DataError) == (
        "a.ttl:1: is malformed: . is not a valid RDF object\nhint: mend the file, or make it anew"
    )
