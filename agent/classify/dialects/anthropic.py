"""Anthropic: {type: "error", error: {type, message[, details]}, request_id}.

Types: platform.claude.com/docs/en/api/errors.
"""

import re
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "workspace_spend_limit_reached": Reason.SPEND_LIMIT_REACHED,
    "organization_spend_limit_reached": Reason.SPEND_LIMIT_REACHED,
    "enforced_spend_limit_reached": Reason.SPEND_LIMIT_REACHED,
    "credits_required": Reason.INSUFFICIENT_CREDITS,
    "credit_balance_too_low": Reason.INSUFFICIENT_CREDITS,
}

PHRASES = Phrases(
    [
        ("number of request tokens has exceeded your daily", Reason.TOKENS_PER_DAY),
        ("number of requests has exceeded your per minute", Reason.REQUESTS_PER_MINUTE),
        ("tokens has exceeded your per minute", Reason.TOKENS_PER_MINUTE),
        ("number of concurrent connections", Reason.CONCURRENCY_LIMIT),
        ("extra usage is required for long context", Reason.INSUFFICIENT_CREDITS),
        ("exceed * usage acceleration|increase", Reason.BURST_LIMIT),
        ("image exceeds * maximum", Reason.INVALID_MEDIA),
        ("^request not allowed$", Reason.ACCESS_DENIED),
    ]
)

# "messages.3.content.0: ...", "tools.0.custom.name: ...": the place comes first
_FIELD = re.compile(r"[\w.\[\]-]{1,80}: ")


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"type": "error", "error": {"type": kind} as error} if "sequence_number" not in body and (
            "code" not in error
        ):
            details = fields.mapping(error.get("details"))
            words = fields.words(details.get("error_code"), kind)
            message = fields.text(error.get("message"))
            field = _FIELD.match(message)
            about = field.group() if field else ""
            return Evidence(words, message, wait=fields.wait(error), until=fields.until(error), about=about)
        case {
            "error": {"type": "request_too_large" | "overloaded_error" as kind, "message": message},
            "request_id": _,
        }:
            return Evidence((kind,), fields.text(message))
    return None


HOSTS = {"anthropic.com": "anthropic", "claude.com": "anthropic"}
DIALECT = Dialect(
    "anthropic",
    "nested",
    recognise,
    CODES,
    PHRASES,
    "anthropic",
    keys=frozenset({"type"}),
    hosts=HOSTS,
)
