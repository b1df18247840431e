"""Hold the sizes of classes against expected ones: a gate for what is about to be published."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import DataError, UsageError
from kg.terms import PREFIXES, Term, compress, expand, iri


class Shrunk(NamedTuple):
    """A class that has fewer members than it may."""

    kind: Term
    expected: int
    found: int

    @property
    def share(self) -> float:
        """By which share the class shrank, 0 to 1."""
        return 1 - self.found / self.expected

    def __str__(self) -> str:
        shown = compress(self.kind)
        return f"{shown}: {self.found:,} found, {self.expected:,} expected: {self.share:.1%} fewer"


def counts_as_json(classes: Mapping[Term, int]) -> dict[str, Any]:
    """Return the members of each class as `read_expected` reads them back."""
    return {"classes": {compress(kind): number for kind, number in sorted(classes.items())}}


def read_expected(path: str | Path) -> dict[Term, int]:
    """Read the expected number of members of each class from JSON or TOML.

    The file is an object of classes (as CURIEs or IRIs) and numbers, or has such an object as
    `classes`. Raises UsageError for another extension, DataError for what is wrong in the file.
    """
    name = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
        loaded = _LOADERS[Path(path).suffix](text)
    except KeyError:
        raise UsageError(f"{name!r} is neither .json nor .toml") from None
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=name) from None
    except ValueError as error:  # JSON, TOML and Unicode errors are such
        raise DataError(f"can't be read: {error}", file=name) from None
    classes = loaded.get("classes", loaded) if isinstance(loaded, dict) else None
    if not isinstance(classes, dict):
        raise DataError("is not an object of classes and numbers", file=name, hint=_EXAMPLE)
    return {_kind(name, key): _number(name, key, value) for key, value in classes.items()}


_LOADERS = {".json": json.loads, ".toml": tomllib.loads}
_EXAMPLE = 'for example {"doco:Figure": 64643}'


def _kind(file: str, key: str) -> Term:
    if key.partition(":")[0] in PREFIXES:
        return expand(key)
    if "://" in key:
        return iri(key.strip("<>"))
    raise DataError("is neither a CURIE nor an IRI", file=file, value=key, hint=_EXAMPLE)


def _number(file: str, key: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise DataError("is not a whole number", file=file, field=key, value=str(value), hint=_EXAMPLE)


def find_shrunk(
    expected: Mapping[Term, int], found: Mapping[Term, int], share: float = 0.0
) -> list[Shrunk]:
    """Return the classes that have shrunk by more than a share of what is expected, 0 to 1."""
    return [
        Shrunk(kind, number, found.get(kind, 0))
        for kind, number in sorted(expected.items())
        if found.get(kind, 0) < number * (1 - share)
    ]
