"""Build the graph with Morph-KGC: pages to CSV tables, tables to N-Triples by an RML mapping.

`python -m benchmarks.morph PAGES OUT_DIR`, run by the Python that has Morph-KGC (see
`benchmarks/requirements.txt`; it is no package of the project's own environment). RML reads no
front matter, so that a converter has to come first; it is timed with the rest. It does what a
mapping language can't: it parses pages, splits joined texts, counts repeated rows, looks up
families, and leaves the minting of IRIs and all triples to `morph.rml.ttl`. What many figures
share goes into a table of its own without repeats, as a careful user would do for speed.

OUT_DIR gets `tables/` and `graph/`, one N-Triples file for each partition of the mapping.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from benchmarks.rows import (
    FAMILIES,
    HUMAN,
    LEXICONS,
    MISSING,
    STRICT,
    Families,
    Row,
    hgnc_row,
    items,
    known,
    most_rows,
    ncbi_row,
    read_table,
    read_wpids,
    substance_row,
)

MAPPING = Path(__file__).with_name("morph.rml.ttl")
NULL = r"\N"

Cells = tuple[object, ...]
Fields = dict[str, Any]

TABLES = {
    "figures": "figid pmcid title caption number type alias filename pathway_score automl_score "
    "year search_rank page ndex",
    "papers": "pmcid title citation year publisher doi journal",
    "journals": "journal title abbreviation",
    "keywords": "pmcid keyword",
    "wpids": "figid wpid",
    "redirects": "figid page",
    "organism_names": "figid name",
    "recognised_names": "figid name",
    "organisms": "figid taxon direct synonym match",
    "taxa": "taxon name group",
    "tags": "figid type value id",
    "gene_matches": "figid kind word term lexicon gene symbol count strict synonym famplex own",
    "gene_recounts": "figid kind word term lexicon gene symbol count",
    "gene_entries": "term lexicon gene symbol label",
    "family_entries": "term lexicon gene symbol label famplex own name",
    "genes": "gene label taxon",
    "chemical_matches": "figid word term lexicon mesh other name count body_mesh body_other",
    "chemical_recounts": "figid word term lexicon mesh other name count",
    "chemical_entries": "term lexicon mesh other name term_or_null lexicon_or_null "
    "mesh_or_null other_or_null name_or_null",
    "disease_matches": "figid word term lexicon mesh other name count body_mesh body_other",
    "disease_recounts": "figid word term lexicon mesh other name count",
    "disease_entries": "term lexicon mesh other name term_or_null lexicon_or_null "
    "mesh_or_null other_or_null name_or_null",
    "lexicons": "lexicon title step source",
}
"""Columns of the tables. A column of an IRI template is never NULL; `…_or_null` can be."""


def given(text: str | None) -> str:
    """Return a text, NULL where it is missing in any spelling."""
    return NULL if text is None or text in MISSING else text


def null(text: str) -> str:
    return text or NULL


def read_page(path: Path) -> Fields:
    front = path.read_text(encoding="utf-8").split("\n---\n", 1)[0].removeprefix("---\n")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    fields: Fields = yaml.load(front, Loader=loader)  # noqa: S506 - BaseLoader builds texts alone
    return fields


class Converter:
    """Writes the tables; those of shared entities are held in memory and written last."""

    def __init__(self, pages: Path, tables: Path) -> None:
        self.pages = pages
        self.families = Families()
        self.files = {name: (tables / f"{name}.csv").open("w", newline="") for name in TABLES}
        self.writers = {name: csv.writer(file) for name, file in self.files.items()}
        self.shared: dict[str, dict[Cells, None]] = {}
        for name, columns in TABLES.items():
            self.writers[name].writerow(columns.split())

    def write(self, table: str, rows: Iterable[Cells]) -> None:
        self.writers[table].writerows(rows)

    def share(self, table: str, row: Cells) -> None:
        self.shared.setdefault(table, {})[row] = None

    def close(self) -> None:
        for table, rows in self.shared.items():
            self.write(table, rows)
        for file in self.files.values():
            file.close()

    def convert(self) -> None:
        for path in sorted((self.pages / "_figures").glob("*.md")):
            page = read_page(path)
            self.add_page(page)
            self.add_rows(page)
        self.write("wpids", read_wpids(self.pages / "_data" / "wpid_map.tsv"))
        self.close()

    def add_page(self, page: Fields) -> None:
        figid, pmcid = page["figid"], page["pmcid"]
        link = "https://www.ncbi.nlm.nih.gov/" + quote(page["figlink"].lstrip("/"), "/:._-%")
        keys = "figtitle caption number figtype figid_alias filename pathway_score automl_pathway"
        texts = [given(page.get(key)) for key in keys.split()]
        more = [given(page.get(key)) for key in ("year", "pmc_ranked_result_index")]
        self.write("figures", [(figid, pmcid, *texts, *more, link, given(page.get("ndex")))])
        doi = given(page.get("doi"))
        if doi != NULL:
            doi = "https://doi.org/" + quote(doi, "/:;()._-")
        keys = "papertitle reftext year publisher_name"
        texts = [given(page.get(key)) for key in keys.split()]
        title, abbreviation = page.get("journal_title"), page.get("journal_nlm_ta")
        journal = known(abbreviation) or known(title)
        self.write("papers", [(pmcid, *texts, doi, null(journal))])
        if journal:
            self.share("journals", (journal, given(title), given(abbreviation)))
        for old in items(page.get("redirect_from"), "\n"):
            site = "https://pfocr.wikipathways.org/" + quote(old.lstrip("/"), "/:._-%")
            self.write("redirects", [(figid, site)])
        self.write("keywords", [(pmcid, word) for word in items(page.get("keywords"), " | ")])
        self.write("wpids", [(figid, wpid) for wpid in items(page.get("wpid"))])
        self.write("organism_names", [(figid, name) for name in items(page.get("organisms"))])
        names = items(page.get("organisms_ner"))
        self.write("recognised_names", [(figid, name) for name in names])
        tags = page.get("annotations", [])
        rows = [(figid, tag["type"], tag["value"], given(tag.get("id"))) for tag in tags]
        self.write("tags", rows)

    def add_rows(self, page: Fields) -> None:
        figid = page["figid"]
        data = self.pages / "_data"
        if "genes" in page:
            self.add_genes(figid, map(hgnc_row, page["genes"]))
            tables = page
        else:
            genes = read_table(data / f"{figid}-genes.tsv")
            self.add_genes(figid, map(ncbi_row, genes))
            self.add_organisms(figid, genes)
            kinds = ("chemicals", "diseases")
            tables = {kind: read_table(data / f"{figid}-{kind}.tsv") for kind in kinds}
        for kind in ("chemical", "disease"):
            self.add_substances(figid, kind, map(substance_row, tables.get(f"{kind}s", [])))

    def add_organisms(self, figid: str, rows: Iterable[dict[str, str]]) -> None:
        for row in rows:
            taxon = given(row["organism_id"])
            if taxon != NULL:
                counts = ("count_direct", "count_synonym", "count_match")
                cells = [given(row.get(key)) for key in counts]
                self.write("organisms", [(figid, taxon, *cells)])
                name, group = given(row["organism_name"]), given(row["organism_group"])
                self.share("taxa", (taxon, name, group))

    def add_genes(self, figid: str, rows: Iterable[Row]) -> None:
        counts = Counter(rows)
        most = most_rows(counts)
        for (word, term, lexicon, gene, symbol, taxon), count in counts.items():
            is_family = lexicon in FAMILIES
            id = self.families.ground(term) if is_family else ""
            key = (figid, "family" if is_family else "gene", word, term, lexicon, gene, symbol)
            places = most[word, term, lexicon]
            strict = gene if lexicon in STRICT else NULL
            synonym = NULL if is_family else gene
            family = (null(id), term if is_family and not id else NULL)
            self.write("gene_matches", [(*key, places, strict, synonym, *family)])
            if count != places:
                self.write("gene_recounts", [(*key, count)])
            entry = (term, lexicon, gene, symbol, null(symbol))
            self.share("lexicons", (lexicon, *LEXICONS[lexicon]))
            if is_family:
                self.share("family_entries", (*entry, *family, id.replace("_", " ") or term))
            else:
                self.share("gene_entries", entry)
            self.share("genes", (gene, null(symbol), null(taxon)))
            if taxon == HUMAN:
                self.share("taxa", (HUMAN, "Homo sapiens", NULL))

    def add_substances(self, figid: str, kind: str, rows: Iterable[Row]) -> None:
        counts = Counter(rows)
        most = most_rows(counts)
        for (word, *entry), count in counts.items():
            term, lexicon, mesh, other, _ = entry
            places = most[word, term, lexicon]
            body = (null(mesh), NULL if mesh else null(other))
            self.write(f"{kind}_matches", [(figid, word, *entry, places, *body)])
            if count != places:
                self.write(f"{kind}_recounts", [(figid, word, *entry, count)])
            self.share(f"{kind}_entries", (*entry, *map(null, entry)))
            if lexicon:
                self.share("lexicons", (lexicon, *LEXICONS[lexicon]))


def main() -> None:
    pages, out = Path(sys.argv[1]).absolute(), Path(sys.argv[2])
    tables = out / "tables"
    tables.mkdir(parents=True)
    start = time.perf_counter()
    Converter(pages, tables).convert()
    print(f"{time.perf_counter() - start:.2f} s to convert pages to tables", flush=True)
    config = out / "config.ini"
    config.write_text(
        f"[CONFIGURATION]\noutput_dir: ../graph\nna_values: {NULL}\nlogging_level: WARNING\n"
        f"[pages]\nmappings: {MAPPING.absolute()}\n"
    )
    subprocess.run([sys.executable, "-m", "morph_kgc", "../config.ini"], cwd=tables, check=True)
    count = sum(file.read_bytes().count(b"\n") for file in (out / "graph").glob("*.nt"))
    print(f"{count:,} triples")


if __name__ == "__main__":
    main()
