"""Federation: one endpoint with figures asks another with WikiPathways' data, both of our own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HERE
from programs import free_port, oxigraph, virtuoso
from serving import Server, serving

from kg.store import load_store, open_store
from kg.store.chunks import gather
from kg.store.http import Client, Credentials
from kg.store.isql import Isql
from kg.store.triplestore import Triplestore, find_urls
from kg.store.virtuoso import Virtuoso
from kg.terms import parse_iri

PATHWAYS = parse_iri("http://rdf.wikipathways.org/")
JOIN = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX wp: <http://vocabularies.wikipathways.org/wp#>

SELECT DISTINCT ?figid ?pathway ?gene
WHERE {
  ?figure pfocr:geneAll ?gene ; dcterms:identifier ?figid .
  %s
}
ORDER BY ?figid ?pathway ?gene
"""
PART = """{
    ?node wp:bdbEntrezGene ?gene ; dcterms:isPartOf ?version .
    ?version a wp:Pathway ; dcterms:identifier ?pathway .
  }"""


@pytest.fixture(scope="module")
def pathways() -> list[Path]:
    return sorted((HERE / "data" / "wikipathways").glob("*.ttl"))


@pytest.fixture(scope="module")
def other(pathways: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the pathways with `kg serve`; yield the endpoint."""
    folder = tmp_path_factory.mktemp("pathways")
    load_store(folder / "store", pathways, PATHWAYS)
    with serving(folder / "store", log=folder / "log") as server:
        yield f"{server.url}/sparql"


@pytest.fixture(scope="module")
def figures(pages_turtle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    load_store(folder / "store", [pages_turtle])
    return folder / "store"


@pytest.fixture(scope="module")
def expected(pages_turtle: Path, pathways: list[Path]) -> list[list[str]]:
    """Join the same data in one store."""
    answer = open_store([pages_turtle, *pathways]).query(JOIN % PART)
    rows = [[term.value for term in row] for row in answer]  # type: ignore[union-attr] # a SELECT, whose terms are bound
    assert rows
    return rows


def rows_of(server: Server, text: str) -> list[list[str]]:
    reply = server.query(text, "text/csv")
    assert reply.status == 200, reply.text
    return list(csv.reader(io.StringIO(reply.text)))[1:]


@pytest.mark.slow
def test_figures_are_joined_with_pathways_elsewhere(
    figures: Path, other: str, expected: list[list[str]], tmp_path: Path
) -> None:
    with serving(figures, "--allow-service", other, log=tmp_path / "log") as server:
        assert rows_of(server, JOIN % f"SERVICE <{other}> {PART}") == expected
        assert "BasicFederatedQuery" in server.get("/sparql", "text/turtle").text
        elsewhere = f"http://127.0.0.1:{free_port()}/sparql"
        refused = server.query(JOIN % f"SERVICE <{elsewhere}> {PART}")
        assert (refused.status, refused.text) == (
            403,
            f"SERVICE <{elsewhere}> is not allowed: this server asks no other\n"
            f"hint: allowed: {other}\n",
        )


@pytest.mark.slow
def test_figures_are_joined_with_pathways_in_virtuoso(
    figures: Path, pathways: list[Path], expected: list[list[str]], tmp_path: Path
) -> None:
    """WikiPathways' endpoint is Virtuoso, which does not answer a query that is posted bare."""
    with virtuoso(tmp_path) as other, gather(pathways, PATHWAYS) as data:
        isql = Isql(other.address, Credentials("dba", other.password))
        Virtuoso(isql, tmp_path, str(tmp_path)).load(data, PATHWAYS)
        url = f"{other.http}/sparql"
        with serving(figures, "--allow-service", url, log=tmp_path / "log") as server:
            assert rows_of(server, JOIN % f"SERVICE <{url}> {PART}") == expected


@pytest.mark.slow
def test_an_endpoint_that_is_down_is_an_error_unless_it_is_silent(
    figures: Path, tmp_path: Path
) -> None:
    down = f"http://127.0.0.1:{free_port()}/sparql"
    with serving(figures, "--allow-service", down, log=tmp_path / "log") as server:
        reply = server.query(JOIN % f"SERVICE <{down}> {PART}")
        assert reply.status == 502
        assert "Traceback" not in reply.text
        assert rows_of(server, f"ASK {{ SERVICE SILENT <{down}> {{ ?s ?p ?o }} }}") == []


@pytest.mark.slow
def test_another_program_asks_ours(
    figures: Path, pathways: list[Path], expected: list[list[str]], tmp_path: Path
) -> None:
    """Oxigraph's server, with the pathways, joins with the figures that `kg serve` has."""
    with serving(figures, log=tmp_path / "log") as server, oxigraph(tmp_path) as url:
        store = Triplestore(find_urls(f"{url}/store"), Client())
        with gather(pathways, PATHWAYS) as data:
            store.load(data, PATHWAYS)
        figures_part = (
            "?node wp:bdbEntrezGene ?gene ; dcterms:isPartOf ?version . "
            "?version a wp:Pathway ; dcterms:identifier ?pathway . "
            f"SERVICE <{server.url}/sparql> "
            "{ ?figure pfocr:geneAll ?gene ; dcterms:identifier ?figid }"
        )
        head, _, _ = JOIN.partition("WHERE")
        text = f"{head} WHERE {{ {figures_part} }} ORDER BY ?figid ?pathway ?gene"
        found = [[row[n] for n in ("figid", "pathway", "gene")] for row in store._select(text)]
    assert found == expected
