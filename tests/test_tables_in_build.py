"""Builds with tables that a user gives: HGNC's complete set, NCBI's PMC-ids."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.describe import find_tables
from kg.errors import DataError, UsageError

MakePage = Callable[..., Path]
PMC_IDS = (
    "Journal Title,ISSN,eISSN,Year,Volume,Issue,Page,DOI,PMCID,PMID,Manuscript Id,Release Date\n"
    "J Test,,,2001,1,1,1,10.1000/test.1,PMC1,11585838,,live\n"
    'J "Other",,,2001,1,1,1,10.1000/test.2,PMC2,999,,live\n'
)
HGNC = (
    "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\t"
    "uniprot_ids\tmgd_id\trgd_id\n"
    "HGNC:11283\tSRCNEW\ta new name\tApproved\t\tSRC\t6714\tENSG00000197122\t\t\t\n"
)


def built(tmp_path: Path, folder: Path, **tables: Path) -> str:
    target = tmp_path / "out.ttl"
    kg.build(folder, target, **tables)  # type: ignore[arg-type] # given as a caller without types would
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["PMC-ids.csv", "PMC-ids.csv.gz"])
def test_papers_get_their_pubmed_id_and_doi(make_page: MakePage, tmp_path: Path, name: str) -> None:
    table = tmp_path / name
    table.write_bytes(gzip.compress(PMC_IDS.encode()) if name.endswith("gz") else PMC_IDS.encode())
    text = built(tmp_path, make_page(), pmc_ids=table)
    assert "skos:exactMatch pubmed:11585838" in text
    assert "schema:sameAs <https://doi.org/10.1000/test.1>" in text
    assert "pubmed:999" not in text


def test_a_description_names_the_table_of_papers(tmp_path: Path) -> None:
    table = tmp_path / "PMC-ids.csv"
    table.write_text(PMC_IDS)
    papers = find_tables(pmc_ids=table)[2]
    digest = hashlib.sha256(PMC_IDS.encode()).hexdigest()
    assert papers.name == "PMC-ids.csv"
    assert papers.iri == "https://ftp.ncbi.nlm.nih.gov/pub/pmc/PMC-ids.csv.gz"
    assert papers.digests == (("PMC-ids.csv", digest),)


def test_a_doi_of_the_page_stays(make_page: MakePage, tmp_path: Path) -> None:
    table = tmp_path / "PMC-ids.csv"
    table.write_text(PMC_IDS)
    text = built(tmp_path, make_page(doi="10.1000/page"), pmc_ids=table)
    assert "schema:sameAs <https://doi.org/10.1000/page>" in text
    assert "test.1" not in text


def test_another_table_is_named_with_what_it_lacks(make_page: MakePage, tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(DataError) as caught:
        built(tmp_path, make_page(), pmc_ids=table)
    assert str(caught.value).startswith(f"{table}:1: is not PMC-ids.csv: there is no column ")


def test_a_given_hgnc_decides_names(make_page: MakePage, tmp_path: Path) -> None:
    table = tmp_path / "hgnc_complete_set.txt"
    table.write_text(HGNC)
    text = built(tmp_path, make_page(), hgnc=table)
    assert 'skos:prefLabel "SRCNEW"' in text
    assert 'pfocr:symbolStatus "previous symbol"' in text
    assert "hgncsymbol:SRC\n    dcterms:isReplacedBy hgncsymbol:SRCNEW ." in text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_table_is_no_pipe(make_page: MakePage, tmp_path: Path) -> None:
    table = tmp_path / "hgnc"
    os.mkfifo(table)
    with pytest.raises(UsageError) as caught:
        built(tmp_path, make_page(), hgnc=table)
    hint = "it is read more than once: save it, then give the file"
    assert str(caught.value) == f"{table}: is a pipe\nhint: {hint}"


@pytest.mark.parametrize(
    ("entrez", "symbol", "message"),
    [
        (
            "6714",
            "TP53",
            "'TP53' is the symbol of another gene, by HGNC\nhint: 6714 is SRC, TP53 is 7157 (TP53)",
        ),
        (
            "117153",
            "MIA2",
            "'MIA2' is the symbol of another gene, by HGNC\n"
            "hint: HGNC has no gene 117153, MIA2 is 4253 (MIA2)",
        ),
        (
            "406",
            "C6orf13",
            "'C6orf13' is a withdrawn symbol, by HGNC\n"
            "hint: 406 is BMAL1, C6orf13 is 11074 (TRIM31)",
        ),
        (
            "5640",
            "PRS",
            "'PRS' is a withdrawn symbol, by HGNC\nhint: HGNC has no gene 5640",
        ),
        ("6117", "Rpa1", "'Rpa1' is no symbol of this gene, by HGNC\nhint: 6117 is RPA1"),
    ],
)
def test_a_contradiction_is_a_warning_and_costs_nothing(
    make_page: MakePage, tmp_path: Path, entrez: str, symbol: str, message: str
) -> None:
    row = {"word": "a", "symbol": "A", "source": "hgnc_symbol"}
    row |= {"hgnc_symbol": symbol, "entrez": entrez}
    summary = kg.build(make_page(genes=[row]), tmp_path / "out.ttl")
    (problem,) = summary.problems
    assert problem.is_warning
    assert summary.lost == []
    assert str(problem).endswith(f": genes[0].hgnc_symbol: {message}")
    assert summary.tally.rows == 2  # the other is a chemical
    assert f"hgncsymbol:{symbol}" not in (tmp_path / "out.ttl").read_text("utf-8")


@pytest.mark.parametrize(
    ("entrez", "symbol"), [("406", "ARNTL"), ("406", "JAP3"), ("100000000", "LOC1")]
)
def test_a_name_of_another_day_is_no_contradiction(
    make_page: MakePage, tmp_path: Path, entrez: str, symbol: str
) -> None:
    row = {"word": "a", "symbol": "A", "source": "hgnc_symbol"}
    row |= {"hgnc_symbol": symbol, "entrez": entrez}
    assert kg.build(make_page(genes=[row]), tmp_path / "out.ttl").problems == []
