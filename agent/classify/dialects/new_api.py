"""one-api and new-api: {error: {message, type: "new_api_error" or "upstream_error", param, code}}.

Messages are often Chinese; param may carry the upstream's status.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "insufficient_user_quota": Reason.INSUFFICIENT_CREDITS,
    "pre_consume_token_quota_failed": Reason.SPEND_LIMIT_REACHED,
    "channel:no_available_key": Reason.NO_DEPLOYMENT_AVAILABLE,
    "channel:invalid_key": Reason.GATEWAY_MISCONFIGURED,
    "channel:response_time_exceeded": Reason.UPSTREAM_TIMEOUT,
    "get_channel_failed": Reason.NO_DEPLOYMENT_AVAILABLE,
    "model_price_error": Reason.GATEWAY_MISCONFIGURED,
    "sensitive_words_detected": Reason.CONTENT_POLICY,
    "prompt_blocked": Reason.CONTENT_POLICY,
    "do_request_failed": Reason.UPSTREAM_CONNECT_ERROR,
    "read_response_body_failed": Reason.BAD_GATEWAY,
    "bad_response_body": Reason.BAD_GATEWAY,
    "bad_response": Reason.BAD_GATEWAY,
    "empty_response": Reason.BAD_GATEWAY,
    "access_denied": Reason.ACCESS_DENIED,
    "invalid_request": Reason.INVALID_REQUEST_GENERIC,
}

PHRASES = Phrases(
    [
        ("no available channel", Reason.NO_DEPLOYMENT_AVAILABLE),
        ("no available channels", Reason.NO_DEPLOYMENT_AVAILABLE),
        ("bad response status code 429", Reason.UPSTREAM_RATE_LIMITED),
        ("bad response status code 502", Reason.BAD_GATEWAY),
        ("bad response status code 503", Reason.SERVICE_UNAVAILABLE),
        ("bad response status code 504|524", Reason.GATEWAY_TIMEOUT),
    ]
)
_TYPES = {"new_api_error", "one_api_error", "upstream_error", "shell_api_error", "rix_api_error"}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    error = fields.inner_object(body)
    kind, code, message = error.get("type"), error.get("code"), fields.text(error.get("message"))
    if isinstance(kind, str) and kind in _TYPES:
        status = fields.status(error.get("param")) or fields.status(code)
        return Evidence(fields.words(code, kind), message, status)
    if kind is None and isinstance(code, str) and code in CODES:
        return Evidence((code,), message)
    return None


DIALECT = Dialect("new_api", "nested", recognise, CODES, PHRASES)
INNER = Dialect("new_api", "flat", recognise, CODES, PHRASES)
