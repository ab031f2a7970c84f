"""Cloudflare's problem JSON of 2026, known by its key cloudflare_error.

{type (URL), title, status, detail, error_code, error_name, cloudflare_error: true, retryable, retry_after}
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "1015": Reason.EDGE_RATE_LIMITED,
    "1020": Reason.EDGE_BLOCKED,
    "1010": Reason.EDGE_BLOCKED,
    "1009": Reason.REGION_BLOCKED,
    "520": Reason.BAD_GATEWAY,
    "521": Reason.UPSTREAM_CONNECT_ERROR,
    "522": Reason.CONNECTION_TIMEOUT,
    "523": Reason.UPSTREAM_CONNECT_ERROR,
    "524": Reason.GATEWAY_TIMEOUT,
    "525": Reason.UPSTREAM_CONNECT_ERROR,
    "526": Reason.UPSTREAM_CONNECT_ERROR,
    "530": Reason.BAD_GATEWAY,
    "502": Reason.BAD_GATEWAY,
    "503": Reason.SERVICE_UNAVAILABLE,
    "504": Reason.GATEWAY_TIMEOUT,
    "rate_limited": Reason.EDGE_RATE_LIMITED,
    "rate_limit": Reason.EDGE_RATE_LIMITED,
    "connection_timeout": Reason.CONNECTION_TIMEOUT,
    "origin_timeout": Reason.GATEWAY_TIMEOUT,
    "timeout": Reason.GATEWAY_TIMEOUT,
    "web_server_down": Reason.UPSTREAM_CONNECT_ERROR,
    "access_denied": Reason.EDGE_BLOCKED,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"cloudflare_error": _, "title": title}:
            words = fields.words(body.get("error_code"), body.get("error_name"))
            status = fields.status(body.get("status"))
            return Evidence(words, fields.text(title), status, wait=fields.wait(body))
    return None


DIALECT = Dialect(
    "cloudflare_problem",
    "flat",
    recognise,
    CODES,
    provider="cloudflare",
    keys=frozenset({"cloudflare_error"}),
)
