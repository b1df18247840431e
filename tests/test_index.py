"""The index of figures and genes: what it holds, and when it is made anew."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyoxigraph
import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

from kg.build import iter_records
from kg.errors import DataError, UsageError
from kg.network import (
    Index,
    gene_sets,
    has_fresh_index,
    open_index,
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
