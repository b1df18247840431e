"""Rate how much to believe a mention: one number from 0 to 1 that a user can filter on.

A recogniser reads a word in a picture and finds it in a lexicon. Four things make that less
certain; each is a factor, and the confidence is their product:

- *senses*: the word stands for n genes, families or chemicals in this figure: 1/n;
- *lexicon*: an approved symbol says what it means (1); an alias, a previous symbol, a synonym,
  or the name of a family is shared more freely (0.8);
- *length*: `ATP` fits more things by chance than `CXCR4`: 1 for four letters or digits and more,
  0.8 for three, 0.5 for two, 0.25 for one;
- *spelling*: edits between word and term, letters and digits alone, without regard to case:
  1 - edits / length of the longer. Of a word that holds several (`Raf/Ras`) the nearest part
  counts.

The rating of a mention depends on its figure alone. How many genes a word stands for in the whole
corpus is a question to the whole graph: see the query `ambiguous-words`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

APPROVED_LEXICONS = frozenset({"hgnc_symbol", "ncbigene_symbol"})
_SHARED_LEXICON = 0.8
_BY_LENGTH = (0.0, 0.25, 0.5, 0.8)
_NOT_LETTERS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[\s,/;|+&()\[\]{}]+")


@lru_cache(maxsize=1 << 16)
def rate(word: str, names: tuple[str, ...], lexicon: str | None, sense_count: int) -> float:
    """Return the confidence of a mention, rounded to two places.

    `names` are the term that the word was matched to and, of a chemical or disease, its name: the
    one that is spelt more like the word counts. Without any, spelling is taken to be right.
    `sense_count` is how many entities the word stands for in its figure, at least 1.

    >>> rate("CXCR4", ("CXCR4",), "hgnc_symbol", 1), rate("ATP", ("ATP",), "hgnc_alias_symbol", 2)
    (1.0, 0.32)
    """
    from_lexicon = 1.0 if lexicon in APPROVED_LEXICONS else _SHARED_LEXICON
    likeness, nearest = max(((_likeness(word, name), name) for name in names), default=(1.0, word))
    letters = len(_plain(nearest))
    from_length = _BY_LENGTH[letters] if letters < len(_BY_LENGTH) else 1.0
    return round(from_lexicon * from_length * likeness / sense_count, 2)


def _likeness(word: str, term: str) -> float:
    """Return 1 less the share of letters that differ between the term and the nearest part.

    >>> _likeness("Raf/Ras", "RAS"), _likeness("Interleukin", "IL1")
    (1.0, 0.18181818181818177)
    """
    wanted = _plain(term)
    parts = {_plain(word), *map(_plain, _PARTS.split(word))}
    return max(Levenshtein.normalized_similarity(part, wanted) for part in parts)


def _plain(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())
