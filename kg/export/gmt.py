"""Gene sets as GMT: a line a figure, of figid, title, and the identifiers, with tabs between.

The rule is that of the files that PFOCR releases: matches of the official symbol alone, and
figures with three distinct genes or more. A figure without a title has its figid twice, as
rWikiPathways' `writeGMT` does it, so that `readGMT` and `readGMTnames` find what they expect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, NamedTuple

from kg.errors import UsageError
from kg.export.orthologs import Ortholog
from kg.network import HUMAN, Index, find_taxon, gene_sets
from kg.network.symbols import current_symbol, find_in_hgnc
from kg.reference import Gene, Hgnc, embedded_hgnc

IDS = ("entrez", "symbol", "ensembl", "hgnc", "mgi", "chebi")
_BY_HGNC: dict[str, Callable[[Gene], Iterable[str]]] = {
    "ensembl": lambda gene: [gene.ensembl] if gene.ensembl else [],
    "hgnc": lambda gene: [f"HGNC:{gene.hgnc}"],
    "mgi": lambda gene: [f"MGI:{number}" for number in gene.mgi],
}


class GeneSet(NamedTuple):
    """A line of a GMT file; `members` are distinct, in the order of their genes' numbers."""

    figid: str
    title: str
    members: tuple[str, ...]


def iter_gene_sets(
    index: Index,
    *,
    ids: str = "entrez",
    strictness: str = "strict",
    organism: str = "human",
    minimum: int = 3,
    orthologs: Mapping[int, list[Ortholog]] | None = None,
    hgnc: Hgnc | None = None,
) -> Iterator[GeneSet]:
    """Yield the sets with at least `minimum` distinct members, by figid.

    `ids` is what members are named by. `ensembl`, `hgnc` and `mgi` (mouse, by ortholog) are known
    of human genes, by HGNC. With `orthologs`, human genes become the mouse's. `chebi` gives sets
    of chemicals, to which strictness and organism do not apply.
    """
    if ids not in IDS:
        raise UsageError(f"{ids!r} names no kind of identifier", hint=f"known: {', '.join(IDS)}")
    members = (
        _chemicals(index)
        if ids == "chebi"
        else _genes(index, strictness, organism, _namer(index, ids, organism, orthologs, hgnc))
    )
    for figure, names in members:
        distinct = tuple(dict.fromkeys(names))
        if len(distinct) >= minimum:
            figid = index.figid[figure]
            yield GeneSet(figid, " ".join(index.title[figure].split()) or figid, distinct)


def write_gmt(sets: Iterable[GeneSet], target: IO[bytes]) -> int:
    """Write gene sets; return how many."""
    count = 0
    for figid, title, members in sets:
        target.write("\t".join((figid, title, *members)).encode() + b"\n")
        count += 1
    return count


def _chemicals(index: Index) -> Iterator[tuple[int, list[str]]]:
    members: dict[int, list[str]] = {}
    for figure, chemical in index.figure_chemicals.tolist():
        members.setdefault(figure, []).append(index.chemical[chemical])
    yield from members.items()


def _genes(
    index: Index, strictness: str, organism: str, names: Callable[[int], Iterable[str]]
) -> Iterator[tuple[int, list[str]]]:
    sets = gene_sets(index, strictness, find_taxon(index, organism))
    for figure in range(len(index.figid)):
        genes = sets.genes_of(figure).tolist()
        if genes:
            yield figure, [name for gene in genes for name in names(gene)]


def _namer(
    index: Index,
    ids: str,
    organism: str,
    orthologs: Mapping[int, list[Ortholog]] | None,
    hgnc: Hgnc | None,
) -> Callable[[int], Iterable[str]]:
    """Return what names a gene (a row of the index); some genes have no such name, or several."""
    taxon = find_taxon(index, organism)
    if taxon != HUMAN and (orthologs is not None or ids in _BY_HGNC):
        what = "orthologs are" if orthologs is not None else f"{ids} identifiers are"
        raise UsageError(f"{what} known of human genes alone", hint="leave out --organism")
    entrez = index.entrez.tolist()
    if orthologs is not None:
        if ids not in Ortholog.__slots__:
            hint = f"known: {', '.join(Ortholog.__slots__)}"
            raise UsageError(f"{ids} identifiers of orthologs are not known", hint=hint)
        known = {gene: [getattr(o, ids) for o in group] for gene, group in orthologs.items()}
        return lambda row: filter(None, known.get(entrez[row], ()))
    if ids == "entrez":
        return lambda row: (str(entrez[row]),)
    return _named_by_hgnc(index, ids, hgnc or embedded_hgnc())


def _named_by_hgnc(index: Index, ids: str, hgnc: Hgnc) -> Callable[[int], Iterable[str]]:
    def name(row: int) -> tuple[str, ...]:
        if ids == "symbol":
            return (current_symbol(index, row, hgnc),)
        gene = find_in_hgnc(index, row, hgnc)
        return () if gene is None else tuple(_BY_HGNC[ids](gene))

    return [name(row) for row in range(len(index.entrez))].__getitem__
