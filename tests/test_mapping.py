"""What the graph says: golden cases, no row lost, and the laws of the mapping."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph
import pytest
from conftest import HERE, difference
from hypothesis import given, settings
from strategies import records

from kg.build import build, iter_records, iter_triples
from kg.mapping import map_record
from kg.record import GeneEntry, Record
from kg.terms import PREFIXES, RDF_TYPE, Term, Triple, expand, is_iri, split_literal

CASES = sorted(path.parent.name for path in HERE.glob("golden/*/_figures"))
OWN = "https://w3id.org/pfocr/"

Index = dict[Term, dict[Term, set[Term]]]


def index_of(triples: Iterable[Triple]) -> Index:
    index: Index = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in triples:
        index[subject][predicate].add(value)
    return index


# Golden cases


@pytest.mark.parametrize("case", CASES)
def test_golden_case(case: str, tmp_path: Path) -> None:
    """Compare a case with what a person has read and found right.

    After a change that is meant: `kg build tests/golden/CASE -o tests/golden/CASE/expected.ttl`,
    then read the difference.
    """
    folder = HERE / "golden" / case
    build(folder, tmp_path / "actual.ttl")
    expected, actual = (
        {str(triple) for triple in pyoxigraph.parse(path=path)}
        for path in (folder / "expected.ttl", tmp_path / "actual.ttl")
    )
    assert difference(expected, actual) == ""


def test_every_layout_has_a_golden_case() -> None:
    assert {"layout-1", "layout-2", "layout-3", "layout-4", "made-up"} <= set(CASES)


# No row is lost


def rows_in(record: Record) -> Counter[tuple[str, tuple[Any, ...]]]:
    """Return the rows of a record, without the taxon, which is said of the gene."""
    rows: Counter[tuple[str, tuple[Any, ...]]] = Counter()
    for found in (record.genes, record.chemicals, record.diseases):
        for (word, entry), count in found.items():
            rows[word, entry[:4] if isinstance(entry, GeneEntry) else tuple(entry)] += count
    return rows


def rows_of(index: Index) -> Counter[tuple[str, tuple[Any, ...]]]:
    """Return the rows that a graph of one figure says."""
    recounts = {
        (one(pairs, "pfocr:mention"), one(pairs, "pfocr:entry")): number(pairs, "pfocr:count")
        for pairs in index.values()
        if expand("pfocr:Recount") in pairs[RDF_TYPE]
    }
    rows: Counter[tuple[str, tuple[Any, ...]]] = Counter()
    for subject, pairs in index.items():
        if expand("oa:Annotation") in pairs[RDF_TYPE]:
            word = text(pairs, "pfocr:word")
            assert word is not None
            for entry in pairs[expand("pfocr:match")]:
                count = recounts.get((subject, entry), number(pairs, "pfocr:count"))
                rows[word, entry_of(index[entry])] += count
    return rows


def entry_of(pairs: dict[Term, set[Term]]) -> tuple[Any, ...]:
    lexicon = local(pairs, "pfocr:lexicon")
    (type,) = pairs[RDF_TYPE]
    if type in (expand("pfocr:GeneEntry"), expand("pfocr:FamilyEntry")):
        gene, symbol = local(pairs, "pfocr:gene"), text(pairs, "pfocr:symbol")
        return text(pairs, "pfocr:term"), lexicon, gene, symbol
    kind = "chemical" if type == expand("pfocr:ChemicalEntry") else "disease"
    other = local(pairs, "pfocr:chebi" if kind == "chemical" else "pfocr:doid")
    if other is not None:
        other = other.removeprefix("CHEBI:").removeprefix("DOID_")
    name, term = text(pairs, "pfocr:name"), text(pairs, "pfocr:term")
    return kind, term, lexicon, local(pairs, "pfocr:mesh"), other, name


def one(pairs: dict[Term, set[Term]], curie: str) -> Term | None:
    values = pairs.get(expand(curie), set())
    assert len(values) <= 1, f"{curie} has several values"
    return next(iter(values), None)


def text(pairs: dict[Term, set[Term]], curie: str) -> str | None:
    value = one(pairs, curie)
    return None if value is None else split_literal(value).text


def local(pairs: dict[Term, set[Term]], curie: str) -> str | None:
    value = one(pairs, curie)
    return None if value is None else unquote(value[value.rindex("/") + 1 : -1])


def number(pairs: dict[Term, set[Term]], curie: str) -> int:
    return int(text(pairs, curie) or "")


@given(records())
def test_graph_gives_back_every_row(record: Record) -> None:
    assert rows_of(index_of(map_record(record))) == rows_in(record)


def test_graph_gives_back_every_row_of_the_pages(pages: Path) -> None:
    for record in iter_records(pages):
        assert rows_of(index_of(map_record(record))) == rows_in(record)


@pytest.mark.slow
def test_graph_gives_back_every_row_of_all_pages(all_pages: list[Path]) -> None:
    for record in iter_records(all_pages):
        assert rows_of(index_of(map_record(record))) == rows_in(record)


# Laws


@given(records())
def test_order_of_rows_changes_nothing(record: Record) -> None:
    turned = replace(
        record,
        genes=Counter(dict(reversed(record.genes.items()))),
        chemicals=Counter(dict(reversed(record.chemicals.items()))),
        diseases=Counter(dict(reversed(record.diseases.items()))),
        organism_counts=record.organism_counts[::-1],
        tags=record.tags[::-1],
    )
    assert set(map_record(turned)) == set(map_record(record))


@settings(max_examples=50)
@given(records())
def test_every_node_has_an_iri(record: Record) -> None:
    for triple in map_record(record):
        pyoxigraph.parse(f"{' '.join(triple)} .", pyoxigraph.RdfFormat.N_TRIPLES)
        subject, predicate, value = triple
        assert is_iri(subject)
        assert is_iri(predicate)
        assert is_iri(value) or value[0] == '"'


def test_no_missing_value_becomes_a_literal(all_pages: list[Path]) -> None:
    words = {expand("pfocr:word"), expand("pfocr:term")}  # where NA is what the figure says
    literals = {
        split_literal(value).text
        for _, predicate, value in iter_triples(all_pages)
        if value[0] == '"' and predicate not in words
    }
    assert not literals & {"", "NA", ".na.character", "None", "nan"}


@pytest.fixture(scope="module")
def index(pages: Path) -> Index:
    return index_of(iter_triples(pages))


def test_nothing_is_what_wikipathways_counts(index: Index) -> None:
    vocabulary = "http://vocabularies.wikipathways.org/"
    for pairs in index.values():
        for predicate, values in pairs.items():
            assert vocabulary not in predicate
            assert not [value for value in values if value.startswith(f"<{vocabulary}")]


def test_every_own_node_is_described(index: Index) -> None:
    shared = tuple(PREFIXES[prefix] for prefix in ("ncbigene", "mesh", "chebi", "pmc", "fplx"))
    for predicate, value in {
        (predicate, value)
        for pairs in index.values()
        for predicate, values in pairs.items()
        for value in values
    }:
        if not predicate.startswith(expand("skos:")[:-1]):
            name = value[1:-1]
            is_own = name.startswith(OWN) and not name.startswith(PREFIXES["pfocr"])
            if is_own or (is_iri(value) and name.startswith(shared)):
                assert RDF_TYPE in index[value], value


def test_strictness_levels_lie_within_each_other(index: Index) -> None:
    figures = [pairs for pairs in index.values() if expand("doco:Figure") in pairs[RDF_TYPE]]
    assert len(figures) == 12
    for pairs in figures:
        strict, synonyms, every = (
            pairs[expand(curie)]
            for curie in ("pfocr:geneStrict", "pfocr:geneSynonyms", "pfocr:geneAll")
        )
        assert strict <= synonyms <= every
        assert every


def test_levels_follow_from_the_lexicons(pages: Path) -> None:
    levels = {
        "pfocr:geneStrict": {"hgnc_symbol", "ncbigene_symbol"},
        "pfocr:geneSynonyms": {"hgnc_alias_symbol", "hgnc_prev_symbol", "ncbigene_synonym"},
        "pfocr:geneAll": {"bioentities_symbol", "famplex_relations"},
    }
    for record in iter_records(pages):
        (figure,) = (
            pairs
            for pairs in index_of(map_record(record)).values()
            if expand("doco:Figure") in pairs[RDF_TYPE]
        )
        lexicons: set[str] = set()
        for curie, more in levels.items():
            lexicons |= more
            genes = {entry.gene for _, entry in record.genes if entry.lexicon in lexicons}
            assert figure[expand(curie)] == {expand(f"ncbigene:{gene}") for gene in genes}


def test_confidence_is_a_share(index: Index) -> None:
    rated = [text(pairs, "pfocr:confidence") for pairs in index.values()]
    found = [float(value) for value in rated if value is not None]
    assert found
    assert all(0 <= value <= 1 for value in found)
