"""Front matter: the fences, the two readers with one meaning, and what is refused."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import NASTY_TEXTS, mutate, random_page, texts

from kg.errors import DataError
from kg.read.frontmatter import (
    _parse_fast,
    parse_front_matter,
    parse_reference,
    split_front_matter,
)
from kg.read.unread import UNREAD

GENERATED_COUNT = 20_000
MUTATED_COUNT = 8_000


# The fences


@pytest.mark.parametrize(
    ("text", "front"),
    [
        ("---\na: b\n---\n", "a: b\n"),
        ("---\na: b\n---\nbody\n---\n", "a: b\n"),
        ("---\na: b\n---", "a: b\n"),
        ("---\r\na: b\r\n---\r\n", "a: b\r\n"),
        ("\ufeff---\na: b\n---\n", "a: b\n"),
        ("---\na: ends in ---\nb: '---'\n---\n", "a: ends in ---\nb: '---'\n"),
        ("---\na: x\n ---\n  ---\n----\n--- \n---\n", "a: x\n ---\n  ---\n----\n--- \n"),
        ("---\n---\n", ""),
    ],
)
def test_front_matter_lies_between_the_fences(text: str, front: str) -> None:
    assert split_front_matter(text) == front


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "'' the page does not begin with front matter\n"
            "hint: the first line must be exactly ---",
        ),
        (
            "figid: PMC1__f1\n---\n",
            "'figid: PMC1__f1' the page does not begin with front matter\n"
            "hint: the first line must be exactly ---",
        ),
        (
            "--- \na: b\n---\n",
            "'--- ' the page does not begin with front matter\n"
            "hint: the first line must be exactly ---",
        ),
        (
            "---\na: b\n--- x\n",
            "the front matter has no end\nhint: close it with a line that is exactly ---",
        ),
        (
            "---",
            "the front matter has no end\nhint: close it with a line that is exactly ---",
        ),
    ],
)
def test_page_without_fences_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        split_front_matter(text)
    assert str(caught.value) == message


def test_missing_end_is_at_the_last_line() -> None:
    with pytest.raises(DataError) as caught:
        split_front_matter("---\na: b\nc: d")
    assert caught.value.problem.line == 3


# Every scalar is text


@pytest.mark.parametrize("text", [text for text in NASTY_TEXTS if "\x85" not in text])
def test_text_stays_the_text_it_was(text: str) -> None:
    front = yaml.safe_dump({"a": text, text: [text, {"b": text}]}, allow_unicode=True)
    expected = {"a": text, text: [text, {"b": text}]}
    assert parse_front_matter(front) == expected
    assert parse_reference(front) == expected


@pytest.mark.parametrize(
    "scalar",
    [
        *("NO", "on", "true", "null", "~", "nan", "-.inf", "=", "<<", "...x", "---x"),
        *("1e3", "2E1", "08", "0o17", "0x1F", "007", "1_000", "12:30", "0.95", "2001-01-01"),
    ],
)
def test_bare_scalar_is_text(scalar: str) -> None:
    assert parse_front_matter(f"a: {scalar}\nb:\n- {scalar}\n{scalar}: c\n") == {
        "a": scalar,
        "b": [scalar],
        scalar: "c",
    }


def test_empty_value_is_empty_text() -> None:
    assert parse_front_matter("a:\nb: ''\nc: []\nd: {}\n") == {"a": "", "b": "", "c": [], "d": {}}


@pytest.mark.parametrize("tail", ["", "  2\n", "\n  2\n", "pathway_score: '0.9'\n", "b: c\n"])
@pytest.mark.parametrize("number", ["0.9537671", "1e-07", "1", ".5", "-", "9.", "1e", "'0.5'"])
def test_bare_score(number: str, tail: str) -> None:
    front = f"a: b\npathway_score: {number}\n{tail}"
    expected = _outcome(parse_reference, front)
    assert _outcome(parse_front_matter, front) == expected


def test_score_within_another_text() -> None:
    front = "x: \"y\n\npathway_score: 1.5\n\n z\"\npathway_score: '1.5'\n"
    assert parse_front_matter(front) == {"x": "y\npathway_score: 1.5\nz", "pathway_score": "1.5"}


# Two readers, one meaning


def _outcome(parse: Any, front: str) -> Any:
    """Return what a reader makes of a front matter, or the message of its refusal."""
    try:
        return {key: value for key, value in parse(front).items() if key != UNREAD}
    except DataError as error:
        return str(error)


def _check_readers_agree(front: str) -> bool:
    """Hold the fast reader against the reference; return whether it took the page at all."""
    fields = _parse_fast(front)
    if fields is not None:
        assert _outcome(lambda _: fields, front) == _outcome(parse_reference, front), front
    return fields is not None


def test_readers_agree_on_the_pages_of_the_repository(pages: Path) -> None:
    found = sorted(pages.glob("_figures/*.md"))
    fronts = [split_front_matter(path.read_text("utf-8")) for path in found]
    assert sum(map(_check_readers_agree, fronts)) >= 0.9 * len(fronts)


def test_readers_agree_on_all_given_pages(all_pages: list[Path]) -> None:
    found = sorted(path for folder in all_pages for path in folder.glob("_figures/*.md"))
    fronts = [split_front_matter(path.read_text("utf-8")) for path in found]
    assert sum(map(_check_readers_agree, fronts)) >= 0.9 * len(fronts)


@pytest.mark.slow
def test_readers_agree_on_generated_pages() -> None:
    rng = random.Random(20_001)  # noqa: S311 - the same pages every time
    taken = [_check_readers_agree(random_page(rng)) for _ in range(GENERATED_COUNT)]
    assert sum(taken) >= 0.25 * GENERATED_COUNT


@pytest.mark.slow
def test_readers_agree_on_broken_pages() -> None:
    rng = random.Random(8)  # noqa: S311 - the same pages every time
    taken = [_check_readers_agree(mutate(random_page(rng), rng)) for _ in range(MUTATED_COUNT)]
    assert sum(taken) >= 0.05 * MUTATED_COUNT


@given(st.dictionaries(texts(), st.recursive(texts(), st.lists), min_size=1, max_size=5))
def test_dumped_fields_are_read_back(fields: dict[str, Any]) -> None:
    front = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)
    read = parse_front_matter(front)
    assert read == yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - the pure reader
    assert read == fields or "\x85" in front  # which PyYAML's dumper folds away


@pytest.mark.parametrize(
    "front",
    [
        "<<:\n  a: b\nc: d\n",
        "a: |\n  x\n  y\n",
        "a: |+\n  x\n\n\nb: c\n",
        "a: >\n",
        "a:\n  >\n",
        "a: b # comment\n# c\nb: c\n",
        "? a\n: b\n",
        "? [a]\n: b\n",
        "? {a: b}\n: b\n",
        "a: [b, 'c']\nd: {e: f}\n",
        "a: [b\n",
        "a: {b: c, d 'e'}\n",
        "a:\n  [b, c]\n",
        "a: x\n  [1] y\n",
        "a: x #\n  [1]\n",
        "{}\n",
        "[]\n",
        "\n",
        "text\n",
        "# only\n",
        "a: b\n...\n",
        "a: b\n...\nc: d\n",
        "a: b\n--- c\n",
        'a: "\\uD83D\\uDE00"\n',
        'a: "\\U0000D83D"\n',
        "a: \x1f\n",
        "a: \x7f\n",
        "a: \x9f\n",
        "a: \x85b\n",
        "a: \u2028 b\n",
        "a: \ufffe\n",
        "a: b\tc\n",
        "a: b\r\nc: d\r\n",
        "a: !!int 3\n",
        "a: &x b\nc: *x\n",
        "a:   &x b\nc:   *x\n",
        "a: b: c\n",
        "a: - b\n",
        "- a\n",
        " a: b\n c: d\n",
        "a: b\na: c\n",
        "a:\n  b: c\n  b: d\n",
    ],
)
def test_readers_agree_on_what_a_hand_writes(front: str) -> None:
    assert _outcome(parse_front_matter, front) == _outcome(parse_reference, front)


# What is refused


@pytest.mark.parametrize(
    ("front", "line", "message"),
    [
        (
            "a: b: c\n",
            2,
            "the front matter is not YAML: mapping values are not allowed in this context\n"
            "hint: quote the value if it holds a colon, a quote or a tab",
        ),
        (
            "a: b\nc: 'd\n",
            4,
            "the front matter is not YAML: found unexpected end of stream\n"
            "hint: quote the value if it holds a colon, a quote or a tab",
        ),
        (
            "a: b\nc: \x00\n",
            None,
            "the front matter is not YAML: unacceptable character #x0000: control characters are "
            "not allowed\nhint: quote the value if it holds a colon, a quote or a tab",
        ),
        ("text\n", 2, "the front matter is not a YAML mapping\nhint: lines of key: value"),
        ("", 2, "the front matter is not a YAML mapping\nhint: lines of key: value"),
        ("- a\n", 2, "the front matter is not a YAML mapping\nhint: lines of key: value"),
        (
            "? [a]\n: b\n",
            2,
            "the front matter is not YAML: found unhashable key\n"
            "hint: quote the value if it holds a colon, a quote or a tab",
        ),
    ],
)
def test_what_is_no_mapping_is_refused(front: str, line: int | None, message: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_front_matter(front)
    assert str(caught.value) == message
    assert caught.value.problem.line == line


def test_tags_run_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"
    front = f"a: !!python/object/apply:os.system ['touch {made}']\nb: !!python/name:os.system x\n"
    assert parse_front_matter(front) == {"a": [f"touch {made}"], "b": "x"}
    assert not made.exists()


def _bomb(between: str) -> str:
    lines = [f"a0:{between}&a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 30):
        inner = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}:{between}&a{level} [{inner}]")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("between", [" ", "   ", "\t", "\n  ", " !t ", " # c\n "])
def test_alias_bomb_is_refused_in_milliseconds(between: str) -> None:
    start_s = time.perf_counter()
    with pytest.raises(DataError) as caught:
        parse_front_matter(_bomb(between))
    assert time.perf_counter() - start_s < 0.5
    assert str(caught.value) == "aliases expand to more than a million nodes"


@pytest.mark.parametrize("front", ["a: &x [*x]\n", "a: &x {b: *x}\n", "&x a: &y [&z [*y]]\n"])
def test_recursive_alias_is_refused(front: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_front_matter(front)
    assert str(caught.value) == "an alias contains itself"


@pytest.mark.parametrize("size", [200, 5_000, 100_000])
@pytest.mark.parametrize(
    "nest",
    [
        lambda size: "a: " + "[" * size + "]" * size + "\n",
        lambda size: "a: " + "[" * size + "\n",
        lambda size: "a: " + "{a: " * size + "}" * size + "\n",
        lambda size: "a:\n" + "- " * size + "x\n",
        lambda size: "- " * size + "x\n",
        lambda size: "? " * size + "x\n",
        lambda size: "a:\n" + "-   ? " * size + "x\n",
        lambda size: "".join(" " * depth + "a:\n" for depth in range(min(size, 1_000))),
    ],
    ids=["list", "open", "mapping", "dashes", "top", "keys", "mixed", "indent"],
)
def test_deep_nesting_is_refused(nest: Any, size: int) -> None:
    with pytest.raises(DataError) as caught:
        parse_front_matter(nest(size))
    assert str(caught.value) == "the front matter is nested too deeply"


def test_long_chain_of_aliases_is_no_stack_overflow() -> None:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 5_000)]
    with pytest.raises(DataError):
        parse_front_matter("\n".join(reversed(lines)) + "\n")
    with pytest.raises(DataError) as caught:
        parse_front_matter("\n".join(lines) + "\n")
    assert str(caught.value) == "aliases expand to more than a million nodes"
