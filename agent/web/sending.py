"""Sends answers: each whole or not at all, and none for longer than its client has."""

import asyncio
import time
import zlib
from collections.abc import Iterator

from aiohttp import web

from agent.crashpoints import reached
from agent.web.delivery import Peer
from agent.web.negotiation import takes_gzip
from agent.web.pages import Content

LOOK_WITHIN = 30.0
"""Seconds for a client that is no scraper to take its page."""

_GZIP = 31  # zlib's word for gzip with the largest window


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
    gzip = None
    if takes_gzip(request.headers.get("Accept-Encoding", "")):
        headers["Content-Encoding"] = "gzip"
        gzip = zlib.compressobj(level=1, wbits=_GZIP)
    return web.Response(body=await _whole(content.pieces, gzip), headers=headers)


async def _whole(pieces: Iterator[bytes], gzip: "zlib._Compress | None") -> bytes:
    """The loop turns after each piece, and while a thread packs it."""
    whole = []
    for piece in pieces:
        whole.append(await asyncio.to_thread(gzip.compress, piece) if gzip and piece else piece)
        await asyncio.sleep(0)
    if gzip:
        whole.append(gzip.flush())
    return b"".join(whole)
