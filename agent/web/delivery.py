"""Whether a peer has the whole answer: the kernel knows, a finished write only says that we have sent."""

import asyncio
import fcntl
import os
import socket
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

_FIRST_WAIT, _LONGEST_WAIT = 0.0005, 0.01


class Socket:
    """A second handle on a connection: it can be asked after the peer has closed and aiohttp let go of it."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @property
    def unacknowledged(self) -> int:
        """Bytes that the peer's kernel has not acknowledged (SIOCOUTQ, which Linux knows as TIOCOUTQ)."""
        return int(struct.unpack("i", fcntl.ioctl(self._fd, termios.TIOCOUTQ, b"\0" * 4))[0])

    async def delivered(self, within: float) -> bool:
        """Wait until everything is acknowledged; False when that does not happen within *within* seconds."""
        deadline, wait = time.monotonic() + within, _FIRST_WAIT
        while self.unacknowledged:
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        return True


@contextmanager
def second_handle(transport: asyncio.BaseTransport | None) -> Iterator[Socket | None]:
    """A Socket for a transport; None where the connection is gone, or the kernel cannot be asked."""
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is None or connection.fileno() < 0 or not sys.platform.startswith("linux"):
        yield None
        return
    fd = os.dup(connection.fileno())
    try:
        yield Socket(fd) if connection.family in (socket.AF_INET, socket.AF_INET6) else None
    finally:
        os.close(fd)
