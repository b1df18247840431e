"""Parquet, for pandas, polars, DuckDB, Spark."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import MissingExtraError
from kg.export.folder import open_folder
from kg.export.tables import Table

_INTEGERS = ("year", "gene", "count", "taxon")
_REPEATED = frozenset(
    {"figid", "kind", "word", "term", "lexicon", "symbol", "family", "mesh", "chebi", "doid"}
    | {"name", "strictness", "organism", "type", "number", "pmcid"}
)


def write_parquet(tables: Mapping[str, Table], folder: str | Path) -> None:
    """Write each table as a file `{name}.parquet` in a folder, which appears whole.

    Texts that repeat are dictionary-encoded; missing values are null.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "export") from None
    with open_folder(folder) as made:
        for name, table in tables.items():
            columns: dict[str, Any] = {}
            for column, values in table.items():
                kind = pa.int64() if column in _INTEGERS else pa.string()
                columns[column] = pa.array(values, kind)
            repeated = [column for column in table if column in _REPEATED]
            pq.write_table(
                pa.table(columns),
                made / f"{name}.parquet",
                compression="zstd",
                use_dictionary=repeated,
            )
