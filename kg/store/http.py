"""HTTP to triplestores: credentials, retries, and errors that say what to do.

Credentials come from the environment or a prompt, never from an argument or a URL: arguments
stand in process lists, URLs in logs. They are sent to the host that was named and to no other,
since redirects are not followed, and no message repeats them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithPriorAuth,
    OpenerDirector,
    Request,
    build_opener,
)

from kg.errors import KgError, WriteError
from kg.store.web import NoRedirects, read_reason

TIMEOUT_S = 600.0
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_REFUSED = (401, 403)


class Credentials(NamedTuple):
    """Who asks: a user with a password (Basic or Digest, as the server wants), or a token."""

    user: str | None = None
    password: str | None = None
    token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r})"


class PassingError(WriteError):
    """The server failed in a way that may pass: it is worth another attempt."""


@dataclass
class Client:
    """Sends requests; what fails in passing is sent again, `retries` times, after longer waits.

    `sleep` waits that many seconds, `tell` is given a line for a person at each wait.
    """

    credentials: Credentials = field(default_factory=Credentials)
    timeout_s: float = TIMEOUT_S
    retries: int = 5
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], object] = str

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> bytes:
        """Send a request that may be sent twice, and return the answer's content.

        Raises WriteError where the server refuses, or where the last attempt fails.
        """
        for attempt in range(self.retries):
            try:
                return self.send_once(method, url, headers, body)
            except PassingError as error:
                wait_s = 0.5 * 2**attempt * random.uniform(1, 1.5)  # noqa: S311 - no secret
                self.tell(f"{error}; trying again in {wait_s:.1f} s")
                self.sleep(wait_s)
        return self.send_once(method, url, headers, body)

    def send_once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> bytes:
        """Send a request that must not be sent twice."""
        given = dict(headers)
        if self.credentials.token is not None:
            given["Authorization"] = f"Bearer {self.credentials.token}"
        request = Request(url, body, given, method=method)  # noqa: S310 - http(s) alone gets here
        try:
            with self._opener(url).open(request, timeout=self.timeout_s) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            with error:
                raise _http_error(error, url) from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise PassingError(f"did not answer in {self.timeout_s:g} s", file=url) from None
            told = getattr(reason, "strerror", None) or reason
            raise PassingError(f"can't be reached: {told}", file=url) from None

    def _opener(self, url: str) -> OpenerDirector:
        handlers: list[BaseHandler] = [NoRedirects()]
        user, password, _ = self.credentials
        if user is not None:
            passwords = HTTPPasswordMgrWithPriorAuth()
            host = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"
            passwords.add_password(None, host, user, password or "")
            handlers += [HTTPDigestAuthHandler(passwords), HTTPBasicAuthHandler(passwords)]
        return build_opener(*handlers)


def _http_error(error: HTTPError, url: str) -> KgError:
    if error.code in _REFUSED:
        hint = "set KG_USER and KG_PASSWORD, or KG_TOKEN, to those of someone who may write"
        return WriteError(f"answered {error.code}: it does not let us in", file=url, hint=hint)
    if target := error.headers.get("Location"):
        return WriteError("has moved", file=url, hint=f"use {target}")
    told = read_reason(error)
    message = f"answered {error.code} {error.reason}" + (f": {told}" if told else "")
    return (PassingError if error.code in _PASSING else WriteError)(message, file=url)
