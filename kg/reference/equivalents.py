"""IRIs of what FamPlex holds equal to its families in other namespaces.

An IRI is minted where the namespace is registered, and nowhere else: at identifiers.org
(https://registry.identifiers.org), in the OBO Foundry (https://obofoundry.org), or, where neither
has it, in the Bioregistry (https://bioregistry.io) with the pattern given there.

Left out: BEL (names, not identifiers), MEDSCAN (a vendor's own numbers), MIRBASE_FAMILY (its
registered pattern is a query page that is gone).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.terms import Term, iri


class Namespace(NamedTuple):
    """A namespace of FamPlex's equivalences: name, where registered, identifiers and IRIs."""

    name: str
    registry: str
    pattern: re.Pattern[str]
    template: str


def _namespace(name: str, registry: str, pattern: str, template: str) -> Namespace:
    return Namespace(name, registry, re.compile(pattern), template)


NAMESPACES: dict[str, Namespace] = {
    "COMPLEXPORTAL": _namespace(
        "Complex Portal",
        "identifiers.org",
        r"(CPX-[0-9]+)",
        "https://identifiers.org/complexportal/{}",
    ),
    "ECCODE": _namespace(
        "Enzyme Commission",
        "identifiers.org",
        r"([0-9]+(?:\.[0-9]+|\.-){3})",
        "https://identifiers.org/ec-code/{}",
    ),
    "GO": _namespace(
        "Gene Ontology",
        "OBO Foundry",
        r"GO:([0-9]{7})",
        "http://purl.obolibrary.org/obo/GO_{}",
    ),
    "HGNC_GROUP": _namespace(
        "HGNC gene groups",
        "identifiers.org",
        r"([0-9]+)",
        "https://identifiers.org/hgnc.genegroup/{}",
    ),
    "IP": _namespace(
        "InterPro", "identifiers.org", r"(IPR[0-9]{6})", "https://identifiers.org/interpro/{}"
    ),
    "MESH": _namespace(
        "MeSH", "identifiers.org", r"([CD][0-9]{6,9})", "https://identifiers.org/mesh/{}"
    ),
    "NCIT": _namespace(
        "NCI Thesaurus", "OBO Foundry", r"(C[0-9]+)", "http://purl.obolibrary.org/obo/NCIT_{}"
    ),
    "NXP": _namespace(
        "neXtProt families", "Bioregistry", r"FA:([0-9]{5})", "https://www.nextprot.org/term/FA-{}"
    ),
    "PF": _namespace("Pfam", "identifiers.org", r"(PF[0-9]{5})", "https://identifiers.org/pfam/{}"),
    "RE": _namespace(
        "Reactome", "identifiers.org", r"(R-[A-Z]{3}-[0-9]+)", "https://identifiers.org/reactome/{}"
    ),
    "SCOMP": _namespace(
        "Selventa complexes",
        "Bioregistry",
        r"(C[0-9]{4})",
        "https://biopragmatics.github.io/providers/scomp/{}",
    ),
    "SFAM": _namespace(
        "Selventa families",
        "Bioregistry",
        r"(F[0-9]{4})",
        "https://biopragmatics.github.io/providers/sfam/{}",
    ),
    "SIGNOR": _namespace(
        "SIGNOR", "identifiers.org", r"(SIGNOR-[A-Z]+[0-9]+)", "https://identifiers.org/signor/{}"
    ),
}


def mint_equivalent(namespace: str, identifier: str) -> Term | None:
    """Return the IRI of an entry of another namespace, None where no registry has a pattern.

    >>> mint_equivalent("GO", "GO:0000145")
    '<http://purl.obolibrary.org/obo/GO_0000145>'
    >>> mint_equivalent("ECCODE", "3.1.4") is None
    True
    """
    known = NAMESPACES.get(namespace)
    match = known and known.pattern.fullmatch(identifier)
    return iri(known.template.format(match[1])) if known and match else None
