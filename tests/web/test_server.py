"""The HTTP server: what is where, which requests are scrapes, and whose they are."""

import asyncio
import gzip
import logging
from collections.abc import Iterator

import aiohttp
import pytest

from agent.web import Content, Server
from agent.web.scraper import DEFAULT_TIMEOUT, LONGEST_TIMEOUT, SCRAPE_TIMEOUT, certificate_name, timeout_of
from tests.waiting import until
from tests.web.still import SCRAPE, SCRAPER, StillPages, StillScrape, raw, read


async def test_a_scrape_gets_the_page_whole_and_counts_as_delivered(
    client: aiohttp.ClientSession, url: str, pages: StillPages, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client.get(f"{url}/metrics", headers=SCRAPER | {"Accept": "a/b"}) as answer:
        body = await answer.read()

    assert gzip.decompress(body) == pages.body
    assert answer.headers["Content-Type"] == "text/plain; accepted=a/b"
    assert answer.headers["Content-Length"] == str(len(body))
    assert answer.headers["Server"] == "api-error-agent"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert len(body) < len(pages.body) / 10
    await until(lambda: pages.ended == [True])
    async with client.get(f"{url}/healthz") as answer:
        assert answer.status == 200
    assert capsys.readouterr() == ("", "")


async def test_a_scraper_that_takes_no_gzip_gets_none(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    headers = SCRAPER | {"Accept-Encoding": "identity"}
    async with client.get(f"{url}/metrics", headers=headers) as answer:
        assert await answer.read() == pages.body


async def test_a_request_without_the_scrapers_header_sees_a_preview_and_moves_nothing(
    client: aiohttp.ClientSession, url: str, pages: StillPages, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client.get(f"{url}/metrics", headers={"Accept": "a/b"}) as answer:
        assert gzip.decompress(await answer.read()) == b"preview a/b"
    async with client.get(f"{url}/healthz") as answer:
        assert answer.status == 200

    assert capsys.readouterr() == ("", "")
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


async def test_a_scraper_without_a_name_is_known_by_its_address_whatever_its_port(
    url: str, pages: StillPages
) -> None:
    for _ in range(2):
        with raw(url, *SCRAPE, "Authorization: Basic bWU6eA==", "Connection: close") as connection:
            await read(connection)

    assert pages.scrapers == ["127.0.0.1", "127.0.0.1"]


def test_a_certificate_names_by_its_common_name_or_else_by_the_first_of_its_others() -> None:
    others = (("DNS", "prometheus.monitoring"), ("DNS", "other"))
    named = {"subject": ((("organizationName", "o"),), (("commonName", "prom"),)), "subjectAltName": others}

    assert certificate_name(named) == "prom"
    assert certificate_name({"subject": (), "subjectAltName": others}) == "prometheus.monitoring"
    assert certificate_name({}) == ""


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0.25", 0.25),
        ("NaN", DEFAULT_TIMEOUT),
        ("-1", DEFAULT_TIMEOUT),
        ("0", DEFAULT_TIMEOUT),
        ("soon", DEFAULT_TIMEOUT),
        ("", DEFAULT_TIMEOUT),
        ("1e9", LONGEST_TIMEOUT),
        ("inf", LONGEST_TIMEOUT),
    ],
)
async def test_whatever_a_scraper_says_of_its_timeout_it_gets_its_page(
    client: aiohttp.ClientSession, url: str, pages: StillPages, said: str, seconds: float
) -> None:
    async with client.get(f"{url}/metrics", headers={SCRAPE_TIMEOUT: said}) as answer:
        assert gzip.decompress(await answer.read()) == pages.body

    assert timeout_of({SCRAPE_TIMEOUT: said}) == seconds
    await until(lambda: pages.ended == [True])


@pytest.mark.parametrize("page", ["healthz", "readyz"])
async def test_health_and_readiness_say_what_is_wrong(
    client: aiohttp.ClientSession, url: str, pages: StillPages, page: str
) -> None:
    async with client.get(f"{url}/{page}") as answer:
        assert answer.status == 200
    pages.problem = "waiting for the group"
    async with client.get(f"{url}/{page}") as answer:
        assert (answer.status, await answer.text()) == (503, "waiting for the group\n")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"  # a browser shows it


@pytest.mark.parametrize("path", ["/", "/metrics", "/healthz", "/none"])
async def test_nobody_keeps_an_answer_or_is_told_where_it_was_read(
    client: aiohttp.ClientSession, url: str, path: str
) -> None:
    async with client.get(f"{url}{path}") as answer:
        assert answer.headers["Server"] == "api-error-agent"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_health_is_answered_between_the_pieces_of_a_long_page(url: str, pages: StillPages) -> None:
    asked: list[bool] = []

    def health() -> str:
        asked.append(True)
        return ""

    def pieces() -> Iterator[bytes]:
        with raw(url, "GET /healthz HTTP/1.1"):
            yield from (b"x 1\n" for _ in range(1000) if not asked)
        yield b"asked" if asked else b"not asked"

    pages.health = health  # type: ignore[method-assign]
    pages.preview = lambda accept: Content(pieces(), accept)  # type: ignore[method-assign]
    with raw(url, "GET /metrics HTTP/1.1", "Connection: close") as looking:
        assert (await read(looking)).endswith(b"\nasked")


async def test_other_paths_and_methods_are_refused(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(f"{url}/etc/passwd") as answer:
        assert answer.status == 404
    async with client.post(f"{url}/metrics") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


async def test_a_page_that_cannot_be_made_is_told_without_what_the_request_held(
    client: aiohttp.ClientSession, url: str, pages: StillPages, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(accept: str) -> None:
        raise ValueError(accept)

    pages.preview = fail  # type: ignore[method-assign, assignment]
    async with client.get(f"{url}/metrics", headers={"Accept": "canary"}) as answer:
        assert answer.status == 500
    said = capsys.readouterr().out

    assert "request.failed" in said
    assert "ValueError" in said
    assert "test_server.py" in said  # where it failed
    assert "canary" not in said


async def test_a_scrape_whose_page_cannot_be_made_is_not_delivered(
    client: aiohttp.ClientSession, url: str, pages: StillPages
) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x 1\n"
        raise ValueError

    async def begin(*_: object) -> StillScrape:
        return StillScrape(pages, Content(pieces(), "text/plain"))

    pages.begin_scrape = begin  # type: ignore[method-assign, assignment]
    async with client.get(f"{url}/metrics", headers=SCRAPER) as answer:
        assert answer.status == 500

    assert pages.ended == [False]


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR])
async def test_what_aiohttp_warns_of_is_told_and_its_chatter_is_not(
    url: str, level: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert url
    logging.getLogger("aiohttp.server").log(level, "canary")
    said = capsys.readouterr().out

    assert ("request.failed" in said) is (level >= logging.WARNING)
    assert "canary" not in said


async def test_a_server_that_closes_lets_a_scrape_under_way_end(
    client: aiohttp.ClientSession, server: Server, url: str, pages: StillPages
) -> None:
    pages.gate.clear()
    asking = asyncio.create_task(client.get(f"{url}/metrics", headers=SCRAPER))
    await until(pages._one.locked)
    asyncio.get_running_loop().call_later(0.1, pages.gate.set)
    await server.close()

    async with await asking as answer:
        assert gzip.decompress(await answer.read()) == pages.body
    assert pages.ended == [True]


async def test_a_server_that_closes_tells_how_its_scrape_under_way_ended(
    server: Server, url: str, pages: StillPages, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.body = b"x 1\n" * 4_000_000
    with raw(url, "GET /metrics HTTP/1.1", f"{SCRAPE_TIMEOUT}: 60"):
        await until(lambda: pages.began)
        await asyncio.wait_for(server.close(), 5)
        assert not server._connections._open()

    assert pages.ended == [False]
    assert capsys.readouterr() == ("", "")
