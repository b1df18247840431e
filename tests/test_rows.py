"""Rows read by their form mean what the YAML reader says they mean."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from kg.errors import KgError
from kg.read.frontmatter import Loader, parse_front_matter, parse_reference, split_front_matter
from kg.read.rows import ROW_KINDS, cut_rows, find_row_line, mark_of

GENES = "genes:\n- word: TGFb1\n  symbol: TGFB1\n  entrez: '7040'\n- word: '''a'\n  symbol:\n"


def test_rows_are_cut_and_marked() -> None:
    front, rows = cut_rows(f"figid: PMC1__a\n{GENES}chemicals: []\n")
    assert front == f"figid: PMC1__a\ngenes: {mark_of('genes')}\nchemicals: []\n"
    assert rows == {
        "genes": [
            {"word": "TGFb1", "symbol": "TGFB1", "entrez": "7040"},
            {"word": "'a", "symbol": ""},
        ]
    }


def test_line_of_a_field_is_where_the_parser_finds_it(all_pages: list[Path]) -> None:
    found = 0
    for page in (page for folder in all_pages for page in folder.glob("_figures/*.md")):
        front = split_front_matter(page.read_text("utf-8"))
        root = yaml.compose(front, Loader=Loader)
        for kind in ROW_KINDS:
            for key, value in root.value:
                if key.value == kind and isinstance(value, yaml.SequenceNode) and value.value:
                    index = len(value.value) - 1
                    for name, _ in value.value[index].value:
                        line = find_row_line(front, kind, index, name.value)
                        assert line in (None, name.start_mark.line)
                        found += line is not None
    assert found > 1000


@pytest.mark.parametrize(
    ("kind", "index", "key"), [("genes", 2, "word"), ("genes", 0, "other"), ("diseases", 0, "word")]
)
def test_no_line_of_what_is_not_there(kind: str, index: int, key: str) -> None:
    assert find_row_line(f"figid: PMC1__a\n{GENES}", kind, index, key) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("NF-kappa B", "NF-kappa B"),
        ("-S2", "-S2"),
        ("2E1", "2E1"),
        ("null", "null"),
        ("TNF-α", "TNF-α"),
        ("'it''s'", "it's"),
        ('"a \\x1F \\"b\\" \\\\"', 'a \x1f "b" \\'),
        ("", ""),
    ],
)
def test_cell(cell: str, text: str) -> None:
    front = f"figid: PMC1__a\ngenes:\n- word: {cell}\n  symbol: A\n"
    assert cut_rows(front)[1] == {"genes": [{"word": text, "symbol": "A"}]}
    assert parse_reference(front)["genes"] == [{"word": text, "symbol": "A"}]


@pytest.mark.parametrize(
    "row",
    [
        *("- word: a: b", "- word: a #b", "- word: 'a", '- word: "\\u00e9"', "- word: [a]", "- a"),
        *("-  a: b", "- word: a\n   b: c", "- word: >\n    a", "- word: *a", "- word: - a"),
    ],
)
def test_other_forms_are_left_to_the_parser(row: str) -> None:
    front = f"figid: PMC1__a\ngenes:\n{row}\n"
    assert cut_rows(front) == (front, {})


@pytest.mark.parametrize(
    "front",
    [
        "caption: 'text\ngenes:\n- word: a\nend'\nfigid: PMC1__a\n",  # rows within a text
        "figid: PMC1__a\ngenes:\n- word: a\n\n  symbol: b\n",
        f"{GENES}'genes':\n- word: other\n",  # the last of a key counts
        f"figid: PMC1__a\n{GENES}genes: []\n",
        f"figid: PMC1__a\n{GENES}genes: cut-out-genes\n",
        f"figid: cut-out-genes\n{GENES}",
    ],
)
def test_what_only_seems_to_be_rows(front: str) -> None:
    assert parse_front_matter(front) == parse_reference(front)


CELLS = (
    *("TP53", "'7157'", "''", "", "'it''s'", '"a"', '"a\\x1Fb"', '"a\\nb"', "NF-kappa B", "β-cat"),
    *("~", "null", "yes", "1e3", ".5", "-S2", "-- x", "- x", "+GI", "a  b", "a #b", "a#b", "a: b"),
    *("a:b", "(Src", "[]", "{}", "[a]", "*x", "&x y", "!x y", "|", ">", "'open", '"open', "'a' b"),
    *("...", "---", ":=x", "?x", "? x", "=", "<<", "a\tb", "a,b", ",b", "%x", "@x", "`x", "\\x"),
    *("'x\n  y'", "x\n    y", "x\n  y", "\n  - a", "\n    k: v", "x'", 'x"y', "'a' # c", "b # c"),
    *("\u200bq", "a\xa0b", "\U0001f600"),
)
KEYS = ("word", "symbol", "source", "entrez", "word", "word ", " word", "Word", "'word'")
OTHERS = (
    *(
        "caption: 'x\n\n  y'",
        "caption: some\n  text",
        "t: 'a: [] b'",
        "x:",
        "y: |\n  a",
        "k: a [b]",
    ),
    *(
        "genes: []",
        "'genes':\n- word: Q",
        "genes: cut-out-genes",
        "# comment",
        "l:\n- a\n- b",
        "- q",
    ),
    *("c: 'a\nchemicals:\n- word: b'", "m: a\n-b", "  s: 1", "", ".", "z: a -->b"),
)


@pytest.mark.slow
def test_rows_of_odd_forms_mean_what_the_reference_says() -> None:
    rng = random.Random(7)  # noqa: S311 - the same rows every time
    cut = 0
    for _ in range(20_000):
        front = _odd_front_matter(rng)
        cut += bool(cut_rows(front)[1])
        assert _meaning(parse_front_matter, front) == _meaning(parse_reference, front), front
    assert cut > 5_000


def _odd_front_matter(rng: random.Random) -> str:
    kinds = rng.sample(["genes", "chemicals", "diseases"], rng.choice([1, 2, 3]))
    blocks = [
        f"{kind}:{rng.choice([' ', '', '', '', '', ''])}\n"
        + "\n".join(_odd_row(rng) for _ in range(rng.choice([1, 1, 2, 3])))
        for kind in kinds
    ]
    blocks += ["figid: PMC1__a", *rng.sample(OTHERS, rng.choice([0, 0, 1, 2]))]
    rng.shuffle(blocks)
    return "\n".join(blocks) + "\n"


def _odd_row(rng: random.Random) -> str:
    """Return a row, mostly plain, sometimes of a form that readers trip over."""

    def choose(plain: int, choices: tuple[str, ...], odd: float) -> str:
        return rng.choice(choices if rng.random() < odd else choices[:plain])

    cells = [
        f"{choose(4, KEYS, 0.02)}{choose(1, (': ', ':', ':  '), 0.03)}{choose(10, CELLS, 0.07)}"
        for _ in range(rng.choice([1, 2, 3, 5]))
    ]
    return "- " + choose(1, ("\n  ", "\n   ", "\n ", "\n"), 0.02).join(cells)


def _meaning(read: object, front: str) -> object:
    try:
        return read(front)  # type: ignore[operator] # whatever reads
    except KgError as error:
        return str(error)
