"""AI/ML API: flat {requestId, statusCode, timestamp, path, message}; statusCode is a number or text.

Since 2026 also {title, status, message, instance, timestamp, error: {name, message, data: {kind}}}; its kinds
are misspelt on the wire, and gateways pass on parts of it.

Messages: docs.aimlapi.com/errors-and-messages. The message may hold an upstream body: "400 {...}".
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "route not found": Reason.ENDPOINT_NOT_FOUND,
    "err_insufficent_credits": Reason.INSUFFICIENT_CREDITS,
    "err_insufficient_credits": Reason.INSUFFICIENT_CREDITS,
    "err_insufficient_funds": Reason.INSUFFICIENT_CREDITS,
    "err_out_of_funds": Reason.INSUFFICIENT_CREDITS,
    "err_rate_limit": Reason.RATE_LIMIT_GENERIC,
    "err_too_many_requests": Reason.RATE_LIMIT_GENERIC,
    "err_unauthorized": Reason.AUTH_FAILED,
    "err_invalid_api_key": Reason.INVALID_API_KEY,
    "err_model_not_found": Reason.MODEL_NOT_FOUND,
    "err_validation": Reason.BODY_VALIDATION,
}

PHRASES = Phrases(
    [
        ("run out of credits|funds", Reason.INSUFFICIENT_CREDITS),
        ("exhausted the available * resource limit", Reason.QUOTA_EXHAUSTED),
        ("free tier limit", Reason.FREE_TIER_LIMIT),
        ("reached your free limit", Reason.FREE_TIER_LIMIT),
        ("requires a valid api key", Reason.INVALID_API_KEY),
        ("something wrong with the server", Reason.UPSTREAM_ERROR),
        ("coupon code not found", Reason.COUPON_NOT_FOUND),
        ("under maintenance", Reason.MAINTENANCE),
        ("generation timeout", Reason.GENERATION_TIMEOUT),
        ("invalid enum value", Reason.INVALID_VALUE),
        ("unsupported value", Reason.UNSUPPORTED_VALUE),
        ("validation error * received undefined", Reason.MISSING_FIELD),
        ("validation error * required", Reason.MISSING_FIELD),
        ("validation error * expected * received", Reason.INVALID_TYPE),
        ("validation error * unrecognized", Reason.UNSUPPORTED_PARAMETER),
        ("validation error * must|invalid", Reason.INVALID_VALUE),
        ("body|query validation error", Reason.BODY_VALIDATION),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"requestId": _, "path": _, **rest} if "statusCode" in rest or "timestamp" in rest:
            hint = fields.text(fields.first(rest.get("meta")).get("message"))  # zod's first complaint
            message = f"{fields.text(rest.get('message'))} {hint}".strip()
            status = fields.status(rest.get("statusCode"))
            # A 404 without a text is about the path itself: the page lists "-" as its message.
            words = ("route not found",) if status == 404 and not message.strip(" -") else ()  # noqa: PLR2004
            return Evidence(words, message, status)
    return None


def recognise_new(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"data": {"kind": kind}} as error, **rest} if fields.word(kind).startswith("err_"):
            return _evidence(error, rest)
        case {"error": {"name": str(name)} as error, "title": str(), **rest} if name.endswith("Exception"):
            return _evidence(error, rest)
        case {"name": str(), "data": {"kind": kind}} if fields.word(kind).startswith("err_"):
            return _evidence(body, {})
    return None


def _evidence(error: Mapping[Any, Any], around: Mapping[Any, Any]) -> Evidence:
    kind = fields.mapping(error.get("data")).get("kind")
    message = next(filter(None, map(fields.text, (error.get("message"), around.get("message")))), "")
    message = fields.text(around.get("message")) or message
    return Evidence(fields.words(kind, error.get("name")), message, fields.status(around.get("status")))


HOSTS = {"aimlapi.com": "aimlapi"}
NESTED = Dialect("aimlapi", "nested", recognise_new, CODES, PHRASES, "aimlapi", hosts=HOSTS)
INNER = Dialect("aimlapi", "flat", recognise_new, CODES, PHRASES, "aimlapi", keys=frozenset({"name", "data"}))
DIALECT = Dialect(
    "aimlapi", "flat", recognise, CODES, PHRASES, "aimlapi", keys=frozenset({"requestId", "path"})
)
