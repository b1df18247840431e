"""Make the embedded tables from the files that HGNC and FamPlex publish.

    python -m kg.reference.make --hgnc hgnc_entries.tsv.gz --hgnc-date 2024-07 --famplex famplex/

The same files give the same tables to the byte. A date is written only where it is given: the
files of FamPlex do not say theirs.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Mapping
from pathlib import Path

from kg.reference.famplex import Famplex
from kg.reference.famplex_read import read_famplex
from kg.reference.hgnc import COLUMN_END, Hgnc
from kg.reference.hgnc_read import read_hgnc

DATA = Path(__file__).parent / "data"


def make_tables(
    hgnc_file: Path, famplex_folder: Path, hgnc_date: str | None, famplex_date: str | None
) -> dict[str, bytes]:
    """Return the content of each embedded table by its name, `.gz` not yet gzipped."""
    hgnc = read_hgnc(hgnc_file, hgnc_date)
    famplex = read_famplex(famplex_folder, hgnc, famplex_date)
    return {"hgnc.tsv.gz": _format_hgnc(hgnc), **_format_famplex(famplex)}


def _format_hgnc(hgnc: Hgnc) -> bytes:
    content = COLUMN_END.join("\n".join(column) for column in hgnc.columns)
    return (hgnc.source.to_header() + content).encode()


def _format_famplex(famplex: Famplex) -> dict[str, bytes]:
    header = famplex.source.to_header()
    tables = {"famplex.tsv": famplex.rows, "famplex_groundings.tsv": famplex.groundings}
    return {name: (header + _format_pairs(pairs)).encode() for name, pairs in tables.items()}


def _format_pairs(pairs: Mapping[str, str]) -> str:
    return "".join(f"{key}\t{value}\n" for key, value in pairs.items())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m kg.reference.make", description=__doc__)
    parser.add_argument("--hgnc", type=Path, required=True, help="a table that HGNC publishes")
    parser.add_argument("--hgnc-date", help="its date, for example 2024-07")
    parser.add_argument("--famplex", type=Path, required=True, help="folder with FamPlex's files")
    parser.add_argument("--famplex-date", help="its date, where it is known")
    given = parser.parse_args()
    tables = make_tables(given.hgnc, given.famplex, given.hgnc_date, given.famplex_date)
    for name, content in tables.items():
        is_packed = name.endswith(".gz")
        (DATA / name).write_bytes(gzip.compress(content, 9, mtime=0) if is_packed else content)


if __name__ == "__main__":
    main()
