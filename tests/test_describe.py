"""The dataset description: counts against SPARQL, the HCLS profile, files, provenance, the gate."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import Run, difference
from pyoxigraph import Store
from rdflib import DCAT, DCTERMS, PROV, RDF, VOID, XSD, BNode, Graph, Literal, URIRef
from test_vocabulary import unknown_terms

from kg.build import build
from kg.describe import (
    About,
    Source,
    build_time,
    count,
    counts_as_json,
    describe_files,
    find_shrunk,
    find_sources,
    read_expected,
    write_description,
)
from kg.describe.about import PAGES
from kg.describe.counts import Counts, Link
from kg.describe.statements import DATASET, PAV, SD, SPDX
from kg.describe.targets import TARGETS, target_namespace
from kg.errors import DataError, UsageError
from kg.mapping.vocabulary import FIGURE, GENE_ALL
from kg.rdf import load_file
from kg.reference import embedded_famplex
from kg.terms import PREFIXES

ISSUED = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
ABOUT = About(
    ISSUED,
    sources=(Source("pfocr-database", "0123abc"),),
    base="https://example.org/releases/2026-11-22/",
    endpoint="https://example.org/sparql",
    previous="2026-10-01",
)
VERSION = URIRef(f"{DATASET}/2026-11-22")


@pytest.fixture(scope="module")
def store(pages_turtle: Path) -> Store:
    loaded = Store()
    load_file(loaded, pages_turtle)
    return loaded


@pytest.fixture(scope="module")
def counts(pages_turtle: Path) -> Counts:
    return count([pages_turtle])


@pytest.fixture(scope="module")
def description(pages_turtle: Path) -> Graph:
    return describe_files([pages_turtle], ABOUT)


def ask(store: Store, query: str) -> dict[str | tuple[str, str], int]:
    """Return the numbers of a query by its first variables; by "" where there is but one."""
    found = {}
    for solution in store.query(query):
        *keys, number = (str(value) for value in solution)
        key = tuple(keys) if len(keys) > 1 else keys[0] if keys else ""
        found[key] = int(number.split('"')[1])
    return found


# Counts


def test_counts_are_those_of_sparql(counts: Counts, store: Store) -> None:
    """By the queries of the HCLS profile, section 6.6."""
    totals = {
        "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a [] }",
        "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        "literals": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o FILTER(isLiteral(?o)) }",
    }
    for name, query in totals.items():
        assert getattr(counts, name) == ask(store, query)[""], name
    assert counts.classes == ask(store, "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    properties = ask(store, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert counts.properties == properties
    subjects = "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    assert counts.property_subjects == ask(store, subjects)
    of_class = ask(store, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p")
    assert {
        (kind, predicate): number
        for kind, predicates in counts.class_properties.items()
        for predicate, number in predicates.items()
    } == of_class
    assert counts.graphs == 1


@pytest.mark.parametrize("namespace", TARGETS)
def test_links_are_those_of_sparql(namespace: str, counts: Counts, store: Store) -> None:
    rest = "" if namespace == PREFIXES["doi"] else "[^/]*"
    query = f"""
        PREFIX rdf: <{RDF}>
        SELECT ?p (COUNT(*) AS ?n) {{
          ?s ?p ?o FILTER(?p != rdf:type && isIRI(?o) && REGEX(STR(?o), "^{namespace}{rest}"))
        }} GROUP BY ?p"""
    links = counts.links
    found = {link.predicate: number for link, number in links.items() if link[1] == namespace}
    assert found == ask(store, query)


def test_links_lead_where_they_should(counts: Counts) -> None:
    links = counts.links
    assert links[Link(GENE_ALL, PREFIXES["ncbigene"])] > 300
    needed = ("ncbigene", "hgncsymbol", "fplx", "wikipathways", "mesh", "chebi", "pmc")
    assert {PREFIXES[name] for name in needed} <= {link.namespace for link in links}
    assert target_namespace("https://w3id.org/pfocr/entry/x") is None


def test_links_to_all_that_famplex_knows_are_counted() -> None:
    families = map(embedded_famplex().family, embedded_famplex())
    equivalents = {iri for family in families for iri in family.equivalents}
    assert equivalents
    assert {iri for iri in equivalents if target_namespace(iri[1:-1]) is None} == set()


@pytest.fixture
def shuffled(pages: Path, tmp_path: Path) -> Path:
    """Return N-Triples in which the triples of a subject are apart."""
    path = tmp_path / "shuffled.nt"
    build(pages, path, workers=1)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(7).shuffle(lines)  # noqa: S311 - a fixed order
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_order_and_repetition_change_no_count(
    counts: Counts, pages_turtle: Path, shuffled: Path
) -> None:
    assert count([shuffled]) == counts
    assert count([pages_turtle, shuffled, pages_turtle]) == counts


def test_graphs_are_counted_and_their_union_too(pages: Path, tmp_path: Path) -> None:
    from kg.terms import iri
    from kg.write import parse_output

    names = [tmp_path / f"{name}.nq" for name in "ab"]
    for name in names:
        build(pages, parse_output(str(name), graph=iri(f"https://example.org/{name.stem}")))
    counts = count(names)
    assert counts.graphs == 2
    assert counts.triples == count(names[:1]).triples


def test_nothing_to_count(tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").write_text("")
    assert count([tmp_path / "empty.ttl"]) == Counts()


def test_malformed_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.nt").write_text("<a:s> <a:p> .\n")
    with pytest.raises(DataError, match=r"bad\.nt:1: is malformed"):
        count([tmp_path / "bad.nt"])


# Description


def values(graph: Graph, subject: URIRef, predicate: URIRef) -> set[str]:
    return {str(value) for value in graph.objects(subject, predicate)}


def level_nodes(graph: Graph) -> tuple[URIRef, URIRef, URIRef]:
    (distribution,) = graph.objects(VERSION, DCAT.distribution)
    assert isinstance(distribution, URIRef)
    return DATASET, VERSION, distribution


MUST = {
    "dcterms:title": "SVD",
    "dcterms:description": "SVD",
    "dcterms:publisher": "SVD",
    "dcterms:license": "VD",
    "dcterms:creator": "VD",
    "dcterms:issued": "VD",
    "pav:version": "VD",
    "dcterms:isVersionOf": "V",
    "dcat:distribution": "V",
    "dcterms:format": "D",
}
MUST_NOT = {
    "dcterms:creator": "S",
    "dcterms:issued": "S",
    "dcterms:language": "S",
    "pav:version": "S",
    "dcterms:isVersionOf": "SD",
    "pav:previousVersion": "S",
    "pav:hasCurrentVersion": "VD",
    "dcterms:source": "S",
    "prov:wasDerivedFrom": "S",
    "pav:createdWith": "S",
    "dcterms:accrualPeriodicity": "VD",
    "dcat:distribution": "SD",
    "dcat:downloadURL": "SV",
    "void:dataDump": "SV",
    "void:sparqlEndpoint": "VD",
    "void:vocabulary": "SV",
    "void:subset": "SV",
    "void:exampleResource": "SV",
    "void:triples": "SV",
    "void:classPartition": "SV",
    "void:propertyPartition": "SV",
}
"""Which levels (summary, version, distribution) must, and must not have a property: HCLS, 5."""


def test_levels_have_what_the_profile_asks_for(description: Graph) -> None:
    namespaces = dict(description.namespaces())
    nodes = dict(zip("SVD", level_nodes(description), strict=True))
    for table, expected in ((MUST, True), (MUST_NOT, False)):
        for name, levels in table.items():
            prefix, _, local = name.partition(":")
            predicate = URIRef(namespaces[prefix] + local)
            for level in levels:
                found = (nodes[level], predicate, None) in description
                assert found == expected, (name, level)
    types = [set(description.objects(node, RDF.type)) for node in nodes.values()]
    dataset = URIRef("http://purl.org/dc/dcmitype/Dataset")
    assert types == [{dataset}, {dataset}, {dataset, VOID.Dataset, DCAT.Distribution}]


def test_description_in_full_on_one_point_each(description: Graph, pages_turtle: Path) -> None:
    summary, version, distribution = level_nodes(description)
    content = pages_turtle.read_bytes()
    assert values(description, summary, PAV.hasCurrentVersion) == {str(VERSION)}
    assert values(description, summary, VOID.sparqlEndpoint) == {"https://example.org/sparql"}
    assert values(description, version, PAV.previousVersion) == {f"{DATASET}/2026-10-01"}
    assert values(description, version, DCTERMS.issued) == {"2026-11-22"}
    assert values(description, version, DCTERMS.license) == {
        "https://creativecommons.org/publicdomain/zero/1.0/"
    }
    assert values(description, distribution, DCAT.byteSize) == {str(len(content))}
    assert values(description, distribution, DCAT.downloadURL) == {
        f"https://example.org/releases/2026-11-22/{pages_turtle.name}"
    }
    (checksum,) = description.objects(distribution, SPDX.checksum)
    digest = Literal(hashlib.sha256(content).hexdigest(), datatype=XSD.hexBinary)
    assert (checksum, SPDX.checksumValue, digest) in description
    examples = values(description, distribution, VOID.exampleResource)
    assert f"{PREFIXES['figure']}PMC100003__mb2410470011.html" in examples
    assert PREFIXES["pfocr"] in values(description, distribution, VOID.vocabulary)


def test_partitions_say_what_was_counted(description: Graph, counts: Counts) -> None:
    *_, distribution = level_nodes(description)
    classes = {
        str(description.value(node, VOID["class"])): int(str(number))
        for node in description.objects(distribution, VOID.classPartition)
        for number in description.objects(node, VOID.entities)
    }
    assert classes == {kind[1:-1]: number for kind, number in counts.classes.items()}
    properties = {
        str(description.value(node, VOID.property)): int(str(description.value(node, VOID.triples)))
        for node in description.objects(distribution, VOID.propertyPartition)
    }
    assert properties == {name[1:-1]: number for name, number in counts.properties.items()}
    linksets = {
        (
            str(description.value(node, VOID.linkPredicate)),
            str(description.value(description.value(node, VOID.objectsTarget), VOID.uriSpace)),
        ): int(str(description.value(node, VOID.triples)))
        for node in description.objects(distribution, VOID.subset)
    }
    assert linksets == {(p[1:-1], namespace): n for (p, namespace), n in counts.links.items()}
    (graphs,) = description.subjects(VOID["class"], SD.Graph)
    assert values(description, graphs, VOID.distinctSubjects) == {"1"}


def test_figures_have_their_own_partition_by_property(description: Graph) -> None:
    (node,) = description.subjects(VOID["class"], URIRef(FIGURE[1:-1]))
    inner = {
        str(description.value(part, VOID.property)): str(description.value(part, VOID.triples))
        for part in description.objects(node, VOID.propertyPartition)
    }
    assert inner[str(DCTERMS.identifier)] == "12"


def test_provenance_leads_from_version_to_sources(description: Graph) -> None:
    (activity,) = description.objects(VERSION, PROV.wasGeneratedBy)
    used = set(description.objects(activity, PROV.used))
    titles = {str(description.value(node, DCTERMS.title)): node for node in used - {URIRef(PAGES)}}
    source = titles.pop("pfocr-database")
    assert set(titles) == {"FamPlex", "HGNC, the human gene names"}
    assert values(description, source, PAV.version) == {"0123abc"}
    ended = Literal("2026-11-22T12:30:00Z", datatype=XSD.dateTime)
    assert (activity, PROV.endedAtTime, ended) in description
    (tool,) = description.objects(activity, PROV.wasAssociatedWith)
    assert description.value(tool, PAV.version)
    (recognition,) = description.objects(activity, PROV.wasInformedBy)
    lexicons = values(description, recognition, PROV.used)
    assert f"{PREFIXES['lexicon']}hgnc_alias_symbol" in lexicons


def test_every_node_is_an_iri_and_every_term_exists(description: Graph) -> None:
    assert not [term for triple in description for term in triple if isinstance(term, BNode)]
    terms = {str(p) for p in description.predicates()}
    terms |= {str(kind) for kind in description.objects(None, RDF.type)}
    assert unknown_terms(terms) == []


def test_several_files_of_one_graph(pages: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.ttl.gz", tmp_path / "a.nq.gz"]
    build(pages, files, workers=1)
    graph = describe_files(files[:1], ABOUT, same=files[1:])
    distributions = set(graph.objects(VERSION, DCAT.distribution))
    assert len(distributions) == 2
    numbers = {str(graph.value(node, VOID.triples)) for node in distributions}
    assert numbers == {str(count(files[:1]).triples)}
    media = {str(graph.value(node, DCAT.mediaType)).rpartition("/")[2] for node in distributions}
    assert media == {"turtle", "n-quads"}
    assert all(graph.value(node, DCAT.compressFormat) for node in distributions)


def test_without_options_nothing_is_invented(pages_turtle: Path) -> None:
    graph = describe_files([pages_turtle], About(ISSUED))
    _, version, distribution = level_nodes(graph)
    for predicate in (DCAT.downloadURL, VOID.dataDump, VOID.sparqlEndpoint, PAV.previousVersion):
        assert (None, predicate, None) not in graph
    assert values(graph, version, DCTERMS.source) == {PAGES}
    assert str(pages_turtle.parent) not in graph.serialize(format="turtle")
    assert values(graph, distribution, DCTERMS.identifier) == {pages_turtle.name}


def test_time_of_another_zone(pages_turtle: Path) -> None:
    zone = timezone(timedelta(hours=2))
    graph = describe_files([pages_turtle], About(ISSUED.astimezone(zone)))
    ended = Literal("2026-11-22T12:30:00Z", datatype=XSD.dateTime)
    assert (None, PROV.endedAtTime, ended) in graph


@pytest.mark.parametrize("seed", ["0", "1"])
def test_same_bytes_whatever_the_hash_seed(
    seed: str, description: Graph, pages_turtle: Path, tmp_path: Path
) -> None:
    options = ["--source", "/nowhere/pfocr-database", "--previous", "2026-10-01"]
    options += ["--endpoint", "https://example.org/sparql", "--base-url", ABOUT.base or ""]
    command = [sys.executable, "-m", "kg", "describe", str(pages_turtle), *options]
    epoch = str(int(ISSUED.timestamp()))
    environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    write_description(description, tmp_path / "expected.ttl")
    expected = (tmp_path / "expected.ttl").read_text(encoding="utf-8")
    lines = [line for line in expected.splitlines() if '"0123abc"' not in line]
    found = [line for line in done.stdout.splitlines() if "pfocr-database" not in line]
    kept = [line for line in lines if "pfocr-database" not in line]
    assert difference(kept, found) == ""


# When, from what


def test_time_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    assert build_time() == datetime(2026, 11, 22, tzinfo=UTC)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs(build_time() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("text", ["", "today", "9" * 30])
def test_wrong_time_in_the_environment(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(UsageError) as caught:
        build_time()
    assert str(caught.value) == (
        f"SOURCE_DATE_EPOCH is {text!r}\nhint: seconds since 1970, for example 1795305600"
    )


def test_source_in_a_checkout_has_its_commit(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "-q")
    (tmp_path / "pfocr" / "_figures").mkdir(parents=True)
    page = tmp_path / "pfocr" / "_figures" / "PMC1__f1.md"
    page.write_text("---\n")
    assert find_sources([tmp_path / "pfocr"]) == (Source("pfocr", None),)
    git("add", ".")
    git("commit", "-qm", "pages")
    commit = git("rev-parse", "HEAD")
    assert find_sources([tmp_path / "pfocr", page]) == (
        Source("pfocr", commit),
        Source("PMC1__f1.md", commit),
    )
    (tmp_path / "own").mkdir()  # in the checkout, and not of it
    (tmp_path / "own.md").write_text("---\n")
    assert find_sources([tmp_path / "own", tmp_path / "own.md"]) == (
        Source("own", None),
        Source("own.md", None),
    )


def test_source_elsewhere_has_none(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    assert find_sources([f"{tmp_path}/pages/", tmp_path / "none.zip"]) == (
        Source("pages"),
        Source("none.zip"),
    )
    assert find_sources(["https://example.org/pages.zip"]) == (
        Source("https://example.org/pages.zip"),
    )


# The gate


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("e.json", '{"doco:Figure": 64643, "schema:Gene": 13464}'),
        ("e.json", '{"classes": {"doco:Figure": 64643, "schema:Gene": 13464}}'),
        ("e.toml", '"doco:Figure" = 64643\n"https://schema.org/Gene" = 13464\n'),
        ("e.toml", '[classes]\n"doco:Figure" = 64643\n"<https://schema.org/Gene>" = 13464\n'),
    ],
)
def test_expected_numbers_are_read(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    expected = {FIGURE: 64643, "<https://schema.org/Gene>": 13464}
    assert read_expected(tmp_path / name) == expected


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "e.json",
            '{"Figure": 1}',
            "'Figure' is neither a CURIE nor an IRI\nhint: for example {\"doco:Figure\": 64643}",
        ),
        (
            "e.json",
            '{"doco:Figure": "many"}',
            "doco:Figure: 'many' is not a whole number\nhint: for example {\"doco:Figure\": 64643}",
        ),
        (
            "e.toml",
            '"doco:Figure" = true',
            "doco:Figure: 'True' is not a whole number\nhint: for example {\"doco:Figure\": 64643}",
        ),
        (
            "e.json",
            "[1]",
            'is not an object of classes and numbers\nhint: for example {"doco:Figure": 64643}',
        ),
        ("e.json", "{", "can't be read: Expecting property name enclosed in double quotes"),
        ("e.toml", "=", "can't be read: Invalid statement"),
        ("none.json", None, "can't be read: No such file or directory"),
    ],
)
def test_wrong_expectations_are_named(
    name: str, text: str | None, message: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(DataError) as caught:
        read_expected(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {message}")


def test_expectations_of_another_format(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text("")
    with pytest.raises(UsageError, match=r"e\.yaml' is neither \.json nor \.toml"):
        read_expected(tmp_path / "e.yaml")


@pytest.mark.parametrize(
    ("found", "share", "shrunk"),
    [(100, 0.0, 0), (99, 0.0, 1), (99, 0.01, 0), (98, 0.01, 1), (200, 0.0, 0), (0, 1.0, 0)],
)
def test_class_may_shrink_by_a_share(found: int, share: float, shrunk: int) -> None:
    assert len(find_shrunk({FIGURE: 100}, {FIGURE: found}, share)) == shrunk


def test_class_that_is_gone_is_named() -> None:
    (shrunk,) = find_shrunk({FIGURE: 1200}, {})
    assert str(shrunk) == "doco:Figure: 0 found, 1,200 expected: 100.0% fewer"


def test_command_as_gate(pages_turtle: Path, run_kg: Callable[..., Run], tmp_path: Path) -> None:
    counts, target = tmp_path / "c.json", tmp_path / "d.ttl"
    done = run_kg("describe", pages_turtle, "-o", target, "--counts", counts)
    assert (done.code, done.stdout) == (0, "")
    expected = json.loads(counts.read_text())
    assert expected == counts_as_json(count([pages_turtle]).classes)
    assert run_kg("describe", pages_turtle, "-o", target, "--expect", counts).code == 0
    expected["classes"]["doco:Figure"] = 13
    counts.write_text(json.dumps(expected))
    refused = run_kg("describe", pages_turtle, "-o", target, "--expect", counts)
    assert refused.code == 1
    assert "doco:Figure: 12 found, 13 expected: 7.7% fewer\n" in refused.stderr
    options = ("--expect", counts, "--shrink", "0.08")
    assert run_kg("describe", pages_turtle, "-o", target, *options).code == 0


def test_command_refuses_what_it_can_not_do(
    pages_turtle: Path, run_kg: Callable[..., Run], tmp_path: Path
) -> None:
    expected = tmp_path / "expected.json"
    expected.write_text('{"Figure": 1}')
    told = run_kg("describe", pages_turtle, "-o", tmp_path / "d.ttl", "--expect", expected)
    assert (told.code, list(tmp_path.iterdir())) == (3, [expected])
    other = run_kg("describe", pages_turtle, "-o", tmp_path / "d.json")
    assert other.code == 2
    assert other.stderr.endswith("d.json' is not Turtle\nhint: a description is written as .ttl\n")
    assert run_kg("describe", pages_turtle, "--endpoint", "no iri").code == 2
    assert run_kg("describe", tmp_path / "none.ttl").code == 2


def test_data_are_not_replaced_by_their_description(
    pages_turtle: Path, tmp_path: Path, run_kg: Callable[..., Run]
) -> None:
    data = tmp_path / "data.ttl"
    data.write_bytes(pages_turtle.read_bytes())
    run = run_kg("describe", data, "-o", data)
    assert (run.code, run.stderr) == (
        2,
        f"error: it would replace '{data}', which is data\nhint: name another file\n",
    )
    assert data.read_bytes() == pages_turtle.read_bytes()
