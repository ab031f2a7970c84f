"""Pages that show what a test says, and clients that do what no good client does."""

import asyncio
import re
import socket
from collections.abc import Callable

from agent.web import Content

SCRAPER = {"X-Prometheus-Scrape-Timeout-Seconds": "2"}

SCRAPE = ("GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 1")
PATIENT = ("GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 60")


class StillScrape:
    """A scrape that notes how it ended."""

    def __init__(self, pages: "StillPages", content: Content) -> None:
        self._pages = pages
        self.content = content

    async def end(self, *, delivered: bool) -> None:
        self._pages.on_end()
        self._pages.ended.append(delivered)


class StillPages:
    """Pages that never change, and remember who asked and how scrapes ended."""

    def __init__(self) -> None:
        self.body = b"x 1\n" * 1000
        self.look = b"preview "
        self.scrapers: list[str] = []
        self.ended: list[bool] = []
        self.dropped = 0
        self.problem = ""
        self.on_turn: Callable[[], None] = lambda: None
        self.on_end: Callable[[], None] = lambda: None
        self.gate = asyncio.Event()
        self.gate.set()
        self._one = asyncio.Lock()

    @property
    def began(self) -> int:
        return len(self.scrapers)

    def preview(self, accept: str) -> Content:
        return Content(iter((self.look, accept.encode())), "text/plain")

    async def begin_scrape(
        self, scraper: str, accept: str, is_stale: Callable[[], bool]
    ) -> StillScrape | None:
        async with self._one:
            await self.gate.wait()
            self.on_turn()
            if is_stale():
                self.dropped += 1
                return None
            self.scrapers.append(scraper)
            return StillScrape(self, Content(iter((b"", self.body)), f"text/plain; accepted={accept}"))

    def health(self) -> str:
        return self.problem

    def readiness(self) -> str:
        return self.problem


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def raw(url: str, *lines: str, buffer: int | None = None) -> socket.socket:
    """A connection that has sent a request and has read nothing; *buffer* is what its kernel takes unread."""
    connection = socket.socket()
    if buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.connect(("127.0.0.1", port_of(url)))
    if lines:
        connection.sendall("\r\n".join((*lines, "Host: 127.0.0.1", "", "")).encode())
    connection.setblocking(False)  # noqa: FBT003
    return connection


def abort(connection: socket.socket) -> None:
    """Break a connection off: the other side gets a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


async def read(connection: socket.socket, at_most: int = 1 << 30, *, pause: float = 0.0) -> bytes:
    """What comes until the other side closes, or *at_most* bytes; with a pause before each part."""
    loop, received = asyncio.get_running_loop(), b""
    while len(received) < at_most:
        await asyncio.sleep(pause)
        chunk = await loop.sock_recv(connection, min(65536, at_most - len(received)))
        if not chunk:
            break
        received += chunk
    return received


async def answer_on(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of one answer, and not a byte more."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = await read(connection, 1)
        if not byte:
            raise ConnectionError(f"closed after {head!r}")
        head += byte
    length = re.search(rb"\r\nContent-Length: (\d+)\r\n", head)
    return int(head[9:12]), await read(connection, int(length[1])) if length else b""
