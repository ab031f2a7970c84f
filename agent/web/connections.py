"""Bounds on connections: how many there are, and how long one may take to send its first request."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum

from aiohttp.web import RequestHandler

MOST = 64
"""Connections, and so descriptors, at a time. For one more another goes: a scraper must always get in."""

HEADERS_WITHIN = 5.0
"""Seconds for a new connection to send a whole request, the handshake of TLS included."""

_CHECK_EVERY = 1.0
_LOOK_EVERY = 0.001  # seconds, while asyncio closes a descriptor


class Worth(IntEnum):
    """What a connection has done so far, the least worth keeping first."""

    NOTHING = 0
    ASKED = 1
    SCRAPED = 2  # it has taken a whole page


@dataclass(slots=True, eq=False)
class Connection:
    """One accepted socket. asyncio closes it, and that is seen in its descriptor."""

    socket: socket.socket
    since: float  # when it was accepted, or began its last request
    worth: Worth = Worth.NOTHING
    is_busy: bool = False
    is_leaving: bool = False

    @property
    def is_open(self) -> bool:
        return self.socket.fileno() != -1

    @property
    def rank(self) -> tuple[Worth, bool, float]:
        """The lowest goes first: the least worth, of these the idle, of these the longest known."""
        return self.worth, self.is_busy, self.since

    def leave(self) -> None:
        """End it, whether asyncio is shaking hands on it, reads it, or waits for a peer that never reads."""
        self.is_leaving = True
        with suppress(OSError):  # the peer was faster
            self.socket.shutdown(socket.SHUT_RDWR)


class Connections:
    """All connections, by the handler of each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[RequestHandler, Connection] = {}

    async def admit(self, handler: RequestHandler, accepted: socket.socket) -> None:
        """Take in one connection more; where there is no room, another has gone when this returns."""
        while len(self._open()) >= MOST:
            staying = [it for it in self._open() if not it.is_leaving]
            if len(staying) >= MOST:
                min(staying, key=lambda it: it.rank).leave()
            await asyncio.sleep(_LOOK_EVERY)
        self._known[handler] = Connection(accepted, self._clock())

    @contextmanager
    def serving(self, handler: RequestHandler) -> Iterator[None]:
        """Note that a connection has sent a whole request, and is not idle while that is answered."""
        connection = self._known.get(handler)
        if connection is None:  # it was closed, and forgotten, before its request was looked at
            yield
            return
        connection.worth = max(connection.worth, Worth.ASKED)
        connection.since, connection.is_busy = self._clock(), True
        try:
            yield
        finally:
            connection.is_busy = False

    def has_scraped(self, handler: RequestHandler) -> None:
        """Note that a connection is a scraper's: it is the last to go."""
        if handler in self._known:
            self._known[handler].worth = Worth.SCRAPED

    async def watch(self) -> None:
        """Close what sends no request in time, for as long as this runs."""
        while True:
            await asyncio.sleep(_CHECK_EVERY)
            for it in self._open():
                if it.worth is Worth.NOTHING and self._clock() - it.since > HEADERS_WITHIN:
                    it.leave()

    async def close(self) -> None:
        """Close all that are left."""
        deadline = self._clock() + _CHECK_EVERY
        while (left := self._open()) and self._clock() < deadline:
            for connection in left:
                connection.leave()
            await asyncio.sleep(_LOOK_EVERY)

    def _open(self) -> list[Connection]:
        self._known = {handler: it for handler, it in self._known.items() if it.is_open}
        return list(self._known.values())
