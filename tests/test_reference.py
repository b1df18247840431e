"""What reference tables share: sources, making them, IRIs of equivalents; and PMC-ids.csv."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg.reference
from kg.errors import DataError, UsageError
from kg.reference import PaperIds, Source, make, pmc, read_pmc_ids
from kg.reference.equivalents import NAMESPACES, mint_equivalent
from kg.reference.files import read_embedded, read_lines
from kg.terms import compress

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
TABLES = ("hgnc.tsv.gz", "famplex.tsv", "famplex_groundings.tsv")

# Sources and embedded tables

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)


@given(
    title=WORDS,
    date=st.none() | st.dates().map(str),
    digests=st.lists(st.tuples(WORDS, st.from_regex(r"[0-9a-f]{64}", fullmatch=True))).map(tuple),
    notes=st.lists(WORDS).map(tuple),
)
def test_header_comes_back(
    title: str, date: str | None, digests: tuple[tuple[str, str], ...], notes: tuple[str, ...]
) -> None:
    source = Source(title, "https://example.org/", "CC0 1.0", date, digests, notes)
    assert Source.from_header(source.to_header()) == source


@pytest.mark.parametrize("name", TABLES)
def test_embedded_table_names_its_source(name: str) -> None:
    source, content = read_embedded(name)
    assert source.url.startswith("https://")
    assert source.licence == "CC0 1.0"
    assert source.digests
    assert not content.startswith("#")


def test_embedded_tables_are_small() -> None:
    folder = files("kg.reference") / "data"
    assert sum(len((folder / name).read_bytes()) for name in TABLES) < 1_400_000


def test_make_gives_the_embedded_tables() -> None:
    if not SHARED.exists():
        pytest.skip("needs the folder shared/data beside the repository")
    made = make.make_tables(
        SHARED / "hgnc" / "hgnc_entries.tsv.gz", SHARED / "famplex", "2024-07", None
    )
    assert tuple(made) == TABLES
    for name, content in made.items():
        embedded = (files("kg.reference") / "data" / name).read_bytes()
        assert content == (gzip.decompress(embedded) if name.endswith(".gz") else embedded), name


def test_write_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = (
        "hgnc_id\tsymbol\tname\tstatus\tentrez_id\tensembl_gene_id\tuniprot_ids\tmgd_id\trgd_id\t"
        "alias_symbol\tprev_symbol\n"
    )
    (tmp_path / "hgnc.txt").write_text(f"{header}HGNC:1\tA\tname\tApproved\t1" + "\t" * 6 + "\n")
    for name in ("entities", "equivalences", "grounding_map", "relations"):
        (tmp_path / f"{name}.csv").write_text("F\r\n" if name == "entities" else "")
    monkeypatch.setattr(make, "DATA", tmp_path)
    arguments = ["make", "--hgnc", str(tmp_path / "hgnc.txt"), "--famplex", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    make.main()
    text = gzip.decompress((tmp_path / "hgnc.tsv.gz").read_bytes()).decode()
    assert text.splitlines()[:3] == [
        "# title: HGNC, the human gene names",
        "# url: https://www.genenames.org",
        "# licence: CC0 1.0",
    ]
    assert text.endswith("\n1\fA\fname\f\f1\f\f\f\f\f\f")
    assert (tmp_path / "famplex.tsv").read_text().endswith("\nF\t\t\t\t\t\n")


def test_nothing_is_loaded_by_import() -> None:
    code = (
        "import kg.reference as r; assert not r.embedded_hgnc.cache_info().currsize; "
        "assert not r.embedded_famplex.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_room_imports_errors_and_terms_alone() -> None:
    folder = Path(kg.reference.__file__).parent
    rooms = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kg."):
                rooms.add((node.module or "").split(".")[1])
    assert rooms == {"errors", "reference", "terms"}


# IRIs of equivalents


@pytest.mark.parametrize(
    ("namespace", "identifier", "iri"),
    [
        ("COMPLEXPORTAL", "CPX-414", "https://identifiers.org/complexportal/CPX-414"),
        ("ECCODE", "1.1.1.1", "https://identifiers.org/ec-code/1.1.1.1"),
        ("ECCODE", "1.1.1.-", "https://identifiers.org/ec-code/1.1.1.-"),
        ("GO", "GO:0000145", "http://purl.obolibrary.org/obo/GO_0000145"),
        ("HGNC_GROUP", "141", "https://identifiers.org/hgnc.genegroup/141"),
        ("IP", "IPR000074", "https://identifiers.org/interpro/IPR000074"),
        ("MESH", "C000612281", "https://identifiers.org/mesh/C000612281"),
        ("NCIT", "C104194", "http://purl.obolibrary.org/obo/NCIT_C104194"),
        ("NXP", "FA:00078", "https://www.nextprot.org/term/FA-00078"),
        ("PF", "PF00012", "https://identifiers.org/pfam/PF00012"),
        ("RE", "R-HSA-109631", "https://identifiers.org/reactome/R-HSA-109631"),
        ("SCOMP", "C0001", "https://biopragmatics.github.io/providers/scomp/C0001"),
        ("SFAM", "F0001", "https://biopragmatics.github.io/providers/sfam/F0001"),
        ("SIGNOR", "SIGNOR-C14", "https://identifiers.org/signor/SIGNOR-C14"),
    ],
)
def test_mint_equivalent(namespace: str, identifier: str, iri: str) -> None:
    assert mint_equivalent(namespace, identifier) == f"<{iri}>"


@pytest.mark.parametrize(
    ("namespace", "identifier"),
    [
        ("BEL", "AKT Family"),
        ("MEDSCAN", "urn:agi-aopfc:0000094"),
        ("MIRBASE_FAMILY", "MIPF0000002"),
        ("ECCODE", "3.1.4"),
        ("IP", "PF00012"),
        ("NXP", "FA:00078> <x"),
        ("HGNC_GROUP", ""),
        ("HGNC_GROUP", "١٢"),
    ],
)
def test_no_iri_without_a_registered_pattern(namespace: str, identifier: str) -> None:
    assert mint_equivalent(namespace, identifier) is None


def test_every_namespace_is_documented() -> None:
    text = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
    for key, namespace in NAMESPACES.items():
        shown = namespace.template.replace("{}", "…")
        assert f"| {namespace.name} | `{key}` | `{shown}` | {namespace.registry} |" in text


def test_mesh_and_obo_are_those_of_the_graph() -> None:
    found = [mint_equivalent("MESH", "D000255"), mint_equivalent("GO", "GO:0000145")]
    assert [compress(term or "") for term in found] == ["mesh:D000255", "obo:GO_0000145"]


# PMC-ids.csv

HEADER = "Journal Title,ISSN,eISSN,Year,Volume,Issue,Page,DOI,PMCID,PMID,Manuscript Id,Release Date"
ROWS = (
    "Breast Cancer Res,1465-5411,1465-542X,2000,3,1,55,10.1186/bcr271,PMC13900,11250746,,live",
    '"Acta, Section D",0,1,2001,1,1,1,"10.1/a,b",PMC1,12,,live',
    '"PMC Acta, D",0,1,2001,1,1,1,"10.1000/a,PMC1,b",PMC139001,13,,live',
    "J Test,0,1,2001,1,1,1,,PMC139,,NIHMS1,live",
    "J Test,0,1,2001,1,1,1,10.1000/x,PMC7,0,PMC13,live",
    "J Test,0,1,2001,1,1,1,10.١٠٠٠/x,PMC8,١٢,,live",
)


def write_ids(path: Path, *rows: str, header: str = HEADER) -> Path:
    content = "\r\n".join([header, *rows, ""]).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["PMC-ids.csv", "PMC-ids.csv.gz"])
@pytest.mark.parametrize("chunk_bytes", [1, 7, 100, 1 << 22])
def test_read_the_wanted_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, chunk_bytes: int
) -> None:
    monkeypatch.setattr(pmc, "_CHUNK_BYTES", chunk_bytes)
    path = write_ids(tmp_path / name, *ROWS)
    assert read_pmc_ids(path, ["PMC13900", "PMC139", "PMC13", "PMC2"]) == {
        "PMC13900": PaperIds("11250746", "10.1186/bcr271"),
        "PMC139": PaperIds(None, None),
    }


def test_quotes_and_identifiers_that_are_none(tmp_path: Path) -> None:
    path = write_ids(tmp_path / "PMC-ids.csv", *ROWS)
    assert read_pmc_ids(path, {"PMC1", "PMC139001", "PMC7", "PMC8"}) == {
        "PMC1": PaperIds("12", None),
        "PMC139001": PaperIds("13", "10.1000/a,PMC1,b"),
        "PMC7": PaperIds(None, "10.1000/x"),
        "PMC8": PaperIds(None, None),  # digits of other scripts
    }


def test_columns_go_by_their_names(tmp_path: Path) -> None:
    path = write_ids(tmp_path / "ids.csv", "PMC5,10.1000/x,5", header="\ufeffPMCID,DOI,PMID")
    assert read_pmc_ids(path, ["PMC5"]) == {"PMC5": PaperIds("5", "10.1000/x")}


def test_last_line_without_an_end_and_a_row_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "PMC-ids.csv"
    path.write_text(f"{HEADER}\nJ,0,1,2001,1,1,1,,PMC4\n{ROWS[0]}")
    assert list(read_pmc_ids(path, ["PMC4", "PMC13900"])) == ["PMC13900"]


@given(wanted=st.sets(st.integers(1, 300)), chunk_bytes=st.integers(1, 400))
def test_any_chunk_any_papers(
    tmp_path_factory: pytest.TempPathFactory, wanted: set[int], chunk_bytes: int
) -> None:
    rows = [f"J,0,1,2001,1,1,1,10.1000/{n},PMC{n},{n},,live" for n in range(1, 300, 2)]
    path = write_ids(tmp_path_factory.mktemp("pmc") / "PMC-ids.csv", *rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pmc, "_CHUNK_BYTES", chunk_bytes)
        found = read_pmc_ids(path, (f"PMC{number}" for number in wanted))
    odd = {number for number in wanted if number % 2 and number < 300}
    assert found == {f"PMC{n}": PaperIds(str(n), f"10.1000/{n}") for n in odd}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "a,PMCID,b",
            "ids.csv:1: is not PMC-ids.csv: there is no column PMID, DOI\n"
            "hint: take it from https://ftp.ncbi.nlm.nih.gov/pub/pmc/PMC-ids.csv.gz",
        ),
        (
            "",
            "ids.csv:1: is not PMC-ids.csv: there is no column PMCID, PMID, DOI\n"
            "hint: take it from https://ftp.ncbi.nlm.nih.gov/pub/pmc/PMC-ids.csv.gz",
        ),
    ],
)
def test_refuse_another_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_ids(Path("ids.csv"), header=header)
    with pytest.raises(DataError) as caught:
        read_pmc_ids(Path("ids.csv"), ["PMC1"])
    assert str(caught.value) == message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.csv: there is no such file"):
        read_pmc_ids(tmp_path / "no.csv", [])
    with pytest.raises(DataError, match="can't be read"):
        read_pmc_ids(tmp_path, [])
    damaged = bytearray(gzip.compress("\n".join([HEADER, *ROWS] * 999).encode()))
    damaged[40:60] = b"\xff" * 20
    (tmp_path / "ids.csv.gz").write_bytes(damaged)
    with pytest.raises(DataError, match=re.escape("ids.csv.gz: can't be read: ")):
        read_pmc_ids(tmp_path / "ids.csv.gz", ["PMC1"])


def test_read_lines_knows_marks_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\n\nc\n")
    assert read_lines(path) == ["a", "b", "", "c"]
