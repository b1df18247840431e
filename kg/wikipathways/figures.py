"""What the figures' graph says that a merge needs: gene sets, papers, pathways translated.

Held in memory: a number for each gene that a figure shows at the chosen strictness (1.1 million in
the whole database, 5 MB), and the figures' IRIs.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.errors import UsageError
from kg.rdf import iter_quads
from kg.store import EmbeddedStore
from kg.store.embedded import is_store_folder
from kg.terms import Term, expand
from kg.wikipathways.identifiers import parse_iri
from kg.wikipathways.taxa import to_species
from kg.wikipathways.vocabulary import GRAPHS, Graphs
from kg.write.formats import FORMATS, format_of

LEVELS: dict[str, Term] = {
    "strict": expand("pfocr:geneStrict"),
    "synonyms": expand("pfocr:geneSynonyms"),
    "all": expand("pfocr:geneAll"),
}
"""The strictness levels, each within the next, and the predicate of each."""


class GeneSets:
    """Sets of genes by owner, a figure or a pathway; genes are numbered as they come."""

    def __init__(self, genes: dict[Term, int] | None = None) -> None:
        self.genes: dict[Term, int] = {} if genes is None else genes
        self.members: defaultdict[Term, array[int]] = defaultdict(lambda: array("I"))

    def add(self, owner: Term, gene: Term) -> None:
        """Add a gene, which may come again."""
        self.members[owner].append(self.genes.setdefault(gene, len(self.genes)))

    def __len__(self) -> int:
        return len(self.members)


class FigureFacts:
    """Takes the quads of the figures' graph, and keeps what links are made from."""

    def __init__(self, strictness: str = "all", numbers: dict[Term, int] | None = None) -> None:
        if strictness not in LEVELS:
            raise UsageError(f"{strictness!r} is no strictness", hint=f"known: {', '.join(LEVELS)}")
        self.genes = GeneSets(numbers)
        self.taxa: dict[Term, str] = {}
        self.papers: dict[Term, Term] = {}
        self.names: defaultdict[Term, list[Term]] = defaultdict(list)
        self.translated: defaultdict[Term, list[Term]] = defaultdict(list)
        self.chemicals: set[Term] = set()
        self.diseases: set[Term] = set()
        self.taxon_iris: set[Term] = set()
        self._takers = {
            NamedNode(predicate[1:-1]): take
            for predicate, take in (
                (LEVELS[strictness], self.genes.add),
                (expand("obo:RO_0002162"), self._take_taxon),
                (expand("dcterms:isPartOf"), self._take_whole),
                (expand("schema:sameAs"), self._take_name),
                (expand("skos:exactMatch"), self._take_name),
                (expand("dcterms:hasVersion"), self._take_version),
                (expand("schema:mentions"), self._take_substance),
                (expand("skos:closeMatch"), self._take_substance),
            )
        }

    def passing(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Yield the quads as they come, and keep those that links are made from."""
        takers = self._takers
        for quad in quads:
            take = takers.get(quad.predicate)
            if take is not None:
                take(str(quad.subject), str(quad.object))
            yield quad

    def _take_taxon(self, gene: Term, taxon: Term) -> None:
        identifier = parse_iri(taxon)
        if identifier is not None and identifier.namespace == "taxonomy":
            self.taxon_iris.add(taxon)
            self.taxa[gene] = to_species(identifier.local)

    def _take_whole(self, part: Term, whole: Term) -> None:
        if whole.startswith("<https://identifiers.org/pmc/"):
            self.papers[part] = whole

    def _take_name(self, paper: Term, name: Term) -> None:
        if paper.startswith("<https://identifiers.org/pmc/"):
            self.names[paper].append(name)

    def _take_version(self, figure: Term, pathway: Term) -> None:
        self.translated[figure].append(pathway)

    def _take_substance(self, _: Term, substance: Term) -> None:
        identifier = parse_iri(substance)
        if identifier is not None and identifier.namespace == "chebi":
            self.chemicals.add(substance)
        elif identifier is not None and identifier.namespace == "doid":
            self.diseases.add(substance)


def iter_figure_quads(paths: Iterable[Path], graphs: Graphs = GRAPHS) -> Iterator[Quad]:
    """Yield the quads of the figures' RDF files and stores; raise DataError with file and line.

    Of data that was merged before, what came from WikiPathways and the links are left out.
    """
    merged = {NamedNode(graph[1:-1]) for graph in (graphs.pathways, graphs.links)}
    for path in paths:
        if is_store_folder(path):
            opened = EmbeddedStore.open(path)
            yield from (quad for quad in opened.store if quad.graph_name not in merged)
        elif FORMATS[format_of(path.name) or "nquads"].has_graphs:
            yield from (quad for quad in iter_quads(path) if quad.graph_name not in merged)
        else:
            yield from iter_quads(path)
