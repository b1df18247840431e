"""How names are spelled: what a misspelled one looks like, and the same name spelled otherwise."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

_GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξοπρστυφχψω"
}
_FOLDED = str.maketrans({**_GREEK, **dict.fromkeys(" -_/.()")})
_FEW_CHARS = 4


def fold(name: str) -> str:
    """Return a name without case and separators, its Greek letters written out.

    >>> fold("TNF-α"), fold("IL 1β")
    ('tnfalpha', 'il1beta')
    """
    return name.casefold().translate(_FOLDED)


class Speller:
    """Finds what looks like a name, among symbols with their frequencies, and other spellings.

    >>> speller = Speller({"SCT": 2, "SRC": 90, "SPR": 1, "CRC": 99}, ["c-src"])
    >>> speller.nearest("SCR", 2), speller.respelled("cSrc")
    (['SRC', 'SCT'], ['c-src'])
    """

    def __init__(self, frequencies: Mapping[str, int], spellings: Iterable[str] = ()) -> None:
        self._frequencies = frequencies
        self._symbols = {symbol.casefold(): symbol for symbol in frequencies}
        self._names = list(self._symbols)
        self._folded: dict[str, list[str]] = {}
        for spelling in spellings:
            self._folded.setdefault(fold(spelling), []).append(spelling)

    def respelled(self, name: str) -> list[str]:
        """Return the spellings that are the name but for case, separators and Greek letters."""
        return self._folded.get(fold(name), [])

    def nearest(self, name: str, count: int) -> list[str]:
        """Return the symbols that are one edit off, two for a long name, the nearest first.

        An edit adds, drops or replaces a character, or swaps two neighbours. Of those equally
        near, such as begin alike come first, then the more frequent.
        """
        wanted = name.casefold()
        most = 1 if len(name) <= _FEW_CHARS else 2
        found = process.extract(
            wanted, self._names, scorer=OSA.distance, score_cutoff=most, limit=None
        )
        ranked = sorted(
            (distance, key[:1] != wanted[:1], -self._frequencies[self._symbols[key]], key)
            for key, distance, _ in found
        )
        return [self._symbols[key] for *_, key in ranked[:count]]
