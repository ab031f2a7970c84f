"""The page at / and its numbers: who may see them, and what a browser may do with them."""

import base64
import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from agent.web import Server
from tests.web.still import SCRAPER, StillPages
from tests.web.test_secure import PASSWORD, USERS

STATUS = {"version": "0.1.0", "topics": ["événements", "<b>"]}


@pytest.fixture
async def server(pages: StillPages) -> AsyncIterator[Server]:
    server = Server(pages, lambda: STATUS)
    yield server
    await server.close()


async def text_of(client: aiohttp.ClientSession, url: str) -> str:
    async with client.get(url) as answer:
        assert answer.status == 200
        return gzip.decompress(await answer.read()).decode()


async def test_the_numbers_are_json(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(f"{url}/status.json") as answer:
        assert answer.content_type == "application/json"
        assert json.loads(gzip.decompress(await answer.read())) == STATUS


async def test_to_look_is_no_scrape(client: aiohttp.ClientSession, url: str, pages: StillPages) -> None:
    for path in ("/", "/status.json"):
        async with client.get(f"{url}{path}", headers=SCRAPER) as answer:
            assert answer.status == 200

    assert pages.began == 0


async def test_a_browser_may_run_what_we_sent_and_load_nothing_from_elsewhere(
    client: aiohttp.ClientSession, url: str
) -> None:
    async with client.get(f"{url}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.content_type == "text/html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_the_page_names_no_address_of_its_own_but_relative_ones(
    client: aiohttp.ClientSession, url: str
) -> None:
    page = await text_of(client, f"{url}/")

    named = set(re.findall(r"https?://[^\s\"'`]+", page))
    assert named == {"http://www.w3.org/2000/svg"}  # a name, not a place
    assert re.findall(r'fetch\("([^"]+)"', page) == ["status.json"]  # it also stands behind a proxy's path
    assert "innerHTML" not in page


@pytest.mark.parametrize("path", ["/", "/status.json"])
async def test_who_may_not_see_the_metrics_may_not_see_the_status(
    client: aiohttp.ClientSession, pages: StillPages, tmp_path: Path, path: str
) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(USERS)
    server = Server(pages, lambda: STATUS, config_file=file)
    url = await server.start("127.0.0.1:0")

    login = {"Authorization": "Basic " + base64.b64encode(f"prometheus:{PASSWORD}".encode()).decode()}

    async with client.get(f"{url}{path}") as answer:
        assert answer.status == 401
    async with client.get(f"{url}{path}", headers=login) as answer:
        assert answer.status == 200
    await server.close()
