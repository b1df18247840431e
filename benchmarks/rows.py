"""Read rows and families: what the rdflib script and Morph-KGC's converter share.

Only the standard library, and nothing of kg; nothing is checked.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parent.parent / "kg" / "reference" / "data"
HUMAN = "9606"
MISSING = ("", "NA", ".na.character")
STRICT = ("hgnc_symbol", "ncbigene_symbol")
FAMILIES = ("bioentities_symbol", "famplex_relations")

_HGNC = "https://www.genenames.org/"
_NCBI = "https://www.ncbi.nlm.nih.gov/gene"
_FAMPLEX = "https://github.com/sorgerlab/famplex"
_EXPANDED = "The word was matched to a family or complex, which was expanded to its genes."
LEXICONS = {
    "hgnc_symbol": (
        "HGNC approved symbols",
        "The word was matched to the approved symbol of a gene.",
        _HGNC,
    ),
    "hgnc_alias_symbol": (
        "HGNC alias symbols",
        "The word was matched to an alias of a gene.",
        _HGNC,
    ),
    "hgnc_prev_symbol": (
        "HGNC previous symbols",
        "The word was matched to a symbol that a gene once had.",
        _HGNC,
    ),
    "bioentities_symbol": (
        "FamPlex families and complexes (as Bioentities)",
        _EXPANDED,
        _FAMPLEX,
    ),
    "ncbigene_symbol": (
        "NCBI Gene symbols",
        "The word was matched to the symbol of a gene of an organism.",
        _NCBI,
    ),
    "ncbigene_synonym": (
        "NCBI Gene synonyms",
        "The word was matched to a synonym of a gene of an organism.",
        _NCBI,
    ),
    "famplex_relations": ("FamPlex families and complexes", _EXPANDED, _FAMPLEX),
    "MESH": (
        "Medical Subject Headings",
        "The word was matched to a chemical or disease of MeSH.",
        "https://www.nlm.nih.gov/mesh/",
    ),
}
"""Title, description and source of each lexicon."""

Row = tuple[str, str, str, str, str, str]


def known(text: str | None) -> str:
    """Return a text, empty where it is missing in any spelling."""
    return "" if text is None or text in MISSING else text


def items(value: Any, separator: str = ",") -> list[str]:
    """Return the items of a field that is a list, a joined text, or a list of such."""
    values = value if isinstance(value, list) else [value or ""]
    parts = [part.strip() for text in values for part in text.split(separator)]
    return [part for part in parts if part not in MISSING]


def read_table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_wpids(path: Path) -> list[tuple[str, str]]:
    """Return the pairs of figid and WikiPathways id of `wpid_map.tsv`."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(figid, wpid) for figid, _, wpid in (line.partition("\t") for line in lines)]


def hgnc_row(row: dict[str, str]) -> Row:
    """Return word, term, lexicon, gene, symbol and taxon of a gene row of layouts 1 and 2."""
    symbol = known(row.get("hgnc_symbol"))
    return row["word"], row["symbol"], row["source"], row["entrez"], symbol, HUMAN


def ncbi_row(row: dict[str, str]) -> Row:
    """Return word, term, lexicon, gene, symbol and taxon of a gene row of layouts 3 and 4."""
    symbol, taxon = known(row["ncbigene_symbol"]), known(row["organism_id"])
    return row["word"], row["match"], row["source"], row["ncbigene_id"], symbol, taxon


def substance_row(row: dict[str, str]) -> Row:
    """Return word, term, lexicon, MeSH number, ChEBI or DO number, and name of a row."""
    mesh = known(row.get("identifier")) or known(row.get("mesh"))
    other = known(row.get("chebi")) or known(row.get("doid"))
    lexicon = "MESH" if mesh or known(row.get("source")) else ""
    number, name = other.partition(":")[2], known(row.get("name"))
    return row["word"], known(row.get("match")), lexicon, mesh.removeprefix("mesh:"), number, name


def most_rows(counts: Counter[Row]) -> dict[tuple[str, ...], int]:
    """Return for each (word, term, lexicon) how often the word stands in the figure."""
    most: dict[tuple[str, ...], int] = {}
    for row, count in counts.items():
        most[row[:3]] = max(most.get(row[:3], 0), count)
    return most


class Families:
    """FamPlex: which of its families a term stands for."""

    def __init__(self) -> None:
        self.ids = set(_read_pairs("famplex.tsv"))
        self.groundings = _read_pairs("famplex_groundings.tsv")
        self.folded: dict[str, str] = {}
        for text, id in self.groundings.items():
            key = text.casefold()
            self.folded[key] = id if self.folded.get(key, id) == id else ""

    def ground(self, term: str) -> str:
        """Return the FamPlex id: the term itself, with a suffix, or by the map; else empty."""
        if term in self.ids:
            return term
        mapped = self.groundings.get(term)
        if mapped is None:
            mapped = self.folded.get(term.casefold(), "")
        suffixed = {f"{term}_family", f"{term}_complex"} & self.ids
        if mapped in suffixed or len(suffixed) != 1:
            return mapped
        return suffixed.pop()


def _read_pairs(name: str) -> dict[str, str]:
    lines = (REFERENCE / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    pairs = (line.partition("\t") for line in lines if not line.startswith("# "))
    return {key: value for key, _, value in pairs}
