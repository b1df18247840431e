"""Records: the checked content of a page, and the checks.

`make_record` takes a page as it stands in its files and returns what can be relied on, with
*all* problems of the page. A wrong field costs no more than it must: itself where it stands
alone, its row in a table, the page only where the figure can't be named.

A *row* is what one line of the page's gene, chemical or disease list says. Its part that does
not depend on the figure is an *entry* of a lexicon: term, lexicon, symbol and identifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from kg.errors import Lost, Problem
from kg.read import RawPage, Table, find_line

HUMAN = "9606"
STRICT_LEXICONS = frozenset({"hgnc_symbol", "ncbigene_symbol"})
SYNONYM_LEXICONS = frozenset({"hgnc_alias_symbol", "hgnc_prev_symbol", "ncbigene_synonym"})
FAMILY_LEXICONS = frozenset({"bioentities_symbol", "famplex_relations"})
GENE_LEXICONS = STRICT_LEXICONS | SYNONYM_LEXICONS | FAMILY_LEXICONS
MISSING = frozenset({"", "NA", ".na.character"})


class GeneEntry(NamedTuple):
    """An entry of a gene lexicon: the term stands for the gene (NCBI Gene number as text)."""

    term: str
    lexicon: str
    gene: str
    symbol: str | None
    taxon: str | None


class SubstanceEntry(NamedTuple):
    """A chemical or disease (`kind`) that a word was matched to.

    `mesh` as D000255; `other` is the number in ChEBI (15422) or the Disease Ontology (0060239).
    """

    kind: str
    term: str | None
    lexicon: str | None
    mesh: str | None
    other: str | None
    name: str | None


Entry = GeneEntry | SubstanceEntry


class Organism(NamedTuple):
    """An organism that the recogniser found, with its counts on this figure."""

    taxon: str
    name: str | None
    group: str | None
    direct_count: int | None
    synonym_count: int | None
    match_count: int | None


class Tag(NamedTuple):
    """An annotation that a curator gave the figure."""

    type: str
    value: str
    id: str | None


class Paper(NamedTuple):
    """The paper of a figure."""

    pmcid: str
    title: str | None
    citation: str | None
    year: str | None
    doi: str | None
    journal: str | None
    journal_abbreviation: str | None
    publisher: str | None
    keywords: tuple[str, ...]


Rows = Counter[tuple[str, Any]]
"""(word, entry) with the number of rows that say so; a row that repeats stands there again."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one page says of its figure. None and empty mean: the page does not say."""

    figid: str
    paper: Paper
    title: str | None = None
    caption: str | None = None
    number: str | None = None
    type: str | None = None
    alias: str | None = None
    redirects: tuple[str, ...] = ()
    filename: str | None = None
    figlink: str | None = None
    score: str | None = None
    automl_score: str | None = None
    search_rank: int | None = None
    ndex: str | None = None
    wpids: tuple[str, ...] = ()
    organisms: tuple[str, ...] = ()
    organisms_recognised: tuple[str, ...] = ()
    organism_counts: tuple[Organism, ...] = ()
    genes: Rows = field(default_factory=Counter)
    chemicals: Rows = field(default_factory=Counter)
    diseases: Rows = field(default_factory=Counter)
    tags: tuple[Tag, ...] = ()


class Check(NamedTuple):
    """How a field must look: pattern, what it is called, an example of it."""

    pattern: re.Pattern[str]
    what: str
    example: str


FIGID = Check(re.compile(r"(PMC[1-9]\d*)__[^\s/]+"), "a figid", "PMC100003__mb2410470011")
PMCID = Check(re.compile(r"PMC[1-9]\d*"), "a PMC identifier", "PMC100003")
GENE = Check(re.compile(r"[1-9]\d*"), "an NCBI Gene identifier", "7409")
TAXON = Check(re.compile(r"[1-9]\d*"), "an NCBI Taxonomy identifier", "9606")
MESH = Check(re.compile(r"(?:mesh:)?([CD]\d{6,9})"), "a MeSH identifier", "D001839")
CHEBI = Check(re.compile(r"chebi:(\d+)"), "a ChEBI identifier", "chebi:15422")
DOID = Check(re.compile(r"doid:(\d+)"), "a Disease Ontology identifier", "doid:0060239")
DOI = Check(re.compile(r"10\.\d{4,9}/\S+"), "a DOI", "10.3389/fpls.2023.1084358")
YEAR = Check(re.compile(r"[12]\d{3}"), "a year", "2001")
NDEX = Check(
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "a UUID",
    "2cdee215-df0b-11ea-99da-0ac135e8bacf",
)
WPID = Check(re.compile(r"WP\d+"), "a WikiPathways identifier", "WP5283")
NUMBER = Check(re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"), "a number", "0.9537671")
COUNT = Check(re.compile(r"\d+"), "a whole number", "14449")


class _Checker:
    """Collects the problems of one page and knows where each stands."""

    def __init__(self, raw: RawPage) -> None:
        self.raw = raw
        self.problems: list[Problem] = list(raw.problems)

    def report(
        self, path: tuple[str | int, ...], value: str | None, message: str, hint: str, lost: Lost
    ) -> None:
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        line = find_line(self.raw.front, path)
        name = self.raw.name
        self.problems.append(Problem(message, hint, name, line, shown[1:] or None, value, lost))

    def text(self, key: str) -> str | None:
        """Return a field of the page, None where it is missing in any spelling."""
        value = self.raw.fields.get(key)
        if value is None or (type(value) is str and value in MISSING):
            return None
        if type(value) is not str:
            self.report((key,), None, "is not a text", f"write {key}: some text", "field")
            return None
        return value

    def checked(self, key: str, check: Check, lost: Lost = "field") -> str | None:
        """Return a field that has the form it must have, else report it."""
        value = self.text(key)
        if value is None or check.pattern.fullmatch(value):
            return value
        self.report((key,), value, f"is not {check.what}", f"for example {check.example}", lost)
        return None

    def texts(self, key: str, separator: str) -> tuple[str, ...]:
        """Return the items of a field that is a list, a joined text, or a list of such."""
        value = self.raw.fields.get(key)
        if value is None:
            return ()
        items: list[str] = []
        for index, item in enumerate(value if type(value) is list else [value]):
            if type(item) is str:
                items += (part.strip() for part in item.split(separator))
            else:
                self.report((key, index), None, "is not a text", "list texts alone", "field")
        return tuple(dict.fromkeys(item for item in items if item not in MISSING))

    def rows(self, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield index and content of the rows of a list in the page."""
        value = self.raw.fields.get(kind)
        if type(value) is not list:
            if value not in (None, ""):
                self.report(
                    (kind,), None, "is not a list of rows", "one '- word: …' a row", "table"
                )
            return
        for index, row in enumerate(value):
            if type(row) is dict and all(type(cell) is str for cell in row.values()):
                yield index, row
            else:
                hint = "each row is a mapping of texts"
                self.report((kind, index), None, "is not a row", hint, "row")


def make_record(raw: RawPage) -> tuple[Record | None, list[Problem]]:
    """Check a page; return its record (None if the page is lost) and its problems in line order."""
    checker = _Checker(raw)
    identity = _identity(checker)
    record = None if identity is None else _record(checker, *identity)
    return record, sorted(checker.problems, key=lambda problem: problem.sort_key)


def _identity(checker: _Checker) -> tuple[str, str] | None:
    """Return figid and pmcid; a page that lacks one of them can't be named."""
    before = len(checker.problems)
    figid = checker.checked("figid", FIGID, lost="page")
    pmcid = checker.checked("pmcid", PMCID, lost="page")
    if len(checker.problems) == before:
        for key, value, check in (("figid", figid, FIGID), ("pmcid", pmcid, PMCID)):
            if value is None:
                hint = f"add it, for example {key}: {check.example}"
                checker.report((), None, f"the page has no {key}", hint, "page")
    if figid is None or pmcid is None:
        return None
    stem = figid.partition("__")[0]
    if pmcid != stem:
        hint = f"the figid says {stem}, and so does the graph"
        checker.report(("pmcid",), pmcid, "is not the paper of the figid", hint, "field")
    return figid, stem


def _record(checker: _Checker, figid: str, pmcid: str) -> Record:
    text, checked = checker.text, checker.checked
    if checker.raw.tables:
        genes, organisms = _table_genes(checker)
    else:
        genes, organisms = _page_genes(checker), ()
    rank = checked("pmc_ranked_result_index", COUNT)
    return Record(
        figid=figid,
        paper=_paper(checker, pmcid),
        title=text("figtitle"),
        caption=text("caption"),
        number=text("number"),
        type=text("figtype"),
        alias=text("figid_alias"),
        redirects=checker.texts("redirect_from", "\n"),
        filename=text("filename"),
        figlink=text("figlink"),
        score=_decimal(checked("pathway_score", NUMBER)),
        automl_score=_decimal(checked("automl_pathway", NUMBER)),
        search_rank=None if rank is None else int(rank),
        ndex=checked("ndex", NDEX),
        wpids=_wpids(checker),
        organisms=checker.texts("organisms", ","),
        organisms_recognised=checker.texts("organisms_ner", ","),
        organism_counts=organisms,
        genes=genes,
        chemicals=_substances(checker, "chemical", "chebi", CHEBI),
        diseases=_substances(checker, "disease", "doid", DOID),
        tags=_tags(checker),
    )


def _paper(checker: _Checker, pmcid: str) -> Paper:
    text = checker.text
    return Paper(
        pmcid,
        title=text("papertitle"),
        citation=text("reftext"),
        year=checker.checked("year", YEAR),
        doi=checker.checked("doi", DOI),
        journal=text("journal_title"),
        journal_abbreviation=text("journal_nlm_ta"),
        publisher=text("publisher_name"),
        keywords=checker.texts("keywords", " | "),
    )


def _decimal(text: str | None) -> str | None:
    """Return a number in XSD's canonical decimal form: no exponent, no trailing zeros.

    >>> _decimal("9.50e-1")
    '0.95'
    """
    if text is None:
        return None
    plain = format(Decimal(text), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _wpids(checker: _Checker) -> tuple[str, ...]:
    own = checker.checked("wpid", WPID)
    return tuple(sorted({*checker.raw.wpids, *([own] if own else [])}))


def _tags(checker: _Checker) -> tuple[Tag, ...]:
    tags = []
    for index, row in checker.rows("annotations"):
        kind, value, id_ = row.get("type"), row.get("value"), row.get("id")
        if kind and value:
            tags.append(Tag(kind, value, None if id_ in MISSING else id_))
        else:
            hint = "an annotation has type and value"
            checker.report(("annotations", index), None, "is not an annotation", hint, "row")
    return tuple(dict.fromkeys(tags))


def _page_genes(checker: _Checker) -> Rows:
    """Read the gene rows of layouts 1 and 2; their genes are human, by HGNC's symbols."""
    rows: Rows = Counter()
    for index, row in checker.rows("genes"):
        word, term, lexicon = row.get("word"), row.get("symbol"), row.get("source")
        gene, symbol = row.get("entrez"), row.get("hgnc_symbol")
        if word and term and gene and lexicon in GENE_LEXICONS and GENE.pattern.fullmatch(gene):
            named = None if symbol in MISSING else symbol
            rows[word, GeneEntry(term, lexicon, gene, named, HUMAN)] += 1
        else:
            cells = {"word": word, "symbol": term, "source": lexicon, "entrez": gene}
            for key, value, message, hint in _wrong_cells(cells, "source", "entrez"):
                checker.report(("genes", index, key), value, message, hint, "row")
    return rows


def _wrong_cells(
    cells: Mapping[str, str | None], lexicon_key: str, gene_key: str
) -> Iterator[tuple[str, str | None, str, str]]:
    """Yield key, value, message and hint for each cell of a gene row that can't be used."""
    for key, value in cells.items():
        if not value or (key in (lexicon_key, gene_key) and value in MISSING):
            yield key, None, "is missing", "a gene row has word, term, lexicon and gene"
        elif key == lexicon_key and value not in GENE_LEXICONS:
            yield key, value, "is not a lexicon", f"known: {', '.join(sorted(GENE_LEXICONS))}"
        elif key == gene_key and not GENE.pattern.fullmatch(value):
            yield key, value, f"is not {GENE.what}", f"digits only, for example {GENE.example}"


def _table_genes(checker: _Checker) -> tuple[Rows, tuple[Organism, ...]]:
    """Read the gene rows of layouts 3 and 4, with the organism of each."""
    rows: Rows = Counter()
    organisms: dict[Organism, None] = {}
    table = checker.raw.tables.get("genes") or Table("")
    for row, line in zip(table.rows, table.lines, strict=True):
        cells = {
            "word": row["word"],
            "match": row["match"],
            "source": row["source"],
            "ncbigene_id": row["ncbigene_id"],
        }
        gene, lexicon = row["ncbigene_id"], row["source"]
        problems = [] if _is_good(cells) else list(_wrong_cells(cells, "source", "ncbigene_id"))
        taxon = row.get("organism_id", "NA")
        if taxon not in MISSING and not TAXON.pattern.fullmatch(taxon):
            hint = f"digits only, for example {TAXON.example}"
            problems.append(("organism_id", taxon, f"is not {TAXON.what}", hint))
        for key, value, message, hint in problems:
            found = Problem(message, hint, table.name, line, key, value, "row")
            checker.problems.append(found)
        if problems:
            continue
        symbol = row["ncbigene_symbol"]
        named, within = _present(symbol), _present(taxon)
        rows[row["word"], GeneEntry(row["match"], lexicon, gene, named, within)] += 1
        if within is not None:
            organisms[_organism(checker, table.name, line, within, row)] = None
    return rows, tuple(organisms)


def _is_good(cells: dict[str, str]) -> bool:
    return (
        all(cells.values())
        and cells["source"] in GENE_LEXICONS
        and GENE.pattern.fullmatch(cells["ncbigene_id"]) is not None
    )


def _present(text: str | None) -> str | None:
    return None if text is None or text in MISSING else text


def _organism(checker: _Checker, name: str, line: int, taxon: str, row: dict[str, str]) -> Organism:
    counts: list[int | None] = []
    for key in ("count_direct", "count_synonym", "count_match"):
        text = _present(row.get(key))
        if text is not None and not COUNT.pattern.fullmatch(text):
            hint = f"digits only, for example {COUNT.example}"
            found = Problem(f"is not {COUNT.what}", hint, name, line, key, text, "field")
            checker.problems.append(found)
            text = None
        counts.append(None if text is None else int(text))
    group, named = _present(row.get("organism_group")), _present(row.get("organism_name"))
    return Organism(taxon, named, group, *counts)


def _substances(checker: _Checker, kind: str, second: str, second_check: Check) -> Rows:
    """Read chemicals or diseases of any layout; `second` is the column beside MeSH."""
    rows: Rows = Counter()
    checks = {"identifier": MESH, "mesh": MESH, second: second_check}
    for row, report in _substance_rows(checker, f"{kind}s"):
        word, source = row.get("word"), _present(row.get("source"))
        if not word:
            report("word", None, "is missing", f"each {kind} has a word")
            continue
        if source not in (None, "MESH"):
            report("source", source, "is not a lexicon", "known: MESH")
            continue
        ids: dict[Check, str] = {}
        for key, check in checks.items():
            text = _present(row.get(key))
            match = text and check.pattern.fullmatch(text)
            if match:
                ids[check] = match[1]
            elif text:
                report(key, text, f"is not {check.what}", f"for example {check.example}")
                break
        else:
            mesh, other = ids.get(MESH), ids.get(second_check)
            lexicon = "MESH" if mesh or source else None
            term, name = _present(row.get("match")), _present(row.get("name"))
            rows[word, SubstanceEntry(kind, term, lexicon, mesh, other, name)] += 1
    return rows


_Report = Callable[[str, str | None, str, str], None]


def _substance_rows(checker: _Checker, kind: str) -> Iterator[tuple[dict[str, str], _Report]]:
    """Yield the rows of a list or side table, each with the means to report a wrong cell."""
    table = checker.raw.tables.get(kind)
    if table is not None:
        name = table.name
        for row, line in zip(table.rows, table.lines, strict=True):

            def in_table(
                key: str, value: str | None, message: str, hint: str, line: int = line
            ) -> None:
                problem = Problem(message, hint, name, line, key, value, "row")
                checker.problems.append(problem)

            yield row, in_table
    for index, row in checker.rows(kind):

        def in_page(
            key: str, value: str | None, message: str, hint: str, index: int = index
        ) -> None:
            checker.report((kind, index, key), value, message, hint, "row")

        yield row, in_page


def entries(record: Record) -> Iterable[Entry]:
    """Return the distinct lexicon entries that a record uses."""
    return {
        entry for rows in (record.genes, record.chemicals, record.diseases) for _, entry in rows
    }
