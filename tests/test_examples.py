"""The named queries as SIB's examples and as grlc's: valid by their own forms, and the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from conftest import HERE, Run
from rdflib import RDF, RDFS, SDO, SH

from kg.examples import (
    EXAMPLES,
    STYLES,
    WIKIPATHWAYS,
    to_grlc,
    to_sib,
    write_examples,
    write_prefixes,
)
from kg.query import Query, iter_queries, parse_query
from kg.store import EmbeddedStore, query_form

QUERIES = list(iter_queries())
ENDPOINT = "https://example.org/sparql"
each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


def graph_of(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


@each_query
def test_an_example_says_what_the_query_says(query: Query) -> None:
    graph = graph_of(to_sib(query, ENDPOINT))
    subject = rdflib.URIRef(EXAMPLES + query.name)
    assert (subject, RDF.type, SH.SPARQLExecutable) in graph
    assert str(graph.value(subject, RDFS.comment)) == query.description
    assert {str(word) for word in graph.objects(subject, SDO.keywords)} == set(query.keywords)
    assert str(graph.value(subject, SDO.target)) == ENDPOINT
    text = str(graph.value(subject, SH.select) or graph.value(subject, SH.construct))
    assert query.bind().endswith(text)
    assert query_form(text) == query_form(query.text)


def test_all_examples_together_are_valid() -> None:
    from pyshacl import validate

    data = rdflib.Graph()
    for query in QUERIES:
        data += graph_of(to_sib(query, ENDPOINT))
    data += graph_of(write_prefixes(QUERIES))
    shape = (HERE / "data" / "spex" / "spex.shacl.ttl").read_text()
    conforms, _, told = validate(data, shacl_graph=graph_of(shape))
    assert conforms, told
    assert len(set(data.subjects(RDF.type, SH.SPARQLExecutable))) == len(QUERIES)
    namespaces = list(data.objects(None, SH.namespace))
    assert len(namespaces) == len(set(namespaces)) == len(set(data.objects(None, SH.prefix)))
    broken = data + graph_of(f"<http://e/a> a <{SH.SPARQLExecutable}> ; <{SDO.keywords}> 'x ' .")
    assert not validate(broken, shacl_graph=graph_of(shape))[0]


def as_grlc_reads(text: str) -> dict[str, Any]:
    """Read a header as grlc does: the lines that begin with #+, as YAML."""
    lines = (line.removeprefix("#+") for line in text.splitlines() if line.startswith("#+"))
    found: dict[str, Any] = yaml.safe_load("\n".join(lines))
    return found


@each_query
def test_grlc_reads_the_header(query: Query) -> None:
    text = to_grlc(query, ENDPOINT)
    header = as_grlc_reads(text)
    assert (header["summary"], header["description"]) == (query.title, query.description)
    assert (header["endpoint"], header["tags"]) == (ENDPOINT, [query.category])
    defaults = {name: value for item in header.get("defaults", []) for name, value in item.items()}
    assert defaults == {p.name: p.default for p in query.parameters}
    choices = {name: value for item in header.get("enumerate", []) for name, value in item.items()}
    assert choices == {p.name: list(p.choices) for p in query.parameters if p.choices}
    assert "{{" not in text


@each_query
def test_grlc_s_query_is_sparql_and_holds_its_parameters(query: Query) -> None:
    text = to_grlc(query, ENDPOINT)
    EmbeddedStore().query(text)
    for parameter in query.parameters:
        assert f"?_{parameter.name}{'_iri' if parameter.is_iri else ''}" in text


def test_texts_with_quotes_survive() -> None:
    text = '# title: It\'s "a"\n# description: b \\"""\n\nASK { ?s ?p """x\\"y""" }\n'
    query = parse_query(text, "odd")
    graph = graph_of(to_sib(query, ENDPOINT))
    assert str(next(graph.objects(None, SH.ask))) == 'ASK { ?s ?p """x\\"y""" }\n'
    assert str(next(graph.objects(None, RDFS.label))) == 'It\'s "a"'
    assert as_grlc_reads(to_grlc(query, ENDPOINT))["summary"] == 'It\'s "a"'


@pytest.mark.parametrize("style", STYLES)
def test_kg_queries_writes_them(run_kg: Callable[..., Run], style: str, tmp_path: Path) -> None:
    run = run_kg("queries", "--write", tmp_path / "out", "--style", style)
    assert (run.code, run.stderr) == (0, f"{len(QUERIES)} queries in {tmp_path / 'out'}\n")
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert names - {"prefixes"} == {query.name for query in QUERIES}


@pytest.mark.parametrize("style", STYLES)
def test_those_in_the_repository_are_up_to_date(style: str, tmp_path: Path) -> None:
    write_examples(QUERIES, style, tmp_path, WIKIPATHWAYS)
    folder = HERE.parent / "examples" / style
    made, kept = (
        {path.name: path.read_text("utf-8") for path in place.iterdir()}
        for place in (tmp_path, folder)
    )
    assert kept == made, "run: make examples"


def test_what_no_examples_can_be_written_to_is_told(
    run_kg: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    run = run_kg("queries", "--write", tmp_path / "file")
    assert (run.code, run.stderr) == (
        3,
        f"error: {tmp_path}/file: can't be written: File exists\n",
    )
    run = run_kg("queries", "--write", tmp_path / "new", "--endpoint", "sparql")
    assert (run.code, run.stderr) == (
        2,
        "error: 'sparql' is not the URL of a server\nhint: for example http://localhost\n",
    )
    assert not (tmp_path / "new").exists()
