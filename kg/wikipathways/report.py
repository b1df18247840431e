"""What a merge did: counts for a person, and one line a node for a machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kg.terms import Term, compress
from kg.wikipathways.figures import FigureFacts
from kg.wikipathways.identifiers import align
from kg.wikipathways.pathways import PathwayFacts


@dataclass(slots=True)
class MergeReport:
    """Counts of a merge.

    `joined` and `left` count nodes by kind and key, and by kind and reason; `common` counts what
    both sides have; `links` counts links by what they say.
    """

    documents: int = 0
    triples: Counter[str] = field(default_factory=Counter)
    figures: int = 0
    pathways: Counter[str] = field(default_factory=Counter)
    joined: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    common: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    nodes: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def lines(self) -> Iterator[tuple[str, str, int]]:
        """Yield what, which and how many, most frequent first within each."""
        yield "documents of WikiPathways", "", self.documents
        for graph, count in self.triples.items():
            yield "triples", graph, count
        yield "figures with genes", "", self.figures
        for taxon, count in self.pathways.most_common():
            yield "pathways", f"taxon {taxon}", count
        for (kind, key), count in sorted(self.joined.items(), key=_by_count):
            yield f"{kind} nodes joined", key, count
        for (kind, reason), count in sorted(self.left.items(), key=_by_count):
            yield f"{kind} nodes not joined", reason, count
        for what, count in self.common.items():
            yield "in both", what, count
        for what, count in self.links.items():
            yield "links", what, count


def _by_count(item: tuple[tuple[str, str], int]) -> tuple[str, int, str]:
    (kind, text), count = item
    return kind, -count, text


def fill(report: MergeReport, figures: FigureFacts, pathways: PathwayFacts) -> None:
    """Count what the two sides said."""
    report.figures = len(figures.genes)
    report.pathways.update(p.taxon or "unknown" for p in pathways.pathways.values())
    report.joined.update(pathways.joined.values())
    report.left.update((left.kind, left.reason) for left in pathways.left.values())
    report.nodes = list(_nodes(pathways))
    shown = {gene for members in figures.genes.members.values() for gene in members}
    drawn = {gene for members in pathways.genes.members.values() for gene in members}
    targets = {target for hows in pathways.participants.values() for target in hows}
    diseases = {align(tag) or tag for p in pathways.pathways.values() for tag in p.diseases}
    report.common["genes"] = len(shown & drawn)
    report.common["chemicals"] = len(figures.chemicals & targets)
    report.common["diseases"] = len(figures.diseases & diseases)


def _nodes(pathways: PathwayFacts) -> Iterator[dict[str, Any]]:
    hows: dict[Term, dict[str, Any]] = {}
    for wpid, targets in sorted(pathways.participants.items()):
        for target, found in sorted(targets.items()):
            for how in found:
                known = hows.setdefault(
                    how.node,
                    {
                        "node": how.node[1:-1],
                        "pathways": [],
                        "joined": [],
                        "key": how.key,
                        "matched": how.matched,
                    },
                )
                for values, value in (("pathways", wpid), ("joined", compress(target))):
                    if value not in known[values]:
                        known[values].append(value)
    yield from (hows[node] for node in sorted(hows))
    for node, left in sorted(pathways.left.items()):
        yield {
            "node": node[1:-1],
            "pathways": list(left.wpids),
            "joined": [],
            "reason": left.reason,
            "label": left.label,
            "identifiers": [iri[1:-1] for iri in left.identifiers],
        }
