"""The HTTP server: which requests are scrapes, and which scrapes were delivered."""

import asyncio
import gzip
import os
import socket
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from agent.web import Content, Server
from tests.waiting import until

SCRAPER = {"X-Prometheus-Scrape-Timeout-Seconds": "2"}


class StillPages:
    """Pages that never change, and remember how scrapes ended."""

    def __init__(self) -> None:
        self.body = b"x 1\n" * 1000
        self.began = 0
        self.ended: list[bool] = []
        self.dropped = 0
        self.problem = ""
        self.gate = asyncio.Event()
        self.gate.set()

    def preview(self, accept: str) -> Content:
        return Content(b"preview " + accept.encode(), "text/plain")

    async def begin_scrape(self, accept: str) -> Content:
        self.began += 1
        await self.gate.wait()
        return Content(self.body, f"text/plain; accepted={accept}")

    async def end_scrape(self, *, delivered: bool) -> None:
        self.ended.append(delivered)

    def scrape_dropped(self) -> None:
        self.dropped += 1

    def health(self) -> str:
        return self.problem

    def readiness(self) -> str:
        return self.problem


@pytest.fixture
def pages() -> StillPages:
    return StillPages()


@pytest.fixture
async def url(pages: StillPages) -> AsyncIterator[str]:
    server = Server(pages)
    yield await server.start("127.0.0.1:0")
    await server.close()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


def raw(url: str, *lines: str) -> socket.socket:
    """A connection that has sent a request and has read nothing."""
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall("\r\n".join((*lines, f"Host: {host}", "", "")).encode())
    return connection


SCRAPE = ("GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 1")


async def test_a_scrape_gets_the_page_whole_and_counts_as_delivered(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    async with client.get(f"{url}/metrics", headers=SCRAPER | {"Accept": "a/b"}) as answer:
        body = await answer.read()

    assert gzip.decompress(body) == pages.body
    assert answer.headers["Content-Type"] == "text/plain; accepted=a/b"
    assert answer.headers["Content-Length"] == str(len(body))
    assert answer.headers["Server"] == "api-error-agent"
    await until(lambda: pages.ended == [True])


async def test_a_scraper_that_takes_no_gzip_gets_none(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    headers = SCRAPER | {"Accept-Encoding": "identity"}
    async with client.get(f"{url}/metrics", headers=headers) as answer:
        assert await answer.read() == pages.body


async def test_a_request_without_the_scrapers_header_sees_a_preview_and_moves_nothing(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    async with client.get(f"{url}/metrics", headers={"Accept": "a/b"}) as answer:
        assert await answer.read() == b"preview a/b"

    assert (pages.began, pages.ended) == (0, [])


async def test_any_request_is_a_scrape_if_the_settings_say_so(
    client: aiohttp.ClientSession, pages: StillPages
) -> None:
    server = Server(pages, any_request_scrapes=True)
    url = await server.start("127.0.0.1:0")
    async with client.get(f"{url}/metrics") as answer:
        await answer.read()
    await until(lambda: pages.ended == [True])
    await server.close()


async def test_a_head_request_moves_nothing(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    async with client.head(f"{url}/metrics", headers=SCRAPER) as answer:
        assert answer.status == 200

    assert pages.began == 0


async def test_a_scraper_that_never_reads_has_not_got_the_page(url: str, pages: StillPages) -> None:
    pages.body = os.urandom(16 * 1024 * 1024)
    with raw(url, *SCRAPE):
        await until(lambda: pages.ended, what="the end of a scrape that nobody reads")

    assert pages.ended == [False]


async def test_a_page_that_is_written_but_not_acknowledged_is_not_delivered(
    url: str, pages: StillPages
) -> None:
    pages.body = os.urandom(48 * 1024)  # all of it fits into the sender's buffer, little into this receiver's
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect((host, int(port)))
        connection.sendall("\r\n".join((*SCRAPE, f"Host: {host}", "", "")).encode())
        await until(lambda: pages.ended, what="the end of a scrape that nobody reads")

    assert pages.ended == [False]


async def test_a_scraper_that_aborts_has_not_got_the_page(url: str, pages: StillPages) -> None:
    pages.body = os.urandom(16 * 1024 * 1024)
    connection = raw(url, *SCRAPE)
    await until(lambda: pages.began)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    await until(lambda: pages.ended)

    assert pages.ended == [False]


async def test_a_scraper_that_closes_at_once_after_reading_all_has_got_the_page(
    url: str, pages: StillPages
) -> None:
    with raw(url, *SCRAPE, "Connection: close") as connection:
        connection.setblocking(False)  # noqa: FBT003
        loop, received = asyncio.get_running_loop(), b""
        while chunk := await loop.sock_recv(connection, 65536):
            received += chunk
    await until(lambda: pages.ended)

    assert received.endswith(pages.body)
    assert pages.ended == [True]


async def test_scrapers_that_gave_up_in_the_queue_do_not_hold_up_the_next_one(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    pages.gate.clear()
    first = asyncio.create_task(client.get(f"{url}/metrics", headers=SCRAPER))
    await until(lambda: pages.began == 1)
    gone = [raw(url, *SCRAPE) for _ in range(20)]
    for connection in gone:
        connection.close()
    pages.gate.set()
    (await first).close()

    started = time.monotonic()
    async with client.get(f"{url}/metrics", headers=SCRAPER) as answer:
        await answer.read()

    assert time.monotonic() - started < 1
    assert pages.began <= 3


async def test_a_scrape_that_waited_half_its_timeout_is_refused(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    pages.gate.clear()
    first = asyncio.create_task(client.get(f"{url}/metrics", headers=SCRAPER))
    await until(lambda: pages.began == 1)
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": "0.1"}
    second = asyncio.create_task(client.get(f"{url}/metrics", headers=headers))
    await asyncio.sleep(0.2)
    pages.gate.set()

    async with await second as answer:
        assert answer.status == 503
    (await first).close()
    assert (pages.began, pages.dropped) == (1, 1)


@pytest.mark.parametrize("page", ["healthz", "readyz"])
async def test_health_and_readiness_say_what_is_wrong(
    client: aiohttp.ClientSession, url: str, pages: StillPages, page: str
) -> None:
    async with client.get(f"{url}/{page}") as answer:
        assert answer.status == 200
    pages.problem = "waiting for the group"
    async with client.get(f"{url}/{page}") as answer:
        assert (answer.status, await answer.text()) == (503, "waiting for the group\n")


async def test_other_paths_and_methods_are_refused(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(f"{url}/etc/passwd") as answer:
        assert answer.status == 404
    async with client.post(f"{url}/metrics") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
