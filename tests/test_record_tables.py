"""From side tables to record: what is taken of them, and which rows are lost."""

from __future__ import annotations

import pytest
from records import DIGITS, FOLDER, GENE, LEXICONS, NEEDED, MakePage, one_record, read, shown

from kg.record import GeneEntry, Organism, SubstanceEntry

pytestmark = pytest.mark.usefixtures("in_folder")

GENES_HEADER = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\tncbigene_symbol\tncbigene_id\t"
    "source\tcount_direct\tcount_synonym\tcount_match"
)
GENE_ROW = "9606\tHomo sapiens\tPrimates\tHER2\tHER2\tERBB2\t2064\tncbigene_synonym\t1\t6\t4"


def table(*rows: str, header: str = GENES_HEADER) -> str:
    return "\n".join([header, *rows, ""])


def test_gene_table_of_layout_4(make_page: MakePage) -> None:
    mouse = "10090\tMus musculus\tRodentia\tRpa1\tRpa1\tRpa1\t68275\tncbigene_symbol\t2\t3\t5"
    record = one_record(make_page(tables={"genes": table(GENE_ROW, mouse, GENE_ROW)}))
    assert record.genes == {
        ("HER2", GeneEntry("HER2", "ncbigene_synonym", "2064", "ERBB2", "9606")): 2,
        ("Rpa1", GeneEntry("Rpa1", "ncbigene_symbol", "68275", "Rpa1", "10090")): 1,
    }
    assert record.organism_counts == (
        Organism("9606", "Homo sapiens", "Primates", 1, 6, 4),
        Organism("10090", "Mus musculus", "Rodentia", 2, 3, 5),
    )


def test_gene_table_of_layout_3(make_page: MakePage) -> None:
    header = GENES_HEADER.replace("count_synonym\t", "")
    row = "9606\tHomo sapiens\tPrimates\tHER2\tHER2\tERBB2\t2064\tncbigene_synonym\t1\t4"
    record = one_record(make_page(tables={"genes": table(row, header=header)}))
    assert record.organism_counts == (Organism("9606", "Homo sapiens", "Primates", 1, None, 4),)


def test_gene_table_with_missing_cells(make_page: MakePage) -> None:
    row = "NA\tNA\tNA\tNA\tNA\tNA\t2064\tncbigene_synonym\tNA\tNA\tNA"
    record = one_record(make_page(tables={"genes": table(row)}))
    entry = GeneEntry("NA", "ncbigene_synonym", "2064", None, None)
    assert record.genes == {("NA", entry): 1}
    assert record.organism_counts == ()


def test_tables_of_chemicals_and_diseases(make_page: MakePage) -> None:
    record = one_record(
        make_page(
            tables={
                "chemicals": (
                    "word\tmesh\tmatch\tname\tchebi\n"
                    "ATP\tmesh:D000255\tATP\tATP\tchebi:15422\n"
                    'a "b" | c\tmesh:C087825\tNA\tNA\tNA\n'
                    "?\tNA\tNA\tNA\tNA\n"
                ),
                "diseases": (
                    "word\tmesh\tmatch\tname\tdoid\n"
                    "tumour\tmesh:D009369\tNeoplasms\tcancer\tdoid:0060239\n"
                ),
            }
        )
    )
    assert record.chemicals == {
        ("ATP", SubstanceEntry("chemical", "ATP", "MESH", "D000255", "15422", "ATP")): 1,
        ('a "b" | c', SubstanceEntry("chemical", None, "MESH", "C087825", None, None)): 1,
        ("?", SubstanceEntry("chemical", None, None, None, None, None)): 1,
    }
    assert record.diseases == {
        (
            "tumour",
            SubstanceEntry("disease", "Neoplasms", "MESH", "D009369", "0060239", "cancer"),
        ): 1,
    }


def test_crlf_and_blank_lines_in_a_table(make_page: MakePage) -> None:
    text = table(GENE_ROW, "").replace("\n", "\r\n")
    record = one_record(make_page(tables={"genes": f"\ufeff{text}"}))
    ((word, entry),) = record.genes
    assert (word, entry.taxon) == ("HER2", "9606")
    assert record.organism_counts[0].match_count == 4


@pytest.mark.parametrize("kinds", [[], ["genes"], ["chemicals"], ["diseases", "genes"]])
def test_any_table_may_be_missing(make_page: MakePage, kinds: list[str]) -> None:
    known = {
        "genes": table(GENE_ROW),
        "chemicals": "word\tmesh\nATP\tNA\n",
        "diseases": "word\tmesh\ncancer\tNA\n",
    }
    record = one_record(make_page(tables={kind: known[kind] for kind in kinds}))
    for kind in known:
        assert bool(getattr(record, kind)) == (kind in kinds)


def test_rows_in_the_page_go_before_tables(make_page: MakePage) -> None:
    record = one_record(make_page(tables={"genes": table(GENE_ROW)}, genes=[GENE]))
    ((word, _),) = record.genes
    assert word == "(Src"


def test_wpid_map(make_page: MakePage) -> None:
    folder = make_page(wpid="WP2")
    (folder / "_data" / "wpid_map.tsv").write_text(
        "PMC1__f1\tWP5283\nPMC2__f1\tWP1\nPMC1__f1\tWP7\n"
    )
    assert one_record(folder).wpids == ("WP2", "WP5283", "WP7")


@pytest.mark.parametrize(
    ("cells", "said", "lost"),
    [
        ({6: "2O64"}, f"ncbigene_id: '2O64' is not an NCBI Gene identifier\nhint: {DIGITS}", "row"),
        ({6: "NA"}, f"ncbigene_id: is missing\nhint: {NEEDED}", "row"),
        ({7: "x"}, f"source: 'x' is not a lexicon\nhint: {LEXICONS}", "row"),
        ({7: ""}, f"source: is missing\nhint: {NEEDED}", "row"),
        ({3: ""}, f"word: is missing\nhint: {NEEDED}", "row"),
        ({4: ""}, f"match: is missing\nhint: {NEEDED}", "row"),
        (
            {0: "96O6"},
            "organism_id: '96O6' is not an NCBI Taxonomy identifier\n"
            "hint: digits only, for example 9606",
            "row",
        ),
        (
            {8: "x"},
            "count_direct: 'x' is not a whole number\nhint: digits only, for example 14449",
            "field",
        ),
        (
            {9: "-1"},
            "count_synonym: '-1' is not a whole number\nhint: digits only, for example 14449",
            "field",
        ),
        (
            {10: "٣"},
            "count_match: '٣' is not a whole number\nhint: digits only, for example 14449",
            "field",
        ),
    ],
)
def test_bad_row_of_a_gene_table(
    make_page: MakePage, cells: dict[int, str], said: str, lost: str
) -> None:
    row = GENE_ROW.split("\t")
    for column, value in cells.items():
        row[column] = value
    make_page(tables={"genes": table(GENE_ROW, "\t".join(row))})
    record, problems = read(FOLDER)
    assert shown(problems) == [f"pages/_data/PMC1__f1-genes.tsv:3: {said}"]
    assert problems[0].lost == lost
    assert record is not None
    assert record.genes.total() == (1 if lost == "row" else 2)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nw\tD1\tNA\tNA\tNA\n",
            "2: mesh: 'D1' is not a MeSH identifier\nhint: for example D001839",
        ),
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nw\tNA\tNA\tNA\t15422\n",
            "2: chebi: '15422' is not a ChEBI identifier\nhint: for example chebi:15422",
        ),
        (
            "diseases",
            "word\tmesh\tmatch\tname\tdoid\nw\tNA\tNA\tNA\tDOID:1\n",
            "2: doid: 'DOID:1' is not a Disease Ontology identifier\n"
            "hint: for example doid:0060239",
        ),
        (
            "diseases",
            "word\tmesh\n\tNA\n",
            "2: word: is missing\nhint: each row has a word",
        ),
    ],
)
def test_bad_row_of_another_table(make_page: MakePage, kind: str, text: str, said: str) -> None:
    make_page(tables={kind: text})
    record, problems = read(FOLDER)
    assert shown(problems) == [f"pages/_data/PMC1__f1-{kind}.tsv:{said}"]
    assert problems[0].lost == "row"
    assert record is not None
