"""`kg build`: output, messages, exit codes; and no traceback, whatever the pages hold."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ABSENT, PAGE, Run, dump_page

from kg.build import build as build_graph

pytestmark = pytest.mark.usefixtures("in_folder")

MakePage = Callable[..., Path]
RunKg = Callable[..., Run]
FUZZED_COUNT = 400


# What it does


def test_good_pages(run_kg: RunKg, pages: Path) -> None:
    run = run_kg("build", pages, "-o", "a.ttl")
    assert run.code == 0
    assert run.stdout == ""
    last = run.stderr.splitlines()[-1]
    assert "12 pages, 12 figures, " in run.stderr
    assert "lost" not in last
    assert Path("a.ttl").read_text("utf-8").startswith("@prefix")


def test_to_stdout(run_kg: RunKg, pages: Path) -> None:
    run_kg("build", pages, "-o", "a.nt")
    run = run_kg("build", pages, "-o", "-", "--format", "ntriples")
    assert run.code == 0
    assert run.stdout_bytes == Path("a.nt").read_bytes()
    assert sorted(os.listdir()) == ["a.nt"]


def test_several_outputs(run_kg: RunKg, pages: Path) -> None:
    run = run_kg("build", pages, "-o", "a.ttl", "-o", "a.ttl.gz", "-o", "-", "--format", "turtle")
    assert run.code == 0
    content = Path("a.ttl").read_bytes()
    assert gzip.decompress(Path("a.ttl.gz").read_bytes()) == content == run.stdout_bytes


def test_named_graph(run_kg: RunKg, pages: Path) -> None:
    graph = "https://example.org/g"
    run = run_kg("build", pages, "-o", "a.nq", "-o", "a.nt", "--graph", graph)
    assert run.code == 0
    quads = Path("a.nq").read_text("utf-8").split("\n")[:-1]
    triples = Path("a.nt").read_text("utf-8").split("\n")[:-1]
    assert quads == [f"{line.removesuffix(' .')} <{graph}> ." for line in triples]


def test_problems_are_told_and_reported(run_kg: RunKg, make_page: MakePage) -> None:
    make_page("PMC3__f1", figid="PMC3__f1", pmcid=ABSENT)
    make_page("PMC4__f1", text="no page")
    make_page(year="2O01", genes=[{**PAGE["genes"][0], "entrez": "x"}, *PAGE["genes"]])
    run = run_kg("build", "pages", "-o", "a.nt", "--problems", "problems.jsonl")
    assert run.code == 1
    assert run.stdout == ""
    messages = [
        "pages/_figures/PMC1__f1.md:11: year: '2O01' is not a year\nhint: for example 2001",
        "pages/_figures/PMC1__f1.md:22: genes[0].entrez: 'x' is not an NCBI Gene identifier\n"
        "hint: digits only, for example 7409",
        "pages/_figures/PMC3__f1.md: the page has no pmcid\n"
        "hint: add it, for example pmcid: PMC100003",
        "pages/_figures/PMC4__f1.md:1: 'no page' the page does not begin with front matter\n"
        "hint: the first line must be exactly ---",
    ]
    assert run.stderr.startswith("\n".join(messages) + "\n")
    assert "3 pages, 1 figure, 2 rows, " in run.stderr
    assert run.stderr.endswith("1 field lost, 1 row lost, 2 pages lost\n")
    report = [json.loads(line) for line in Path("problems.jsonl").read_text("utf-8").splitlines()]
    assert report == [
        {
            "severity": "error",
            "message": "is not a year",
            "hint": "for example 2001",
            "file": "pages/_figures/PMC1__f1.md",
            "line": 11,
            "field": "year",
            "value": "2O01",
            "lost": "field",
        },
        {
            "severity": "error",
            "message": "is not an NCBI Gene identifier",
            "hint": "digits only, for example 7409",
            "file": "pages/_figures/PMC1__f1.md",
            "line": 22,
            "field": "genes[0].entrez",
            "value": "x",
            "lost": "row",
        },
        {
            "severity": "error",
            "message": "the page has no pmcid",
            "hint": "add it, for example pmcid: PMC100003",
            "file": "pages/_figures/PMC3__f1.md",
            "line": None,
            "field": None,
            "value": None,
            "lost": "page",
        },
        {
            "severity": "error",
            "message": "the page does not begin with front matter",
            "hint": "the first line must be exactly ---",
            "file": "pages/_figures/PMC4__f1.md",
            "line": 1,
            "field": None,
            "value": "no page",
            "lost": "page",
        },
    ]
    assert "PMC1__f1" in Path("a.nt").read_text("utf-8")


def test_faults_of_several_cells_cost_one_row(run_kg: RunKg, make_page: MakePage) -> None:
    bad = {"word": "", "symbol": "", "source": "", "entrez": ""}
    make_page("PMC2__f2", figid=ABSENT, pmcid=ABSENT)
    make_page("PMC3__f3", tables={"genes": "x\n"}, figid="PMC3__f3", pmcid="PMC3")
    make_page(genes=[bad, bad], year="x", doi="x")
    run = run_kg("build", "pages", "-o", "a.nt")
    assert run.stderr.endswith("\n2 fields lost, 2 rows lost, 1 table lost, 1 page lost\n")


def test_only_the_first_of_many_problems_are_shown(run_kg: RunKg, make_page: MakePage) -> None:
    bad = {**PAGE["genes"][0], "entrez": "x"}
    make_page(genes=[bad] * 50)
    run = run_kg("build", "pages", "-o", "a.nt")
    assert run.code == 1
    assert run.stderr.count("genes[") == 20
    assert "… and 30 more problems: write them all with --problems FILE\n" in run.stderr
    assert "50 rows lost" in run.stderr
    run = run_kg("build", "pages", "-o", "a.nt", "--problems", "p.jsonl")
    assert "… and 30 more problems: see p.jsonl\n" in run.stderr
    assert len(Path("p.jsonl").read_text("utf-8").splitlines()) == 50


def test_report_of_good_pages_is_empty(run_kg: RunKg, make_page: MakePage) -> None:
    make_page()
    assert run_kg("build", "pages", "-o", "a.nt", "--problems", "p.jsonl").code == 0
    assert Path("p.jsonl").read_bytes() == b""


@pytest.mark.parametrize("before", [None, b"old"])
def test_strict(run_kg: RunKg, make_page: MakePage, before: bytes | None) -> None:
    make_page(year="x")
    if before is not None:
        Path("a.ttl").write_bytes(before)
    run = run_kg("build", "pages", "-o", "a.ttl", "--strict", "--problems", "p.jsonl")
    assert run.code == 3
    assert run.stderr == (
        "pages/_figures/PMC1__f1.md:11: year: 'x' is not a year\n"
        "hint: for example 2001\n"
        "error: the build is strict and met 1 problem; nothing was written\n"
        "hint: mend them, or build without --strict\n"
    )
    assert len(Path("p.jsonl").read_text().splitlines()) == 1
    assert (Path("a.ttl").read_bytes() if Path("a.ttl").exists() else None) == before
    assert set(os.listdir()) <= {"pages", "p.jsonl", "a.ttl"}


def test_strict_build_of_good_pages(run_kg: RunKg, pages: Path) -> None:
    assert run_kg("build", pages, "-o", "a.ttl", "--strict").code == 0


# Usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pages"], "error: a build has an output\nhint: add -o FILE or --store DIR\n"),
        (
            ["nowhere", "-o", "a.ttl"],
            "error: 'nowhere' does not exist\n",
        ),
        (
            ["empty", "-o", "a.ttl"],
            "error: there are no pages in 'empty'\n"
            "hint: give a folder with _figures/, a folder of .md files, single pages, a dump\n",
        ),
        (
            ["pages", "-o", "a.txt"],
            "error: the format of 'a.txt' can't be told from its name\n"
            "hint: add --format turtle|ntriples|nquads|trig|jsonld|rdfxml, "
            "or use .ttl, .nt, .nq, .trig, .jsonld, .rdf (and .gz)\n",
        ),
        (
            ["pages", "-o", "-"],
            "error: the format of '-' can't be told from its name\n"
            "hint: add --format turtle|ntriples|nquads|trig|jsonld|rdfxml, "
            "or use .ttl, .nt, .nq, .trig, .jsonld, .rdf (and .gz)\n",
        ),
        (
            ["pages", "-o", "-", "--format", "n3"],
            "error: 'n3' is not a format\n"
            "hint: known: turtle, ntriples, nquads, trig, jsonld, rdfxml\n",
        ),
        (
            ["pages", "-o", "a.nt", "--graph", "https://example.org/g"],
            "error: none of the outputs can name a graph\nhint: write .nq, .trig or .jsonld\n",
        ),
        (
            ["pages", "-o", "a.nq", "--graph", "my graph"],
            "error: 'my graph' is not an IRI\nhint: for example https://example.org/pfocr\n",
        ),
        (
            ["pages", "-o", "a.nq", "--graph", "g"],
            "error: 'g' is not an IRI\nhint: for example https://example.org/pfocr\n",
        ),
        (
            ["pages", "-o", "a.nq", "--graph", "https://example.org/50%"],
            "error: 'https://example.org/50%' is not an IRI\n"
            "hint: for example https://example.org/pfocr\n",
        ),
    ],
)
def test_wrong_use(run_kg: RunKg, make_page: MakePage, arguments: list[str], message: str) -> None:
    make_page()
    Path("empty").mkdir()
    run = run_kg("build", *arguments)
    assert (run.code, run.stdout, run.stderr) == (2, "", message)
    assert sorted(os.listdir()) == ["empty", "pages"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-o", "a.ttl"],
        ["pages", "-o"],
        ["pages", "-o", "a.ttl", "--workers", "0"],
        ["pages", "-o", "a.ttl", "--workers", "two"],
        ["pages", "-o", "a.ttl", "--nonsense"],
    ],
)
def test_wrong_options(run_kg: RunKg, make_page: MakePage, arguments: list[str]) -> None:
    make_page()
    run = run_kg("build", *arguments)
    assert run.code == 2
    assert run.stdout == ""
    assert "Error: " in run.stderr
    assert os.listdir() == ["pages"]


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("nowhere/a.ttl", "No such file or directory"),
        ("folder.ttl", "Is a directory"),
        ("file/a.ttl", "Not a directory"),
        ("/proc/a.ttl", "No such file or directory"),
    ],
)
def test_output_that_cannot_be_written(
    run_kg: RunKg, make_page: MakePage, output: str, said: str
) -> None:
    make_page()
    Path("folder.ttl").mkdir()
    Path("file").write_text("")
    Path("old.ttl").write_text("old")
    run = run_kg("build", "pages", "-o", "old.ttl", "-o", output)
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr == f"error: {output}: can't be written: {said}\n"
    assert Path("old.ttl").read_text() == "old"
    assert sorted(os.listdir()) == ["file", "folder.ttl", "old.ttl", "pages"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(run_kg: RunKg, make_page: MakePage) -> None:
    make_page()
    Path("closed").mkdir(mode=0o500)
    run = run_kg("build", "pages", "-o", "closed/a.ttl")
    assert run.code == 3
    assert run.stderr == "error: closed/a.ttl: can't be written: Permission denied\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_page_that_may_not_be_read(run_kg: RunKg, make_page: MakePage) -> None:
    make_page()
    make_page("PMC2__f1", text="closed")
    os.chmod("pages/_figures/PMC2__f1.md", 0)
    run = run_kg("build", "pages", "-o", "a.ttl")
    assert run.code == 1
    assert "pages/_figures/PMC2__f1.md: can't be read: Permission denied\n" in run.stderr


def test_report_that_cannot_be_written(run_kg: RunKg, make_page: MakePage) -> None:
    make_page()
    run = run_kg("build", "pages", "-o", "a.ttl", "--problems", "nowhere/p.jsonl")
    assert run.code == 3
    assert run.stderr.endswith(
        "error: nowhere/p.jsonl: can't be written: No such file or directory\n"
    )


def test_help(run_kg: RunKg) -> None:
    for arguments in (["--help"], ["build", "--help"], ["build", "-h"]):
        run = run_kg(*arguments)
        assert run.code == 0
        assert run.stdout.startswith("Usage: ")
        assert run.stderr == ""
    assert "..." not in run_kg("--help").stdout.partition("Commands:")[2]  # nothing is cut off


def test_version(run_kg: RunKg) -> None:
    from importlib.metadata import version

    run = run_kg("--version")
    assert run.code == 0
    assert version("pfocr-kg") in run.stdout


def test_unknown_command(run_kg: RunKg) -> None:
    run = run_kg("bulid")
    assert run.code == 2
    assert "No such command 'bulid'" in run.stderr


def test_interrupt(run_kg: RunKg, make_page: MakePage, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    make_page()
    monkeypatch.setattr("kg.cli.build.build_graph", interrupt)
    run = run_kg("build", "pages", "-o", "a.ttl")
    assert (run.code, run.stdout) == (130, "")
    assert run.stderr.strip() == "interrupted; nothing was written"


def start(*arguments: str) -> subprocess.Popen[bytes]:
    # tests run in the background may have been started with Ctrl-C ignored
    return subprocess.Popen(
        ["env", "--default-signal=INT,HUP", sys.executable, "-m", "kg", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )


def test_reader_of_stdout_that_has_enough(pages: Path) -> None:
    process = start("build", str(pages), "-o", "-", "--format", "ntriples")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_a_process_that_is_told_to_end_leaves_nothing(
    pages: Path, number: signal.Signals, code: int
) -> None:
    Path("a.ttl").write_text("old")
    sources = [str(pages)]
    for copy in range(250):
        folder = Path("many") / str(copy)
        folder.mkdir(parents=True)
        for page in pages.glob("_figures/*.md"):
            pmcid = page.name.partition("__")[0]
            text = page.read_text("utf-8").replace(pmcid, f"{pmcid}{copy}")
            (folder / page.name.replace(pmcid, f"{pmcid}{copy}")).write_text(text, "utf-8")
        sources.append(str(folder))
    process = start("build", *sources, "-o", "a.ttl", "--workers", "2")
    deadline_s = time.monotonic() + 30
    while len(os.listdir()) < 3 and time.monotonic() < deadline_s and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.2)  # amid the work: between making a file and knowing it, nothing can remove it
    process.send_signal(number)
    _, stderr = process.communicate(timeout=30)
    told = stderr.decode().strip()
    assert (process.returncode, told) == (code, "interrupted; nothing was written")
    assert Path("a.ttl").read_text() == "old"
    assert sorted(os.listdir()) == ["a.ttl", "many"]


# No traceback


def check_outcome(run: Run, output: Path) -> None:
    assert run.code in (0, 1)
    assert output.exists()
    assert (run.code == 1) == (" lost\n" in run.stderr)


@pytest.mark.slow
def test_mutated_pages_are_no_traceback(run_kg: RunKg, pages: Path) -> None:
    rng = random.Random(3)  # noqa: S311 - the same pages every time
    contents = [path.read_bytes() for path in sorted(pages.glob("_figures/*.md"))]
    Path("p/_figures").mkdir(parents=True)
    for number in range(FUZZED_COUNT):
        content = mutate_bytes(rng.choice(contents), rng)
        Path(f"p/_figures/PMC{number + 1}__f1.md").write_bytes(content)
    run = run_kg("build", "p", "-o", "a.nt", "--problems", "p.jsonl", "--workers", "1")
    check_outcome(run, Path("a.nt"))
    assert f"{FUZZED_COUNT} pages, " in run.stderr
    lost = [json.loads(line)["lost"] for line in Path("p.jsonl").read_text("utf-8").splitlines()]
    assert {"page", "row", "field"} <= set(lost)


@pytest.mark.slow
def test_mutated_tables_are_no_traceback(run_kg: RunKg, pages: Path) -> None:
    rng = random.Random(4)  # noqa: S311 - the same tables every time
    tables = sorted(pages.glob("_data/*-*.tsv"))
    sources = []
    for number in range(FUZZED_COUNT // 8):
        table = rng.choice(tables)
        figid = table.stem.rpartition("-")[0]
        for kind, name in (("_figures", f"{figid}.md"), ("_data", table.name)):
            path = Path(f"{number}/{kind}/{name}")
            path.parent.mkdir(parents=True)
            content = (pages / kind / name).read_bytes()
            path.write_bytes(mutate_bytes(content, rng) if kind == "_data" else content)
        Path(f"{number}/_data/wpid_map.tsv").write_text(f"{figid}\tWP{number}\nx\n")
        sources.append(str(number))
    run = run_kg("build", *sources, "-o", "a.nt", "--problems", "p.jsonl")
    check_outcome(run, Path("a.nt"))
    lost = [json.loads(line)["lost"] for line in Path("p.jsonl").read_text("utf-8").splitlines()]
    assert {"table", "row"} <= set(lost)


def mutate_bytes(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(content) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            content = content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at] + content[at + rng.randint(1, 30) :]
        elif kind == 2:
            content = (
                content[:at]
                + rng.choice([b"\n", b": ", b"- ", b"'", b'"', b"[", b"{", b"\t"])
                + content[at:]
            )
        elif kind == 3:
            line = content.find(b"\n", at) + 1
            content = (
                content[:line]
                + rng.choice([b"- x\n", b"  x: y\n", b"---\n", b"genes: x\n"])
                + content[line:]
            )
        elif rng.random() < 0.2:
            content = content[:at]
    return content


NESTED = [[], {}, ["x"], [["x"]], {"x": "y"}, {"x": ["y"]}, [{"x": {"y": []}}], [""], [[]], [{}]]


@pytest.mark.slow
def test_nested_structures_in_any_field_are_no_traceback(run_kg: RunKg) -> None:
    Path("p/_figures").mkdir(parents=True)
    keys = [*PAGE, "wpid", "doi", "keywords", "organisms_ner", "journal_title", "automl_pathway"]
    number = 0
    for key in keys:
        for value in NESTED:
            for content in ({**PAGE, key: value}, {**PAGE, key: [value, value]}):
                number += 1
                Path(f"p/_figures/{number}.md").write_text(dump_page(content), "utf-8")
    for cell in (
        "word",
        "symbol",
        "source",
        "hgnc_symbol",
        "entrez",
        "identifier",
        "type",
        "value",
    ):
        for value in NESTED:
            number += 1
            lists = {
                kind: [{**PAGE["genes"][0], **PAGE["chemicals"][0], cell: value}]
                for kind in ("genes", "chemicals", "diseases", "annotations")
            }
            Path(f"p/_figures/{number}.md").write_text(dump_page({**PAGE, **lists}), "utf-8")
    run = run_kg("build", "p", "-o", "a.nt", "--workers", "1")
    check_outcome(run, Path("a.nt"))
    assert f"{number:,} pages, " in run.stderr


@pytest.mark.parametrize("options", [[], ["--cache", "cache"]], ids=["plain", "cached"])
def test_odd_things_in_the_folder_are_no_traceback(
    run_kg: RunKg, make_page: MakePage, options: list[str]
) -> None:
    make_page()
    figures = Path("pages/_figures")
    (figures / "PMC2__empty.md").write_bytes(b"")
    (figures / "PMC3__folder.md").mkdir()
    (figures / "PMC4__nothing.md").symlink_to("nowhere")
    (figures / "PMC5__loop.md").symlink_to("PMC5__loop.md")
    (figures / "PMC6__binary.md").write_bytes(os.urandom(999))
    (figures / "PMC7__nul.md").write_bytes(b"---\nfigid: PMC7__nul\0\n---\n")
    (figures / "PMC8__utf16.md").write_bytes(dump_page(PAGE).encode("utf-16"))
    (figures / "PMC9__long.md").write_bytes(b"---\nfigid: " + b"x" * 1_000_000)
    with open(os.fsencode(figures) + b"/\xff\xfe.md", "wb") as odd:
        odd.write(b"---\nfigid: \xff\n---\n")
    with open(os.fsencode(figures) + b"/\xfd.md", "wb") as odd:
        odd.write(b"")
    bomb = "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 30))
    (figures / "PMC10__bomb.md").write_text(f"---\na0: &a0 x\n{bomb}---\n")
    (figures / "PMC11__tag.md").write_text(
        "---\nfigid: !!python/object/apply:os.system ['touch made']\n---\n"
    )
    (figures / "PMC12__deep.md").write_text(f"---\ngenes: {'[' * 100_000}\n---\n")
    run = run_kg("build", "pages", "-o", "a.nt", "--problems", "p.jsonl", *options)
    check_outcome(run, Path("a.nt"))
    assert "13 pages, 1 figure, " in run.stderr
    assert "12 pages lost" in run.stderr
    assert len(Path("p.jsonl").read_text("utf-8").splitlines()) >= 12
    assert not Path("made").exists()


def test_same_outcome_as_the_library(run_kg: RunKg, pages: Path) -> None:
    run_kg("build", pages, "-o", "a.ttl")
    build_graph(pages, "b.ttl")
    assert Path("a.ttl").read_bytes() == Path("b.ttl").read_bytes()


def test_parts_are_whole_when_their_list_is_there(
    pages: Path, tmp_path: Path, run_kg: Callable[..., Run]
) -> None:
    folder = tmp_path / "parts"
    run = run_kg("build", pages, "-o", f"{folder}/", "--format", "ntriples")
    assert (run.code, run.stderr.split(",")[0]) == (0, "12 pages")
    names = json.loads((folder / "parts.json").read_text())["parts"]
    assert sorted(names) == ["part-00000.nt.gz", "part-shared.nt.gz"]
    bad = tmp_path / "PMC1__a.md"
    bad.write_text("no front matter")
    again = run_kg("build", bad, pages, "-o", f"{folder}/", "--format", "ntriples", "--strict")
    assert again.code != 0
    assert not (folder / "parts.json").exists()


def test_parts_that_can_not_be_written(
    pages: Path, tmp_path: Path, run_kg: Callable[..., Run]
) -> None:
    (tmp_path / "file").write_text("")
    run = run_kg("build", pages, "-o", f"{tmp_path}/file/parts/", "--format", "ntriples")
    assert (run.code, run.stderr) == (
        3,
        f"error: {tmp_path}/file/parts/: can't be written: Not a directory\n",
    )
