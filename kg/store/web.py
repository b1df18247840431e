"""What all requests to servers share: which URLs are let through, and what an error answer says."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler

from kg.errors import UsageError

HTTP = ("http", "https")

_SHOWN_CHARS = 300


def check_url(url: str, schemes: tuple[str, ...] = HTTP) -> str:
    """Return the URL of a server; raise UsageError for one that carries a password or isn't one."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise UsageError(
            "a URL with a user or a password in it is seen by everyone on this machine",
            hint="leave them out of it; kg load takes them from KG_USER and KG_PASSWORD",
        )
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        is_usable = False
    if not is_usable:
        hint = f"for example {schemes[0]}://localhost"
        raise UsageError(f"{url!r} is not the URL of a server", hint=hint)
    if not url.isascii() or not url.isprintable() or " " in url:
        hint = "write them as % and two digits for each byte, for example %20 for a space"
        raise UsageError(f"{url!r} holds characters that can't stand in a URL", hint=hint)
    return url


def read_reason(error: HTTPError) -> str:
    """Return what the answer says in one line, cut where it is too long to read."""
    told = " ".join(error.read(4 * _SHOWN_CHARS).decode("utf-8", "replace").split())
    return told if len(told) <= _SHOWN_CHARS else told[: _SHOWN_CHARS - 1] + "…"


class NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: urllib would turn a POST into a GET without the query."""

    def redirect_request(self, *_: object) -> None:
        return None
