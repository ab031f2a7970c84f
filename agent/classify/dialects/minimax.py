"""MiniMax: {base_resp: {status_code, status_msg}} under HTTP 200; 0 is success.

Codes: platform.minimax.io, error codes.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "1000": Reason.INTERNAL_ERROR,
    "1001": Reason.UPSTREAM_TIMEOUT,
    "1002": Reason.RATE_LIMIT_GENERIC,
    "1004": Reason.AUTH_FAILED,
    "1008": Reason.INSUFFICIENT_CREDITS,
    "1013": Reason.INTERNAL_ERROR,
    "1024": Reason.INTERNAL_ERROR,
    "1026": Reason.CONTENT_POLICY,
    "1027": Reason.CONTENT_POLICY,
    "1033": Reason.UPSTREAM_ERROR,
    "1039": Reason.TOKENS_PER_MINUTE,
    "1041": Reason.CONCURRENCY_LIMIT,
    "1042": Reason.INVALID_VALUE,
    "2013": Reason.INVALID_VALUE,
    "20132": Reason.INVALID_VALUE,
    "2037": Reason.INVALID_MEDIA,
    "2042": Reason.ACCESS_DENIED,
    "2045": Reason.BURST_LIMIT,
    "2048": Reason.INVALID_VALUE,
    "2049": Reason.INVALID_API_KEY,
    "2056": Reason.SUBSCRIPTION_WINDOW,
    "2061": Reason.ACCESS_DENIED,  # the plan lacks the model
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"base_resp": {"status_code": code, **rest}} if fields.word(code) not in {"0", ""}:
            return Evidence(fields.words(code), fields.text(rest.get("status_msg")))
    return None


HOSTS = {"minimax.chat": "minimax", "minimaxi.com": "minimax", "minimax.io": "minimax"}
DIALECT = Dialect(
    "minimax", "flat", recognise, CODES, provider="minimax", keys=frozenset({"base_resp"}), hosts=HOSTS
)
