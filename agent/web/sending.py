"""Sends answers: each whole or not at all, and none for longer than its client has."""

import asyncio
import time
from collections.abc import Iterator

import cramjam
from aiohttp import web

from agent.crashpoints import reached
from agent.web.delivery import Peer
from agent.web.negotiation import takes_gzip
from agent.web.pages import Content

LOOK_WITHIN = 30.0
"""Seconds for a client that is no scraper to take its page."""

_LEVEL = 1  # of gzip: the next one takes four times as long for a sixth less


async def delivered(request: web.Request, response: web.Response, peer: Peer, deadline: float) -> bool:
    """Send an answer, and wait until the peer has all of it; what it has not taken by then is thrown away."""
    with peer.unheard():
        is_sent = await sent(request, response, peer, deadline)
        reached("after_write")
        if is_sent and await peer.has_all(deadline):
            return True
    peer.abort()
    return False


async def sent(request: web.Request, response: web.Response, peer: Peer, deadline: float) -> bool:
    """Write an answer; what cannot be written by the deadline is thrown away."""
    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            await response.prepare(request)
            await response.write_eof()
    except (TimeoutError, ConnectionError):
        peer.abort()
        return False
    return True


async def response_of(request: web.Request, content: Content) -> web.Response:
    """The whole answer, always with its length: a page cut short must not look complete."""
    headers = {"Content-Type": content.type, "Vary": "Accept, Accept-Encoding"}
    if not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return web.Response(body=await _whole(content.pieces), headers=headers)
    headers["Content-Encoding"] = "gzip"
    return web.Response(body=await _packed(content.pieces), headers=headers)


async def _whole(pieces: Iterator[bytes]) -> bytes:
    """The loop turns after each piece."""
    whole = []
    for piece in pieces:
        whole.append(piece)
        await asyncio.sleep(0)
    return b"".join(whole)


async def _packed(pieces: Iterator[bytes]) -> bytes:
    """The loop turns after each piece: to pack it takes less time than to write it."""
    gzip = cramjam.gzip.Compressor(level=_LEVEL)
    for piece in pieces:
        gzip.compress(piece)
        await asyncio.sleep(0)
    return bytes(gzip.finish())
