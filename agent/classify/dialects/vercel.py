"""Vercel AI Gateway: {error: {message, type, param}, generationId}; its SDK says GatewayRateLimitError.

Source: the error classes of vercel/ai, packages/gateway; vercel.com/docs/ai-gateway.
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
    "gatewayauthenticationerror": Reason.AUTH_FAILED,
    "gatewayinvalidrequesterror": Reason.INVALID_REQUEST_GENERIC,
    "gatewayratelimiterror": Reason.RATE_LIMIT_GENERIC,
    "gatewaymodelnotfounderror": Reason.MODEL_NOT_FOUND,
    "gatewaynotfounderror": Reason.RESOURCE_NOT_FOUND,
    "gatewayinternalservererror": Reason.INTERNAL_ERROR,
    "gatewayresponseerror": Reason.BAD_GATEWAY,
    "gatewaytimeouterror": Reason.UPSTREAM_TIMEOUT,
    "response_error": Reason.BAD_GATEWAY,
    "insufficient_funds": Reason.INSUFFICIENT_CREDITS,
    "customer_verification_required": Reason.BILLING_PROBLEM,
    "no_providers_available": Reason.NO_DEPLOYMENT_AVAILABLE,
    "ai_apicallerror": Reason.INTERNAL_ERROR,
    "ai_loadapikeyerror": Reason.MISSING_API_KEY,
    "ai_nosuchmodelerror": Reason.MODEL_NOT_FOUND,
    "ai_retryerror": Reason.INTERNAL_ERROR,
    "ai_invalidprompterror": Reason.INVALID_VALUE,
    "ai_typevalidationerror": Reason.BAD_GATEWAY,
    "ai_jsonparseerror": Reason.BAD_GATEWAY,
    "ai_unsupportedfunctionalityerror": Reason.UNSUPPORTED_FEATURE,
}

PHRASES = Phrases(
    [
        ("requires a valid credit card on file", Reason.BILLING_PROBLEM),
        ("free credits temporarily have rate limits", Reason.FREE_TIER_LIMIT),
        ("failed after * attempts .. with non retryable error", Reason.INTERNAL_ERROR),
        ("invalid error response format", Reason.BAD_GATEWAY),
    ]
)
_CLASS = re.compile(r"\b(Gateway[A-Z][A-Za-z]{4,30}Error|AI_[A-Z][A-Za-z]{4,40}Error)\b")


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"message": str(message), **error}, "generationId": _}:
            return _evidence(error, message)
    return None


def _evidence(error: Mapping[Any, object], message: str) -> Evidence:
    return Evidence(
        fields.words(error.get("code"), error.get("type")), message, fields.status(error.get("statusCode"))
    )


def recognise_text(body: Any, _response: ApiResponse) -> Evidence | None:
    found = _CLASS.search(body[:400]) if isinstance(body, str) else None
    if found is None or found.group(1).lower() not in CODES or "gateway" not in found.group(1).lower():
        return None
    return Evidence((found.group(1),), body)


HOSTS = {"ai-gateway.vercel.sh": "vercel"}
DIALECT = Dialect(
    "vercel",
    "nested",
    recognise,
    CODES,
    PHRASES,
    "vercel",
    keys=frozenset({"message", "generationId"}),
    hosts=HOSTS,
)
TEXT = Dialect("vercel", "text", recognise_text, CODES, PHRASES, "vercel")
