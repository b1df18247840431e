"""Read `wpid_map.tsv`: figid, tab, WikiPathways identifier; no header, a figure a line."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import replace

from kg.errors import KgError, Problem
from kg.read.tables import decode

_WPID = re.compile(r"WP[0-9]+")


def parse_wpid_map(name: str, content: bytes) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Return the identifiers of each figure, and the lines that are none; these cost themselves."""
    wpids: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(content.removeprefix(BOM_UTF8).splitlines(), start=1):
        try:
            text = decode(line)
        except KgError as error:
            problems.append(replace(error.problem, file=name, line=number, lost="row"))
            continue
        figid, _, wpid = map(str.strip, text.partition("\t"))
        if _WPID.fullmatch(wpid):
            wpids[figid] = (*wpids.get(figid, ()), wpid)
        elif text.strip():
            message = "is not a pair of figid and WikiPathways id"
            hint = "figid, tab, id, for example WP5283"
            problems.append(Problem(message, hint, name, number, value=text, lost="row"))
    return wpids, problems
