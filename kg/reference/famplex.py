"""FamPlex: the families and complexes of human genes that lexicon terms are grounded to.

Source: https://github.com/sorgerlab/famplex, CC0 1.0. `bioentities` is its former name.
`kg.reference.famplex_read` reads a newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Literal, NamedTuple

from kg.reference.equivalents import mint_equivalent
from kg.reference.files import Source, read_embedded
from kg.terms import Term

How = Literal["exact", "suffix", "grounding map", "none"]
Relation = Literal["isa", "partof"]
SUFFIXES = ("_family", "_complex")
SOURCE = Source("FamPlex", "https://github.com/sorgerlab/famplex", "CC0 1.0")


class Grounding(NamedTuple):
    """The FamPlex id that a term stands for, None where there is none, and how it was found."""

    id: str | None
    how: How


class Member(NamedTuple):
    """A gene (NCBI Gene number) that is of a family, or part of a complex."""

    gene: str
    relation: Relation


class Parent(NamedTuple):
    """A family or complex (FamPlex id) that another one is of, or part of."""

    id: str
    relation: Relation


class Family(NamedTuple):
    """A family or complex of FamPlex with what it directly holds and belongs to.

    Members that are families themselves say so as their own parent. `equivalents` are the IRIs
    of what FamPlex holds equal to it in other namespaces.
    """

    id: str
    members: tuple[Member, ...]
    parents: tuple[Parent, ...]
    equivalents: tuple[Term, ...]


class Famplex:
    """The entities of FamPlex.

    >>> embedded_famplex().ground("IKK")
    Grounding(id='IKK_complex', how='suffix')
    >>> embedded_famplex().ground("calcineurin"), embedded_famplex().ground("Cyclin-D1")
    (Grounding(id='PPP3', how='grounding map'), Grounding(id=None, how='none'))
    >>> embedded_famplex().family("IKK_complex").parents
    ()
    """

    def __init__(
        self, rows: Mapping[str, str], groundings: Mapping[str, str], source: Source
    ) -> None:
        """Take both parts in the form of the embedded tables.

        `rows` has, for each id, cells with a tab between: genes and genes, parents and parents
        (isa, then partof), equivalents, each a list with blanks. `groundings` has the text of
        the grounding map with the FamPlex id, or with nothing where the map knows the text as
        something else.
        """
        self.rows = rows
        self.groundings = groundings
        self.source = source

    def __contains__(self, id: object) -> bool:
        return id in self.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def family(self, id: str) -> Family:
        """Return the family of an id; raise KeyError where there is no such id."""
        isa_genes, part_genes, isa_families, part_families, equivalents = [
            cell.split() for cell in self.rows[id].split("\t")
        ]
        return Family(
            id,
            (
                *(Member(gene, "isa") for gene in isa_genes),
                *(Member(gene, "partof") for gene in part_genes),
            ),
            (
                *(Parent(parent, "isa") for parent in isa_families),
                *(Parent(parent, "partof") for parent in part_families),
            ),
            tuple(map(_parse_equivalent, equivalents)),
        )

    def genes(self, id: str) -> frozenset[str]:
        """Return the genes of a family: its own members, and those of all families below it."""
        families = map(self.family, _closure(id, self._below))
        return frozenset(member.gene for family in families for member in family.members)

    def relatives(self, id: str) -> list[str]:
        """Return a family, all that is of it or part of it, and all that these are of."""
        below = _closure(id, self._below)
        return sorted(set().union(*(_closure(found, self._above) for found in below)))

    def with_genes(self, genes: Iterable[str]) -> tuple[str, ...]:
        """Return the families that have just these genes; none for a single gene, which many do.

        >>> embedded_famplex().with_genes(["2778", "2774"])  # GNAS and GNAL
        ('G_s', 'G_s_alpha')
        """
        wanted = frozenset(genes)
        return self._by_genes.get(wanted, ()) if len(wanted) > 1 else ()

    @cached_property
    def _above(self) -> dict[str, list[str]]:
        return {id: [parent.id for parent in self.family(id).parents] for id in self}

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {}
        for id, parents in self._above.items():
            for parent in parents:
                below.setdefault(parent, []).append(id)
        return below

    @cached_property
    def _by_genes(self) -> dict[frozenset[str], tuple[str, ...]]:
        found: dict[frozenset[str], tuple[str, ...]] = {}
        for id in self:
            genes = self.genes(id)
            found[genes] = (*found.get(genes, ()), id)
        return found

    def ground(self, term: str) -> Grounding:
        """Return what a term of a family lexicon stands for.

        The first of these that knows it decides: the id to the letter; the id without its
        suffix (where two ids have the term before their suffix, as `IKK` and `Myosin`, the one
        that the grounding map names); the grounding map. The map is asked to the letter first,
        then without regard to case, and counts only where all it says is one FamPlex id: `AC`
        is a MeSH term and a protein to it, and no family.
        """
        if term in self.rows:
            return Grounding(term, "exact")
        mapped = self._mapped(term)
        suffixed = [term + suffix for suffix in SUFFIXES if term + suffix in self.rows]
        if len(suffixed) == 1 or mapped in suffixed:
            return Grounding(mapped if mapped in suffixed else suffixed[0], "suffix")
        return Grounding(mapped, "grounding map") if mapped else Grounding(None, "none")

    def _mapped(self, term: str) -> str | None:
        found = self.groundings.get(term)
        if found is None:
            found = self._folded.get(term.casefold())
        return found or None

    @cached_property
    def _folded(self) -> dict[str, str]:
        """The grounding map without regard to case; empty where its entries do not agree."""
        folded: dict[str, str] = {}
        for text, id in self.groundings.items():
            key = text.casefold()
            folded[key] = id if folded.get(key, id) == id else ""
        return folded


def _closure(id: str, following: Mapping[str, list[str]]) -> set[str]:
    """Return an id and all that follow on it, at any remove."""
    found = {id}
    waiting = [id]
    while waiting:
        new = set(following.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _parse_equivalent(text: str) -> Term:
    """Return the IRI of `NXP:FA:00408`, namespace and identifier."""
    namespace, _, identifier = text.partition(":")
    term = mint_equivalent(namespace, identifier)
    if term is None:
        raise ValueError(f"{text} has no IRI: make the tables anew")
    return term


@cache
def embedded_famplex() -> Famplex:
    """Return the FamPlex that ships with the package, loaded at the first call."""
    source, content = read_embedded("famplex.tsv")
    _, groundings = read_embedded("famplex_groundings.tsv")
    return Famplex(_pairs(content), _pairs(groundings), source)


def _pairs(content: str) -> dict[str, str]:
    """Return the lines of a table: what follows the first tab by what stands before it."""
    lines = (line.partition("\t") for line in content.removesuffix("\n").split("\n"))
    return {key: value for key, _, value in lines}
