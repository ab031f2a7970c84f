"""Cloudflare's API v4 and Workers AI: {success: false, errors: [{code: int, message}]}, also under 200."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

# developers.cloudflare.com/workers-ai/platform/errors and /api
CODES = {
    "10000": Reason.AUTH_FAILED,
    "10001": Reason.AUTH_FAILED,
    "9109": Reason.ACCESS_DENIED,
    "9106": Reason.MISSING_API_KEY,
    "7003": Reason.ENDPOINT_NOT_FOUND,
    "7000": Reason.ENDPOINT_NOT_FOUND,
    "6003": Reason.INVALID_REQUEST_GENERIC,
    "5007": Reason.MODEL_NOT_FOUND,
    "5004": Reason.INVALID_VALUE,
    "5006": Reason.BODY_VALIDATION,
    "3036": Reason.FREE_TIER_LIMIT,
    "4006": Reason.FREE_TIER_LIMIT,
    "3040": Reason.CAPACITY,
    "3043": Reason.INTERNAL_ERROR,
    "3008": Reason.UPSTREAM_TIMEOUT,
    "3007": Reason.UPSTREAM_TIMEOUT,
    "3042": Reason.MODEL_DECOMMISSIONED,
    "3041": Reason.ACCESS_DENIED,
    "3023": Reason.ACCESS_DENIED,
    "971": Reason.RATE_LIMIT_GENERIC,
    "2021": Reason.RATE_LIMIT_GENERIC,
    "2009": Reason.MISSING_API_KEY,
    "2001": Reason.GATEWAY_MISCONFIGURED,
}

PHRASES = Phrases(
    [("daily free allocation", Reason.FREE_TIER_LIMIT), ("capacity temporarily exceeded", Reason.CAPACITY)]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"success": False, "errors": [{"code": code, **first}, *_]} | {
            "success": False,
            "error": [{"code": code, **first}, *_],
        }:
            return Evidence(fields.words(code), fields.text(first.get("message")), fields.status(code))
        case {"success": False, "errors": []}:
            return Evidence()
    return None


HOSTS = {"api.cloudflare.com": "cloudflare"}
DIALECT = Dialect(
    "cloudflare_api",
    "flat",
    recognise,
    CODES,
    PHRASES,
    "cloudflare",
    keys=frozenset({"success"}),
    hosts=HOSTS,
)
