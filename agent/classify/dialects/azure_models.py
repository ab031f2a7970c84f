"""GitHub Models and Azure's model catalogue: {error: {code: "RateLimitReached", message, details: text}}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "unauthorized": Reason.AUTH_FAILED,
    "unknown_model": Reason.MODEL_NOT_FOUND,
    "unavailable_model": Reason.MODEL_NOT_FOUND,
    "tokens_limit_reached": Reason.CONTEXT_LENGTH_EXCEEDED,
    "no_access": Reason.ACCESS_DENIED,
    "model_max_prompt_tokens_exceeded": Reason.CONTEXT_LENGTH_EXCEEDED,
}

PHRASES = Phrases(
    [
        ("bad credentials", Reason.INVALID_API_KEY),
        ("userbymodelbyday", Reason.REQUESTS_PER_DAY),
        ("userbymodelbyminute", Reason.REQUESTS_PER_MINUTE),
        ("userconcurrentrequests", Reason.CONCURRENCY_LIMIT),
        ("per 86400s exceeded", Reason.REQUESTS_PER_DAY),
        ("per 60s exceeded", Reason.REQUESTS_PER_MINUTE),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"code": str(code), "details": str(details), **error}}:
            return Evidence(fields.words(code), fields.text(error.get("message")) or details)
        case {
            "error": {"code": "RateLimitReached" | "tokens_limit_reached" | "unknown_model" as code, **error}
        }:
            return Evidence(fields.words(code), fields.text(error.get("message")))
    return None


HOSTS = {"models.github.ai": "github-models", "models.inference.ai.azure.com": "github-models"}
DIALECT = Dialect("azure_models", "nested", recognise, CODES, PHRASES, keys=frozenset({"code"}), hosts=HOSTS)
