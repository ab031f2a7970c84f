"""Moonshot and many clones: {error: {message, type}}, no code; the inner object alone too."""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "exceeded_current_quota_error": Reason.QUOTA_EXHAUSTED,
    "engine_overloaded_error": Reason.CAPACITY,
    "rate_limit_reached_error": Reason.RATE_LIMIT_GENERIC,
    "invalid_authentication_error": Reason.INVALID_API_KEY,
    "incorrect_api_key_error": Reason.INVALID_API_KEY,
    "resource_not_found_error": Reason.RESOURCE_NOT_FOUND,
    "rate_limit_exceeded": Reason.RATE_LIMIT_GENERIC,
    "usage_limit_reached": Reason.SUBSCRIPTION_WINDOW,
    "creditserror": Reason.INSUFFICIENT_CREDITS,
    "freeusagelimiterror": Reason.FREE_TIER_LIMIT,
    "modelerror": Reason.MODEL_NOT_FOUND,
}

PHRASES = Phrases(
    [
        ("suspended * insufficient balance", Reason.INSUFFICIENT_CREDITS),
        ("request reached * max rpm", Reason.REQUESTS_PER_MINUTE),
        ("request reached * tpm rate limit", Reason.TOKENS_PER_MINUTE),
        ("request reached * max concurrency", Reason.CONCURRENCY_LIMIT),
        ("request reached * max rpd", Reason.REQUESTS_PER_DAY),
        ("request reached * tpd rate limit", Reason.TOKENS_PER_DAY),
        ("exceeded model token limit", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("not found the model", Reason.MODEL_NOT_FOUND),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"type": str(kind), **error}} if "code" not in error and "param" not in error:
            return _evidence(kind, error)
        case {"type": str(kind), "message": str(), **error} if (
            kind.endswith("_error") and "error" not in error
        ):
            return _evidence(kind, body)
    return None


def _evidence(kind: str, error: Mapping[Any, Any]) -> Evidence:
    details = fields.mapping(error.get("details"))
    until = fields.until(error) or fields.until(details)
    wait = fields.wait(error)
    message = fields.text(error.get("message"))
    return Evidence(fields.words(kind), message, wait=wait, until=until)


DIALECT = Dialect("typed", "nested", recognise, CODES, PHRASES, keys=frozenset({"type"}))
INNER = Dialect("typed", "flat", recognise, CODES, PHRASES, keys=frozenset({"type", "message"}))
