"""Cut out what nobody reads of a page: its own description for search engines.

`schema-jsonld` says again, in the words of schema.org, what the other fields say. It is two fifths
of the front matter. Where it has the form in which it is published, it is YAML for sure, and no
parser has to look at it:

    schema-jsonld:
      '@type': Dataset
      description: Text that can go on in the next line,
        indented
      creator:
        name: WikiPathways
      keywords:
      - TP53
"""

from __future__ import annotations

import re

from kg.read.rows import mark_of

UNREAD = "schema-jsonld"
_START = f"\n{UNREAD}:\n"
_KEY = r"(?:[A-Za-z_]+|'@[a-z]+'):"
_REST = r"[^\n:#]*+(?::(?=\S)[^\n:#]*+)*+"
_PLAIN = rf"(?:[A-Za-z0-9(+/.]|[^\x00-\x7f]|-(?=[^\s-])){_REST}"
_MORE = rf"(?:\n {{4,}}[^\s#:'\"]{_REST}(?=\n))*+"
_SINGLE = r"'(?:[^'\n]++|''|\n {4,}(?=\S))*+'"
_DOUBLE = r'"(?:[^"\\\n]++|\\["\\]|\\x[0-9A-F]{2}|\n {4,}(?=\S))*+"'
_VALUE = rf"(?: (?:{_PLAIN}{_MORE}|{_SINGLE}|{_DOUBLE}|\[\]))"
_BELOW = rf"(?:\n    {_KEY} {_PLAIN})++|(?:\n  -{_VALUE})++"
_DESCRIPTION = re.compile(rf"(?:  {_KEY}(?:{_VALUE}|{_BELOW}|)\n)++(?![ -])")


def cut_unread(front: str) -> tuple[str, dict[str, None]]:
    """Return front matter with a mark in the place of the description, and that it was cut.

    Only the description in its usual form is cut; the mark is that of `kg.read.rows`.
    """
    start = front.find(_START)
    found = _DESCRIPTION.match(front, start + len(_START)) if start >= 0 else None
    if found is None:
        return front, {}
    return f"{front[:start]}\n{UNREAD}: {mark_of(UNREAD)}{front[found.end() - 1 :]}", {UNREAD: None}
