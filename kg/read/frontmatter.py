"""Parse front matter so that every scalar is text (PyYAML's `BaseLoader` meaning).

Decision: two readers, one meaning. python-frontmatter with PyYAML is the reference. yaml-rs is
ten times faster but follows YAML 1.2's guesses; its result is taken only where it can't differ:
every key and leaf came back as text and the page has none of the characters on which the two
disagree. In every other case the reference reads the page. A test holds both against each other
on all pages there are and on generated ones.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import yaml

from kg.errors import DataError

yaml_rs: ModuleType | None
try:
    import yaml_rs
except ImportError:  # no wheel for this machine: the reference reads every page
    yaml_rs = None

Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_FENCE = re.compile(r"^---\r?$", re.MULTILINE)
_ONLY_REFERENCE = "\t\r\x85\u2028\u2029\ufeff"
_INDICATOR = re.compile(r"[&*!]")
_SCORES = ("\npathway_score: ", "\nautoml_pathway: ")
_BARE_NUMBER = re.compile(r"[-+.\deE]+")
_MAX_NODES = 1_000_000


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
    """Parse front matter to a dict whose leaves are all `str`.

    Raises DataError, with the line in the page, for text that is no YAML mapping, for aliases
    that expand beyond a million nodes, and for aliases that contain themselves.
    """
    fields = _parse_fast(front)
    return fields if fields is not None else parse_reference(front)


def _parse_fast(front: str) -> dict[str, Any] | None:
    """Return the mapping as yaml-rs reads it, None where it could differ from the reference."""
    if yaml_rs is None or any(char in front for char in _ONLY_REFERENCE) or _may_have_alias(front):
        return None
    text, scores = _quote_scores(front)
    try:
        fields = yaml_rs.loads(
            text,
            parse_datetime=False,
            duplicate_key_policy=yaml_rs.DuplicateKeyPolicy.LastWins,
        )
    except ValueError:
        return None
    if type(fields) is not dict or not _is_text(fields):
        return None
    if any(fields.get(key) != number for key, number in scores.items()):
        return None
    return fields


def _may_have_alias(front: str) -> bool:
    """Say whether an anchor, alias or tag may stand where a value begins."""
    for match in _INDICATOR.finditer(front):
        line = front.rfind("\n", 0, match.start()) + 1
        before = front[line : match.start()]
        if not before.strip(" -") or before.endswith((": ", "- ", "? ", "[", "{", ", ")):
            return True
    return False


def _quote_scores(front: str) -> tuple[str, dict[str, str]]:
    """Quote the bare numbers that nearly every page has; return them, to be checked after."""
    scores: dict[str, str] = {}
    for key in _SCORES:
        start = front.find(key)
        if start >= 0:
            start += len(key)
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

    if _may_have_alias(front):
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
            loaded = yaml.load(fm, Loader=Loader)  # noqa: S506 - BaseLoader builds texts alone
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
