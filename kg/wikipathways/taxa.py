"""Organisms: the names that WikiPathways' older files give instead of a taxon, and strains.

Names are those of WikiPathways' species, taxa those of NCBI Taxonomy. NCBI Gene files the genes of
some organisms under a sequenced strain, while WikiPathways names the species: figures show genes
of `559292` (S288C), pathways are of `4932` (baker's yeast).
"""

from __future__ import annotations

TAXA: dict[str, str] = {
    "Anopheles gambiae": "7165",
    "Arabidopsis thaliana": "3702",
    "Bacillus subtilis": "1423",
    "Bos taurus": "9913",
    "Caenorhabditis elegans": "6239",
    "Canis familiaris": "9615",
    "Danio rerio": "7955",
    "Drosophila melanogaster": "7227",
    "Equus caballus": "9796",
    "Escherichia coli": "562",
    "Gallus gallus": "9031",
    "Gibberella zeae": "5518",
    "Glycine max": "3847",
    "Homo sapiens": "9606",
    "Hordeum vulgare": "4513",
    "Macaca mulatta": "9544",
    "Mus musculus": "10090",
    "Mycobacterium tuberculosis": "1773",
    "Oryza sativa": "4530",
    "Pan troglodytes": "9598",
    "Plasmodium falciparum": "5833",
    "Populus trichocarpa": "3694",
    "Rattus norvegicus": "10116",
    "Saccharomyces cerevisiae": "4932",
    "Solanum lycopersicum": "4081",
    "Sus scrofa": "9823",
    "Triticum aestivum": "4565",
    "Trypanosoma brucei": "5691",
    "Vitis vinifera": "29760",
    "Xenopus tropicalis": "8364",
    "Zea mays": "4577",
}
"""Taxon by the name that WikiPathways gives the organism."""

SPECIES: dict[str, str] = {
    "36329": "5833",
    "39947": "4530",
    "83332": "1773",
    "83333": "562",
    "185431": "5691",
    "224308": "1423",
    "229533": "5518",
    "511145": "562",
    "559292": "4932",
}
"""Species by the strain or subspecies that NCBI Gene files its genes under."""

HUMAN = "9606"


def to_species(taxon: str) -> str:
    """Return the species of a strain that NCBI Gene uses; any other taxon as it is.

    >>> to_species("559292"), to_species("9606")
    ('4932', '9606')
    """
    return SPECIES.get(taxon, taxon)
