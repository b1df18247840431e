"""Virtuoso's `isql`, run so that nobody sees the password.

isql takes a password as an argument, where every user of the machine reads it. Given none, it
tries the factory's, fails, and asks on its terminal. So it gets a terminal of its own.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from kg.errors import KgError, UsageError, WriteError
from kg.store.http import Credentials

if sys.platform != "win32":
    import pty

PROGRAMS = ("isql-vt", "isql-v", "isql")
_PROMPT = b"Enter password for"
_ERROR = re.compile(r"\*\*\* Error (?P<state>\w+): (?P<text>.*)")
_OPTIONS = ("BANNER=OFF", "PROMPT=OFF", "VERBOSE=OFF", "ERRORS=STDOUT")
_VALUE = "@@"
_READ_BYTES = 1 << 16


class Isql(NamedTuple):
    """A Virtuoso server that takes SQL at `host:port`."""

    address: str
    credentials: Credentials

    def run(self, script: str) -> list[str]:
        """Run SQL statements; return what `value(…)` selected in them, in order.

        Raises WriteError with the first of Virtuoso's errors.
        """
        with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
            file.write(script)
            file.flush()
            output = self._talk([_find_program(), self.address, *self._login(file.name)])
        lines = output[output.rfind(_PROMPT.decode()) + 1 :].splitlines()
        for line in lines:
            if match := _ERROR.match(line):
                raise self._error(match["state"], match["text"])
        return [line.removeprefix(_VALUE).strip() for line in lines if line.startswith(_VALUE)]

    def _login(self, script: str) -> list[str]:
        return [self.credentials.user or "dba", f"exec=load {script};", *_OPTIONS]

    def _talk(self, command: list[str]) -> str:
        """Run isql on a terminal, give the password when it asks, return what it printed."""
        if sys.platform == "win32":
            raise UsageError("Virtuoso's bulk loader is driven from Linux and macOS alone")
        process, terminal = pty.fork()
        if process == 0:  # pragma: no cover - the child becomes isql
            # under nohup it would outlive its terminal, and ask for the password for ever
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.execvp(command[0], command)  # noqa: S606 - no shell
        output = b""
        has_answered = False
        try:
            while block := _read(terminal):
                output += block
                if _PROMPT in output and not has_answered:
                    password = self.credentials.password or ""
                    os.write(terminal, password.encode() + b"\n")
                    has_answered = True
                elif output.count(_PROMPT) > 1:
                    raise self._error("28000", "Bad login")
        finally:
            os.close(terminal)
            os.waitpid(process, 0)
        return output.decode("utf-8", "replace").replace("\r\n", "\n")

    def _error(self, state: str, text: str) -> KgError:
        place = f"virtuoso://{self.address}"
        if "Bad login" in text:
            hint = "set KG_USER and KG_PASSWORD"
            return WriteError("refuses the user or the password", file=place, hint=hint)
        if "Connect failed" in text:
            hint = "is that the port of Parameters/ServerPort in virtuoso.ini, and the server up?"
            return WriteError("can't be reached", file=place, hint=hint)
        told = text.replace("[Virtuoso Driver]", "").replace("[Virtuoso Server]", "").strip()
        return WriteError(f"refused a statement: {state} {told}", file=place)


def value(expression: str) -> str:
    """Return the SQL that selects an expression so that `Isql.run` returns it."""
    return f"SELECT CONCAT('{_VALUE}', CAST(({expression}) AS VARCHAR));\n"


def quote(text: str) -> str:
    """Return a text as an SQL literal, backslashes as Virtuoso wants them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _read(terminal: int) -> bytes:
    """Read what there is; nothing at the end, which Linux tells by an error."""
    select.select([terminal], [], [])
    try:
        return os.read(terminal, _READ_BYTES)
    except OSError:
        return b""


def _find_program() -> str:
    for name in PROGRAMS:
        if (found := shutil.which(name)) and _is_virtuoso(found):
            return found
    hint = "Debian: apt install virtuoso-opensource-7-bin"
    raise UsageError("Virtuoso's program isql is not installed", hint=hint)


def _is_virtuoso(path: str) -> bool:
    """Return whether a program is Virtuoso's: unixODBC has an `isql` too."""
    return Path(path).name != "isql" or "virtuoso" in str(Path(path).resolve()).lower()
