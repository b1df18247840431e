"""Keep built shards between builds, so that tomorrow only what changed is built again.

One SQLite file. A shard is known by its first figid, and is good as long as the digest over its
pages, their side tables, the code and reference tables of this package, and the outputs is the
same. Page content is read and digested at each build; times of files are not trusted.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from kg.build.shards import ShardResult
from kg.errors import WriteError
from kg.reference import TableFiles
from kg.write import Output

_APPLICATION_ID = 0x70666F63  # "pfoc"
_PACKAGES = ("PyYAML", "yaml-rs", "isal")
_WAIT_S = 1.0
_OF_ACCESS = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
"""Results that say nothing of what a database holds (https://www.sqlite.org/rescode.html)."""


@cache
def _code_digest() -> bytes:
    """Digest everything that a shard's text depends on beside its pages."""
    from importlib.metadata import version

    found = blake2b(sys.version.encode(), digest_size=16)
    for package in _PACKAGES:
        found.update(version(package).encode())
    for path, content in sorted(_sources(files("kg"), "")):
        found.update(path.encode() + b"\0" + content)
    return found.digest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir() and item.name not in ("__pycache__", "cli", "shapes", "queries"):
            yield from _sources(item, name)
        elif item.is_file():
            yield name, item.read_bytes()


def fingerprint(outputs: Sequence[Output], tables: TableFiles) -> bytes:
    """Return the part of a shard's digest that is not its pages: code, tables, outputs."""
    kinds = [(output.format, output.graph, output.is_compressed) for output in outputs]
    given = repr((kinds, tables.digests)).encode()
    return blake2b(_code_digest() + given, digest_size=16).digest()


class Cache:
    """The shards of the last build; use it in `open_cache`.

    Damage is noticed when a statement fails or a checksum is wrong. Then the cache is thrown
    away once, with a note; a new one that is damaged at once is an error of the disk.
    """

    def __init__(self, path: str) -> None:
        self.notes: list[str] = []
        self._path = path
        try:
            self._connection, self._digests = self._open()
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise
            self._make("is damaged or not ours")

    def _open(self) -> tuple[sqlite3.Connection, dict[str, bytes]]:
        is_new = not os.path.exists(self._path)
        connection = sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
        try:
            return connection, _prepare(connection, is_new)
        except sqlite3.Error:
            connection.close()
            raise

    def digest(self, key: str) -> bytes | None:
        """Return the digest of a kept shard."""
        return self._digests.get(key)

    def put(self, key: str, result: ShardResult) -> None:
        packed = pickle.dumps(result, protocol=5)
        row = (key, result.digest, _checksum(packed), packed)
        self._run("INSERT OR REPLACE INTO shard VALUES (?, ?, ?, ?)", *row)

    def get(self, key: str) -> ShardResult:
        """Return a kept shard.

        Raises DamagedCacheError where it isn't what was put; the cache is then empty.
        """
        rows = self._run("SELECT checksum, result FROM shard WHERE key = ?", key)
        for checksum, packed in rows:
            if type(packed) is bytes and _checksum(packed) == checksum:
                result: ShardResult = pickle.loads(packed)  # noqa: S301 - its checksum was looked at
                return result
        raise self._start_anew()

    def keep_only(self, keys: Iterable[str]) -> None:
        """Drop the shards that are no more."""
        for key in set(self._digests).difference(keys):
            self._run("DELETE FROM shard WHERE key = ?", key)
        self._run("COMMIT")

    def _run(self, statement: str, *values: object) -> list[Any]:
        """Return the rows of a statement; raise DamagedCacheError where the file is damaged."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            if self.notes or not _is_damage(error):
                raise
        raise self._start_anew()

    def close(self) -> None:
        """Close; what was not kept by `keep_only` is forgotten."""
        self._connection.close()

    def _start_anew(self) -> DamagedCacheError:
        self._connection.close()
        self._make("was damaged")
        return DamagedCacheError()

    def _make(self, why: str) -> None:
        """Make the cache anew, and note why."""
        for path in (self._path, f"{self._path}-journal"):
            Path(path).unlink(missing_ok=True)
        self._connection, self._digests = self._open()
        self.notes.append(f"the cache {self._path} {why}: it is made anew")


def _prepare(connection: sqlite3.Connection, is_new: bool) -> dict[str, bytes]:
    """Make the table if need be, begin the build's transaction, and return the kept digests."""
    connection.execute("PRAGMA synchronous = OFF")
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    if not is_new and found != _APPLICATION_ID:
        raise sqlite3.DatabaseError("foreign")
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS shard"
        " (key TEXT PRIMARY KEY, digest BLOB, checksum BLOB, result BLOB)"
    )
    connection.execute("BEGIN IMMEDIATE")  # two builds at once would wait for each other
    return dict(connection.execute("SELECT key, digest FROM shard"))


def _is_damage(error: sqlite3.Error) -> bool:
    """Say whether an error is about what the file holds, not about access to it.

    An error without a code is not SQLite's but its reader's: it could not read what it was given.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF not in _OF_ACCESS


class DamagedCacheError(Exception):
    """A kept shard is not what was put."""


def _checksum(packed: bytes) -> bytes:
    return blake2b(packed, digest_size=16).digest()


@contextmanager
def open_cache(folder: str | Path | None) -> Iterator[Cache | None]:
    """Open the cache in a folder, which is made if need be; None for no folder."""
    if folder is None:
        yield None
        return
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"can't hold a cache: {error.strerror}", file=str(folder)) from None
    try:
        with closing(Cache(os.path.join(folder, "shards.sqlite"))) as kept:
            yield kept
    except sqlite3.Error as error:
        raise _unusable(str(folder), error) from None


def _unusable(folder: str, error: sqlite3.Error) -> WriteError:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        hint = "wait until it has ended, or name another folder"
        return WriteError("is the cache of a build that is under way", file=folder, hint=hint)
    return WriteError(f"can't hold a cache: {error}", file=folder)
