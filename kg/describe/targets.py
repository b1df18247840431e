"""The data sets that the graph links to: by the namespace of their IRIs."""

from __future__ import annotations

from typing import NamedTuple

from kg.terms import PREFIXES


class Target(NamedTuple):
    """A data set that is linked to: a short name for IRIs, its title, its entry in a registry."""

    name: str
    title: str
    registry: str


def _registered(prefix: str, title: str) -> Target:
    return Target(prefix, title, f"https://registry.identifiers.org/registry/{prefix}")


def _in_bioregistry(prefix: str, title: str) -> Target:
    return Target(prefix, title, f"https://bioregistry.io/registry/{prefix}")


_OBO = PREFIXES["obo"]
_SELVENTA = "https://biopragmatics.github.io/providers/"

TARGETS: dict[str, Target] = {
    PREFIXES["ncbigene"]: _registered("ncbigene", "NCBI Gene"),
    PREFIXES["hgncsymbol"]: _registered("hgnc.symbol", "HGNC gene symbols"),
    "https://identifiers.org/hgnc/": _registered("hgnc", "HGNC gene nomenclature"),
    "https://identifiers.org/ensembl/": _registered("ensembl", "Ensembl"),
    "https://identifiers.org/uniprot/": _registered("uniprot", "UniProt"),
    "https://identifiers.org/mgi/": _registered("mgi", "Mouse Genome Database"),
    "https://identifiers.org/rgd/": _registered("rgd", "Rat Genome Database"),
    PREFIXES["fplx"]: _registered("fplx", "FamPlex"),
    PREFIXES["wikipathways"]: _registered("wikipathways", "WikiPathways"),
    PREFIXES["mesh"]: _registered("mesh", "Medical Subject Headings"),
    PREFIXES["chebi"]: _registered("chebi", "ChEBI"),
    PREFIXES["pmc"]: _registered("pmc", "PubMed Central"),
    "https://identifiers.org/pubmed/": _registered("pubmed", "PubMed"),
    f"{_OBO}DOID_": _registered("doid", "Human Disease Ontology"),
    f"{_OBO}NCBITaxon_": _registered("taxonomy", "NCBI Taxonomy"),
    f"{_OBO}GO_": _registered("go", "Gene Ontology"),
    f"{_OBO}NCIT_": _registered("ncit", "NCI Thesaurus"),
    "https://identifiers.org/complexportal/": _registered("complexportal", "Complex Portal"),
    "https://identifiers.org/ec-code/": _registered("ec-code", "Enzyme Nomenclature"),
    "https://identifiers.org/hgnc.genegroup/": _registered("hgnc.genegroup", "HGNC gene groups"),
    "https://identifiers.org/interpro/": _registered("interpro", "InterPro"),
    "https://identifiers.org/pfam/": _registered("pfam", "Pfam"),
    "https://identifiers.org/reactome/": _registered("reactome", "Reactome"),
    "https://identifiers.org/signor/": _registered("signor", "SIGNOR"),
    "https://www.nextprot.org/term/": _in_bioregistry("nextprot.family", "neXtProt families"),
    f"{_SELVENTA}scomp/": _in_bioregistry("scomp", "Selventa complexes"),
    f"{_SELVENTA}sfam/": _in_bioregistry("sfam", "Selventa families"),
    PREFIXES["ndex"]: Target("ndex", "NDEx", "https://www.ndexbio.org/"),
    PREFIXES["doi"]: _registered("doi", "Digital Object Identifiers"),
}
"""The data sets by namespace."""


def target_namespace(iri: str) -> str | None:
    """Return the namespace of a linked data set that an IRI is in.

    >>> target_namespace("https://identifiers.org/chebi/CHEBI:15422")
    'https://identifiers.org/chebi/'
    >>> target_namespace("https://doi.org/10.1186/s13059-020-02181-2")
    'https://doi.org/'
    >>> target_namespace("https://example.org/1")
    """
    if iri.startswith(_OBO):
        namespace = iri[: iri.find("_", len(_OBO)) + 1]
    elif iri.startswith(PREFIXES["doi"]):
        namespace = PREFIXES["doi"]
    else:
        namespace = iri[: iri.rfind("/") + 1]
    return namespace if namespace in TARGETS else None
