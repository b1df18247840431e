"""Make the record of a page."""

from __future__ import annotations

from decimal import Decimal

from kg.citation import parse_citation
from kg.errors import Problem
from kg.read import RawPage
from kg.record.checks import (
    COUNT,
    DOI,
    FIGID,
    MISSING,
    NDEX,
    NUMBER,
    PMCID,
    WPID,
    YEAR,
    Check,
    Checker,
    shown_text,
)
from kg.record.genes import read_genes
from kg.record.model import Paper, Record, Tag
from kg.record.substances import read_entities, read_substances


def make_record(raw: RawPage) -> tuple[Record | None, list[Problem]]:
    """Check a page; return its record (None if the page is lost) and its problems in line order."""
    checker = Checker(raw)
    identity = _identity(checker)
    record = None if identity is None else _record(checker, *identity)
    return record, sorted(checker.problems, key=lambda problem: problem.sort_key)


def _identity(checker: Checker) -> tuple[str, str] | None:
    """Return figid and pmcid; a page that lacks one of them can't be named."""
    figid, pmcid = _name(checker, "figid", FIGID), _name(checker, "pmcid", PMCID)
    if figid is None or pmcid is None:
        return None
    stem = figid.partition("__")[0]
    if pmcid != stem:
        hint = f"the figid says {stem}, and so does the graph"
        checker.report(("pmcid",), pmcid, "is not the paper of the figid", hint, "field")
    return figid, stem


def _name(checker: Checker, key: str, check: Check) -> str | None:
    before = len(checker.problems)
    value = checker.checked(key, check, lost="page")
    if value is None and len(checker.problems) == before:
        name = checker.raw.names.get(key, key)
        hint = f"add it, for example {name}: {check.example}"
        checker.report((), None, f"the page has no {name}", hint, "page")
    return value


def _record(checker: Checker, figid: str, pmcid: str) -> Record:
    text, checked = checker.text, checker.checked
    genes, organisms = read_genes(checker)
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
        chemicals=read_substances(checker, "chemical"),
        diseases=read_substances(checker, "disease"),
        tags=_tags(checker),
        entities=read_entities(checker),
        flavour=checker.raw.flavour,
    )


def _paper(checker: Checker, pmcid: str) -> Paper:
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


def _wpids(checker: Checker) -> tuple[str, ...]:
    own = checker.checked("wpid", WPID)
    return tuple(sorted({*checker.raw.wpids, *([own] if own else [])}))


def _tags(checker: Checker) -> tuple[Tag, ...]:
    tags = []
    for index, row in checker.rows("annotations"):
        kind, value, id_ = (shown_text(row.get(key)) for key in ("type", "value", "id"))
        if kind and value:
            tags.append(Tag(kind, value, None if id_ in MISSING else id_))
        else:
            key = "value" if kind else "type"
            report = checker.row_report("annotations", index)
            report(key, None, "is missing", "an annotation has type and value, texts both")
    return tuple(dict.fromkeys(tags))
