"""The writers give back what they were given; files appear whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import stat
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import assume, given, settings
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from strategies import descriptions

from kg import terms
from kg.errors import UsageError, WriteError
from kg.terms import Description, expand, is_iri, literal, split_literal
from kg.write import (
    FORMATS,
    Output,
    compress_block,
    get_writer,
    open_output,
    open_target,
    parse_output,
    to_rdflib,
    write_text,
)
from kg.write.formats import format_of

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
GRAPH = "https://example.org/graph"

Node = tuple[str, str]
"""A term as readers give it: text and datatype or `@` and language, or an IRI and nothing."""
Statement = tuple[Node, Node, Node, str]

OXIGRAPH_FORMATS = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
}
RDFLIB_FORMATS = {
    "turtle": "turtle",
    "ntriples": "nt11",
    "nquads": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
DOCUMENTS = [
    *((name, None) for name in FORMATS),
    *((name, f"<{GRAPH}>") for name, form in FORMATS.items() if form.has_graphs),
]


def written(found: Iterable[Description], graph: str = "") -> set[Statement]:
    return {
        (_node(subject), _node(predicate), _node(value), graph)
        for subject, pairs in found
        for predicate, value in pairs
    }


def _node(term: str) -> Node:
    if is_iri(term):
        return term[1:-1], ""
    text, datatype, language = split_literal(term)
    if language is not None:
        return text, f"@{language}"
    return text, XSD_STRING if datatype is None else datatype[1:-1]


def read_by_oxigraph(text: str, format: str) -> set[Statement]:
    def node(term: Any) -> Node:
        if isinstance(term, pyoxigraph.Literal):
            return term.value, f"@{term.language}" if term.language else term.datatype.value
        return term.value, ""

    quads = pyoxigraph.parse(text.encode(), OXIGRAPH_FORMATS[format])
    return {
        (
            node(quad.subject),
            node(quad.predicate),
            node(quad.object),
            getattr(quad.graph_name, "value", ""),
        )
        for quad in quads
    }


def read_by_rdflib(text: str, format: str) -> set[Statement]:
    def node(term: Any) -> Node:
        if isinstance(term, rdflib.Literal):
            kind = f"@{term.language}" if term.language else str(term.datatype or XSD_STRING)
            return str(term), kind
        assert isinstance(term, rdflib.URIRef)
        return str(term), ""

    dataset = rdflib.Dataset()
    found = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's of its own parts
        dataset.parse(data=text.encode(), format=RDFLIB_FORMATS[format])
    for subject, predicate, value, graph in dataset.quads():
        name = "" if graph in (None, DATASET_DEFAULT_GRAPH_ID) else str(graph)
        found.add((node(subject), node(predicate), node(value), name))
    return found


def has_control(found: Iterable[Description]) -> bool:
    """Say whether a text has a character that XML 1.0 can't hold."""
    values = (value for _, pairs in found for _, value in pairs if not is_iri(value))
    texts = [split_literal(value).text for value in values]
    return any(
        (ord(char) < 32 and char not in "\t\n\r") or char in "\ufffe\uffff"
        for text in texts
        for char in text
    )


# Read back


@pytest.mark.parametrize(("format", "graph"), DOCUMENTS)
@settings(max_examples=50)
@given(found=descriptions())
def test_oxigraph_reads_back_what_was_written(
    format: str, graph: str | None, found: list[Description]
) -> None:
    assume(format != "rdfxml" or not has_control(found))
    text = write_text(found, format, graph)
    assert read_by_oxigraph(text, format) == written(found, GRAPH if graph else "")


@pytest.mark.parametrize(("format", "graph"), DOCUMENTS)
@settings(max_examples=50)
@given(found=descriptions())
def test_rdflib_reads_back_what_was_written(
    format: str, graph: str | None, found: list[Description]
) -> None:
    assume(format != "rdfxml" or not has_control(found))
    text = write_text(found, format, graph)
    assert read_by_rdflib(text, format) == written(found, GRAPH if graph else "")


def test_rdfxml_shows_what_xml_cannot_hold_as_replaced() -> None:
    found = [(terms.gene("1"), [(expand("rdfs:label"), literal("\x1f ME-CDP"))])]
    graph = rdflib.Graph().parse(data=write_text(found, "rdfxml"), format="xml")
    assert [str(label) for label in graph.objects()] == ["\ufffd ME-CDP"]


def test_rdflib_graph_has_the_triples(pages_turtle: Path) -> None:
    parsed = rdflib.Graph().parse(pages_turtle, format="turtle")
    lines = parsed.serialize(format="nt").splitlines()
    triples = [tuple(line.removesuffix(" .").split(" ", 2)) for line in lines if line]
    made = to_rdflib(triples)  # type: ignore[arg-type] # given as a caller without types would
    assert set(made) == set(parsed)
    assert {prefix: str(name) for prefix, name in made.namespaces()} == terms.PREFIXES


# How documents look

SMALL: list[Description] = [
    (
        terms.figure("PMC1__f1"),
        [
            (expand("schema:mentions"), terms.mesh("D001839")),
            (expand("dcterms:title"), literal('say "β"')),
            (terms.RDF_TYPE, expand("doco:Figure")),
            (expand("schema:mentions"), terms.mesh("D000255")),
            (expand("pfocr:pathwayScore"), literal("0.95", terms.XSD_DECIMAL)),
            (expand("pfocr:automlScore"), literal("1", terms.XSD_DECIMAL)),
            (expand("dcterms:issued"), literal("2001", terms.XSD_GYEAR)),
            (expand("pfocr:count"), terms.integer(3)),
        ],
    ),
    (terms.journal("a/b"), [(terms.RDF_TYPE, expand("fabio:Journal"))]),
]


def test_turtle_is_pleasant_to_read() -> None:
    text = write_text(SMALL, "turtle")
    header, _, body = text.partition("\n\n")
    assert header.splitlines() == [
        f"@prefix {prefix}: <{terms.PREFIXES[prefix]}> ." for prefix in sorted(terms.PREFIXES)
    ]
    assert body == (
        "figure:PMC1__f1.html\n"
        "    a doco:Figure ;\n"
        '    dcterms:issued "2001"^^xsd:gYear ;\n'
        '    dcterms:title "say \\"β\\"" ;\n'
        '    pfocr:automlScore "1"^^xsd:decimal ;\n'
        "    pfocr:count 3 ;\n"
        "    pfocr:pathwayScore 0.95 ;\n"
        "    schema:mentions mesh:D000255 ,\n"
        "        mesh:D001839 .\n"
        "\n"
        "journal:a%2Fb\n"
        "    a fabio:Journal .\n"
    )


def test_lines_are_the_tokens() -> None:
    assert write_text(SMALL[1:], "ntriples") == (
        "<https://w3id.org/pfocr/journal/a%2Fb> "
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://purl.org/spar/fabio/Journal> .\n"
    )
    assert write_text(SMALL[1:], "nquads", f"<{GRAPH}>") == (
        "<https://w3id.org/pfocr/journal/a%2Fb> "
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://purl.org/spar/fabio/Journal> <https://example.org/graph> .\n"
    )


def test_trig_puts_the_blocks_in_the_graph() -> None:
    text = write_text(SMALL[1:], "trig", f"<{GRAPH}>")
    assert text.endswith(
        "\n\n<https://example.org/graph> {\n\njournal:a%2Fb\n    a fabio:Journal .\n}\n"
    )


def test_jsonld_is_one_object_a_subject() -> None:
    document = json.loads(write_text(SMALL, "jsonld", f"<{GRAPH}>"))
    assert document["@id"] == GRAPH
    assert document["@graph"][0] == {
        "@id": "figure:PMC1__f1.html",
        "@type": ["doco:Figure"],
        "dcterms:issued": [{"@value": "2001", "@type": "xsd:gYear"}],
        "dcterms:title": ['say "β"'],
        "schema:mentions": [{"@id": "mesh:D000255"}, {"@id": "mesh:D001839"}],
        "pfocr:automlScore": [{"@value": "1", "@type": "xsd:decimal"}],
        "pfocr:count": [3],
        "pfocr:pathwayScore": [{"@value": "0.95", "@type": "xsd:decimal"}],
    }
    assert document["@context"] == terms.PREFIXES


@pytest.mark.parametrize(("format", "graph"), DOCUMENTS)
def test_order_of_pairs_changes_nothing(format: str, graph: str | None) -> None:
    turned = [(subject, pairs[::-1]) for subject, pairs in SMALL]
    assert write_text(turned, format, graph) == write_text(SMALL, format, graph)


@pytest.mark.parametrize(("format", "graph"), DOCUMENTS)
def test_blocks_can_be_put_together(format: str, graph: str | None) -> None:
    writer, other = get_writer(format, graph), get_writer(format, graph)
    blocks = writer.separator.join([writer.block(SMALL[:1]), other.block(SMALL[1:])])
    assert writer.header + blocks + writer.footer == write_text(SMALL, format, graph)


# Outputs


@pytest.mark.parametrize(
    ("path", "format", "expected"),
    [
        ("a.ttl", None, "turtle"),
        ("a.nt.gz", None, "ntriples"),
        ("a/b.c/d.nq", None, "nquads"),
        ("a.trig.gz", None, "trig"),
        ("a.jsonld", None, "jsonld"),
        ("a.rdf", None, "rdfxml"),
        ("-", "turtle", "turtle"),
        ("a.txt", "turtle", "turtle"),
        ("a.nt", "turtle", "ntriples"),
    ],
)
def test_format_of_an_output(path: str, format: str | None, expected: str) -> None:
    output = parse_output(path, format)
    assert output == Output(path, expected)
    assert output.is_compressed == path.endswith(".gz")


@pytest.mark.parametrize("path", ["-", "a", "a.txt", "a.gz", "ttl", "-.gz"])
def test_output_without_format_is_refused(path: str) -> None:
    assert format_of(path) is None
    with pytest.raises(UsageError) as caught:
        parse_output(path)
    assert str(caught.value) == (
        f"the format of {path!r} can't be told from its name\n"
        "hint: add --format turtle|ntriples|nquads|trig|jsonld|rdfxml, "
        "or use .ttl, .nt, .nq, .trig, .jsonld, .rdf (and .gz)"
    )


@pytest.mark.parametrize("call", [lambda: parse_output("-", "n3"), lambda: get_writer("n3")])
def test_unknown_format_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(UsageError) as caught:
        call()
    assert str(caught.value) == (
        "'n3' is not a format\nhint: known: turtle, ntriples, nquads, trig, jsonld, rdfxml"
    )


def test_graph_goes_to_formats_that_can_name_one() -> None:
    assert parse_output("a.nq", None, "<g:g>").graph == "<g:g>"
    assert parse_output("a.nt", None, "<g:g>").graph is None
    with pytest.raises(UsageError) as caught:
        get_writer("turtle", "<g:g>")
    assert str(caught.value) == "turtle can't name a graph\nhint: use nquads, trig, jsonld"


# Files


def fill(path: Path | str, content: bytes = b"new") -> None:
    with open_target(str(path)) as target:
        target.write(content)


def test_target_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    with open_target(str(path)) as target:
        target.write(b"new")
        target.flush()
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.ttl"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """A device too is a target that is no file: as root, `-o /dev/null` must leave it there."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open_target(str(pipe)) as target:
        target.write(b"content")
    assert os.read(reader, 100) == b"content"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


def test_target_has_the_usual_rights(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        fill(tmp_path / "a.ttl")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.ttl").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_target_is_untouched_on_any_error(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"old")

    def fail(target: IO[bytes]) -> None:
        target.write(b"half")
        raise error

    with pytest.raises(error), open_target(str(path)) as target:
        fail(target)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.ttl"]


def test_full_disk_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"

    def fail(target: IO[bytes]) -> None:
        target.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(WriteError) as caught, open_target(str(path)) as target:
        fail(target)
    assert str(caught.value) == f"{path}: can't be written: No space left on device"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing/a.ttl", "No such file or directory"),
        ("file/a.ttl", "Not a directory"),
        ("folder", "Is a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_target_that_cannot_be_written(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(WriteError) as caught:
        fill(path)
    assert str(caught.value) == f"{path}: can't be written: {said}"
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
    assert os.listdir(tmp_path / "folder") == []


def document(path: Path, format: str, blocks: list[str]) -> bytes:
    output = Output(str(path), format)
    with open_output(output) as file:
        for block in blocks:
            file.add(compress_block(block.encode(), output.is_compressed) if block else b"")
    return path.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("blocks", [[], [""], ["a"], ["a", "", "b"]])
def test_compressed_document_is_the_plain_one(
    tmp_path: Path, format: str, blocks: list[str]
) -> None:
    plain = document(tmp_path / "a", format, blocks)
    packed = document(tmp_path / "a.gz", format, blocks)
    assert gzip.decompress(packed) == plain
    writer = get_writer(format)
    inner = writer.separator.join(filter(None, blocks))
    assert plain.decode() == writer.header + inner + writer.footer


def test_compressed_bytes_hold_no_time_and_no_name() -> None:
    packed = compress_block(b"text", is_compressed=True)
    assert packed[3:8] == b"\0\0\0\0\0"
    assert packed == compress_block(b"text", is_compressed=True)


@pytest.mark.parametrize("format", FORMATS)
def test_document_without_triples_is_valid(format: str) -> None:
    assert read_by_oxigraph(write_text([], format), format) == set()
