"""The exception tree, the place a problem is at, and the form of its message.

Two things are kept apart. An *error* (`KgError`) stops a command; its class carries the exit
code. A *problem* (`Problem`) is a finding in somebody's page: it is collected, reported and
counted, and never stops a build on its own. Both are printed the same way, place first::

    _figures/PMC12__f1.md:14: genes[3].entrez: '74O9' is not an NCBI Gene identifier
    hint: digits only, for example 7409
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Lost = Literal["page", "table", "row", "field", "nothing"]

_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong at one place of the input, what it costs, and how to mend it.

    `line` is counted from 1; None means that the whole file is meant. `lost` names what is not
    in the graph because of the problem; a problem that costs nothing is a warning.
    """

    message: str
    hint: str = ""
    file: str | None = None
    line: int | None = None
    field: str | None = None
    value: str | None = None
    lost: Lost = "nothing"

    @property
    def is_warning(self) -> bool:
        return self.lost == "nothing"

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        return (self.file or "", self.line or 0, self.field or "", self.message)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form, one object of the `--problems` report."""
        severity = "warning" if self.is_warning else "error"
        return {"severity": severity, **asdict(self)}

    def __str__(self) -> str:
        return format_message(self)


def format_message(problem: Problem) -> str:
    """Return the message that a person reads: place, value, what is expected, mend."""
    place = problem.file or ""
    if place and problem.line is not None:
        place += f":{problem.line}"
    parts = [part for part in (place, problem.field) if part]
    message = problem.message
    if problem.value is not None:
        message = f"{quote_value(problem.value)} {message}"
    text = ": ".join([*parts, message])
    return f"{text}\nhint: {problem.hint}" if problem.hint else text


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where there is not just one.

    >>> count_of(1, "page"), count_of(103400, "figure"), count_of(0, "query")
    ('1 page', '103,400 figures', '0 queries')
    """
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun[-2:] == "ry" else f"{noun}s"
    return f"{number:,} {noun}"


def quote_value(value: str) -> str:
    """Return a value in quotes, cut where it is too long to read."""
    shown = value if len(value) <= _VALUE_SHOWN else value[: _VALUE_SHOWN - 1] + "…"
    return repr(shown)


class KgError(Exception):
    """Base of all errors that a command reports; carries a `Problem` and the exit code."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
        value: str | None = None,
        lost: Lost = "nothing",
    ) -> None:
        self.problem = Problem(message, hint, file, line, field, value, lost)
        super().__init__(message)

    def __str__(self) -> str:
        return format_message(self.problem)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.problem)


def _restore(cls: type[KgError], problem: Problem) -> KgError:
    error = cls(problem.message)
    error.problem = problem
    return error


class UsageError(KgError):
    """The call itself is wrong: an option, a name, a format (exit code 2)."""

    exit_code = 2


class DataError(KgError):
    """Something in a page, a table or an RDF file can't be used."""


class QueryError(KgError):
    """A query can't be parsed, lacks a parameter, or was refused by its engine."""


class WriteError(KgError):
    """An output can't be written; what stood there before is untouched."""


class ServeError(KgError):
    """A server can't be started at the address it was given."""


class StrictError(KgError):
    """A strict build met problems, which it carries; nothing was written."""

    problems: list[Problem]


class WorkerError(KgError):
    """A worker process died; the message says over what."""


class MissingExtraError(UsageError):
    """A command needs a package that comes with an extra that isn't installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package!r}, which is not installed",
            hint=f"pip install 'pfocr-kg[{extra}]'",
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (UsageError, self.problem)


@contextmanager
def at(file: str, line: int | None = None) -> Iterator[None]:
    """Add file and line to an error that passes up and does not name them yet."""
    try:
        yield
    except KgError as error:
        known = error.problem
        if known.file is None:
            error.problem = replace(known, file=file, line=known.line or line)
        raise
