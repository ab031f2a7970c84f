"""A page that shows what a test says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest

from agent.web import Server
from tests.tools import page
from tests.tools.cache import require
from tests.web.still import StillPages

Serve = Callable[[Mapping[str, object]], Awaitable[str]]


@pytest.fixture(autouse=True, scope="session")
def _browser() -> None:
    require(page.ensure)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Shows a status; the answer is where."""
    servers = []

    async def start(status: Mapping[str, object]) -> str:
        servers.append(Server(StillPages(), lambda: status))
        return await servers[-1].start("127.0.0.1:0")

    yield start
    for server in servers:
        await server.close()
