"""The terms of WikiPathways' RDF and of the links, and the graphs that a merge writes.

Links are told in the terms of SSSOM (https://w3id.org/sssom/), the field's standard for mappings
and how they were made. Own terms hold only what SSSOM has no term for: the numbers of a gene set
comparison. Nothing of WikiPathways' vocabulary is written as a class or predicate.
"""

from __future__ import annotations

from typing import NamedTuple

from kg import terms
from kg.store import DATASET_GRAPH
from kg.terms import Term, iri

NAMESPACES: dict[str, str] = {
    **terms.PREFIXES,
    "cito": "http://purl.org/spar/cito/",
    "gpml": "http://vocabularies.wikipathways.org/gpml#",
    "link": "https://w3id.org/pfocr/link/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pubmed": "https://identifiers.org/pubmed/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sssom": "https://w3id.org/sssom/",
    "wp": "http://vocabularies.wikipathways.org/wp#",
}
"""The prefixes of merged data: the project's, those of the links, WikiPathways' own."""


def expand(curie: str) -> Term:
    """Return the IRI of a CURIE in `NAMESPACES`, for example `wp:bdbEntrezGene`."""
    prefix, _, local = curie.partition(":")
    return f"<{NAMESPACES[prefix]}{local}>"


class Graphs(NamedTuple):
    """The names of the graphs: what PFOCR says, what WikiPathways says, what links them."""

    figures: Term = DATASET_GRAPH
    pathways: Term = iri("http://rdf.wikipathways.org/")
    links: Term = iri("https://w3id.org/pfocr/graph/links")


GRAPHS = Graphs()

# WikiPathways' classes and predicates, read and never written
GENE_KINDS = frozenset(map(expand, ("wp:GeneProduct", "wp:Protein", "wp:Rna")))
METABOLITE = expand("wp:Metabolite")
PATHWAY = expand("wp:Pathway")
REFERENCE = expand("wp:PublicationReference")
ORGANISM = expand("wp:organism")
ORGANISM_NAME = expand("wp:organismName")
DISEASE_TAG = expand("wp:diseaseOntologyTag")
ENTREZ = expand("wp:bdbEntrezGene")
HGNC_SYMBOL = expand("wp:bdbHgncSymbol")
ENSEMBL = expand("wp:bdbEnsembl")
UNIPROT = expand("wp:bdbUniprot")
CHEBI = expand("wp:bdbChEBI")
DC_IDENTIFIER = expand("dc:identifier")
DC_TITLE = expand("dc:title")
IDENTIFIER = expand("dcterms:identifier")
PART_OF = expand("dcterms:isPartOf")
LABEL = expand("rdfs:label")

# Links: what is linked, and how
MAPPING = expand("sssom:Mapping")
MAPPING_SET = expand("sssom:MappingSet")
SIMILARITY = expand("pfocr:GeneSetSimilarity")
SUBJECT = expand("owl:annotatedSource")
PREDICATE = expand("owl:annotatedProperty")
OBJECT = expand("owl:annotatedTarget")
JUSTIFICATION = expand("sssom:mapping_justification")
MATCH_FIELD = expand("sssom:subject_match_field")
MATCH_STRING = expand("sssom:match_string")
PROVIDER = expand("sssom:mapping_provider")
SCORE = expand("sssom:similarity_score")
MEASURE = expand("sssom:similarity_measure")
DERIVED_FROM = expand("prov:wasDerivedFrom")
SHARED_COUNT = expand("pfocr:sharedGeneCount")
FIGURE_COUNT = expand("pfocr:figureGeneCount")
PATHWAY_COUNT = expand("pfocr:pathwayGeneCount")
COSINE = expand("pfocr:cosine")
P_VALUE = expand("pfocr:pValue")
Q_VALUE = expand("pfocr:qValue")

# Predicates that links assert
PARTICIPANT = expand("obo:RO_0000057")
IN_TAXON = expand("obo:RO_0002162")
ABOUT = expand("schema:about")
VERSION_OF = expand("dcterms:isVersionOf")
HAS_VERSION = expand("dcterms:hasVersion")
REFERENCED_BY = expand("dcterms:isReferencedBy")
EXACT_MATCH = expand("skos:exactMatch")
CLOSE_MATCH = expand("skos:closeMatch")
BROAD_MATCH = expand("skos:broadMatch")
RELATED_MATCH = expand("skos:relatedMatch")
CITES = expand("cito:cites")

# Justifications
CHAINED = expand("semapv:MappingChaining")
CURATED = expand("semapv:ManualMappingCuration")
LEXICAL = expand("semapv:LexicalMatching")
BACKGROUND = expand("semapv:BackgroundKnowledgeBasedMatching")
OVER_THRESHOLD = expand("semapv:SemanticSimilarityThresholdMatching")

WIKIPATHWAYS = iri("https://www.wikipathways.org/")
PFOCR = iri("https://pfocr.wikipathways.org/")
HGNC = iri("https://www.genenames.org/")
PMC = iri("https://ftp.ncbi.nlm.nih.gov/pub/pmc/PMC-ids.csv.gz")
NCBI_TAXONOMY = iri("https://www.ncbi.nlm.nih.gov/taxonomy")
CC0 = iri("https://creativecommons.org/publicdomain/zero/1.0/")
JACCARD = "Jaccard index"
