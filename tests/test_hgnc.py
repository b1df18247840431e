"""HGNC: lookups by number and symbol, agreement of both, and the tables that HGNC publishes."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from kg.errors import DataError, UsageError
from kg.reference import Agreement, Gene, Hgnc, embedded_hgnc, read_hgnc

OFFICIAL = (
    "hgnc_id\tsymbol\tname\tlocus_type\tstatus\talias_symbol\tprev_symbol\tentrez_id\t"
    "ensembl_gene_id\tuniprot_ids\tmgd_id\trgd_id"
)
CUSTOM = (
    "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\t"
    "NCBI Gene ID(supplied by NCBI)\tUniProt ID(supplied by UniProt)\t"
    "Mouse genome database ID(supplied by MGI)\tRat genome database ID(supplied by RGD)\t"
    "Previous symbols\tEnsembl gene ID"
)
BMAL1 = Gene(
    hgnc="701",
    symbol="BMAL1",
    name="basic helix-loop-helix ARNT like 1",
    status="approved",
    replaced_by=(),
    entrez="406",
    ensembl="ENSG00000133794",
    uniprot=("O00327",),
    mgi=("1096381",),
    rgd=("62003",),
    aliases=("MOP3", "JAP3", "PASD3", "bHLHe5", "ARNTL1"),
    previous=("ARNTL",),
)


@pytest.fixture(scope="module")
def hgnc() -> Hgnc:
    return embedded_hgnc()


def symbols(genes: tuple[Gene, ...]) -> list[str]:
    return [gene.symbol for gene in genes]


def test_size_and_source(hgnc: Hgnc) -> None:
    assert len(hgnc) == 49013
    assert (hgnc.source.date, hgnc.source.licence) == ("2024-07", "CC0 1.0")
    assert [name for name, _ in hgnc.source.digests] == ["hgnc_entries.tsv.gz"]


def test_look_up_a_gene(hgnc: Hgnc) -> None:
    assert hgnc.by_entrez("406") == hgnc.by_id("701") == hgnc.by_symbol("BMAL1") == BMAL1
    assert hgnc.by_ensembl("ENSG00000133794") == BMAL1
    assert hgnc.by_ensembl("") is None
    assert BMAL1.is_approved


def test_several_values_of_a_cell(hgnc: Hgnc) -> None:
    gene = hgnc.by_symbol("CDKN2A")
    assert gene is not None
    assert gene.uniprot == ("P42771", "Q8N726")
    assert len(symbols(hgnc.by_uniprot("P62805"))) == 14


@pytest.mark.parametrize("entrez", ["", "0", "BMAL1", "999999999"])
def test_unknown_number(hgnc: Hgnc, entrez: str) -> None:
    assert hgnc.by_entrez(entrez) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ARNTL", ["BMAL1"]),
        ("HIST1H4G", ["H4C7"]),
        ("ATP5MPL", ["ATP5MJ"]),
        ("SEPT6", ["SEPTIN6"]),
        ("BMAL1", ["BMAL1"]),
        ("JAP3", ["BMAL1"]),
        ("MOP3", ["BMAL1", "SBNO1"]),  # an alias of both
        ("ETK", ["EPHA3", "BMX"]),  # once a symbol of one, an alias of the other
        ("C6orf13", ["TRIM31"]),
        ("C9orf108", ["S1PR3"]),  # by way of C9orf47
        ("DNM1DN3@", ["DNM1P28", "DNM1P29", "DNM1P30"]),
        ("A12M1", []),
        ("no such symbol", []),
    ],
)
def test_find_what_a_symbol_stands_for(hgnc: Hgnc, old: str, new: list[str]) -> None:
    assert symbols(hgnc.find(old)) == new


def test_withdrawn_symbol(hgnc: Hgnc) -> None:
    entry = hgnc.withdrawn("A1S9T")
    assert entry is not None
    assert (entry.status, entry.replaced_by, entry.entrez) == (
        "symbol withdrawn",
        ("12469",),
        None,
    )
    assert not entry.is_approved
    assert hgnc.by_symbol("A1S9T") is None
    assert symbols(hgnc.successors(entry)) == ["UBA1"]


def test_withdrawn_entry(hgnc: Hgnc) -> None:
    entry = hgnc.withdrawn("A12M1")
    assert entry is not None
    assert (entry.status, entry.replaced_by, entry.name) == ("entry withdrawn", (), "")
    assert hgnc.successors(entry) == ()


def test_symbol_of_a_gene_and_of_a_withdrawn_entry(hgnc: Hgnc) -> None:
    gene, entry = hgnc.by_symbol("HTT"), hgnc.withdrawn("HTT")
    assert gene is not None
    assert entry is not None
    assert (gene.entrez, entry.entrez) == ("3064", None)
    assert hgnc.find("HTT") == (gene,)


@pytest.mark.parametrize(
    ("entrez", "symbol", "agreement", "others"),
    [
        ("406", "BMAL1", "same", []),
        ("406", "ARNTL", "previous symbol", []),
        ("406", "JAP3", "alias", []),
        ("406", "MOP3", "alias", ["SBNO1"]),
        ("406", "TP53", "other gene", ["TP53"]),
        ("406", "TMEM173", "other gene", ["STING1"]),
        ("406", "A12M1", "withdrawn", []),
        ("406", "C6orf13", "withdrawn", ["TRIM31"]),
        ("406", "Bmal1", "unknown symbol", []),
        ("406", "no such symbol", "unknown symbol", []),
        ("406", "p53", "unknown symbol", ["TP53"]),
        ("999999999", "TP53", "other gene", ["TP53"]),
        ("999999999", "A12M1", "withdrawn", []),
        ("999999999", "p53", "unknown gene", ["TP53"]),
        ("999999999", "no such symbol", "unknown gene", []),
    ],
)
def test_check(
    hgnc: Hgnc, entrez: str, symbol: str, agreement: Agreement, others: list[str]
) -> None:
    check = hgnc.check(entrez, symbol)
    assert (check.agreement, symbols(check.others)) == (agreement, others)
    assert check.gene == hgnc.by_entrez(entrez)


def test_symbol_that_moved_from_one_gene_to_another(hgnc: Hgnc) -> None:
    """A symbol of the gene's own past is no contradiction, though another gene bears it now."""
    moved = [
        (gene, symbol)
        for gene in map(hgnc.by_entrez, hgnc.columns.entrez)
        if gene is not None
        for symbol in gene.previous
        if hgnc.by_symbol(symbol)
    ]
    assert moved
    for gene, symbol in moved:
        assert gene.entrez is not None
        check = hgnc.check(gene.entrez, symbol)
        assert check.agreement in ("previous symbol", "same")
        assert check.agreement == "same" or symbols(check.others) == [symbol]


def test_every_gene_agrees_with_its_own_symbols(hgnc: Hgnc) -> None:
    for entrez in hgnc.columns.entrez[::40]:
        gene = hgnc.by_entrez(entrez)
        if gene is None or gene.entrez is None:
            continue
        assert hgnc.check(gene.entrez, gene.symbol).agreement == "same"
        for symbol in {*gene.previous} - {gene.symbol}:
            assert hgnc.check(gene.entrez, symbol).agreement == "previous symbol"
            assert hgnc.find(symbol)


def test_successors_end_even_in_a_circle(tmp_path: Path) -> None:
    def withdrawn(number: int, see: int) -> str:
        notice = f"symbol withdrawn, see [HGNC:{see}](/data/HGNC:{see})"
        return f"HGNC:{number}\tA{number}\t{notice}\tSymbol Withdrawn" + "\t" * 7

    rows = [CUSTOM, withdrawn(1, 2), withdrawn(2, 1), withdrawn(3, 9)]
    path = tmp_path / "hgnc.tsv"
    path.write_text("\n".join(rows))
    hgnc = read_hgnc(path)
    for symbol in ("A1", "A2", "A3"):
        entry = hgnc.withdrawn(symbol)
        assert entry is not None
        assert hgnc.successors(entry) == ()


def test_load_in_time() -> None:
    """The budget is 0.3 s of one core; a lookup by number is what a build needs."""
    start_s = time.process_time()
    hgnc = embedded_hgnc.__wrapped__()
    assert hgnc.by_entrez("406") == BMAL1
    assert time.process_time() - start_s < 0.3


# The layouts that HGNC publishes


def test_read_the_official_layout(tmp_path: Path) -> None:
    path = tmp_path / "hgnc_complete_set.txt.gz"
    rows = [
        OFFICIAL,
        "HGNC:701\tBMAL1\tbasic helix-loop-helix ARNT like 1\tgene with protein product\tApproved\t"
        '"MOP3|JAP3|PASD3|bHLHe5|ARNTL1"\tARNTL\t406\tENSG00000133794\tO00327\tMGI:1096381\t'
        "RGD:62003",
        'HGNC:5\tA1BG\t"a name, ""quoted"""\tgene\tApproved\t\t\t1\t\tP1|P2\tMGI:1|MGI:2\t',
        "HGNC:6\tA1S9T~withdrawn\tsymbol withdrawn, see HGNC:701\t\tEntry Withdrawn" + "\t" * 7,
    ]
    path.write_bytes(gzip.compress("\r\n".join([*rows, ""]).encode()))
    hgnc = read_hgnc(path, date="2026-11")
    assert hgnc.source.date == "2026-11"
    assert hgnc.columns.symbol == ("A1BG", "A1S9T", "BMAL1")
    assert hgnc.by_entrez("406") == BMAL1
    gene, entry = hgnc.by_symbol("A1BG"), hgnc.withdrawn("A1S9T")
    assert gene is not None
    assert entry is not None
    assert gene.name == 'a name, "quoted"'
    assert (gene.uniprot, gene.mgi, gene.rgd, gene.ensembl) == (("P1", "P2"), ("1", "2"), (), None)
    assert entry.status == "entry withdrawn"


def test_read_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "hgnc.tsv"
    path.write_text(f"{OFFICIAL}\n")
    hgnc = read_hgnc(path)
    assert len(hgnc) == 0
    assert hgnc.check("406", "BMAL1").agreement == "unknown gene"


ROW = "HGNC:1\tA\tname\tx\tApproved\t\t\t1\t\t\t\t"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "symbol\tname\nA\tb",
            "hgnc.tsv:1: is not a table of HGNC: there is no column hgnc_id, status, entrez_id, "
            "ensembl_gene_id, uniprot_ids, mgd_id, rgd_id, alias_symbol, prev_symbol\n"
            "hint: take hgnc_complete_set.txt from https://www.genenames.org/download/",
        ),
        (
            f"{OFFICIAL}\n{ROW}\n\n",
            "hgnc.tsv:3: the row has 1 cells, and the header has 12",
        ),
        (
            f"{OFFICIAL}\n{ROW.replace('HGNC:1', '1')}\n",
            "hgnc.tsv:2: hgnc_id: '1' is not an HGNC identifier\nhint: for example HGNC:11701",
        ),
        (
            f"{OFFICIAL}\n{ROW}\n{ROW.replace('Approved', 'Lost')}\n",
            "hgnc.tsv:3: status: 'Lost' is not a status\nhint: for example Approved",
        ),
        (
            f"{OFFICIAL}\n{ROW[:-5]}\t1x\t\t\t\t\n",
            "hgnc.tsv:2: the row has 13 cells, and the header has 12",
        ),
        (
            f"{OFFICIAL}\n{ROW.replace('1' + chr(9) * 4, '74O9' + chr(9) * 4)}\n",
            "hgnc.tsv:2: entrez_id: '74O9' is not an NCBI Gene identifier\nhint: for example 406",
        ),
        (
            f"{OFFICIAL}\n{ROW.replace('1' + chr(9) * 4, '٧' + chr(9) * 4)}\n",
            "hgnc.tsv:2: entrez_id: '٧' is not an NCBI Gene identifier\nhint: for example 406",
        ),
        (
            f"{OFFICIAL}\n{ROW.replace('HGNC:1', 'HGNC:١')}\n",
            "hgnc.tsv:2: hgnc_id: 'HGNC:١' is not an HGNC identifier\nhint: for example HGNC:11701",
        ),
        (f"{OFFICIAL}\n\udcff", "hgnc.tsv:2: is not UTF-8"),
    ],
)
def test_refuse_what_is_no_table_of_hgnc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hgnc.tsv").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(DataError) as caught:
        read_hgnc(Path("hgnc.tsv"))
    assert str(caught.value) == message


def test_no_such_file() -> None:
    with pytest.raises(UsageError, match=r"^no\.tsv: there is no such file$"):
        read_hgnc(Path("no.tsv"))


def test_damaged_gzip(tmp_path: Path) -> None:
    path = tmp_path / "hgnc.tsv.gz"
    path.write_bytes(gzip.compress(OFFICIAL.encode() * 100)[:-20])
    with pytest.raises(DataError, match="can't be read: Compressed file ended"):
        read_hgnc(path)
    path.write_bytes(b"plain text")
    with pytest.raises(DataError, match="can't be read: Not a gzipped file"):
        read_hgnc(path)
