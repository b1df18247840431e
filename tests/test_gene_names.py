"""Genes by the names that people give them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Run

from kg.errors import UsageError
from kg.network import (
    ANY,
    GeneFinder,
    Index,
    find_taxon,
    read_names,
)

KgRunner = Callable[..., Run]


@pytest.mark.parametrize(
    ("name", "entrez", "note"),
    [
        ("SRC", 6714, ""),
        ("src", 6714, ""),
        ("6714", 6714, ""),
        ("ncbigene:6714", 6714, ""),
        ("https://identifiers.org/ncbigene/6714", 6714, ""),
        ("http://identifiers.org/ncbigene/6714", 6714, ""),
        ("HGNC:11283", 6714, ""),
        ("hgnc:11283", 6714, ""),
        ("ENSG00000197122", 6714, ""),
        ("ENSG00000197122.12", 6714, ""),
        ("ENSG99999999999", None, "ENSG99999999999 is unknown"),
        ("FAK", 5747, "FAK is read as PTK2"),
        ("ARNTL", 406, "ARNTL is now BMAL1"),
        ("arntl", 406, "arntl is now BMAL1"),
        ("ETK", None, "ETK is ambiguous and left out: EPHA3, BMX"),  # one's before, one's alias
        ("INS", 3630, "INS is in no figure"),
        ("SCR", None, "SCR is unknown; similar: SRC, SCD, SCT"),
        ("β-catenin", None, "β-catenin is unknown; similar: CTNNB1"),
        ("IκBα", None, "IκBα is unknown; similar: NFKBIA"),
        ("IL_1 beta", None, "IL_1 beta is unknown; similar: IL1B"),
        ("TMEM30CP2", None, "TMEM30CP2 is unknown; similar: TMEM30CP, TMEM230P2, TMEM30BP1"),
        ("p21", None, "p21 is ambiguous and left out: CDKN1A, H3P16, TCEAL1"),
        ("tnfrsf1b", 7133, "tnfrsf1b is in no figure"),
        ("100037357", None, "100037357 is a gene of Danio rerio and left out"),
        ("99999999", None, "99999999 is unknown"),
        ("", None, " is unknown"),
    ],
)
def test_gene_is_found_by_name(index: Index, name: str, entrez: int | None, note: str) -> None:
    found = GeneFinder(index).find(name)
    assert found.note == note
    assert found.entrez == entrez


def test_gene_of_another_organism(index: Index) -> None:
    zebrafish = GeneFinder(index, find_taxon(index, "zebrafish"))
    assert zebrafish.find("tnfrsf1b").entrez == zebrafish.find("TNFRSF1B").entrez == 100037357
    assert zebrafish.find("SRC").note == "SRC is a gene of Homo sapiens and left out"
    assert GeneFinder(index, ANY).find("tcf4").entrez == 100526651
    assert GeneFinder(index, ANY).find("SRC").entrez == 6714


@pytest.mark.parametrize(
    ("name", "genes"),
    [
        ("ras", "HRAS, KRAS, NRAS"),  # a family that the figures show
        ("ERK", "MAPK1, MAPK3"),  # one of FamPlex alone, which HGNC has as a symbol of EPHB2
    ],
)
def test_family_is_told_with_its_genes(index: Index, name: str, genes: str) -> None:
    found = GeneFinder(index).find(name)
    assert found.entrez is None
    assert found.note == f"{name} is a family and left out; its genes: {genes}"


@pytest.mark.parametrize(
    ("name", "taxon"),
    [("human", 9606), ("Mus  musculus", 10090), ("9606", 9606), ("any", 0), ("ZEBRAFISH", 7955)],
)
def test_organism_is_found_by_name(index: Index, name: str, taxon: int) -> None:
    assert find_taxon(index, name) == taxon


def test_unknown_organism_is_told_with_those_known(index: Index) -> None:
    with pytest.raises(UsageError) as caught:
        find_taxon(index, "hamster")
    message = str(caught.value)
    assert message.startswith("'hamster' is no organism of this data\nhint: known: any, ")
    assert "Homo sapiens" in message


def test_names_stand_in_a_text_in_any_way() -> None:
    text = "TP53, MDM2;\t7157\n\n# a comment, with comma\nHGNC:11998 # one\r\n"
    assert read_names(text) == ["TP53", "MDM2", "7157", "HGNC:11998"]
