"""llama.cpp's server: {error: {code: int, message, type}}; types of tools/server/utils.hpp."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

TYPES = {
    "exceed_context_size_error": Reason.CONTEXT_LENGTH_EXCEEDED,
    "unavailable_error": Reason.SERVICE_UNAVAILABLE,
    "not_supported_error": Reason.UNSUPPORTED_FEATURE,
}

PHRASES = Phrases(
    [
        ("loading model", Reason.MODEL_NOT_LOADED),
        ("exceeds the available context size", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("input is too large to process", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("context size has been exceeded", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("failed to parse tool call arguments", Reason.INTERNAL_ERROR),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    error = fields.inner_object(body)
    kind = error.get("type")
    if isinstance(kind, str) and (kind in TYPES or "n_ctx" in error):
        return Evidence(
            fields.words(kind), fields.text(error.get("message")), fields.status(error.get("code"))
        )
    return None


DIALECT = Dialect("llamacpp", "nested", recognise, TYPES, PHRASES)
INNER = Dialect("llamacpp", "flat", recognise, TYPES, PHRASES)
