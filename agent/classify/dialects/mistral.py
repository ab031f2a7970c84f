"""Mistral: flat {object: "error", message, type, param, code: "1300", raw_status_code}.

Codes: docs.mistral.ai, error glossary.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "1300": Reason.RATE_LIMIT_GENERIC,
    "1500": Reason.MODEL_NOT_FOUND,
    "1501": Reason.MODEL_NOT_FOUND,
    "1000": Reason.INTERNAL_ERROR,
    "1910": Reason.RESOURCE_NOT_FOUND,
    "2201": Reason.INVALID_VALUE,
    "3051": Reason.CONTEXT_LENGTH_EXCEEDED,
    "3230": Reason.INVALID_VALUE,
    "3240": Reason.INVALID_VALUE,
    "3310": Reason.MEDIA_FETCH_FAILED,
    "3505": Reason.CAPACITY,
    "3810": Reason.CAPACITY,
    "service_tier_capacity_exceeded": Reason.CAPACITY,
    "invalid_request_prompt": Reason.CONTEXT_LENGTH_EXCEEDED,
    "invalid_request_message_order": Reason.INVALID_VALUE,
    "invalid_request_file": Reason.MEDIA_FETCH_FAILED,
    "invalid_request_invalid_args": Reason.INVALID_VALUE,
    "unreachable_backend": Reason.UPSTREAM_CONNECT_ERROR,
    "internal_server_error": Reason.INTERNAL_ERROR,
}

PHRASES = Phrases(
    [
        ("capacity exceeded for this model", Reason.CAPACITY),
        ("too large for model with * maximum context", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("invalid model", Reason.MODEL_NOT_FOUND),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"object": "error", "message": message, **error} if _mistral(error):
            status = fields.status(error.get("raw_status_code"))
            words = fields.words(error.get("code"), error.get("type"))
            return Evidence(words, fields.text(message), status, inner=fields.mapping(message))
    return None


def _mistral(error: Mapping[Any, Any]) -> bool:
    """VLLM's copy has an int code and a CamelCase type."""
    if "raw_status_code" in error:
        return True
    return not isinstance(error.get("code"), int) and not fields.text(error.get("type"))[:1].isupper()


HOSTS = {"mistral.ai": "mistral"}
DIALECT = Dialect("mistral", "flat", recognise, CODES, PHRASES, "mistral", hosts=HOSTS)
