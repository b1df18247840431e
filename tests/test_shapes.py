"""The shapes agree with the mapping, and each of them lets good data pass and bad data fail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib

from kg.build import build
from kg.mapping import describe_shared, map_record, merge, vocabulary
from kg.mapping.entries import FamilyKey
from kg.record import Entity, GeneEntry, Organism, Paper, Record, SubstanceEntry, Tag
from kg.reference import embedded_famplex
from kg.terms import PREFIXES, RDF_TYPE, XSD_GYEAR, Term, Triple, figure, is_iri
from kg.validate import load_shapes, validate, validate_descriptions
from kg.validate.forms import as_ntriples
from kg.validate.load import find_shapes
from kg.validate.parts import Part
from kg.validate.referee import Bench, Referee
from kg.validate.results import Result
from kg.validate.vocabulary import CLASS, CLOSED, PATH, PROPERTY, SCOPE, SH

SHAPES = load_shapes()
SHAPE = "https://w3id.org/pfocr/shapes#"
WP = "http://vocabularies.wikipathways.org/wp#"
BAD = "<urn:bad>"
FIGURE = figure("PMC7__f1")

RECORD = Record(
    figid="PMC7__f1",
    paper=Paper(
        "PMC7",
        title="A paper.",
        citation="A. Author. J Test. 2001;1(2):3-4.",
        year="2001",
        doi="10.1000/x(1)<2>",
        pmid="11713281",
        journal="Journal of Tests",
        journal_abbreviation="J Test",
        volume="1",
        issue="2",
        pages="3-4",
        authors=("A. Author",),
        publisher="A publisher",
        keywords=("a keyword", "another"),
    ),
    title="Signalling",
    caption="A caption.",
    number="F1",
    type="Figure",
    alias="PMC7__F1",
    redirects=("/figures/PMC7__F1",),
    filename="f 1.jpg",
    figlink="/pmc/articles/PMC7/figure/F1/",
    score="0.95",
    automl_score="0.9",
    search_rank=3,
    ndex="2cdee215-df0b-11ea-99da-0ac135e8bacf",
    wpids=("WP5283",),
    organisms=("Homo sapiens",),
    organisms_recognised=("Mus musculus",),
    organism_counts=(
        Organism("9606", "Homo sapiens", "Primates", 1, 2, 3),
        Organism("10090", "Mus musculus", "Vertebrates", 1, None, 3),
    ),
    genes=Counter(
        {
            ("(Src", GeneEntry("SRC", "hgnc_symbol", "6714", "SRC", "9606")): 2,
            ("BMAL1", GeneEntry("BMAL1", "hgnc_alias_symbol", "406", "ARNTL", "9606")): 1,
            ("Akt", GeneEntry("AKT", "bioentities_symbol", "207", "AKT1", "9606")): 1,
            ("Akt", GeneEntry("AKT", "bioentities_symbol", "208", "AKT2", "9606")): 2,
            ("PI3K", GeneEntry("PI3K", "famplex_relations", "5290", "PIK3CA", "9606")): 1,
            ("NFkB", GeneEntry("NFKB", "bioentities_symbol", "4790", "NFKB1", "9606")): 1,
            ("Frizzled", GeneEntry("Frizzled", "bioentities_symbol", "8321", "FZD1", "9606")): 1,
            ("Gs", GeneEntry("Gs", "bioentities_symbol", "2774", "GNAL", "9606")): 1,
            ("Gs", GeneEntry("Gs", "bioentities_symbol", "2778", "GNAS", "9606")): 1,
            ("TORC1", GeneEntry("mTORC1", "bioentities_symbol", "2475", "MTOR", "9606")): 1,
            ("Rpa1", GeneEntry("Rpa1", "ncbigene_synonym", "68275", "Rpa1", "10090")): 1,
        }
    ),
    chemicals=Counter(
        {
            ("ATP", SubstanceEntry("chemical", "ATP", "MESH", "D000255", "15422", "ATP")): 1,
            ("x", SubstanceEntry("chemical", None, None, None, None, None)): 1,
        }
    ),
    diseases=Counter(
        {("AD", SubstanceEntry("disease", "AD", "MESH", "D000544", "10652", "Alzheimer's")): 1}
    ),
    tags=(Tag("Pathway Ontology", "signalling", "PW:0000003"),),
    entities=(Entity("gene", "ncbigene", "7409"), Entity("chemical", "mesh", "D014867")),
    flavour="synonyms",
)
"""A record in which every field says something."""


@cache
def conforming() -> tuple[Triple, ...]:
    return tuple(sorted({*map_record(RECORD)}))


@cache
def types() -> dict[Term, set[Term]]:
    """Return the classes of each subject."""
    found: dict[Term, set[Term]] = {}
    for subject, predicate, value in conforming():
        if predicate == RDF_TYPE:
            found.setdefault(subject, set()).add(value)
    return found


def results(triples: Iterable[Triple], failing_limit: int = 1000) -> list[Result]:
    """Validate as a part of a graph: two engines, and pySHACL on what fails or is in doubt."""
    body = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    bench = Bench("shacl", "shacl-rust", failing_limit=failing_limit)
    verdict = Referee(SHAPES, {}, bench).judge(Part(body))
    assert verdict.notes == []
    assert verdict.disagreed == 0
    return [SHAPES.result(finding) for finding in verdict.findings]


def local(name: Term) -> str:
    return name[1:-1].removeprefix(SHAPE)


def targeted(shape: Term) -> list[Term]:
    return SHAPES.objects(shape, f"<{SH}targetClass>")


def predicates_of(shape: Term) -> set[Term]:
    """Return the predicates that the property shapes of a shape look at."""
    return {
        path
        for found in SHAPES.objects(shape, PROPERTY)
        for path in SHAPES.objects(found, PATH)
        if is_iri(path)
    }


# Shapes and mapping agree


def constants() -> tuple[set[Term], set[Term]]:
    """Return the classes and the predicates that the mapping's vocabulary names."""
    terms = {
        value
        for name, value in vars(vocabulary).items()
        if name.isupper() and isinstance(value, str)
    } - {vocabulary.CC0, vocabulary.TAGGING}
    classes = {
        term for term in terms if term[1:-1].replace("#", "/").rpartition("/")[2][0].isupper()
    }
    classes.remove(vocabulary.IN_TAXON)
    return classes, terms - classes


def closed_shapes() -> dict[Term, Term]:
    """Return the closed shape of each class."""
    return {
        name: shape
        for shape in SHAPES.names
        if SHAPES.objects(shape, CLOSED)
        for name in targeted(shape)
    }


def test_every_class_has_a_closed_shape() -> None:
    classes, _ = constants()
    assert closed_shapes().keys() == classes


def test_shapes_know_the_vocabularys_predicates_and_no_others() -> None:
    _, predicates = constants()
    known = {path for shape in SHAPES.names for path in SHAPES.objects(shape, PATH)}
    assert {path for path in known if is_iri(path)} == predicates | {RDF_TYPE}


@pytest.mark.parametrize("name", sorted(constants()[0]))
def test_a_class_has_what_the_mapping_writes_of_it(name: Term) -> None:
    written = {p for s, p, _ in conforming() if name in types().get(s, ())}
    assert predicates_of(closed_shapes()[name]) == written


def test_subjects_without_a_class_are_symbols_alone() -> None:
    untyped = {s for s, _, _ in conforming()} - types().keys()
    assert untyped
    assert all(subject.startswith(f"<{PREFIXES['hgncsymbol']}") for subject in untyped)
    written = {p for s, p, _ in conforming() if s in untyped}
    assert predicates_of(f"<{SHAPE}Symbol>") == written


def test_any_subject_of_our_predicates_has_to_have_a_class() -> None:
    _, predicates = constants()
    subjects_of = SHAPES.objects(f"<{SHAPE}Subject>", f"<{SH}targetSubjectsOf>")
    assert {*subjects_of} == predicates - {vocabulary.REPLACED_BY}


# Each shape


def bad_values(shape: Term, parameter: str) -> list[Term]:
    """Return values that break a constraint on values."""
    is_text = bool(SHAPES.objects(shape, f"<{SH}datatype>"))
    return {
        "datatype": ['"1"^^<http://www.w3.org/2001/XMLSchema#short>'],
        "nodeKind": ['"a text"'],
        "pattern": ['"a b/c"' if is_text else BAD],
        "in": [BAD],
        "class": [BAD],
        "or": [BAD],
        "not": [f"<{WP}DataNode>"],
        "minLength": ['""'],
        "minInclusive": ['"-1"^^<http://www.w3.org/2001/XMLSchema#integer>'],
        "maxInclusive": ['"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'],
        "equals": [f"<{PREFIXES['ncbigene']}1>"],
        "maxCount": ['"one"', '"two"'],
    }[parameter]


def targets_of(shape: Term) -> set[Term]:
    """Return the focus nodes that a shape has by its targets."""
    subjects_of = {*SHAPES.objects(shape, f"<{SH}targetSubjectsOf>")}
    classes = {*targeted(shape)}
    return {s for s, p, o in conforming() if p in subjects_of or (p == RDF_TYPE and o in classes)}


def owners(shape: Term) -> list[Term]:
    return [name for name in SHAPES.names if shape in SHAPES.objects(name, PROPERTY)] or [shape]


def steps(shape: Term) -> list[Term]:
    """Return the predicates of a property shape's path."""
    return re.findall("<[^>]*>", SHAPES.path(shape) or "")


def broken(shape: Term, *names: str) -> list[Triple]:
    """Return the good graph with one node changed, so that constraints of one kind are broken."""
    good = [*conforming()]
    path = steps(shape)
    nodes = sorted({node for owner in owners(shape) for node in targets_of(owner)})
    with_value = [node for node in nodes if any(s == node and p in path for s, p, _ in good)]
    if not nodes:  # the neighbour's classes and predicates, which good data have nothing of
        nodes = [f"<{PREFIXES['ncbigene']}6714>"]
    focus = (with_value or nodes)[0]
    if "closed" in names:
        return [*good, (focus, "<urn:unknown>", '"x"')]
    if {"minCount", "qualifiedMinCount"} & {*names}:
        return [t for t in good if not (t[0] == focus and t[1] in path)]
    if not path:
        name = "_:b1" if "nodeKind" in names else BAD
        return [(name if s == focus else s, p, o) for s, p, o in good]
    values = {value for name in names for value in bad_values(shape, name)}
    return [*good, *((focus, path[0], value) for value in values)]


def parameters(shape: Term) -> list[str]:
    """Return the constraints of a shape by the names of their parameters."""
    passed = {"path", "property", "message", "severity", "qualifiedValueShape", "targetClass"}
    passed |= {"targetSubjectsOf"}
    names = {p[len(SH) + 1 : -1] for s, p, _ in SHAPES.triples if s == shape and SH in p}
    return sorted(names - passed)


LOST = ("minCount", "qualifiedMinCount")
CONSTRAINED = sorted(
    shape for shape in SHAPES.names if shape not in SHAPES.referred or SHAPES.objects(shape, PATH)
)


def test_good_data_conform() -> None:
    assert results(conforming()) == []


def changes(shape: Term) -> list[tuple[str, ...]]:
    """Return the constraints of a shape, those together that one more value can break."""
    names = parameters(shape)
    alone = [name for name in names if name in LOST or not steps(shape)]
    together = tuple(name for name in names if name not in alone)
    return [*([together] if together else []), *((name,) for name in alone)]


@pytest.mark.parametrize("shape", CONSTRAINED, ids=local)
def test_bad_data_fail(shape: Term) -> None:
    for number, names in enumerate(changes(shape)):
        limit = 1000 if number == 0 else 0  # pySHACL, the slow one, sees one change of each shape
        found = {(r.shape, r.component) for r in results(broken(shape, *names), limit)}
        for name in names:
            component = f"<{SH}{name[0].upper()}{name[1:]}ConstraintComponent>"
            assert (shape, component) in found, name


def test_shapes_of_values_are_reached_by_others() -> None:
    inner = {*SHAPES.names} - {*CONSTRAINED}
    assert inner
    for shape in inner:
        assert shape in SHAPES.referred


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(
            (f"<{PREFIXES['ncbigene']}6714>", RDF_TYPE, f"<{WP}GeneProduct>"),
            "WikiPathways' own queries count what is of this class; nothing of ours is.",
            id="a class of WikiPathways",
        ),
        pytest.param(
            (f"<{PREFIXES['ncbigene']}6714>", f"<{WP}bdbEntrezGene>", BAD),
            "WikiPathways' own queries join on the wp:bdb… predicates; nothing of ours has one.",
            id="a predicate of WikiPathways",
        ),
        pytest.param(
            (FIGURE, vocabulary.ISSUED, f'"20x1"^^{XSD_GYEAR}'),
            "A figure has at most one year, four digits as xsd:gYear, for example 2001.",
            id="a bad year",
        ),
        pytest.param(
            (FIGURE, vocabulary.GENE_STRICT, f"<{PREFIXES['ncbigene']}207>"),
            "A gene that a figure names by its symbol (geneStrict) is among geneSynonyms too.",
            id="a strict gene that is no synonym",
        ),
        pytest.param(
            (FIGURE, vocabulary.GENE_SYNONYMS, f"<{PREFIXES['ncbigene']}1>"),
            "A gene that a figure names by symbol or synonym (geneSynonyms) is among geneAll too.",
            id="a synonym that is not among all",
        ),
        pytest.param(
            (f"<{PREFIXES['entry']}x>", vocabulary.TERM, '"x"'),
            "Whatever is described has a class of the vocabulary, for example doco:Figure.",
            id="no class",
        ),
        pytest.param(
            ("_:b1", vocabulary.TITLE, '"x"'),
            "Every node has an IRI of its own; there are no blank nodes.",
            id="a blank node",
        ),
    ],
)
def test_messages_say_what_is_wrong(changed: Triple, expected: str) -> None:
    found = results([*conforming(), changed])
    assert expected in {result.message for result in found}
    assert all(result.is_violation for result in found if result.message == expected)


def test_symbols_of_several_years_conform() -> None:
    gene = f"<{PREFIXES['ncbigene']}406>"
    (found,) = results([*conforming(), (gene, vocabulary.SYMBOL, '"BMAL1"')])
    assert not found.is_violation
    assert found.message == (
        "This gene has several symbols: it was renamed between releases of PFOCR."
    )


# The files


def test_every_shape_says_what_reports_need() -> None:
    for shape in SHAPES.names:
        (message,) = SHAPES.objects(shape, f"<{SH}message>")
        assert message.endswith(('."', '?"')), shape
        assert shape.startswith(f"<{SHAPE}"), "shapes have IRIs, for reports that are alike"
        assert len(SHAPES.objects(shape, RDF_TYPE)) == 1, shape


def test_property_shapes_are_named_by_their_owner() -> None:
    for shape in SHAPES.names:
        for found in SHAPES.objects(shape, PROPERTY):
            assert local(found).startswith(f"{local(shape)}-")


def test_shapes_are_core_and_can_be_split() -> None:
    assert SHAPES.is_splittable


SHARED_CLASSES = {
    vocabulary.JOURNAL,
    vocabulary.GENE_ENTRY,
    vocabulary.FAMILY_ENTRY,
    vocabulary.CHEMICAL_ENTRY,
    vocabulary.DISEASE_ENTRY,
    vocabulary.LEXICON,
    vocabulary.GENE,
    vocabulary.FAMILY,
    vocabulary.CHEMICAL,
    vocabulary.DISEASE,
    vocabulary.TAXON,
}
"""The classes of what papers share."""


@pytest.mark.parametrize("shape", CONSTRAINED, ids=local)
def test_scope_says_what_the_whole_graph_is_needed_for(shape: Term) -> None:
    classes = {name for owner in owners(shape) for name in targeted(owner)}
    replaced = vocabulary.REPLACED_BY in {
        p for owner in owners(shape) for p in SHAPES.objects(owner, f"<{SH}targetSubjectsOf>")
    }
    alternatives = SHAPES.objects(shape, f"<{SH}or>")
    refers = {*SHAPES.objects(shape, CLASS)} & SHARED_CLASSES or alternatives
    wanted = "graph" if classes & SHARED_CLASSES or replaced or refers else "shard"
    assert SHAPES.objects(shape, SCOPE) == [f'"{wanted}"']


def test_shapes_are_well_formed() -> None:
    graph = rdflib.Graph().parse(data=as_ntriples(SHAPES), format="nt")
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=graph, meta_shacl=True)
    assert conforms, text


def test_shapes_are_found_in_a_checkout_and_in_a_wheel(tmp_path: Path) -> None:
    package = tmp_path / "kg"
    (tmp_path / "shapes").mkdir()
    package.mkdir()
    assert find_shapes(package) == tmp_path / "shapes"
    (package / "shapes").mkdir()
    assert find_shapes(package) == package / "shapes"


# Data


def test_families_of_famplex_conform() -> None:
    keys = [FamilyKey(name) for name in embedded_famplex()]
    described = merge(found for key in keys for found in describe_shared(key))
    assert validate_descriptions(described, SHAPES, known={}) == []


def test_pages_conform(pages_turtle: Path) -> None:
    assert validate([pages_turtle]).conforms


def test_real_figures_conform(all_pages: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "all.ttl.gz"
    build(all_pages, path)
    report = validate([path], cross_check=False)
    assert {result.message for result in report.results if result.is_violation} == set()
    assert Counter(result.shape for result in report.results)[f"<{SHAPE}Figure-titled>"] == 30
