"""Validation: the same report whatever the engine, the parts, the formats and the files."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from conftest import Run
from mutation import mutate

from kg.build import build
from kg.errors import DataError, MissingExtraError, UsageError, WorkerError
from kg.mapping import merge
from kg.store import load_store
from kg.terms import PREFIXES, RDF_TYPE, Description, Term, Triple, expand, iri
from kg.validate import (
    Result,
    Shapes,
    load_shapes,
    validate,
    write_report,
)
from kg.validate import engines as engines_module
from kg.validate import referee as referee_module
from kg.validate import run as run_module
from kg.validate.engines import ENGINES, Text, canonical, choose_engines
from kg.validate.forms import as_ntriples
from kg.validate.parts import Part, TurtlePart, paper_of
from kg.validate.referee import Bench, Referee
from kg.validate.results import Finding
from kg.validate.split import split_triples, split_turtle
from kg.write import write_text

SHAPES = load_shapes()
SHAPE = "https://w3id.org/pfocr/shapes#"
XSD = PREFIXES["xsd"]
TINY_BYTES = 20_000
FOUND = f"<{SHAPE}Figure-titled>"


@pytest.fixture(autouse=True)
def _small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pySHACL sample one in six subjects, not all of these few."""
    monkeypatch.setattr(referee_module, "SAMPLED", 40)


@pytest.fixture(scope="module")
def folder(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return some of the pages: one of each layout."""
    made = tmp_path_factory.mktemp("some")
    for name in ("PMC100003__mb2410470011", "PMC1769521__nihms3229f2", "PMC10036500__ga1"):
        for file in pages.glob(f"*/{name}*"):
            place = made / file.relative_to(pages)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file.read_bytes())
    return made


@pytest.fixture(scope="module")
def described(folder: Path) -> list[Description]:
    """Return the descriptions of the pages in the order in which they are written."""
    path = folder / "built.ttl"
    build(folder, path)
    found: dict[Term, list[tuple[Term, Term]]] = {}
    for quad in ox.parse(path=path):
        found.setdefault(str(quad.subject), []).append((str(quad.predicate), str(quad.object)))
    return list(found.items())


def triples_of(descriptions: Iterable[Description]) -> list[Triple]:
    return [(s, p, o) for s, pairs in descriptions for p, o in pairs]


def write_lines(path: Path, triples: Iterable[Triple]) -> Path:
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def write_turtle(path: Path, descriptions: Iterable[Description]) -> Path:
    path.write_text(write_text(descriptions), "utf-8")
    return path


def rows(results: Iterable[Result]) -> list[Result]:
    return sorted(results, key=lambda result: result.sort_key)


def truth(triples: Iterable[Triple], shapes: Shapes = SHAPES) -> list[Result]:
    """Return what pySHACL finds in the whole graph with the shapes as they stand."""
    graph = rdflib.Graph().parse(data=as_ntriples(shapes), format="nt")
    body = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    data = engines_module._to_rdflib(Text(body, "ntriples"))
    _, report, _ = pyshacl.validate(data, shacl_graph=graph)
    return rows(shapes.result(finding) for finding in engines_module._read_report(report))


# The same whatever the engine and the parts


@pytest.mark.parametrize("seed", range(2))
def test_every_way_finds_what_pyshacl_finds_in_the_whole(
    seed: int, described: list[Description], tmp_path: Path
) -> None:
    changed = mutate(described, seed, 60)
    lines = write_lines(tmp_path / "changed.nt", triples_of(changed))
    turtle = write_turtle(tmp_path / "changed.ttl", changed)
    expected = truth(triples_of(changed))
    assert len(expected) > 50
    for path in (lines, turtle):
        for engine in ENGINES:
            report = validate([path], engine=engine, part_bytes=TINY_BYTES)
            assert report.results == expected
            assert report.disagreed == 0
            assert report.notes == []


def test_language_tags_and_strange_words_are_alike(
    described: list[Description], tmp_path: Path
) -> None:
    words = [
        '"a"@de',
        '"a"@en-GB',
        '"\\t\\u0001\\\\\\""',
        '"𝒳 é\\n"',
        *(f'"{x}"^^<{XSD}integer>' for x in ("x", "007")),
    ]
    figure = next(s for s, pairs in described if (RDF_TYPE, expand("doco:Figure")) in pairs)
    changed = [*triples_of(described), *((figure, expand("pfocr:searchRank"), w) for w in words)]
    path = write_lines(tmp_path / "a.nt", changed)
    expected = truth(changed)
    assert {*map(canonical, words[:5])} < {result.value for result in expected}
    for engine in ENGINES:
        assert validate([path], engine=engine).results == expected


def test_the_parts_of_these_tests_are_many(described: list[Description], tmp_path: Path) -> None:
    turtle = write_turtle(tmp_path / "a.ttl", described)
    lines = write_lines(tmp_path / "a.nt", triples_of(described))
    parts = [*split_turtle([str(turtle)], SHAPES, TINY_BYTES).parts]
    assert all(isinstance(part, TurtlePart) for part in parts)
    assert len(parts) > 3
    split = split_triples([str(lines)], SHAPES, str(tmp_path), TINY_BYTES)
    assert len([*split.parts]) > 3
    subjects = [s for part in parts for s in part.subjects()]
    assert sorted(subjects) == sorted(subject for subject, _ in described)
    assert sum(len(part.as_lines().body.splitlines()) for part in parts) == len(
        triples_of(described)
    )


def test_processes_give_the_same(
    described: list[Description], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = mutate(described, 7, 60)
    path = write_turtle(tmp_path / "changed.ttl", changed)
    expected = validate([path])
    monkeypatch.setattr(run_module, "_is_small", lambda _: False)
    told: list[tuple[int, int]] = []
    report = validate(
        [path],
        workers=2,
        part_bytes=TINY_BYTES,
        progress=lambda done, total: told.append((done, total)),
    )
    assert report.results == expected.results
    assert told[-1] == (report.subjects, report.subjects)


def test_formats_and_unions_give_the_same(folder: Path, tmp_path: Path) -> None:
    names = ("a.ttl", "a.ttl.gz", "a.nt", "a.nt.gz", "a.nq", "a.trig", "a.jsonld", "a.rdf")
    build(folder, [tmp_path / name for name in names])
    one = sorted(folder.glob("_figures/*"))
    build(one[:1], tmp_path / "first.ttl")
    build(one[1:], tmp_path / "others.ttl.gz")
    unions = [["first.ttl", "others.ttl.gz"], ["first.ttl", "a.nt"], ["a.ttl", "a.ttl.gz"]]
    for some in [*([name] for name in names), *unions]:
        report = validate([tmp_path / name for name in some], engine="shacl")
        assert (report.results, report.subjects) == ([], 241), some
    report = validate([tmp_path / name for name in unions[0]], part_bytes=TINY_BYTES)
    assert (report.results, report.subjects) == ([], 241)


def test_what_two_files_say_of_one_paper_is_put_together(
    described: list[Description], tmp_path: Path
) -> None:
    figure = next(s for s, pairs in described if (RDF_TYPE, expand("doco:Figure")) in pairs)
    first = write_turtle(tmp_path / "first.ttl", described)
    second = write_turtle(
        tmp_path / "second.ttl", [(figure, [(expand("schema:position"), '"F0"')])]
    )
    (found,) = validate([first, second], part_bytes=TINY_BYTES).results
    assert (found.focus_node, found.shape) == (figure, f"<{SHAPE}Figure-position>")


def test_a_paper_can_refer_to_another(described: list[Description], tmp_path: Path) -> None:
    figures = [s for s, pairs in described if (RDF_TYPE, expand("doco:Figure")) in pairs]
    target = expand("oa:hasTarget")
    changed = [
        (s, [(p, figures[-1] if p == target else o) for p, o in pairs])
        if paper_of(s) == paper_of(figures[0])
        else (s, pairs)
        for s, pairs in described
    ]
    for path in (
        write_turtle(tmp_path / "a.ttl", changed),
        write_lines(tmp_path / "a.nt", triples_of(changed)),
    ):
        assert validate([path], part_bytes=TINY_BYTES).results == []


def test_turtle_of_another_layout_is_read_all_the_same(
    described: list[Description], tmp_path: Path
) -> None:
    changed = mutate(described, 3, 30)
    text = write_text(changed)
    head, _, body = text.partition("\n\n")
    expected = validate([write_turtle(tmp_path / "ours.ttl", changed)]).results
    assert expected
    for number, other in enumerate(
        (
            text.replace("\n\n", "\n"),
            text.replace(" ;\n", " ;\n\n"),
            text.replace("\n    ", " "),
            f"{head}\n\n# a comment\n{body}",
            text.replace("pmc:PMC100003\n", "<https://identifiers.org/pmc/PMC100003>\n"),
            f"PREFIX x: <urn:x>\n{text}",
        )
    ):
        path = tmp_path / f"{number}.ttl"
        path.write_text(other, "utf-8")
        assert validate([path]).results == expected, number


def test_subclasses_in_the_data_count(described: list[Description], tmp_path: Path) -> None:
    gene, narrower = expand("schema:Gene"), iri("urn:NarrowGene")
    some = next(s for s, pairs in described if (RDF_TYPE, gene) in pairs)
    changed = [
        (s, [(p, narrower if s == some and o == gene else o) for p, o in pairs])
        for s, pairs in described
    ]
    changed.append((narrower, [(expand("rdfs:subClassOf"), gene)]))
    expected = truth(triples_of(changed))
    assert {result.focus_node for result in expected} == {some}
    path = write_turtle(tmp_path / "a.ttl", changed)
    assert validate([path], part_bytes=TINY_BYTES).results == expected


def test_blank_nodes_have_the_same_names_in_every_report(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(
        "@prefix doco: <http://purl.org/spar/doco/> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "[] a doco:Figure ; dcterms:isPartOf _:x . _:x dcterms:title 'a' .\n"
    )
    reports = [validate([path], engine=engine).results for engine in ENGINES]
    assert reports[0] == reports[1] == reports[2]
    assert {result.focus_node for result in reports[0]} == {"_:f0b0", "_:f0b1"}
    assert validate([path]).results == reports[0]


def test_a_line_end_after_an_identifier_is_found(
    described: list[Description], tmp_path: Path
) -> None:
    identifier = expand("dcterms:identifier")
    changed = [
        (s, [(p, f'{o[:-1]}\\n"' if p == identifier else o) for p, o in pairs])
        for s, pairs in described[:1]
    ]
    path = write_lines(tmp_path / "a.nt", triples_of(changed))
    for engine in ENGINES:
        found = {result.shape for result in validate([path], engine=engine).results}
        assert f"<{SHAPE}Paper-identifier>" in found, engine


# Referee


FAKE = Finding(iri("urn:x"), FOUND, expand("sh:MinCountConstraintComponent"), None)


def judge(described: list[Description], bench: Bench) -> tuple[set[Finding], list[str], int]:
    body = "".join(f"{s} {p} {o} .\n" for s, p, o in triples_of(described)).encode()
    verdict = Referee(SHAPES, {}, bench).judge(Part(body))
    return verdict.findings, verdict.notes, verdict.disagreed


def untitled(described: list[Description]) -> list[Description]:
    title = expand("dcterms:title")
    return [
        (s, [(p, o) for p, o in pairs if p != title])
        if (RDF_TYPE, expand("doco:Figure")) in pairs
        else (s, pairs)
        for s, pairs in described
    ]


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


# Other shapes


HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <urn:x:> . "
    "@prefix dcterms: <http://purl.org/dc/terms/> . @prefix doco: <http://purl.org/spar/doco/> . "
    "@prefix fabio: <http://purl.org/spar/fabio/> . @prefix oa: <http://www.w3.org/ns/oa#> .\n"
)


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


# Errors


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param(
            "a.ttl",
            b"@prefix x: <urn:x> .\n\nx:a x:b x:c ;\n  x:d .\n",
            "a.ttl:4: is malformed: . is not a valid RDF object\n"
            "hint: mend the file, or make it anew",
            id="turtle",
        ),
        pytest.param(
            "a.nt",
            b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <c d> .\n",
            "a.nt:2: is malformed: Invalid IRI code point ' '\n"
            "hint: mend the file, or make it anew",
            id="ntriples",
        ),
        pytest.param(
            "a.ttl.gz",
            gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 9999)[:-9],
            "a.ttl.gz: is no whole gzip file: Compressed file ended before the end-of-stream "
            "marker was reached\nhint: fetch or make it anew",
            id="cut gzip",
        ),
        pytest.param(
            "a.nt.gz",
            b"<urn:a> <urn:b> <urn:c> .\n",
            "a.nt.gz: is no whole gzip file: Not a gzipped file (b'<u')\n"
            "hint: fetch or make it anew",
            id="no gzip",
        ),
    ],
)
def test_broken_files_are_named(name: str, content: bytes, message: str, in_folder: Path) -> None:
    (in_folder / name).write_bytes(content)
    with pytest.raises(DataError) as raised:
        validate([name])
    assert str(raised.value) == message
    assert raised.value.exit_code == 3


def test_our_own_turtle_broken_in_the_middle_is_named(
    described: list[Description], in_folder: Path
) -> None:
    text = write_text(described).replace("a pfocr:Lexicon ;", "a pfocr:Lexicon ; ;; oops", 1)
    (in_folder / "a.ttl").write_text(text)
    line = text[: text.index("oops")].count("\n") + 1
    with pytest.raises(DataError, match=rf"^a\.ttl:{line}: is malformed: "):
        validate(["a.ttl"], part_bytes=TINY_BYTES)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "there is nothing to validate\nhint: name one or more RDF files"),
        (["b.ttl"], "there is no 'b.ttl'\nhint: name an RDF file, or a folder of them"),
        (
            ["store"],
            "the folder 'store' holds no RDF\n"
            "hint: it is a store: name the RDF files that were loaded into it",
        ),
        (
            ["a.csv"],
            "the format of 'a.csv' can't be told from its name\n"
            "hint: known: .ttl, .nt, .nq, .trig, .jsonld, .rdf (and .gz)",
        ),
    ],
)
def test_wrong_calls_are_told(paths: list[str], message: str, in_folder: Path) -> None:
    (in_folder / "a.csv").touch()
    (in_folder / "a.nt").write_text("<urn:a> <urn:b> <urn:c> .")
    load_store(in_folder / "store", [in_folder / "a.nt"])
    with pytest.raises(UsageError) as raised:
        validate(paths)
    assert str(raised.value) == message


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


class Killer:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return os._exit, (9,)


def test_a_worker_that_dies_is_told() -> None:
    tasks = iter([(cast("Part", Killer()), True)])
    with pytest.raises(WorkerError) as raised:
        list(run_module._in_processes(tasks, 1, (SHAPES, {}, Bench("shacl"))))
    assert str(raised.value) == (
        "a worker process of the validation died (exit code 9)\n"
        "hint: it may have run out of memory; try again with fewer --workers"
    )


def test_triple_terms_are_no_data(in_folder: Path) -> None:
    (in_folder / "a.ttl").write_text("<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .")
    with pytest.raises(DataError, match="holds a triple term"):
        validate(["a.ttl"])


# Command line


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
    assert (expand("sh:sourceShape"), FOUND) in graph


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
