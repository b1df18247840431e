"""Load into Virtuoso with its own bulk loader, as the WikiPathways endpoint is loaded.

`ld_dir` lists files that the server itself reads, `rdf_loader_run` loads them, and the table
`load_list` says what came of each. A graph is loaded into a staging graph, counted there, and
moved into place. https://vos.openlinksw.com/owiki/wiki/VOS/VirtBulkRDFLoader
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from isal import igzip

from kg.errors import UsageError, WriteError
from kg.store.chunks import Gathered
from kg.store.isql import Isql, quote, value
from kg.store.triplestore import Mode, staging_graph
from kg.store.web import check_url
from kg.terms import PREFIXES, Term

PART_TRIPLES = 1_000_000
SCHEME = "virtuoso://"
_OWN = ("rdf", "rdfs", "xsd")
"""Prefixes that Virtuoso has, and does not let anyone declare again."""

Progress = Callable[[int, int], None]


def parse_address(url: str) -> str:
    """Return `host:port` of a `virtuoso://` URL; the port is that of SQL, 1111 by default.

    >>> parse_address("virtuoso://localhost")
    'localhost:1111'
    """
    parts = urlsplit(check_url(url, ("virtuoso",)))
    if parts.path not in ("", "/") or parts.query:
        raise UsageError(f"{url!r} is not virtuoso://HOST:PORT")
    return f"{parts.hostname}:{parts.port or 1111}"


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """A Virtuoso server, and a folder that both of us see.

    `folder` is where files for it are written, `server_folder` the same folder as the server
    sees it; it must be among the server's `DirsAllowed`.
    """

    isql: Isql
    folder: Path
    server_folder: str

    def load(
        self,
        data: Gathered,
        graph: Term,
        *,
        mode: Mode = "replace",
        progress: Progress | None = None,
    ) -> int:
        """Load one graph of the data; return how many triples it has at the server then.

        `progress` is told triples written for the server and triples in all. Raises WriteError
        where the server fails; the graph is then as it was.
        """
        staging = staging_graph(data, graph, PART_TRIPLES)
        with self._files(data, graph, progress) as folder:
            self.isql.run(load_script(f"{self.server_folder}/{folder.name}", staging))
            self._check_files(staging)
        self._expect(staging, data.graphs[graph])
        if mode == "append":
            self.isql.run(f"SPARQL ADD GRAPH {staging} TO GRAPH {graph};\n{drop_script(staging)}")
            return self.count(graph)
        self.isql.run(move_script(staging, graph))
        return self._expect(graph, data.graphs[graph])

    @contextmanager
    def _files(self, data: Gathered, graph: Term, progress: Progress | None) -> Iterator[Path]:
        """Write the graph into a folder that the server may read; remove it afterwards."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="kg-load-", dir=self.folder))
        except OSError as error:
            message = f"can't be written: {error.strerror}"
            raise WriteError(message, file=str(self.folder)) from None
        try:
            os.chmod(folder, 0o755)  # noqa: S103 - the server is another user
            write_parts(data, graph, folder, progress=progress)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _check_files(self, staging: Term) -> None:
        """Raise WriteError for a file that the server could not load."""
        rows = f"FROM DB.DBA.load_list WHERE ll_graph = {quote(staging[1:-1])}"
        bad = f"{rows} AND (ll_state <> 2 OR ll_error IS NOT NULL)"
        listed, failed, reason = self.isql.run(
            value(f"SELECT COUNT(*) {rows}")
            + value(f"SELECT COUNT(*) {bad}")
            + value(f"COALESCE((SELECT TOP 1 ll_error {bad}), '')")
        )
        place = f"{SCHEME}{self.isql.address}"
        if listed == "0":
            hint = f"is {self.server_folder} the folder as the server sees it?"
            raise WriteError("finds no file in the folder it was given", file=place, hint=hint)
        if failed != "0":
            raise WriteError(f"could not load {failed} of {listed} files: {reason}", file=place)

    def _expect(self, graph: Term, expected: int) -> int:
        count = self.count(graph)
        if count != expected:
            place = f"{SCHEME}{self.isql.address}"
            message = f"{expected:,} triples were sent, and {graph} holds {count:,}"
            raise WriteError(message, file=place, hint="load again, or look at what differs")
        return count

    def count(self, graph: Term) -> int:
        """Return how many triples a graph has."""
        (count,) = self.isql.run(value(_count(graph)))
        return int(count)


def _count(graph: Term) -> str:
    text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    return f'SELECT "n" FROM (SPARQL {text}) AS counted'  # noqa: S608 - an IRI ends nothing


def load_script(folder: str, graph: Term) -> str:
    """Return the SQL that loads the files of a folder, as the server sees it, into a graph."""
    name = quote(graph[1:-1])
    return "".join(
        [
            *(
                f"DB.DBA.XML_SET_NS_DECL ({quote(prefix)}, {quote(namespace)}, 2);\n"
                for prefix, namespace in PREFIXES.items()
                if prefix not in _OWN
            ),
            _forget(graph),
            f"SPARQL CLEAR SILENT GRAPH {graph};\n",
            f"ld_dir ({quote(folder)}, '*.nt.gz', {name});\n",
            "rdf_loader_run ();\n",
            "CHECKPOINT;\n",
        ]
    )


def move_script(staging: Term, graph: Term) -> str:
    """Return the SQL that puts a loaded graph in another's place."""
    return f"SPARQL MOVE GRAPH {staging} TO GRAPH {graph};\n{_forget(staging)}CHECKPOINT;\n"


def drop_script(staging: Term) -> str:
    return f"SPARQL DROP SILENT GRAPH {staging};\n{_forget(staging)}CHECKPOINT;\n"


def _forget(staging: Term) -> str:
    named = quote(staging[1:-1])
    return f"DELETE FROM DB.DBA.load_list WHERE ll_graph = {named};\n"  # noqa: S608 - quoted


def write_parts(
    data: Gathered,
    graph: Term,
    folder: Path,
    *,
    triples: int = PART_TRIPLES,
    progress: Progress | None = None,
) -> list[Path]:
    """Write a graph as gzipped N-Triples, at most so many triples a file."""
    paths = []
    total = data.graphs[graph]
    chunks = chain(data.iter_chunks(graph, triples), filter(None, [data.blank_chunk(graph)]))
    for number, chunk in enumerate(chunks):
        path = folder / f"part-{number:05}.nt.gz"
        path.write_bytes(igzip.compress(chunk, 2, mtime=0))
        path.chmod(0o644)
        paths.append(path)
        if progress is not None:
            progress(min((number + 1) * triples, total), total)
    return paths
