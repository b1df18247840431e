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
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.export.folder import open_folder
from kg.export.tables import Table

SOURCE = "infores:pfocr"
FORMATS = ("tsv", "jsonl")
_ASSOCIATION = "biolink:InformationContentEntityToNamedThingAssociation"
_LIST_SEPARATOR = "|"
_CATEGORIES = {"chemical": "biolink:ChemicalEntity", "disease": "biolink:Disease"}
_PREFIXES = {"mesh": "MESH", "CHEBI": "CHEBI", "DOID": "DOID"}

Item = dict[str, Any]


def write_kgx(tables: Mapping[str, Table], folder: str | Path, format: str = "tsv") -> None:
    """Write `pfocr_nodes` and `pfocr_edges` in a folder, which appears whole."""
    if format not in FORMATS:
        raise UsageError(f"{format!r} is no form of KGX", hint=f"known: {', '.join(FORMATS)}")
    write = _write_tsv if format == "tsv" else _write_jsonl
    with open_folder(folder) as made:
        write(iter_nodes(tables), made / f"pfocr_nodes.{format}")
        write(iter_edges(tables), made / f"pfocr_edges.{format}")


def iter_nodes(tables: Mapping[str, Table]) -> Iterator[Item]:
    """Yield articles, genes, chemicals and diseases, each once."""
    seen = set()
    for pmcid, title, doi in _rows(tables["figures"], "pmcid", "paper_title", "doi"):
        if pmcid is not None and pmcid not in seen:
            seen.add(pmcid)
            xref = [f"doi:{doi}"] if doi else []
            yield _node(_article(pmcid), "biolink:Article", title, xref=xref)
    columns = ("gene", "symbol", "hgnc", "ensembl", "taxon")
    for gene, symbol, hgnc, ensembl, taxon in _rows(tables["genes"], *columns):
        xref = [*filter(None, [hgnc, ensembl and f"ENSEMBL:{ensembl}"])]
        organism = f"NCBITaxon:{taxon}" if taxon else ""
        yield _node(f"NCBIGene:{gene}", "biolink:Gene", symbol, xref=xref, taxon=organism)
    for kind, body, term, name in _rows(tables["mentions"], "kind", "body", "term", "name"):
        if kind in _CATEGORIES and body is not None and body not in seen:
            seen.add(body)
            yield _node(_curie(body), _CATEGORIES[kind], term or name)


def iter_edges(tables: Mapping[str, Table]) -> Iterator[Item]:
    """Yield what each figure mentions: one edge for a figure and a thing."""
    figures = {
        row[0]: row for row in _rows(tables["figures"], "figid", "pmcid", "title", "image", "iri")
    }
    words = _words(tables["mentions"])
    for figid, gene, level in _rows(tables["shown"], "figid", "gene", "strictness"):
        thing = f"NCBIGene:{gene}"
        yield from _edge(figures[figid], thing, words.get((figid, thing), ()), strictness=level)
    substances = {
        (figid, _curie(body))
        for figid, kind, body in _rows(tables["mentions"], "figid", "kind", "body")
        if kind in _CATEGORIES and body is not None
    }
    for figid, thing in sorted(substances):
        yield from _edge(figures[figid], thing, words.get((figid, thing), ()))


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


def _words(mentions: Table) -> dict[tuple[str, str], set[str]]:
    """Return the words that stand for a thing in a figure."""
    words: dict[tuple[str, str], set[str]] = {}
    for figid, word, gene, body in _rows(mentions, "figid", "word", "gene", "body"):
        thing = f"NCBIGene:{gene}" if gene is not None else body and _curie(body)
        if thing:
            words.setdefault((figid, thing), set()).add(word)
    return words


def _article(pmcid: str) -> str:
    """Return the CURIE of an article: Biolink's prefix ends in `PMC`."""
    return f"PMC:{pmcid.removeprefix('PMC')}"


def _curie(body: str) -> str:
    prefix, _, local = body.partition(":")
    return f"{_PREFIXES[prefix]}:{local}"


def _rows(table: Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column] for column in columns), strict=True)


def _write_jsonl(items: Iterable[Item], path: Path) -> None:
    with path.open("w", encoding="utf-8") as target:
        target.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def _write_tsv(items: Iterable[Item], path: Path) -> None:
    """Write a table; several values of a cell have `|` between, so that none may hold one."""
    rows = list(items)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8") as target:
        target.write("\t".join(columns) + "\n")
        target.writelines(
            "\t".join(_cell(row.get(column, "")) for column in columns) + "\n" for row in rows
        )


def _cell(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    clean = [" ".join(str(part).split()).replace(_LIST_SEPARATOR, "¦") for part in parts]
    return _LIST_SEPARATOR.join(clean)
