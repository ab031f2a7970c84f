"""The HTTP server. It knows paths, methods and deliveries; what a page holds is Pages' business."""

import asyncio
import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from aiohttp import ClientConnectionResetError, web
from aiohttp.typedefs import Handler

from agent import logs
from agent.crashpoints import reached
from agent.web.auth import Users
from agent.web.config import WebConfig, WebConfigError
from agent.web.connections import HEADERS_WITHIN, Connections
from agent.web.delivery import second_handle
from agent.web.watched import WatchedConfig

KEEPALIVE = 120.0
"""Seconds; longer than any usual scrape interval, so that a scraper keeps its connection."""

SCRAPE_TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds"
"""The header by which Prometheus, and what is built of it, says how long it will wait."""

DEFAULT_TIMEOUT = 10.0
_LONGEST_TIMEOUT = 120.0
_COMPRESS_FROM = 1024  # bytes
_LONGEST_HEADER = 8190  # bytes
_OPEN_PATHS = frozenset({"/healthz", "/readyz"})

RELOAD_EVERY = 2.0
"""Seconds between looks at the web config file and its certificates."""

_TEXT = "text/plain; charset=utf-8"

log = logs.get_logger()


class Content(NamedTuple):
    """The body of an answer and its type."""

    body: bytes
    type: str


class Scrape(Protocol):
    """A page on its way to a scraper."""

    content: Content

    async def end(self, *, delivered: bool) -> None:
        """How that scrape ended."""


class Pages(Protocol):
    """What the server shows."""

    def preview(self, accept: str) -> Content:
        """All that is counted, for a request that is no scrape."""

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> Scrape | None:
        """The page of a scrape; None when it was stale by the time its turn came."""

    def health(self) -> str:
        """Empty when the process lives, else what is wrong."""

    def readiness(self) -> str:
        """Empty when the process is ready, else what it waits for."""


class Server:
    """Serves /metrics, /healthz and /readyz.

    Args:
        any_request_scrapes: Whether a request without Prometheus's header is a scrape too.

        config_file: Web config file for TLS and passwords, read again when it or its certificates change.
    """

    def __init__(
        self, pages: Pages, *, any_request_scrapes: bool = False, config_file: Path | None = None
    ) -> None:
        self._pages = pages
        self._any_request_scrapes = any_request_scrapes
        self._watched = WatchedConfig(config_file)
        self._users: Users | None = None
        app = web.Application(middlewares=[self._note, self._only_users])
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.on_response_prepare.append(_common_headers)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            keepalive_timeout=KEEPALIVE,
            shutdown_timeout=1.0,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )
        self._connections: Connections | None = None
        self._listener: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, address: str) -> str:
        """Listen on host:port; the answer is the URL, with the port that was taken.

        Raises:
            OSError: If the address cannot be had.

            WebConfigError: If the web config file cannot be used.
        """
        config = self._watched.read()
        await self._runner.setup()
        assert self._runner.server is not None  # noqa: S101 - setup() makes it
        self._connections = Connections(self._runner.server, time.monotonic)
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        await self._listen(host, int(port), config)
        taken = self._port
        self._tasks = [
            asyncio.create_task(self._connections.watch()),
            asyncio.create_task(self._reload(host, taken)),
        ]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, address.rpartition(":")[0])  # noqa: S104
        return f"{'https' if config.tls else 'http'}://{shown}:{taken}"

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    @property
    def certificates(self) -> dict[str, float]:
        """Unix time at which each certificate in use ends, by its file."""
        return self._watched.certificates

    @property
    def _port(self) -> int:
        assert self._listener is not None  # noqa: S101 - only asked while listening
        return int(self._listener.sockets[0].getsockname()[1])

    async def _listen(self, host: str, port: int, config: WebConfig) -> None:
        """Listen with *config*; a listener before this one is closed when the new one stands."""
        assert self._connections is not None  # noqa: S101 - set before
        before = self._listener
        self._listener = await asyncio.get_running_loop().create_server(
            self._connections,
            host,
            port,
            ssl=config.tls.context() if config.tls else None,
            ssl_handshake_timeout=HEADERS_WITHIN if config.tls else None,
            reuse_port=True,
        )
        self._users = Users(config.users) if config.users else None
        if before is not None:
            before.close()

    async def _reload(self, host: str, port: int) -> None:
        """Take over the web config file, and the certificates it names, whenever one of them changes."""
        while True:
            await asyncio.sleep(RELOAD_EVERY)
            if not self._watched.has_changed():
                continue
            try:
                await self._listen(host, port, self._watched.read())
            except (OSError, WebConfigError) as error:
                log.error("web_config.refused", error=str(error), hint="the one before stays in force")  # noqa: TRY400
            else:
                log.info("web_config.reloaded")

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell the bounds on connections that this one is at work."""
        assert self._connections is not None  # noqa: S101 - set before the first connection
        with self._connections.serving(request.protocol):
            return await handler(request)

    @web.middleware
    async def _only_users(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for a password before anything is rendered; a kubelet has none, and health says nothing."""
        users = None if request.path in _OPEN_PATHS else self._users
        if users is not None and not await users.admits(request.headers.get("Authorization", "")):
            headers = {"WWW-Authenticate": "Basic"}
            return web.Response(status=401, text="a user and a password are needed\n", headers=headers)
        return await handler(request)

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _verdict(self._pages.health(), "ok")

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _verdict(self._pages.readiness(), "ready")

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        is_scrape = request.method == "GET" and (
            self._any_request_scrapes or SCRAPE_TIMEOUT in request.headers
        )
        if not is_scrape:
            return await _respond(request, self._pages.preview(request.headers.get("Accept", "")))
        asked_at, timeout = time.monotonic(), _timeout(request)

        def is_stale() -> bool:
            return _is_gone(request) or time.monotonic() - asked_at > timeout / 2

        accept = request.headers.get("Accept", "")
        scrape = await self._pages.begin_scrape(request.remote or "", accept, is_stale)
        if scrape is None:
            return web.Response(status=503, text="the scrape waited too long\n")
        return await self._send(request, scrape, asked_at + timeout)

    async def _send(self, request: web.Request, scrape: Scrape, deadline: float) -> web.StreamResponse:
        delivered = False
        try:
            with second_handle(request.transport) as connection:
                response = await asyncio.wait_for(_respond(request, scrape.content), _left(deadline))
                reached("after_write")
                delivered = connection is None or await connection.delivered(_left(deadline))
        except (TimeoutError, ConnectionError, ClientConnectionResetError):
            raise web.HTTPRequestTimeout from None
        finally:
            await scrape.end(delivered=delivered)
        return response


async def _respond(request: web.Request, content: Content) -> web.StreamResponse:
    """Send the whole answer, always with its length: a page cut short must not look complete."""
    headers = {"Content-Type": content.type, "Vary": "Accept, Accept-Encoding"}
    body = content.body
    if len(body) >= _COMPRESS_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, 1)
        headers["Content-Encoding"] = "gzip"
    response = web.Response(body=body, headers=headers)
    await response.prepare(request)
    await response.write_eof()
    return response


async def _common_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "api-error-agent"  # aiohttp would tell its version, and Python's
    response.headers["Cache-Control"] = "no-store"


def _verdict(problem: str, fine: Literal["ok", "ready"]) -> web.Response:
    status, text = (503, problem) if problem else (200, fine)
    return web.Response(status=status, body=f"{text}\n".encode(), headers={"Content-Type": _TEXT})


def _timeout(request: web.Request) -> float:
    try:
        timeout = float(request.headers.get(SCRAPE_TIMEOUT, DEFAULT_TIMEOUT))
    except ValueError:
        return DEFAULT_TIMEOUT
    return min(timeout, _LONGEST_TIMEOUT) if timeout > 0 else DEFAULT_TIMEOUT


def _left(deadline: float) -> float:
    return max(0.05, deadline - time.monotonic())


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
