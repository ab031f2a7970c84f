"""Bounds on connections: how many there are, and how long one may take to send its first request."""

import asyncio
from collections.abc import Callable

from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

MOST = 64
"""Connections at a time. One more, and the idlest is closed: a scraper must always get in."""

HEADERS_WITHIN = 5.0
"""Seconds for a new connection to send a whole request."""

_CHECK_EVERY = 1.0


class Connections:
    """Makes the protocol of each new connection, and closes those that only take up room."""

    def __init__(self, server: Server, clock: Callable[[], float]) -> None:
        self._server = server
        self._clock = clock
        self._since: dict[RequestHandler, float] = {}

    def __call__(self) -> RequestHandler:
        """Admit one connection more."""
        self._forget()
        idle = sorted((handler for handler in self._since if _is_idle(handler)), key=_has_served)
        for handler in idle[: max(0, len(self._since) - MOST + 1)]:
            self._close(handler)
        handler = self._server()
        self._since[handler] = self._clock()
        return handler

    async def watch(self) -> None:
        """Close what sends no request in time, for as long as this runs."""
        while True:
            await asyncio.sleep(_CHECK_EVERY)
            self._forget()
            for handler, since in list(self._since.items()):
                is_slow = self._clock() - since > HEADERS_WITHIN
                if is_slow and _is_idle(handler) and not _has_served(handler):
                    self._close(handler)

    def _forget(self) -> None:
        alive = set(self._server.connections)
        self._since = {
            handler: since
            for handler, since in self._since.items()
            if handler in alive or self._clock() - since < HEADERS_WITHIN  # or not yet connected
        }

    def _close(self, handler: RequestHandler) -> None:
        self._since.pop(handler, None)
        if handler.transport is not None:  # as _is_idle has seen
            handler.transport.abort()


def _is_idle(handler: RequestHandler) -> bool:
    """Whether it is connected, which comes a moment after it is made, and has no request under way."""
    return handler.transport is not None and handler._current_request is None  # noqa: SLF001 - no public word


def _has_served(handler: RequestHandler) -> bool:
    return handler._keepalive_handle is not None  # noqa: SLF001 - set once a request was answered
