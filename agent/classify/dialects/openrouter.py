"""OpenRouter: {error: {code: int, message, metadata: {raw, error_type, limit_source, ...}}, user_id}.

Source: openrouter.ai/docs/api-reference/errors. metadata.raw is the upstream's own body, often as text.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    # metadata.limit_source
    "upstream_provider_account": Reason.UPSTREAM_RATE_LIMITED,
    "upstream_provider_shared_pool": Reason.UPSTREAM_RATE_LIMITED,
    "upstream_provider": Reason.UPSTREAM_RATE_LIMITED,
    "openrouter_free_tier": Reason.FREE_TIER_LIMIT,
    "free_tier": Reason.FREE_TIER_LIMIT,
    "openrouter_key_limit": Reason.SPEND_LIMIT_REACHED,
    "key_limit": Reason.SPEND_LIMIT_REACHED,
    "guardrail": Reason.SPEND_LIMIT_REACHED,
    "account_credits": Reason.INSUFFICIENT_CREDITS,
    "openrouter_credits": Reason.INSUFFICIENT_CREDITS,
    # metadata.error_type
    "provider_overloaded": Reason.CAPACITY,
    "provider_unavailable": Reason.SERVICE_UNAVAILABLE,
    "moderation": Reason.CONTENT_POLICY,
    "insufficient_credits": Reason.INSUFFICIENT_CREDITS,
}

PHRASES = Phrases(
    [
        ("flagged", Reason.CONTENT_POLICY),
        ("requires moderation", Reason.CONTENT_POLICY),
        ("key limit exceeded", Reason.SPEND_LIMIT_REACHED),
        ("requires more credits", Reason.INSUFFICIENT_CREDITS),
        ("insufficient credits", Reason.INSUFFICIENT_CREDITS),
        ("limit exceeded free models per", Reason.FREE_TIER_LIMIT),
        ("temporarily rate limited upstream", Reason.UPSTREAM_RATE_LIMITED),
        ("no endpoints found matching", Reason.NO_MATCHING_ENDPOINT),
        ("no endpoints found that", Reason.NO_MATCHING_ENDPOINT),
        ("no endpoints * guardrail~", Reason.NO_MATCHING_ENDPOINT),
        ("no allowed providers are available", Reason.NO_MATCHING_ENDPOINT),
        ("no endpoints found", Reason.MODEL_NOT_FOUND),
        ("meets your routing requirements", Reason.NO_DEPLOYMENT_AVAILABLE),
        ("no auth credentials found", Reason.MISSING_API_KEY),
        ("missing authentication header", Reason.MISSING_API_KEY),
        ("user not found", Reason.INVALID_API_KEY),
        ("is not a valid model id", Reason.MODEL_NOT_FOUND),
    ]
)

_GENERIC = "provider returned error"


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"message": _, "metadata": dict()} as error}:
            return evidence(error)
        case {"error": {"code": int(), "message": str()} as error, "user_id": _}:
            return evidence(error)
        case {"error": {"code": int(), "message": str()} as error} if (
            not {"type", "status", "param"} & error.keys()
        ):
            return evidence(error)
    return None


def recognise_flat(body: Any, _response: ApiResponse) -> Evidence | None:
    """The inner object alone, and an error inside a choice under HTTP 200."""
    match body:
        case {"code": int(), "message": str(), "metadata": dict()}:
            return evidence(body)
        case {"choices": [{"error": {"code": _, "message": _} as error}, *_]}:
            return evidence(error)
    return None


def evidence(error: Mapping[Any, Any]) -> Evidence:
    code, about = error.get("code"), fields.mapping(error.get("metadata"))
    words = fields.words(about.get("limit_source"), about.get("error_type"))
    if "reasons" in about or "flagged_input" in about:
        words = ("moderation", *words)
    message = fields.text(error.get("message"))
    status = fields.status(code)
    if message.lower() == _GENERIC:  # the upstream's own words say what happened
        words = words or _upstream(status)
        message = fields.text(about.get("raw"))
    inside = about.get("raw") or message
    return Evidence(words, message, status, wait=fields.wait(error), inner=inside, limits=_limits(about))


def _upstream(status: int | None) -> tuple[str, ...]:
    """Name the fault of the provider behind, where its own words will not."""
    if status == 429:  # noqa: PLR2004
        return ("upstream_provider",)
    return ("upstream_error",) if status is not None and status >= 500 else ()  # noqa: PLR2004


def _limits(about: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return {name.lower(): value for name, value in list(fields.mapping(about.get("headers")).items())[:16]}


HOSTS = {"openrouter.ai": "openrouter"}
DIALECT = Dialect("openrouter", "nested", recognise, CODES, PHRASES, keys=frozenset({"message"}), hosts=HOSTS)
INNER = Dialect("openrouter", "flat", recognise_flat, CODES, PHRASES)
