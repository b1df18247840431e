"""Validation of a graph while it is built: what `kg validate` finds in the file, and no less."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from zlib import crc32

import pyoxigraph as ox
import pytest
from mutation import mutate

from kg.build import build, combine, inspection, iter_records, shards
from kg.build.local import run_local
from kg.build.text import Pen, Text
from kg.errors import UsageError
from kg.mapping import SharedKey, describe_record, describe_shared, merge, shared_keys
from kg.record import Record
from kg.reference import Tables
from kg.terms import Description, expand, iri
from kg.validate import (
    BuildValidator,
    Report,
    classes_of,
    load_shapes,
    validate,
    validate_descriptions,
)
from kg.validate import referee as referee_module
from kg.validate.forms import within_shard

SHAPES = load_shapes()
SHAPE = "https://w3id.org/pfocr/shapes#"


@pytest.fixture
def several_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a job have one shard, so that a few pages are several jobs."""
    monkeypatch.setattr(shards, "PAPERS_PER_SHARD", 1)
    monkeypatch.setattr(referee_module, "SAMPLED", 40)


@pytest.fixture
def changed_mapping(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let records, and shared entities, be mapped to what violates the shapes here and there."""
    whole = tmp_path / "whole.nt"
    build(pages, whole)
    subjects = sorted({str(quad.subject) for quad in ox.parse(path=whole)})
    shared = describe_shared

    def describe_badly(records: Iterable[Record]) -> list[Description]:
        described = describe_all(records)
        return mutate(described, crc32(described[0][0].encode()), 12, subjects)

    def describe_shared_badly(key: SharedKey, tables: Tables) -> list[Description]:
        described, seed = shared(key, tables), crc32(repr(key).encode())
        return described if seed % 4 else mutate(described, seed, 1, subjects)

    write_as(describe_badly, monkeypatch)
    monkeypatch.setattr(combine, "describe_shared", describe_shared_badly)
    monkeypatch.setattr(inspection, "describe_shared", describe_shared_badly)
    inspection._classes.cache_clear()
    yield
    inspection._classes.cache_clear()


def describe_all(records: Iterable[Record]) -> list[Description]:
    return merge(chain.from_iterable(map(describe_record, records)))


def write_as(
    describe: Callable[[Iterable[Record]], list[Description]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let shards be described otherwise, without stencils."""

    def write_shard(pen: Pen, records: Iterable[Record]) -> Text:
        texts: list[bytes] = []
        triple_count = pen._write(describe(records), texts)
        return Text(b"".join(texts), triple_count)

    monkeypatch.setattr(Pen, "write_shard", write_shard)


def build_and_validate(pages: Path, path: Path, engine: str = "auto") -> Report:
    validator = BuildValidator(engine=engine)
    build(pages, path, inspector=validator)
    return validator.report(str(path))


@pytest.mark.usefixtures("several_jobs", "changed_mapping")
@pytest.mark.parametrize(
    ("engine", "name"),
    [("auto", "a.nq.gz"), ("shacl", "a.ttl"), ("shacl-rust", "a.ttl"), ("pyshacl", "a.ttl")],
)
def test_a_build_finds_what_is_found_in_its_file(
    engine: str, name: str, pages: Path, tmp_path: Path
) -> None:
    found = build_and_validate(pages, tmp_path / name, engine)
    expected = validate([tmp_path / name], engine=engine)
    assert len(expected.results) > 100
    assert found.results == expected.results
    assert (found.subjects, found.engine, found.checked_by) == (
        expected.subjects,
        expected.engine,
        expected.checked_by,
    )
    assert found.disagreed == 0


@pytest.mark.usefixtures("several_jobs")
def test_what_other_jobs_describe_is_looked_up_at_the_end(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mention of a gene that is none of its own page's, and of another paper's figure."""
    build(pages, tmp_path / "a.nt")
    lines = (tmp_path / "a.nt").read_text().splitlines()
    genes = {line.split()[0] for line in lines if line.startswith("<https://identifiers.org/ncbi")}
    figures = {line.split()[0] for line in lines if line.endswith("doco/Figure> .")}

    def describe_strangely(records: Iterable[Record]) -> list[Description]:
        swapped = dict(zip(sorted(genes), sorted(genes, reverse=True), strict=True))
        swapped |= dict(zip(sorted(figures), sorted(figures, reverse=True), strict=True))
        return [
            (subject, [(p, swapped.get(value, value)) for p, value in pairs])
            for subject, pairs in describe_all(records)
        ]

    write_as(describe_strangely, monkeypatch)
    report = build_and_validate(pages, tmp_path / "b.nt")
    assert (tmp_path / "b.nt").read_text() != (tmp_path / "a.nt").read_text()
    assert report.results == []


def test_processes_build_and_find_the_same(pages: Path, tmp_path: Path) -> None:
    for file in pages.glob("*/*"):
        copy = tmp_path / "pages" / file.relative_to(pages)
        copy.parent.mkdir(exist_ok=True, parents=True)
        text = file.read_text("utf-8")
        copy.write_text(text.replace("figtitle: ", "figtitle: ''\nformer: ", 1), "utf-8")
    build(tmp_path / "pages", tmp_path / "alone.ttl")
    validator = BuildValidator()
    target = tmp_path / "a.ttl"
    build(tmp_path / "pages", target, engine=run_local(2), inspector=validator)
    assert target.read_bytes() == (tmp_path / "alone.ttl").read_bytes()
    report = validator.report(str(target))
    assert {result.shape for result in report.results} == {f"<{SHAPE}Figure-titled>"}
    assert report.results == validate([target]).results


def test_a_page_and_a_dump_that_disagree_conform(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    about = {"title": "Another title", "figureUrl": "https://e/f2.jpg", "pmc": "PMC1"}
    dump = tmp_path / "dump_all.ndjson"
    dump.write_text(json.dumps({"_id": "PMC1__f1", "associatedWith": about}))
    validator = BuildValidator()
    build([make_page(), dump], tmp_path / "a.ttl", inspector=validator)
    report = validator.report(str(tmp_path / "a.ttl"))
    assert report.conforms
    assert [(result.shape, result.message) for result in report.results] == [
        (f"<{SHAPE}Figure-{name}Once>", f"A figure has one {what}: its page and a dump disagree.")
        for name, what in (
            ("depiction", "picture"),
            ("fileName", "picture file"),
            ("title", "title"),
        )
    ]


def test_a_cache_keeps_nothing_to_look_at(pages: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="of what a cache keeps there is nothing to look at"):
        build(pages, tmp_path / "a.ttl", cache=tmp_path / "cache", inspector=BuildValidator())


# Descriptions


def test_descriptions_are_validated_with_what_is_known(pages: Path) -> None:
    for record in iter_records(pages):
        local = describe_record(record)
        shared = merge(d for key in shared_keys(record) for d in describe_shared(key))
        assert validate_descriptions(local, SHAPES, classes_of(shared)) == []
        assert validate_descriptions(shared, SHAPES, {}) == []
        assert validate_descriptions(local, SHAPES) == []
        missing = validate_descriptions(local, SHAPES, {})
        assert {result.shape for result in missing} <= {
            f"<{SHAPE}{name}>"
            for name in (
                "Figure-geneAllDescribed",
                "Figure-mentionsDescribed",
                "Mention-bodyDescribed",
                "Mention-matchDescribed",
                "OrganismFound-taxon",
                "Paper-journal",
            )
        }
        assert missing


def test_a_shard_alone_finds_what_it_can(pages: Path) -> None:
    local = [
        (subject, [pair for pair in pairs if pair[0] != expand("dcterms:title")])
        for record in iter_records(pages)
        for subject, pairs in describe_record(record)
    ]
    shapes = {result.shape for result in validate_descriptions(local, SHAPES)}
    assert shapes == {f"<{SHAPE}Figure-titled>", f"<{SHAPE}Paper-titleOnce>"}
    changed = [(s, [*pairs, (iri("urn:p"), '"x"')]) for s, pairs in local]
    found = validate_descriptions(changed, SHAPES)
    closed = {result.focus_node for result in found if "Closed" in result.component}
    assert closed == {subject for subject, _ in local}
    assert len(within_shard(SHAPES)) < len(SHAPES)
