"""A server with pages that never change, a client, and certificates."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from agent.web import Server
from tests.tools import certificates
from tests.tools.cache import require
from tests.web.still import StillPages


@pytest.fixture
def pages() -> StillPages:
    return StillPages()


@pytest.fixture
async def server(pages: StillPages) -> AsyncIterator[Server]:
    server = Server(pages)
    yield server
    await server.close()


@pytest.fixture
async def url(server: Server) -> str:
    return await server.start("127.0.0.1:0")


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


@pytest.fixture(scope="session")
def certs() -> Path:
    return require(certificates.ensure)


@pytest.fixture
def folder(tmp_path: Path, certs: Path) -> Path:
    """A folder with the server's certificate and key, as a Secret would mount them."""
    shutil.copy(certs / "broker.crt", tmp_path / "tls.crt")
    shutil.copy(certs / "broker.key", tmp_path / "tls.key")
    shutil.copy(certs / "ca.pem", tmp_path / "ca.crt")
    return tmp_path
