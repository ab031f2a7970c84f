"""PipeLLM: {error: {type, code, message[, rate_limit: {rpm, qps}]}}, code being the status as text or a word.

Sources: docs.pipellm.ai/guides/errors and /rate-limits.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence, LimitField
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "balance_exceeded": Reason.INSUFFICIENT_CREDITS,
    "rate_limit_exceeded": Reason.RATE_LIMIT_GENERIC,
}

PHRASES = Phrases(
    [
        ("is not a valid model id", Reason.MODEL_NOT_FOUND),
        ("field is required but was not provided", Reason.MISSING_FIELD),
        ("current limit is * requests per minute", Reason.REQUESTS_PER_MINUTE),
        ("insufficient balance", Reason.INSUFFICIENT_CREDITS),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"type": _, "code": _, "message": _} as error} if "param" not in error and _theirs(
            error
        ):
            return _evidence(error)
    return None


def _theirs(error: Mapping[Any, Any]) -> bool:
    kind, code = error["type"], error["code"]
    if "rate_limit" in error or (isinstance(code, str) and fields.status(code)):
        return True
    return f"{kind} {code}" in _PAIRS or "pipellm." in fields.text(error["message"])


_PAIRS = frozenset(
    {
        "rate_limit_error rate_limit_exceeded",
        "insufficient_balance balance_exceeded",
        "error_type http_status_code",
    }
)


def _evidence(error: Mapping[Any, Any]) -> Evidence:
    code, limit = error["code"], fields.mapping(error.get("rate_limit"))
    limits = {f"rate_limit.{unit}": limit[unit] for unit in ("rpm", "qps") if unit in limit}
    message = fields.text(error["message"])
    words = fields.words(code, error["type"])
    return Evidence(words, message, fields.status(code), limits=limits, wait=fields.wait(error))


LIMITS: Mapping[str, tuple[str, LimitField]] = {  # in the body
    "rate_limit.rpm": ("requests_per_minute", "limit"),
    "rate_limit.qps": ("requests_per_second", "limit"),
}
HOSTS = {"pipellm.com": "pipellm", "pipellm.ai": "pipellm"}
DIALECT = Dialect(
    "pipellm",
    "nested",
    recognise,
    CODES,
    PHRASES,
    "pipellm",
    keys=frozenset({"type", "code", "message"}),
    hosts=HOSTS,
    limits=LIMITS,
)
