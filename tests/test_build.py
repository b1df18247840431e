"""Builds: the same bytes whatever the circumstances, the identity law, whole or not at all."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from conftest import PAGE, difference, dump_page
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import page_fields

from kg.build import build, iter_records, iter_triples, read_record, to_graph
from kg.errors import DataError, Problem, StrictError, UsageError, WriteError
from kg.read import find_pages
from kg.write import FORMATS

MakePage = Callable[..., Path]
COPIES_COUNT = 13


def lines_of(sources: Iterable[Path], folder: Path) -> list[str]:
    """Build N-Triples of some sources and return the lines."""
    path = folder / "built.nt"
    build(list(sources), path, workers=1)
    return path.read_text("utf-8").split("\n")[:-1]  # a line separator is no line end


@pytest.fixture(scope="session")
def many_pages(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the pages of the repository to many papers: enough for worker processes."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "_figures").mkdir()
    (folder / "_data").mkdir()
    for path in sorted([*pages.glob("_figures/*.md"), *pages.glob("_data/*-*.tsv")]):
        pmcid, _, rest = path.name.partition("__")
        for copy in range(COPIES_COUNT):
            text = path.read_text("utf-8").replace(pmcid, f"{pmcid}{copy}")
            (folder / path.parent.name / f"{pmcid}{copy}__{rest}").write_text(text, "utf-8")
    return folder


# The same bytes


@pytest.fixture(scope="session")
def many_bytes(many_pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the many pages in one process; return the outputs by name."""
    folder = tmp_path_factory.mktemp("bytes")
    names = ("a.ttl", "a.nt.gz")
    summary = build(many_pages, [folder / name for name in names], workers=1)
    assert summary.tally.pages == summary.tally.figures == 12 * COPIES_COUNT
    return {name: (folder / name).read_bytes() for name in names}


@pytest.fixture(scope="session")
def pages_bytes(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the pages of the repository to every format; return the outputs by name."""
    folder = tmp_path_factory.mktemp("pages")
    names = [f"a{form.extension}" for form in FORMATS.values()]
    build(pages, [folder / name for name in names])
    return {name: (folder / name).read_bytes() for name in names}


@pytest.mark.parametrize("workers", [2, 3])
def test_same_bytes_with_any_number_of_workers(
    many_pages: Path, many_bytes: dict[str, bytes], tmp_path: Path, workers: int
) -> None:
    told: list[tuple[int, int]] = []
    build(
        many_pages,
        [tmp_path / name for name in many_bytes],
        workers=workers,
        progress=lambda done, total: told.append((done, total)),
    )
    for name, content in many_bytes.items():
        assert (tmp_path / name).read_bytes() == content
    assert told[-1] == (156, 156)
    assert told == sorted(told)


@pytest.mark.parametrize(
    "circumstances",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=lambda found: found["LC_ALL"],
)
def test_same_bytes_in_any_environment(
    pages: Path, pages_bytes: dict[str, bytes], tmp_path: Path, circumstances: dict[str, str]
) -> None:
    options = [part for name in pages_bytes for part in ("-o", str(tmp_path / name))]
    subprocess.run(
        [sys.executable, "-m", "kg", "build", str(pages), *options],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), **circumstances},
        check=True,
        capture_output=True,
    )
    for name, content in pages_bytes.items():
        assert (tmp_path / name).read_bytes() == content


def test_same_bytes_in_any_order_of_files(
    pages: Path, pages_bytes: dict[str, bytes], tmp_path: Path
) -> None:
    names = sorted(pages.glob("_figures/*.md"))
    for seed in range(3):
        random.Random(seed).shuffle(names)  # noqa: S311 - any order will do
        build(names, tmp_path / "b.ttl")
        assert (tmp_path / "b.ttl").read_bytes() == pages_bytes["a.ttl"]


def test_same_bytes_from_any_listing(
    pages: Path, pages_bytes: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = os.walk

    def turned(*args: Any, **options: Any) -> Iterator[Any]:
        for folder, folders, files in walk(*args, **options):
            yield folder, folders, sorted(files, reverse=True)

    monkeypatch.setattr(os, "walk", turned)
    build(pages, tmp_path / "b.ttl")
    assert (tmp_path / "b.ttl").read_bytes() == pages_bytes["a.ttl"]


def test_same_bytes_from_any_form_of_source(
    pages: Path, pages_bytes: dict[str, bytes], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as packed:
        for path in sorted(pages.rglob("*.*"), reverse=True):
            packed.write(path, path.relative_to(pages))
    with tarfile.open(tmp_path / "p.tar.gz", "w:gz") as tar:
        tar.add(pages, "pfocr")
    for source in (tmp_path / "p.zip", tmp_path / "p.tar.gz", sorted(pages.glob("_figures/*"))):
        build(source, tmp_path / "b.ttl")
        assert (tmp_path / "b.ttl").read_bytes() == pages_bytes["a.ttl"]


def test_same_bytes_whatever_the_files_are_called(
    pages: Path, pages_bytes: dict[str, bytes], tmp_path: Path
) -> None:
    folder = shutil.copytree(pages, tmp_path / "named")
    names = sorted((folder / "_figures").iterdir())
    turned = [path.rename(path.with_suffix(".moved")) for path in names]
    for number, (path, name) in enumerate(zip(turned, reversed(names), strict=True)):
        path.rename(name if number % 2 else name.with_name(f"page {number}.md"))
    build(folder, tmp_path / "b.ttl")
    assert (tmp_path / "b.ttl").read_bytes() == pages_bytes["a.ttl"]


@pytest.mark.parametrize("name", [b"PMC1__f\xff1.md", b"\xff.md", "PMC1__f é 1.md".encode()])
def test_same_bytes_from_files_named_in_any_bytes(
    make_page: MakePage, tmp_path: Path, name: bytes
) -> None:
    folder = make_page()
    build(folder, tmp_path / "a.ttl")
    figures = os.fsencode(folder / "_figures")
    os.rename(figures + b"/PMC1__f1.md", figures + b"/" + name)
    build(folder, tmp_path / "b.ttl")
    assert (tmp_path / "b.ttl").read_bytes() == (tmp_path / "a.ttl").read_bytes()


def test_same_bytes_from_any_place(
    pages: Path, pages_bytes: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pages.parent)
    build("pages", tmp_path / "b.ttl")
    monkeypatch.chdir(pages)
    build([".", "./_figures/PMC10031380__sc1.md"], tmp_path / "c.ttl")
    assert (tmp_path / "b.ttl").read_bytes() == pages_bytes["a.ttl"]
    assert (tmp_path / "c.ttl").read_bytes() == pages_bytes["a.ttl"]


# The identity law


def test_graph_of_a_union_is_the_union_of_graphs(pages: Path, tmp_path: Path) -> None:
    names = sorted(pages.glob("_figures/*.md"))
    every = lines_of([pages], tmp_path)
    for seed in range(4):
        random.Random(seed).shuffle(names)  # noqa: S311 - any parting will do
        parts = [lines_of(part, tmp_path) for part in (names[:4], names[3:9], names[9:])]
        assert difference(every, set().union(*parts)) == ""


def test_graph_is_what_its_records_map_to(pages: Path, tmp_path: Path) -> None:
    alone = {" ".join([*triple, "."]) for triple in iter_triples(pages)}
    assert difference(lines_of([pages], tmp_path), alone) == ""


@settings(max_examples=25)
@given(st.lists(page_fields(), min_size=2, max_size=5), st.integers(0, 5))
def test_identity_law_on_generated_pages(
    tmp_path_factory: pytest.TempPathFactory, fields: list[dict[str, Any]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("law")
    names = []
    for number, found in enumerate(fields):
        names.append(folder / f"page {number}.md")
        names[-1].write_text(dump_page(found), "utf-8", newline="")
    every = lines_of(names, folder)
    assert len(set(every)) == len(every)
    parts = [lines_of(part, folder) for part in (names[:cut], names[cut:]) if part]
    assert difference(every, set().union(*parts)) == ""
    assert sorted(lines_of(names[::-1], folder)) == sorted(every)


def test_page_that_comes_twice_changes_nothing(pages: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(pages, tmp_path / "copy")
    build([pages], tmp_path / "a.ttl")
    build([pages, copy], tmp_path / "b.ttl")
    assert (tmp_path / "b.ttl").read_bytes() == (tmp_path / "a.ttl").read_bytes()


def test_two_pages_of_a_figure_are_merged(make_page: MakePage, tmp_path: Path) -> None:
    one = make_page(folder="one", caption="one")
    other = make_page("PMC7__f7", folder="other", caption="other", genes=[])
    parts = [*lines_of([one], tmp_path), *lines_of([other], tmp_path)]
    every = lines_of([one, other], tmp_path)
    assert difference(parts, every) == ""
    assert len(every) == len(set(every))


# What is counted and told


@pytest.mark.parametrize("name", [f"a{form.extension}" for form in FORMATS.values()] + ["a.nt.gz"])
def test_summary_counts_what_is_written(pages: Path, tmp_path: Path, name: str) -> None:
    summary = build(pages, tmp_path / name)
    assert summary.tally.pages == summary.tally.figures == 12
    assert summary.tally.rows == sum(
        rows.total()
        for record in iter_records(pages)
        for rows in (record.genes, record.chemicals, record.diseases)
    )
    assert not summary.lost
    content = (tmp_path / name).read_bytes()
    content = gzip.decompress(content) if name.endswith(".gz") else content
    form = pyoxigraph.RdfFormat.from_extension(name.split(".")[1])
    quads = list(pyoxigraph.parse(content, form))
    assert len(quads) == len(set(quads)) == summary.tally.triples


def test_several_outputs_hold_the_same_graph(pages: Path, tmp_path: Path) -> None:
    names = ("a.ttl", "b.ttl", "a.nt", "c.ttl.gz")
    build(pages, [tmp_path / name for name in names])
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()
    assert (
        gzip.decompress((tmp_path / "c.ttl.gz").read_bytes()) == (tmp_path / "a.ttl").read_bytes()
    )
    assert sorted(os.listdir(tmp_path)) == sorted(names)


def test_problems_come_in_the_order_of_ids(many_pages: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(many_pages, tmp_path / "p")
    broken = sorted(folder.glob("_figures/*.md"))[::5]
    for path in broken:
        path.write_text("no page")
    orders = []
    for workers in (1, 2):
        summary = build(folder, tmp_path / "a.ttl", workers=workers)
        orders.append([problem.file for problem in summary.lost])
        assert summary.tally.pages == 156
        assert summary.tally.figures == 156 - len(broken)
    assert orders[0] == orders[1] == [str(path) for path in broken]


def test_build_without_any_good_page_is_an_empty_graph(make_page: MakePage, tmp_path: Path) -> None:
    folder = make_page("a", text="no page")
    names = [f"a{form.extension}{end}" for form in FORMATS.values() for end in ("", ".gz")]
    summary = build(folder, [tmp_path / name for name in names])
    assert [problem.lost for problem in summary.problems] == ["page"]
    assert summary.tally.triples == 0
    for name in names:
        content = (tmp_path / name).read_bytes()
        content = gzip.decompress(content) if name.endswith(".gz") else content
        form = pyoxigraph.RdfFormat.from_extension(name.split(".")[1])
        assert list(pyoxigraph.parse(content, form)) == []


# Whole or not at all


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "out" / "a.ttl"
    path.parent.mkdir()
    path.write_text("old")
    return path


def is_untouched(old: Path) -> bool:
    return os.listdir(old.parent) == [old.name] and old.read_text() == "old"


def test_strict_build_writes_nothing(make_page: MakePage, old: Path) -> None:
    folder = make_page(year="x")
    with pytest.raises(StrictError) as caught:
        build(folder, [old, old.with_suffix(".nt")], strict=True)
    assert str(caught.value) == (
        "the build is strict and met 1 problem; nothing was written\n"
        "hint: mend them, or build without --strict"
    )
    assert [problem.field for problem in caught.value.problems] == ["year"]
    assert is_untouched(old)


def test_strict_build_of_good_pages(pages: Path, old: Path) -> None:
    build(pages, old, strict=True)
    assert old.read_text().startswith("@prefix")


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ZeroDivisionError])
def test_failure_in_mid_build_leaves_nothing(
    pages: Path, old: Path, error: type[BaseException]
) -> None:
    def fail(*_: int) -> None:
        assert len(os.listdir(old.parent)) == 3
        raise error

    with pytest.raises(error):
        build(pages, [old, old.with_suffix(".nt.gz")], progress=fail)
    assert is_untouched(old)


def test_a_control_character_is_replaced_in_xml_and_kept_elsewhere(
    make_page: MakePage, tmp_path: Path
) -> None:
    build(make_page(caption="\x1f"), [tmp_path / "out.ttl", tmp_path / "out.rdf"])
    assert '"\\u001F"' in (tmp_path / "out.ttl").read_text(encoding="utf-8")
    assert ">\ufffd<" in (tmp_path / "out.rdf").read_text(encoding="utf-8")


def test_interrupted_workers_leave_nothing(many_pages: Path, old: Path) -> None:
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(many_pages, old, workers=2, progress=stop)
    assert is_untouched(old)
    assert not [child for child in active_children() if child.is_alive()]


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere/a.ttl", "No such file or directory"), ("a.ttl/b.ttl", "Not a directory")],
)
def test_output_that_cannot_be_written(pages: Path, old: Path, name: str, said: str) -> None:
    path = old.parent / name
    with pytest.raises(WriteError) as caught:
        build(pages, [old, path])
    assert str(caught.value) == f"{path}: can't be written: {said}"
    assert is_untouched(old)


# For Python users


def test_one_source_or_several(pages: Path) -> None:
    path = pages / "_figures" / "PMC100003__mb2410470011.md"
    for source in (path, str(path), [path], (str(path),), iter([path])):
        (record,) = iter_records(source)
        assert record == read_record(path)
    assert len(to_graph(path)) == len(set(iter_triples(read_record(path))))


def test_record_of_a_page_that_has_problems(make_page: MakePage) -> None:
    page = make_page(year="x") / "_figures" / "PMC1__f1.md"
    with pytest.raises(DataError) as caught:
        read_record(page)
    assert str(caught.value) == (
        f"{page}:{PAGE_LINES['year']}: year: 'x' is not a year\nhint: for example 2001"
    )


PAGE_LINES = {key: 2 + list(PAGE).index(key) for key in PAGE if key < "genes"} | {"year": 11}


def test_record_of_a_page_that_cannot_be_read(make_page: MakePage) -> None:
    page = make_page(text="no page") / "_figures" / "PMC1__f1.md"
    with pytest.raises(DataError) as caught:
        read_record(page)
    assert str(caught.value).startswith(f"{page}:1: 'no page' the page does not begin with")


def test_record_of_several_pages(pages: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_record(pages)
    assert str(caught.value) == f"{pages}: is not one page"


def test_source_that_does_not_exist_stops_the_build(old: Path) -> None:
    with pytest.raises(UsageError):
        build("nowhere", old)
    assert is_untouched(old)


# All pages


@pytest.mark.slow
def test_all_pages_are_used_without_loss(all_pages: list[Path], tmp_path: Path) -> None:
    problems: list[Problem] = []
    pages, _ = find_pages(all_pages)
    records = list(iter_records(all_pages, problems))
    assert len(records) == len(pages) == 564
    assert not [problem for problem in problems if not problem.is_warning]
    summary = build(all_pages, tmp_path / "a.nt", workers=2, strict=True)
    lines = (tmp_path / "a.nt").read_text("utf-8").split("\n")[:-1]
    assert len(lines) == len(set(lines)) == summary.tally.triples
    assert summary.tally.figures == 564
