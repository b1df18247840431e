"""Shapes that are not the project's: validated whole where they look further than a part."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
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
    if loaded.is_core:
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


def test_shapes_that_are_none_are_told(in_folder: Path) -> None:
    (in_folder / "empty").mkdir()
    with pytest.raises(UsageError, match="empty holds no shapes"):
        load_shapes("empty")
    (in_folder / "a.ttl").write_text("<urn:a> a .")
    with pytest.raises(DataError, match=r"^a\.ttl:1: is malformed"):
        load_shapes("a.ttl")
    (in_folder / "b.ttl").write_text(
        f"{HEAD} x:s a sh:NodeShape ; sh:targetClass x:c ; sh:property 3 ."
    )
    with pytest.raises(DataError) as raised:
        load_shapes("b.ttl")
    assert str(raised.value) == f'b.ttl: "3"^^<{XSD}integer> stands where a shape should'
    (in_folder / "c.ttl").write_text(
        f"{HEAD} x:s a sh:NodeShape ; sh:targetClass x:c ; sh:minLength 'x' ."
    )
    write_lines(in_folder / "d.nt", [(iri("urn:a"), RDF_TYPE, iri("urn:x:c"))])
    with pytest.raises(DataError, match=r"^the shapes can't be used: "):
        validate(["d.nt"], load_shapes("c.ttl"), engine="pyshacl")
