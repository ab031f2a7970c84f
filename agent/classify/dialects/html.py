"""Error pages of nginx, openresty, Cloudflare, Google.

The title says "502 Bad Gateway", "x | 524: A timeout occurred" or "Error 404".
"""

import re
from typing import Any

from agent.classify.dialects import cloudflare_problem
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

PHRASES = Phrases(
    [
        ("just a moment", Reason.EDGE_BLOCKED),
        ("attention required", Reason.EDGE_BLOCKED),
        ("access denied * cloudflare", Reason.EDGE_BLOCKED),
        ("you have been blocked", Reason.EDGE_BLOCKED),
        ("request blocked", Reason.EDGE_BLOCKED),
        ("checking your browser", Reason.EDGE_BLOCKED),
        ("being rate limited", Reason.EDGE_RATE_LIMITED),
        ("web server is down", Reason.UPSTREAM_CONNECT_ERROR),
        ("origin is unreachable", Reason.UPSTREAM_CONNECT_ERROR),
        ("ssl handshake failed", Reason.UPSTREAM_CONNECT_ERROR),
        ("connection timed out", Reason.CONNECTION_TIMEOUT),
        ("a timeout occurred", Reason.GATEWAY_TIMEOUT),
        ("gateway time out|timeout", Reason.GATEWAY_TIMEOUT),
        ("returning an unknown error", Reason.BAD_GATEWAY),
        ("bad gateway", Reason.BAD_GATEWAY),
        ("no server is available", Reason.NO_HEALTHY_UPSTREAM),
        ("maintenance", Reason.MAINTENANCE),
    ]
)
CODES = {
    **{code: reason for code, reason in cloudflare_problem.CODES.items() if len(code) == 4},  # noqa: PLR2004
    "404": Reason.ENDPOINT_NOT_FOUND,  # a page instead of a body: nobody serves this route
    "521": Reason.UPSTREAM_CONNECT_ERROR,
    "523": Reason.UPSTREAM_CONNECT_ERROR,
    "525": Reason.UPSTREAM_CONNECT_ERROR,
    "526": Reason.UPSTREAM_CONNECT_ERROR,
}
_TITLE = re.compile(r"<(?:title|h1)\b[^>]{0,100}>([^<]{1,300})", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([45]\d\d)(?!\d)")
_CODE = re.compile(r"\berror(?: code)?:? (10\d\d)\b", re.IGNORECASE)
# What says more than the title: HAProxy's pages have none, those of firewalls no more than the status.
_SAID = {
    "No server is available": "no server is available",
    "Request blocked": "request blocked",  # CloudFront
    'content="a3c0e"': "request blocked",  # Alibaba Cloud's, which answers 405
}
_PAGE = re.compile(r"<(?:!doctype|html|head|title|body|center|h1)\b", re.IGNORECASE)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    if not isinstance(body, str) or not _PAGE.match(body):
        return None
    found = _TITLE.search(body)
    title = found.group(1).strip() if found else ""
    status = _STATUS.search(title)
    code = _CODE.search(body)
    words = tuple(each.group(1) for each in (code, status) if each)
    title = ". ".join((title, *(said for mark, said in _SAID.items() if mark in body[:2048])))
    return Evidence(words, title, int(status.group(1)) if status else None)


DIALECT = Dialect("html", "text", recognise, CODES, PHRASES, is_page=True)
