"""Parse front matter so that every scalar is text (PyYAML's `BaseLoader` meaning).

Decision: two readers, one meaning. python-frontmatter with PyYAML is the reference. yaml-rs is
ten times faster but follows YAML 1.2's guesses; its result is taken only where it can't differ:
every key and leaf came back as text and the page has none of the characters and forms on which
the two disagree. In every other case the reference reads the page. A test holds both against each
other on all pages there are and on generated ones.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import yaml

from kg.errors import DataError
from kg.read.rows import MARK, cut_rows, mark_of
from kg.read.unread import UNREAD, cut_unread

yaml_rs: ModuleType | None
try:
    import yaml_rs
except ImportError:  # no wheel for this machine: the reference reads every page
    yaml_rs = None

Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_FENCE = re.compile(r"^---\r?$", re.MULTILINE)
_ONLY_REFERENCE = re.compile(
    "[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_PLAIN_BYTES = bytes([10, *range(32, 127)])
_INDICATORS = "&*!|>[{"
_INDICATOR = re.compile(f"[{re.escape(_INDICATORS)}]")
_NO_BEGINNING = " -?" + _INDICATORS
_COMPACT = re.compile(r"\n *[?:-] +[?:-] ")
_SCORES = ("\npathway_score: ", "\nautoml_pathway: ")
_BARE_NUMBER = re.compile(r"[-+]?\.?\d[-+.\deE]*")
_MAX_NODES = 1_000_000
_MAX_DEPTH = 100
_INDENTED = re.compile(rf"^[ ?:-]{{{_MAX_DEPTH // 4}}}", re.MULTILINE)


def split_front_matter(text: str) -> str:
    """Return the text between the two fences; raise DataError where there is none.

    A fence is a line that is exactly `---`; a value that ends in `---` is no fence.
    """
    if text.startswith("---\n") and "\r" not in text:
        end = text.find("\n---\n", 3)
        if end >= 0:
            return text[4 : end + 1]
    text = text.removeprefix("\ufeff")
    opening = _FENCE.match(text)
    if opening is None:
        raise DataError(
            "the page does not begin with front matter",
            line=1,
            value=text.split("\n", 1)[0],
            hint="the first line must be exactly ---",
        )
    closing = _FENCE.search(text, opening.end() + 1)
    if closing is None:
        raise DataError(
            "the front matter has no end",
            line=text.count("\n") + 1,
            hint="close it with a line that is exactly ---",
        )
    return text[opening.end() + 1 : closing.start()]


def parse_front_matter(front: str) -> dict[str, Any]:
    """Parse front matter to a dict whose leaves are all `str`, without the field `schema-jsonld`.

    Raises DataError, with the line in the page, for text that is no YAML mapping, for aliases
    that expand beyond a million nodes or contain themselves, and for collections nested so
    deeply that a parser would exhaust the stack.
    """
    fields = _parse_fast(front)
    if fields is None:
        fields = parse_reference(front)
    fields.pop(UNREAD, None)
    return fields


def _parse_fast(front: str) -> dict[str, Any] | None:
    """Return the mapping as yaml-rs reads it, None where it could differ from the reference."""
    if yaml_rs is None or MARK in front or not _has_plain_chars(front):
        return None
    front, unread = cut_unread(front)
    front, rows = cut_rows(front)
    if not _has_plain_values(front):
        return None
    text, known = _quote_scores(front)
    known |= {kind: mark_of(kind) for kind in (*rows, *unread)}
    try:
        fields = yaml_rs.loads(
            text,
            parse_datetime=False,
            duplicate_key_policy=yaml_rs.DuplicateKeyPolicy.LastWins,
        )
    except (ValueError, TypeError):  # TypeError: a key that is a collection
        return None
    if not fields or type(fields) is not dict or not _is_text(fields):
        return None
    return fields | rows if known.items() <= fields.items() else None


def _has_plain_chars(front: str) -> bool:
    if "\\" in front and ("\\ud" in front or "\\uD" in front):  # half a character, in escapes
        return False
    others = front.encode().translate(None, _PLAIN_BYTES)
    return not others or not _ONLY_REFERENCE.search(others.decode())


def _has_plain_values(front: str) -> bool:
    """Say whether nothing but plain and quoted texts, `[]` and `{}` stand where a value begins.

    yaml-rs knows no bound for aliases and depth, and takes flow collections and block texts that
    PyYAML refuses or reads otherwise.
    """
    if front[:1] in _NO_BEGINNING or " " * _MAX_DEPTH in front or _COMPACT.search(front):
        return False
    return not any(
        front[at - 1] in " \n"
        and front[at : at + 3] not in ("[]\n", "{}\n")
        and _begins_value(front, at)
        for at in (match.start() for match in _INDICATOR.finditer(front))
    )


def _begins_value(front: str, at: int) -> bool:
    """Say whether a value begins at an offset, which follows on a space or a line break."""
    line = front.rfind("\n", 0, at) + 1
    before = front[line:at].rstrip(" ")
    return before[-1] in ":?-" if before else not _continues(front, line)


def _continues(front: str, line: int) -> bool:
    """Say whether the line that begins at an offset is the wrapped text of the one before."""
    before = front[front.rfind("\n", 0, line - 1) + 1 : line - 1].rstrip(" ")
    return front[line] == " " and before[-1:] not in ("", ":", "?", "-") and "#" not in before


def _quote_scores(front: str) -> tuple[str, dict[str, str]]:
    """Quote the bare numbers that nearly every page has; return them, to be checked after."""
    scores: dict[str, str] = {}
    for key in _SCORES:
        if front.count(key) == 1:
            start = front.index(key) + len(key)
            end = front.find("\n", start)
            number = front[start:end]
            if _BARE_NUMBER.fullmatch(number) and not front[end + 1 : end + 2].isspace():
                scores[key[1:-2]] = number
                front = f"{front[:start]}'{number}'{front[end:]}"
    return front, scores


def _is_text(node: Any) -> bool:
    """Say whether every key and leaf is a `str`."""
    if type(node) is str:
        return True
    if type(node) is dict:
        for key, value in node.items():
            if type(key) is not str or (type(value) is not str and not _is_text(value)):
                return False
        return True
    return type(node) is list and all(map(_is_text, node))


def parse_reference(front: str) -> dict[str, Any]:
    """Parse front matter with python-frontmatter and PyYAML: the meaning that counts."""
    import frontmatter

    _refuse_depth(front)
    if "&" in front and "*" in front:
        _refuse_alias_bomb(front)
    try:
        fields = frontmatter.loads(f"---\n{front}---\n", handler=_handler()).metadata
    except yaml.YAMLError as error:
        raise _yaml_error(error) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(
            "the front matter is not a YAML mapping of texts", value=str(error)
        ) from None
    if not fields:
        raise DataError(
            "the front matter is not a YAML mapping", line=2, hint="lines of key: value"
        )
    return fields


def _handler() -> Any:
    from frontmatter.default_handlers import YAMLHandler

    class TextHandler(YAMLHandler):
        FM_BOUNDARY = _FENCE

        def load(self, fm: str, **_: object) -> Any:
            loaded = yaml.load(fm.removeprefix("\n"), Loader=Loader)  # noqa: S506 - BaseLoader builds texts alone
            return loaded if isinstance(loaded, dict) else {}

    return TextHandler()


def _yaml_error(error: yaml.YAMLError) -> DataError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    return DataError(
        f"the front matter is not YAML: {said}",
        line=None if mark is None else mark.line + 2,
        hint="quote the value if it holds a colon, a quote or a tab",
    )


def _refuse_depth(front: str) -> None:
    """Count how deep collections stand in each other, with the parser that needs no stack.

    What a page nests is told by its brackets and by how far its lines are indented: where there
    are few, nothing has to be counted.
    """
    if front.count("[") + front.count("{") < _MAX_DEPTH // 2 and not _INDENTED.search(front):
        return
    depth = 0
    try:
        for event in yaml.parse(front, Loader=Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                mark = event.start_mark
                line = None if mark is None else mark.line + 2
                raise DataError("the front matter is nested too deeply", line=line)
    except yaml.YAMLError as error:
        raise _yaml_error(error) from None


def _refuse_alias_bomb(front: str) -> None:
    """Count the nodes that aliases would expand to, without expanding them."""
    try:
        root = yaml.compose(front, Loader=Loader)
    except yaml.YAMLError as error:
        raise _yaml_error(error) from None
    sizes: dict[int, int] = {}

    def size(node: yaml.Node) -> int:
        known = sizes.get(id(node))
        if known == 0:
            raise DataError("an alias contains itself", line=node.start_mark.line + 2, lost="page")
        if known is None:
            sizes[id(node)] = 0
            known = 1
            if isinstance(node, yaml.MappingNode):
                known += sum(size(key) + size(value) for key, value in node.value)
            elif isinstance(node, yaml.SequenceNode):
                known += sum(map(size, node.value))
            sizes[id(node)] = known
        return known

    try:
        if root is not None and size(root) > _MAX_NODES:
            raise DataError("aliases expand to more than a million nodes", line=2)
    except RecursionError:
        raise DataError("the front matter is nested too deeply", line=2) from None
