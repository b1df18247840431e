"""Organisms, as a person names them: `human`, `Mus musculus`, `10090`, `any`."""

from __future__ import annotations

from kg.errors import UsageError
from kg.network.index import Index

HUMAN = 9606
MOUSE = 10090
ANY = 0
_COMMON = {
    "human": HUMAN,
    "mouse": MOUSE,
    "rat": 10116,
    "zebrafish": 7955,
    "fly": 7227,
    "worm": 6239,
    "yeast": 559292,
    "thale cress": 3702,
}


def find_taxon(index: Index, name: str) -> int:
    """Return the NCBI Taxonomy number of an organism, 0 for `any`; raise UsageError if unknown.

    Names are those of the graph's taxa, and common names of model organisms.
    """
    wanted = " ".join(name.split()).casefold()
    if wanted == "any":
        return ANY
    known = {taxon_name.casefold(): taxon for taxon, taxon_name in taxon_names(index).items()}
    known.update({"homo sapiens": HUMAN, "mus musculus": MOUSE, **_COMMON})
    if wanted in known:
        return known[wanted]
    if wanted in map(str, known.values()):
        return int(wanted)
    names = sorted(filter(None, taxon_names(index).values()))
    hint = f"known: any, {', '.join(names)}, and their numbers" if names else "try any"
    raise UsageError(f"{name!r} is no organism of this data", hint=hint)


def taxon_names(index: Index) -> dict[int, str]:
    return dict(zip(index.taxon.tolist(), index.taxon_name, strict=True))
