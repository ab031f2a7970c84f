"""Fireworks: {error: {object: "error", type, message}}; newer {error: {code: "NOT_FOUND", type: "error"}}."""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "invalid_argument": Reason.INVALID_REQUEST_GENERIC,
    "not_found": Reason.RESOURCE_NOT_FOUND,
    "unauthenticated": Reason.AUTH_FAILED,
    "permission_denied": Reason.ACCESS_DENIED,
    "resource_exhausted": Reason.RATE_LIMIT_GENERIC,
    "unavailable": Reason.SERVICE_UNAVAILABLE,
    "deadline_exceeded": Reason.UPSTREAM_TIMEOUT,
    "internal": Reason.INTERNAL_ERROR,
    "precondition_failed": Reason.INVALID_STATE,
}

PHRASES = Phrases(
    [
        ("reaching the monthly spending limit", Reason.SPEND_LIMIT_REACHED),
        ("failure to pay past invoices", Reason.PAYMENT_OVERDUE),
        ("model not found inaccessible", Reason.MODEL_NOT_FOUND),
        ("model maximum context length", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("deployment overloaded", Reason.CAPACITY),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"object": "error", "message": message, **error}} | {
            "error": {"type": "error", "message": message, **error}
        }:
            return _evidence(error, message)
    return None


def _evidence(error: Mapping[Any, Any], message: object) -> Evidence:
    code = error.get("code")
    return Evidence(fields.words(code, error.get("type")), fields.text(message), fields.status(code))


HOSTS = {"fireworks.ai": "fireworks"}
DIALECT = Dialect("fireworks", "nested", recognise, CODES, PHRASES, keys=frozenset({"message"}), hosts=HOSTS)
