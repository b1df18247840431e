"""The index: which figure shows which gene, and what figures, papers and genes are called.

It lies as a folder of NumPy arrays beside the data and is read memory-mapped: opening it takes
milliseconds, and only what is asked for is read.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import DataError, WriteError
from kg.network.strings import Strings

STRICTNESS = ("strict", "synonyms", "all")
"""The strictness levels, each within the next; in arrays 1, 2 and 3."""

_FORMAT = 1
_ABOUT = "index.json"


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Columns of figures, papers and genes, and pairs of these by row number.

    Figures and papers are sorted by identifier, genes by NCBI Gene number. Missing are: an empty
    text, year 0, paper -1, taxon 0. A gene's symbols are joined by tabs. `shown_figure`,
    `shown_gene` are the pairs of a figure and a gene that it shows, sorted; `shown_level` is the
    strictest level at which it does. The other pairs are arrays of two columns.
    """

    figid: Strings
    title: Strings
    year: np.ndarray
    paper: np.ndarray
    pmcid: Strings
    paper_title: Strings
    citation: Strings
    entrez: np.ndarray
    symbols: Strings
    gene_taxon: np.ndarray
    taxon: np.ndarray
    taxon_name: Strings
    family: Strings
    chemical: Strings
    shown_figure: np.ndarray
    shown_gene: np.ndarray
    shown_level: np.ndarray
    figure_families: np.ndarray
    family_members: np.ndarray
    figure_chemicals: np.ndarray

    def symbol(self, gene: int) -> str:
        """Return what a gene is called: its first symbol, its number where it has none."""
        return self.symbols[gene].partition("\t")[0] or str(self.entrez[gene])


def write_index(index: Index, folder: Path, data: dict[str, Any]) -> None:
    """Write an index as a folder, whole or not at all; `data` says what it was made from.

    Raises WriteError where the folder can't be written.
    """
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    try:
        for name, array in _arrays(index):
            np.save(temporary / f"{name}.npy", array)
        about = {"format": _FORMAT, "data": data}
        (temporary / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        temporary.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror}", file=str(folder)) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_index(folder: Path) -> tuple[Index, dict[str, Any]]:
    """Return an index, memory-mapped, and what it was made from.

    Raises DataError where the folder holds no index of this version.
    """
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about["format"] != _FORMAT:
            raise ValueError("it is of another version")
        columns: dict[str, Any] = {f.name: _read(folder, f.name, f.type) for f in fields(Index)}
        return Index(**columns), about["data"]
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise DataError(f"holds no index: {error}", file=str(folder)) from None


def _arrays(index: Index) -> list[tuple[str, np.ndarray]]:
    arrays = []
    for field in fields(index):
        value = getattr(index, field.name)
        if isinstance(value, Strings):
            arrays += [(field.name, value.content), (f"{field.name}.ends", value.ends)]
        else:
            arrays.append((field.name, value))
    return arrays


def _read(folder: Path, name: str, kind: Any) -> Strings | np.ndarray:
    array = _map(folder / f"{name}.npy")
    return array if kind != "Strings" else Strings(array, _map(folder / f"{name}.ends.npy"))


def _map(path: Path) -> np.ndarray:
    """Return a memory-mapped array as a plain one: `np.memmap` is slow to take an item of."""
    array: np.ndarray = np.load(path, mmap_mode="r")
    return array.view(np.ndarray)
