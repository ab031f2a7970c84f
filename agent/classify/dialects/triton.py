"""NVIDIA Triton: {error: text}; over gRPC "[StatusCode.UNAVAILABLE] text". Its sentences are fixed.

Source: triton-inference-server/core and server, where the texts are built.
"""

from typing import Any

from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases, words_of
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

PHRASES = Phrases(
    [
        ("request for unknown model", Reason.MODEL_NOT_FOUND),
        ("exceeds maximum queue size", Reason.CAPACITY),
        ("model * has no available versions", Reason.MODEL_NOT_LOADED),
        ("inference input|output * for model", Reason.INVALID_VALUE),
        ("unexpected inference input|output", Reason.UNSUPPORTED_PARAMETER),
        ("unexpected shape for input", Reason.INVALID_VALUE),
        ("unexpected datatype * for inference input", Reason.INVALID_TYPE),
        ("expected * inputs but got", Reason.INVALID_VALUE),
        ("inference request batch size must be", Reason.INVALID_VALUE),
        ("failed to parse the request json", Reason.MALFORMED_JSON),
        ("failed to process the request s for model instance", Reason.INTERNAL_ERROR),
        ("stub process * is not healthy", Reason.INTERNAL_ERROR),
        ("onnx runtime error", Reason.INTERNAL_ERROR),
        ("tritonserver|tensorrt * error|failed", Reason.INTERNAL_ERROR),
        ("server is stopping|exiting", Reason.SERVICE_UNAVAILABLE),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    message = body.get("error") if isinstance(body, dict) and len(body) == 1 else body
    if isinstance(message, str) and message and PHRASES.match(words_of(message[:_SEARCHED])):
        return Evidence((), message)
    return None


_SEARCHED = 512

DIALECT = Dialect("triton", "flat", recognise, phrases=PHRASES, keys=frozenset({"error"}))
TEXT = Dialect("triton", "text", recognise, phrases=PHRASES)
