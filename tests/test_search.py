"""Finding figures by genes: the index, names of genes, the rankings, the command."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyoxigraph
import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from kg.build import iter_records
from kg.errors import DataError, UsageError
from kg.network import (
    ANY,
    GeneFinder,
    GeneSets,
    Index,
    find_figures,
    find_taxon,
    gene_sets,
    has_fresh_index,
    open_index,
    read_names,
    search,
)
from kg.network.collect import Collection
from kg.network.index import read_index, write_index
from kg.network.make import make_index
from kg.network.strings import Strings
from kg.rdf import iter_quads
from kg.record import FAMILY_LEXICONS, STRICT_LEXICONS
from kg.store import load_store

KgRunner = Callable[..., Run]


@pytest.fixture(scope="session")
def index(pages_turtle: Path) -> Index:
    return open_index(pages_turtle)


@pytest.fixture(scope="session")
def large_turtle(all_pages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the RDF of all pages that lie beside the repository."""
    from kg.build import build
    from kg.write import parse_output

    path = tmp_path_factory.mktemp("built") / "all.nt.gz"
    build(all_pages, [parse_output(str(path))], workers=1)
    return path


@pytest.fixture(scope="session")
def large_index(large_turtle: Path) -> Index:
    return open_index(large_turtle)


def make_sets(figures: Iterable[Iterable[int]], genes: int = 40) -> GeneSets:
    """Return the gene sets of an index in which figure i shows the genes given."""
    rows = [sorted(set(members)) for members in figures]
    shown = [(row, gene) for row, members in enumerate(rows) for gene in members]
    return sets_of(np.array(shown, dtype=np.int32).reshape(-1, 2), len(rows), genes)


def sets_of(pairs: np.ndarray, count: int, genes: int) -> GeneSets:
    """Return the gene sets of an index with these pairs of figure and gene, sorted."""
    nothing = np.empty((0, 2), dtype=np.int32)
    return gene_sets(
        Index(
            figid=Strings.of(f"PMC{row}__f" for row in range(count)),
            title=Strings.of([""] * count),
            year=np.zeros(count, dtype=np.int16),
            paper=np.full(count, -1, dtype=np.int32),
            pmcid=Strings.of([]),
            paper_title=Strings.of([]),
            citation=Strings.of([]),
            entrez=np.arange(1, genes + 1),
            symbols=Strings.of(f"G{gene}" for gene in range(genes)),
            gene_taxon=np.full(genes, 9606, dtype=np.int32),
            taxon=np.array([9606], dtype=np.int32),
            taxon_name=Strings.of(["Homo sapiens"]),
            family=Strings.of([]),
            chemical=Strings.of([]),
            shown_figure=pairs[:, 0],
            shown_gene=pairs[:, 1],
            shown_level=np.ones(len(pairs), dtype=np.uint8),
            figure_families=nothing,
            family_members=nothing,
            figure_chemicals=nothing,
        )
    )


# The index


def test_index_holds_what_the_pages_say(pages: Path, index: Index) -> None:
    levels = {"strict": 1, "synonyms": 2, "all": 3}
    shown = zip(index.shown_figure, index.shown_gene, index.shown_level, strict=True)
    got = {
        (index.figid[figure], int(index.entrez[gene])): int(level) for figure, gene, level in shown
    }
    expected: dict[tuple[str, int], int] = {}
    for record in iter_records([pages]):
        row = list(index.figid).index(record.figid)
        assert index.title[row] == (record.title or "")
        assert index.year[row] == int(record.paper.year or 0)
        assert index.pmcid[index.paper[row]] == record.paper.pmcid
        assert index.paper_title[index.paper[row]] == (record.paper.title or "")
        for _, entry in record.genes:
            is_family = entry.lexicon in FAMILY_LEXICONS
            level = "all" if is_family else "synonyms"
            level = "strict" if entry.lexicon in STRICT_LEXICONS else level
            key = record.figid, int(entry.gene)
            expected[key] = min(levels[level], expected.get(key, 3))
    assert got == expected


def test_index_is_the_same_in_any_order_of_quads(pages_turtle: Path, index: Index) -> None:
    quads = list(iter_quads(pages_turtle))
    random.Random(7).shuffle(quads)  # noqa: S311 - any order will do
    collection = Collection()
    collection.add(quads)
    collection.add(quads[::3])
    again = make_index(collection)
    for name in Index.__slots__:
        assert np.array_equal(list(getattr(again, name)), list(getattr(index, name))), name


def test_index_passes_over_triple_terms(tmp_path: Path) -> None:
    told = "<urn:s> <https://w3id.org/pfocr/vocab#symbol> <<( <urn:a> <urn:b> <urn:c> )>> .\n"
    figure = "<https://pfocr.wikipathways.org/figures/PMC1__f.html>"
    gene = "<https://identifiers.org/ncbigene/6714>"
    shown = f"{figure} <https://w3id.org/pfocr/vocab#geneAll> {gene} .\n"
    (tmp_path / "a.nt").write_text(told + shown + told)
    assert list(open_index(tmp_path / "a.nt").entrez) == [6714]


def test_index_of_a_store_is_that_of_its_file(
    pages_turtle: Path, index: Index, tmp_path: Path
) -> None:
    store = pyoxigraph.Store(str(tmp_path / "store"))
    store.bulk_load(path=str(pages_turtle))
    store.flush()
    del store
    again = open_index(tmp_path / "store")
    assert list(again.figid) == list(index.figid)
    assert np.array_equal(again.shown_gene, index.shown_gene)
    assert has_fresh_index(tmp_path / "store")


def test_index_of_a_store_that_we_loaded_is_made_again_after_each_load(
    pages_turtle: Path, index: Index, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    load_store(store, [pages_turtle])
    assert list(open_index(store).figid) == list(index.figid)
    assert has_fresh_index(store)
    assert isinstance(open_index(store).year.base, np.memmap)
    other = tmp_path / "other.nt"
    other.write_text("<http://a> <http://b> <http://c> .\n")
    load_store(store, [other])
    assert not has_fresh_index(store)
    assert list(open_index(store).figid) == []


def test_making_an_index_tells_how_far_it_is(pages_turtle: Path, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    for name in ("a.ttl", "b.ttl"):
        shutil.copy(pages_turtle, tmp_path / "two" / name)
    load_store(tmp_path / "store", [pages_turtle])
    for data in ("two", "store"):
        told: list[tuple[int, int]] = []
        open_index(
            tmp_path / data, progress=lambda done, total, told=told: told.append((done, total))
        )
        assert told == sorted(told)
        assert told[-1] == (100, 100)


def test_index_is_made_once_and_again_when_the_data_changes(
    pages_turtle: Path, tmp_path: Path
) -> None:
    path = tmp_path / "pages.ttl"
    shutil.copy(pages_turtle, path)
    assert not has_fresh_index(path)
    open_index(path)
    assert has_fresh_index(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pages.ttl", "pages.ttl.kgindex"]
    made = (tmp_path / "pages.ttl.kgindex").stat().st_mtime_ns
    assert isinstance(open_index(path).year.base, np.memmap)
    assert (tmp_path / "pages.ttl.kgindex").stat().st_mtime_ns == made
    os.utime(path, ns=(1, 1))
    assert not has_fresh_index(path)
    open_index(path)
    assert has_fresh_index(path)


def test_index_works_where_it_cannot_be_written(
    pages_turtle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pages.ttl"
    shutil.copy(pages_turtle, path)

    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("kg.network.index.tempfile.mkdtemp", refuse)
    assert len(open_index(path).figid) == 12
    assert [p.name for p in tmp_path.iterdir()] == ["pages.ttl"]


def test_damaged_index_is_made_anew(pages_turtle: Path, tmp_path: Path) -> None:
    path = tmp_path / "pages.ttl"
    shutil.copy(pages_turtle, path)
    open_index(path)
    (tmp_path / "pages.ttl.kgindex" / "year.npy").write_bytes(b"")
    with pytest.raises(DataError, match="holds no index"):
        read_index(tmp_path / "pages.ttl.kgindex")
    assert len(open_index(path).year) == 12


def test_index_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.nt"
    path.write_text("")
    for _ in range(2):
        index = open_index(path)
        assert len(index.figid) == len(index.symbols) == 0
    assert has_fresh_index(path)
    assert search(gene_sets(index), []) == []


def test_written_index_reads_back(index: Index, tmp_path: Path) -> None:
    write_index(index, tmp_path / "i", {"a": [1, 2]})
    again, data = read_index(tmp_path / "i")
    assert data == {"a": [1, 2]}
    for name in Index.__slots__:
        assert np.array_equal(list(getattr(again, name)), list(getattr(index, name))), name


def test_endpoint_has_no_index() -> None:
    with pytest.raises(UsageError) as caught:
        open_index("http://localhost:1/sparql")
    assert str(caught.value) == (
        "'http://localhost:1/sparql' is an endpoint, and can't be indexed\n"
        "hint: name RDF files, or a store on disk"
    )


@given(st.lists(st.text()))
def test_strings_are_a_list(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    column = Strings.of(texts)
    assert list(column) == texts
    assert [column[i] for i in range(-len(texts), len(texts))] == texts * 2
    assert column[1:] == texts[1:]


# Names of genes


@pytest.mark.parametrize(
    ("name", "entrez", "note"),
    [
        ("SRC", 6714, ""),
        ("src", 6714, ""),
        ("6714", 6714, ""),
        ("ncbigene:6714", 6714, ""),
        ("https://identifiers.org/ncbigene/6714", 6714, ""),
        ("http://identifiers.org/ncbigene/6714", 6714, ""),
        ("HGNC:11283", 6714, ""),
        ("hgnc:11283", 6714, ""),
        ("ENSG00000197122", 6714, ""),
        ("ENSG00000197122.12", 6714, ""),
        ("ENSG99999999999", None, "ENSG99999999999 is unknown"),
        ("FAK", 5747, "FAK is read as PTK2"),
        ("ARNTL", 406, "ARNTL is now BMAL1"),
        ("arntl", 406, "arntl is now BMAL1"),
        ("ETK", None, "ETK is ambiguous and left out: EPHA3, BMX"),  # one's before, one's alias
        ("INS", 3630, "INS is in no figure"),
        ("SCR", None, "SCR is unknown; similar: SRC, SCD, SCT"),
        ("β-catenin", None, "β-catenin is unknown; similar: CTNNB1"),
        ("IκBα", None, "IκBα is unknown; similar: NFKBIA"),
        ("IL_1 beta", None, "IL_1 beta is unknown; similar: IL1B"),
        ("TMEM30CP2", None, "TMEM30CP2 is unknown; similar: TMEM30CP, TMEM230P2, TMEM30BP1"),
        ("p21", None, "p21 is ambiguous and left out: CDKN1A, H3P16, TCEAL1"),
        ("tnfrsf1b", 7133, "tnfrsf1b is in no figure"),
        ("100037357", None, "100037357 is a gene of Danio rerio and left out"),
        ("99999999", None, "99999999 is unknown"),
        ("", None, " is unknown"),
    ],
)
def test_gene_is_found_by_name(index: Index, name: str, entrez: int | None, note: str) -> None:
    found = GeneFinder(index).find(name)
    assert found.note == note
    assert found.entrez == entrez


def test_gene_of_another_organism(index: Index) -> None:
    zebrafish = GeneFinder(index, find_taxon(index, "zebrafish"))
    assert zebrafish.find("tnfrsf1b").entrez == zebrafish.find("TNFRSF1B").entrez == 100037357
    assert zebrafish.find("SRC").note == "SRC is a gene of Homo sapiens and left out"
    assert GeneFinder(index, ANY).find("tcf4").entrez == 100526651
    assert GeneFinder(index, ANY).find("SRC").entrez == 6714


@pytest.mark.parametrize(
    ("name", "genes"),
    [
        ("ras", "HRAS, KRAS, NRAS"),  # a family that the figures show
        ("ERK", "MAPK1, MAPK3"),  # one of FamPlex alone, which HGNC has as a symbol of EPHB2
    ],
)
def test_family_is_told_with_its_genes(index: Index, name: str, genes: str) -> None:
    found = GeneFinder(index).find(name)
    assert found.entrez is None
    assert found.note == f"{name} is a family and left out; its genes: {genes}"


@pytest.mark.parametrize(
    ("name", "taxon"),
    [("human", 9606), ("Mus  musculus", 10090), ("9606", 9606), ("any", 0), ("ZEBRAFISH", 7955)],
)
def test_organism_is_found_by_name(index: Index, name: str, taxon: int) -> None:
    assert find_taxon(index, name) == taxon


def test_unknown_organism_is_told_with_those_known(index: Index) -> None:
    with pytest.raises(UsageError) as caught:
        find_taxon(index, "hamster")
    message = str(caught.value)
    assert message.startswith("'hamster' is no organism of this data\nhint: known: any, ")
    assert "Homo sapiens" in message


def test_names_stand_in_a_text_in_any_way() -> None:
    text = "TP53, MDM2;\t7157\n\n# a comment, with comma\nHGNC:11998 # one\r\n"
    assert read_names(text) == ["TP53", "MDM2", "7157", "HGNC:11998"]


# Search


def reference(
    figures: dict[int, set[int]], query: set[int], by: str, top: int
) -> list[tuple[int, int, float, float]]:
    """Search as one would write it down: (figure, shared, cosine, p) of the first figures."""
    figures = {figure: genes for figure, genes in figures.items() if genes}
    counts = Counter(gene for genes in figures.values() for gene in genes)
    query = {gene for gene in query if counts[gene]}
    square = {gene: math.log(1 + len(figures) / count) ** 2 for gene, count in counts.items()}

    def length(genes: set[int]) -> float:
        return math.sqrt(sum(square[gene] for gene in genes))

    hits = []
    for figure, genes in figures.items():
        both = genes & query
        if both:
            weight = sum(square[gene] for gene in both)
            cosine = round(weight / (length(genes) * length(query)), 9)
            p = hypergeom.sf(len(both) - 1, len(counts), len(genes), len(query))
            hits.append((figure, len(both), cosine, float(p), round(weight, 9), len(genes)))

    def key(hit: tuple[int, int, float, float, float, int]) -> tuple[float, ...]:
        figure, shared, cosine, p, weight, size = hit
        p = float(f"{p:.9e}")
        ranked = {
            "cosine": (-cosine, p, -shared),
            "overlap": (-shared, -weight, p),
            "p": (p, -cosine, -shared),
        }[by]
        return (-min(shared, 3), *ranked, size, figure)

    return [hit[:4] for hit in sorted(hits, key=key)[:top]]


@pytest.mark.parametrize("by", ["cosine", "overlap", "p"])
def test_search_equals_the_reference_on_real_figures(large_index: Index, by: str) -> None:
    rng = random.Random(by)  # noqa: S311 - the same genes each time
    for strictness in ("strict", "all"):
        sets = gene_sets(large_index, strictness)
        figures = {row: set(sets.genes_of(row).tolist()) for row in range(len(sets.sizes))}
        shown = [int(gene) for gene in np.flatnonzero(sets.figure_counts)]
        for count in (1, 2, 5, 30, 200):
            query = rng.sample(shown, count)
            _compare(sets, figures, query, by, top=50)


@given(
    st.lists(st.sets(st.integers(0, 11)), max_size=30),
    st.sets(st.integers(0, 14), min_size=1),
    st.sampled_from(["cosine", "overlap", "p"]),
    st.integers(1, 40),
)
def test_search_equals_the_reference(
    figures: list[set[int]], query: set[int], by: str, top: int
) -> None:
    _compare(make_sets(figures), dict(enumerate(figures)), list(query), by, top)


def _compare(
    sets: GeneSets, figures: dict[int, set[int]], query: list[int], by: str, top: int
) -> None:
    rows = {figid: row for row, figid in enumerate(sets.index.figid)}
    hits = search(sets, query, by=by, top=top)  # type: ignore[arg-type] # given as a caller without types would
    expected = reference(figures, set(query), by, top)
    assert [(rows[hit.figid], len(hit.genes)) for hit in hits] == [
        (figure, shared) for figure, shared, _, _ in expected
    ]
    np.testing.assert_allclose([hit.cosine for hit in hits], [e[2] for e in expected], rtol=1e-6)
    np.testing.assert_allclose([hit.p for hit in hits], [e[3] for e in expected], rtol=1e-8)


def test_q_counts_every_figure_with_genes() -> None:
    figures = [{0, 1, 2, 3}, {0, 1, 8}, {0, 9}, {7, 8}, {10, 11}, set()]
    hits = search(make_sets(figures), [0, 1, 2, 3], by="p", top=10)
    assert len(hits) == 3
    expected = false_discovery_control([*(hit.p for hit in hits), 1.0, 1.0])[:3]
    np.testing.assert_allclose([hit.q for hit in hits], expected)


def test_figures_of_two_genes_come_after_those_that_share_three() -> None:
    figures = [{0, 1}, {0, 1, 2, *range(20, 36)}, {0}, {3, 4}, {2, 3, 4}]
    hits = search(make_sets(figures), [0, 1, 2, 3, 4], top=10)
    assert [hit.figid for hit in hits] == [
        "PMC4__f",
        "PMC1__f",
        "PMC3__f",
        "PMC0__f",
        "PMC2__f",
    ]


def test_rare_genes_weigh_more_and_stand_first() -> None:
    figures = [{0, 1, 2}, {0, 1, 3}, {1}, {1}, {0}, {2}]
    hits = search(make_sets(figures), [0, 1, 2, 3], top=2)
    assert [(hit.figid, hit.genes) for hit in hits] == [
        ("PMC1__f", (3, 0, 1)),
        ("PMC0__f", (2, 0, 1)),
    ]


def test_required_gene_need_not_be_sought() -> None:
    figures = [{0, 1, 2}, {0, 1, 2, 5}, {0, 5}]
    sets = make_sets(figures)
    hits = search(sets, [0, 1], require=[5])
    assert [hit.figid for hit in hits] == ["PMC1__f", "PMC2__f"]
    everything = {hit.figid: hit.q for hit in search(sets, [0, 1])}
    assert [hit.q for hit in hits] == [everything[hit.figid] for hit in hits]
    assert search(sets, [0, 1], require=[5, 6]) == []


def test_unknown_ranking_and_strictness_are_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="'size' is no ranking\nhint: known: cosine, overlap, p"):
        search(gene_sets(index), [1], by="size")  # type: ignore[arg-type] # given as a caller without types would
    with pytest.raises(UsageError, match="'lax' is no strictness level\nhint: known: strict, syn"):
        gene_sets(index, "lax")


def test_background_is_the_universe(index: Index) -> None:
    measured = [str(entrez) for entrez in index.entrez.tolist()][:60]
    names = [index.symbol(3), index.symbol(5), "INS", "no-gene"]
    finding = find_figures(index, names, background=[*measured, "INS", "no-gene"], organism="any")
    assert finding.background.size == 61
    assert finding.background.query_size == 3
    assert "of the 62 names in the background, 61 are genes" in finding.notes
    sizes = gene_sets(index, "all", ANY, within=np.arange(60)).sizes
    for hit in finding.hits:
        size = sizes[list(index.figid).index(hit.figid)]
        assert hit.size == size
        assert hit.p == pytest.approx(hypergeom.sf(len(hit.genes) - 1, 61, size, 3))


def test_what_is_outside_the_background_is_left_out(index: Index) -> None:
    finding = find_figures(index, ["SRC", "PTK2"], background=["SRC"])
    assert finding.notes == ["not in the background, and left out: PTK2"]
    assert {finding.symbols[gene] for hit in finding.hits for gene in hit.genes} == {"SRC"}


def test_no_known_gene_is_refused(index: Index) -> None:
    with pytest.raises(UsageError) as caught:
        find_figures(index, ["FOO", "p21"])
    assert str(caught.value) == (
        "none of the genes is known\n"
        "hint: FOO is unknown; similar: FOS, FTO; "
        "p21 is ambiguous and left out: CDKN1A, H3P16, TCEAL1"
    )
    with pytest.raises(UsageError, match="can't be used: INS is in no figure"):
        find_figures(index, ["SRC"], require=["INS"])
    with pytest.raises(UsageError) as caught:
        find_figures(index, ["SRC"], background=["FOO"])
    assert str(caught.value) == (
        "the background names no known gene\n"
        "hint: name all genes that were measured, by symbol or number"
    )


# The command


def test_search_prints_a_table(run_kg: KgRunner, pages_turtle: Path) -> None:
    run = run_kg("search", "src", "FAK", "BMX", "AR", "p21", "--in", pages_turtle, "--top", "1")
    assert run.code == 0
    assert run.stderr.splitlines()[:2] == [
        "FAK is read as PTK2",
        "p21 is ambiguous and left out: CDKN1A, H3P16, TCEAL1",
    ]
    shown = " ".join(run.stdout.split())
    assert "4 of 5" in shown
    assert "Summary of the signaling pathway that connects neuropeptides to the AR" in shown
    assert "https://pfocr.wikipathways.org/figures/PMC100003__mb2410470011.html" in shown


def test_search_writes_for_machines(run_kg: KgRunner, pages_turtle: Path, tmp_path: Path) -> None:
    genes = tmp_path / "genes.txt"
    genes.write_text("SRC\nPTK2 BMX # those of the figure\n")
    arguments = ("search", genes, "--in", pages_turtle, "--top", "1")
    row = json.loads(run_kg(*arguments, "--format", "json").stdout)[0]
    assert row["figid"] == "PMC100003__mb2410470011"
    assert (row["shared"], row["size"], row["year"]) == (3, 5, 2001)
    assert set(row["genes"]) == {"SRC", "PTK2", "BMX"}
    lines = run_kg(*arguments, "--format", "tsv").stdout.splitlines()
    assert lines[0].split("\t") == list(row)
    nothing = run_kg("search", "A1BG", "--in", pages_turtle, "--format", "tsv")
    assert nothing.stdout.splitlines() == lines[:1]
    assert dict(zip(row, lines[1].split("\t"), strict=True))["pmcid"] == "PMC100003"
    stdin = run_kg("search", "-", *arguments[2:], "--format", "csv", stdin=b"SRC,PTK2,BMX")
    assert stdin.stdout.splitlines()[1].startswith("PMC100003__mb2410470011,3,5,")


def test_search_says_what_it_lacks(run_kg: KgRunner, pages: Path, tmp_path: Path) -> None:
    run = run_kg("search", "SRC", "--in", pages)
    assert run.stderr == (
        f"error: the folder '{pages}' holds no RDF\n"
        "hint: make RDF of its pages first, with kg build\n"
    )
    run = run_kg("search", "SRC")
    assert (run.code, run.stderr) == (
        2,
        "error: no data is named\nhint: add --in FILE, or set KG_DATA\n",
    )
    genes = tmp_path / "genes.txt"
    run = run_kg("search", genes, "--in", "x.ttl")
    assert run.stderr == f"error: {genes}: can't be read: No such file or directory\n"
    genes.write_bytes(b"\xff\xfe")
    run = run_kg("search", genes, "--in", "x.ttl")
    assert run.stderr == f"error: {genes}: can't be read: it is not UTF-8 text\n"


def test_search_takes_five_milliseconds_on_the_whole_database() -> None:
    """Search 103,000 figures; the bound is generous, for machines that do other work as well."""
    import time

    rng = np.random.default_rng(3)
    sizes = np.clip(rng.lognormal(2.2, 0.9, 103_000).astype(int), 1, 300)
    popularity = 1 / np.arange(1, 15_001) ** 0.85
    genes = rng.choice(15_000, sizes.sum(), p=popularity / popularity.sum())
    figures = np.repeat(np.arange(len(sizes)), sizes)
    pairs = np.stack(np.divmod(np.unique(figures * 15_000 + genes), 15_000), axis=1)
    sets = sets_of(pairs.astype(np.int32), len(sizes), 15_000)
    query = list(range(0, 400, 20))
    search(sets, query)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        search(sets, query)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02


def test_gene_sets_are_made_once_for_each_index(pages_turtle: Path) -> None:
    index, other = open_index(pages_turtle), open_index(pages_turtle)
    assert gene_sets(index, "strict") is gene_sets(index, "strict")
    assert gene_sets(index, "strict") is not gene_sets(index, "all")
    assert gene_sets(index, "all").index is index
    assert gene_sets(other, "all").index is other
    inside = gene_sets(index, "all", within=np.array([0, 3]))
    assert set(np.flatnonzero(inside.figure_counts).tolist()) <= {0, 3}
    assert gene_sets(index, "all").gene_count > 3
