"""What a client may ask for, and how a refusal is said."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from http import HTTPStatus

from kg.errors import KgError


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server: time, rows, queries at once, bytes; and who may be asked."""

    timeout_s: float = 30.0
    rows: int = 100_000
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))
    waiting: int = 20
    """How many queries may wait for a worker."""
    request_bytes: int = 1 << 20
    memory_bytes: int = 4 << 30
    """Address space of a worker; a query that needs more ends with its worker."""
    services: frozenset[str] = frozenset()
    """The endpoints that SERVICE may ask."""


class RefusedError(KgError):
    """A request that is not answered; carries the HTTP status that says so."""

    def __init__(self, status: HTTPStatus, message: str, hint: str = "") -> None:
        self.status = status
        super().__init__(message, hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return RefusedError, (self.status, self.problem.message, self.problem.hint)
