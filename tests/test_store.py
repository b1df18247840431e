"""Stores: what can be opened, what is refused and how, what an endpoint may do wrong."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from conftest import Run
from misbehaving import serve_badly
from programs import oxigraph_with
from pyoxigraph import RdfFormat

from kg.errors import DataError, KgError, QueryError, UsageError
from kg.store import ENGINES, EmbeddedStore, open_store, query_form
from kg.write import FORMATS

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
PAIRS = "SELECT ?s ?o WHERE { ?s <http://e/p> ?o } ORDER BY ?s ?o"
QUADS = '<http://e/a> <http://e/p> "1" <http://e/g> .\n<http://e/b> <http://e/p> "2" .\n'


def solutions(data: object, text: str = PAIRS, **options: str) -> list[list[str]]:
    items = data if isinstance(data, list) else [data]
    return [[str(term) for term in row] for row in open_store(items, **options).query(text)]


def refused(data: object, text: str = PAIRS, **options: object) -> KgError:
    with pytest.raises(KgError) as caught:
        list(open_store(data if isinstance(data, list) else [data], **options).query(text))
    return caught.value


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_loaded(
    name: str, suffix: str, engine: str, pages_turtle: Path, tmp_path: Path
) -> None:
    triples = list(pyoxigraph.parse(path=pages_turtle))
    path = tmp_path / f"pages{FORMATS[name].extension}{suffix}"
    content = pyoxigraph.serialize(triples, format=RdfFormat.from_media_type(FORMATS[name][2]))
    path.write_bytes(gzip.compress(content) if suffix else content)
    expected = f'"{len(set(triples))}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert solutions(path, COUNT, engine=engine) == [[expected]]


@pytest.mark.parametrize("engine", ENGINES)
def test_named_graphs_and_the_default_graph_are_one(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "data.nq"
    path.write_text(QUADS)
    expected = [["<http://e/a>", '"1"'], ["<http://e/b>", '"2"']]
    assert solutions(path, engine=engine) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_literals_stay_as_they_are_written(engine: str, tmp_path: Path) -> None:
    values = [
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"2001"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        '"a \\"b\\" \\\\ \\n"',
        '"b"@en',
    ]
    path = tmp_path / "data.nt"
    path.write_text("".join(f"<http://e/{n}> <http://e/p> {v} .\n" for n, v in enumerate(values)))
    assert [row[1] for row in solutions(path, engine=engine)] == values


def test_a_folder_stands_for_the_rdf_files_below_it(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "a.nt").write_text('<http://e/a> <http://e/p> "1" .')
    (tmp_path / "more" / "b.ttl").write_text('<http://e/b> <http://e/p> "2" .')
    (tmp_path / "README.txt").write_text("not RDF")
    assert [row[1] for row in solutions(tmp_path)] == ['"1"', '"2"']


def test_several_files_are_one_graph(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.nt").write_text(f'<http://e/{name}> <http://e/p> "{name}" .')
    assert len(solutions([tmp_path / "a.nt", tmp_path / "b.nt"])) == 2


def test_a_store_on_disk_is_opened_for_reading(tmp_path: Path) -> None:
    store = pyoxigraph.Store(str(tmp_path / "store"))
    store.load(QUADS.encode(), RdfFormat.N_QUADS)
    store.flush()
    del store
    assert len(solutions(str(tmp_path / "store"))) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.ttl",
            b'@prefix a: <http://a/> .\na:b a:c "x" .\na:b a:c b:d .\n',
            "a.ttl:3: is malformed: The prefix b: has not been declared",
        ),
        (
            "a.nt",
            b'<http://a> <http://b> "c" .\n<http://a> <http://b> c .\n',
            "a.nt:2: is malformed: "
            "The object of a triple must be an IRI, a blank node or a literal",
        ),
        (
            "a.jsonld",
            b'{"@id":\n]}',
            "a.jsonld:2: is malformed: Unexpected closing square bracket, no array to close",
        ),
        (
            "a.rdf",
            b"<a>",
            "a.rdf: is malformed: XML namespaces are required in RDF/XML",
        ),
        (
            "a.nq",
            b'<http://a> <http://b> "\xff" .',
            "a.nq:1: is malformed: Invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0",
        ),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_malformed_rdf_is_named_with_its_line(
    engine: str, name: str, content: bytes, message: str, in_folder: Path
) -> None:
    (in_folder / name).write_bytes(content)
    error = refused(name, engine=engine)
    assert isinstance(error, DataError)
    assert str(error) == f"{message}\nhint: mend the file, or make it anew"
    assert error.exit_code == 3


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<http://a> <http://b> <http://c> .", "Not a gzipped file (b'<h')"),
        (
            gzip.compress(b"<http://a> <http://b> <http://c> .\n" * 99, mtime=0)[:-9],
            "Compressed file ended before the end-of-stream marker was reached",
        ),
        (
            gzip.compress(b"", mtime=0)[:10] + b"\xff" * 99,
            "Error -1 Invalid deflate block found",
        ),
    ],
)
def test_a_damaged_gzip_file_is_named(
    engine: str, content: bytes, told: str, in_folder: Path
) -> None:
    (in_folder / "a.nt.gz").write_bytes(content)
    error = refused("a.nt.gz", engine=engine)
    expected = f"a.nt.gz: is no whole gzip file: {told}\nhint: fetch or make it anew"
    assert (str(error), error.exit_code) == (expected, 3)


def test_what_is_no_data_is_a_usage_error(in_folder: Path) -> None:
    (in_folder / "a.txt").write_text("")
    (in_folder / "empty").mkdir()
    known = "hint: known: .ttl, .nt, .nq, .trig, .jsonld, .rdf (and .gz)"
    for data, options, message in [
        ("none.ttl", {}, "there is no 'none.ttl'\nhint: name an RDF file, or a folder of them"),
        ("a.txt", {}, f"the format of 'a.txt' can't be told from its name\n{known}"),
        ("empty", {}, f"the folder 'empty' holds no RDF\n{known}"),
        (
            ["http://e/sparql", "a.ttl"],
            {},
            "'http://e/sparql' can't be queried together with other data\n"
            "hint: name it alone, or name files",
        ),
        (
            "a.ttl",
            {"engine": "jena"},
            "'jena' is not an engine\nhint: known: oxigraph, rdflib",
        ),
    ]:
        error = refused(data, **options)
        assert isinstance(error, UsageError)
        assert (str(error), error.exit_code) == (message, 2)


def test_a_file_that_cannot_be_read_is_named(in_folder: Path) -> None:
    (in_folder / "a.nt").symlink_to(in_folder / "b.nt")
    (in_folder / "b.nt").symlink_to(in_folder / "a.nt")
    assert str(refused("a.nt")).startswith("there is no 'a.nt'")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_that_is_not_sparql_is_refused_with_its_line(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text(QUADS)
    error = refused(path, "SELECT *\nWHERE {\n ?s ?p }", engine=engine)
    assert isinstance(error, QueryError)
    assert str(error).startswith("query:3: is not SPARQL")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT *\nWHERE { ?s foo:bar ?o }",
            "query:2: is not SPARQL at column 19: Prefix not found",
        ),
        (
            "SELECT ?x\nWHERE { ?x ?y ?z } GROUP BY ?z",
            "query:2: is not SPARQL at column 31: The SELECT contains a variable that is unbound",
        ),
        ("SELECT * WHERE { ?s ?p", "query:1: is not SPARQL at column 23"),
    ],
)
def test_the_message_names_the_place(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        EmbeddedStore().query(text)
    assert str(caught.value).partition("\n")[0] == message


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# CONSTRUCT\nask {}", "ASK"),
        ("PREFIX select: <http://ask/> BASE <http://describe/#> DESCRIBE select:ask", "DESCRIBE"),
        ("PREFIX a: <http://a#SELECT>\nCONSTRUCT { ?s ?p ?o } WHERE { SELECT * {} }", "CONSTRUCT"),
        ("'ask'", None),
        ("", None),
    ],
)
def test_the_form_of_a_query_is_told(text: str, form: str | None) -> None:
    assert query_form(text) == form


# Endpoints


@pytest.fixture(scope="module")
def endpoint(pages_turtle: Path) -> Iterator[str]:
    with oxigraph_with(pages_turtle) as url:
        yield url


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[str]:
    with serve_badly() as url:
        yield url


def test_an_endpoint_answers_as_the_file_does(endpoint: str, pages_turtle: Path) -> None:
    for text in (
        COUNT,
        "SELECT * WHERE { ?s <http://purl.org/dc/terms/title> ?o } ORDER BY ?s ?o",
    ):
        assert solutions(endpoint, text) == solutions(pages_turtle, text)
    triples = "CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/title> ?o }"
    asked, loaded = (open_store([data]).query(triples) for data in (endpoint, str(pages_turtle)))
    assert set(asked) == set(loaded)
    assert bool(open_store([endpoint]).query("ASK { ?s ?p ?o }"))


def test_an_endpoint_refuses_what_is_not_sparql(endpoint: str) -> None:
    error = refused(endpoint, "SELECT * WHERE {")
    assert str(error).startswith(f"query: was refused by {endpoint}: error at 1:")
    assert error.exit_code == 3


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "/html",
            "does not answer in SPARQL's formats: the answer is text/html\n"
            "hint: is this the address of a SPARQL endpoint? It often ends in /sparql",
        ),
        ("/moved", "has moved\nhint: use https://example.org/sparql"),
        ("/down", "answered 503 Service Unavailable: try again later"),
        (
            "/slow",
            "did not answer in 0.2 s\nhint: allow more with --timeout-s, or ask for less",
        ),
    ],
)
def test_an_endpoint_that_fails_is_named(path: str, message: str, misbehaving: str) -> None:
    url = misbehaving + path
    error = refused(url, timeout_s=0.2)
    assert (str(error), error.exit_code) == (f"{url}: {message}", 3)


def test_an_answer_that_is_cut_off_is_an_error(misbehaving: str) -> None:
    error = refused(f"{misbehaving}/broken")
    assert str(error).startswith(f"{misbehaving}/broken: does not answer in SPARQL's formats: ")


def test_an_endpoint_that_is_not_there_is_named(run_kg: Callable[..., Run]) -> None:
    run = run_kg("query", "http://127.0.0.1:9/sparql", "organisms")
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr == (
        "error: http://127.0.0.1:9/sparql: can't be reached: Connection refused\n"
        "hint: is the address right, and the server up?\n"
    )


def test_what_is_no_url_of_an_endpoint_is_a_usage_error(run_kg: Callable[..., Run]) -> None:
    run = run_kg("query", "http://[half", "organisms")
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr == (
        "error: 'http://[half' is not the URL of a server\nhint: for example http://localhost\n"
    )
