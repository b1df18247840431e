"""What is cut out unread is YAML for sure: the reference reads the page, and the rest alike."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kg.errors import KgError
from kg.read.frontmatter import parse_front_matter, parse_reference, split_front_matter
from kg.read.rows import mark_of
from kg.read.unread import UNREAD, cut_unread

PUBLISHED = """\
schema-jsonld:
  '@context': https://schema.org/
  '@type': Dataset
  description: 'Wnt: a text
    that goes on.'
  license: CC0
  creator:
    '@type': Organization
    name: WikiPathways
  keywords:
  - TP53
  - '@x'
"""
MARKED = f"{UNREAD}: {mark_of(UNREAD)}\n"


def test_description_is_cut_and_marked() -> None:
    left = cut_unread(f"figid: PMC1__a\n{PUBLISHED}genes: []\n")
    assert left == (f"figid: PMC1__a\n{MARKED}genes: []\n", {UNREAD: None})
    assert cut_unread(f"figid: PMC1__a\n{PUBLISHED}")[0] == f"figid: PMC1__a\n{MARKED}"


def test_field_is_not_among_those_that_are_read() -> None:
    assert parse_front_matter(f"figid: PMC1__a\n{PUBLISHED}") == {"figid": "PMC1__a"}
    assert parse_front_matter(f"figid: PMC1__a\n{UNREAD}: &a b\n") == {"figid": "PMC1__a"}


def test_nearly_every_given_page_has_the_usual_form(all_pages: list[Path]) -> None:
    fronts = [
        split_front_matter(page.read_text("utf-8"))
        for folder in all_pages
        for page in folder.glob("_figures/*.md")
    ]
    assert sum(bool(cut_unread(front)[1]) for front in fronts) >= 0.99 * len(fronts)


@pytest.mark.parametrize(
    "lines",
    [
        *("  a: b: c", "  a: b #c", "  a: 'b", "  a: 'b\n    c: 'd'", '  a: "\\q"', "  a: *b"),
        *(
            "   a: b",
            "  - a",
            "  a: b\n  - c",
            "  a:\n    - b\n    c: d",
            "  a: [b",
            "  a: b\n c: d",
        ),
        *(
            "  a:\n    b: c\n      d: e",
            "  a:\n  - b\n  -c",
            "  a: >\n    b",
            "  a: b\n    c: d",
            "",
        ),
    ],
)
def test_other_forms_are_left_to_the_parser(lines: str) -> None:
    front = f"figid: PMC1__a\n{UNREAD}:\n{lines}\ngenes: []\n"
    assert cut_unread(front) == (front, {})


@pytest.mark.parametrize(
    "front",
    [
        f"caption: 'text\n{PUBLISHED}end'\nfigid: PMC1__a\n".replace("'@x'", "x").replace("'", "`"),
        f'caption: "text\n{PUBLISHED}end"\nfigid: PMC1__a\n',
        f"caption: |\n  a\n\n{PUBLISHED}x: y\n",
        f"{PUBLISHED}figid: PMC1__a\n",
        f"figid: PMC1__a\n{PUBLISHED}{UNREAD}: {mark_of(UNREAD)}\n",
        f"figid: {mark_of(UNREAD)}\n{PUBLISHED}",
        f"figid: PMC1__a\n{PUBLISHED}  x\n",
        f"figid: PMC1__a\n{PUBLISHED}\n# comment\n",
    ],
)
def test_what_only_seems_to_be_the_description(front: str) -> None:
    assert _meaning(parse_front_matter, front) == _meaning(parse_reference, front)


TEXTS = (
    *("TP53", "a b", "https://schema.org/", "'a'", "'it''s'", '"a"', "[]", "-S2", "é", "(a) b"),
    *("'a\n    b'", "a\n    b", '"a\n    b"', "a\n    b\n    c", "", "'a'' b", "a-- b", "2:1 x"),
    *(
        "'a\n\n    b'",
        "a\n\n    b",
        "a\n    b:",
        "a\n    'b",
        "a\n    - b",
        "a\n    #b",
        "a\n     b",
    ),
    *(
        "a: b",
        "a #b",
        "a:",
        "{}",
        "[a]",
        "*x",
        "&x",
        "!t",
        "|",
        ">",
        "- a",
        "? a",
        ": a",
        "...",
        "---",
    ),
    *('"a\\x1Fb"', '"a\\nb"', '"a\\"b"', '"a', "'a", "'a' b", '"a" b', "a\tb", "a  b", "a ", "%a"),
    *(
        "\n    c: d",
        "\n    c: d\n    e: f",
        "\n  - a\n  - b",
        "\n  - a: b",
        "\n  -",
        "\n    - a",
        "@a",
    ),
)
KEYS = ("name", "'@type'", "keywords", "a-b", "'a b'", "?", "- a", "*x", '"a"', "1", "name ", "")

AFTER = ("genes: []", "genes:\n- word: a", "- a", "", "  a: b", "'x': y", ".", "a: b")


@pytest.mark.slow
def test_descriptions_of_odd_forms_mean_what_the_reference_says() -> None:
    rng = random.Random(11)  # noqa: S311 - the same pages every time
    cut = 0
    for _ in range(20_000):
        front = _odd_front_matter(rng)
        cut += bool(cut_unread(front)[1])
        assert _meaning(parse_front_matter, front) == _meaning(parse_reference, front), front
    assert cut > 5_000


def _odd_front_matter(rng: random.Random) -> str:
    lines = [_odd_line(rng) for _ in range(rng.choice([1, 2, 4, 8]))]
    after = rng.choice(
        ["genes: []", "genes:\n- word: a", "- a", "", "  a: b", "'x': y", ".", "a: b"]
    )
    return "\n".join(["figid: PMC1__a", f"{UNREAD}:", *lines, after]) + "\n"


def _odd_line(rng: random.Random) -> str:
    """Return a line of a description, mostly of the usual form, sometimes of one that trips."""
    key = rng.choice(KEYS if rng.random() < 0.05 else KEYS[:3])
    text = rng.choice(TEXTS if rng.random() < 0.2 else TEXTS[:18])
    indent = rng.choice(["", " ", "   ", "    "]) if rng.random() < 0.03 else "  "
    return f"{indent}{key}:{'' if text[:1] in ('', chr(10)) else ' '}{text}"


def _meaning(read: Any, front: str) -> Any:
    try:
        return {key: value for key, value in read(front).items() if key != UNREAD}
    except KgError as error:
        return str(error)
