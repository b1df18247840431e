"""Build the graph as one would by hand: python-frontmatter, PyYAML, one rdflib graph.

`python -m benchmarks.naive PAGES OUT.ttl` says in RDF what pages say, in the same triples as `kg
build`, and imports nothing of kg. It is the script that such a project begins with, written with
care: PyYAML's C parser, no needless copies. It checks nothing, and holds the whole graph in
memory.

It leaves out what kg adds of its own (`docs/benchmarks.md` lists it): what HGNC and FamPlex say
of genes and families, the parts of citations, the confidence of mentions.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from rdflib import RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, FOAF, PROV

from benchmarks.rows import (
    FAMILIES,
    HUMAN,
    LEXICONS,
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

PFOCR = Namespace("https://w3id.org/pfocr/vocab#")
OWN = Namespace("https://w3id.org/pfocr/")
SITE = Namespace("https://pfocr.wikipathways.org/")
IDS = Namespace("https://identifiers.org/")
OBO = Namespace("http://purl.obolibrary.org/obo/")
OA = Namespace("http://www.w3.org/ns/oa#")
SCHEMA = Namespace("https://schema.org/")
DOCO = Namespace("http://purl.org/spar/doco/")
FABIO = Namespace("http://purl.org/spar/fabio/")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")

PREFIXES = {
    "pfocr": PFOCR,
    "figure": SITE["figures/"],
    "mention": OWN["mention/"],
    "entry": OWN["entry/"],
    "ncbigene": IDS["ncbigene/"],
    "pmc": IDS["pmc/"],
    "mesh": IDS["mesh/"],
    "fplx": IDS["fplx/"],
    "obo": OBO,
    "oa": OA,
    "schema": SCHEMA,
    "doco": DOCO,
    "fabio": FABIO,
}


class TextHandler(YAMLHandler):
    """python-frontmatter with every scalar as text."""

    def load(self, fm: str, **kwargs: object) -> Any:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        return super().load(fm, Loader=loader, **kwargs)


def enc(text: str) -> str:
    return quote(text, safe="")


class Builder:
    """Adds pages to one graph."""

    def __init__(self, pages: Path) -> None:
        self.data = pages / "_data"
        self.graph = Graph()
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace, replace=True)
        self.families = Families()
        self.wpids: dict[str, list[str]] = {}
        for figid, wpid in read_wpids(self.data / "wpid_map.tsv"):
            self.wpids.setdefault(figid, []).append(wpid)

    def add(self, subject: URIRef, predicate: URIRef, value: URIRef | str | None) -> None:
        if isinstance(value, URIRef):
            self.graph.add((subject, predicate, value))
        elif known(value):
            self.graph.add((subject, predicate, Literal(value)))

    def add_typed(
        self, subject: URIRef, predicate: URIRef, text: str | None, datatype: URIRef
    ) -> None:
        if known(text):
            self.graph.add((subject, predicate, Literal(text, datatype=datatype)))

    def add_page(self, path: Path) -> None:
        page: dict[str, Any] = frontmatter.load(str(path), handler=TextHandler()).metadata
        figid = page["figid"]
        figure = SITE[f"figures/{enc(figid)}.html"]
        self.add_paper(page)
        self.add_figure(page, figure)
        if "genes" in page:
            self.add_genes(figid, figure, [hgnc_row(row) for row in page["genes"]])
            chemicals, diseases = page.get("chemicals", []), page.get("diseases", [])
        else:
            rows = read_table(self.data / f"{figid}-genes.tsv")
            self.add_genes(figid, figure, [ncbi_row(row) for row in rows])
            for row in rows:
                self.add_organism(figid, figure, row)
            chemicals = read_table(self.data / f"{figid}-chemicals.tsv")
            diseases = read_table(self.data / f"{figid}-diseases.tsv")
        self.add_substances(figid, figure, "chemical", chemicals)
        self.add_substances(figid, figure, "disease", diseases)
        for tag in page.get("annotations", []):
            self.add_tag(figid, figure, tag)

    def add_paper(self, page: dict[str, Any]) -> None:
        paper = IDS[f"pmc/{page['pmcid']}"]
        self.add(paper, RDF.type, FABIO.Article)
        self.add(paper, DCTERMS.identifier, page["pmcid"])
        self.add(paper, DCTERMS.title, page.get("papertitle"))
        self.add(paper, DCTERMS.bibliographicCitation, page.get("reftext"))
        self.add_typed(paper, DCTERMS.issued, page.get("year"), XSD.gYear)
        self.add(paper, DC.publisher, page.get("publisher_name"))
        page_url = f"https://europepmc.org/article/PMC/{page['pmcid']}"
        self.add(paper, FOAF.page, URIRef(page_url))
        for keyword in items(page.get("keywords"), " | "):
            self.add(paper, SCHEMA.keywords, keyword)
        if doi := known(page.get("doi")):
            self.add(paper, SCHEMA.sameAs, URIRef(f"https://doi.org/{quote(doi, '/:;()._-')}"))
        title, abbreviation = known(page.get("journal_title")), known(page.get("journal_nlm_ta"))
        if title or abbreviation:
            journal = OWN[f"journal/{enc(abbreviation or title)}"]
            self.add(paper, DCTERMS.isPartOf, journal)
            self.add(journal, RDF.type, FABIO.Journal)
            self.add(journal, DCTERMS.title, title)
            self.add(journal, FABIO.hasNLMJournalTitleAbbreviation, abbreviation)

    def add_figure(self, page: dict[str, Any], figure: URIRef) -> None:
        pmcid, filename = page["pmcid"], page["filename"]
        self.add(figure, RDF.type, DOCO.Figure)
        self.add(figure, DCTERMS.identifier, page["figid"])
        self.add(figure, DCTERMS.isPartOf, IDS[f"pmc/{pmcid}"])
        self.add(figure, DCTERMS.license, CC0)
        self.add(figure, DCTERMS.title, page.get("figtitle"))
        self.add(figure, DCTERMS.description, page.get("caption"))
        self.add(figure, SCHEMA.position, page.get("number"))
        self.add(figure, DC.type, page.get("figtype"))
        self.add(figure, SCHEMA.alternateName, page.get("figid_alias"))
        self.add(figure, PFOCR.fileName, filename)
        self.add_typed(figure, PFOCR.pathwayScore, page.get("pathway_score"), XSD.decimal)
        self.add_typed(figure, PFOCR.automlScore, page.get("automl_pathway"), XSD.decimal)
        self.add_typed(figure, DCTERMS.issued, page.get("year"), XSD.gYear)
        rank = page.get("pmc_ranked_result_index")
        self.add_typed(figure, PFOCR.searchRank, rank, XSD.integer)
        link = quote(page["figlink"].lstrip("/"), safe="/:._-%")
        self.add(figure, FOAF.page, URIRef(f"https://www.ncbi.nlm.nih.gov/{link}"))
        image = f"https://europepmc.org/articles/{pmcid}/bin/{enc(filename)}"
        self.add(figure, FOAF.depiction, URIRef(image))
        if ndex := known(page.get("ndex")):
            network = URIRef(f"https://www.ndexbio.org/viewer/networks/{ndex}")
            self.add(figure, DCTERMS.hasFormat, network)
        for wpid in [*items(page.get("wpid")), *self.wpids.get(page["figid"], [])]:
            self.add(figure, DCTERMS.hasVersion, IDS[f"wikipathways/{wpid}"])
        for old in items(page.get("redirect_from"), "\n"):
            self.add(figure, DCTERMS.replaces, SITE[quote(old.lstrip("/"), safe="/:._-%")])
        for name in items(page.get("organisms")):
            self.add(figure, PFOCR.organismName, name)
        for name in items(page.get("organisms_ner")):
            self.add(figure, PFOCR.recognisedOrganismName, name)

    def add_genes(self, figid: str, figure: URIRef, rows: list[Row]) -> None:
        counts = Counter(rows)
        most = most_rows(counts)
        for (word, term, lexicon, number, symbol, taxon), count in counts.items():
            kind = "family" if lexicon in FAMILIES else "gene"
            gene = IDS[f"ncbigene/{number}"]
            self.add(figure, PFOCR.geneAll, gene)
            if lexicon not in FAMILIES:
                self.add(figure, PFOCR.geneSynonyms, gene)
            if lexicon in STRICT:
                self.add(figure, PFOCR.geneStrict, gene)
            entry = ":".join(map(enc, (kind, term, lexicon, number, symbol)))
            body = self.add_gene_entry(OWN[f"entry/{entry}"], gene, term, lexicon, symbol)
            self.add_gene(gene, number, symbol, taxon)
            mention = ":".join(map(enc, (figid, kind, word, term, lexicon)))
            self.add_mention(mention, entry, figure, word, body, count, most[word, term, lexicon])

    def add_gene_entry(
        self, entry: URIRef, gene: URIRef, term: str, lexicon: str, symbol: str
    ) -> URIRef:
        """Describe the entry and return what its mentions stand for: gene or family."""
        self.add(entry, PFOCR["term"], term)
        self.add(entry, PFOCR.lexicon, self.add_lexicon(lexicon))
        self.add(entry, PFOCR.gene, gene)
        self.add(entry, PFOCR.symbol, symbol)
        if lexicon not in FAMILIES:
            self.add(entry, RDF.type, PFOCR.GeneEntry)
            return gene
        id = self.families.ground(term)
        family = IDS[f"fplx/{enc(id)}"] if id else OWN[f"family/{enc(term)}"]
        self.add(entry, RDF.type, PFOCR.FamilyEntry)
        self.add(entry, PFOCR.family, family)
        self.add(family, RDF.type, PFOCR.Family)
        self.add(family, SCHEMA.identifier, id or term)
        self.add(family, SKOS.prefLabel, id.replace("_", " ") or term)
        return family

    def add_gene(self, gene: URIRef, number: str, symbol: str, taxon: str) -> None:
        self.add(gene, RDF.type, SCHEMA.Gene)
        self.add(gene, SCHEMA.identifier, number)
        self.add(gene, SKOS.exactMatch, URIRef(f"http://identifiers.org/ncbigene/{number}"))
        self.add(gene, PFOCR.symbol, symbol)
        if taxon:
            self.add(gene, OBO.RO_0002162, OBO[f"NCBITaxon_{taxon}"])
        if taxon == HUMAN:
            self.add_taxon(HUMAN, "Homo sapiens")

    def add_mention(
        self,
        mention: str,
        entry: str,
        figure: URIRef,
        word: str,
        body: URIRef | None,
        count: int,
        most: int,
    ) -> None:
        subject = OWN[f"mention/{mention}"]
        self.add(subject, RDF.type, OA.Annotation)
        self.add(subject, OA.hasTarget, figure)
        self.graph.add((subject, PFOCR.word, Literal(word)))
        self.graph.add((subject, PFOCR["count"], Literal(most)))
        self.add(subject, OA.hasBody, body)
        self.add(subject, PFOCR.match, OWN[f"entry/{entry}"])
        if count != most:
            recount = OWN[f"recount/{mention}:{entry}"]
            self.add(recount, RDF.type, PFOCR.Recount)
            self.add(recount, PFOCR.mention, subject)
            self.add(recount, PFOCR.entry, OWN[f"entry/{entry}"])
            self.graph.add((recount, PFOCR["count"], Literal(count)))

    def add_lexicon(self, name: str) -> URIRef:
        lexicon = OWN[f"lexicon/{name}"]
        self.add(lexicon, RDF.type, PFOCR.Lexicon)
        self.add(lexicon, DCTERMS.identifier, name)
        title, step, source = LEXICONS[name]
        self.add(lexicon, DCTERMS.title, title)
        self.add(lexicon, DCTERMS.description, step)
        self.add(lexicon, PROV.wasDerivedFrom, URIRef(source))
        return lexicon

    def add_taxon(self, number: str, name: str | None, group: str | None = None) -> URIRef:
        taxon = OBO[f"NCBITaxon_{number}"]
        self.add(taxon, RDF.type, SCHEMA.Taxon)
        self.add(taxon, SCHEMA.identifier, number)
        self.add(taxon, SKOS.prefLabel, name)
        self.add(taxon, PFOCR.organismGroup, group)
        return taxon

    def add_organism(self, figid: str, figure: URIRef, row: dict[str, str]) -> None:
        number = known(row["organism_id"])
        if not number:
            return
        subject = OWN[f"organism/{enc(figid)}:{number}"]
        self.add(subject, RDF.type, PFOCR.OrganismFound)
        self.add(subject, OA.hasTarget, figure)
        taxon = self.add_taxon(number, row["organism_name"], row["organism_group"])
        self.add(subject, OA.hasBody, taxon)
        self.add_typed(subject, PFOCR.directCount, row.get("count_direct"), XSD.integer)
        self.add_typed(subject, PFOCR.synonymCount, row.get("count_synonym"), XSD.integer)
        self.add_typed(subject, PFOCR.matchCount, row.get("count_match"), XSD.integer)

    def add_tag(self, figid: str, figure: URIRef, tag: dict[str, str]) -> None:
        tagged = OWN["tag/" + ":".join(map(enc, (figid, tag["type"], tag["value"])))]
        self.add(tagged, RDF.type, PFOCR.CuratorTag)
        self.add(tagged, OA.hasTarget, figure)
        self.add(tagged, OA.motivatedBy, OA.tagging)
        self.graph.add((tagged, PFOCR.tagType, Literal(tag["type"])))
        self.graph.add((tagged, RDF.value, Literal(tag["value"])))
        self.add(tagged, DCTERMS.identifier, tag.get("id"))

    def add_substances(
        self, figid: str, figure: URIRef, kind: str, rows: list[dict[str, str]]
    ) -> None:
        counts = Counter(substance_row(row) for row in rows)
        most = most_rows(counts)
        for (word, term, lexicon, mesh, other, name), count in counts.items():
            entry = ":".join(map(enc, (kind, term, lexicon, mesh, other, name)))
            body = self.add_substance_entry(entry, kind, (term, lexicon, mesh, other, name))
            if body is not None:
                self.add(figure, SCHEMA.mentions, body)
            mention = ":".join(map(enc, (figid, kind, word, term, lexicon)))
            self.add_mention(mention, entry, figure, word, body, count, most[word, term, lexicon])

    def add_substance_entry(
        self, entry: str, kind: str, cells: tuple[str, str, str, str, str]
    ) -> URIRef | None:
        """Describe the entry and return what its mentions stand for, None if nothing known."""
        term, lexicon, mesh, other, name = cells
        is_disease = kind == "disease"
        subject = OWN[f"entry/{entry}"]
        self.add(subject, RDF.type, PFOCR.DiseaseEntry if is_disease else PFOCR.ChemicalEntry)
        self.add(subject, PFOCR["term"], term)
        self.add(subject, PFOCR.name, name)
        if lexicon:
            self.add(subject, PFOCR.lexicon, self.add_lexicon(lexicon))
        entity = SCHEMA.MedicalCondition if is_disease else SCHEMA.ChemicalSubstance
        mesh_iri = IDS[f"mesh/{mesh}"] if mesh else None
        second = OBO[f"DOID_{other}"] if is_disease else IDS[f"chebi/CHEBI:{other}"]
        if mesh_iri is not None:
            self.add(subject, PFOCR.mesh, mesh_iri)
            self.add(mesh_iri, RDF.type, entity)
            self.add(mesh_iri, SCHEMA.identifier, mesh)
            self.add(mesh_iri, SKOS.prefLabel, term)
            self.add(mesh_iri, SKOS.closeMatch, second if other else None)
        if other:
            self.add(subject, PFOCR.doid if is_disease else PFOCR.chebi, second)
            self.add(second, RDF.type, entity)
            self.add(second, SCHEMA.identifier, f"{'DOID' if is_disease else 'CHEBI'}:{other}")
            self.add(second, SKOS.prefLabel, name)
        return mesh_iri or (second if other else None)


def main() -> None:
    """Write Turtle, or N-Triples for an OUT that ends in `.nt`."""
    pages, out = Path(sys.argv[1]), sys.argv[2]
    builder = Builder(pages)
    for path in sorted((pages / "_figures").glob("*.md")):
        builder.add_page(path)
    format = "nt" if out.endswith(".nt") else "turtle"
    builder.graph.serialize(out, format=format, encoding="utf-8")
    print(f"{len(builder.graph):,} triples")


if __name__ == "__main__":
    main()
