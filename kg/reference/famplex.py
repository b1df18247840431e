"""FamPlex: the families and complexes of human genes that lexicon terms are grounded to.

Source: https://github.com/sorgerlab/famplex, CC0 1.0. `bioentities` is its former name.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kg.terms import Term, famplex, own_family


@cache
def famplex_ids() -> frozenset[str]:
    """Return the ids of all FamPlex entities."""
    text = (files(__package__) / "data" / "famplex_entities.csv").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def ground_family(term: str) -> Term:
    """Return the FamPlex IRI of a family term, where FamPlex has that id to the letter.

    Any other term gets an IRI of our own namespace: an identifiers.org IRI is never invented.
    """
    return famplex(term) if term in famplex_ids() else own_family(term)
