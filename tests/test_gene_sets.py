"""Gene sets as GMT, read by the tools that they are for; enrichment as gseapy computes it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import gseapy
import numpy as np
import pytest
from conftest import Run

from kg.build import iter_records
from kg.errors import DataError, UsageError
from kg.export.gmt import GeneSet, iter_gene_sets
from kg.export.orthologs import read_orthologs
from kg.hypergeometric import adjust
from kg.network import Background, GeneFinder, Index, gene_sets, open_index, search
from kg.record import HUMAN

HOMOLOGY = """\
DB Class Key\tCommon Organism Name\tNCBI Taxon ID\tSymbol\tEntrezGene ID\tMouse MGI ID\tHGNC ID
1\thuman\t9606\tSRC\t6714\t\tHGNC:11283
1\tmouse, laboratory\t10090\tSrc\t20779\tMGI:98397\t
2\tmouse, laboratory\t10090\tAr\t11835\tMGI:88064\t
2\thuman\t9606\tAR\t367\t\tHGNC:644
3\thuman\t9606\tBMX\t660\t\tHGNC:1079
4\thuman\t9606\tPTK2\t5747\t\tHGNC:9611
4\tmouse, laboratory\t10090\tPtk2\t14083\tMGI:95481\t
4\tmouse, laboratory\t10090\tPtk2x\t\tMGI:1\t
"""


def as_rwikipathways(path: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Read as `readGMT` (term, gene) and `readGMTnames` (term, name) of rWikiPathways do."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [(cells[0], gene) for cells in lines for gene in cells[2:]]
    return pairs, [(cells[0], cells[1]) for cells in lines]


def test_default_is_the_rule_of_the_released_files(all_pages: list[Path], all_turtle: Path) -> None:
    """Official symbol, human, three distinct genes: counted anew from the records."""
    expected = {}
    for record in iter_records(all_pages):
        genes = {
            int(entry.gene)
            for _, entry in record.genes
            if entry.lexicon in ("hgnc_symbol", "ncbigene_symbol") and entry.taxon == HUMAN
        }
        if len(genes) >= 3:
            expected[record.figid] = tuple(map(str, sorted(genes)))
    got = {one.figid: one.members for one in iter_gene_sets(open_index(all_turtle))}
    assert got == expected
    assert list(got) == sorted(got)


def test_gmt_of_one_figure(index: Index) -> None:
    sets = {
        ids: {one.figid: one for one in iter_gene_sets(index, ids=ids, strictness="synonyms")}
        for ids in ("entrez", "symbol", "ensembl", "hgnc", "mgi")
    }
    figid = "PMC100003__mb2410470011"
    title = "Summary of the signaling pathway that connects neuropeptides to the AR"
    assert sets["entrez"][figid] == GeneSet(figid, title, ("367", "660", "2776", "5747", "6714"))
    assert sets["symbol"][figid].members == ("AR", "BMX", "GNAQ", "PTK2", "SRC")
    assert sets["ensembl"][figid].members[-1] == "ENSG00000197122"
    assert sets["hgnc"][figid].members[-1] == "HGNC:11283"
    assert sets["mgi"][figid].members[-1] == "MGI:98397"


def test_minimum_counts_distinct_members(index: Index) -> None:
    for minimum in (1, 2, 3, 10):
        sizes = [len(one.members) for one in iter_gene_sets(index, minimum=minimum)]
        assert min(sizes) >= minimum
    counts = np.bincount(gene_sets(index, "strict").sizes)
    assert len(list(iter_gene_sets(index, minimum=1))) == counts[1:].sum()


def test_organism_is_chosen(index: Index) -> None:
    fish = list(iter_gene_sets(index, organism="zebrafish", ids="symbol", strictness="all"))
    assert fish
    assert {symbol.islower() for one in fish for symbol in one.members} == {True}


def test_chemicals_as_sets(index: Index) -> None:
    sets = list(iter_gene_sets(index, ids="chebi", minimum=1))
    assert sets
    assert all(name.startswith("CHEBI:") for one in sets for name in one.members)


def test_mouse_by_ortholog(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "homology.rpt"
    path.write_text(HOMOLOGY)
    orthologs = read_orthologs(path)
    assert sorted(orthologs) == [367, 5747, 6714]
    for ids, members in {
        "entrez": ("11835", "14083", "20779"),
        "symbol": ("Ar", "Ptk2", "Ptk2x", "Src"),
        "mgi": ("MGI:88064", "MGI:95481", "MGI:1", "MGI:98397"),
    }.items():
        sets = iter_gene_sets(index, ids=ids, strictness="synonyms", orthologs=orthologs)
        assert {one.figid: one.members for one in sets}["PMC100003__mb2410470011"] == members


def test_what_can_not_be_exported_is_refused(index: Index, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ensembl identifiers are known of human genes alone"):
        list(iter_gene_sets(index, ids="ensembl", organism="zebrafish"))
    with pytest.raises(UsageError, match="hgnc identifiers of orthologs are not known"):
        list(iter_gene_sets(index, ids="hgnc", orthologs={}))
    with pytest.raises(UsageError, match="'unigene' names no kind of identifier\nhint: known: ent"):
        list(iter_gene_sets(index, ids="unigene"))
    path = tmp_path / "homology.rpt"
    path.write_text("a\tb\n")
    with pytest.raises(DataError) as caught:
        read_orthologs(path)
    assert str(caught.value) == (
        f"{path}:1: lacks the column 'DB Class Key'\n"
        "hint: it should be MGI's HOM_MouseHumanSequence.rpt"
    )
    with pytest.raises(DataError, match="can't be read: No such file"):
        read_orthologs(tmp_path / "none")


def test_command_writes_what_rwikipathways_reads(
    run_kg: Callable[..., Run], pages_turtle: Path, index: Index, tmp_path: Path
) -> None:
    path = tmp_path / "pfocr.gmt"
    run = run_kg("export", "gmt", pages_turtle, "-o", path, "--min", "2")
    sets = list(iter_gene_sets(index, minimum=2))
    assert (run.code, run.stdout, run.stderr) == (0, "", f"{len(sets)} sets\n")
    pairs, names = as_rwikipathways(path)
    assert pairs == [(one.figid, gene) for one in sets for gene in one.members]
    assert names == [(one.figid, one.title) for one in sets]
    shown = run_kg("export", "gmt", pages_turtle, "-o", "-", "--min", "2")
    assert shown.stdout_bytes == path.read_bytes()
    run_kg("export", "gmt", pages_turtle, "-o", f"{path}.gz", "--min", "2")
    assert gzip.decompress(Path(f"{path}.gz").read_bytes()) == path.read_bytes()


def test_figure_without_title_is_called_by_its_figid(
    run_kg: Callable[..., Run], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    gene = {"word": "a", "source": "hgnc_symbol", "hgnc_symbol": "SRC"}
    genes = [{**gene, "symbol": s, "entrez": e} for s, e in (("A", "1"), ("B", "2"), ("C", "3"))]
    folder = make_page(figtitle="", genes=genes)
    make_page(figid="PMC1__f2", figtitle="tab\there,\n new line", genes=[*genes, *genes])
    run_kg("build", folder, "-o", tmp_path / "x.nt")
    run = run_kg("export", "gmt", tmp_path / "x.nt", "-o", "-")
    assert run.stdout == (
        "PMC1__f1\tPMC1__f1\t1\t2\t3\n"  # as writeGMT fills a name that is missing
        "PMC1__f2\ttab here, new line\t1\t2\t3\n"
    )


@pytest.mark.parametrize("background", ["all", "half"])
def test_enrichment_is_that_of_gseapy(
    run_kg: Callable[..., Run], all_turtle: Path, tmp_path: Path, background: str
) -> None:
    """Run `gseapy.enrich`, offline, on our GMT: the same figures, overlaps and p-values."""
    path = tmp_path / "pfocr.gmt"
    run_kg("export", "gmt", all_turtle, "-o", path)
    index = open_index(all_turtle)
    query = [
        "NFKB1",
        "RELA",
        "IKBKB",
        "TNF",
        "IL6",
        "IL1B",
        "MYD88",
        "TLR4",
        "TRAF6",
        "CHUK",
        "JUN",
        "FOS",
    ]
    rows = [gene.row for gene in GeneFinder(index).find_all(query) if gene.row is not None]
    numbers = [str(index.entrez[row]) for row in rows]
    shown = np.flatnonzero(gene_sets(index, "strict").figure_counts)
    universe = shown if background == "all" else np.union1d(shown[::2], rows)
    theirs = gseapy.enrich(
        gene_list=numbers,
        gene_sets=str(path),
        background=index.entrez[universe].tolist(),
        outdir=None,
        no_plot=True,
        cutoff=1.1,
    ).results.set_index("Term")
    sets = gene_sets(index, "strict", within=universe)
    known = Background(len(universe), int(np.isin(rows, universe).sum()))
    ours = search(sets, rows, by="p", top=10_000, background=known)
    exported = {one.figid for one in iter_gene_sets(index)}
    ours = [hit for hit in ours if hit.figid in exported]
    assert {hit.figid for hit in ours} == set(theirs.index)
    assert len(ours) > 20
    expected = theirs.loc[[hit.figid for hit in ours]]
    np.testing.assert_allclose([hit.p for hit in ours], expected["P-value"], rtol=1e-9)
    assert [f"{len(hit.genes)}/{hit.size}" for hit in ours] == list(expected["Overlap"])
    # gseapy corrects for the figures that were hit, we for all that could have been.
    theirs_corrected = adjust(np.array([hit.p for hit in ours]))
    np.testing.assert_allclose(theirs_corrected, expected["Adjusted P-value"], rtol=1e-9)


def test_gseapy_reads_the_gmt(
    run_kg: Callable[..., Run], pages_turtle: Path, index: Index, tmp_path: Path
) -> None:
    path = tmp_path / "pfocr.gmt"
    run_kg("export", "gmt", pages_turtle, "-o", path, "--ids", "symbol")
    expected = {one.figid: list(one.members) for one in iter_gene_sets(index, ids="symbol")}
    assert gseapy.read_gmt(str(path)) == expected
