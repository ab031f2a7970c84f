"""FastAPI and all who build on it (Mistral, Voyage, Replicate, Codex).

{detail: text}, {detail: [{loc, msg, type}]} or {detail: {error_type, message}}.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.classify.unwrap import status_before
from agent.events.response import ApiResponse

# Pydantic's error types (docs.pydantic.dev/latest/errors); those ending in _type or _parsing are read below.
CODES = {
    "missing": Reason.MISSING_FIELD,
    "value_error.missing": Reason.MISSING_FIELD,
    "extra_forbidden": Reason.UNSUPPORTED_PARAMETER,
    "value_error.extra": Reason.UNSUPPORTED_PARAMETER,
    "json_invalid": Reason.MALFORMED_JSON,
    "value_error.jsondecode": Reason.MALFORMED_JSON,
    "literal_error": Reason.INVALID_VALUE,
    "enum": Reason.INVALID_VALUE,
    "value_error": Reason.INVALID_VALUE,
    "assertion_error": Reason.INVALID_VALUE,
    "greater_than": Reason.INVALID_VALUE,
    "greater_than_equal": Reason.INVALID_VALUE,
    "less_than": Reason.INVALID_VALUE,
    "less_than_equal": Reason.INVALID_VALUE,
    "string_too_short": Reason.INVALID_VALUE,
    "string_too_long": Reason.INVALID_VALUE,
    "too_short": Reason.INVALID_VALUE,
    "too_long": Reason.INVALID_VALUE,
    "string_pattern_mismatch": Reason.INVALID_VALUE,
    "wrong type": Reason.INVALID_TYPE,
    "bare not found": Reason.ENDPOINT_NOT_FOUND,
    "payment_required": Reason.INSUFFICIENT_CREDITS,
    "overloaded": Reason.CAPACITY,
    "rate_limited": Reason.RATE_LIMIT_GENERIC,
}

PHRASES = Phrases(
    [
        ("not authenticated", Reason.MISSING_API_KEY),
        ("valid authentication token", Reason.INVALID_API_KEY),
        ("specified version does not exist", Reason.MODEL_NOT_FOUND),
        ("reduced rate limits", Reason.RATE_LIMIT_GENERIC),
        ("request was throttled", Reason.RATE_LIMIT_GENERIC),
        ("api key is not set", Reason.GATEWAY_MISCONFIGURED),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"detail": str(detail)}:
            words = ("bare not found",) if detail == "Not Found" else ()
            status = fields.status(body.get("status")) or status_before(detail)
            title = fields.text(body.get("title"))
            return Evidence(words, f"{title} {detail}", status, wait=fields.wait(body))
        case {"detail": [str(message), *_]}:
            return Evidence((), message, status_before(message))
        case {"detail": [dict(problem), *_]}:
            return _problem(problem)
        case {"detail": dict(detail)}:
            return _object(detail)
    return None


def _problem(problem: Mapping[Any, Any]) -> Evidence:
    kind = fields.word(problem.get("type"))
    if kind.startswith("type_error") or kind.endswith(("_type", "_parsing")):
        kind = "wrong type"
    return Evidence((kind,), fields.text(problem.get("msg")), 422)


def _object(detail: Mapping[Any, Any]) -> Evidence:
    inner = detail.get("error")
    codes = fields.codes(detail)
    words = fields.words(*codes, fields.code(detail.get("reason")), inner)
    message = fields.text(detail.get("message")) or fields.text(detail.get("msg")) or fields.text(inner)
    wait = fields.wait(detail)
    return Evidence(
        words,
        message,
        fields.status(detail.get("code")),
        wait,
        inner={"error": inner} if isinstance(inner, dict) else None,
    )


DIALECT = Dialect("detail", "flat", recognise, CODES, PHRASES, keys=frozenset({"detail"}))
