"""The nodes of networks: what each thing is called, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.errors import UsageError
from kg.network.sets import GeneSets
from kg.network.symbols import current_symbol
from kg.reference import embedded_hgnc

if TYPE_CHECKING:
    Graph = nx.Graph[str]
else:
    Graph = nx.Graph  # takes no parameter when the program runs

Node = tuple[str, dict[str, Any]]


def require_node(graph: Graph, node: str) -> None:
    """Raise UsageError for a node that a network does not have."""
    if node not in graph:
        raise UsageError(f"{node!r} is not in the network", hint="loosen the filter")


def gene_name(sets: GeneSets, gene: int) -> str:
    """Return the CURIE of a gene, by row."""
    return f"ncbigene:{sets.index.entrez[gene]}"


def gene_nodes(sets: GeneSets, genes: Iterable[int], **more: Any) -> list[Node]:
    """Return nodes for genes, by row, labelled with their symbols of today."""
    return [
        (
            gene_name(sets, gene),
            {
                "kind": "gene",
                "label": current_symbol(sets.index, gene, embedded_hgnc()),
                "figures": int(sets.figure_counts[gene]),
                "taxon": int(sets.index.gene_taxon[gene]),
                **more,
            },
        )
        for gene in genes
    ]


def figure_nodes(sets: GeneSets, figures: Iterable[int], **more: Any) -> list[Node]:
    """Return nodes for figures, by row; `genes` counts those that a figure shows."""
    index = sets.index
    nodes = []
    for figure in figures:
        figid, paper = index.figid[figure], int(index.paper[figure])
        about: dict[str, Any] = {
            "kind": "figure",
            "label": index.title[figure] or figid,
            "genes": int(sets.sizes[figure]),
            "paper": index.pmcid[paper] if paper >= 0 else "",
            "year": int(index.year[figure]),
        }
        nodes.append((figid, {**about, **more}))
    return nodes


def paper_nodes(sets: GeneSets, papers: Iterable[int]) -> list[Node]:
    """Return nodes for papers, by row; counted are their figures, and the genes that these show."""
    index = sets.index
    figures = sets.figures_by_paper
    genes = sets.sizes_by_paper
    return [
        (
            index.pmcid[paper],
            {
                "kind": "paper",
                "label": index.paper_title[paper] or index.pmcid[paper],
                "figures": int(figures[paper]),
                "genes": int(genes[paper]),
            },
        )
        for paper in papers
    ]
