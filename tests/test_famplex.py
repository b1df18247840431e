"""FamPlex: grounding of family terms, members, hierarchy, equivalents; and its files."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError, UsageError
from kg.mapping.names import mint_family
from kg.read import find_pages, read_page
from kg.record import FAMILY_LEXICONS, make_record
from kg.reference import (
    Famplex,
    Grounding,
    Member,
    Parent,
    Source,
    embedded_famplex,
    embedded_hgnc,
    read_famplex,
)
from kg.terms import famplex, own_family

SHARED = Path(__file__).parents[1].parent / "shared" / "data"

NOT_EXACT = {
    # the symbols of 3,541 real figures that are no FamPlex id
    "IKK": Grounding("IKK_complex", "suffix"),
    "WNT": Grounding("Wnt", "grounding map"),
    "CALCINEURIN": Grounding("PPP3", "grounding map"),
    "Gi": Grounding("G_i", "grounding map"),
    "NMDAR": Grounding("GRIN", "grounding map"),
    "MGLUR": Grounding("GRM", "grounding map"),
    "G12": Grounding("G_12", "grounding map"),
    "Galpha": Grounding("G_alpha", "grounding map"),
    "NFKB": Grounding(None, "none"),
    "Frizzled": Grounding(None, "none"),
    "BCATENIN": Grounding(None, "none"),
    "MAPKK": Grounding(None, "none"),
    "Gq": Grounding(None, "none"),
    "Gs": Grounding(None, "none"),
    "AC": Grounding(None, "none"),
    "GRG": Grounding(None, "none"),
    "Cyclin-D1": Grounding(None, "none"),
    "Cyclin-D2": Grounding(None, "none"),
    "Cyclin-D3": Grounding(None, "none"),
    # in a side table of layout 3
    "FOS": Grounding("FOS_family", "suffix"),
}


@pytest.fixture(scope="module")
def fplx() -> Famplex:
    return embedded_famplex()


@pytest.mark.parametrize(
    ("genes", "families"),
    [
        ("4790 4791 5966 5970 5971", ("NFkappaB",)),
        ("2778 2774", ("G_s", "G_s_alpha")),
        ("4790 4791 5966 5970", ()),  # one lacks
        ("1499", ()),  # a single gene is no evidence
        ("", ()),
    ],
)
def test_families_with_just_these_genes(
    fplx: Famplex, genes: str, families: tuple[str, ...]
) -> None:
    assert fplx.with_genes(genes.split()) == families


def test_genes_are_those_of_families_below_too(fplx: Famplex) -> None:
    assert fplx.family("NFkappaB").members == ()
    assert fplx.genes("NFkappaB") == {"4790", "4791", "5966", "5970", "5971"}
    assert "NFkappaB" in fplx.relatives("NFkappaB_1")


def test_source_states_no_date_that_the_files_lack(fplx: Famplex) -> None:
    assert fplx.source.date is None
    assert fplx.source.licence == "CC0 1.0"
    assert len(fplx.source.digests) == 4
    assert fplx.source.notes == (
        "no NCBI Gene number: HGNC CKBE isa Creatine_kinase",
        "no IRI: 309 equivalents in BEL",
        "no IRI: 2 equivalents in ECCODE",
        "no IRI: 149 equivalents in MEDSCAN",
        "no IRI: 1 equivalents in MIRBASE_FAMILY",
    )


def test_ids(fplx: Famplex) -> None:
    assert len(list(fplx)) == 783
    assert "AKT" in fplx
    assert "akt" not in fplx
    with pytest.raises(KeyError):
        fplx.family("akt")


# Grounding


@pytest.mark.parametrize(("term", "expected"), NOT_EXACT.items())
def test_ground_what_is_no_id(fplx: Famplex, term: str, expected: Grounding) -> None:
    assert fplx.ground(term) == expected


def test_every_id_is_its_own_grounding(fplx: Famplex) -> None:
    """To the letter, even where the map has the text as one protein (`SRC`, `TNF`, `PARP`)."""
    for id in fplx:
        assert fplx.ground(id) == Grounding(id, "exact")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("PRC1", Grounding("PRC1_complex", "suffix")),  # to the map, a protein as well
        ("p53", Grounding("p53_family", "suffix")),
        ("Myosin", Grounding("Myosin_complex", "suffix")),  # two suffixes: the map decides
        ("wnt", Grounding("Wnt", "grounding map")),
        ("Rac", Grounding(None, "none")),  # to the map, a family, a protein and a chemical
        ("HH", Grounding(None, "none")),  # Hedgehog as "Hh", histamine receptors as "HH"
        ("", Grounding(None, "none")),
    ],
)
def test_ground_what_may_mislead(term: str, expected: Grounding) -> None:
    assert embedded_famplex().ground(term) == expected


@pytest.fixture
def small() -> Famplex:
    rows = dict.fromkeys(("A", "B_family", "B_complex", "C_family", "C_complex", "D"), "\t" * 4)
    groundings = {
        "b": "D",
        "C": "C_complex",
        "d-one": "D",
        "D-ONE": "",
        "D two": "D",
        "e": "A",
        "E": "D",
    }
    return Famplex(rows, groundings, Source("FamPlex", "https://example.org/", "CC0 1.0"))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("A", Grounding("A", "exact")),
        ("B", Grounding("D", "grounding map")),  # the map names neither of the two suffixes
        ("C", Grounding("C_complex", "suffix")),
        ("d TWO", Grounding("D", "grounding map")),
        ("d-one", Grounding("D", "grounding map")),  # to the letter
        ("D-ONE", Grounding(None, "none")),  # to the letter, something else
        ("D-One", Grounding(None, "none")),  # in any case, not one thing
        ("e", Grounding("A", "grounding map")),
        ("E", Grounding("D", "grounding map")),
        ("é", Grounding(None, "none")),
    ],
)
def test_order_of_the_ways(small: Famplex, term: str, expected: Grounding) -> None:
    assert small.ground(term) == expected


def test_case_must_not_matter_where_it_decides(small: Famplex) -> None:
    folded = Famplex(small.rows, {"eE": "A", "Ee": "D"}, small.source)
    assert folded.ground("EE") == Grounding(None, "none")


@given(st.text() | st.sampled_from(sorted(embedded_famplex().groundings)).map(str.swapcase))
def test_no_famplex_iri_is_invented(term: str) -> None:
    found = embedded_famplex().ground(term)
    assert (found.id is None) == (found.how == "none")
    assert found.id is None or found.id in embedded_famplex()
    assert mint_family(term, found) == (famplex(found.id) if found.id else own_family(term))


def test_ground_in_time() -> None:
    start_s = time.process_time()
    embedded_famplex.__wrapped__().ground("MGLUR")
    assert time.process_time() - start_s < 0.05


# What FamPlex says of a family


def test_family(fplx: Famplex) -> None:
    family = fplx.family("AKT")
    assert family.members == (Member("207", "isa"), Member("208", "isa"), Member("10000", "isa"))
    assert family.parents == ()


def test_complex(fplx: Famplex) -> None:
    assert fplx.family("IKK_complex").members == (
        Member("1147", "partof"),
        Member("3551", "partof"),
        Member("8517", "partof"),
    )
    assert fplx.family("FOS_family").parents == (Parent("AP1", "partof"),)
    assert fplx.family("Histone_H4").parents == (Parent("Histone", "isa"),)


def test_members_that_famplex_names_by_protein(fplx: Famplex) -> None:
    members = [gene for gene, _ in fplx.family("Histone_H4").members]
    assert len(members) == 15  # FamPlex names one of them


def test_member_by_its_previous_symbol(fplx: Famplex) -> None:
    """FamPlex says MRPS36; the gene is KGD4 by now."""
    assert embedded_hgnc().find("MRPS36")[0].symbol == "KGD4"
    assert Member("92259", "partof") in fplx.family("MRPS").members


def test_hierarchy_is_closed_and_has_no_circle(fplx: Famplex) -> None:
    def above(id: str, path: tuple[str, ...] = ()) -> None:
        assert id not in path
        for parent in fplx.family(id).parents:
            assert parent.id in fplx
            above(parent.id, (*path, id))

    for id in fplx:
        above(id)


def test_counts(fplx: Famplex) -> None:
    families = [fplx.family(id) for id in fplx]
    assert sum(len(family.members) for family in families) == 4957
    assert sum(len(family.parents) for family in families) == 360
    assert sum(len(family.equivalents) for family in families) == 2079
    genes = embedded_hgnc()
    assert all(genes.by_entrez(gene) for family in families for gene, _ in family.members)


def test_equivalents(fplx: Famplex) -> None:
    assert "<https://www.nextprot.org/term/FA-00408>" in fplx.family("FOS_family").equivalents
    assert "<http://purl.obolibrary.org/obo/GO_0000145>" in fplx.family("EXOC").equivalents
    shared = "<https://identifiers.org/interpro/IPR000469>"  # FamPlex has it for both
    assert shared in fplx.family("G_12").equivalents
    assert shared in fplx.family("G_12_alpha").equivalents


# The files that FamPlex publishes


@pytest.fixture
def write_famplex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    monkeypatch.chdir(tmp_path)
    files = {
        "entities": "F\r\nF_complex\r\n",
        "relations": (
            "HGNC,BMAL1,isa,FPLX,F\r\nHGNC,ARNTL,isa,FPLX,F\r\nHGNC,TP53,isa,FPLX,F\r\n"
            "HGNC,Nobody,partof,FPLX,F_complex\r\nFPLX,F,partof,FPLX,F_complex\r\n"
            "UP,P62805,partof,FPLX,F_complex\r\n"
        ),
        "equivalences": (
            'BEL,"F, a family",F\r\nIP,IPR000001,F\r\nIP,IPR000002,F\r\nPF,PF00001,F\r\n'
        ),
        "grounding_map": (
            'f family,FPLX,F,,,,\r\nf,UP,P1,FPLX,F,,\r\ng,UP,P2,,,,\r\n"h, h",FPLX,F,,,,\r\n'
            '"h, h",FPLX,F_complex,,,,\r\n'
        ),
    }

    def write(**changed: str) -> Path:
        folder = Path("fplx")
        folder.mkdir()
        for name, text in {**files, **changed}.items():
            (folder / f"{name}.csv").write_text(text, newline="")
        return folder

    return write


def test_read_the_files(write_famplex: Callable[..., Path]) -> None:
    fplx = read_famplex(write_famplex(), embedded_hgnc(), date="2026-11")
    assert fplx.source.date == "2026-11"
    assert fplx.source.notes == (
        "no NCBI Gene number: HGNC Nobody partof F_complex",
        "no IRI: 1 equivalents in BEL",
    )
    family, complex_ = map(fplx.family, fplx)
    assert family.members == (Member("406", "isa"), Member("7157", "isa"))
    assert family.parents == (Parent("F_complex", "partof"),)
    assert family.equivalents == (
        "<https://identifiers.org/interpro/IPR000001>",
        "<https://identifiers.org/interpro/IPR000002>",
        "<https://identifiers.org/pfam/PF00001>",
    )
    assert len(complex_.members) == 14
    assert fplx.groundings == {"f": "F", "f family": "F", "g": "", "h, h": ""}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"relations": "HGNC,A,isa,FPLX\r\n"},
            "fplx/relations.csv:1: the row has 4 cells, and FamPlex writes 5",
        ),
        (
            {"relations": "HGNC,A,isa,FPLX,F\r\nHGNC,A,isa,FPLX,X\r\n"},
            "fplx/relations.csv:2: 'X' is not in entities.csv\n"
            "hint: take all four files from one version of FamPlex",
        ),
        (
            {"relations": "FPLX,X,isa,FPLX,F\r\n"},
            "fplx/relations.csv:1: 'X' is not in entities.csv\n"
            "hint: take all four files from one version of FamPlex",
        ),
        (
            {"relations": "HGNC,A,was,FPLX,F\r\n"},
            "fplx/relations.csv:1: 'was' is not a relation\nhint: known: isa, partof",
        ),
        (
            {"equivalences": "IP,IPR000001,X\r\n"},
            "fplx/equivalences.csv:1: 'X' is not in entities.csv\n"
            "hint: take all four files from one version of FamPlex",
        ),
        (
            {"entities": "F\r\nF complex\r\n"},
            "fplx/entities.csv:2: 'F complex' is not an identifier of FamPlex",
        ),
        (
            {"entities": "id,name\r\nF,F\r\n"},
            "fplx/entities.csv:1: the row has 2 cells, and FamPlex writes 1",
        ),
        (
            {"entities": ""},
            "fplx/entities.csv: has no families",
        ),
        (
            {"relations": "namespace,id,relation,namespace,id\r\nHGNC,A,isa,FPLX,F\r\n"},
            "fplx/relations.csv:1: 'id' is not in entities.csv\n"
            "hint: take all four files from one version of FamPlex",
        ),
        (
            {"grounding_map": "f,FPLX,F,,,,\r\nx,FPLX,X,,,,\r\n"},
            "fplx/grounding_map.csv:2: 'X' is not in entities.csv\n"
            "hint: take all four files from one version of FamPlex",
        ),
        (
            {"grounding_map": '"' + "a" * 200_000},
            "fplx/grounding_map.csv: is not CSV: field larger than field limit (131072)",
        ),
        (
            {"grounding_map": "a\tb\r\n"},
            "fplx/grounding_map.csv:1: the row has 1 cells, and FamPlex writes 7",
        ),
    ],
)
def test_refuse_files_that_do_not_fit(
    write_famplex: Callable[..., Path], changed: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_famplex(write_famplex(**changed), embedded_hgnc())
    assert str(caught.value) == message


HINT = (
    "hint: give the folder or checkout of FamPlex that has "
    "entities.csv, equivalences.csv, grounding_map.csv, relations.csv"
)


def test_file_is_missing(write_famplex: Callable[..., Path]) -> None:
    folder = write_famplex()
    (folder / "relations.csv").unlink()
    (folder / "equivalences.csv").unlink()
    with pytest.raises(UsageError) as caught:
        read_famplex(folder, embedded_hgnc())
    assert str(caught.value) == f"fplx: there is no equivalences.csv, relations.csv\n{HINT}"


def test_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_famplex(tmp_path / "none", embedded_hgnc())
    assert str(caught.value) == f"{tmp_path}/none: there is no such folder\n{HINT}"


# Real figures


def _below(fplx: Famplex) -> dict[str, set[str]]:
    """Return all genes of each family, those of its members' members too."""
    children = defaultdict(list)
    for id in fplx:
        for parent in fplx.family(id).parents:
            children[parent.id].append(id)

    def collect(id: str) -> set[str]:
        genes = {member.gene for member in fplx.family(id).members}
        return genes.union(*map(collect, children[id]))

    return {id: collect(id) for id in fplx}


def test_terms_of_the_table_pages(fplx: Famplex) -> None:
    """Every term of 549 real figures is grounded, and where it is, its genes are the family's.

    The second half is the evidence that a grounding is right: the genes that PFOCR expanded the
    term to were never part of the grounding.
    """
    if not SHARED.exists():
        pytest.skip("needs the folder shared/data beside the repository")
    rows: Counter[str] = Counter()
    genes = defaultdict(set)
    pages, _ = find_pages([SHARED / "pfocr-tables"])
    for page in pages:
        record, _ = make_record(read_page(page))
        assert record is not None
        for (_, entry), count in record.genes.items():
            if entry.lexicon in FAMILY_LEXICONS:
                rows[entry.term] += count
                genes[entry.term].add(entry.gene)
    ways: Counter[str] = Counter()
    row_ways: Counter[str] = Counter()
    for term, count in rows.items():
        ways[fplx.ground(term).how] += 1
        row_ways[fplx.ground(term).how] += count
    assert ways == {"exact": 131, "suffix": 1, "grounding map": 6, "none": 8}
    assert row_ways == {"exact": 4199, "suffix": 36, "grounding map": 125, "none": 176}
    below = _below(fplx)
    strangers = {
        term: genes[term] - below[found.id]
        for term in rows
        if (found := fplx.ground(term)).id is not None and genes[term] - below[found.id]
    }
    assert strangers == {"ATP_synthase": {"496"}}  # ATP4B, which FamPlex has elsewhere by now
    assert {term for term in rows if fplx.ground(term).how != "exact"} <= set(NOT_EXACT)
    documented = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
    for term in rows:
        found = fplx.ground(term)
        if found.how != "exact":
            shown = f"`{found.id}`" if found.id else "own"
            line = rf"\| `{re.escape(term)}` \| {rows[term]} \| \d+ \| {shown} \| {found.how} \|"
            assert re.search(line, documented), term
