"""Queries: header, parameters as terms, results and their formats, the three commands."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyoxigraph
import pytest
from conftest import Run
from hypothesis import given, settings
from strategies import texts

from kg.errors import KgError, QueryError, UsageError
from kg.query import (
    Query,
    Solutions,
    choose_format,
    find_query,
    get_query,
    iter_queries,
    parse_query,
    run_query,
    select,
    text_of,
)
from kg.store import EmbeddedStore, Store
from kg.store.referee import RefereeStore

HEADER = """\
# title: A Title
# category: General
# description: What is shown,
# a line that WikiPathways does not read either
# description: and where?
# keywords: one, two
# param: word | string | a b | Word
# param: gene|uri|https://identifiers.org/ncbigene/7409|Gene
# param: level|enum:strict,all|all|Level

# description: this is not the header any more
SELECT * WHERE { ?s ?p "{{word}}", <{{gene}}>, "{{level}}" }
"""
EMPTY: dict[str, Store] = {"oxigraph": EmbeddedStore(), "rdflib": RefereeStore()}


def refusal(act: Callable[[], object]) -> KgError:
    with pytest.raises(KgError) as caught:
        act()
    return caught.value


def echo(value: str, engine: str = "oxigraph", kind: str = "string") -> list[str]:
    """Return the terms that a query gives back, of which a value is one."""
    placeholder = "<{{x}}>" if kind == "uri" else '"{{x}}"'
    default = "https://e/d" if kind == "uri" else "d"
    text = f'# param: x|{kind}|{default}|X\n\nSELECT ({placeholder} AS ?y) ("z" AS ?z) {{}}'
    (row,) = select(EMPTY[engine], parse_query(text), {"x": value})
    return [term or "" for term in row]


# Headers


def test_the_header_is_read_up_to_the_first_blank_line() -> None:
    query = parse_query(HEADER, "name")
    assert query.title == "A Title"
    assert query.category == "General"
    assert query.description == "What is shown, and where?"
    assert query.keywords == ("one", "two")
    assert [tuple(parameter) for parameter in query.parameters] == [
        ("word", "string", "a b", "Word"),
        ("gene", "uri", "https://identifiers.org/ncbigene/7409", "Gene"),
        ("level", "enum:strict,all", "all", "Level"),
    ]
    assert query.parameters[2].choices == ("strict", "all")


def test_a_query_needs_no_header() -> None:
    assert parse_query("ASK {}") == Query("query", "ASK {}")


def test_a_type_of_wikipathways_own_is_text() -> None:
    text = '# param: p|autocomplete:pathway|WP1560|Pathway\n\nSELECT ("{{p}}" AS ?p) {}'
    assert parse_query(text).bind().endswith('("WP1560" AS ?p) {}')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# title: T\n# param: gene|uri|x:y",
            "q.rq:2: 'gene|uri|x:y' is not name|type|default|label\n"
            "hint: for example: gene|uri|https://identifiers.org/ncbigene/6714|NCBI Gene",
        ),
        (
            "# param: a|int|1|A",
            "q.rq:1: 'int' is not a type\nhint: known: string, uri, enum:one,two",
        ),
        (
            "# param: a|enum:b,c|d|A",
            "q.rq:1: 'd' is no default: it is not a choice\nhint: one of b, c",
        ),
        (
            "# param: a|uri|b c|A",
            "q.rq:1: 'b c' is no default: it is not an IRI\n"
            "hint: for example https://identifiers.org/ncbigene/7409",
        ),
        ("# param: a|string|1|A\n# param: a|string|2|A", "q.rq:2: a: is declared twice"),
        (
            '# param: a|string|1|A\n\nASK {\n ?s ?p "{{b}}" }',
            "q.rq:4: '\"{{b}}\"' is a placeholder without a parameter\n"
            "hint: declared: a; # param: name|type|default|label",
        ),
        (
            "ASK { ?s ?p {{b}} }",
            "q.rq:1: '{{b}}' is a placeholder without a parameter\n"
            "hint: declared: none; # param: name|type|default|label",
        ),
        (
            "# param: a|string|1|A\n\nASK { ?s ?p '{{a}}' }",
            "q.rq:3: '{{a}}' is not how this is written\nhint: a string is written \"{{a}}\"",
        ),
        (
            '# param: a|string|1|A\n\nASK { ?s ?p "x {{a}}" }',
            "q.rq:3: '{{a}}' is not how this is written\nhint: a string is written \"{{a}}\"",
        ),
        (
            '# param: a|uri|x:y|A\n\nASK { ?s ?p "{{a}}" }',
            "q.rq:3: '\"{{a}}\"' is not how this is written\nhint: a uri is written <{{a}}>",
        ),
    ],
)
def test_a_query_that_cannot_be_bound_is_refused(text: str, message: str) -> None:
    error = refusal(lambda: parse_query(text, "q.rq"))
    assert isinstance(error, QueryError)
    assert (str(error), error.exit_code) == (message, 3)


# Parameters


def test_values_take_the_place_of_whole_placeholders() -> None:
    values = {"word": 'a "b"', "gene": "ncbigene:1", "level": "strict"}
    assert parse_query(HEADER).bind(values).splitlines()[-1] == (
        r'SELECT * WHERE { ?s ?p "a \"b\"", <https://identifiers.org/ncbigene/1>, "strict" }'
    )


def test_defaults_stand_where_no_value_is_given() -> None:
    assert parse_query(HEADER).bind().splitlines()[-1] == (
        'SELECT * WHERE { ?s ?p "a b", <https://identifiers.org/ncbigene/7409>, "all" }'
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"gen": "1"},
            "the query q has no parameter 'gen'\n"
            "hint: it has word (Word; default 'a b'), "
            "gene (Gene; default 'https://identifiers.org/ncbigene/7409'), "
            "level (Level; default 'all')",
        ),
        ({"level": "loose"}, "level: 'loose' is not a choice\nhint: one of strict, all"),
        (
            {"gene": "7409"},
            "gene: '7409' is not an IRI\nhint: for example https://identifiers.org/ncbigene/7409",
        ),
        ({"word": "\udcff"}, "word: '\\udcff' is not text in UTF-8"),
    ],
)
def test_values_that_do_not_fit_are_usage_errors(values: Mapping[str, str], message: str) -> None:
    error = refusal(lambda: parse_query(HEADER, "q").bind(values))
    assert isinstance(error, UsageError)
    assert (str(error), error.exit_code) == (message, 2)


def test_a_query_without_parameters_says_so() -> None:
    error = refusal(lambda: parse_query("ASK {}", "q").bind({"a": "1"}))
    assert str(error) == "the query q has no parameter 'a'\nhint: it has none"


@pytest.mark.parametrize("engine", EMPTY)
@pytest.mark.parametrize(
    "value",
    [
        '" AS ?y) (1 AS ?z) {} #',
        '\\" AS ?y) {} #',
        "\\",
        "\\\\u0022",
        "\\u0022",
        "\\u0022 AS ?y) (1 AS ?z) {} #",
        "\\U00000022",
        "\\\\\\u005C",
        'a\nb\r\n"""c"""',
        "\x01234567",
        "{{x}}",
        "'",
        "#",
        "",
    ],
)
def test_no_text_gets_out_of_its_literal(value: str, engine: str) -> None:
    row = select(EMPTY[engine], parse_query(_ECHO), {"x": value})
    assert [[text_of(term) for term in found] for found in row] == [[value, "z"]]


_ECHO = '# param: x|string|d|X\n\nSELECT ("{{x}}" AS ?y) ("z" AS ?z) {}'


@given(texts())
@settings(max_examples=150)
def test_any_text_comes_back_from_the_engine(value: str) -> None:
    assert echo(value)[0] == str(pyoxigraph.Literal(value))


@given(texts())
@settings(max_examples=40)
def test_any_text_comes_back_from_the_other_engine(value: str) -> None:
    assert echo(value, "rdflib")[0] == str(pyoxigraph.Literal(value))


@pytest.mark.parametrize("engine", EMPTY)
@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("https://e/a?b=c&d='e'#f(g)%20", "https://e/a?b=c&d='e'#f(g)%20"),
        ("urn:x:é", "urn:x:é"),
        ("mesh:D005947", "https://identifiers.org/mesh/D005947"),
        ("mailto:a@b", "mailto:a@b"),
    ],
)
def test_an_iri_is_bound_as_an_iri(value: str, iri: str, engine: str) -> None:
    assert echo(value, engine, "uri") == [f"<{iri}>", '"z"']


@pytest.mark.parametrize(
    "value",
    [
        "https://e/> AS ?y) {} #",
        "https://e/a b",
        "https://e/{a}",
        'https://e/"',
        "https://e/\\u003E",
        "https://e/a\nb",
        "https://e/^|`",
        "<https://e/>",
        "mesh:D> } #",
        "relative",
        "//e/a",
        "",
    ],
)
def test_what_is_no_iri_is_refused(value: str) -> None:
    error = refusal(lambda: echo(value, kind="uri"))
    hint = "for example https://identifiers.org/ncbigene/7409"
    assert str(error) == f"x: {value!r} is not an IRI\nhint: {hint}"


# Finding and running


def test_named_queries_are_found_by_name() -> None:
    names = [query.name for query in iter_queries()]
    assert names == sorted(names)
    assert find_query("organisms") == get_query("organisms")


def test_a_name_that_is_none_is_a_usage_error() -> None:
    error = refusal(lambda: find_query("figure-row"))
    assert error.exit_code == 2
    assert str(error) == (
        "there is no query 'figure-row'\nhint: is it figure-rows or figure-graph or figures-about?"
    )
    assert str(refusal(lambda: find_query("xyz"))) == (
        "there is no query 'xyz'\nhint: list them with: kg queries"
    )


def test_a_query_is_read_from_a_file(in_folder: Path) -> None:
    (in_folder / "q.rq").write_text("\ufeff# title: T\n\nASK {}", encoding="utf-8")
    assert find_query("q.rq").title == "T"
    (in_folder / "bad.rq").write_bytes(b"ASK {} #\xff")
    assert str(refusal(lambda: find_query("bad.rq"))) == "bad.rq: is not text in UTF-8"
    assert str(refusal(lambda: find_query("no.rq"))) == (
        "no.rq: can't be read: No such file or directory"
    )


def test_each_form_has_its_result() -> None:
    store = EmbeddedStore()
    solutions = run_query(store, parse_query("SELECT (1 AS ?a) ?b {}"))
    assert isinstance(solutions, Solutions)
    assert solutions.variables == ("a", "b")
    assert list(solutions) == [('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', None)]
    assert run_query(store, parse_query("ASK {}")) is True
    triples = run_query(store, parse_query("CONSTRUCT { <x:a> <x:b> 'c' } WHERE {}"))
    assert not isinstance(triples, bool)
    assert [str(triple) for triple in triples] == ['<x:a> <x:b> "c"']


def test_select_takes_select_alone() -> None:
    error = refusal(lambda: select(EmbeddedStore(), parse_query("ASK {}", "q")))
    assert str(error) == "q: is no SELECT query"


@pytest.mark.parametrize(
    ("text", "format", "message"),
    [
        (
            "SELECT * {}",
            "ttl",
            "SELECT gives solutions, not ttl\nhint: use --format table, csv, tsv, json",
        ),
        ("ASK {}", "ttl", "ASK gives solutions, not ttl\nhint: use --format table, csv, tsv, json"),
        ("DESCRIBE <x:y>", "csv", "DESCRIBE gives triples, not csv\nhint: use --format ttl"),
        ("ASK {}", "xml", "'xml' is not a format\nhint: known: table, csv, tsv, json, ttl"),
    ],
)
def test_a_format_that_does_not_fit_is_a_usage_error(text: str, format: str, message: str) -> None:
    error = refusal(lambda: choose_format(text, format))
    assert (str(error), error.exit_code) == (message, 2)


# The commands

ROWS = [
    ["(Src", "SRC", "hgnc_symbol", "SRC", "6714", "1"],
    ["AR*", "AR", "hgnc_symbol", "AR", "367", "1"],
    ["Etk", "ETK", "hgnc_alias_symbol", "BMX", "660", "1"],
    ["FAK", "FAK", "hgnc_alias_symbol", "PTK2", "5747", "1"],
    ["Ga12,Gaq", "G-ALPHA-q", "hgnc_alias_symbol", "GNAQ", "2776", "1"],
]


@pytest.fixture
def ask(run_kg: Callable[..., Run], pages_turtle: Path) -> Callable[..., Run]:
    return lambda *arguments, **options: run_kg("query", pages_turtle, *arguments, **options)


def test_a_table_is_aligned_and_plain_away_from_a_terminal(ask: Callable[..., Run]) -> None:
    run = ask("figure-rows", "--param", "figure=PMC100003__mb2410470011")
    assert (run.code, run.stderr) == (0, "5 solutions\n")
    assert run.stdout == (
        "word      term       lexicon            symbol  gene  count\n"
        "(Src      SRC        hgnc_symbol        SRC     6714      1\n"
        "AR*       AR         hgnc_symbol        AR       367      1\n"
        "Etk       ETK        hgnc_alias_symbol  BMX      660      1\n"
        "FAK       FAK        hgnc_alias_symbol  PTK2    5747      1\n"
        "Ga12,Gaq  G-ALPHA-q  hgnc_alias_symbol  GNAQ    2776      1\n"
    )


def test_a_table_shortens_iris_and_keeps_to_its_lines(ask: Callable[..., Run]) -> None:
    text = "SELECT (<https://identifiers.org/ncbigene/1> AS ?a) (<x:y> AS ?b) ('c\\n\\td' AS ?c) {}"
    run = ask("-", stdin=text.encode())
    assert run.stdout == "a           b    c\nncbigene:1  x:y  c d\n"
    assert run.stderr == "1 solution\n"


def test_a_table_shows_doubles_short(ask: Callable[..., Run]) -> None:
    text = """PREFIX x: <http://www.w3.org/2001/XMLSchema#>
        SELECT (1.6140001e-60 AS ?a) ("INF"^^x:double AS ?b) ("z"^^x:double AS ?c) {}"""
    run = ask("-", stdin=text.encode())
    assert run.stdout == "a          b    c\n1.614e-60  inf  z\n"


def test_a_table_on_a_terminal_has_rules(
    ask: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.cli.query._on_terminal", lambda: True)
    run = ask("figure-rows")
    assert "──" in run.stdout
    assert "[bold]" not in run.stdout
    assert "Ga12,Gaq" in run.stdout


def test_csv_is_the_w3c_s(ask: Callable[..., Run]) -> None:
    run = ask("figure-rows", "--format", "csv")
    assert (run.code, run.stderr) == (0, "")
    assert run.stdout_bytes.startswith(b"word,term,lexicon,symbol,gene,count\r\n(Src,SRC,")
    assert list(csv.reader(run.stdout.splitlines()))[1:] == ROWS


def test_tsv_and_json_hold_terms(ask: Callable[..., Run]) -> None:
    run = ask("figure-rows", "--format", "tsv")
    assert run.stdout.splitlines()[:2] == [
        "?word\t?term\t?lexicon\t?symbol\t?gene\t?count",
        '"(Src"\t"SRC"\t"hgnc_symbol"\t"SRC"\t"6714"\t1',
    ]
    document = json.loads(ask("figure-rows", "--format", "json").stdout)
    assert document["head"]["vars"] == ["word", "term", "lexicon", "symbol", "gene", "count"]
    assert document["results"]["bindings"][0]["count"] == {
        "type": "literal",
        "datatype": "http://www.w3.org/2001/XMLSchema#integer",
        "value": "1",
    }


def test_construct_gives_turtle(ask: Callable[..., Run], pages_turtle: Path) -> None:
    run = ask("figure-graph")
    made = set(pyoxigraph.parse(run.stdout_bytes, pyoxigraph.RdfFormat.TURTLE))
    assert 50 < len(made) < 100
    assert made <= set(pyoxigraph.parse(path=pages_turtle))
    assert ask("figure-graph", "--format", "ttl").stdout == run.stdout


@pytest.mark.parametrize("engine", EMPTY)
@pytest.mark.parametrize(
    ("format", "text"),
    [("table", "true\n"), ("csv", "true\n"), ("json", '{"head": {}, "boolean": true}\n')],
)
def test_ask_gives_true_or_false(
    format: str, text: str, engine: str, ask: Callable[..., Run]
) -> None:
    run = ask("-", "--format", format, "--engine", engine, stdin=b"ASK { ?s ?p ?o }")
    assert (run.stdout, run.code) == (text, 0)
    assert ask("-", stdin=b"ASK { <x:y> ?p ?o }").stdout == "false\n"


def test_an_answer_may_be_empty(ask: Callable[..., Run]) -> None:
    run = ask("strictness-violations")
    assert (run.stdout, run.stderr, run.code) == (
        "figure  gene  has  lacks\n",
        "0 solutions\n",
        0,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("organisms", "--param", "figure"),
            2,
            "--param 'figure' is not NAME=VALUE\n"
            "hint: for example --param figure=PMC100003__mb2410470011",
        ),
        (
            ("figure-rows", "-p", "figure=a", "-p", "figure=b"),
            2,
            "--param figure is given twice\nhint: give it once",
        ),
        (
            ("figure-rows", "-p", "gene=a"),
            2,
            "the query figure-rows has no parameter 'gene'\n"
            "hint: it has figure (Figure (figid); default 'PMC100003__mb2410470011')",
        ),
        (
            ("organisms", "--format", "ttl"),
            2,
            "SELECT gives solutions, not ttl\nhint: use --format table, csv, tsv, json",
        ),
        (
            ("-",),
            3,
            "stdin:1: is not SPARQL at column 10\n"
            "hint: SPARQL 1.1, https://www.w3.org/TR/sparql11-query/; "
            "prefixes are declared with PREFIX",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(
    arguments: tuple[str, ...], code: int, message: str, ask: Callable[..., Run]
) -> None:
    run = ask(*arguments, stdin=b"INSERT DATA { <a:b> <c:d> 1 }")
    assert (run.stderr, run.stdout, run.code) == (f"error: {message}\n", "", code)


def test_data_and_query_are_both_needed(run_kg: Callable[..., Run]) -> None:
    run = run_kg("query", "figures-of-gene")
    assert (run.code, run.stderr) == (
        2,
        "error: name both the data and the query\n"
        "hint: for example: kg query pfocr.ttl figures-of-gene --param symbol=SRC\n",
    )


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_an_answer_that_breaks_off_is_an_error(format: str, ask: Callable[..., Run]) -> None:
    text = b"SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    run = ask("-", "--format", format, stdin=text)
    assert run.code == 3
    assert run.stderr.startswith("error: the answer broke off: ")


def test_a_long_cell_does_not_widen_its_column(ask: Callable[..., Run]) -> None:
    text = "SELECT * WHERE { VALUES (?a ?b) { ('%s' 'x') ('c' 'd') } } ORDER BY ?b" % ("y" * 70)
    lines = ask("-", stdin=text.encode()).stdout.splitlines()
    assert lines == [f"{'a':60}  b", f"{'c':60}  d", f"{'y' * 70}  x"]


def test_a_value_may_hold_an_equals_sign(ask: Callable[..., Run]) -> None:
    text = b'# param: a|string|b|A\n\nSELECT ("{{a}}" AS ?a) {}'
    assert ask("-", "-p", "a=b=c", stdin=text).stdout == "a\nb=c\n"


def test_queries_are_listed(run_kg: Callable[..., Run]) -> None:
    lines = run_kg("queries").stdout.splitlines()
    assert lines[0].split() == ["query", "title", "parameters"]
    assert [line.split()[0] for line in lines[1:]] == [query.name for query in iter_queries()]
    listed = json.loads(run_kg("queries", "--json").stdout)
    assert [query["name"] for query in listed] == [query.name for query in iter_queries()]


def test_a_query_is_shown(run_kg: Callable[..., Run]) -> None:
    run = run_kg("queries", "figure-rows")
    assert run.stdout == get_query("figure-rows").text
    assert run.stderr == (
        "for example: kg query pfocr.ttl figure-rows --param figure='PMC100003__mb2410470011'\n"
    )
    shown = json.loads(run_kg("queries", "figure-rows", "--json").stdout)
    assert shown["title"] == "Gene Rows of a Figure's Page"
    assert [parameter["name"] for parameter in shown["parameters"]] == ["figure"]
    assert run_kg("queries", "none").code == 2


def test_stats_are_tables(run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    blocks = run_kg("stats", pages_turtle).stdout.split("\n\n")
    assert [block.splitlines()[0] for block in blocks if block] == [
        "by class",
        "by lexicon",
        "by strictness",
        "by organism",
        "by year",
    ]
    assert blocks[2].splitlines()[1:] == [
        "strictness  figures  genes  occurrences",
        "strict           12    115          116",
        "synonyms         12    207          208",
        "all              12    316          320",
    ]


@pytest.mark.parametrize("engine", EMPTY)
def test_stats_are_json(engine: str, run_kg: Callable[..., Run], pages_turtle: Path) -> None:
    counted = json.loads(run_kg("stats", pages_turtle, "--json", "--engine", engine).stdout)
    assert list(counted) == ["class", "lexicon", "strictness", "organism", "year"]
    assert {"class": "http://purl.org/spar/doco/Figure", "count": 12} in counted["class"]
    assert {"lexicon": "hgnc_prev_symbol", "entries": 5, "mentions": 5} in counted["lexicon"]
    assert {"year": "2023", "figures": 4, "papers": 4} in counted["year"]


def test_a_query_on_stdin_that_is_no_text_is_told(
    run_kg: Callable[..., Run], pages_turtle: Path
) -> None:
    run = run_kg("query", pages_turtle, "-", stdin=b"ASK \xff {}")
    assert (run.code, run.stderr) == (3, "error: stdin: is not text in UTF-8\n")


def test_lines_of_a_query_may_end_as_windows_ends_them(
    run_kg: Callable[..., Run], pages_turtle: Path
) -> None:
    text = "# title: Any\r\n# param: s|string|SRC|Symbol\r\n\r\nSELECT ('{{s}}' AS ?x) {}\r\n"
    run = run_kg("query", pages_turtle, "-", stdin=text.replace("'", '"').encode())
    assert (run.code, run.stdout) == (0, "x\nSRC\n")


@pytest.mark.parametrize("value", ["nan", "inf", "0", "1e300"])
def test_a_time_is_a_number_of_seconds(run_kg: Callable[..., Run], value: str) -> None:
    run = run_kg("query", "http://127.0.0.1:9/", "organisms", "--timeout-s", value)
    assert (run.code, run.stdout) == (2, "")
    assert "Error: Invalid value for '--timeout-s': " in run.stderr
