"""A shard as text: stencils give what the writer gives."""

from __future__ import annotations

from collections import Counter
from itertools import chain, groupby
from pathlib import Path

import pytest
from hypothesis import given

from kg.build.text import Pen
from kg.mapping import describe_record, merge
from kg.read import find_pages, read_page
from kg.record import GeneEntry, Paper, Record, make_record
from kg.write import FORMATS, get_writer
from tests.strategies import records

TP53 = GeneEntry("TP53", "hgnc_symbol", "7157", "TP53", "9606")


def written(name: str, made: list[Record]) -> str:
    return Pen(get_writer(name)).write_shard(made).content.decode()


def described(name: str, made: list[Record]) -> str:
    return get_writer(name).block(merge(chain(*map(describe_record, made))))


def blocks(name: str, text: str) -> list[str]:
    """Return what stands in a text, subject by subject or line by line, in one order."""
    ends = {"turtle": " .\n", "trig": " .\n", "jsonld": "\n", "rdfxml": "</rdf:Description>\n"}
    return sorted(part.strip(",\n") for part in text.split(ends.get(name, "\n")))


@pytest.mark.parametrize("name", FORMATS)
def test_real_pages(name: str, pages: Path) -> None:
    made = [make_record(read_page(page))[0] for page in find_pages([pages])[0]]
    good = [record for record in made if record is not None]
    assert blocks(name, written(name, good)) == blocks(name, described(name, good))


@given(records())
def test_any_record_twice_with_one_pen(record: Record) -> None:
    for name in ("turtle", "ntriples"):
        pen = Pen(get_writer(name))
        first, second = pen.write_shard([record]), pen.write_shard([record])
        assert first == second
        assert blocks(name, first.content.decode()) == blocks(name, described(name, [record]))


def test_triples_are_counted(pages: Path) -> None:
    made = [make_record(read_page(page))[0] for page in find_pages([pages])[0]]
    for _, figures in groupby(filter(None, made), key=lambda record: record.paper.pmcid):
        content, triple_count = Pen(get_writer("ntriples")).write_shard(figures)
        assert content.count(b"\n") == triple_count


@pytest.mark.parametrize("figid", ["PMC1__a", "PMC1__a b", "PMC1__ä", "PMC1__a:b", "PMC1__a.b"])
def test_figids_of_all_kinds(figid: str) -> None:
    record = Record(figid, Paper("PMC1"), genes=Counter({("p53", TP53): 2}))
    assert blocks("turtle", written("turtle", [record])) == blocks(
        "turtle", described("turtle", [record])
    )


def test_word_that_is_the_blank() -> None:
    words = Counter({("PMC0__figure", TP53): 1, ("p53", TP53): 1})
    text = written("turtle", [Record("PMC1__a", Paper("PMC1"), genes=words)])
    assert '"PMC0__figure"' in text
    assert text.count("PMC0__figure") == 2  # the word, and the word in the mention's IRI


def test_same_figure_of_two_pages_comes_once() -> None:
    first = Record("PMC1__a", Paper("PMC1"), genes=Counter({("p53", TP53): 1}))
    second = Record("PMC1__a", Paper("PMC1", title="T"), genes=Counter({("P53", TP53): 1}))
    text = written("turtle", [first, second])
    assert blocks("turtle", text) == blocks("turtle", described("turtle", [first, second]))
    assert written("turtle", [first, first]) == written("turtle", [first])
