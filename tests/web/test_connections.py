"""Listening, and the bounds on who connects."""

import asyncio
import contextlib
import gzip
import http.client
import os
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from agent.web import ListenError, Server
from agent.web.connections import HEADERS_WITHIN, MOST
from agent.web.listener import listen
from agent.web.server import KEEPALIVE
from tests.tools.agent import Agent
from tests.waiting import until
from tests.web.still import PATIENT, SCRAPER, StillPages, answer_on, port_of, raw

LOOK = ("GET /metrics HTTP/1.1",)


async def has_answered(connection: socket.socket, *lines: str) -> bool:
    """Whether a connection that was kept still answers."""
    connection.setblocking(False)  # noqa: FBT003
    if lines:
        connection.sendall("\r\n".join((*lines, "Host: a", "", "")).encode())
    try:
        return (await asyncio.wait_for(answer_on(connection), 10))[0] == 200
    except OSError:
        return False


# --- who is closed at the bound -----------------------------------------------------------------------


async def test_300_half_open_connections_do_not_keep_a_scraper_out(
    client: aiohttp.ClientSession, server: Server, url: str
) -> None:
    attackers = [await asyncio.open_connection("127.0.0.1", port_of(url)) for _ in range(300)]
    for _, writer in attackers:
        writer.write(b"GET /metrics HTTP/1.1\r\nX-Slow: ")

    async with client.get(f"{url}/metrics", headers=SCRAPER) as answer:
        assert answer.status == 200
        await answer.read()
    assert len(server._connections._open()) <= MOST
    # Each is closed by the server, in time: a read of it comes to an end.
    ends = [asyncio.create_task(reader.read()) for reader, _ in attackers]
    await asyncio.wait_for(asyncio.gather(*ends, return_exceptions=True), HEADERS_WITHIN * 2)
    for _, writer in attackers:
        writer.close()


async def test_at_the_bound_half_open_connections_go_first_and_a_scraper_last(
    url: str, pages: StillPages
) -> None:
    scraper = raw(url, *PATIENT)
    assert await has_answered(scraper)
    pages.gate.clear()
    working = raw(url, *PATIENT)
    await until(pages._one.locked)
    looks = [raw(url, *LOOK)]
    assert await has_answered(looks[0])

    half_open = [raw(url) for _ in range(MOST + 20)]
    await until(lambda: _closed(half_open) >= 23)
    assert await has_answered(looks[0], *LOOK)

    for _ in range(MOST + 20):
        looks.append(raw(url, *LOOK))
        assert await has_answered(looks[-1])
    pages.gate.set()
    assert await has_answered(working)
    assert await has_answered(scraper, *PATIENT)
    assert _closed(half_open) == len(half_open)
    assert not await has_answered(looks[0], *LOOK)
    for connection in (scraper, working, *half_open, *looks):
        connection.close()


def _closed(connections: list[socket.socket]) -> int:
    """How many the server has closed."""
    return sum(_is_closed(connection) for connection in connections)


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


async def test_when_all_work_for_scrapers_one_more_still_gets_in(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    pages.body = os.urandom(16 * 1024 * 1024)
    hanging = [
        raw(url, "GET /metrics HTTP/1.1", "X-Prometheus-Scrape-Timeout-Seconds: 99") for _ in range(MOST)
    ]
    await until(lambda: pages.began == MOST)
    pages.body = b"x 1\n"

    async with client.get(f"{url}/metrics", headers=SCRAPER) as answer:
        assert gzip.decompress(await answer.read()) == b"x 1\n"
    await until(lambda: True in pages.ended)
    for connection in hanging:
        connection.close()


async def test_one_more_than_there_is_room_for_costs_one(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.connections._LOOK_EVERY", 0)  # asyncio needs several looks to close one
    crowd = [raw(url) for _ in range(MOST)]
    await until(lambda: len(server._connections._open()) == MOST)
    with raw(url, *LOOK) as one_more:
        assert await has_answered(one_more)

    assert [_is_closed(connection) for connection in crowd] == [True] + [False] * (MOST - 1)
    for connection in crowd:
        connection.close()


@pytest.mark.parametrize("config", ["{}", "tls_server_config: {cert_file: tls.crt, key_file: tls.key}"])
async def test_a_connection_that_asks_nothing_or_shakes_no_hands_is_closed_in_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    monkeypatch.setattr("agent.web.connections.HEADERS_WITHIN", 0.1)
    monkeypatch.setattr("agent.web.connections._CHECK_EVERY", 0.05)
    (folder / "web.yaml").write_text(config)
    server = Server(StillPages(), config_file=folder / "web.yaml")
    url = await server.start("127.0.0.1:0")
    with raw(url) as connection:
        await until(lambda: _is_closed(connection), 5)
    await until(lambda: not server._connections._open(), 5)
    await server.close()


@pytest.mark.parametrize("config", ["{}", "tls_server_config: {cert_file: tls.crt, key_file: tls.key}"])
async def test_a_server_that_closes_leaves_no_connection(folder: Path, config: str) -> None:
    (folder / "web.yaml").write_text(config)
    server = Server(StillPages(), config_file=folder / "web.yaml")
    url = await server.start("127.0.0.1:0")
    with raw(url) as silent:
        await until(server._connections._open)
        await server.close()
        assert not server._connections._open()
        await until(lambda: _is_closed(silent), 5)


async def test_a_connection_that_has_asked_once_may_be_silent(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.connections.HEADERS_WITHIN", 0.1)
    with raw(url, *LOOK) as asked, raw(url) as silent:
        assert await has_answered(asked)
        await until(lambda: _is_closed(silent), 5)
        assert await has_answered(asked, *LOOK)


# --- descriptors --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    """An agent without a broker."""
    with Agent("127.0.0.1:9", "events", ready=False) as running:
        yield running


def test_200_half_open_connections_take_no_more_descriptors_and_cut_no_scraper(agent: Agent) -> None:
    with contextlib.ExitStack() as open_until_the_end:
        scraper = open_until_the_end.enter_context(closing(http.client.HTTPConnection(agent.address)))
        scraper.request("GET", "/metrics", headers=SCRAPER)
        scraper.getresponse().read()
        socket_of_the_scraper = scraper.sock

        host, port = agent.address.split(":")
        most = 0
        for _ in range(200):
            open_until_the_end.enter_context(socket.create_connection((host, int(port))))
            most = max(most, _descriptors_of_connections(agent))
        end = time.monotonic() + 1
        while time.monotonic() < end:
            most = max(most, _descriptors_of_connections(agent))

        assert most <= MOST + 1  # one may stand at the door
        assert most >= MOST / 2, "the connections are not the ones that were looked at"
        scraper.request("GET", "/metrics", headers=SCRAPER)
        assert scraper.getresponse().read()
        assert scraper.sock is socket_of_the_scraper


def _descriptors_of_connections(agent: Agent) -> int:
    """How many connections to its port an agent holds; those to its brokers come and go."""
    port = int(agent.address.rpartition(":")[2])
    rows = [row.split() for row in Path(f"/proc/{agent.pid}/net/tcp").read_text().splitlines()[1:]]
    listening = "0A"  # a state of include/net/tcp_states.h
    at_the_port = {
        f"socket:[{inode}]"
        for _, local, _, state, _, _, _, _, _, inode, *_ in rows
        if int(local.rpartition(":")[2], 16) == port and state != listening
    }
    held = 0
    for descriptor in Path(f"/proc/{agent.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since the folder was read
            held += str(descriptor.readlink()) in at_the_port
    return held


async def test_without_descriptors_a_server_waits_for_some(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = [raw(url, *LOOK), raw(url, *LOOK)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (waiting[-1].fileno() + 1, hard))
    try:
        await until(lambda: "web.not_accepting" in capsys.readouterr().out, 5)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    for connection in waiting:
        assert await has_answered(connection)
        connection.close()


# --- keeping a connection -----------------------------------------------------------------------------


async def test_a_scraper_keeps_its_connection_for_two_minutes(
    url: str, pages: StillPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    clock, ahead = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: clock() + ahead)
    with raw(url, *PATIENT) as scraper:
        assert await has_answered(scraper)
        await until(lambda: pages.ended == [True])
        ahead = KEEPALIVE - 5
        await asyncio.sleep(0.05)
        assert KEEPALIVE >= 120
        assert await has_answered(scraper, *PATIENT)
        await until(lambda: len(pages.ended) == 2)
        ahead += KEEPALIVE + 5
        await until(lambda: _is_closed(scraper), 5)


# --- listening ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", ""])
async def test_an_address_is_never_shared_by_two(url: str, host: str) -> None:
    second = Server(StillPages())
    with pytest.raises(ListenError) as refused:
        await second.start(f"{host}:{port_of(url)}")

    assert refused.value.address == f"{host}:{port_of(url)}"
    assert refused.value.reason == "Address already in use"
    assert not isinstance(refused.value, OSError)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("192.0.2.1:0", "Cannot assign requested address"),
        ("no-such-host.invalid:9464", "not known|failure in name resolution"),
        (f"{'a' * 70}.example:9464", "label"),
    ],
)
async def test_an_address_that_cannot_be_had_says_why(address: str, reason: str) -> None:
    with pytest.raises(ListenError, match=reason):
        await Server(StillPages()).start(address)


async def test_an_address_can_be_taken_again_at_once(url: str, server: Server) -> None:
    with raw(url, *LOOK) as connection:
        assert await has_answered(connection)
        await server.close()
        again = Server(StillPages())
        assert await again.start(f"127.0.0.1:{port_of(url)}") == url
        await again.close()


@pytest.mark.parametrize("address", [":0", "localhost:0"])
async def test_where_any_port_will_do_it_is_the_same_for_all_addresses_of_a_host(address: str) -> None:
    sockets = await listen(address)
    ports = {one.getsockname()[1] for one in sockets}
    for one in sockets:
        one.close()

    assert len(ports) == 1


@pytest.mark.parametrize(
    ("address", "shown"),
    [("0.0.0.0:0", "http://127.0.0.1:"), (":0", "http://127.0.0.1:"), ("localhost:0", "http://localhost:")],
)
async def test_the_url_of_a_server_leads_to_it(
    client: aiohttp.ClientSession, address: str, shown: str
) -> None:
    server = Server(StillPages())
    url = await server.start(address)
    assert url.startswith(shown)
    async with client.get(f"{url}/healthz") as answer:
        assert answer.status == 200
    await server.close()
