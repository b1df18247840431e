"""Let somebody look at a graph while it is built, where it is written.

Rooms that stand after this one (`kg.validate`) have something to say of a graph. An *inspector*
is given to a build, as an engine is: its *look* travels with each job and is shown what the job
writes; what it answers, and last the shared entities, come to the inspector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from kg.mapping import SharedKey, describe_shared
from kg.reference import EMBEDDED, Tables
from kg.terms import RDF_TYPE, Description, Term


@dataclass(slots=True)
class Share:
    """What a job writes of a graph: subjects, each whole, as Turtle without its header.

    The shared entities that they use, which the combining process will write, are `keys`; it is
    described by `tables`.
    """

    number: int
    tables: Tables = EMBEDDED
    blocks: list[str] = field(default_factory=list)
    keys: set[SharedKey] = field(default_factory=set)

    def add(self, block: str, keys: set[SharedKey]) -> None:
        self.blocks.append(block)
        self.keys |= keys

    def classes(self) -> Iterator[Classes]:
        """Yield the classes of the shared entities, key by key."""
        return (_classes(key, self.tables) for key in self.keys)


Classes = tuple[tuple[Term, Term], ...]
"""Subjects, each with a class."""


@lru_cache(maxsize=1 << 16)
def _classes(key: SharedKey, tables: Tables) -> Classes:
    """Return the subjects that a key describes, with their classes."""
    return tuple(
        (subject, value)
        for subject, pairs in describe_shared(key, tables)
        for predicate, value in pairs
        if predicate == RDF_TYPE
    )


Look = Callable[[Share], Any]
"""Looks at a job's share, in the process that does the job; it can be pickled, as its answer."""


class Inspector(Protocol):
    """Looks at a whole graph: begins, takes the answers of its looks, and sees what is shared.

    A build that has to deal out its pages anew begins again.
    """

    def begin(self, page_count: int) -> Look: ...

    def add(self, answer: Any) -> None: ...

    def finish(self, shared: Sequence[Description]) -> None: ...
