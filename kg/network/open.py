"""Open the index of data: the one that lies beside it if it is fresh, else a new one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import DataError, UsageError, WriteError
from kg.network.collect import Progress, collect
from kg.network.index import Index, read_index, write_index
from kg.network.make import make_index
from kg.rdf import find_rdf_files
from kg.store import is_endpoint
from kg.store.disk import is_disk_store, read_marker
from kg.store.embedded import is_store_folder

SUFFIX = ".kgindex"


def open_index(data: str | Path, *, keep: bool = True, progress: Progress | None = None) -> Index:
    """Return the index of an RDF file, a folder of them, or a store on disk.

    The index lies beside the data, `pfocr.nt.gz.kgindex`. Where there is none, or the data has
    changed since, it is made, which takes 40 s for the whole database, and written
    (unless `keep` is false, or the place can't be written to); `progress` is told how far it is.
    """
    now = state(data)
    folder = index_folder(data)
    with suppress(DataError):  # there is none, or it is of another version
        index, made_from = read_index(folder)
        if made_from == now:
            return index
    index = make_index(collect(data, progress))
    if keep:
        with suppress(WriteError):
            write_index(index, folder, now)
    return index


def has_fresh_index(data: str | Path) -> bool:
    try:
        return read_index(index_folder(data))[1] == state(data)
    except DataError:
        return False


def index_folder(data: str | Path) -> Path:
    path = Path(data).absolute()
    return path.with_name(path.name + SUFFIX)


def state(data: str | Path) -> dict[str, Any]:
    """Return what changes when the data does.

    Of files it is name, size and time of change of each; of a store that `kg load` made, the
    name of its data, a new one each time. Raises UsageError where there is no such data.
    """
    if is_endpoint(str(data)):
        hint = "name RDF files, or a store on disk"
        raise UsageError(f"{str(data)!r} is an endpoint, and can't be indexed", hint=hint)
    path = Path(data)
    if is_disk_store(path):
        return {"store": read_marker(path).data}
    if is_store_folder(path):  # RocksDB's tables, and what it has written into none as yet
        files = sorted(file for file in path.iterdir() if file.suffix in (".sst", ".log"))
    else:
        files = find_rdf_files(path)
    stats = {file.relative_to(path).as_posix(): file.stat() for file in files}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}
