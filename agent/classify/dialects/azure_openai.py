"""Azure OpenAI: {error: {code: "429" or a CamelCase word, message}}; a content filter adds innererror."""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "nocapacity": Reason.CAPACITY,
    "toomanyrequests": Reason.RATE_LIMIT_GENERIC,
    "requesttimeout": Reason.UPSTREAM_TIMEOUT,
    "invalidapikey": Reason.INVALID_API_KEY,
    "invalidresourceid": Reason.INVALID_VALUE,
    "modelerror": Reason.UPSTREAM_ERROR,
    "unsupportedapiversion": Reason.UNSUPPORTED_VALUE,
    "publicaccessdisabled": Reason.ACCESS_DENIED,
    "insufficientquota": Reason.QUOTA_EXHAUSTED,
    "authentication_failed": Reason.AUTH_FAILED,
}

PHRASES = Phrases(
    [
        ("have exceeded call rate limit", Reason.REQUESTS_PER_MINUTE),
        ("have exceeded token rate limit", Reason.TOKENS_PER_MINUTE),
        ("exceeded the token rate limit", Reason.TOKENS_PER_MINUTE),
        ("exceeded the call rate limit", Reason.REQUESTS_PER_MINUTE),
        ("invalid subscription key or wrong api endpoint", Reason.INVALID_API_KEY),
        ("missing subscription key", Reason.MISSING_API_KEY),
        ("experiencing high demand", Reason.CAPACITY),
        ("lacks the required data action", Reason.ACCESS_DENIED),
        ("public access is disabled", Reason.ACCESS_DENIED),
    ]
)
_OTHERS = frozenset({"type", "param", "metadata", "details"})
_UNMISTAKABLE = frozenset({"DeploymentNotFound", "NoCapacity"})
_TEXT = "under Azure OpenAI API version"


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    error = fields.inner_object(body)
    code, inner = error.get("code"), error.get("innererror")
    if isinstance(inner, dict) and "code" in inner:
        return _evidence(error, inner["code"])
    if not isinstance(code, str):
        return None
    alone = _OTHERS.isdisjoint(error) and (_azure(code) or _TEXT in fields.text(error.get("message")))
    return _evidence(error, None) if alone or code in _UNMISTAKABLE else None


def _azure(code: str) -> bool:
    """A status as text, or a CamelCase word."""
    return bool(fields.status(code)) or (code[:1].isupper() and not code.isupper() and code.isalpha())


def _evidence(error: Mapping[Any, Any], inner: object) -> Evidence:
    code, message = error.get("code"), fields.text(error.get("message"))
    return Evidence(
        fields.words(inner, code), message, fields.status(code) or fields.status(error.get("status"))
    )


def recognise_text(body: Any, _response: ApiResponse) -> Evidence | None:
    return Evidence((), body) if isinstance(body, str) and _TEXT in body else None


HOSTS = {
    "openai.azure.com": "azure",
    "cognitiveservices.azure.com": "azure",
    "services.ai.azure.com": "azure",
}
DIALECT = Dialect(
    "azure_openai", "nested", recognise, CODES, PHRASES, "azure", keys=frozenset({"code"}), hosts=HOSTS
)
TEXT = Dialect("azure_openai", "text", recognise_text, CODES, PHRASES, "azure")
