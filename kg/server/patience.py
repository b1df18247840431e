"""Close connections whose request does not come: uvicorn waits for ever for the end of its head.

Some hundred clients that send a line a minute would otherwise keep everybody else out.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """HTTP with a limit: a request's head is whole in `timeout_keep_alive` seconds."""

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._start_limit()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        has_head = self.cycle is not None and not self.cycle.response_complete
        if has_head:
            self._end_limit()
        elif self._limit is None:
            self._start_limit()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_limit()
        super().connection_lost(exc)

    def _start_limit(self) -> None:
        self._limit = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _end_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
