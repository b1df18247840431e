"""HGNC: the human genes, their names now and before, and their identifiers elsewhere.

Source: https://www.genenames.org, CC0 1.0. `kg.reference.hgnc_read` reads a newer table.

Decision: the embedded table is stored by columns and gzipped, and loads in a twentieth of a
second. By rows it is a tenth larger and no faster; xz makes it smaller, but takes three times
as long; SQLite is four times as large.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Literal, NamedTuple

from kg.reference.files import Source, read_embedded

Status = Literal["approved", "symbol withdrawn", "entry withdrawn"]
Agreement = Literal[
    "same",
    "previous symbol",
    "alias",
    "other gene",
    "withdrawn",
    "unknown symbol",
    "unknown gene",
]

COLUMN_END = "\f"
SOURCE = Source("HGNC, the human gene names", "https://www.genenames.org", "CC0 1.0")
_STATUS: dict[str, Status] = {"": "approved", "S": "symbol withdrawn", "E": "entry withdrawn"}


class Gene(NamedTuple):
    """An entry of HGNC. Identifiers are bare, `11701` for `HGNC:11701`; Ensembl's are whole.

    A withdrawn entry has neither name nor identifiers elsewhere; `replaced_by` are the HGNC
    numbers that took its place. `mgi` and `rgd` are the orthologs in mouse and rat.
    """

    hgnc: str
    symbol: str
    name: str
    status: Status
    replaced_by: tuple[str, ...]
    entrez: str | None
    ensembl: str | None
    uniprot: tuple[str, ...]
    mgi: tuple[str, ...]
    rgd: tuple[str, ...]
    aliases: tuple[str, ...]
    previous: tuple[str, ...]

    @property
    def is_approved(self) -> bool:
        return self.status == "approved"


class Columns(NamedTuple):
    """The table by columns, one text a gene: what `Hgnc` works on and the file holds.

    `status` is empty for an approved gene, `E` for a withdrawn entry, `S 8312 8313` for a
    withdrawn symbol with what replaced it. From `uniprot` on, `|` joins several values.
    """

    hgnc: Sequence[str]
    symbol: Sequence[str]
    name: Sequence[str]
    status: Sequence[str]
    entrez: Sequence[str]
    ensembl: Sequence[str]
    uniprot: Sequence[str]
    mgi: Sequence[str]
    rgd: Sequence[str]
    aliases: Sequence[str]
    previous: Sequence[str]


class SymbolCheck(NamedTuple):
    """How a gene number and a symbol that stand together agree, by HGNC.

    `gene` is the gene of the number, `others` the other genes that the symbol stands for. An
    alias is shared too freely to contradict a number: a symbol that is nothing but an alias of
    others is an unknown symbol, and `others` are its bearers.
    """

    agreement: Agreement
    gene: Gene | None
    others: tuple[Gene, ...] = ()


class Hgnc:
    """The genes of HGNC, by number and by symbol; each index is built when first used.

    >>> embedded_hgnc().by_entrez("406").symbol
    'BMAL1'
    >>> embedded_hgnc().check("406", "ARNTL").agreement
    'previous symbol'
    """

    def __init__(self, columns: Columns, source: Source) -> None:
        self.columns = columns
        self.source = source

    def __len__(self) -> int:
        return len(self.columns.hgnc)

    def by_entrez(self, entrez: str) -> Gene | None:
        """Return the gene of an NCBI Gene number; withdrawn entries have none."""
        return self._one(self._by_entrez.get(entrez))

    def by_id(self, hgnc: str) -> Gene | None:
        """Return the gene of an HGNC number, withdrawn or not."""
        return self._one(self._by_id.get(hgnc))

    def by_symbol(self, symbol: str) -> Gene | None:
        """Return the gene whose approved symbol this is."""
        return self._one(self._by_symbol.get(symbol))

    def by_previous(self, symbol: str) -> tuple[Gene, ...]:
        """Return the genes that bore the symbol before; now and then there are several."""
        return self._many(self._by_previous.get(symbol, ()))

    def by_alias(self, symbol: str) -> tuple[Gene, ...]:
        """Return the genes that HGNC lists the symbol for as an alias."""
        return self._many(self._by_alias.get(symbol, ()))

    def by_ensembl(self, identifier: str) -> Gene | None:
        """Return the gene of an Ensembl identifier, given without its version."""
        return self._one(self._by_ensembl.get(identifier))

    def by_uniprot(self, accession: str) -> tuple[Gene, ...]:
        """Return the genes that encode a protein; a histone has up to fourteen."""
        return self._many(self._by_uniprot.get(accession, ()))

    def withdrawn(self, symbol: str) -> Gene | None:
        """Return the withdrawn entry of a symbol."""
        return self._one(self._by_withdrawn.get(symbol))

    def successors(self, gene: Gene) -> tuple[Gene, ...]:
        """Return the approved genes that took the place of a withdrawn one, at any remove."""
        found: dict[str, Gene] = {}
        seen: set[str] = set()
        waiting = list(gene.replaced_by)
        while waiting:
            number = waiting.pop(0)
            successor = None if number in seen else self.by_id(number)
            seen.add(number)
            if successor is not None and successor.is_approved:
                found[number] = successor
            elif successor is not None:
                waiting += successor.replaced_by
        return tuple(found.values())

    def find(self, symbol: str) -> tuple[Gene, ...]:
        """Return the approved genes that a symbol stands for, nothing guessed.

        An approved symbol stands for its gene alone. Any other stands for all that bore it
        before, that took the place of its withdrawn entry, or have it as an alias, in this order:
        `ETK` was EPHA3, and is an alias of BMX.
        """
        gene = self.by_symbol(symbol)
        if gene is not None:
            return (gene,)
        entry = self.withdrawn(symbol)
        genes = (
            *self.by_previous(symbol),
            *(self.successors(entry) if entry is not None else ()),
            *self.by_alias(symbol),
        )
        return tuple({gene.hgnc: gene for gene in genes}.values())

    def check(self, entrez: str, symbol: str) -> SymbolCheck:
        """Say how an NCBI Gene number and a symbol that stand together agree.

        Case counts: `Rpa1` is no human symbol. A symbol of the gene itself, of any age, is no
        contradiction, even where another gene bears it now; `others` has that one. That HGNC
        has no gene of the number is none either, unless it has the symbol for another.
        """
        gene = self.by_entrez(entrez)
        if gene is not None and symbol == gene.symbol:
            return SymbolCheck("same", gene)
        others = tuple(other for other in self.find(symbol) if other != gene)
        return SymbolCheck(self._agreement(gene, symbol), gene, others)

    def _agreement(self, gene: Gene | None, symbol: str) -> Agreement:
        if gene is not None and symbol in gene.previous:
            return "previous symbol"
        if gene is not None and symbol in gene.aliases:
            return "alias"
        if symbol in self._by_symbol or symbol in self._by_previous:
            return "other gene"
        if symbol in self._by_withdrawn:
            return "withdrawn"
        return "unknown gene" if gene is None else "unknown symbol"

    def _gene(self, row: int) -> Gene:
        hgnc, symbol, name, status, entrez, ensembl, *lists = [
            column[row] for column in self.columns
        ]
        code, *replaced_by = status.split(" ")
        return Gene(
            hgnc,
            symbol,
            name,
            _STATUS[code],
            tuple(replaced_by),
            entrez or None,
            ensembl or None,
            *(tuple(cell.split("|")) if cell else () for cell in lists),
        )

    def _one(self, row: int | None) -> Gene | None:
        return None if row is None else self._gene(row)

    def _many(self, rows: Iterable[int]) -> tuple[Gene, ...]:
        return tuple(map(self._gene, rows))

    @cached_property
    def _by_entrez(self) -> dict[str, int]:
        return _index(self.columns.entrez)

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return _index(self.columns.hgnc)

    @cached_property
    def _by_ensembl(self) -> dict[str, int]:
        return _index(self.columns.ensembl)

    @cached_property
    def _by_symbol(self) -> dict[str, int]:
        return self._index_symbols(is_approved=True)

    @cached_property
    def _by_withdrawn(self) -> dict[str, int]:
        return self._index_symbols(is_approved=False)

    def _index_symbols(self, *, is_approved: bool) -> dict[str, int]:
        """Return the row of each symbol; thirteen stand both for a gene and a withdrawn entry."""
        rows = enumerate(zip(self.columns.symbol, self.columns.status, strict=True))
        return {symbol: row for row, (symbol, status) in rows if (not status) == is_approved}

    @cached_property
    def _by_alias(self) -> dict[str, list[int]]:
        return self._index_lists(self.columns.aliases)

    @cached_property
    def _by_previous(self) -> dict[str, list[int]]:
        return self._index_lists(self.columns.previous)

    @cached_property
    def _by_uniprot(self) -> dict[str, list[int]]:
        return self._index_lists(self.columns.uniprot)

    def _index_lists(self, column: Sequence[str]) -> dict[str, list[int]]:
        """Return the rows of approved genes by each value of a cell."""
        index: dict[str, list[int]] = {}
        for row, (cell, status) in enumerate(zip(column, self.columns.status, strict=True)):
            if cell and not status:
                for value in cell.split("|"):
                    index.setdefault(value, []).append(row)
        return index


def _index(column: Sequence[str]) -> dict[str, int]:
    index = dict(zip(column, range(len(column)), strict=True))
    index.pop("", None)
    return index


@cache
def embedded_hgnc() -> Hgnc:
    """Return the genes that ship with the package, loaded at the first call."""
    source, content = read_embedded("hgnc.tsv.gz")
    columns = Columns(*(column.split("\n") for column in content.split(COLUMN_END)))
    return Hgnc(columns, source)
