"""Bounds on connections: how many there are, and how long one may take to send its first request."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

MOST = 64
"""Connections at a time. One more, and the idlest is closed: a scraper must always get in."""

HEADERS_WITHIN = 5.0
"""Seconds for a new connection to send a whole request."""

_CHECK_EVERY = 1.0


@dataclass(slots=True)
class _Connection:
    since: float
    requests: int = 0
    is_busy: bool = False


class Connections:
    """Makes the protocol of each new connection, and closes those that only take up room."""

    def __init__(self, server: Server, clock: Callable[[], float]) -> None:
        self._server = server
        self._clock = clock
        self._known: dict[RequestHandler, _Connection] = {}

    def __call__(self) -> RequestHandler:
        """Admit one connection more."""
        self._forget()
        idle = [handler for handler, it in self._known.items() if handler.transport and not it.is_busy]
        idle.sort(key=lambda handler: self._known[handler].requests)
        for handler in idle[: max(0, len(self._known) - MOST + 1)]:
            self._close(handler)
        handler = self._server()
        self._known[handler] = _Connection(self._clock())
        return handler

    @contextmanager
    def serving(self, handler: RequestHandler) -> Iterator[None]:
        """Note that a connection has sent a whole request, and is not idle while that is answered."""
        connection = self._known.setdefault(handler, _Connection(self._clock()))
        connection.requests += 1
        connection.is_busy = True
        try:
            yield
        finally:
            connection.is_busy = False

    async def watch(self) -> None:
        """Close what sends no request in time, for as long as this runs."""
        while True:
            await asyncio.sleep(_CHECK_EVERY)
            self._forget()
            for handler, it in list(self._known.items()):
                if it.requests == 0 and self._clock() - it.since > HEADERS_WITHIN:
                    self._close(handler)

    def _forget(self) -> None:
        alive = set(self._server.connections)
        self._known = {
            handler: it
            for handler, it in self._known.items()
            # One just made is connected a moment later.
            if handler in alive or (it.requests == 0 and self._clock() - it.since < HEADERS_WITHIN)
        }

    def _close(self, handler: RequestHandler) -> None:
        self._known.pop(handler, None)
        if handler.transport is not None:
            handler.transport.abort()
