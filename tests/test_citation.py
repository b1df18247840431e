"""Citations, parsed into their parts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.citation import Citation, parse_citation
from kg.read import find_pages, read_page
from kg.record import make_record

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Li-Fen Lee, et al. Mol Cell Biol. 2001 Dec;21(24):8385-8397.",
            Citation(
                ("Li-Fen Lee",), True, "Mol Cell Biol", "2001", 12, None, "21", "24", "8385-8397"
            ),
        ),
        (
            "Adam\xa0G. Staines, et al. Biochem J. 2004 Dec 15;384(Pt 3):637-645.",
            Citation(
                ("Adam G. Staines",), True, "Biochem J", "2004", 12, 15, "384", "Pt 3", "637-645"
            ),
        ),
        (
            "Goberdhan P. Dimri. Cancer Cell. ;7(6):505-512.",
            Citation(
                ("Goberdhan P. Dimri",),
                journal="Cancer Cell",
                volume="7",
                issue="6",
                pages="505-512",
            ),
        ),
        (
            "Merve S. Zeden, et al. bioRxiv. 2023 Mar 7:2023.03.03.530734.",
            Citation(("Merve S. Zeden",), True, "bioRxiv", "2023", 3, 7, pages="2023.03.03.530734"),
        ),
        (
            "Liao-Bin Dong, et al. Chembiochem. 2018 May 27 :10.1002/cbic.201800285.",
            Citation(
                ("Liao-Bin Dong",), True, "Chembiochem", "2018", 5, 27, doi="10.1002/cbic.201800285"
            ),
        ),
        (
            "Joshua A. Lerman, et al. Nat Commun. 2012;3:929-35. doi: 10.1038/ncomms1928.",
            Citation(
                ("Joshua A. Lerman",),
                True,
                "Nat Commun",
                "2012",
                volume="3",
                pages="929-35",
                doi="10.1038/ncomms1928",
            ),
        ),
        (
            "Joshua A. Lerman, et al. Nat Commun. ;3:10.1038/ncomms1928.",
            Citation(
                ("Joshua A. Lerman",), True, "Nat Commun", volume="3", doi="10.1038/ncomms1928"
            ),
        ),
        (
            "Falk Schreiber, et al. Nucleic Acids Res. 2012 Jan;40(Database issue):D1173-D1177.",
            Citation(
                ("Falk Schreiber",),
                True,
                "Nucleic Acids Res",
                "2012",
                1,
                None,
                "40",
                "Database issue",
                "D1173-D1177",
            ),
        ),
        (
            "Teresa W.-M. Fan, et al. Prog Nucl Magn Reson Spectrosc. ;92-93:18-53.",
            Citation(
                ("Teresa W.-M. Fan",),
                True,
                "Prog Nucl Magn Reson Spectrosc",
                volume="92-93",
                pages="18-53",
            ),
        ),
        (
            "Hidenobu Uchida, et al. Plant Biotechnol (Tokyo). 2018 Sep 25;35(3):297-301.",
            Citation(
                ("Hidenobu Uchida",),
                True,
                "Plant Biotechnol (Tokyo)",
                "2018",
                9,
                25,
                "35",
                "3",
                "297-301",
            ),
        ),
        (
            "X, et al. J Vis Exp. 2011;(57):3421.",
            Citation(("X",), True, "J Vis Exp", "2011", issue="57", pages="3421"),
        ),
        (
            "A. B, et al. J Cell. 2001;1(3 (Pt 1)):2; discussion 3.",
            Citation(
                ("A. B",), True, "J Cell", "2001", None, None, "1", "3 (Pt 1)", "2; discussion 3"
            ),
        ),
        ("A. B, et al. Cell", Citation(("A. B",), True, "Cell")),
        ("A. B, et al. Cell. 2001.", Citation(("A. B",), True, "Cell", "2001")),
    ],
)
def test_parse_forms(text: str, expected: Citation) -> None:
    assert parse_citation(text) == expected


@pytest.mark.parametrize(
    ("head", "authors", "journal"),
    [
        ("Goberdhan P. Dimri. Cancer Cell", ("Goberdhan P. Dimri",), "Cancer Cell"),
        ("Christopher P. L. Grof. Cell", ("Christopher P. L. Grof",), "Cell"),
        ("J.-P. Foo. Cell", ("J.-P. Foo",), "Cell"),
        ("Yu. A. Petrov. Cell", ("Yu. A. Petrov",), "Cell"),
        ("O. St. John. Cell", ("O. St. John",), "Cell"),
        ("Dimri G. Cancer Cell", ("Dimri G",), "Cancer Cell"),
        ("A. Smith, Jr., et al. Cell", ("A. Smith, Jr.",), "Cell"),
        ("Jane Doe, John Q. Smith, et al. Cell", ("Jane Doe", "John Q. Smith"), "Cell"),
        ("Jane Doe and John Smith. Cell", ("Jane Doe", "John Smith"), "Cell"),
        ("A. Doe, B. Roe, and C. Poe. Cell", ("A. Doe", "B. Roe", "C. Poe"), "Cell"),
        ("Centers for Health and Care. Cell", ("Centers for Health and Care",), "Cell"),
        ("Jane Doe, et al. J. Biol. Chem", ("Jane Doe",), "J. Biol. Chem"),
        ("Cancer Cell", (), "Cancer Cell"),
    ],
)
def test_tell_authors_from_journal(head: str, authors: tuple[str, ...], journal: str) -> None:
    parsed = parse_citation(f"{head}. 2001;1:2.")
    assert (parsed.authors, parsed.journal) == (authors, journal)


@pytest.mark.parametrize(
    "head", ["Sankar B. J. Biol", "Jane Doe. J. Biol. Chem", "M. Doe. Proc. Acad. Sci"]
)
def test_neither_where_the_author_may_end_anywhere(head: str) -> None:
    parsed = parse_citation(f"{head}. 2001;1:2.")
    assert (parsed.authors, parsed.journal) == ((), None)
    assert (parsed.year, parsed.volume, parsed.pages) == ("2001", "1", "2")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2004 Dec 15", "2004-12-15"),
        ("2004 Dec", "2004-12"),
        ("2004", "2004"),
        ("2018 Oct-Dec", "2018"),
        ("2009 Spring", "2009"),
        ("2001 Feb 30", "2001-02"),
        ("2001 Dec 0", "2001-12"),
        ("2009-2010", None),
        ("2018 Dec-2019 Jan", None),
        ("", None),
    ],
)
def test_dates_are_one_year_one_month_one_day(text: str, date: str | None) -> None:
    assert parse_citation(f"A. B, et al. Cell. {text};1:2.").date == date


def test_odd_place_costs_the_place_alone() -> None:
    parsed = parse_citation("A. B, et al. Cell. 2001;12(3) Suppl:S1-2.")
    assert parsed == Citation(("A. B",), True, "Cell", "2001")


@pytest.mark.parametrize("text", ["", ".", "foo", "A title without any of it.", "2001", ";:()"])
def test_what_is_no_citation_has_no_parts(text: str) -> None:
    assert parse_citation(text) == Citation()


@given(st.text(alphabet=st.sampled_from("Aa. ,;:()-20et al\xa0é/")) | st.text())
def test_any_text_is_parsed(text: str) -> None:
    parsed = parse_citation(text)
    plain = " ".join(text.split())
    parts = [*parsed.authors, parsed.journal, parsed.volume, parsed.issue, parsed.pages, parsed.doi]
    assert all(part is None or part.strip() == part for part in parts)
    assert all(part in plain for part in (parsed.journal, parsed.volume, parsed.pages) if part)


NAME = st.from_regex(
    r"[A-Z][a-zé]{2,8}( [A-Z]\.){0,2} [A-Z][a-z]{2,9}(-[A-Z][a-z]+)?", fullmatch=True
)
JOURNAL = st.from_regex(
    r"[A-Z][a-z]{3,9}( [A-Z][a-z]{0,8}){0,3}( \([A-Z][a-z]+\))?", fullmatch=True
)
VOLUME = st.from_regex(r"[1-9][0-9]{0,3}(-[0-9]{1,2})?", fullmatch=True)
ISSUE = st.from_regex(r"[1-9][0-9]?|Pt [1-9]|Suppl [1-9]|Database issue", fullmatch=True)
PAGES = st.from_regex(r"[eCDS]?[1-9][0-9]{0,6}(-[eCDS]?[1-9][0-9]{0,6})?", fullmatch=True)


@given(
    author=NAME,
    has_more=st.booleans(),
    journal=JOURNAL,
    year=st.none() | st.integers(1900, 2026).map(str),
    month=st.none() | st.integers(1, 12),
    day=st.none() | st.integers(1, 28),
    volume=VOLUME,
    issue=st.none() | ISSUE,
    pages=PAGES,
)
def test_parts_come_back(
    author: str,
    has_more: bool,
    journal: str,
    year: str | None,
    month: int | None,
    day: int | None,
    volume: str,
    issue: str | None,
    pages: str,
) -> None:
    month = month if year else None
    day = day if month else None
    written = [year, month and MONTHS[month - 1], day and str(day)]
    date = " ".join(part for part in written if part)
    place = f"{volume}({issue})" if issue else volume
    text = f"{author}{', et al' if has_more else ''}. {journal}. {date};{place}:{pages}."
    assert parse_citation(text) == Citation(
        (author,), has_more, journal, year, month, day, volume, issue, pages
    )


def test_every_citation_of_the_shared_pages() -> None:
    if not SHARED.exists():
        pytest.skip("needs the folder shared/data beside the repository")
    pages, _ = find_pages([SHARED / "pfocr", SHARED / "pfocr-tables"])
    count = 0
    for page in pages:
        record, _ = make_record(read_page(page))
        assert record is not None
        assert record.paper.citation is not None
        parsed = parse_citation(record.paper.citation)
        assert parsed.authors, record.paper.citation
        assert parsed.journal, record.paper.citation
        assert parsed.pages or parsed.doi, record.paper.citation
        assert parsed.year in (record.paper.year, None)
        assert record.paper.journal_abbreviation in (parsed.journal, None)
        count += 1
    assert count == 564
