"""Accepts connections on one address, each as the web config file says at that moment."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp.web import RequestHandler

from agent import logs
from agent.web.connections import Connections
from agent.web.guard import Guard
from agent.web.seldom import Seldom

_BACKLOG = 128
_PAUSE = 0.1  # seconds after a connection could not be accepted: there are no descriptors left

log = logs.get_logger()


class ListenError(Exception):
    """An address cannot be had.

    Attributes:
        address: As it was asked for.

        reason: In the words of the operating system.
    """

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"cannot listen on {address}: {reason}")
        self.address = address
        self.reason = reason


class Listener:
    """Listens for as long as it is open.

    It accepts connections itself, not by asyncio's server: TLS of a changed file holds for the next
    connection without a second socket on the same port, and there are never more connections than there
    is room for.

    Args:
        make: Makes the handler of a connection.
    """

    def __init__(
        self,
        sockets: list[socket.socket],
        make: Callable[[], RequestHandler],
        connections: Connections,
        guard: Guard,
    ) -> None:
        self._sockets = sockets
        self._make = make
        self._connections = connections
        self._guard = guard
        self._seldom = Seldom()
        self._tasks: set[asyncio.Task[None]] = set()
        for one in sockets:
            self._start(self._accept(one))
        self._start(connections.watch())
        self._start(guard.watch())

    @property
    def port(self) -> int:
        return int(self._sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more; the connections there are may end what they do."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        _close(self._sockets)

    async def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                accepted, _ = await asyncio.get_running_loop().sock_accept(listening)
            except OSError as error:
                if times := self._seldom.due("accept"):
                    log.error("web.not_accepting", error=error.strerror, times=times)  # noqa: TRY400 - no descriptors: nothing in our calls
                await asyncio.sleep(_PAUSE)
                continue
            handler = self._make()
            await self._connections.admit(handler, accepted)
            self._start(self._connect(accepted, handler))

    async def _connect(self, accepted: socket.socket, handler: RequestHandler) -> None:
        """Hand a connection over to its handler, after the handshake of TLS if there is one."""
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: handler, accepted, ssl=self._guard.tls
            )
        except ssl.SSLError as error:
            if times := self._seldom.due("handshake"):
                log.info("tls.refused", reason=error.reason, connections=times)
        except OSError:  # it has gone already
            pass

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def listen(address: str) -> list[socket.socket]:
    """Sockets that listen on host:port, one for each address that the host has here.

    Raises:
        ListenError: If the address cannot be had, or somebody listens there already.
    """
    loop = asyncio.get_running_loop()
    host, _, port = address.rpartition(":")
    try:
        bound = await loop.create_server(
            asyncio.Protocol, host.strip("[]") or None, int(port), start_serving=False
        )
    except (OSError, UnicodeError) as error:  # UnicodeError: no host can have this name
        raise ListenError(address, _reason(error)) from None
    sockets = [one.dup() for one in bound.sockets]
    bound.close()
    ports = [one.getsockname()[1] for one in sockets]
    try:
        if len(set(ports)) > 1:  # port 0 took another one for each address
            _close(sockets)
            return await listen(f"{host}:{ports[0]}")
        for one in sockets:
            one.listen(_BACKLOG)
    except OSError as error:  # two bound it at the same moment, and the other was faster
        _close(sockets)
        raise ListenError(address, _reason(error)) from None
    return sockets


def _close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


def _reason(error: Exception) -> str:
    """The operating system's words; asyncio puts its own around them."""
    number: Any = getattr(error, "errno", None)
    return os.strerror(number) if number in errno.errorcode else str(error)
