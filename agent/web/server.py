"""The HTTP server. It knows paths, methods and deliveries; what a page holds is Pages' business."""

import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal, cast

from aiohttp import web
from aiohttp.typedefs import Handler

from agent import logs
from agent.web.aiohttplog import AiohttpLog
from agent.web.auth import user_of
from agent.web.connections import Connections
from agent.web.delivery import Peer, peer_of
from agent.web.guard import Guard
from agent.web.listener import Listener, listen
from agent.web.pages import Content, Pages
from agent.web.scraper import SCRAPE_TIMEOUT, identity, timeout_of
from agent.web.seldom import Seldom
from agent.web.sending import LOOK_WITHIN, delivered, response_of, sent
from agent.web.statuspage import PAGE, POLICY

KEEPALIVE = 120.0
"""Seconds; longer than any usual scrape interval, so that a scraper keeps its connection."""

_OPEN_PATHS = frozenset({"/healthz", "/readyz"})

_TEXT = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_JSON = "application/json"

log = logs.get_logger()


class Server:
    """Serves /metrics, /healthz, /readyz, and the status page with its /status.json.

    Args:
        status: Gives what the status page shows, as JSON can have it.

        any_request_scrapes: Whether a request without Prometheus's header is a scrape too.

        config_file: Web config file for TLS and passwords, read again when it or its certificates change.

    Raises:
        WebConfigError: If the web config file cannot be used.
    """

    def __init__(
        self,
        pages: Pages,
        status: Callable[[], object] = dict,
        *,
        any_request_scrapes: bool = False,
        config_file: Path | None = None,
    ) -> None:
        self._pages = pages
        self._status = status
        self._any_request_scrapes = any_request_scrapes
        self._guard = Guard(config_file)
        self._connections = Connections()
        self._seldom = Seldom()
        self._opened = AsyncExitStack()
        self._app = web.Application(middlewares=[self._note, self._only_users])
        self._app.router.add_get("/", self._page)
        self._app.router.add_get("/status.json", self._status_json)
        self._app.router.add_get("/metrics", self._metrics)
        self._app.router.add_get("/healthz", self._healthz)
        self._app.router.add_get("/readyz", self._readyz)
        self._app.on_response_prepare.append(_common_headers)

    async def start(self, address: str) -> str:
        """Listen on host:port; the answer is the URL, with the port that was taken.

        Raises:
            ListenError: If the address cannot be had.
        """
        sockets = await listen(address)
        AiohttpLog().listen()
        runner = web.AppRunner(self._app, access_log=None, keepalive_timeout=KEEPALIVE, shutdown_timeout=1.0)
        await runner.setup()
        make = cast("web.Server", runner.server)  # setup() has made it
        listener = Listener(sockets, make, self._connections, self._guard)
        self._opened.push_async_callback(self._connections.close)
        self._opened.push_async_callback(runner.cleanup)
        self._opened.push_async_callback(listener.close)
        return self._url(address, listener.port)

    async def close(self) -> None:
        """Listen no more, let what is under way end within a second, and close all connections."""
        await self._opened.aclose()

    @property
    def certificates(self) -> dict[str, float]:
        """Unix time at which each certificate in use ends, by its file."""
        return self._guard.certificates

    def _url(self, address: str, port: int) -> str:
        host = address.rpartition(":")[0]
        shown = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104 - where to reach it
        return f"{'https' if self._guard.tls else 'http'}://{shown}:{port}"

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell the bounds on connections that this one is at work."""
        with self._connections.serving(request.protocol):
            return await handler(request)

    @web.middleware
    async def _only_users(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for a password before anything is rendered; a kubelet has none, and health says nothing."""
        users = None if request.path in _OPEN_PATHS else self._guard.users
        given = request.headers.get("Authorization", "")
        if users is not None and not await users.admits(given):
            return self._refused("the user or the password is wrong" if given else "no password was given")
        return await handler(request)

    def _refused(self, why: str) -> web.Response:
        times = self._seldom.due(why)
        if times:
            log.warning(
                "web.refused", why=why, times=times, hint="see basic_auth_users in the web config file"
            )
        text = f"{why}: a user and a password are needed\n"
        return web.Response(status=401, text=text, headers={"WWW-Authenticate": "Basic"})

    async def _page(self, request: web.Request) -> web.Response:
        response = await response_of(request, Content(iter((PAGE,)), _HTML))
        response.headers["Content-Security-Policy"] = POLICY
        return response

    async def _status_json(self, request: web.Request) -> web.Response:
        said = json.dumps(self._status()).encode()
        return await response_of(request, Content(iter((said,)), _JSON))

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _verdict(self._pages.health(), "ok")

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _verdict(self._pages.readiness(), "ready")

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        is_scrape = request.method == "GET" and (
            self._any_request_scrapes or SCRAPE_TIMEOUT in request.headers
        )
        with peer_of(request.transport) as peer:
            if is_scrape:
                return await self._scrape(request, peer)
            response = await response_of(request, self._pages.preview(request.headers.get("Accept", "")))
            await sent(request, response, peer, time.monotonic() + LOOK_WITHIN)
            return response

    async def _scrape(self, request: web.Request, peer: Peer) -> web.StreamResponse:
        """Show a scraper its page, and say whether it has got it.

        Nothing here waits for another scrape but begin_scrape(), so a client that takes no page keeps
        nobody waiting but itself.
        """
        timeout = timeout_of(request.headers)
        asked_at = time.monotonic() - peer.silent_for  # it may have waited while this process was stopped
        scrape = await self._pages.begin_scrape(
            self._scraper(request),
            request.headers.get("Accept", ""),
            lambda: peer.is_gone or time.monotonic() - asked_at > timeout / 2,
        )
        if scrape is None:
            return web.Response(status=503, text="the scrape waited too long\n")
        is_delivered = False
        try:
            response = await response_of(request, scrape.content)
            is_delivered = await delivered(request, response, peer, asked_at + timeout)
        finally:
            await scrape.end(delivered=is_delivered)
        if is_delivered:
            self._connections.has_scraped(request.protocol)
        return response

    def _scraper(self, request: web.Request) -> str:
        """Who scrapes. Where there are users, this one was admitted; else the header names whom it likes."""
        is_known = self._guard.users is not None
        user = user_of(request.headers.get("Authorization", "")) if is_known else ""
        return identity(user, request.transport)


async def _common_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "api-error-agent"  # aiohttp would tell its version, and Python's
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"


def _verdict(problem: str, fine: Literal["ok", "ready"]) -> web.Response:
    status, text = (503, problem) if problem else (200, fine)
    return web.Response(status=status, body=f"{text}\n".encode(), headers={"Content-Type": _TEXT})
