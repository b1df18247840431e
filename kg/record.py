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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from kg.citation import parse_citation
from kg.errors import Lost, Problem
from kg.read import MENTIONS, RawPage, find_line

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


class Entity(NamedTuple):
    """A gene, chemical or disease (`kind`) by its identifier at an authority.

    `authority` is ncbigene, mesh, chebi or doid; the identifier is without any prefix.
    """

    kind: str
    authority: str
    identifier: str


class Paper(NamedTuple):
    """The paper of a figure; what its page doesn't say comes from the citation, where it does.

    `journal_abbreviation` is NLM's; `authors` are those that the citation names.
    """

    pmcid: str
    title: str | None = None
    citation: str | None = None
    year: str | None = None
    doi: str | None = None
    pmid: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    keywords: tuple[str, ...] = ()


Rows = Counter[tuple[str, Any]]
"""(word, entry) with the number of rows that say so; a row that repeats stands there again."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one page says of its figure. None and empty mean: the page does not say.

    `entities` is what the figure shows where the source does not tell by which words: the
    BioThings dump, whose `flavour` says how strictly its genes were matched.
    """

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
    entities: tuple[Entity, ...] = ()
    flavour: str | None = None


class Check(NamedTuple):
    """How a field must look: pattern, what it is called, an example of it."""

    pattern: re.Pattern[str]
    what: str
    example: str


FIGID = Check(re.compile(r"(PMC[1-9][0-9]*)__[^\s/]+"), "a figid", "PMC100003__mb2410470011")
PMCID = Check(re.compile(r"PMC[1-9][0-9]*"), "a PMC identifier", "PMC100003")
GENE = Check(re.compile(r"[1-9][0-9]*"), "an NCBI Gene identifier", "7409")
TAXON = Check(re.compile(r"[1-9][0-9]*"), "an NCBI Taxonomy identifier", "9606")
MESH = Check(re.compile(r"(?:mesh:)?([CD][0-9]{6,9})"), "a MeSH identifier", "D001839")
CHEBI = Check(re.compile(r"chebi:([0-9]+)"), "a ChEBI identifier", "chebi:15422")
DOID = Check(re.compile(r"doid:([0-9]+)"), "a Disease Ontology identifier", "doid:0060239")
DOI = Check(re.compile(r"10\.[0-9]{4,9}/\S+"), "a DOI", "10.3389/fpls.2023.1084358")
YEAR = Check(re.compile(r"[12][0-9]{3}"), "a year", "2001")
NDEX = Check(
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "a UUID",
    "2cdee215-df0b-11ea-99da-0ac135e8bacf",
)
WPID = Check(re.compile(r"WP[0-9]+"), "a WikiPathways identifier", "WP5283")
NUMBER = Check(
    re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?"), "a number", "0.9537671"
)
COUNT = Check(re.compile(r"[0-9]{1,15}"), "a whole number", "14449")

_ENTITY_LISTS = {
    "genes.ncbigene": Check(re.compile(r"(?i:ncbigene:)?([1-9][0-9]*)"), GENE.what, "7409"),
    "chemicals.mesh": Check(re.compile(r"(?i:mesh:)?([CD][0-9]{6,9})"), MESH.what, "D000255"),
    "chemicals.chebi": Check(re.compile(r"(?i:chebi:)?([0-9]+)"), CHEBI.what, "15422"),
    "diseases.mesh": Check(re.compile(r"(?i:mesh:)?([CD][0-9]{6,9})"), MESH.what, "D001943"),
    "diseases.doid": Check(re.compile(r"(?i:doid:)?([0-9]+)"), DOID.what, "0060239"),
}
"""The lists of `associatedWith.mentions` in the BioThings dump: kind and authority, and check."""


class _Checker:
    """Collects the problems of one page and knows where each stands."""

    def __init__(self, raw: RawPage) -> None:
        self.raw = raw
        self.problems: list[Problem] = list(raw.problems)

    def report(
        self, path: tuple[str | int, ...], value: str | None, message: str, hint: str, lost: Lost
    ) -> None:
        names = (self.raw.names.get(step, step) if type(step) is str else step for step in path)
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in names)
        line = self.raw.line or find_line(self.raw.front, path)
        name = self.raw.name
        self.problems.append(Problem(message, hint, name, line, shown[1:] or None, value, lost))

    def text(self, key: str, lost: Lost = "field") -> str | None:
        """Return a field of the page, None where it is missing in any spelling."""
        value = self.raw.fields.get(key)
        if value is None or (type(value) is str and value in MISSING):
            return None
        if type(value) is not str:
            name = self.raw.names.get(key, key)
            self.report((key,), None, "is not a text", f"write {name}: some text", lost)
            return None
        return value

    def checked(self, key: str, check: Check, lost: Lost = "field") -> str | None:
        """Return a field that has the form it must have, else report it."""
        value = self.text(key, lost)
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

    def rows(self, kind: str) -> Iterator[tuple[dict[str, Any], Report]]:
        """Yield the rows of a list in the page, or of its side table, each with its reporter."""
        table = self.raw.tables.get(kind)
        if table is not None:
            for row, line in zip(table.rows, table.lines, strict=True):
                yield row, partial(self._report_cell, table.name, line)
            return
        value = self.raw.fields.get(kind)
        if type(value) is not list:
            if value not in (None, ""):
                self.report(
                    (kind,), None, "is not a list of rows", "one '- word: …' a row", "table"
                )
            return
        for index, row in enumerate(value):
            if type(row) is dict:
                yield row, partial(self._report_item, kind, index)
            else:
                hint = "each row is a mapping of texts"
                self.report((kind, index), None, "is not a row", hint, "row")

    def _report_cell(
        self,
        table: str,
        line: int,
        key: str,
        value: Any,
        message: str,
        hint: str,
        lost: Lost = "row",
    ) -> None:
        self.problems.append(Problem(message, hint, table, line, key, _shown(value), lost))

    def _report_item(
        self,
        kind: str,
        index: int,
        key: str,
        value: Any,
        message: str,
        hint: str,
        lost: Lost = "row",
    ) -> None:
        self.report((kind, index, key), _shown(value), message, hint, lost)


Report = Callable[..., None]
"""Reports a wrong cell of a row: `report(key, value, message, hint, lost="row")`."""


def _shown(value: Any) -> str | None:
    return value if type(value) is str else None


def make_record(raw: RawPage) -> tuple[Record | None, list[Problem]]:
    """Check a page; return its record (None if the page is lost) and its problems in line order."""
    checker = _Checker(raw)
    identity = _identity(checker)
    record = None if identity is None else _record(checker, *identity)
    return record, sorted(checker.problems, key=lambda problem: problem.sort_key)


def _identity(checker: _Checker) -> tuple[str, str] | None:
    """Return figid and pmcid; a page that lacks one of them can't be named."""
    figid, pmcid = _name(checker, "figid", FIGID), _name(checker, "pmcid", PMCID)
    if figid is None or pmcid is None:
        return None
    stem = figid.partition("__")[0]
    if pmcid != stem:
        hint = f"the figid says {stem}, and so does the graph"
        checker.report(("pmcid",), pmcid, "is not the paper of the figid", hint, "field")
    return figid, stem


def _name(checker: _Checker, key: str, check: Check) -> str | None:
    before = len(checker.problems)
    value = checker.checked(key, check, lost="page")
    if value is None and len(checker.problems) == before:
        hint = f"add it, for example {key}: {check.example}"
        checker.report((), None, f"the page has no {key}", hint, "page")
    return value


def _record(checker: _Checker, figid: str, pmcid: str) -> Record:
    text, checked = checker.text, checker.checked
    genes, organisms = _genes(checker)
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
        entities=_entities(checker),
        flavour=checker.raw.flavour,
    )


def _paper(checker: _Checker, pmcid: str) -> Paper:
    text = checker.text
    citation = text("reftext")
    parsed = parse_citation(citation or "")
    return Paper(
        pmcid,
        title=text("papertitle"),
        citation=citation,
        year=checker.checked("year", YEAR) or parsed.year,
        doi=checker.checked("doi", DOI) or parsed.doi,
        journal=text("journal_title"),
        journal_abbreviation=text("journal_nlm_ta") or parsed.journal,
        volume=parsed.volume,
        issue=parsed.issue,
        pages=parsed.pages,
        authors=parsed.authors,
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
    for row, report in checker.rows("annotations"):
        kind, value, id_ = (_shown(row.get(key)) for key in ("type", "value", "id"))
        if kind and value:
            tags.append(Tag(kind, value, None if id_ in MISSING else id_))
        else:
            key = "value" if kind else "type"
            report(key, None, "is missing", "an annotation has type and value, texts both")
    return tuple(dict.fromkeys(tags))


_PAGE_COLUMNS = ("word", "symbol", "source", "entrez", "hgnc_symbol")
_TABLE_COLUMNS = ("word", "match", "source", "ncbigene_id", "ncbigene_symbol")


def _genes(checker: _Checker) -> tuple[Rows, tuple[Organism, ...]]:
    """Read the gene rows of any layout, and the organisms that a side table names.

    The genes of layouts 1 and 2 are human, by HGNC's symbols. A word and a term can't be
    missing in a row that is there: `NA` is then what the figure says.
    """
    in_table = "genes" in checker.raw.tables
    columns = _TABLE_COLUMNS if in_table else _PAGE_COLUMNS
    rows: Rows = Counter()
    organisms: dict[tuple[str, ...], Organism] = {}
    for row, report in checker.rows("genes"):
        cells = [row.get(column) for column in columns]
        taxon = row.get("organism_id", "") if in_table else HUMAN
        try:
            entry = _gene_entry(*cells[1:], taxon)
        except TypeError:  # a cell is a list or a mapping
            entry = None
        word = cells[0]
        if entry is None or type(word) is not str or not word:
            _report_gene_row(dict(zip(columns, cells, strict=True)), taxon, report)
            continue
        rows[word, entry] += 1
        if in_table:
            found = tuple(row.get(column, "") for column in _ORGANISM_COLUMNS)
            if found not in organisms and entry.taxon is not None:
                organisms[found] = _organism(found, report)
    return rows, tuple(organisms.values())


@lru_cache(maxsize=1 << 17)
def _gene_entry(
    term: str | None, lexicon: str | None, gene: str | None, symbol: str | None, taxon: str
) -> GeneEntry | None:
    """Return the entry that the cells of a row name, None where one of them can't be used."""
    texts = (term, lexicon, gene, symbol or "", taxon)
    if not all(type(text) is str for text in texts) or not term or lexicon not in GENE_LEXICONS:
        return None
    if not gene or not GENE.pattern.fullmatch(gene):
        return None
    if taxon not in MISSING and not TAXON.pattern.fullmatch(taxon):
        return None
    return GeneEntry(term, lexicon, gene, _present(symbol), _present(taxon))


def _report_gene_row(cells: dict[str, Any], taxon: str, report: Report) -> None:
    """Report every cell of a gene row that can't be used."""
    _, _, lexicon, gene, symbol = cells
    for key, value in cells.items():
        if key == symbol and type(value) in (str, type(None)):
            continue
        if type(value) not in (str, type(None)):
            report(key, None, "is not a text", f"write {key}: some text")
        elif not value or (key in (lexicon, gene) and value in MISSING):
            report(key, None, "is missing", "a gene row has word, term, lexicon and gene")
        elif key == lexicon and value not in GENE_LEXICONS:
            report(key, value, "is not a lexicon", f"known: {', '.join(sorted(GENE_LEXICONS))}")
        elif key == gene and not GENE.pattern.fullmatch(value):
            report(key, value, f"is not {GENE.what}", f"digits only, for example {GENE.example}")
    if taxon not in MISSING and not TAXON.pattern.fullmatch(taxon):
        hint = f"digits only, for example {TAXON.example}"
        report("organism_id", taxon, f"is not {TAXON.what}", hint)


def _present(text: str | None) -> str | None:
    return None if text is None or text in MISSING else text


_COUNT_COLUMNS = ("count_direct", "count_synonym", "count_match")
_ORGANISM_COLUMNS = ("organism_id", "organism_name", "organism_group", *_COUNT_COLUMNS)


def _organism(found: tuple[str, ...], report: Report) -> Organism:
    """Return an organism from its cells; a wrong count is lost, the organism is not."""
    taxon, name, group, *texts = found
    counts: list[int | None] = []
    for key, text in zip(_COUNT_COLUMNS, texts, strict=True):
        is_count = COUNT.pattern.fullmatch(text) is not None
        counts.append(int(text) if is_count else None)
        if not is_count and text not in MISSING:
            hint = f"digits only, for example {COUNT.example}"
            report(key, text, f"is not {COUNT.what}", hint, "field")
    return Organism(taxon, _present(name), _present(group), *counts)


def _substances(checker: _Checker, kind: str, second: str, second_check: Check) -> Rows:
    """Read chemicals or diseases of any layout; `second` is the column beside MeSH."""
    rows: Rows = Counter()
    columns = ("source", "identifier", "mesh", second, "match", "name")
    for row, report in checker.rows(f"{kind}s"):
        word = row.get("word")
        cells = [row.get(column) for column in columns]
        try:
            entry = _substance_entry(kind, second_check, *cells)
        except TypeError:  # a cell is a list or a mapping
            entry = None
        if entry is not None and type(word) is str and word:
            rows[word, entry] += 1
        else:
            checks = {"identifier": MESH, "mesh": MESH, second: second_check}
            _report_substance_row(row | {"word": word}, checks, report)
    return rows


@lru_cache(maxsize=1 << 16)
def _substance_entry(kind: str, second_check: Check, *cells: str | None) -> SubstanceEntry | None:
    """Return the entry that the cells of a row name, None where one of them can't be used."""
    source, identifier, mesh, other, term, name = map(_present, cells)
    number = _matched(MESH, identifier or mesh)
    other_number = _matched(second_check, other)
    if "" in (number, other_number) or source not in (None, "MESH"):
        return None
    if identifier and mesh and not _matched(MESH, mesh):
        return None
    lexicon = "MESH" if number or source else None
    return SubstanceEntry(kind, term, lexicon, number, other_number, name)


def _matched(check: Check, text: str | None) -> str | None:
    """Return the identifier in a text, None where it is missing, empty where it is wrong."""
    if text is None:
        return None
    match = check.pattern.fullmatch(text)
    return match[1] if match else ""


def _report_substance_row(row: dict[str, Any], checks: dict[str, Check], report: Report) -> None:
    """Report every cell of a chemical or disease row that can't be used."""
    for key, value in row.items():
        check = checks.get(key)
        if type(value) not in (str, type(None)):
            report(key, None, "is not a text", f"write {key}: some text")
        elif key == "word" and not value:
            report(key, None, "is missing", "each row has a word")
        elif key == "source" and value not in {*MISSING, "MESH"}:
            report(key, value, "is not a lexicon", "known: MESH")
        elif check is not None and _matched(check, _present(value)) == "":
            report(key, value, f"is not {check.what}", f"for example {check.example}")


def _entities(checker: _Checker) -> tuple[Entity, ...]:
    """Read the lists of identifiers that the BioThings dump has instead of rows."""
    entities: list[Entity] = []
    if checker.raw.flavour is None:
        return ()
    for path, check in _ENTITY_LISTS.items():
        kinds, _, authority = path.partition(".")
        key = f"{MENTIONS}.{path}"
        for index, value in enumerate(checker.raw.fields.get(key) or ()):
            match = check.pattern.fullmatch(value) if type(value) is str else None
            if match:
                entities.append(Entity(kinds.removesuffix("s"), authority, match[1]))
            elif value not in (None, *MISSING):
                hint = f"for example {check.example}"
                checker.report((key, index), _shown(value), f"is not {check.what}", hint, "row")
    return tuple(dict.fromkeys(entities))


def entries(record: Record) -> Iterable[Entry]:
    """Return the distinct lexicon entries that a record uses."""
    return {
        entry for rows in (record.genes, record.chemicals, record.diseases) for _, entry in rows
    }
