"""Parse the citation of a paper (`reftext`) into its parts.

The form is PubMed Central's::

    Adam G. Staines, et al. Biochem J. 2004 Dec 15;384(Pt 3):637-645.
    Goberdhan P. Dimri. Cancer Cell. ;7(6):505-512.
    Merve S. Zeden, et al. bioRxiv. 2023 Mar 7:2023.03.03.530734.

that is, authors, journal, date, `;` volume, issue in parentheses, `:` pages. Any part may lack
but the journal. A part that can't be told for sure is None: the text itself is always kept, so
nothing is lost by it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple


class Citation(NamedTuple):
    """The parts of a citation; None and empty mean: not said, or not for sure.

    `authors` are those that the text names, `has_more_authors` says that it goes on "et al.".
    `month` counts from 1; a range ("Jul-Aug") is no month. `doi` stands where pages should, in
    papers that had none when they were deposited; as PubMed writes citations, after the pages.
    """

    authors: tuple[str, ...] = ()
    has_more_authors: bool = False
    journal: str | None = None
    year: str | None = None
    month: int | None = None
    day: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None

    @property
    def date(self) -> str | None:
        """The date as XML Schema writes it: `2004-12-15`, `2004-12` or `2004`."""
        if self.year is None or self.month is None:
            return self.year
        month = f"{self.year}-{self.month:02}"
        return month if self.day is None else f"{month}-{self.day:02}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORM = re.compile(
    r"""
    (?P<head> .+? ) \.[ ]
    (?= [12][0-9]{3}(?![0-9]) | [;:] )
    (?P<date> [^;:]* )
    (?P<place> [;:] .* )?
    """,
    re.VERBOSE,
)
_PLACE = re.compile(
    r"""
    (?: ; (?P<volume> [^;:()]* ) (?: \( (?P<issue> [^()]* (?: \([^()]*\) [^()]* )* ) \) )? )?
    (?: [ ]? : (?P<pages> .* ) )?
    """,
    re.VERBOSE,
)
_ET_AL = re.compile(r"(?P<authors>.+?),? et al\.? (?P<journal>.+)")
_DATE = re.compile(
    rf"(?P<year>[0-9]{{4}})(?: (?P<month>{'|'.join(_MONTHS)})(?: (?P<day>[0-9]{{1,2}}))?)?"
)
_ONE_YEAR = re.compile(r"([0-9]{4})(?![-/][0-9])(?!.*\b[0-9]{4}\b)")
_DOI = re.compile(r"(?:(?P<pages>.+?)\. ?)?(?:doi: ?)?(?P<doi>10\.[0-9]{4,9}/\S+)")
_INITIAL = re.compile(r"(?:.*[ .-])?[^\W\d_]")
_TITLE = re.compile(r"(?:.* )?(?:Jr|Sr|St|Ste)")
_SHORT_NAME = re.compile(r"[^\W\d_]{1,3}")
_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV|PhD|MD)\.?")


def parse_citation(text: str) -> Citation:
    """Return the parts of a citation.

    >>> parse_citation("Li-Fen Lee, et al. Mol Cell Biol. 2001 Dec;21(24):8385-8397.")[2:7]
    ('Mol Cell Biol', '2001', 12, None, '21')
    """
    text = " ".join(text.split()).removesuffix(".")
    form = _FORM.fullmatch(text)
    if form is None:
        return Citation(*_parse_head(text)) if _ET_AL.fullmatch(text) else Citation()
    return Citation(
        *_parse_head(form["head"]),
        *_parse_date(form["date"].strip()),
        *_parse_place(form["place"] or ""),
    )


_Head = tuple[tuple[str, ...], bool, str | None]
_Date = tuple[str | None, int | None, int | None]
_Place = tuple[str | None, str | None, str | None, str | None]


def _parse_place(text: str) -> _Place:
    """Return volume, issue, pages, and the DOI that stands where pages should, or after them."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None, None, None, None
    volume, issue, pages = ((match[name] or "").strip() or None for name in _PLACE.groupindex)
    with_doi = _DOI.fullmatch(pages or "")
    if with_doi:
        return volume, issue, with_doi["pages"], with_doi["doi"]
    return volume, issue, pages, None


def _parse_date(text: str) -> _Date:
    """Return year, month and day as far as they are one year, one month, one day."""
    match = _DATE.fullmatch(text)
    if match is None:
        year = _ONE_YEAR.match(text)
        return (year[1] if year else None), None, None
    month = _MONTHS.index(match["month"]) + 1 if match["month"] else None
    day = int(match["day"]) if match["day"] else None
    if month is not None and day is not None and not _is_date(int(match["year"]), month, day):
        day = None
    return match["year"], month, day


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _parse_head(head: str) -> _Head:
    """Return the authors, whether there are more, and the journal."""
    match = _ET_AL.fullmatch(head)
    if match:
        return _split_names(match["authors"]), True, match["journal"]
    author, *rest = _join_names(head.split(". "))
    if len(rest) > 1:
        return (), False, None
    return (_split_names(author), False, rest[0]) if rest else ((), False, author)


def _join_names(segments: list[str]) -> list[str]:
    """Put together the segments of the author's name, which has periods of its own.

    `["Goberdhan P", "Dimri", "Cancer Cell"]` is an author and a journal. Journals are written
    without periods. Where more than one segment is left over, this one has some, and nobody can
    say where the author ends; nor where the author would end in an initial.
    """
    author, *rest = segments
    is_short = _SHORT_NAME.fullmatch(author) is not None
    while len(rest) > 1 and (is_short or _INITIAL.fullmatch(author) or _TITLE.fullmatch(author)):
        author = f"{author}. {rest.pop(0)}"
        is_short = False
    if len(segments) > len(rest) + 1 and _INITIAL.fullmatch(author):
        return segments
    return [author, *rest]


def _split_names(authors: str) -> tuple[str, ...]:
    """Return the names of a list; a suffix stays with its name (`A. Smith, Jr.`).

    "and" divides two names alone: it stands in the names of agencies and consortia, too.
    """
    names: list[str] = []
    for part in authors.split(", "):
        if names and _SUFFIX.fullmatch(part):
            names[-1] += f", {part}"
        else:
            names.append(part.removeprefix("and ").removeprefix("& "))
    last = re.split(r" (?:and|&) ", names[-1])
    if len(last) == 2 and all(map(_is_person, last)):
        names[-1:] = last
    return tuple(names)


def _is_person(name: str) -> bool:
    """Say whether a name looks like a person's: an initial or a name, then a name, no `for`."""
    words = name.split()
    return len(words) > 1 and not {"for", "of", "the", "on", "in"} & set(words)
