"""AI/ML API: flat {requestId, statusCode, timestamp, path, message}; statusCode is a number or text.

Messages: docs.aimlapi.com/errors-and-messages. The message may hold an upstream body: "400 {...}".
"""

from typing import Any

from agent.classify import fields
from agent.classify.evidence import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {"route not found": Reason.ENDPOINT_NOT_FOUND}

PHRASES = Phrases(
    [
        ("run out of credits", Reason.INSUFFICIENT_CREDITS),
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


DIALECT = Dialect("aimlapi", "flat", recognise, CODES, PHRASES, "aimlapi")
