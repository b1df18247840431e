"""Find the genes that a person names: by symbol, or by NCBI Gene, HGNC or Ensembl identifier.

A human symbol is looked up as HGNC has it: approved, else former or alias. Symbols of other
organisms are those of the graph. What stands for several genes is not guessed at, nor is a family.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import unquote

import numpy as np

from kg.network.index import Index
from kg.network.spelling import Speller
from kg.network.symbols import current_symbol
from kg.network.taxa import ANY, HUMAN, taxon_names
from kg.reference import Gene, Hgnc, embedded_famplex, embedded_hgnc

Status = Literal["found", "renamed", "alias", "ambiguous", "family", "unknown", "other organism"]

_ENTREZ = re.compile(r"(?:(?:ncbigene|entrez|geneid):)?([1-9][0-9]{0,17})", re.IGNORECASE)
_HGNC = re.compile(r"hgnc:([1-9][0-9]*)", re.IGNORECASE)
_ENSEMBL = re.compile(r"(?:ensembl:)?(ENS[A-Z]*G[0-9]{11})(?:\.[0-9]+)?", re.IGNORECASE)
_IRI = re.compile(r"https?://identifiers\.org/(?:ncbigene[/:](?=[0-9])|(?=hgnc:|ensembl:))", re.I)
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class NamedGene:
    """What a name turned out to be.

    `entrez` is the gene's number, None unless it is found; `row` its row in the index, None
    where no figure of the data shows it. `candidates` says what an ambiguous name can mean, which
    genes are in a family, what an unknown name looks like, or which organism another gene is of.
    """

    name: str
    status: Status
    entrez: int | None = None
    row: int | None = None
    symbol: str = ""
    candidates: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """Return what a person should know of one of several names; empty where all is well."""
        return self._told(" and left out")

    @property
    def alone(self) -> str:
        """Return what a person should know of a name that nothing is done without."""
        return self._told("")

    def _told(self, done: str) -> str:
        shown = ", ".join(self.candidates)
        if self.entrez is not None:
            told = {"renamed": f"is now {self.symbol}", "alias": f"is read as {self.symbol}"}
            notes = [told.get(self.status, ""), "" if self.row is not None else "is in no figure"]
            note = ", and ".join(filter(None, notes))
            return f"{self.name} {note}" if note else ""
        if self.status == "ambiguous":
            return f"{self.name} is ambiguous{done}: {shown}"
        if self.status == "family":
            return f"{self.name} is a family{done}; its genes: {shown}"
        if self.status == "other organism":
            return f"{self.name} is a gene of {shown}{done}"
        return f"{self.name} is unknown" + (f"; similar: {shown}" if shown else "")


class GeneFinder:
    """Finds genes in an index by name, among those of one organism (`ANY`: of all)."""

    def __init__(self, index: Index, taxon: int = HUMAN, hgnc: Hgnc | None = None) -> None:
        self.index = index
        self.taxon = taxon
        self._given_hgnc = hgnc

    def find_all(self, names: Iterable[str], *, suggest: bool = True) -> list[NamedGene]:
        """Return what each name turned out to be; one that comes again is passed over.

        Without `suggest`, an unknown name is told without what looks like it, which takes time.
        """
        return [self.find(name, suggest=suggest) for name in dict.fromkeys(names)]

    def find(self, name: str, *, suggest: bool = True) -> NamedGene:
        """Return what a name turned out to be."""
        local = _IRI.sub("", name)
        if match := _ENTREZ.fullmatch(local):
            return self._by_entrez(name, int(match[1]))
        if match := _HGNC.fullmatch(local):
            return self._human(name, self._current(self._hgnc.by_id(match[1])))
        if match := _ENSEMBL.fullmatch(local):
            return self._human(name, self._current(self._hgnc.by_ensembl(match[1].upper())))
        found = self._by_symbol(name)
        if found is None:
            return NamedGene(name, "unknown", candidates=self._similar(name) if suggest else ())
        return found

    def _by_entrez(self, name: str, entrez: int) -> NamedGene:
        row = self._rows.get(entrez)
        if row is None:
            gene = self._hgnc.by_entrez(str(entrez))
            return self._human(name, () if gene is None else (gene,))
        taxon = int(self.index.gene_taxon[row])
        if self.taxon in (ANY, taxon):
            return NamedGene(name, "found", entrez, row, self._symbol(row))
        return NamedGene(name, "other organism", candidates=(self._organism(row),))

    def _by_symbol(self, name: str) -> NamedGene | None:
        """Look a symbol up as it is spelled, then in any case, then among what is no gene here."""
        ways = (
            self._as_approved,
            self._as_shown,
            self._as_family,  # before other names: to HGNC, ERK was once EPHB2
            self._as_human,
            self._as_shown_in_any_case,
            self._as_foreign,
        )
        return next((found for find in ways if (found := find(name)) is not None), None)

    def _as_approved(self, name: str) -> NamedGene | None:
        gene = self._hgnc.by_symbol(name) if self._has_humans else None
        return None if gene is None else self._human(name, (gene,))

    def _as_shown(self, name: str) -> NamedGene | None:
        return self._one_of(name, self._ours(self._rows_by_symbol.get(name, ())))

    def _as_human(self, name: str) -> NamedGene | None:
        if not self._has_humans:
            return None
        genes = self._hgnc.find(name) or self._bearers_in_any_case(name)
        return self._human(name, genes) if genes else None

    def _as_shown_in_any_case(self, name: str) -> NamedGene | None:
        return self._one_of(name, self._ours(self._rows_in_any_case.get(name.casefold(), ())))

    def _as_family(self, name: str) -> NamedGene | None:
        members = self._ours(self._members.get(name.casefold(), ()))
        symbols = [self._symbol(row) for row in members]
        if not members and self._has_humans and name in embedded_famplex():
            genes = [self._hgnc.by_entrez(m.gene) for m in embedded_famplex().family(name).members]
            symbols = [gene.symbol for gene in genes if gene is not None]
        return NamedGene(name, "family", candidates=tuple(sorted(symbols))) if symbols else None

    def _as_foreign(self, name: str) -> NamedGene | None:
        rows = self._rows_by_symbol.get(name)
        if rows:
            return NamedGene(name, "other organism", candidates=tuple(map(self._organism, rows)))
        if not self._has_humans and (genes := self._hgnc.find(name)):
            return self._human(name, genes)
        return None

    def _one_of(self, name: str, rows: Sequence[int]) -> NamedGene | None:
        """Return what a name is that the graph has as a symbol of these genes."""
        if not rows:
            return None
        if len(rows) == 1:
            entrez, symbol = int(self.index.entrez[rows[0]]), self._symbol(rows[0])
            is_old = symbol.casefold() != name.casefold()
            return NamedGene(name, "renamed" if is_old else "found", entrez, rows[0], symbol)
        candidates = (f"{self.index.entrez[row]} ({self._organism(row)})" for row in rows)
        return NamedGene(name, "ambiguous", candidates=tuple(candidates))

    def _human(self, name: str, genes: Sequence[Gene]) -> NamedGene:
        """Return what a name is that stands for these genes of HGNC."""
        if genes and not self._has_humans:
            return NamedGene(name, "other organism", candidates=("Homo sapiens",))
        if len(genes) > 1:
            return NamedGene(name, "ambiguous", candidates=tuple(gene.symbol for gene in genes))
        if not genes or genes[0].entrez is None:
            return NamedGene(name, "unknown")
        gene, entrez = genes[0], int(genes[0].entrez or 0)
        return NamedGene(name, _status(name, gene), entrez, self._rows.get(entrez), gene.symbol)

    def _current(self, gene: Gene | None) -> tuple[Gene, ...]:
        """Return a gene of HGNC's, or what took the place of a withdrawn one."""
        if gene is None:
            return ()
        return (gene,) if gene.is_approved else self._hgnc.successors(gene)

    def _bearers_in_any_case(self, name: str) -> tuple[Gene, ...]:
        found: dict[str, Gene] = {}
        for spelling in self._spellings.get(name.casefold(), ()):
            if (gene := self._hgnc.by_symbol(spelling)) is not None:
                return (gene,)
            found.update((gene.hgnc, gene) for gene in self._hgnc.find(spelling))
        return tuple(found.values())

    def _similar(self, name: str) -> tuple[str, ...]:
        """Return genes that have the name in another spelling, else symbols that look like it."""
        spellings = self._speller.respelled(name)
        genes = [gene.symbol for one in spellings for gene in self._bearers_in_any_case(one)]
        if genes:
            return tuple(dict.fromkeys(genes))[:_SUGGESTED]
        return tuple(self._speller.nearest(name, _SUGGESTED))

    def _symbol(self, row: int) -> str:
        return current_symbol(self.index, row, self._hgnc)

    def _ours(self, rows: Iterable[int]) -> list[int]:
        """Return the genes that are of the organism looked at."""
        return [row for row in rows if self.taxon in (ANY, self.index.gene_taxon[row])]

    def _organism(self, row: int) -> str:
        taxon = int(self.index.gene_taxon[row])
        return taxon_names(self.index).get(taxon) or (f"taxon {taxon}" if taxon else "no organism")

    @property
    def _has_humans(self) -> bool:
        return self.taxon in (ANY, HUMAN)

    @cached_property
    def _hgnc(self) -> Hgnc:
        return self._given_hgnc or embedded_hgnc()

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {entrez: row for row, entrez in enumerate(self.index.entrez.tolist())}

    @cached_property
    def _rows_by_symbol(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, symbols in enumerate(self.index.symbols):
            for symbol in symbols.split("\t") if symbols else ():
                rows.setdefault(symbol, []).append(row)
        return rows

    @cached_property
    def _rows_in_any_case(self) -> dict[str, list[int]]:
        folded: dict[str, list[int]] = {}
        for symbol, rows in self._rows_by_symbol.items():
            known = folded.setdefault(symbol.casefold(), [])
            known += [row for row in rows if row not in known]
        return folded

    @cached_property
    def _members(self) -> dict[str, list[int]]:
        """Return the genes of each family that figures show, by its name in any case."""
        names = [unquote(iri.rpartition("/")[2]).casefold() for iri in self.index.family]
        members: dict[str, list[int]] = {}
        for family, gene in self.index.family_members.tolist():
            members.setdefault(names[family], []).append(gene)
        return members

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        """Return the spellings of each human symbol, approved ones first."""
        spellings: dict[str, list[str]] = {}
        columns = self._hgnc.columns
        for column in (columns.symbol, columns.previous, columns.aliases):
            for cell in column:
                for symbol in cell.split("|") if cell else ():
                    spellings.setdefault(symbol.casefold(), []).append(symbol)
        return spellings

    @cached_property
    def _speller(self) -> Speller:
        """Return what knows current symbols, and in how many figures the genes are."""
        counts = np.bincount(self.index.shown_gene, minlength=len(self.index.entrez))
        frequencies = dict.fromkeys(self._rows_by_symbol, 0)
        if self._has_humans:
            columns = zip(self._hgnc.columns.symbol, self._hgnc.columns.status, strict=True)
            frequencies = dict.fromkeys((name for name, withdrawn in columns if not withdrawn), 0)
        for symbol, rows in self._rows_by_symbol.items():
            if symbol in frequencies:
                frequencies[symbol] = int(counts[rows].max())
        return Speller(frequencies, self._spellings if self._has_humans else ())


def _status(name: str, gene: Gene) -> Status:
    """Return how a gene was found by a name that stands for it alone."""
    folded = name.casefold()
    if folded == gene.symbol.casefold() or folded in map(str.casefold, gene.aliases):
        return "found" if folded == gene.symbol.casefold() else "alias"
    if ":" in name or name.isdecimal() or _ENSEMBL.fullmatch(name):
        return "found"
    return "renamed"


def read_names(text: str) -> list[str]:
    r"""Return the names in a text: between white space, commas or semicolons; `#` is a comment.

    >>> read_names("TP53, MDM2\n# from the screen\n7157;HGNC:11998")
    ['TP53', 'MDM2', '7157', 'HGNC:11998']
    """
    lines = (line.partition("#")[0] for line in text.splitlines())
    return [name for line in lines for name in re.split(r"[\s,;]+", line) if name]
