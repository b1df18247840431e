"""Builds with the FamPlex that a user gives: it decides everything that is said of families."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib

import kg
from kg.build import run
from kg.describe import find_tables
from kg.errors import UsageError
from kg.mapping import vocabulary as v
from kg.terms import own_family
from kg.validate import BuildValidator, validate

if TYPE_CHECKING:
    from conftest import Run

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "famplex"
FILES = {
    "entities.csv": "NFKB_complex\r\nRel\r\nAKT_family\r\n",
    "relations.csv": (
        "HGNC,NFKB1,partof,FPLX,NFKB_complex\r\nHGNC,RELA,partof,FPLX,NFKB_complex\r\n"
        "FPLX,NFKB_complex,isa,FPLX,Rel\r\n"
        "HGNC,CXCR1,isa,FPLX,AKT_family\r\nHGNC,CXCR2,isa,FPLX,AKT_family\r\n"
    ),
    "equivalences.csv": "IP,IPR000451,NFKB_complex\r\n",
    "grounding_map.csv": "wnt,FPLX,Rel,,,,\r\n",
}
HGNC = (
    "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\t"
    "uniprot_ids\tmgd_id\trgd_id\n"
    "HGNC:7794\tNFKB1\ta name\tApproved\t\t\t4790\tENSG00000109320\t\t\t\n"
    "HGNC:9955\tRELA\tanother gene\tApproved\t\t\t6714\tENSG00000197122\t\t\t\n"
)
FPLX = "https://identifiers.org/fplx/"
GENE = "<https://identifiers.org/ncbigene/{}>"

Triples = set[tuple[str, str, str]]


@pytest.fixture
def fplx(tmp_path: Path) -> Path:
    folder = tmp_path / "fplx"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, newline="")
    return folder


def rows(term: str, **genes: str) -> list[dict[str, str]]:
    """Return the rows of a word that was matched to a family, by symbol and number of its genes."""
    word = {"word": term, "symbol": term, "source": "bioentities_symbol"}
    return [{**word, "hgnc_symbol": symbol, "entrez": gene} for symbol, gene in genes.items()]


@pytest.fixture
def page(make_page: Callable[..., Path]) -> Path:
    """Write a page with families that the embedded FamPlex and the given one know otherwise."""
    families = [("NFKB", "4790"), ("AKT", "207"), ("WNT", "7471")]
    genes = [rows(term, **{f"G{gene}": gene}) for term, gene in families]
    own = rows("Unheard", CXCR1="3577", CXCR2="3579")
    return make_page(genes=[*(row for some in genes for row in some), *own])


def objects(triples: Triples, subject: str, predicate: str) -> set[str]:
    return {value for s, p, value in triples if (s, p) == (subject, predicate)}


def groundings(triples: Triples) -> dict[str, tuple[str, str]]:
    """Return family and way of each family term."""
    terms = {(s, value[1:-1]) for s, p, value in triples if p == v.TERM}
    return {
        term: (family, how[1:-1])
        for entry, term in terms
        for family in objects(triples, entry, v.OF_FAMILY)
        for how in objects(triples, entry, v.GROUNDING)
    }


def test_it_decides_what_terms_stand_for(page: Path, fplx: Path) -> None:
    triples = set(kg.iter_triples(page, famplex=fplx))
    assert groundings(triples) == {
        "NFKB": (f"<{FPLX}NFKB_complex>", "suffix"),
        "AKT": (f"<{FPLX}AKT_family>", "suffix"),
        "WNT": (f"<{FPLX}Rel>", "grounding map"),
        "Unheard": (own_family("Unheard"), "none"),
    }
    bodies = {value for _, p, value in triples if p == v.BODY}
    assert {family for family, _ in groundings(triples).values()} < bodies
    assert groundings(set(kg.iter_triples(page))) == {
        "NFKB": (own_family("NFKB"), "none"),
        "AKT": (f"<{FPLX}AKT>", "exact"),
        "WNT": (f"<{FPLX}Wnt>", "grounding map"),
        "Unheard": (own_family("Unheard"), "none"),
    }


def test_it_decides_members_hierarchy_and_equivalents(page: Path, fplx: Path) -> None:
    triples = set(kg.iter_triples(page, famplex=fplx))
    complex_ = f"<{FPLX}NFKB_complex>"
    members = {s for s, p, value in triples if p == v.FAMPLEX_PART_OF and value == complex_}
    assert members == {GENE.format(4790), GENE.format(5970)}
    assert objects(triples, complex_, v.FAMPLEX_ISA) == {f"<{FPLX}Rel>"}
    assert objects(triples, complex_, v.EXACT_MATCH) == {
        "<https://identifiers.org/interpro/IPR000451>"
    }
    like = objects(triples, own_family("Unheard"), v.CLOSE_MATCH)
    assert like == {f"<{FPLX}AKT_family>"}  # which has just the genes of the page's rows
    known = {f"<{FPLX}{name}>" for name in FILES["entities.csv"].split()}
    assert {term for triple in triples for term in triple if term.startswith(f"<{FPLX}")} == known


def test_a_given_hgnc_says_which_genes_its_members_are(
    page: Path, fplx: Path, tmp_path: Path
) -> None:
    table = tmp_path / "hgnc_complete_set.txt"
    table.write_text(HGNC)
    triples = set(kg.iter_triples(page, hgnc=table, famplex=fplx))
    members = {s for s, p, value in triples if p == v.FAMPLEX_PART_OF}
    assert members == {GENE.format(4790), GENE.format(6714)}


def test_build_graph_and_triples_agree(page: Path, fplx: Path, tmp_path: Path) -> None:
    kg.build(page, [tmp_path / "out.nt", tmp_path / "out.ttl"], famplex=fplx)
    triples = set(kg.iter_triples(page, famplex=fplx))
    lines = (tmp_path / "out.nt").read_text("utf-8").splitlines()
    assert sorted(lines) == sorted(" ".join([*triple, "."]) for triple in triples)
    graph = kg.to_graph(page, famplex=fplx)
    assert set(graph) == set(rdflib.Graph().parse(tmp_path / "out.ttl"))


def test_worker_processes_use_it(
    page: Path, fplx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg.build(page, tmp_path / "here.ttl", famplex=fplx)
    monkeypatch.setattr(run, "_SMALL_PAGES", 0)
    kg.build(page, tmp_path / "there.ttl", famplex=fplx, workers=2)
    assert (tmp_path / "there.ttl").read_bytes() == (tmp_path / "here.ttl").read_bytes()


def test_the_embedded_files_give_the_embedded_bytes(all_pages: list[Path], tmp_path: Path) -> None:
    if not SHARED.exists():
        pytest.skip("needs the folder shared/data beside the repository")
    embedded, given = tmp_path / "embedded.ttl", tmp_path / "given.ttl"
    kg.build(all_pages, embedded, workers=1)
    kg.build(all_pages, given, workers=1, famplex=SHARED)
    assert given.read_bytes() == embedded.read_bytes()


def test_a_changed_copy_of_the_published_files(page: Path, tmp_path: Path) -> None:
    """NFKB is a family with a gene, a child of AKT, which loses a gene; Unheard is mapped."""
    if not SHARED.exists():
        pytest.skip("needs the folder shared/data beside the repository")
    folder = tmp_path / "famplex"
    shutil.copytree(SHARED, folder, copy_function=shutil.copyfile)
    for name, old, new in (
        ("entities.csv", "", "NFKB_family\n"),
        ("relations.csv", "", "HGNC,NFKB1,isa,FPLX,NFKB_family\nFPLX,NFKB_family,isa,FPLX,AKT\n"),
        ("relations.csv", "HGNC,AKT3,isa,FPLX,AKT\n", ""),
        ("grounding_map.csv", "", "unheard,FPLX,Chemokine_receptor,,,,\n"),
    ):
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text((text.replace(old, "") if old else text) + new, "utf-8")
    before, after = set(kg.iter_triples(page)), set(kg.iter_triples(page, famplex=folder))
    assert groundings(after) == groundings(before) | {
        "NFKB": (f"<{FPLX}NFKB_family>", "suffix"),
        "Unheard": (f"<{FPLX}Chemokine_receptor>", "grounding map"),
    }
    akt3, family, akt = GENE.format(10000), f"<{FPLX}NFKB_family>", f"<{FPLX}AKT>"
    isa = {(s, value) for s, p, value in after if p == v.FAMPLEX_ISA}
    assert {(GENE.format(4790), family), (family, akt)} <= isa
    assert (akt3, v.FAMPLEX_ISA, akt) in before - after


# Around a build


def test_a_cache_notices_a_changed_file(page: Path, fplx: Path, tmp_path: Path) -> None:
    def reused(**tables: Path) -> int:
        out, full = tmp_path / "out.ttl", tmp_path / "full.ttl"
        summary = kg.build(page, out, cache=tmp_path / "cache", **tables)  # type: ignore[arg-type] # given as a caller without types would
        kg.build(page, full, **tables)  # type: ignore[arg-type] # given as a caller without types would
        assert out.read_bytes() == full.read_bytes()
        return summary.reused

    assert [reused(), reused(), reused(famplex=fplx), reused(famplex=fplx)] == [0, 1, 0, 1]
    (fplx / "grounding_map.csv").write_text("wnt,FPLX,NFKB_complex,,,,\n")
    assert [reused(famplex=fplx), reused(famplex=fplx)] == [0, 1]
    moved = fplx.rename(tmp_path / "moved")
    assert [reused(famplex=moved), reused()] == [1, 0]


def test_validation_while_building_knows_its_families(
    page: Path, fplx: Path, tmp_path: Path
) -> None:
    validator, out = BuildValidator(), tmp_path / "out.ttl"
    kg.build(page, out, famplex=fplx, inspector=validator)
    report = validator.report(str(out))
    assert report.conforms
    assert report.results == validate([out]).results


@pytest.mark.parametrize("command", ["build", "release"])
def test_a_file_that_lacks_is_one_message(
    run_kg: Callable[..., Run], page: Path, fplx: Path, tmp_path: Path, command: str
) -> None:
    (fplx / "relations.csv").unlink()
    out = tmp_path / "out.ttl"
    sources = [page, "-o", out] if command == "build" else [tmp_path / "out", page]
    run = run_kg(command, *sources, "--famplex", fplx)
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr == (
        f"error: {fplx}: there is no relations.csv\n"
        "hint: give the folder or checkout of FamPlex that has "
        "entities.csv, equivalences.csv, grounding_map.csv, relations.csv\n"
    )
    assert not out.exists()


def test_a_wrong_row_is_one_message(
    run_kg: Callable[..., Run], page: Path, fplx: Path, tmp_path: Path
) -> None:
    (fplx / "relations.csv").write_text("id,name\n")
    run = run_kg("build", page, "-o", tmp_path / "out.ttl", "--famplex", fplx)
    assert (run.code, run.stderr) == (
        3,
        f"error: {fplx}/relations.csv:1: the row has 2 cells, and FamPlex writes 5\n",
    )


def described(path: Path) -> Iterator[tuple[str, str | None, dict[str, str]]]:
    """Yield title, version and file digests of each reference table of a description."""
    answer = rdflib.Graph().parse(path)
    query = """
        SELECT ?title ?version ?table WHERE {
          ?build prov:used ?table . ?table dcterms:title ?title .
          OPTIONAL { ?table pav:version ?version } FILTER CONTAINS(STR(?table), "/table/")
        } ORDER BY ?title"""
    files = """SELECT ?name ?digest WHERE {
        ?table dcterms:hasPart [ dcterms:title ?name ; spdx:checksum/spdx:checksumValue ?digest ] }
    """
    for title, version, table in answer.query(query):
        parts = answer.query(files, initBindings={"table": table})
        digests = {str(name): str(digest) for name, digest in parts}
        yield str(title), None if version is None else str(version), digests


DIGESTS = {name: sha256(text.encode()).hexdigest() for name, text in FILES.items()}


def test_a_description_names_the_tables(
    run_kg: Callable[..., Run], page: Path, fplx: Path, tmp_path: Path
) -> None:
    about = tmp_path / "about.ttl"
    options = ["-o", tmp_path / "out.ttl", "--describe", about]
    run_kg("build", page, *options, "--famplex", fplx)
    (famplex, hgnc) = described(about)
    assert famplex == ("FamPlex", None, DIGESTS)
    assert hgnc[:2] == ("HGNC, the human gene names", "2024-07")
    run_kg("build", page, *options)
    ((title, _, digests), _) = described(about)
    assert title == "FamPlex"
    assert digests
    assert digests != DIGESTS
    run_kg("describe", tmp_path / "out.ttl", "-o", about, "--famplex", fplx)
    (famplex, hgnc) = described(about)
    assert famplex == ("FamPlex", None, DIGESTS)
    assert hgnc[:2] == ("HGNC, the human gene names", "2024-07")
    run_kg("describe", tmp_path / "out.ttl", "-o", about)
    assert [title for title, *said in described(about) if said == [None, {}]] == [
        "FamPlex",
        "HGNC, the human gene names",
    ]


def test_a_checkout_of_famplex_has_its_commit(fplx: Path) -> None:
    def git(folder: Path, *arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(folder), *identity, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    git(fplx.parent, "init", "-q")
    git(fplx.parent, "add", ".")
    git(fplx.parent, "commit", "-qm", "somebody's own, with a copy of FamPlex in it")
    assert find_tables(famplex=fplx)[0].version is None
    git(fplx, "init", "-q")
    git(fplx, "add", ".")
    git(fplx, "commit", "-qm", "FamPlex")
    assert find_tables(famplex=fplx)[0].version == git(fplx, "rev-parse", "HEAD")


def test_a_release_is_of_it(
    run_kg: Callable[..., Run], page: Path, fplx: Path, tmp_path: Path
) -> None:
    run = run_kg("release", tmp_path / "out", page, "--version-id", "1", "--famplex", fplx)
    assert run.code == 0, run.stderr
    famplex, _ = described(tmp_path / "out" / "1" / "description.ttl")
    assert famplex == ("FamPlex", None, DIGESTS)
    quads = gzip.decompress((tmp_path / "out" / "1" / "pfocr.nq.gz").read_bytes()).decode()
    assert f"\n<{FPLX}NFKB_complex> " in quads


def test_description_of_data_tells_what_left_traces(
    run_kg: Callable[..., Run], make_page: Callable[..., Path], page: Path, tmp_path: Path
) -> None:
    """Without what the build knew, the tables are named where the data tell that they were used."""
    about, out = tmp_path / "about.ttl", tmp_path / "out.ttl"

    def told(folder: Path) -> list[tuple[str, str | None, dict[str, str]]]:
        kg.build(folder, out)
        assert run_kg("describe", out, "-o", about).code == 0
        return list(described(about))

    hgnc = ("HGNC, the human gene names", None, {})
    assert told(page) == [("FamPlex", None, {}), hgnc]
    assert told(make_page(folder="genes")) == [hgnc]
    assert told(make_page(folder="none", genes=[])) == []


def test_one_that_is_not_there(page: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        kg.to_graph(page, famplex=tmp_path / "none")
