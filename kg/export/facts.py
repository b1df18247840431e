"""What a report tells of a graph: counts of its tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from kg.export.details import Details
from kg.export.tables import Table, make_tables, rows_of
from kg.network import STRICTNESS

_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A word that the lexicons have for several genes of one organism: symbols, and its figures.

    `EBF1/2` is none: it stands for two genes, and each part for one.
    """

    word: str
    organism: str
    symbols: tuple[str, ...]
    figures: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts; a list of (name, number) has the most first, years and sizes go upwards.

    `genes` counts figures that show a gene at strictness `synonyms`; `families`, those that name a
    family. `sizes` counts figures by the number of words recognised in them. `pathways` is what
    WikiPathways has, None where it is not merged: pathways that have genes, and genes there, here,
    in both, as `kg overlap` counts them.
    """

    totals: dict[str, int]
    years: list[tuple[str, int]]
    organisms: list[tuple[str, int]]
    lexicons: list[tuple[str, int]]
    strictness: list[tuple[str, int]]
    sizes: list[tuple[str, int]]
    genes: list[tuple[str, int]]
    families: list[tuple[str, int]]
    ambiguous: list[Ambiguous]
    pathways: dict[str, int] | None


def find_facts(details: Details, top: int = 20) -> Facts:
    """Return the counts of what was collected; lists of the most shown have `top` items."""
    tables = make_tables(details)
    figures, mentions, shown = tables["figures"], tables["mentions"], tables["shown"]
    symbols = dict(zip(tables["genes"]["gene"], tables["genes"]["symbol"], strict=True))
    organisms = dict(zip(tables["genes"]["gene"], tables["genes"]["organism"], strict=True))
    words = set(zip(mentions["figid"], mentions["kind"], mentions["word"], strict=True))
    pairs = list(rows_of(shown, "figid", "gene", "strictness"))
    by_gene = Counter(gene for _, gene, level in pairs if level != "all")
    by_organism = Counter(
        organism for _, organism in {(figid, organisms[gene]) for figid, gene, _ in pairs}
    )
    families = {
        (figid, body)
        for figid, kind, body in rows_of(mentions, "figid", "kind", "body")
        if kind == "family" and body
    }
    lexicons = Counter(
        lexicon for *_, lexicon in set(rows_of(mentions, "figid", "word", "term", "lexicon"))
    )
    by_symbol: Counter[str] = Counter()
    for gene, count in by_gene.items():
        name = symbols[gene] or str(gene)
        by_symbol[name] = max(count, by_symbol[name])
    return Facts(
        totals={
            "figures": len(figures["figid"]),
            "papers": len({pmcid for pmcid in figures["pmcid"] if pmcid}),
            "figures with genes": len({figid for figid, _, _ in pairs}),
            "words recognised": len(words),
            "genes": len({gene for _, gene, _ in pairs}),
            "families": len({body for _, body in families}),
            "chemicals": _distinct(mentions, "chemical"),
            "diseases": _distinct(mentions, "disease"),
        },
        years=_years(figures["year"]),
        organisms=_most({name or "unknown": n for name, n in by_organism.items()}, top),
        lexicons=_most({name or "none": count for name, count in lexicons.items()}, top),
        strictness=_levels(pairs),
        sizes=_sizes(Counter(figid for figid, _, _ in words), len(figures["figid"])),
        genes=_most(by_symbol, top),
        families=_most(Counter(body.partition(":")[2] for _, body in families), top),
        ambiguous=_ambiguous(mentions, organisms)[:top],
        pathways=_overlap(details, {gene for _, gene, _ in pairs}),
    )


def _most(counts: dict[str, int], top: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]


def _distinct(mentions: Table, kind: str) -> int:
    return len({b for k, b in rows_of(mentions, "kind", "body") if k == kind and b is not None})


def _years(years: list[int | None]) -> list[tuple[str, int]]:
    """Return figures by year, years without any included."""
    counts = Counter(year for year in years if year is not None)
    span = range(min(counts), max(counts) + 1) if counts else ()
    return [(str(year), counts[year]) for year in span]


def _levels(pairs: list[tuple[str, int, str]]) -> list[tuple[str, int]]:
    """Return how many pairs of figure and gene there are at each level, the next included."""
    counts = Counter(level for *_, level in pairs)
    upto = [sum(counts[x] for x in STRICTNESS[: i + 1]) for i in range(len(STRICTNESS))]
    return list(zip(STRICTNESS, upto, strict=True))


def _sizes(words: Counter[str], figures: int) -> list[tuple[str, int]]:
    """Return figures by number of words; beyond forty, all in one."""
    counts = Counter(min(number, _MOST_SHOWN) for number in words.values())
    counts[0] = figures - len(words)
    most = max(counts)
    labels = [f"{size}+" if size == _MOST_SHOWN else str(size) for size in range(most + 1)]
    return [(label, counts[size]) for size, label in enumerate(labels)]


def _ambiguous(mentions: Table, organisms: dict[int, str | None]) -> list[Ambiguous]:
    """Return terms that stand for several genes of an organism, those in most figures first."""
    genes: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    figures: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    columns = ("kind", "term", "gene", "symbol", "figid")
    for kind, term, gene, symbol, figid in rows_of(mentions, *columns):
        if kind == "gene":
            key = term, organisms.get(gene) or "unknown"
            genes[key][gene] = symbol or str(gene)
            figures[key].add(figid)
    found = [
        Ambiguous(*key, tuple(sorted(known.values())), len(figures[key]))
        for key, known in genes.items()
        if len(known) > 1
    ]
    return sorted(found, key=lambda one: (-one.figures, -len(one.symbols), one.word, one.organism))


def _overlap(details: Details, shown: set[int]) -> dict[str, int] | None:
    if not details.pathways:
        return None
    genes = details.pathway_genes
    return {
        "pathways": len(details.pathways),
        "genes in pathways": len(genes),
        "genes in figures": len(shown),
        "genes in both": len(genes.intersection(map(str, shown))),
    }
