"""What search and networks take from a graph, and what they refuse of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import refusal

from kg.errors import DataError
from kg.export.tables import read_tables
from kg.network import open_index
from kg.terms import expand, figure, gene

pytestmark = pytest.mark.usefixtures("in_folder")

SHOWN = f"{figure('PMC1__f1')} {expand('pfocr:geneAll')}"
OF_TAXON = f"{gene('7157')} {expand('obo:RO_0002162')}"
LABEL = expand("skos:prefLabel")


@pytest.mark.parametrize(
    ("triple", "value"),
    [
        (f"{SHOWN} {gene('x7')}", gene("x7")),
        (f"{SHOWN} {gene('7' * 19)}", gene("7" * 19)),
        (f"{SHOWN} {gene('٧')}", gene("٧")),
        (f"{OF_TAXON} {expand('obo:NCBITaxon_human')}", expand("obo:NCBITaxon_human")),
        (f"{expand('obo:NCBITaxon_1e9')} {LABEL} 'x'", expand("obo:NCBITaxon_1e9")),
    ],
)
@pytest.mark.parametrize("read", [open_index, read_tables])
def test_what_ends_in_no_number_is_named(triple: str, value: str, read: object) -> None:
    Path("a.ttl").write_text(f"{triple} .\n")
    digits, namespace = (9, "obo/NCBITaxon_") if "Taxon" in value else (18, "ncbigene/")
    told = refusal(lambda: read("a.ttl"), DataError)  # type: ignore[operator] # whatever reads
    assert told.startswith(f"a.ttl: '{value[1:-1]}' does not end in a number of NCBI's\n")
    assert told.endswith(f"{namespace}")
    assert f"hint: digits alone, {digits} at most, stand after http" in told


@pytest.mark.parametrize("count", ["many", "", "-1", "9" * 10, "٣"])
def test_a_count_that_is_none_is_named(count: str) -> None:
    """The index does not read counts, the tables do."""
    mention = "https://w3id.org/pfocr/mention/PMC1__f1:gene:SRC"
    Path("a.ttl").write_text(f"<{mention}> {expand('pfocr:count')} '{count}' .\n")
    assert len(open_index("a.ttl").figid) == 0
    assert refusal(lambda: read_tables("a.ttl"), DataError) == (
        f"a.ttl: {mention}: {count!r} is not a count\nhint: digits alone, 9 at most"
    )
