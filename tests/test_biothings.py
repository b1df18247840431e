"""The BioThings dump as input: flavours, what is absent, merging with pages, problems."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, difference, shared_data

from kg.build import build, iter_records, iter_triples
from kg.errors import DataError, Problem, UsageError
from kg.mapping import map_record
from kg.mapping.vocabulary import (
    ANNOTATION,
    ENTITY_IDENTIFIER,
    EXACT_MATCH,
    GENE_ALL,
    GENE_STRICT,
    GENE_SYNONYMS,
    IN_TAXON,
    MENTIONS,
    PREFERRED,
)
from kg.read.biothings import FLAVOURS, flavour_of
from kg.record import STRICT_LEXICONS, SYNONYM_LEXICONS, Entity, Record
from kg.terms import RDF_TYPE, Triple, gene, literal, taxon

LEVELS = {"strict": GENE_STRICT, "synonyms": GENE_SYNONYMS, "all": GENE_ALL}
ENTRY: dict[str, Any] = {
    "_id": "PMC1__f1",
    "associatedWith": {
        "title": "Signalling by SRC",
        "pfocrUrl": "https://pfocr.wikipathways.org/figures/PMC1__f1.html",
        "figureUrl": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/bin/f1.jpg",
        "pmc": "PMC1",
        "mentions": {
            "genes": {"ncbigene": ["6714", "2"]},
            "chemicals": {"mesh": ["D001839"], "chebi": ["15422"]},
            "diseases": {"mesh": ["D001943"], "doid": ["0060239"]},
        },
    },
}


@pytest.fixture
def make_dump(tmp_path: Path) -> Callable[..., Path]:
    """Write a dump of objects, or of lines as they are given."""

    def make(*entries: dict[str, Any] | str | bytes, name: str = "pfocr_all.ndjson") -> Path:
        lines = [
            entry if isinstance(entry, str | bytes) else json.dumps(entry) for entry in entries
        ]
        content = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
        path = tmp_path / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return make


def changed(**about: Any) -> dict[str, Any]:
    """Return the entry with other fields in `associatedWith`."""
    return ENTRY | {"associatedWith": {**ENTRY["associatedWith"], **about}}


def dumped(records: Iterable[Record], flavour: str) -> list[dict[str, Any]]:
    """Return what the dump of a flavour has of records, as PFOCR makes it."""
    lexicons = {"strict": STRICT_LEXICONS, "synonyms": STRICT_LEXICONS | SYNONYM_LEXICONS}
    entries = []
    for record in records:
        genes = {e.gene for _, e in record.genes if e.lexicon in lexicons.get(flavour, {e.lexicon})}
        mentions = {"genes": {"ncbigene": sorted(genes)}}
        for kind, rows, other in (
            ("chemicals", record.chemicals, "chebi"),
            ("diseases", record.diseases, "doid"),
        ):
            mesh = {e.mesh for _, e in rows if e.mesh}
            rest = {e.other for _, e in rows if e.other and not e.mesh}
            mentions[kind] = {"mesh": sorted(mesh), other: sorted(rest)}
        about = {"title": record.title, "pmc": record.paper.pmcid, "mentions": mentions}
        entries.append({"_id": record.figid, "associatedWith": about})
    return entries


def shown(triples: Iterable[Triple]) -> set[Triple]:
    """Return what figures show: genes at each level, chemicals and diseases."""
    return {triple for triple in triples if triple[1] in {*LEVELS.values(), MENTIONS}}


def test_record_has_what_the_object_says(make_dump: Callable[..., Path]) -> None:
    (record,) = iter_records(make_dump(ENTRY))
    assert (record.figid, record.paper.pmcid, record.title) == (
        "PMC1__f1",
        "PMC1",
        "Signalling by SRC",
    )
    assert record.filename == "f1.jpg"
    assert record.flavour == "all"
    assert record.entities == (
        Entity("gene", "ncbigene", "6714"),
        Entity("gene", "ncbigene", "2"),
        Entity("chemical", "mesh", "D001839"),
        Entity("chemical", "chebi", "15422"),
        Entity("disease", "mesh", "D001943"),
        Entity("disease", "doid", "0060239"),
    )


def test_what_the_form_lacks_is_absent(make_dump: Callable[..., Path]) -> None:
    (record,) = iter_records(make_dump(ENTRY))
    assert not record.genes
    assert not record.organisms
    assert record.paper.title is None
    assert (RDF_TYPE, ANNOTATION) not in {(p, o) for _, p, o in map_record(record)}


def test_genes_are_named_by_hgnc_alone(make_dump: Callable[..., Path]) -> None:
    """A number that HGNC has is human and has a symbol; of another, nothing is said."""
    dump = make_dump(changed(mentions={"genes": {"ncbigene": ["6714", "20779"]}}))
    src, mouse = gene("6714"), gene("20779")
    said = set(iter_triples(dump))
    assert (src, PREFERRED, literal("SRC")) in said
    assert (src, IN_TAXON, taxon("9606")) in said
    assert {p for s, p, _ in said if s == mouse} == {RDF_TYPE, ENTITY_IDENTIFIER, EXACT_MATCH}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_dump_of_a_flavour_shows_what_the_pages_show(
    flavour: str, pages: Path, make_dump: Callable[..., Path]
) -> None:
    records = list(iter_records(pages))
    dump = make_dump(*dumped(records, flavour), name=f"pfocr_{flavour}.ndjson")
    within = FLAVOURS[FLAVOURS.index(flavour) :]
    levels = {LEVELS[level] for level in within}
    narrowest = LEVELS[flavour]
    expected = {
        (figure, level, gene)
        for figure, predicate, gene in shown(iter_triples(pages))
        if predicate == narrowest
        for level in levels
    }
    expected |= {triple for triple in shown(iter_triples(pages)) if triple[1] == MENTIONS}
    assert (
        difference(
            {" ".join(triple) for triple in expected},
            {" ".join(triple) for triple in shown(iter_triples(dump))},
        )
        == ""
    )


def test_three_flavours_together_have_the_three_levels(
    pages: Path, make_dump: Callable[..., Path]
) -> None:
    records = list(iter_records(pages))
    dumps = [
        make_dump(*dumped(records, flavour), name=f"pfocr_{flavour}.ndjson.gz")
        for flavour in FLAVOURS
    ]
    assert shown(iter_triples(dumps)) == shown(iter_triples(pages))


def test_records_from_two_sources_merge(
    pages: Path, pages_turtle: Path, make_dump: Callable[..., Path], tmp_path: Path
) -> None:
    """The union of graphs: a dump of the same pages adds nothing to them."""
    dump = make_dump(*dumped(iter_records(pages), "strict"), name="pfocr_strict.ndjson")
    both = tmp_path / "both.ttl"
    summary = build([dump, pages], both, workers=1)
    assert summary.lost == []
    assert (summary.tally.pages, summary.tally.figures, summary.tally.lost_pages) == (24, 12, 0)
    assert both.read_bytes() == pages_turtle.read_bytes()


def test_union_of_graphs(pages: Path, make_dump: Callable[..., Path]) -> None:
    dump = make_dump(ENTRY, *dumped(iter_records(pages), "all"))
    assert set(iter_triples([dump, pages])) == {*iter_triples(dump), *iter_triples(pages)}


def test_gzipped_dump_gives_the_same_bytes(
    pages: Path, make_dump: Callable[..., Path], tmp_path: Path
) -> None:
    entries = dumped(iter_records(pages), "all")
    targets = []
    for name in ("all.ndjson", "all.jsonl.gz"):
        targets.append(tmp_path / f"{name}.nt")
        build(make_dump(*entries, name=name), targets[-1], workers=1)
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_order_of_lines_does_not_matter(make_dump: Callable[..., Path], tmp_path: Path) -> None:
    entries = [ENTRY | {"_id": f"PMC{n}__f"} for n in range(1, 40)]
    targets = []
    for name, lines in (("a_all.ndjson", entries), ("b_all.ndjson", entries[::-1])):
        targets.append(tmp_path / f"{name}.nt")
        build(make_dump(*lines, name=name), targets[-1], workers=1)
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_cached_build_notices_another_flavour(
    make_dump: Callable[..., Path], tmp_path: Path
) -> None:
    dump, target = make_dump(ENTRY, name="dump.ndjson"), tmp_path / "out.nt"
    build(dump, target, flavour="all", cache=tmp_path / "cache")
    assert GENE_STRICT not in target.read_text()
    build(dump, target, flavour="strict", cache=tmp_path / "cache")
    assert GENE_STRICT in target.read_text()


@pytest.mark.parametrize(
    ("entry", "figid"),
    [
        ({"_id": "PMC1__f1.jpg"}, "PMC1__f1"),
        ({"_id": "PMC1__f1.JPEG", "associatedWith": {"pmc": "PMC1"}}, "PMC1__f1"),
        (ENTRY | {"_id": "PMC1__f1.jpg"}, "PMC1__f1"),
        (
            {
                "_id": "PMC1__f1.png",
                "associatedWith": {"pfocrUrl": "https://example.org/PMC1__f1.png.html"},
            },
            "PMC1__f1.png",
        ),
    ],
)
def test_old_dumps_name_the_image(
    entry: dict[str, Any], figid: str, make_dump: Callable[..., Path], tmp_path: Path
) -> None:
    problems: list[Problem] = []
    dump = make_dump(entry)
    assert [record.figid for record in iter_records(dump, problems)] == [figid]
    assert problems == []
    assert build(dump, tmp_path / "out.nt").tally.figures == 1


@pytest.mark.parametrize(
    ("genes", "identifiers"),
    [
        (["NCBIGene:6714", "ncbigene:2"], ["6714", "2"]),
        ([6714, 2], ["6714", "2"]),
        ("6714", ["6714"]),
        (6714, ["6714"]),
        (["6714", "6714"], ["6714"]),
        (["", None, "NA"], []),
        ([], []),
        (None, []),
    ],
)
def test_spellings_of_a_list(
    genes: Any, identifiers: list[str], make_dump: Callable[..., Path]
) -> None:
    problems: list[Problem] = []
    dump = make_dump(changed(mentions={"genes": {"ncbigene": genes}}))
    (record,) = iter_records(dump, problems)
    assert [entity.identifier for entity in record.entities] == identifiers
    assert problems == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes"),
        ("[" * 100_000, "is not JSON: "),
        ('["PMC1__f1"]', "is not an object"),
        ("{}", "the object has no _id that is a text\n"),
        ('{"_id": 1.5, "associatedWith": {"pmc": "PMC1"}}', "'1.5' is not a figid"),
        ('{"_id": null}', "the object has no _id that is a text\n"),
        (b'{"_id": "PMC1__\xff"}', "is not UTF-8"),
        ('{"_id": "PMC1__f", "associatedWith": {"title": "\\ud800"}}', "half a surrogate pair"),
    ],
)
def test_bad_line_is_lost_alone(
    line: str | bytes, message: str, make_dump: Callable[..., Path], tmp_path: Path
) -> None:
    dump = make_dump("", ENTRY, line, {"_id": "PMC2__f"})
    summary = build(dump, tmp_path / "out.nt")
    (problem,) = summary.problems
    assert (problem.file, problem.line, problem.lost) == (str(dump), 3, "page")
    assert message in str(problem)
    assert problem.hint
    assert summary.tally.figures == 2


@pytest.mark.parametrize(
    ("entry", "message", "lost"),
    [
        (
            {"_id": "figure 1", "associatedWith": {"pmc": "PMC1"}},
            "_id: 'figure 1' is not a figid\nhint: for example PMC100003__mb2410470011",
            "page",
        ),
        (
            changed(pmc="12"),
            "associatedWith.pmc: '12' is not a PMC identifier\nhint: for example PMC100003",
            "page",
        ),
        (
            changed(pmc="PMC2"),
            "associatedWith.pmc: 'PMC2' is not the paper of the figid\n"
            "hint: the figid says PMC1, and so does the graph",
            "field",
        ),
        (
            changed(title=["a"]),
            "associatedWith.title: is not a text\nhint: write associatedWith.title: some text",
            "field",
        ),
        (
            changed(pfocrUrl="https://pfocr.wikipathways.org/figures/PMC1__f2.html"),
            "associatedWith.pfocrUrl: 'https://pfocr.wikipathways.org/figures/PMC1__f2.html' "
            "is not the page of the figure\nhint: the _id says PMC1__f1, and so does the graph",
            "field",
        ),
        (
            ENTRY | {"associatedWith": "PMC1"},
            "associatedWith: 'PMC1' is not an object\nhint: write it in braces",
            "table",
        ),
        (
            changed(mentions={"genes": ["6714"]}),
            "associatedWith.mentions.genes: '[\"6714\"]' is not an object\n"
            "hint: write it in braces",
            "table",
        ),
        (
            changed(mentions={"genes": {"ncbigene": ["6714", "74O9"]}}),
            "associatedWith.mentions.genes.ncbigene[1]: '74O9' is not an NCBI Gene identifier\n"
            "hint: for example 7409",
            "row",
        ),
        (
            changed(mentions={"chemicals": {"mesh": ["15422"]}}),
            "associatedWith.mentions.chemicals.mesh[0]: '15422' is not a MeSH identifier\n"
            "hint: for example D000255",
            "row",
        ),
        (
            changed(mentions={"diseases": {"doid": [{"a": 1}]}}),
            "associatedWith.mentions.diseases.doid[0]: is not a Disease Ontology identifier\n"
            "hint: for example 0060239",
            "row",
        ),
    ],
)
def test_wrong_field_is_named_as_the_dump_names_it(
    entry: dict[str, Any], message: str, lost: str, make_dump: Callable[..., Path]
) -> None:
    problems: list[Problem] = []
    dump = make_dump(ENTRY, entry)
    list(iter_records(dump, problems))
    assert [str(problem) for problem in problems] == [f"{dump}:2: {message}"]
    assert problems[0].lost == lost


def test_entry_that_names_no_paper_is_told_in_the_words_of_the_dump(
    make_dump: Callable[..., Path],
) -> None:
    problems: list[Problem] = []
    dump = make_dump(ENTRY, {"_id": "figure 1"})
    list(iter_records(dump, problems))
    assert [str(problem) for problem in problems] == [
        f"{dump}:2: the page has no associatedWith.pmc\n"
        "hint: add it, for example associatedWith.pmc: PMC100003",
        f"{dump}:2: _id: 'figure 1' is not a figid\nhint: for example PMC100003__mb2410470011",
    ]


def test_page_has_no_fields_of_the_dump(make_page: Callable[..., Path]) -> None:
    """Fields of that name in front matter mean nothing."""
    folder = make_page(**{"flavour": "strict", "associatedWith.mentions.genes.ncbigene": ["1"]})
    (record,) = iter_records(folder)
    assert (record.flavour, record.entities) == (None, ())


@pytest.mark.parametrize(
    ("name", "flavour"),
    [
        ("bte_chemicals_diseases_genes_strict.ndjson", "strict"),
        ("pfocr_synonyms_20231213.ndjson.gz", "synonyms"),
        ("all/pfocr-ALL.jsonl", "all"),
    ],
)
def test_name_tells_the_flavour(name: str, flavour: str) -> None:
    assert flavour_of(name) == flavour


@pytest.mark.parametrize("name", ["pfocr_biothings.ndjson", "all_or_strict.ndjson", "small.jsonl"])
def test_name_that_does_not_tell(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        flavour_of(name)
    assert str(caught.value) == (
        f"the flavour of {name!r} can't be told from its name\n"
        "hint: add --flavour strict|synonyms|all, or rename it, for example pfocr_all.ndjson"
    )
    assert flavour_of(name, "strict") == "strict"


def test_unknown_flavour() -> None:
    with pytest.raises(UsageError, match="'vanilla' is not a flavour"):
        flavour_of("pfocr_all.ndjson", "vanilla")


@pytest.mark.parametrize("name", ["all.ndjson", "all.ndjson.gz"])
def test_empty_dump_holds_no_pages(name: str, make_dump: Callable[..., Path]) -> None:
    with pytest.raises(UsageError, match="there are no pages in"):
        list(iter_records(make_dump("", "  ", name=name)))


def test_broken_gzip(tmp_path: Path) -> None:
    path = tmp_path / "all.ndjson.gz"
    path.write_bytes(gzip.compress(json.dumps(ENTRY).encode() * 99)[:-9])
    with pytest.raises(DataError, match="is not a readable archive or dump"):
        list(iter_records(path))
    path.write_bytes(b"no gzip")
    with pytest.raises(DataError, match="is not a readable archive or dump"):
        list(iter_records(path))


def test_missing_dump(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        list(iter_records(tmp_path / "all.ndjson"))


def test_command(make_dump: Callable[..., Path], run_kg: Callable[..., Run]) -> None:
    dump = make_dump(ENTRY, name="dump.ndjson")
    refused = run_kg("build", dump, "-o", "-", "--format", "ntriples")
    assert refused.code == 2
    assert "add --flavour strict|synonyms|all" in refused.stderr
    done = run_kg("build", dump, "--flavour", "synonyms", "-o", "-", "--format", "ntriples")
    assert done.code == 0
    assert f"{GENE_SYNONYMS} <https://identifiers.org/ncbigene/6714>" in done.stdout
    assert GENE_STRICT not in done.stdout


def test_workers_share_a_gzipped_dump(make_dump: Callable[..., Path], tmp_path: Path) -> None:
    entries = [{"_id": f"PMC{n}__f"} for n in range(1, 300)]
    dump = make_dump(*entries, name="all.ndjson.gz")
    for workers in (1, 2):
        summary = build(dump, tmp_path / f"{workers}.nt", workers=workers)
        assert summary.tally.figures == 299
    assert (tmp_path / "1.nt").read_bytes() == (tmp_path / "2.nt").read_bytes()


def test_all_pages_as_a_dump(make_dump: Callable[..., Path]) -> None:
    (folder,) = shared_data("pfocr-tables")
    records = list(iter_records(folder))
    dump = make_dump(*dumped(records, "synonyms"), name="pfocr_synonyms.ndjson")
    expected = {t for t in shown(iter_triples(folder)) if t[1] == GENE_SYNONYMS}
    found = {t for t in shown(iter_triples(dump)) if t[1] == GENE_SYNONYMS}
    assert len(records) == 549
    assert found == expected
