"""KGX, the exchange format of the Biolink Model: nodes and edges as TSV or JSON lines.

https://github.com/biolink/kgx/blob/master/specification/kgx-format.md. An article `mentions` genes,
chemicals and diseases; an edge is what one figure of it says. Each names its source
(`infores:pfocr`), that a program read it from an image, the words that it read, and the figure.

Decision: figures and families are no nodes, but properties of edges. Biolink has no prefix for
either, and `kgx validate` refuses what has none. A family is there as the genes that it was
expanded to, at strictness `all`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.export.folder import open_folder
from kg.export.tables import Table, rows_of

SOURCE = "infores:pfocr"
FORMATS = ("tsv", "jsonl")
_ASSOCIATION = "biolink:InformationContentEntityToNamedThingAssociation"
_LIST_SEPARATOR = "|"
_CATEGORIES = {"chemical": "biolink:ChemicalEntity", "disease": "biolink:Disease"}
_NODE_COLUMNS = ("id", "category", "name", "provided_by", "xref", "taxon")
_EDGE_COLUMNS = (
    *("id", "subject", "predicate", "object", "category", "primary_knowledge_source"),
    *("knowledge_level", "agent_type", "publications", "supporting_text"),
    *("figure", "figure_title", "figure_url", "image_url", "strictness"),
)
_PREFIXES = {"mesh": "MESH", "CHEBI": "CHEBI", "DOID": "DOID"}

Item = dict[str, Any]


def write_kgx(tables: Mapping[str, Table], folder: str | Path, format: str = "tsv") -> None:
    """Write `pfocr_nodes` and `pfocr_edges` in a folder, which appears whole."""
    if format not in FORMATS:
        raise UsageError(f"{format!r} is no form of KGX", hint=f"known: {', '.join(FORMATS)}")
    items = {"nodes": (iter_nodes, _NODE_COLUMNS), "edges": (iter_edges, _EDGE_COLUMNS)}
    with open_folder(folder) as made:
        for kind, (iter_items, columns) in items.items():
            path = made / f"pfocr_{kind}.{format}"
            if format == "tsv":
                _write_tsv(iter_items(tables), path, columns)
            else:
                _write_jsonl(iter_items(tables), path)


def iter_nodes(tables: Mapping[str, Table]) -> Iterator[Item]:
    """Yield articles, genes, chemicals and diseases, each once."""
    seen = set()
    for pmcid, title, doi in rows_of(tables["figures"], "pmcid", "paper_title", "doi"):
        if pmcid is not None and pmcid not in seen:
            seen.add(pmcid)
            xref = [f"doi:{doi}"] if doi else []
            yield _node(_article(pmcid), "biolink:Article", title, xref=xref)
    columns = ("gene", "symbol", "hgnc", "ensembl", "taxon")
    for gene, symbol, hgnc, ensembl, taxon in rows_of(tables["genes"], *columns):
        xref = [*filter(None, [hgnc, ensembl and f"ENSEMBL:{ensembl}"])]
        organism = f"NCBITaxon:{taxon}" if taxon else ""
        yield _node(f"NCBIGene:{gene}", "biolink:Gene", symbol, xref=xref, taxon=organism)
    for kind, body, term, name in rows_of(tables["mentions"], "kind", "body", "term", "name"):
        if kind in _CATEGORIES and body is not None and body not in seen:
            seen.add(body)
            yield _node(_curie(body), _CATEGORIES[kind], term or name)


def iter_edges(tables: Mapping[str, Table]) -> Iterator[Item]:
    """Yield what each figure mentions, by figid: genes first, one edge for a figure and a thing."""
    shown, mentions = tables["shown"], tables["mentions"]
    genes_of, words_of = _places(shown), _places(mentions)
    nothing = slice(0, 0)
    for figure in rows_of(tables["figures"], "figid", "pmcid", "title", "image", "iri"):
        of_genes, of_substances = _words(mentions, words_of.get(figure[0], nothing))
        place = genes_of.get(figure[0], nothing)
        for gene, level in zip(shown["gene"][place], shown["strictness"][place], strict=True):
            thing = f"NCBIGene:{gene}"
            yield from _edge(figure, thing, of_genes.get(thing, ()), strictness=level)
        for thing, words in sorted(of_substances.items()):
            yield from _edge(figure, thing, words)


def _places(table: Table) -> dict[str, slice]:
    """Return where the rows of each figure stand in a table, which is sorted by figid."""
    places, start = {}, 0
    for figid, rows in groupby(table["figid"]):
        stop = start + sum(1 for _ in rows)
        places[figid] = slice(start, stop)
        start = stop
    return places


def _words(mentions: Table, place: slice) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the words that stand for each gene, and for each chemical or disease, in a figure."""
    genes: dict[str, set[str]] = {}
    substances: dict[str, set[str]] = {}
    columns = (mentions[name][place] for name in ("word", "kind", "gene", "body"))
    for word, kind, gene, body in zip(*columns, strict=True):
        if gene is not None:
            genes.setdefault(f"NCBIGene:{gene}", set()).add(word)
        elif kind in _CATEGORIES and body is not None:
            substances.setdefault(_curie(body), set()).add(word)
    return genes, substances


def _node(id: str, category: str, name: str | None, **more: list[str] | str) -> Item:
    given = {key: value for key, value in more.items() if value}
    return {"id": id, "category": [category], "name": name or id, "provided_by": [SOURCE], **given}


def _edge(figure: tuple[Any, ...], thing: str, words: Iterable[str], **more: str) -> Iterator[Item]:
    figid, pmcid, title, image, iri = figure
    if pmcid is None:
        return
    about = {"figure": figid, "figure_title": title, "figure_url": iri, "image_url": image, **more}
    yield {
        "id": f"{figid}-{thing}",
        "subject": _article(pmcid),
        "predicate": "biolink:mentions",
        "object": thing,
        "category": [_ASSOCIATION],
        "primary_knowledge_source": SOURCE,
        "knowledge_level": "not_provided",
        "agent_type": "image_processing_agent",
        "publications": [_article(pmcid)],
        "supporting_text": sorted(words),
        **{key: value for key, value in about.items() if value is not None},
    }


def _article(pmcid: str) -> str:
    """Return the CURIE of an article: Biolink's prefix ends in `PMC`."""
    return f"PMC:{pmcid.removeprefix('PMC')}"


def _curie(body: str) -> str:
    prefix, _, local = body.partition(":")
    return f"{_PREFIXES[prefix]}:{local}"


def _write_jsonl(items: Iterable[Item], path: Path) -> None:
    with path.open("w", encoding="utf-8") as target:
        target.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def _write_tsv(items: Iterable[Item], path: Path, columns: Sequence[str]) -> None:
    """Write a table; several values of a cell have `|` between, so that none may hold one."""
    with path.open("w", encoding="utf-8") as target:
        target.write("\t".join(columns) + "\n")
        target.writelines(
            "\t".join(_cell(item.get(column, "")) for column in columns) + "\n" for item in items
        )


def _cell(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    clean = [" ".join(str(part).split()).replace(_LIST_SEPARATOR, "¦") for part in parts]
    return _LIST_SEPARATOR.join(clean)
