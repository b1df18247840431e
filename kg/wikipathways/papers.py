"""Papers that both sides know: cited by a pathway, and with figures in PFOCR."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from kg import terms
from kg.reference import PaperIds
from kg.terms import Term
from kg.wikipathways import vocabulary as v
from kg.wikipathways.figures import FigureFacts
from kg.wikipathways.identifiers import Identifier, parse_iri
from kg.wikipathways.pathways import PathwayFacts


class Papers(NamedTuple):
    """Links by papers, each sorted.

    `same` are paper and reference with who says so; `cited` pathway, paper and reference;
    `figures` figure, pathway and paper.
    """

    same: list[tuple[Term, Term, Term]]
    cited: list[tuple[str, Term, Term]]
    figures: list[tuple[Term, str, Term]]


def find_papers(
    figures: FigureFacts, pathways: PathwayFacts, table: Mapping[str, PaperIds]
) -> Papers:
    """Match the papers of figures with the references of pathways, by PMID and by DOI.

    The figures' graph knows DOIs that pages give and PMIDs that it was built with; NCBI's table
    adds to them.
    """
    names: defaultdict[Identifier, list[tuple[Term, Term]]] = defaultdict(list)
    for paper in set(figures.papers.values()):
        for iri, provider in _names(paper, figures, table):
            identifier = parse_iri(iri)
            if identifier is not None:
                names[_folded(identifier)].append((paper, provider))
    same: set[tuple[Term, Term, Term]] = set()
    cited: set[tuple[str, Term, Term]] = set()
    for reference, wpids in pathways.references.items():
        identifier = parse_iri(reference)
        for paper, provider in names.get(_folded(identifier), ()) if identifier else ():
            same.add((paper, reference, provider))
            cited.update((wpid, paper, reference) for wpid in wpids)
    by_paper: defaultdict[Term, set[str]] = defaultdict(set)
    for wpid, paper, _ in cited:
        by_paper[paper].add(wpid)
    shown = {
        (figure, wpid, paper)
        for figure, paper in figures.papers.items()
        for wpid in by_paper.get(paper, ())
    }
    return Papers(sorted(same), sorted(cited), sorted(shown))


def _names(
    paper: Term, figures: FigureFacts, table: Mapping[str, PaperIds]
) -> list[tuple[Term, Term]]:
    """Return the other names of a paper, each once with who says so first."""
    names = [(name, v.PFOCR) for name in figures.names.get(paper, ())]
    known = table.get(paper.rpartition("/")[2][:-1])
    if known is not None and known.pmid is not None:
        names.append((terms.pubmed(known.pmid), v.PMC))
    if known is not None and known.doi is not None:
        names.append((terms.doi(known.doi), v.PMC))
    return list({name: (name, provider) for name, provider in reversed(names)}.values())


def _folded(identifier: Identifier) -> Identifier:
    """Return an identifier for comparison: case does not count in DOIs."""
    return Identifier(identifier.namespace, identifier.local.lower())
