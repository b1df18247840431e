"""RDF terms: tokens, CURIEs, and IRIs that are valid, reversible and never meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pyoxigraph
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import languages, texts

from kg import terms
from kg.errors import UsageError
from kg.terms import PREFIXES, compress, expand, is_iri, literal, split_literal

MINTERS = [
    (terms.figure, "https://pfocr.wikipathways.org/figures/", ".html"),
    (terms.figure_alias, "https://pfocr.wikipathways.org/figures/", ""),
    (terms.paper, "https://identifiers.org/pmc/", ""),
    (terms.gene, "https://identifiers.org/ncbigene/", ""),
    (terms.hgnc_symbol, "https://identifiers.org/hgnc.symbol/", ""),
    (terms.famplex, "https://identifiers.org/fplx/", ""),
    (terms.own_family, "https://w3id.org/pfocr/family/", ""),
    (terms.mesh, "https://identifiers.org/mesh/", ""),
    (terms.chebi, "https://identifiers.org/chebi/CHEBI:", ""),
    (terms.doid, "http://purl.obolibrary.org/obo/DOID_", ""),
    (terms.taxon, "http://purl.obolibrary.org/obo/NCBITaxon_", ""),
    (terms.wikipathways, "https://identifiers.org/wikipathways/", ""),
    (terms.ndex, "https://www.ndexbio.org/viewer/networks/", ""),
    (terms.lexicon, "https://w3id.org/pfocr/lexicon/", ""),
    (terms.journal, "https://w3id.org/pfocr/journal/", ""),
    (terms.doi, "https://doi.org/", ""),
]


def is_valid(term: str) -> bool:
    """Ask a strict reader whether a token is an absolute IRI."""
    pyoxigraph.NamedNode(term[1:-1])
    return (
        term[0] == "<" and term[-1] == ">" and not re.search(r"[\x00-\x20<>\"{}|^`\\]", term[1:-1])
    )


# IRIs


@pytest.mark.parametrize(("mint", "before", "after"), MINTERS)
@given(identifier=texts())
def test_minted_iri_is_valid_and_reversible(
    mint: Callable[[str], str], before: str, after: str, identifier: str
) -> None:
    term = mint(identifier)
    assert is_valid(term)
    assert term.startswith(f"<{before}")
    assert term.endswith(f"{after}>")
    assert unquote(term[1 + len(before) : len(term) - 1 - len(after)]) == identifier


@given(st.lists(texts(), min_size=1, max_size=6))
def test_compound_iri_is_valid_and_reversible(segments: list[str]) -> None:
    term = terms.compound("mention", *segments)
    assert is_valid(term)
    local = term[1 + len(PREFIXES["mention"]) : -1]
    assert [unquote(segment) for segment in local.split(":")] == segments


@given(st.lists(texts(), min_size=2, max_size=2), st.lists(texts(), min_size=3, max_size=3))
def test_joined_iri_is_valid_and_reversible(one: list[str], other: list[str]) -> None:
    term = terms.join("recount", terms.compound("mention", *one), terms.compound("entry", *other))
    assert is_valid(term)
    local = term[1 + len(PREFIXES["recount"]) : -1]
    assert [unquote(segment) for segment in local.split(":")] == [*one, *other]


@given(texts(), texts())
def test_different_identifiers_never_meet(one: str, other: str) -> None:
    assume(one != other)
    for mint, _, _ in MINTERS:
        assert mint(one) != mint(other)
    assert terms.compound("mention", one, other) != terms.compound("mention", other, one)
    assert terms.image("PMC1", one) != terms.image("PMC1", other)


@given(texts(max_size=60))
def test_address_made_of_a_path_is_a_valid_iri(path: str) -> None:
    assert is_valid(terms.page_at_pmc(path))
    assert is_valid(terms.site_page(path))
    assert is_valid(terms.image(path, path))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (terms.gene("7409"), "<https://identifiers.org/ncbigene/7409>"),
        (
            terms.figure("PMC3585130__pgen.1003334.g002"),
            "<https://pfocr.wikipathways.org/figures/PMC3585130__pgen.1003334.g002.html>",
        ),
        (terms.chebi("15422"), "<https://identifiers.org/chebi/CHEBI:15422>"),
        (terms.doid("0060239"), "<http://purl.obolibrary.org/obo/DOID_0060239>"),
        (terms.own_family("Cyclin-D1/2/3"), "<https://w3id.org/pfocr/family/Cyclin-D1%2F2%2F3>"),
        (terms.journal("Bone & Joint"), "<https://w3id.org/pfocr/journal/Bone%20%26%20Joint>"),
        (terms.journal("a~b"), "<https://w3id.org/pfocr/journal/a%7Eb>"),
        (
            terms.page_at_pmc("/pmc/articles/PMC1/figure/F1/"),
            "<https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/>",
        ),
        (
            terms.page_at_pmc("pmc/articles/PMC1/figure/F1/"),
            "<https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/>",
        ),
        (
            terms.page_at_pmc("/a%20b/50%/%C3%a9"),
            "<https://www.ncbi.nlm.nih.gov/a%20b/50%25/%C3%a9>",
        ),
        (
            terms.site_page("/figures/PMC1__F1"),
            "<https://pfocr.wikipathways.org/figures/PMC1__F1>",
        ),
        (
            terms.image("PMC1", "a b.jpg"),
            "<https://europepmc.org/articles/PMC1/bin/a%20b.jpg>",
        ),
    ],
)
def test_minted_iris(term: str, expected: str) -> None:
    assert term == expected


# CURIEs


@given(st.sampled_from(sorted(PREFIXES)), texts())
def test_curie_expands_to_the_iri_it_was_made_of(prefix: str, identifier: str) -> None:
    term = f"<{PREFIXES[prefix]}{terms.encode(identifier)}>"
    curie = compress(term)
    assert curie == term or expand(curie) == term


@pytest.mark.parametrize(
    ("term", "curie"),
    [
        (terms.gene("7409"), "ncbigene:7409"),
        (terms.figure("PMC1__pgen.1.g2"), "figure:PMC1__pgen.1.g2.html"),
        (terms.compound("mention", "a", "%"), "mention:a:%25"),
        (terms.chebi("15422"), "chebi:CHEBI:15422"),
        ("<https://w3id.org/pfocr/journal/a.>", "<https://w3id.org/pfocr/journal/a.>"),
        ("<https://w3id.org/pfocr/journal/-a>", "<https://w3id.org/pfocr/journal/-a>"),
        ("<https://w3id.org/pfocr/journal/>", "<https://w3id.org/pfocr/journal/>"),
        ("<https://doi.org/10.1234/a>", "<https://doi.org/10.1234/a>"),
        ("<https://doi.org/10.1234%>", "<https://doi.org/10.1234%>"),
        ("<https://example.org/a>", "<https://example.org/a>"),
    ],
)
def test_compress(term: str, curie: str) -> None:
    assert compress(term) == curie


@pytest.mark.parametrize("curie", ["7409", "nowhere:7409", ":a", ""])
def test_unknown_prefix_is_refused(curie: str) -> None:
    with pytest.raises(UsageError) as caught:
        expand(curie)
    assert str(caught.value) == f"{curie!r} has no known prefix\nhint: known: {', '.join(PREFIXES)}"


def test_namespaces_are_valid_and_told_apart() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    for namespace in PREFIXES.values():
        assert namespace[-1] in "/#"
        assert is_valid(f"<{namespace}>")


# Literals


@given(texts(max_size=60), st.sampled_from([None, terms.XSD_GYEAR]))
def test_literal_is_reversible(text: str, datatype: str | None) -> None:
    token = literal(text, datatype)
    assert not is_iri(token)
    assert split_literal(token) == (text, datatype, None)


@given(texts(max_size=60), languages())
def test_language_of_a_literal_is_told(text: str, language: str) -> None:
    assert split_literal(f"{literal(text)}@{language}") == (text, None, language)


@given(texts(max_size=60))
def test_literal_is_what_other_libraries_read_and_write(text: str) -> None:
    line = f"<http://e/s> <http://e/p> {literal(text)} ."
    (quad,) = pyoxigraph.parse(line.encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    assert quad.object == pyoxigraph.Literal(text)
    assert "\n" not in literal(text)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("", '""'),
        ('say "a"', r'"say \"a\""'),
        ("a\\b", r'"a\\b"'),
        ("a\nb\r\tc", r'"a\nb\r\tc"'),
        ("\x1f ME-CDP\x00\x7f", r'"\u001F ME-CDP\u0000\u007F"'),
        ("β\u2028\x85", '"β\u2028\x85"'),
    ],
)
def test_literal_is_canonical_n_triples(text: str, token: str) -> None:
    assert literal(text) == token


def test_integer() -> None:
    assert terms.integer(3) == '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
