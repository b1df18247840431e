"""pfocr-kg: the knowledge graph of published pathway figures.

>>> import kg
>>> record = kg.read_record("tests/data/pages/_figures/PMC100003__mb2410470011.md")
>>> record.title
'Summary of the signaling pathway that connects neuropeptides to the AR'

Decision: a name is fetched from its home when it is first used. Whatever imports a part of this
package imports this module first, commands and the server's workers too; they start in a third
of the time.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.build import Summary, build, iter_records, iter_triples, read_record, to_graph
    from kg.errors import KgError, Problem
    from kg.record import Record

__all__ = [
    "KgError",
    "Problem",
    "Record",
    "Summary",
    "build",
    "iter_records",
    "iter_triples",
    "read_record",
    "to_graph",
]
_HOMES = {"KgError": "kg.errors", "Problem": "kg.errors", "Record": "kg.record"}


class _Package(ModuleType):
    """The package root: fetches public names, keeps `kg.build` the function, not the package."""

    def __getattr__(self, name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module 'kg' has no attribute {name!r}")
        return getattr(import_module(_HOMES.get(name, "kg.build")), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "build" and isinstance(value, ModuleType):  # the import system, done with it
            value = value.build
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Package
