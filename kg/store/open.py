"""Open what DATA names: files, a folder of files, a store on disk, or an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kg.errors import UsageError
from kg.rdf import find_rdf_files
from kg.store.answer import Store
from kg.store.embedded import EmbeddedStore, is_store_folder
from kg.store.endpoint import TIMEOUT_S, Endpoint


def _load_referee(paths: Iterable[Path]) -> Store:
    from kg.store.referee import RefereeStore

    return RefereeStore.load(paths)


ENGINES: dict[str, Callable[[Iterable[Path]], Store]] = {
    "oxigraph": EmbeddedStore.load,
    "rdflib": _load_referee,
}
"""What can hold RDF files in memory; the first is the one to use."""


def is_endpoint(item: str) -> bool:
    return item.startswith(("http://", "https://"))


def open_store(
    data: Sequence[str | Path], *, engine: str = "oxigraph", timeout_s: float = TIMEOUT_S
) -> Store:
    """Return a store of everything that `data` names.

    An item is an RDF file, a folder of them, the folder of an Oxigraph store, or the URL of a
    SPARQL endpoint; the latter two stand alone. Raises UsageError for what does not go together
    or holds no RDF, DataError, with file and line, for malformed RDF.
    """
    if engine not in ENGINES:
        raise UsageError(f"{engine!r} is not an engine", hint=f"known: {', '.join(ENGINES)}")
    alone = [item for item in map(str, data) if is_endpoint(item) or is_store_folder(Path(item))]
    if alone and len(data) > 1:
        hint = "name it alone, or name files"
        raise UsageError(f"{alone[0]!r} can't be queried together with other data", hint=hint)
    if alone:
        item = alone[0]
        return Endpoint(item, timeout_s) if is_endpoint(item) else EmbeddedStore.open(Path(item))
    return ENGINES[engine](find_rdf_files(*data))
