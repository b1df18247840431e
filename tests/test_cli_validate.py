"""`kg validate`: what it prints and writes, and its exit codes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Run
from validation import HEAD, SHAPE, TITLED, XSD, untitled, write_turtle

from kg.mapping import merge
from kg.terms import RDF_TYPE, Description, expand, iri

pytestmark = pytest.mark.usefixtures("small_sample")


@pytest.fixture
def untitled_path(described: list[Description], in_folder: Path) -> Path:
    write_turtle(in_folder / "untitled.ttl", untitled(described))
    return in_folder / "untitled.ttl"


def test_warnings_are_listed_and_conform(untitled_path: Path, run_kg: Callable[..., Run]) -> None:
    run = run_kg("validate", untitled_path, "--limit", "2")
    assert run.code == 0
    assert run.stdout == (
        "Warning: shape:Figure-titled, 3 results\n"
        "  This figure has no title: add figtitle to its page.\n"
        "    figure:PMC100003__mb2410470011.html  minCount  dcterms:title\n"
        "    figure:PMC10036500__ga1.html  minCount  dcterms:title\n"
        "    … and 1 more\n"
        "\n"
        "conforms\n"
    )
    assert "subjects: 0 violations, 3 warnings, 0 infos\n" in run.stderr
    assert "validated by shacl, checked by shacl-rust, " in run.stderr


def test_violations_make_the_code_1(
    described: list[Description], in_folder: Path, run_kg: Callable[..., Run]
) -> None:
    gene = expand("ncbigene:6714")
    changed = [
        *described,
        (gene, [(RDF_TYPE, iri("http://vocabularies.wikipathways.org/wp#DataNode"))]),
    ]
    write_turtle(in_folder / "a.ttl", merge(changed))
    run = run_kg("validate", "a.ttl", "--report", "report.ttl")
    assert run.code == 1
    assert run.stdout == (
        "Violation: shape:Gene-type, 1 result\n"
        "  A gene is a schema:Gene and nothing else.\n"
        "    ncbigene:6714  in  rdf:type  <http://vocabularies.wikipathways.org/wp#DataNode>\n"
        "\n"
        "Violation: shape:Neighbour-type, 1 result\n"
        "  WikiPathways' own queries count what is of this class; nothing of ours is.\n"
        "    ncbigene:6714  not  rdf:type  <http://vocabularies.wikipathways.org/wp#DataNode>\n"
        "\n"
        "does not conform\n"
    )
    assert Path("report.ttl").read_text() == (
        "@prefix ncbigene: <https://identifiers.org/ncbigene/> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix shape: <https://w3id.org/pfocr/shapes#> .\n"
        "\n"
        "_:report a sh:ValidationReport ;\n"
        "\tsh:conforms false ;\n"
        "\tsh:conformanceDisallows sh:Violation ;\n"
        "\tsh:result _:r1 , _:r2 .\n"
        "_:r1 a sh:ValidationResult ;\n"
        "\tsh:resultSeverity sh:Violation ;\n"
        "\tsh:focusNode ncbigene:6714 ;\n"
        "\tsh:resultPath rdf:type ;\n"
        "\tsh:value <http://vocabularies.wikipathways.org/wp#DataNode> ;\n"
        "\tsh:sourceConstraintComponent sh:InConstraintComponent ;\n"
        "\tsh:sourceShape shape:Gene-type ;\n"
        '\tsh:resultMessage "A gene is a schema:Gene and nothing else." .\n'
        "_:r2 a sh:ValidationResult ;\n"
        "\tsh:resultSeverity sh:Violation ;\n"
        "\tsh:focusNode ncbigene:6714 ;\n"
        "\tsh:resultPath rdf:type ;\n"
        "\tsh:value <http://vocabularies.wikipathways.org/wp#DataNode> ;\n"
        "\tsh:sourceConstraintComponent sh:NotConstraintComponent ;\n"
        "\tsh:sourceShape shape:Neighbour-type ;\n"
        "\tsh:resultMessage \"WikiPathways' own queries count what is of this class; "
        'nothing of ours is." .\n'
    )


def test_json_has_a_line_a_result(untitled_path: Path, run_kg: Callable[..., Run]) -> None:
    run = run_kg("validate", untitled_path, "--json", "--engine", "shacl-rust", "--no-cross-check")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.code == 0
    assert len(lines) == 3
    assert lines[0] == {
        "focus_node": "https://pfocr.wikipathways.org/figures/PMC100003__mb2410470011.html",
        "path": "http://purl.org/dc/terms/title",
        "value": None,
        "shape": f"{SHAPE}Figure-titled",
        "component": "http://www.w3.org/ns/shacl#MinCountConstraintComponent",
        "severity": "http://www.w3.org/ns/shacl#Warning",
        "message": "This figure has no title: add figtitle to its page.",
    }
    assert "validated by shacl-rust, " in run.stderr


@pytest.mark.parametrize("name", ["r.ttl", "r.nq", "r.trig.gz", "r.jsonld", "r.rdf"])
def test_reports_are_the_same_each_time(
    name: str, untitled_path: Path, run_kg: Callable[..., Run]
) -> None:
    written = []
    for engine in ("auto", "pyshacl"):
        assert run_kg("validate", untitled_path, "--report", name, "--engine", engine).code == 0
        written.append(Path(name).read_bytes())
    assert written[0] == written[1]
    content = gzip.decompress(written[0]) if name.endswith(".gz") else written[0]
    form = ox.RdfFormat.from_extension(name.removesuffix(".gz").partition(".")[2])
    graph = {(str(q.predicate), str(q.object)) for q in ox.parse(content, form)}
    assert (expand("sh:conforms"), f'"true"^^<{XSD}boolean>') in graph
    assert (expand("sh:sourceShape"), TITLED) in graph


def test_errors_have_their_codes(in_folder: Path, run_kg: Callable[..., Run]) -> None:
    (in_folder / "a.ttl").write_text("<urn:a> <urn:b> .")
    run = run_kg("validate", "a.ttl")
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr == (
        "error: a.ttl:1: is malformed: . is not a valid RDF object\n"
        "hint: mend the file, or make it anew\n"
    )
    assert run_kg("validate", "b.ttl").code == 2
    assert run_kg("validate", "a.ttl", "--report", "report.txt").code == 2
    run = run_kg("validate", ".", "--report", "./a.ttl")
    assert (run.code, run.stderr) == (
        2,
        "error: it would replace './a.ttl', which is data\nhint: name another file\n",
    )
    assert run_kg("validate").code == 2


def test_folders_and_other_shapes(untitled_path: Path, run_kg: Callable[..., Run]) -> None:
    Path("data").mkdir()
    untitled_path.rename("data/a.ttl")
    Path("mine.ttl").write_text(
        f"{HEAD} x:s a sh:NodeShape ; sh:targetClass doco:Figure ; sh:message 'No.' ;"
        " sh:property x:p . x:p sh:path dcterms:title ; sh:minCount 1 ; sh:message 'None.' ."
    )
    run = run_kg("validate", "data", "--shapes", "mine.ttl", "--limit", "0")
    assert run.code == 1
    assert run.stdout == "Violation: <urn:x:p>, 3 results\n  None.\n\ndoes not conform\n"
