"""CSV for Neo4j's `neo4j-admin database import full`.

https://neo4j.com/docs/operations-manual/current/import/: the header names the identifier and its
space, `figid:ID(Figure)`, the types of properties, `year:int`, and both ends of a relation. A file
is nodes of one label, or relations of one type; `import.args` has the arguments that say so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.export.folder import open_folder
from kg.export.tables import Table, rows_of

Row = tuple[Any, ...]


class _File(NamedTuple):
    """A file: its label or type, header, and rows."""

    label: str
    header: tuple[str, ...]
    rows: Iterable[Row]


def write_neo4j(tables: Mapping[str, Table], folder: str | Path) -> None:
    """Write nodes and relations as CSV files in a folder, which appears whole.

    Nodes are Figure, Paper, Gene, Family, Chemical, Disease; relations SHOWS (figure to gene, with
    the strictest level), MENTIONS (figure to anything, one for each word and lexicon), IN_PAPER,
    and HAS_MEMBER (family to gene).
    """
    nodes, relations = list(_nodes(tables)), list(_relations(tables))
    with open_folder(folder) as made:
        for file in (*nodes, *relations):
            with (made / f"{file.label}.csv").open("w", encoding="utf-8", newline="") as target:
                writer = csv.writer(target, lineterminator="\n")
                writer.writerow(file.header)
                writer.writerows(file.rows)
        arguments = [
            *(f"--nodes={file.label}={file.label}.csv" for file in nodes),
            *(f"--relationships={file.label}={file.label}.csv" for file in relations),
            "--multiline-fields=true",
        ]
        (made / "import.args").write_text("\n".join(arguments) + "\n", encoding="utf-8")


def _nodes(tables: Mapping[str, Table]) -> Iterator[_File]:
    figures, mentions = tables["figures"], tables["mentions"]
    texts = ("title", "caption", "number", "type", "image", "page", "iri")
    header: tuple[str, ...] = ("figid:ID(Figure)", *texts, "year:int")
    yield _File("Figure", header, rows_of(figures, "figid", *texts, "year"))
    papers = rows_of(figures, "pmcid", "paper_title", "doi", "citation")
    header = ("pmcid:ID(Paper)", "title", "doi", "citation")
    yield _File("Paper", header, _first_of_each(papers))
    genes = rows_of(tables["genes"], "gene", "symbol", "hgnc", "ensembl", "organism", "taxon")
    header = ("id:ID(Thing)", "symbol", "hgnc", "ensembl", "organism", "taxon:int")
    yield _File("Gene", header, ((f"ncbigene:{gene}", *rest) for gene, *rest in genes))
    for label in ("Family", "Chemical", "Disease"):
        things = (
            (body, term or name)
            for kind, body, term, name in rows_of(mentions, "kind", "body", "term", "name")
            if kind == label.lower()
        )
        yield _File(label, ("id:ID(Thing)", "name"), _first_of_each(things))


def _relations(tables: Mapping[str, Table]) -> Iterator[_File]:
    shown = rows_of(tables["shown"], "figid", "gene", "strictness")
    header: tuple[str, ...] = (":START_ID(Figure)", ":END_ID(Thing)", "strictness")
    yield _File(
        "SHOWS", header, ((figid, f"ncbigene:{gene}", level) for figid, gene, level in shown)
    )
    columns = ("word", "term", "lexicon", "count")
    mentions = rows_of(tables["mentions"], "figid", "body", *columns)
    distinct = dict.fromkeys(row for row in mentions if row[1] is not None)
    header = (":START_ID(Figure)", ":END_ID(Thing)", "word", "term", "lexicon", "count:int")
    yield _File("MENTIONS", header, distinct)
    papers = (row for row in rows_of(tables["figures"], "figid", "pmcid") if row[1] is not None)
    yield _File("IN_PAPER", (":START_ID(Figure)", ":END_ID(Paper)"), papers)
    bodies = rows_of(tables["mentions"], "family", "body")
    curies = {family: body for family, body in bodies if family is not None}
    members = (
        (curies[family], f"ncbigene:{gene}")
        for family, gene in rows_of(tables["members"], "family", "gene")
        if family in curies
    )
    yield _File("HAS_MEMBER", (":START_ID(Thing)", ":END_ID(Thing)"), members)


def _first_of_each(rows: Iterable[Row]) -> list[Row]:
    """Return the first row of each identifier, which stands first; none without one."""
    first: dict[Any, Row] = {}
    for row in rows:
        if row[0] is not None:
            first.setdefault(row[0], row)
    return [first[key] for key in sorted(first)]
