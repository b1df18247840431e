"""What the property tests generate: texts that YAML and RDF trip over, pages, records, triples."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import yaml
from hypothesis import strategies as st

from kg import terms
from kg.record import (
    GENE_LEXICONS,
    GeneEntry,
    Organism,
    Paper,
    Record,
    SubstanceEntry,
    Tag,
)
from kg.terms import Description, Term, expand

NASTY_TEXTS = (
    *("NO", "no", "ON", "off", "Yes", "y", "n", "true", "False", "TRUE"),
    *("null", "Null", "NULL", "~", "", " ", "NA", "nan", ".nan", ".inf", "-.INF", "+.inf"),
    *("1e3", "2E1", "1E-3", "1.", ".5", "+5", "-5", "-0", "0", "08", "007", "0o17", "0x1F", "0b1"),
    *("1_000", "12:30", "1:20:30", "190:20:30.15", "12e03", "1e400", "9" * 30, "0.9537671"),
    *("2001", "2001-01-01", "2001-01-01T00:00:00Z", "2001-1-1 1:2:3", "01", "0001", "1,000"),
    *("---", "--- a", "a ---", "a\n---", "...", "a ...", "<<", "=", "!", "&", "*", "|", ">", "%"),
    *("*****ARF", "&x", "*x", "!t", "!!int 3", "@a", "`a`", "%TAG", "#", "# a", "a #b", "a # b"),
    *("'", '"', "''", '""', "it's", 'say "a"', "'a'", '"a"', "\\", "a\\nb", "\\x41", "\\"),
    *(":", "a:", ":a", "a: b", "a:b", "- a", "-", "-a", "? a", "?", "[", "]", "{", "}", "[]", "{}"),
    *("[a, b]", "{a: b}", "a, b", ",", "a,b", "\t", "a\tb", "\ta", "a\t", " a", "a ", "  a  "),
    *(
        "\n",
        "a\n",
        "\na",
        "a\n\nb",
        "a\n  b\n c\n",
        "a\r\nb",
        "a\rb",
        "\x1f ME-CDP",
        "\x00",
        "\x7f",
    ),
    *("\x7f", "a\x85b", "a\u2028b", "a\u2029b", "\ufeffa", "\xa0a", "é", "β-cell", "①", "漢字"),
    *("😀", "🧬 SRC", "\ufffd", "\ud7ff\ue000", "a" * 200, "word " * 40, ("long " * 30).strip()),
    *("(Src", "AR*", "G12/13", "TNF-α", "NF-κB", "p38 | JNK", "a%20b", "%", "a+b", "Ga12,Gaq"),
)
"""Texts that one YAML reader or another takes for something else, or that dumpers wrap."""

NASTY_KEYS = (
    "word",
    "symbol",
    "NO",
    "1e3",
    "null",
    "~",
    "12:30",
    "a b",
    "'",
    "?",
    "@id",
    "x:y",
    "",
)

_NASTY_CHARS = "\t\n -:#'\"[]{},&*!|>%@`?~.0123eE\\\x85\u2028\ufeffé"


def texts(max_size: int = 30) -> st.SearchStrategy[str]:
    """Any text that UTF-8 can hold, nasty ones first."""
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size)
    return st.one_of(st.sampled_from(NASTY_TEXTS), anything)


_PRINTED_TEXTS = tuple(text for text in NASTY_TEXTS if text.isprintable())


def random_page(rng: random.Random) -> str:
    """Return front matter that PyYAML's dumper writes of nasty values, in the shape of a page."""
    fields: dict[str, Any] = {"figid": "PMC1__f1", "caption": random_text(rng)}
    for _ in range(rng.randrange(4)):
        fields[_random_key(rng)] = _random_value(rng, depth=2)
    fields["pathway_score"] = rng.choice([0.95, 1e-7, 1, "0.95", "1e3", random_text(rng)])
    fields["genes"] = [
        {"word": random_text(rng), "symbol": random_text(rng), "entrez": "7409"}
        for _ in range(rng.randrange(3))
    ]
    fields["figtitle"] = random_text(rng)
    return dump(fields, rng)


def dump(fields: dict[str, Any], rng: random.Random) -> str:
    """Dump as the database did, or, one time in three, as others do with the same dumper."""
    if rng.random() < 0.67:
        return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)
    return yaml.dump(
        fields,
        Dumper=rng.choice([yaml.CSafeDumper, yaml.SafeDumper]),
        sort_keys=False,
        allow_unicode=rng.random() < 0.5,
        width=rng.choice([20, 80, 1000]),
        indent=rng.choice([2, 4]),
        default_flow_style=rng.choice([False, False, None, True]),
        default_style=rng.choice([None, None, "'", '"', "|", ">"]),
    )


def random_text(rng: random.Random) -> str:
    """Return a nasty text, or some of them in a row; most without control characters."""
    known = NASTY_TEXTS if rng.random() < 0.1 else _PRINTED_TEXTS
    text = rng.choice(known)
    while rng.random() < 0.3:
        text += rng.choice(["", " ", "  ", "\n", ": ", "-", ", "]) + rng.choice(known)
    return text


def _random_key(rng: random.Random) -> str:
    return rng.choice(NASTY_KEYS) if rng.random() < 0.7 else random_text(rng)


def _random_value(rng: random.Random, depth: int) -> Any:
    shape = rng.randrange(10) if depth else 0
    if shape < 6:
        return random_text(rng)
    if shape < 8:
        return [_random_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {_random_key(rng): _random_value(rng, depth - 1) for _ in range(rng.randrange(4))}


def mutate(text: str, rng: random.Random) -> str:
    """Return a text with some characters deleted, doubled, or put in."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(3)
        if kind == 0:
            text = text[:at] + text[at + rng.randint(1, 3) :]
        elif kind == 1:
            text = text[:at] + rng.choice(_NASTY_CHARS) + text[at:]
        else:
            other = rng.randrange(len(text) + 1)
            text = text[:at] + text[other : other + rng.randint(1, 20)] + text[at:]
    return text if text.endswith("\n") else f"{text}\n"


# Triples

_PREDICATES = [
    expand(curie)
    for curie in ("dcterms:title", "rdfs:label", "schema:mentions", "pfocr:count", "dcterms:issued")
]


def iris() -> st.SearchStrategy[Term]:
    """IRIs of the kinds that are minted, of nasty identifiers."""
    return st.one_of(
        st.builds(terms.journal, texts()),
        st.builds(terms.own_family, texts()),
        st.builds(terms.figure, texts()),
        st.builds(terms.doi, texts()),
        st.builds(terms.page_at_pmc, texts()),
        st.builds(lambda parts: terms.compound("mention", *parts), st.lists(texts(), min_size=2)),
    )


def literals() -> st.SearchStrategy[Term]:
    """Literals of the kinds that are written: strings, integers, decimals, years; tagged ones."""
    decimals = st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-9, max_value=9, places=7
    )
    return st.one_of(
        st.builds(terms.literal, texts()),
        st.builds(terms.integer, st.integers(0, 10**15 - 1)),
        st.builds(lambda number: terms.literal(f"{number:f}", terms.XSD_DECIMAL), decimals),
        st.builds(lambda year: terms.literal(str(year), terms.XSD_GYEAR), st.integers(1000, 2999)),
        st.builds(lambda text, tag: f"{terms.literal(text)}@{tag}", texts(), languages()),
    )


def languages() -> st.SearchStrategy[str]:
    return st.sampled_from(["en", "de-at"])


def descriptions() -> st.SearchStrategy[list[Description]]:
    """Descriptions, each subject and each pair of it once."""
    pair = st.one_of(
        st.tuples(st.sampled_from(_PREDICATES), st.one_of(literals(), iris())),
        st.tuples(
            st.just(terms.RDF_TYPE), st.sampled_from([expand("schema:Gene"), expand("doco:Figure")])
        ),
    )
    pairs = st.lists(pair, min_size=1, max_size=6, unique=True)
    return st.dictionaries(iris(), pairs, max_size=4).map(lambda found: list(found.items()))


# Pages

_FIGIDS = ["PMC1__f1", "PMC1__f2", "PMC10__f1", "PMC2__g.1-a"]
_WORDS = st.one_of(st.sampled_from(["SRC", "Src", "(Src", "a:b", "NA", "WNT"]), texts(8)).filter(
    bool
)


def page_fields() -> st.SearchStrategy[dict[str, Any]]:
    """Fields of good pages of layouts 1 and 2, of few figures, whose texts are nasty."""
    return st.fixed_dictionaries(
        {"figid": st.sampled_from(_FIGIDS)},
        optional={
            "figtitle": texts(),
            "caption": texts(),
            "papertitle": texts(),
            "reftext": texts(),
            "filename": texts(),
            "figlink": texts(),
            "number": texts(),
            "journal_title": texts(8),
            "year": st.sampled_from(["2001", "2002", ""]),
            "organisms": st.one_of(texts(), st.lists(texts(8), max_size=3)),
            "redirect_from": texts(),
            "genes": st.lists(_gene_rows(), max_size=5),
            "chemicals": st.lists(_substance_rows(), max_size=3),
            "diseases": st.lists(_substance_rows(), max_size=3),
            "annotations": st.lists(
                st.fixed_dictionaries({"type": _WORDS, "value": _WORDS}, optional={"id": texts(8)}),
                max_size=2,
            ),
        },
    ).map(lambda fields: {**fields, "pmcid": fields["figid"].partition("__")[0]})


def _gene_rows() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "word": _WORDS,
            "symbol": _WORDS,
            "source": st.sampled_from(["hgnc_symbol", "hgnc_alias_symbol", "bioentities_symbol"]),
            "hgnc_symbol": st.one_of(st.sampled_from(["SRC", "ARNTL", ""]), texts(8)),
            "entrez": st.sampled_from(["6714", "406", "99999999"]),
        }
    )


def _substance_rows() -> st.SearchStrategy[dict[str, str]]:
    known = st.sampled_from([("MESH", "D001839"), ("", ""), ("MESH", ""), ("NA", "C000589473")])
    return st.tuples(_WORDS, known).map(
        lambda row: {"word": row[0], "source": row[1][0], "identifier": row[1][1]}
    )


# Records


_MISSING = ("", "NA", ".na.character")


def records() -> st.SearchStrategy[Record]:
    """Return records of few figures, genes and words, with rows of every lexicon."""
    some = st.one_of(st.none(), texts(8).filter(lambda text: text not in _MISSING))
    genes = st.builds(
        GeneEntry,
        term=_WORDS,
        lexicon=st.sampled_from(sorted(GENE_LEXICONS)),
        gene=st.sampled_from(["6714", "406", "99999999"]),
        symbol=some,
        taxon=st.sampled_from(["9606", "10090", None]),
    )
    organisms = st.builds(
        Organism,
        taxon=st.sampled_from(["9606", "10090"]),
        name=some,
        group=some,
        direct_count=st.one_of(st.none(), st.integers(0, 9)),
        synonym_count=st.none(),
        match_count=st.integers(0, 9),
    )
    names = st.lists(_WORDS, max_size=2, unique=True).map(tuple)
    papers = st.builds(Paper, pmcid=st.just("PMC1"), title=some, journal=some, keywords=names)
    return st.builds(
        Record,
        figid=st.sampled_from(_FIGIDS),
        paper=papers,
        title=some,
        caption=some,
        filename=some,
        figlink=some,
        wpids=st.sampled_from([(), ("WP5283",), ("WP1", "WP2")]),
        organisms=names,
        organism_counts=st.lists(organisms, max_size=2).map(tuple),
        genes=_rows(genes),
        chemicals=_rows(_substances("chemical")),
        diseases=_rows(_substances("disease")),
        tags=st.lists(st.builds(Tag, type=_WORDS, value=_WORDS, id=some), max_size=2).map(tuple),
    )


def _substances(kind: str) -> st.SearchStrategy[SubstanceEntry]:
    some = st.one_of(st.none(), texts(8).filter(lambda text: text not in _MISSING))
    known = st.sampled_from(
        [("MESH", "D001839"), ("MESH", "C000589473"), ("MESH", None), (None, None)]
    )
    return st.builds(
        lambda term, mesh, other, name: SubstanceEntry(kind, term, *mesh, other, name),
        some,
        known,
        st.sampled_from([None, "15422"]),
        some,
    )


def _rows(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[Counter[Any]]:
    words = st.tuples(_WORDS, entries)
    return st.dictionaries(words, st.integers(1, 4), max_size=6).map(Counter)
