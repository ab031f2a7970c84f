"""Which scrapes were delivered, by clients that do with a connection what they like."""

import asyncio
import gzip
import os
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from agent.web import Server
from agent.web.listener import listen
from tests.waiting import until
from tests.web.still import PATIENT, SCRAPE, SCRAPER, StillPages, abort, port_of, raw, read

MIB = 1024 * 1024


async def test_a_scraper_that_never_reads_has_not_got_the_page(url: str, pages: StillPages) -> None:
    pages.body = os.urandom(16 * MIB)
    with raw(url, *SCRAPE):
        await until(lambda: pages.ended, what="the end of a scrape that nobody reads")

    assert pages.ended == [False]


async def test_a_page_that_is_written_but_not_acknowledged_is_not_delivered_and_takes_no_room(
    server: Server, url: str, pages: StillPages
) -> None:
    pages.body = os.urandom(48 * 1024)  # all of it fits into the sender's buffer, little into this receiver's
    with raw(url, *SCRAPE, buffer=2048):
        await until(lambda: pages.ended, what="the end of a scrape that nobody reads")
        await until(lambda: not server._connections._open(), 5, "the end of the connection")

    assert pages.ended == [False]


@pytest.mark.parametrize("after", [0, 1, 100_000, 12 * MIB])
async def test_a_scraper_that_aborts_has_not_got_the_page(url: str, pages: StillPages, after: int) -> None:
    pages.body = bytes(after + 64 * MIB)  # far more than both kernels hold
    connection = raw(url, *PATIENT)
    await read(connection, after)
    await until(lambda: pages.began)
    started = time.monotonic()
    abort(connection)
    await until(lambda: pages.ended)

    assert pages.ended == [False]
    assert time.monotonic() - started < 1  # nothing waits for the sixty seconds that it gave itself


async def test_a_scraper_that_aborts_with_the_page_in_its_kernel_has_not_got_it(
    url: str, pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = raw(url, *PATIENT)
    monkeypatch.setattr("agent.web.sending.reached", lambda _: abort(connection))
    await until(lambda: pages.ended)

    assert pages.ended == [False]


@pytest.mark.parametrize("size", [1, 100, 4000, 16 * MIB])
async def test_a_scraper_that_closes_at_once_after_reading_all_has_got_the_page(
    url: str, pages: StillPages, size: int
) -> None:
    pages.body = os.urandom(size)
    with raw(url, *PATIENT, "Connection: close") as connection:
        await read(connection, (await _head(connection)) + size)
    await until(lambda: pages.ended)

    assert pages.ended == [True]


async def _head(connection: socket.socket) -> int:
    """The length of an answer's head, which is not read by this."""
    loop = asyncio.get_running_loop()
    while b"\r\n\r\n" not in (seen := await _peek(loop, connection)):
        pass
    return seen.index(b"\r\n\r\n") + 4


async def _peek(loop: asyncio.AbstractEventLoop, connection: socket.socket) -> bytes:
    ready = loop.create_future()
    loop.add_reader(connection, ready.set_result, None)
    await ready
    loop.remove_reader(connection)
    return connection.recv(1000, socket.MSG_PEEK)


async def test_a_slow_reader_has_the_time_that_it_asked_for(url: str, pages: StillPages) -> None:
    pages.body = os.urandom(4 * MIB)
    with raw(url, *PATIENT, "Connection: close", buffer=65536) as connection:
        received = await read(connection, pause=0.02)
    await until(lambda: pages.ended)

    assert received.endswith(pages.body)
    assert pages.ended == [True]


async def test_clients_that_never_read_keep_nobody_waiting(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    pages.body = os.urandom(16 * MIB)
    hanging = [raw(url, "GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 120", buffer=1024)]
    hanging += [raw(url, *hanging_request) for hanging_request in [PATIENT] * 20]
    await until(lambda: pages.began == 21)
    pages.body = b"x 1\n"

    started = time.monotonic()
    async with client.get(f"{url}/metrics", headers=SCRAPER) as answer:
        assert gzip.decompress(await answer.read()) == b"x 1\n"
    assert time.monotonic() - started < 1
    await until(lambda: pages.ended == [True])
    for connection in hanging:
        abort(connection)


async def test_scrapers_that_gave_up_in_the_queue_do_not_hold_up_the_next_one(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    pages.gate.clear()
    first = asyncio.create_task(client.get(f"{url}/metrics", headers=SCRAPER))
    await until(pages._one.locked)
    for _ in range(20):
        raw(url, *SCRAPE).close()
    last = asyncio.create_task(client.get(f"{url}/metrics", headers=SCRAPER))
    pages.gate.set()

    started = time.monotonic()
    for answering in (first, last):
        async with await answering as answer:
            await answer.read()
    assert time.monotonic() - started < 1
    await until(lambda: pages.dropped == 20)
    assert pages.began == 2


async def test_a_scrape_that_waited_half_its_timeout_is_refused(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    pages.gate.clear()
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": "0.1"}
    asking = asyncio.create_task(client.get(f"{url}/metrics", headers=headers))
    await until(pages._one.locked)
    await asyncio.sleep(0.06)
    pages.gate.set()

    async with await asking as answer:
        assert (answer.status, await answer.text()) == (503, "the scrape waited too long\n")
    assert (pages.began, pages.dropped) == (0, 1)


@pytest.mark.parametrize(("waited", "status"), [(49, 200), (51, 503)])
async def test_a_scrape_whose_turn_comes_within_half_its_timeout_gets_its_page(
    client: aiohttp.ClientSession,
    url: str,
    pages: StillPages,
    monkeypatch: pytest.MonkeyPatch,
    waited: int,
    status: int,
) -> None:
    began = time.monotonic()
    pages.on_turn = lambda: monkeypatch.setattr("agent.web.server.time", StoppedClock(began + waited))
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": "100"}
    async with client.get(f"{url}/metrics", headers=headers) as answer:
        assert answer.status == status


class StoppedClock:
    """Takes the place of the module time: it is always the same moment."""

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def monotonic(self) -> float:
        return self._moment


async def test_the_time_that_a_request_lay_in_the_kernel_counts(url: str, pages: StillPages) -> None:
    with raw(url, "GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 0.2") as connection:
        time.sleep(0.15)  # noqa: ASYNC251 - a loop that stands still, as that of a stopped process
        answer = await read(connection, 12)

    assert answer == b"HTTP/1.1 503"
    assert pages.dropped == 1


async def test_a_scraper_that_goes_when_its_turn_comes_costs_no_page(url: str, pages: StillPages) -> None:
    connection = raw(url, *SCRAPE)
    pages.on_turn = connection.close  # asyncio has not heard of it yet
    await until(lambda: pages.dropped == 1)

    assert pages.began == 0


async def test_a_client_that_aborts_leaves_no_traceback(
    url: str, pages: StillPages, capsys: pytest.CaptureFixture[str], client: aiohttp.ClientSession
) -> None:
    pages.look = pages.body = os.urandom(16 * MIB)
    half_a_body = ("POST /metrics HTTP/1.1", "Content-Length: 9")
    for request in (("GET /metrics HTTP/1.1",), SCRAPE, ("GET /healthz HTTP/1.1",), half_a_body):
        connection = raw(url, *request)
        await asyncio.sleep(0.01)
        abort(connection)
    await until(lambda: pages.ended or pages.dropped)
    async with client.get(f"{url}/healthz") as answer:
        assert answer.status == 200

    assert capsys.readouterr() == ("", "")


async def test_a_look_has_time_to_be_taken(url: str, pages: StillPages) -> None:
    pages.look = os.urandom(4 * MIB)
    with raw(url, "GET /metrics HTTP/1.1", "Connection: close", buffer=65536) as connection:
        received = await read(connection, pause=0.002)

    assert received.endswith(pages.look)


async def test_a_look_that_nobody_takes_ends(
    url: str, server: Server, pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.server.LOOK_WITHIN", 0.2)
    pages.look = os.urandom(16 * MIB)
    with raw(url, "GET /metrics HTTP/1.1"):
        await until(server._connections._open, 5, "a connection")
        await until(lambda: not server._connections._open(), 5, "the end of the connection")


# --- under TLS ----------------------------------------------------------------------------------------


@pytest.fixture
async def tls(folder: Path, pages: StillPages) -> AsyncIterator[str]:
    (folder / "web.yaml").write_text("tls_server_config: {cert_file: tls.crt, key_file: tls.key}\n")
    server = Server(pages, config_file=folder / "web.yaml")
    yield await server.start("127.0.0.1:0")
    await server.close()


async def tls_connection(url: str, *lines: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(url), ssl=trusting())
    writer.write("\r\n".join((*lines, "Host: a", "", "")).encode())
    return reader, writer


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize("size", [1, 4000, 16 * MIB])
async def test_under_tls_a_scraper_that_reads_all_and_closes_at_once_has_got_the_page(
    tls: str, pages: StillPages, size: int
) -> None:
    pages.body = os.urandom(size)
    reader, writer = await tls_connection(tls, *PATIENT)
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(size) == pages.body
    writer.close()
    await until(lambda: pages.ended)

    assert pages.ended == [True]


@pytest.mark.parametrize("looks_in_vain", [0, 1, 3])
async def test_under_tls_a_farewell_while_the_acknowledgement_is_awaited_costs_no_page(
    tls: str, pages: StillPages, monkeypatch: pytest.MonkeyPatch, looks_in_vain: int
) -> None:
    reading = threading.Thread(target=scrape_and_close, args=(tls,))
    early = [1] * looks_in_vain  # bytes that had not left when we looked
    monkeypatch.setattr("agent.web.sending.reached", lambda _: reading.join())
    monkeypatch.setattr("agent.web.delivery._buffered", lambda _: early.pop() if early else 0)
    reading.start()
    await until(lambda: pages.ended)

    assert pages.ended == [True]


def scrape_and_close(url: str) -> None:
    plain = socket.create_connection(("127.0.0.1", port_of(url)))
    with trusting().wrap_socket(plain) as connection:
        connection.sendall("\r\n".join((*PATIENT, "Host: a", "", "")).encode())
        received = b""
        while received.count(b"x 1\n") < 1000:
            received += connection.recv(65536)
        connection.settimeout(0.1)
        with suppress(TimeoutError):
            connection.unwrap()  # says farewell, and does not wait for one


async def test_under_tls_a_scraper_that_never_reads_or_aborts_has_not_got_the_page(
    tls: str, pages: StillPages
) -> None:
    pages.body = os.urandom(16 * MIB)
    _, silent = await tls_connection(tls, *SCRAPE)
    silent.transport.pause_reading()  # type: ignore[attr-defined]
    _, aborting = await tls_connection(tls, *PATIENT)
    await until(lambda: pages.began == 2)
    aborting.transport.abort()
    await until(lambda: len(pages.ended) == 2)
    silent.transport.abort()

    assert pages.ended == [False, False]


# --- what this process still holds --------------------------------------------------------------------


@pytest.fixture(params=["plain", "tls"])
async def narrow(
    pages: StillPages, folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[Server, threading.Thread]]:
    """A server whose page does not fit into the kernels, and a client that reads what they hold of it."""
    config = {"plain": "{}", "tls": "tls_server_config: {cert_file: tls.crt, key_file: tls.key}"}
    (folder / "web.yaml").write_text(config[request.param])
    monkeypatch.setattr("agent.web.server.listen", listen_with_small_buffers)
    server = Server(pages, config_file=folder / "web.yaml")
    url = await server.start("127.0.0.1:0")
    pages.body = os.urandom(90_000)  # too little to make a writer wait
    yield (
        server,
        threading.Thread(target=read_until_silent, args=(url,), kwargs={"is_tls": request.param == "tls"}),
    )
    await server.close()


async def test_a_page_is_not_delivered_while_a_part_of_it_has_not_left_this_process(
    narrow: tuple[Server, threading.Thread], pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = narrow
    held: list[int] = []

    def when_written(_: str) -> None:
        client.join()  # it has read all that the kernels held, and all of that is acknowledged
        held.append(held_by(server))

    monkeypatch.setattr("agent.web.sending.reached", when_written)
    pages.on_end = lambda: held.append(held_by(server))
    client.start()
    await until(lambda: pages.ended)

    assert held[0] > 0
    assert pages.ended == [False] or held[1] == 0


async def test_a_page_that_was_thrown_away_with_its_connection_is_not_delivered(
    narrow: tuple[Server, threading.Thread], pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = narrow

    def when_written(_: str) -> None:
        client.join()
        for handler in server._connections._known:
            if handler.transport is not None:
                handler.transport.abort()

    monkeypatch.setattr("agent.web.sending.reached", when_written)
    client.start()
    await until(lambda: pages.ended)

    assert pages.ended == [False]


async def listen_with_small_buffers(address: str) -> list[socket.socket]:
    sockets = await listen(address)
    for one in sockets:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    return sockets


def read_until_silent(url: str, *, is_tls: bool) -> None:
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    plain.connect(("127.0.0.1", port_of(url)))
    connection = trusting().wrap_socket(plain) if is_tls else plain
    with connection, suppress(TimeoutError):
        connection.sendall("\r\n".join((*PATIENT, "Host: a", "", "")).encode())
        connection.settimeout(0.5)
        while connection.recv(65536):
            pass


def held_by(server: Server) -> int:
    """Bytes in the transports of a server's connections."""
    held = 0
    for handler in server._connections._known:
        transport = handler.transport
        if transport is not None:
            beneath = getattr(transport, "_ssl_protocol", None)
            held += transport.get_write_buffer_size()
            held += beneath._transport.get_write_buffer_size() if beneath else 0
    return held


# --- where the kernel cannot be asked -----------------------------------------------------------------


async def test_elsewhere_what_has_left_an_open_connection_is_delivered(
    client: aiohttp.ClientSession, url: str, pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.delivery.CAN_ASK_KERNEL", False)
    async with client.get(f"{url}/metrics", headers=SCRAPER) as answer:
        await answer.read()
    await until(lambda: pages.ended)

    assert pages.ended == [True]


async def test_elsewhere_what_has_not_left_or_was_broken_off_is_not_delivered(
    url: str, pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.delivery.CAN_ASK_KERNEL", False)
    pages.body = os.urandom(16 * MIB)
    with raw(url, *SCRAPE):
        await until(lambda: len(pages.ended) == 1)
    aborting = raw(url, *PATIENT)
    await until(lambda: pages.began == 2)
    abort(aborting)
    await until(lambda: len(pages.ended) == 2)

    assert pages.ended == [False, False]
