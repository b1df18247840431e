"""Merge the figures' graph with WikiPathways: three graphs, written as one stream.

The figures' quads pass first, then WikiPathways' document by document, then the links, for which
both sides have been listened to. Nothing is held but what `figures` and `pathways` say they hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, starmap
from pathlib import Path
from typing import cast

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg import terms
from kg.reference import Hgnc, read_pmc_ids
from kg.terms import Description, Term
from kg.wikipathways import links
from kg.wikipathways import vocabulary as v
from kg.wikipathways.content import ContentReader
from kg.wikipathways.figures import FigureFacts, iter_figure_quads
from kg.wikipathways.genes import GeneTable
from kg.wikipathways.papers import find_papers
from kg.wikipathways.pathways import PathwayFacts
from kg.wikipathways.report import MergeReport, fill
from kg.wikipathways.similarity import Thresholds, iter_similar, require_scipy
from kg.wikipathways.sources import Document, Statement, find_documents, iter_statements
from kg.wikipathways.targets import Target
from kg.wikipathways.taxa import SPECIES
from kg.write import get_writer

Progress = Callable[[int, int], None]
_SUBJECTS_PER_BLOCK = 2000


@dataclass(frozen=True, slots=True)
class Options:
    """How links are made; `thresholds` None leaves the comparison of gene sets out.

    `strictness` is that of the figures' genes, `pmc_ids` NCBI's table of papers, `hgnc` a
    gene table to use instead of the embedded one.
    """

    strictness: str = "all"
    thresholds: Thresholds | None = field(default_factory=Thresholds)
    pmc_ids: Path | None = None
    hgnc: Hgnc | None = None
    graphs: v.Graphs = v.GRAPHS


def merge(
    figures: Sequence[Path],
    pathways: Iterable[str | Path],
    target: Target,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
) -> MergeReport:
    """Merge figures, RDF files or stores, with WikiPathways into a target; return what was done.

    `pathways` are folders, zips, files or endpoints. `progress` is told documents done and in all.
    Raises DataError for malformed RDF and for pathways that are none, UsageError for sources
    without RDF, MissingExtraError where gene sets are to be compared without scipy; then nothing
    is written.
    """
    options = options or Options()
    if options.thresholds is not None:
        require_scipy()
    merging = _Merge(options, progress)
    target(merging.quads(figures, find_documents(pathways)))
    fill(merging.report, merging.figures, merging.pathways)
    return merging.report


class _Merge:
    """One merge: what it heard and counted so far."""

    def __init__(self, options: Options, progress: Progress | None) -> None:
        self.options = options
        self.progress = progress
        self.report = MergeReport()
        self.figures = FigureFacts(options.strictness)
        self.pathways = PathwayFacts(GeneTable(options.hgnc), self.figures.genes.genes)

    def quads(self, figures: Sequence[Path], documents: Sequence[Document]) -> Iterator[Quad]:
        """Yield the quads of all three graphs."""
        graphs = self.options.graphs
        passing = self.figures.passing(iter_figure_quads(figures, graphs))
        yield from self._counted("figures", graphs.figures, passing)
        for done, document in enumerate(documents, start=1):
            reader = ContentReader()
            passed = reader.passing(iter_statements(document))
            yield from self._counted("WikiPathways", graphs.pathways, passed)
            self.pathways.add(reader.content())
            self.report.documents = done
            if self.progress is not None:
                self.progress(done, len(documents))
        self.pathways.require_some()
        yield from self._counted("links", graphs.links, _to_quads(self._links()))

    def _counted(self, name: str, graph: Term, statements: Iterable[Statement]) -> Iterator[Quad]:
        """Put statements into a graph, and count them."""
        named = NamedNode(graph[1:-1])
        count = 0
        for statement in statements:
            yield Quad(statement.subject, statement.predicate, statement.object, named)
            count += 1
        self.report.triples[name] += count

    def _links(self) -> Iterator[Description]:
        """Yield all links: the set, alignments, pathways, papers, figures."""
        options = self.options
        thresholds = options.thresholds or Thresholds()
        yield links.link_set(options.strictness, thresholds, options.graphs)
        for what, found in self._kinds():
            for descriptions in found:
                yield from descriptions
                self.report.links[what] += len(descriptions) // 2

    def _kinds(self) -> Iterator[tuple[str, Iterable[list[Description]]]]:
        """Yield each kind of links: what it is, and the descriptions, two of each link."""
        heard = self.pathways
        pathways = [heard.pathways[wpid] for wpid in sorted(heard.pathways)]
        yield "other spellings", starmap(links.spelling, sorted(heard.spellings.items()))
        yield "strains of a species", self._strains()
        by_table = (heard.by_table[node] for node in sorted(heard.by_table))
        yield "nodes by the gene table", starmap(links.joined_by_table, by_table)
        yield "versions", map(links.versions, pathways)
        yield "organisms of pathways", map(links.organism, pathways)
        yield "diseases of pathways", map(links.diseases, pathways)
        yield "participants of pathways", self._participants()
        yield "figures translated", self._translated()
        yield from self._papers()
        yield "gene sets alike", self._similar()

    def _strains(self) -> Iterator[list[Description]]:
        for taxon, species in sorted(SPECIES.items()):
            if terms.taxon(taxon) in self.figures.taxon_iris:
                yield links.strain(terms.taxon(taxon), terms.taxon(species))

    def _participants(self) -> Iterator[list[Description]]:
        for wpid, targets in sorted(self.pathways.participants.items()):
            for target, hows in sorted(targets.items()):
                yield links.participant(wpid, target, hows)

    def _translated(self) -> Iterator[list[Description]]:
        wpids = {terms.wikipathways(wpid): wpid for wpid in self.pathways.pathways}
        for figure, pathways in sorted(self.figures.translated.items()):
            for pathway in sorted(wpids.keys() & pathways):
                yield links.translated(figure, wpids[pathway])

    def _papers(self) -> Iterator[tuple[str, Iterator[list[Description]]]]:
        """Yield the links by papers: the same paper, a pathway cites it, so its figures."""
        pmc_ids = self.options.pmc_ids
        wanted = [paper.rpartition("/")[2][:-1] for paper in set(self.figures.papers.values())]
        table = read_pmc_ids(pmc_ids, wanted) if pmc_ids is not None else {}
        found = find_papers(self.figures, self.pathways, table)
        yield "papers", starmap(links.same_paper, found.same)
        yield "papers cited", starmap(links.cites, found.cited)
        yield "figures of papers cited", starmap(links.cited_figure, found.figures)

    def _similar(self) -> Iterator[list[Description]]:
        if self.options.thresholds is None:
            return
        pathways_of: defaultdict[str, list[str]] = defaultdict(list)
        for pathway in self.pathways.pathways.values():
            if pathway.taxon is not None:
                pathways_of[pathway.taxon].append(pathway.wpid)
        genes_of = genes_by_taxon(self.figures, self.pathways)
        sets = self.figures.genes, self.pathways.genes
        for similarity in iter_similar(*sets, genes_of, pathways_of, self.options.thresholds):
            yield links.similar(similarity)


def genes_by_taxon(figures: FigureFacts, pathways: PathwayFacts) -> dict[str, set[int]]:
    """Return the numbers of the genes of each organism.

    A gene's taxon is what the figures' graph says; else that of the pathway that has it.
    """
    numbers = figures.genes.genes
    taxa = {numbers[gene]: taxon for gene, taxon in figures.taxa.items() if gene in numbers}
    for wpid, members in pathways.genes.members.items():
        taxon = pathways.pathways[wpid].taxon
        if taxon is not None:
            for gene in members:
                taxa.setdefault(gene, taxon)
    genes: defaultdict[str, set[int]] = defaultdict(set)
    for gene, taxon in taxa.items():
        genes[taxon].add(gene)
    return genes


def _to_quads(descriptions: Iterable[Description]) -> Iterator[Quad]:
    """Yield the triples of descriptions in pyoxigraph's terms, a block at a time."""
    writer = get_writer("ntriples")
    remaining = iter(descriptions)
    while some := _gather(islice(remaining, _SUBJECTS_PER_BLOCK)):
        yield from cast("Iterator[Quad]", parse(writer.block(some).encode(), RdfFormat.N_TRIPLES))


def _gather(descriptions: Iterable[Description]) -> list[Description]:
    """Bring the pairs of each subject together, so that they stand together in the output."""
    gathered: defaultdict[Term, list[tuple[Term, Term]]] = defaultdict(list)
    for subject, pairs in descriptions:
        gathered[subject] += pairs
    return list(gathered.items())
