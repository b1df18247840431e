"""Finding and reading pages: folders, archives, single files, side tables, and what is broken."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PAGE, dump_page

from kg.build import iter_records
from kg.errors import DataError, KgError, Problem, UsageError
from kg.read import find_line, find_pages, read_page
from kg.read.tables import decode, parse_table
from kg.record import Record

pytestmark = pytest.mark.usefixtures("in_folder")

MakePage = Callable[..., Path]
NO_PAGES_HINT = "give a folder with _figures/, a folder of .md files, single pages, a dump"


def shown(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def read(*sources: str | Path) -> tuple[list[Record], list[Problem]]:
    problems: list[Problem] = []
    return list(iter_records(sources, problems)), problems


def pack_zip(folder: Path, path: Path, root: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            packed.write(file, f"{root}{file.relative_to(folder)}")
    return path


def pack_tar(folder: Path, path: Path, root: str = ".") -> Path:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as packed:
        packed.add(folder, root)
    return path


# Where pages lie


def test_folder_with_figures(pages: Path) -> None:
    found, problems = find_pages([pages])
    assert [page.key for page in found] == sorted(path.stem for path in pages.glob("_figures/*.md"))
    assert not problems


FORMS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "trailing slash": lambda pages, _: [f"{pages}/"],  # type: ignore[list-item] # a text is a source too
    "twice": lambda pages, _: [pages, pages],
    "single pages": lambda pages, _: sorted(pages.glob("_figures/*.md"), reverse=True),
    "folder and single pages": lambda pages, _: [pages, *pages.glob("_figures/*.md")],
    "below": lambda pages, here: [shutil.copytree(pages, here / "a" / "b") and here / "a"],
    "zip": lambda pages, here: [pack_zip(pages, here / "p.zip")],
    "zip with a root": lambda pages, here: [pack_zip(pages, here / "p.zip", "pfocr-1.0/")],
    "tar": lambda pages, here: [pack_tar(pages, here / "p.tar")],
    "tar.gz": lambda pages, here: [pack_tar(pages, here / "p.tar.gz", "pfocr-1.0")],
    "tgz": lambda pages, here: [pack_tar(pages, here / "p.tgz")],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_source_gives_the_same_records(
    pages: Path, in_folder: Path, form: str
) -> None:
    expected, _ = read(pages)
    assert len(expected) == 12
    assert any(record.wpids for record in expected)
    assert any(record.diseases for record in expected)
    records, problems = read(*FORMS[form](pages, in_folder))
    assert records == expected
    assert not problems


def test_flat_folder_has_pages_and_tables_side_by_side(pages: Path, in_folder: Path) -> None:
    flat = in_folder / "flat"
    flat.mkdir()
    for path in [*pages.glob("_figures/*"), *pages.glob("_data/*")]:
        shutil.copy(path, flat)
    assert read(flat) == read(pages)


def test_single_page_by_a_short_path(pages: Path) -> None:
    name = "PMC10031380__sc1.md"
    expected, _ = read(pages / "_figures" / name)
    for folder, source in (
        (pages, f"_figures/{name}"),
        (pages, f"./_figures/{name}"),
        (pages / "_figures", name),
        (pages / "_data", f"../_figures/{name}"),
    ):
        os.chdir(folder)
        records, problems = read(source)
        assert (records, problems) == (expected, [])
        assert records[0].genes


def test_messages_name_pages_as_the_user_did(make_page: MakePage, in_folder: Path) -> None:
    folder = make_page(year="x").relative_to(in_folder)
    page = folder / "_figures" / "PMC1__f1.md"
    for source, place in (
        (folder, "pages/_figures/PMC1__f1.md"),
        (in_folder / folder, f"{in_folder}/pages/_figures/PMC1__f1.md"),
        (page, "pages/_figures/PMC1__f1.md"),
        (f"./{page}", "./pages/_figures/PMC1__f1.md"),
        (pack_zip(folder, Path("p.zip")), "p.zip!_figures/PMC1__f1.md"),
        (pack_tar(folder, Path("p.tar")), "p.tar!_figures/PMC1__f1.md"),
        (pack_tar(folder, Path("p.tar.gz"), "x"), "p.tar.gz!x/_figures/PMC1__f1.md"),
    ):
        _, problems = read(source)
        assert [problem.file for problem in problems] == [place]


def test_what_is_no_page_is_passed_over(make_page: MakePage) -> None:
    folder = make_page()
    figures = folder / "_figures"
    (figures / "PMC2__f1.md").mkdir()
    (figures / "notes.txt").write_text("not a page")
    (figures / "PMC3__f1.markdown").write_text("not a page")
    (figures / ".hidden").mkdir()
    shutil.copy(figures / "PMC1__f1.md", figures / ".hidden" / "PMC4__f1.md")
    (figures / "._PMC1__f1.md").write_bytes(b"\x00\x05\x16\x07")
    (folder / "README.md").write_text("not a page")
    expected, _ = read(figures / "PMC1__f1.md")
    for source in (folder, pack_zip(folder, Path("p.zip")), pack_tar(folder, Path("p.tar"))):
        records, problems = read(source)
        assert records == expected
        assert not problems


def test_pages_come_in_the_order_of_their_ids(make_page: MakePage) -> None:
    for figid in ("PMC2__f1", "PMC10__f1", "PMC1__f2", "PMC1__f1"):
        folder = make_page(figid=figid, pmcid=figid.partition("__")[0])
    assert [record.figid for record in read(folder)[0]] == [
        "PMC10__f1",
        "PMC1__f1",
        "PMC1__f2",
        "PMC2__f1",
    ]


@pytest.mark.parametrize("name", ["nowhere", "nowhere/x.md", "nowhere.zip", "nowhere.tar.gz"])
def test_source_that_does_not_exist(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_pages([name])
    assert str(caught.value) == f"{name!r} does not exist"


def test_source_without_pages(in_folder: Path) -> None:
    (in_folder / "empty").mkdir()
    (in_folder / "empty" / "notes.txt").write_text("")
    pack_zip(in_folder / "empty", in_folder / "empty.zip")
    pack_tar(in_folder / "empty", in_folder / "empty.tar")
    for name in ("empty", "empty.zip", "empty.tar"):
        with pytest.raises(UsageError) as caught:
            find_pages([name])
        assert str(caught.value) == f"there are no pages in {name!r}\nhint: {NO_PAGES_HINT}"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz"])
@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b", b"\x1f\x8b\x08" + b"x" * 99])
def test_what_is_no_archive_is_refused(in_folder: Path, name: str, content: bytes) -> None:
    (in_folder / name).write_bytes(content)
    with pytest.raises(KgError) as caught:
        find_pages([name])
    said = str(caught.value)
    assert said.startswith(f"{name}: is not a readable archive") or "there are no pages" in said


def test_broken_member_of_an_archive_loses_its_page(make_page: MakePage) -> None:
    make_page()
    folder = make_page(figid="PMC2__f1", pmcid="PMC2", caption="A text that is looked for.")
    with zipfile.ZipFile("p.zip", "w") as packed:
        for file in sorted(folder.glob("_figures/*.md")):
            packed.write(file, f"_figures/{file.name}")
    content = Path("p.zip").read_bytes()
    Path("p.zip").write_bytes(content.replace(b"looked for", b"looked 4or"))
    records, problems = read("p.zip")
    assert [record.figid for record in records] == ["PMC1__f1"]
    (problem,) = problems
    assert problem.file == "p.zip!_figures/PMC2__f1.md"
    assert problem.message.startswith("can't be read: Bad CRC-32")


def test_encrypted_member_of_an_archive_loses_its_page(make_page: MakePage) -> None:
    make_page()
    folder = make_page(figid="PMC2__f1", pmcid="PMC2")
    content = bytearray(pack_zip(folder, Path("p.zip")).read_bytes())
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"_figures/PMC2__f1.md"))
    content[place + 8] |= 1
    Path("p.zip").write_bytes(bytes(content))
    records, problems = read("p.zip")
    assert [record.figid for record in records] == ["PMC1__f1"]
    (problem,) = problems
    assert problem.file == "p.zip!_figures/PMC2__f1.md"
    assert problem.message.startswith("can't be read: ")


@pytest.mark.parametrize("cut", [100, 600, 1200])
def test_truncated_tar_is_no_traceback(make_page: MakePage, cut: int) -> None:
    folder = make_page()
    content = pack_tar(folder, Path("p.tar")).read_bytes()
    Path("p.tar").write_bytes(content[:cut])
    Path("p.tar.gz").write_bytes(gzip.compress(content)[: cut // 2])
    for name in ("p.tar", "p.tar.gz"):
        with pytest.raises(KgError):
            find_pages([name])


def test_packed_source_is_read_by_a_user_without_a_name(
    make_page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container a user can be a number that no password file knows."""
    source = pack_tar(make_page(), Path("p.tar.gz"))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert len(read(source)[0]) == 1


def test_links_in_a_tar_are_passed_over(make_page: MakePage) -> None:
    folder = make_page()
    (folder / "_figures" / "PMC2__f1.md").symlink_to("/etc/hostname")
    records, problems = read(pack_tar(folder, Path("p.tar")))
    assert [record.figid for record in records] == ["PMC1__f1"]
    assert not problems


def test_link_that_leads_nowhere_loses_its_page(make_page: MakePage) -> None:
    make_page()
    Path("pages/_figures/PMC2__f1.md").symlink_to("nowhere")
    records, problems = read("pages")
    assert len(records) == 1
    assert shown(problems) == ["pages/_figures/PMC2__f1.md: there is no such page"]


# What a page may look like on disk


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            ":1: '' the page does not begin with front matter\n"
            "hint: the first line must be exactly ---",
        ),
        (
            b"---\nfigid: a\xffb\n---\n",
            r":2: '\\xffb\\n-' is not UTF-8" "\nhint: save the file as UTF-8",
        ),
        (
            "---\nfigid: é\n---\n".encode("utf-16"),
            r":1: '\\xff\\xfe-\\x00' is not UTF-8" "\nhint: save the file as UTF-8",
        ),
        (
            b"---\nfigid: PMC1__f1\n",
            ":3: the front matter has no end\nhint: close it with a line that is exactly ---",
        ),
        (
            b"---\nfigid: 'PMC1__f1\n---\n",
            ":3: the front matter is not YAML: found unexpected end of stream\n"
            "hint: quote the value if it holds a colon, a quote or a tab",
        ),
        (
            b"---\na: &x [*x]\n---\n",
            ":2: an alias contains itself",
        ),
        (
            b"---\nfigid: PMC1__f1\na: " + b"[" * 9999 + b"\n---\n",
            ":3: the front matter is nested too deeply",
        ),
    ],
)
def test_broken_page_is_lost_alone(make_page: MakePage, content: bytes, message: str) -> None:
    make_page("PMC0__broken", text=content)
    make_page()
    records, problems = read("pages")
    assert [record.figid for record in records] == ["PMC1__f1"]
    assert shown(problems) == [f"pages/_figures/PMC0__broken.md{message}"]


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks(make_page: MakePage, ending: str, mark: str) -> None:
    expected, _ = read(make_page())
    text = mark + dump_page(PAGE).replace("\n", ending)
    assert read(make_page(text=text)) == (expected, [])


@pytest.mark.parametrize("name", [b"PMC1__f\xff1.md", b"\xff.md", "PMC1__f é 1.md".encode()])
def test_file_name_of_any_bytes(make_page: MakePage, name: bytes) -> None:
    folder = make_page()
    os.rename(folder / "_figures" / "PMC1__f1.md", os.fsencode(folder / "_figures") + b"/" + name)
    records, problems = read("pages")
    assert [record.figid for record in records] == ["PMC1__f1"]
    assert not problems


def test_long_file_name_leaves_no_room_for_tables(make_page: MakePage) -> None:
    figid = f"PMC1__{'f' * 245}"
    records, problems = read(make_page(figid=figid, tables={}))
    assert [record.figid for record in records] == [figid]
    assert not problems


# Side tables


@pytest.mark.parametrize("kind", ["genes", "chemicals", "diseases"])
def test_table_without_its_columns_is_lost(make_page: MakePage, kind: str) -> None:
    make_page(tables={kind: "word\tx\nw\t1\n"})
    records, problems = read("pages")
    needed = {
        "genes": "word, match, ncbigene_symbol, ncbigene_id, source",
        "chemicals": "word, mesh",
        "diseases": "word, mesh",
    }[kind]
    lacked = needed.split(", ")[1]
    assert shown(problems) == [
        f"pages/_data/PMC1__f1-{kind}.tsv:1: 'word\\tx' the header lacks the column {lacked!r}\n"
        f"hint: a {kind} table has the columns {needed}"
    ]
    assert problems[0].lost == "table"
    assert len(records) == 1


def test_empty_table_is_lost(make_page: MakePage) -> None:
    make_page(tables={"chemicals": ""})
    records, problems = read("pages")
    assert shown(problems) == [
        "pages/_data/PMC1__f1-chemicals.tsv:1: '' the header lacks the column 'word'\n"
        "hint: a chemicals table has the columns word, mesh"
    ]
    assert len(records) == 1


def test_table_that_is_not_utf8_is_lost(make_page: MakePage) -> None:
    make_page(tables={"chemicals": "word\tmesh\n"})
    Path("pages/_data/PMC1__f1-chemicals.tsv").write_bytes(b"word\tmesh\nw\xe9\tNA\n")
    records, problems = read("pages")
    assert shown(problems) == [
        r"pages/_data/PMC1__f1-chemicals.tsv:2: '\\xe9\\tNA' is not UTF-8"
        "\n"
        "hint: save the file as UTF-8"
    ]
    assert problems[0].lost == "table"
    assert len(records) == 1


def test_ragged_row_is_lost_alone(make_page: MakePage) -> None:
    make_page(tables={"chemicals": "word\tmesh\nATP\nADP\tNA\nAMP\tNA\t\n \n"})
    records, problems = read("pages")
    place = "pages/_data/PMC1__f1-chemicals.tsv"
    hint = "hint: separate the columns with single tabs"
    assert shown(problems) == [
        f"{place}:2: 'ATP' the row has 1 columns, the header 2\n{hint}",
        f"{place}:4: 'AMP\\tNA\\t' the row has 3 columns, the header 2\n{hint}",
    ]
    assert {problem.lost for problem in problems} == {"row"}
    assert [word for word, _ in records[0].chemicals] == ["ADP"]


def test_table_that_cannot_be_read_is_lost(make_page: MakePage) -> None:
    make_page(tables={})
    Path("pages/_data/PMC1__f1-genes.tsv").mkdir()
    records, problems = read("pages")
    assert len(records) == 1
    assert shown(problems) == ["pages/_data/PMC1__f1-genes.tsv: can't be read: it is not a file"]
    assert problems[0].lost == "table"


def test_data_that_is_no_folder(make_page: MakePage) -> None:
    make_page(tables={})
    shutil.rmtree("pages/_data")
    Path("pages/_data").write_text("")
    records, problems = read("pages")
    assert len(records) == 1
    assert not problems


def test_table_quotes_nothing() -> None:
    content = b'word\tmesh\n"a\tNA\nb"\tNA\na | b\tNA\n'
    table = parse_table("t", "chemicals", content)
    assert table.columns["word"] == ('"a', 'b"', "a | b")
    assert table.lines == [2, 3, 4]


def test_table_columns_are_found_by_name() -> None:
    table = parse_table("t", "chemicals", b"x\tmesh\tword\n1\tNA\ta")
    assert table.columns == {"x": ("1",), "mesh": ("NA",), "word": ("a",)}
    assert list(table.cells(("word", "match", "x"))) == [("a", "", "1")]


def test_line_breaks_of_unicode_are_no_rows() -> None:
    content = "word\tmesh\na\x85\u2028\x0bb\tNA\n".encode()
    table = parse_table("t", "chemicals", content)
    assert list(table.cells(("word", "mesh"))) == [("a\x85\u2028\x0bb", "NA")]


def test_decode_names_the_line() -> None:
    with pytest.raises(DataError) as caught:
        decode(b"a\nb\nc\xe9")
    assert caught.value.problem.line == 3


def test_wrong_line_of_the_wpid_map(make_page: MakePage) -> None:
    make_page()
    Path("pages/_data/wpid_map.tsv").write_text("PMC1__f1\tWP5283\nPMC1__f1 WP1\n\nPMC1__f1\t\n")
    records, problems = read("pages")
    hint = "hint: figid, tab, id, for example WP5283"
    place = "pages/_data/wpid_map.tsv"
    assert shown(problems) == [
        f"{place}:2: 'PMC1__f1 WP1' is not a pair of figid and WikiPathways id\n{hint}",
        f"{place}:4: 'PMC1__f1\\t' is not a pair of figid and WikiPathways id\n{hint}",
    ]
    assert {problem.lost for problem in problems} == {"row"}
    assert records[0].wpids == ("WP5283",)


def test_line_of_the_wpid_map_that_is_not_utf8(make_page: MakePage) -> None:
    make_page()
    lines = [b"\xef\xbb\xbfPMC1__f1\tWP1", b"PMC1__caf\xe9\tWP2", b"PMC1__f1\tWP3", b""]
    Path("pages/_data/wpid_map.tsv").write_bytes(b"\r\n".join(lines))
    records, problems = read("pages")
    assert shown(problems) == [
        "pages/_data/wpid_map.tsv:2: '\\\\xe9\\\\tWP' is not UTF-8\nhint: save the file as UTF-8"
    ]
    assert problems[0].lost == "row"
    assert records[0].wpids == ("WP1", "WP3")


def test_wpid_map_that_can_not_be_read(make_page: MakePage) -> None:
    make_page()
    Path("pages/_data/wpid_map.tsv").mkdir()
    records, problems = read("pages")
    assert shown(problems) == [
        "pages/_data/wpid_map.tsv: can't be read: it is not a file",
    ]
    assert problems[0].lost == "table"
    assert len(records) == 1


def test_pipe_with_the_name_of_a_page(make_page: MakePage) -> None:
    """Nobody writes into it: who waited for that would wait for ever."""
    make_page()
    os.mkfifo("pages/_figures/PMC2__f1.md")
    records, problems = read("pages")
    assert shown(problems) == ["pages/_figures/PMC2__f1.md: can't be read: it is not a file"]
    assert problems[0].lost == "page"
    assert len(records) == 1


# Places in the front matter

FRONT = """figid: PMC1__f1
caption: a text
  over lines
genes:
- word: a
  entrez: '1'
-   entrez: '2'
    word: b
organisms: [x,
  y]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), None),
        (("figid",), 2),
        (("caption",), 3),
        (("genes",), 5),
        (("genes", 0), 6),
        (("genes", 0, "entrez"), 7),
        (("genes", 1, "entrez"), 8),
        (("genes", 1, "word"), 9),
        (("genes", 1, "symbol"), 8),
        (("genes", 2), 5),
        (("organisms", 1), 11),
        (("nothing",), None),
        (("figid", "x"), 2),
    ],
)
def test_line_of_a_place(path: tuple[str | int, ...], line: int | None) -> None:
    assert find_line(FRONT, path) == line


def test_page_knows_its_parts(pages: Path) -> None:
    found, _ = find_pages([pages])
    raws = {page.key: read_page(page) for page in found}
    assert raws["PMC100003__mb2410470011"].tables == {}
    assert set(raws["PMC10031380__sc1"].tables) == {"genes", "chemicals"}
    assert raws["PMC100003__mb2410470011"].fields["number"] == "F11"
    assert raws["PMC6365454__fnins-13-00025-g0002"].wpids == ("WP5283",)


def test_packed_sources_leave_nothing_behind(
    make_page: MakePage, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    spool = in_folder / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(make_page(), "p")
    Path("p.tar.gz").write_bytes(packed.getvalue()[:-30])
    with pytest.raises(KgError):
        find_pages(["p.tar.gz"])
    assert [path for path in spool.rglob("*") if path.is_file()] == []


def test_tables_of_a_page_whose_name_is_not_its_figid(make_page: MakePage) -> None:
    tables = {"chemicals": "word\tmesh\nATP\tNA\n"}
    make_page(tables=tables)
    expected, _ = read("pages")
    os.rename("pages/_figures/PMC1__f1.md", "pages/_figures/page 1.md")
    assert read("pages") == (expected, [])
    os.rename("pages/_data/PMC1__f1-chemicals.tsv", "pages/_data/page 1-chemicals.tsv")
    assert read("pages") == (expected, [])
