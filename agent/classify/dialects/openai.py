"""OpenAI and the many who copy it whole: {error: {message, type, param, code}}.

Codes: platform.openai.com/docs/guides/error-codes, help.openai.com articles 6614457 and 5955604, and
recorded traffic.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "fine_tune_not_found": Reason.RESOURCE_NOT_FOUND,
    "invalid_organization": Reason.INVALID_API_KEY,
    "mismatched_organization": Reason.INVALID_API_KEY,
    "invalid_project": Reason.INVALID_API_KEY,
    "ip_not_authorized": Reason.ACCESS_DENIED,
    "model_rate_limit": Reason.RATE_LIMIT_GENERIC,  # Together
    "vector_store_timeout": Reason.UPSTREAM_TIMEOUT,
    "inference_timeout": Reason.GENERATION_TIMEOUT,
    "lock_timeout": Reason.UPSTREAM_TIMEOUT,
}

PHRASES = Phrases(
    [
        ("insufficient permissions for this operation", Reason.ACCESS_DENIED),
        ("missing scopes", Reason.ACCESS_DENIED),
        ("must be a member of an organization", Reason.ACCESS_DENIED),
        ("organization must be verified", Reason.ACCESS_DENIED),
        ("incorrect api key provided", Reason.INVALID_API_KEY),
        ("unable to access model", Reason.MODEL_NOT_FOUND),
        ("^unauthorized$", Reason.INVALID_API_KEY),  # Ollama's cloud
        ("as a free user your qps is", Reason.REQUESTS_PER_SECOND),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"param": _, "message": _} as error} if "type" in error or "code" in error:
            return _evidence(error)
    return None


def _evidence(error: Mapping[Any, Any]) -> Evidence:
    code = error.get("code")
    words = fields.words(code, error.get("type"))
    return Evidence(
        words,
        fields.text(error.get("message")),
        fields.status(code),
        wait=fields.wait(error),
        until=fields.until(error),
        about=fields.text(error.get("param")),
    )


HOSTS = {"openai.com": "openai", "chatgpt.com": "openai"}
DIALECT = Dialect(
    "openai", "nested", recognise, CODES, PHRASES, keys=frozenset({"param", "message"}), hosts=HOSTS
)
