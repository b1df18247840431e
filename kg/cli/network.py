"""`kg network`: networks of genes, figures, papers and families."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import note, progress
from kg.errors import UsageError, count_of
from kg.write import open_compressed

if TYPE_CHECKING:
    from kg.network import Index
    from kg.network.nodes import Graph

KINDS = ("genes", "figures", "papers", "bipartite", "families")
_NAMES = {
    "min_count": "count",
    "min_npmi": "npmi",
    "max_q": "q",
    "min_cosine": "cosine",
    "min_shared": "shared",
}
_SIMILARITY = {"strictness", "organism", "min_cosine", "min_shared"}
_OPTIONS = {
    "genes": {"strictness", "organism", "by_paper", "min_count", "min_npmi", "max_q"},
    "figures": _SIMILARITY,
    "papers": _SIMILARITY,
    "bipartite": {"strictness", "organism"},
    "families": {"organism"},
}


@click.command(short_help="Write a network of genes, figures or papers.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("data", metavar="DATA")
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FILE",
    multiple=True,
    help="File to write: .graphml, .gexf, .cx2, .tsv, .cyjs, .svg or .png (and .gz); repeat.",
)
@click.option(
    "--strictness",
    type=click.Choice(["strict", "synonyms", "all"]),
    help="Which matches make a figure show a gene.  [default: synonyms]",
)
@click.option("--organism", default="human", show_default=True, help="Genes of which organism.")
@click.option("--by-paper", is_flag=True, help="genes: count papers, not figures.")
@click.option("--min-count", type=click.IntRange(min=1), help="genes: least count.  [default: 3]")
@click.option("--min-npmi", type=float, help="genes: least npmi.  [default: 0]")
@click.option("--max-q", type=click.FloatRange(0, 1), help="genes: greatest q.  [default: 0.01]")
@click.option(
    "--min-cosine",
    type=click.FloatRange(0, 1),
    help="figures, papers: least cosine.  [default: 0.5]",
)
@click.option(
    "--min-shared",
    type=click.IntRange(min=1),
    help="figures, papers: least genes in common.  [default: 3]",
)
@click.option(
    "--around",
    metavar="NODE",
    multiple=True,
    help="This gene (figid, PMC number, family) and its neighbours; repeat.",
)
@click.option(
    "--nodes", type=click.IntRange(min=1), help="Keep this many, those that hold together most."
)
@click.option("--centralities", is_flag=True, help="Add degree, strength, pagerank, betweenness.")
@click.option("--communities", is_flag=True, help="Add communities, by Louvain's method.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of communities and layout.")
@click.option(
    "--path",
    nargs=2,
    metavar="GENE GENE",
    help="genes: print the shortest paths between two, with figures as evidence.",
)
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="Paths.")
@click.option("--json", "as_json", is_flag=True, help="Print paths as JSON.")
def network(
    kind: str,
    data: str,
    outputs: tuple[str, ...],
    path: tuple[str, str] | None,
    around: tuple[str, ...],
    nodes: int | None,
    centralities: bool,
    communities: bool,
    seed: int,
    top: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Write a network: genes shown together, figures or papers that show the same, and more.

    KIND is genes (co-mention), figures or papers (similarity), bipartite (figure and gene), or
    families (family and gene). DATA is an RDF file, a folder of them, or a store on disk.
    """
    from kg.export.networks import network_writer
    from kg.network import open_index
    from kg.network.graphs import NETWORKS
    from kg.network.measure import add_centralities, add_communities

    if not outputs and not path:
        raise UsageError("nothing is asked for", hint="add -o FILE, or --path GENE GENE")
    writers = [(output, network_writer(output, seed)) for output in outputs]
    with progress("reading", "%") as update:
        index = open_index(data, progress=update)
    graph = NETWORKS[kind](index, **_arguments(kind, options))
    note(_size(graph))
    if path:
        _print_paths(graph, index, path, kind, options, top=top, as_json=as_json)
    if around or nodes is not None:
        centres = [_node(graph, index, name, options["organism"]) for name in around]
        graph = _part(graph, centres, nodes)
        note(f"kept: {_size(graph)}")
    if communities:
        add_communities(graph, seed)
    if centralities:
        add_centralities(graph, seed)
    for output, write in writers:
        with open_compressed(output) as target:
            write(graph, target)


def _size(graph: Graph) -> str:
    return f"{count_of(len(graph), 'node')}, {count_of(graph.number_of_edges(), 'edge')}"


def _part(graph: Graph, centres: list[str], nodes: int | None) -> Graph:
    """Return the part around some nodes, and of that so many nodes, as far as these are given."""
    from kg.network.graphs import leading, neighbourhood

    if centres:
        graph = neighbourhood(graph, centres)
    return graph if nodes is None else leading(graph, nodes)


def _arguments(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a kind's function; raise UsageError for one it does not have."""
    from kg.network.comention import Filter

    given = {name: value for name, value in options.items() if value not in (None, False)}
    for name in given:
        if name not in _OPTIONS[kind]:
            raise UsageError(f"--{name.replace('_', '-')} is no option of the network {kind}")
    arguments = {_NAMES.get(name, name): value for name, value in given.items()}
    if kind == "genes":
        limits = {name: arguments.pop(name) for name in ("count", "npmi", "q") if name in arguments}
        arguments["keep"] = Filter(**limits)
    return arguments


def _node(graph: Graph, index: Index, name: str, organism: str) -> str:
    """Return the node that a name means: its own, a family's, or that of a gene of any name."""
    from kg.network import GeneFinder, find_taxon

    if name in graph:
        return name
    kind = graph.graph["kind"]
    if kind in ("figures", "papers"):
        known = "figids" if kind == "figures" else "PMC numbers"
        raise UsageError(f"{name} is not in the network", hint=f"its nodes are {known}")
    families = (node for node, data in graph.nodes.data() if data["kind"] == "family")
    for node in families:
        if graph.nodes[node]["label"] == name:
            return node
    gene = GeneFinder(index, find_taxon(index, organism)).find(name)
    if gene.entrez is None:
        raise UsageError(gene.alone)
    node = f"ncbigene:{gene.entrez}"
    if node not in graph:
        hint = "loosen the filter, to --min-count 1 --max-q 1" if kind == "genes" else ""
        raise UsageError(f"{name} is not in the network", hint=hint)
    return node


def _print_paths(
    graph: Graph,
    index: Index,
    path: tuple[str, str],
    kind: str,
    options: dict[str, Any],
    *,
    top: int,
    as_json: bool,
) -> None:
    from kg.network import find_taxon, gene_sets
    from kg.network.paths import shortest_paths

    if kind != "genes":
        raise UsageError(f"--path is no option of the network {kind}")
    strictness, organism = options["strictness"] or "synonyms", options["organism"]
    sets = gene_sets(index, strictness, find_taxon(index, organism))
    start, end = (_node(graph, index, name, organism) for name in path)
    paths = shortest_paths(graph, sets, start, end, top=top)
    if as_json:
        print(json.dumps([found.as_dict(graph) for found in paths], ensure_ascii=False, indent=1))
        return
    for found in paths:
        print(" – ".join(graph.nodes[node]["label"] for node in found.nodes))
        for step in found.steps:
            left, right = (graph.nodes[node]["label"] for node in (step.left, step.right))
            count = count_of(step.count, "figure")
            print(f"  {left} – {right}: {count}, npmi {step.npmi:.3f}: {', '.join(step.figures)}")
    if not paths:
        note(f"no path joins {path[0]} and {path[1]}")
