"""LiteLLM's proxy: {error: {message: "litellm.X: YException - ...", type, param, code: "429"}}.

The upstream's body may stand in the message. The class in front is prose: it is asked only when neither the
inner body nor the sentence says more.
"""

import re
from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "budget_exceeded": Reason.SPEND_LIMIT_REACHED,
    "throttling_error": Reason.RATE_LIMIT_GENERIC,
    "auth_error": Reason.AUTH_FAILED,
    "token_not_found_in_db": Reason.INVALID_API_KEY,
    "expired_key": Reason.EXPIRED_CREDENTIAL,
    "key_model_access_denied": Reason.ACCESS_DENIED,
    "team_model_access_denied": Reason.ACCESS_DENIED,
    "no_db_connection": Reason.INTERNAL_ERROR,
    "litellm.authenticationerror": Reason.AUTH_FAILED,
    "litellm.badrequesterror": Reason.INVALID_REQUEST_GENERIC,
    "litellm.budgetexceedederror": Reason.SPEND_LIMIT_REACHED,
    "litellm.contentpolicyviolationerror": Reason.CONTENT_POLICY,
    "litellm.contextwindowexceedederror": Reason.CONTEXT_LENGTH_EXCEEDED,
    "litellm.internalservererror": Reason.INTERNAL_ERROR,
    "litellm.apierror": Reason.INTERNAL_ERROR,
    "litellm.apiconnectionerror": Reason.INTERNAL_ERROR,
    "litellm.notfounderror": Reason.RESOURCE_NOT_FOUND,
    "litellm.permissiondeniederror": Reason.ACCESS_DENIED,
    "litellm.ratelimiterror": Reason.RATE_LIMIT_GENERIC,
    "litellm.serviceunavailableerror": Reason.SERVICE_UNAVAILABLE,
    "litellm.timeout": Reason.UPSTREAM_TIMEOUT,
    "litellm.unprocessableentityerror": Reason.BODY_VALIDATION,
    "litellm.unsupportedparamserror": Reason.UNSUPPORTED_PARAMETER,
}

PHRASES = Phrases(
    [
        ("budget has been exceeded", Reason.SPEND_LIMIT_REACHED),
        ("no deployments available", Reason.NO_DEPLOYMENT_AVAILABLE),
        ("invalid model name passed", Reason.MODEL_NOT_FOUND),
        ("virtual key expected", Reason.INVALID_API_KEY),
        ("no api key passed in", Reason.MISSING_API_KEY),
        ("expired key", Reason.EXPIRED_CREDENTIAL),
        ("invalid proxy server token", Reason.INVALID_API_KEY),
        ("limit type max parallel requests", Reason.CONCURRENCY_LIMIT),
        ("limit type tokens", Reason.TOKENS_PER_MINUTE),
        ("limit type requests", Reason.REQUESTS_PER_MINUTE),
        ("max parallel request limit reached", Reason.CONCURRENCY_LIMIT),
        ("crossed tpm|rpm limit", Reason.RATE_LIMIT_GENERIC),
        ("not allowed to access model", Reason.ACCESS_DENIED),
        ("key|team not allowed to access", Reason.ACCESS_DENIED),
        ("connection error", Reason.UPSTREAM_CONNECT_ERROR),
    ]
)

_CLASS = re.compile(r"\blitellm\.([A-Z][A-Za-z]{3,40})\b")
_TYPES = {"budget_exceeded", "throttling_error", "auth_error", "token_not_found_in_db", "expired_key",
          "key_model_access_denied", "team_model_access_denied", "no_db_connection", "None"}  # fmt: skip


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"message": str(message)} as error} | ({"message": str(message)} as error) if _theirs(
            error, message
        ):
            return _evidence(error, message)
    return None


def _theirs(error: Mapping[Any, Any], message: str) -> bool:
    head = message[:200]
    if "litellm." in head or "Exception - " in head:
        return True
    kind = error.get("type", "")
    if kind is None:  # their own errors: type null, and the status as text
        return "param" in error and isinstance(error.get("code"), str) and bool(fields.status(error["code"]))
    return kind in _TYPES if isinstance(kind, str) else False


def _evidence(error: Mapping[Any, Any], message: str) -> Evidence:
    code = error.get("code")
    kind = error.get("type")
    words = (*fields.words(code, kind), *_classes(message))
    return Evidence(words, message, fields.status(code))


def _classes(message: str) -> tuple[str, ...]:
    return tuple(f"litellm.{name.lower()}" for name in _CLASS.findall(message[:300]))


def recognise_text(body: Any, _response: ApiResponse) -> Evidence | None:
    if isinstance(body, str) and ("litellm." in body[:200] or "Exception - " in body[:200]):
        return Evidence(_classes(body), body)
    return None


DIALECT = Dialect("litellm", "nested", recognise, CODES, PHRASES, "litellm", keys=frozenset({"message"}))
INNER = Dialect("litellm", "flat", recognise, CODES, PHRASES, "litellm", keys=frozenset({"message"}))
TEXT = Dialect("litellm", "text", recognise_text, CODES, PHRASES, "litellm")
