"""Files at a URL (s3, gs, http, …), through fsspec, which comes with the extra `cluster`.

A path is a URL where it has a scheme. Local paths never come here: a build on one machine
doesn't load fsspec.
"""

from __future__ import annotations

from typing import Any

from kg.errors import MissingExtraError


def is_url(path: str) -> bool:
    """Say whether a path is a URL.

    >>> is_url("s3://bucket/pages"), is_url("C:/pages"), is_url("-")
    (True, False, False)
    """
    return "://" in path


def open_filesystem(url: str) -> tuple[Any, str]:
    """Return fsspec's file system of a URL, and the path in it.

    Raises MissingExtraError where fsspec, or the package for the scheme, isn't installed.
    """
    try:
        from fsspec.core import url_to_fs

        filesystem, path = url_to_fs(url)
    except ImportError as error:
        raise MissingExtraError(error.name or "fsspec", "cluster") from None
    return filesystem, path
