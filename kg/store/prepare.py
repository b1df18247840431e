"""Files and settings that a triplestore's own loader wants, with the commands to run.

What each program wants is written once, here; `docs/loading.md` says which of them the tests run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path

from isal import igzip

from kg.errors import WriteError
from kg.store.chunks import Gathered
from kg.store.virtuoso import load_script, write_parts
from kg.terms import Term
from kg.write import open_target

_BLOCK_TRIPLES = 100_000
_TRIPLES = "pfocr.nt.gz"

_QLEVERFILE = """\
# Settings of QLever: https://docs.qlever.dev/qleverfile/
[data]
NAME         = pfocr
DESCRIPTION  = Published pathway figures (PFOCR), {count} triples

[index]
INPUT_FILES     = pfocr.nt.gz
CAT_INPUT_FILES = zcat ${{INPUT_FILES}}
FORMAT          = nt
SETTINGS_JSON   = {{ "num-triples-per-batch": 1000000 }}

[server]
PORT               = 7019
ACCESS_TOKEN       = ${{data:NAME}}
MEMORY_FOR_QUERIES = 4G
TIMEOUT            = 60s

[runtime]
SYSTEM = docker
IMAGE  = docker.io/adfreiburg/qlever:latest

[ui]
UI_CONFIG = default
"""

_FUSEKI = """\
# Settings of Fuseki: a read-only dataset at /pfocr, whose default graph is the union of all graphs.
# https://jena.apache.org/documentation/fuseki2/fuseki-configuration.html
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX ja: <http://jena.hpl.hp.com/2005/11/Assembler#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>

[] a fuseki:Server ; fuseki:services ( <#service> ) .

<#service> a fuseki:Service ;
  fuseki:name "pfocr" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
  fuseki:endpoint [ fuseki:operation fuseki:gsp-r ; fuseki:name "data" ] ;
  fuseki:dataset <#dataset> .

<#dataset> a tdb2:DatasetTDB2 ;
  tdb2:location "tdb2" ;
  tdb2:unionDefaultGraph true ;
  ja:context [ ja:cxtName "arq:queryTimeout" ; ja:cxtValue "60000" ] .
"""

_GRAPHDB = """\
# Settings of a GraphDB repository: https://graphdb.ontotext.com/documentation/
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix graphdb: <http://www.ontotext.com/config/graphdb#> .

[] a rep:Repository ;
  rep:repositoryID "pfocr" ;
  rdfs:label "Published pathway figures (PFOCR)" ;
  rep:repositoryImpl [
    rep:repositoryType "graphdb:SailRepository" ;
    sr:sailImpl [
      sail:sailType "graphdb:Sail" ;
      graphdb:ruleset "empty" ;
      graphdb:disable-sameAs "true" ;
      graphdb:enable-context-index "true" ;
      graphdb:query-timeout "60"
    ]
  ] .
"""


def _prepare_qlever(data: Gathered, folder: Path) -> list[str]:
    _write(folder / "Qleverfile", _QLEVERFILE.format(count=sum(data.graphs.values())))
    _write_lines(folder / _TRIPLES, data, with_graphs=False)
    return ["qlever index", "qlever start", "qlever query 'SELECT * { ?s ?p ?o } LIMIT 5'"]


def _prepare_fuseki(data: Gathered, folder: Path) -> list[str]:
    _write(folder / "fuseki.ttl", _FUSEKI)
    _write_lines(folder / "pfocr.nq.gz", data, with_graphs=True)
    return ["tdb2.tdbloader --loc tdb2 pfocr.nq.gz", "fuseki-server --config fuseki.ttl"]


def _prepare_graphdb(data: Gathered, folder: Path) -> list[str]:
    _write(folder / "graphdb.ttl", _GRAPHDB)
    _write_lines(folder / "pfocr.nq.gz", data, with_graphs=True)
    return ["importrdf preload --force --config-file graphdb.ttl pfocr.nq.gz", "graphdb"]


def _prepare_virtuoso(data: Gathered, folder: Path) -> list[str]:
    for number, graph in enumerate(data.graphs):
        name = f"graph-{number}"
        (folder / name).mkdir(exist_ok=True)
        for old in (folder / name).glob("*.nt.gz"):
            old.unlink()
        write_parts(data, graph, folder / name)
        _write(folder / f"load-{number}.sql", load_script(str(folder.absolute() / name), graph))
    return [
        f"# in virtuoso.ini: DirsAllowed = ., {folder.absolute()}",
        *(f"isql 1111 dba 'exec=load load-{n}.sql;'" for n in range(len(data.graphs))),
    ]


PREPARE: Mapping[str, Callable[[Gathered, Path], list[str]]] = {
    "qlever": _prepare_qlever,
    "fuseki": _prepare_fuseki,
    "graphdb": _prepare_graphdb,
    "virtuoso": _prepare_virtuoso,
}
"""What prepares data for a program, and returns the commands to run in the folder."""


def prepare(program: str, data: Gathered, folder: Path) -> list[str]:
    """Write what a program wants into a folder; return the commands to run there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return PREPARE[program](data, folder)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None


def _write(path: Path, text: str) -> None:
    with open_target(str(path)) as target:
        target.write(text.encode())


def _write_lines(path: Path, data: Gathered, *, with_graphs: bool) -> None:
    """Write all graphs to one gzipped file of N-Triples or N-Quads."""
    with open_target(str(path)) as target:
        for graph in data.graphs:
            end = _end(graph) if with_graphs else b""
            for chunk in chain(data.iter_chunks(graph, _BLOCK_TRIPLES), [data.blank_chunk(graph)]):
                lines = chunk.replace(b" .\n", end) if end else chunk
                target.write(igzip.compress(lines, 2, mtime=0))


def _end(graph: Term) -> bytes:
    """Return what ends a statement in a graph; ` .` and a line feed stand nowhere else."""
    return f" {graph} .\n".encode() if graph else b""
