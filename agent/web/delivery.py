"""Whether a peer has the whole answer: the kernel knows, a finished write only says that we have sent.

Delivered means, on Linux: our own buffers are empty, the peer's kernel has acknowledged the last byte
(SIOCOUTQ is 0), and the peer has not broken the connection off. A peer that reads all and closes at
once has it. Elsewhere (macOS) the kernel is not asked, and delivered means: our own buffers are empty
and the connection is open at that moment. What then still lies in a kernel, a peer may never read.
"""

import asyncio
import fcntl
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

CAN_ASK_KERNEL = sys.platform.startswith("linux")

_FIRST_WAIT, _LONGEST_WAIT = 0.0005, 0.01

# The beginning of struct tcp_info: the state, and where it says how long ago the last byte came (ms).
_TCP_INFO_SIZE, _LAST_DATA_RECEIVED = 56, 52
_ESTABLISHED, _CLOSED = 1, 7


class Peer:
    """The other end of a connection.

    A second handle on the socket answers also after the peer has closed and aiohttp has let go of it.
    """

    def __init__(self, transport: asyncio.Transport | None) -> None:
        self._transport = transport
        self._handle = _second_handle(transport)

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()

    @property
    def is_gone(self) -> bool:
        """Whether nobody waits for an answer any more: a peer that has closed its side counts as gone."""
        if self._transport is None or self._transport.is_closing():
            return True
        return self._handle is not None and _state(self._handle) != _ESTABLISHED

    @property
    def silent_for(self) -> float:
        """Seconds since its last byte came in, also while this process was stopped; 0 where nobody knows."""
        if self._handle is None:
            return 0.0
        return int(struct.unpack_from("I", _tcp_info(self._handle), _LAST_DATA_RECEIVED)[0]) / 1000

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Read nothing of it meanwhile.

        When asyncio hears a peer close it closes too, and under TLS it says so to a peer that acknowledges
        nothing any more. What matters while a page is on its way is seen in the state of the socket.
        """
        transport = self._transport
        if transport is None or self._handle is None or not transport.is_reading():
            yield
            return
        transport.pause_reading()
        try:
            yield
        finally:
            if not transport.is_closing():
                transport.resume_reading()

    async def has_all(self, deadline: float) -> bool:
        """Wait until all that was written has arrived; False when it never will, or not by *deadline*."""
        return await _first(self._has_left, deadline) and await _first(self._has_arrived, deadline)

    def abort(self) -> None:
        """Throw away what is still on its way."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort()

    def _has_left(self) -> bool | None:
        """Whether our buffers are empty; None when not yet. A transport that closes has lost what it held."""
        if self._transport is None or self._transport.is_closing():
            return False
        return True if not _buffered(self._transport) else None

    def _has_arrived(self) -> bool | None:
        """Whether the peer's kernel has it all; None when not yet."""
        if self._handle is None:
            return True
        if _state(self._handle) == _CLOSED:
            return False
        if not _unacknowledged(self._handle):
            return True
        is_ours_closed = self._transport is None or self._transport.is_closing()
        return False if is_ours_closed else None


@contextmanager
def peer_of(transport: asyncio.Transport | None) -> Iterator[Peer]:
    """The peer of a connection, for as long as the answer takes."""
    peer = Peer(transport)
    try:
        yield peer
    finally:
        peer.close()


def _second_handle(transport: asyncio.Transport | None) -> socket.socket | None:
    """None where the connection is gone, or the kernel cannot be asked."""
    if transport is None or not CAN_ASK_KERNEL:
        return None
    with suppress(OSError):
        handle: socket.socket = transport.get_extra_info("socket").dup()
        return handle
    return None


async def _first(look: Callable[[], bool | None], deadline: float) -> bool:
    """The first answer of *look* that is not None; False at the deadline."""
    wait = _FIRST_WAIT
    while (answer := look()) is None:
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)
    return answer


def _buffered(transport: asyncio.Transport) -> int:
    """Bytes that this process still holds: TLS has a transport of its own above that of the socket."""
    size = transport.get_write_buffer_size()
    if transport.get_extra_info("sslcontext") is not None:
        size += transport._ssl_protocol._transport.get_write_buffer_size()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way
    return size


def _unacknowledged(handle: socket.socket) -> int:
    """Bytes in the kernel that the peer's has not acknowledged (SIOCOUTQ, which Linux knows as TIOCOUTQ)."""
    return int(struct.unpack("i", fcntl.ioctl(handle, termios.TIOCOUTQ, b"\0" * 4))[0])


def _state(handle: socket.socket) -> int:
    return _tcp_info(handle)[0]


def _tcp_info(handle: socket.socket) -> bytes:
    return handle.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
