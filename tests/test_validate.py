"""Validation: the same report whatever the engine, the parts, the formats and the files."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from conftest import refusal
from mutation import mutate
from validation import SHAPE, SHAPES, TINY_BYTES, XSD, triples_of, truth, write_lines, write_turtle

from kg.build import build
from kg.errors import DataError, UsageError, WorkerError
from kg.store import load_store
from kg.terms import RDF_TYPE, Description, expand, iri
from kg.validate import run as run_module
from kg.validate import validate
from kg.validate.engines import ENGINES, canonical
from kg.validate.parts import Part, TurtlePart, paper_of
from kg.validate.referee import Bench
from kg.validate.split import split_triples, split_turtle
from kg.write import write_text

pytestmark = pytest.mark.usefixtures("small_sample")


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


def test_formats_and_unions_give_the_same(layouts: Path, tmp_path: Path) -> None:
    names = ("a.ttl", "a.ttl.gz", "a.nt", "a.nt.gz", "a.nq", "a.trig", "a.jsonld", "a.rdf")
    build(layouts, [tmp_path / name for name in names])
    one = sorted(layouts.glob("_figures/*"))
    build(one[:1], tmp_path / "first.ttl")
    build(one[1:], tmp_path / "others.ttl.gz")
    unions = [["first.ttl", "others.ttl.gz"], ["first.ttl", "a.nt"], ["a.ttl", "a.ttl.gz"]]
    sampled = set()
    for some in [*([name] for name in names), *unions]:
        report = validate([tmp_path / name for name in some], engine="shacl")
        assert (report.results, report.subjects) == ([], 241), some
        sampled.add(report.refereed)
    assert len(sampled) == 1, "the sample is the same, however the data are read"
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
    assert refusal(lambda: validate(["a.ttl"]), DataError) == (
        "a.ttl: '<urn:c> <urn:d> <urn:e>' is a triple term, which SHACL 1.0 does not know\n"
        "hint: leave it out"
    )
