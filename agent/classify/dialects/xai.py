"""xAI's Responses endpoint: {code: a word or a gRPC status as a SENTENCE, error: text}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "some resource has been exhausted": Reason.RATE_LIMIT_GENERIC,
    "client specified an invalid argument": Reason.INVALID_REQUEST_GENERIC,
    "invalid-argument": Reason.INVALID_REQUEST_GENERIC,
    "the requested resource was not found": Reason.RESOURCE_NOT_FOUND,
    "some requested entity was not found": Reason.RESOURCE_NOT_FOUND,
    "the caller does not have permission to execute the specified operation": Reason.ACCESS_DENIED,
    "the service is currently unavailable": Reason.SERVICE_UNAVAILABLE,
    "the system is not in a state required for the operation's execution": Reason.INVALID_STATE,
    "deadline expired before operation could complete": Reason.UPSTREAM_TIMEOUT,
    "the request does not have valid authentication credentials for the operation": Reason.AUTH_FAILED,
    "unauthenticated:bad-credentials": Reason.INVALID_API_KEY,
    "unauthenticated:no-credentials": Reason.MISSING_API_KEY,
    "unauthenticated": Reason.AUTH_FAILED,
    "internal error": Reason.INTERNAL_ERROR,
}

PHRASES = Phrases(
    [
        ("used all available credits", Reason.INSUFFICIENT_CREDITS),
        ("run out of credits", Reason.INSUFFICIENT_CREDITS),
        ("not have any credits", Reason.INSUFFICIENT_CREDITS),
        ("monthly spending limit", Reason.SPEND_LIMIT_REACHED),
        ("incorrect api key", Reason.INVALID_API_KEY),
        ("at capacity", Reason.CAPACITY),
        ("argument not supported on this model", Reason.UNSUPPORTED_PARAMETER),
        ("safety check", Reason.CONTENT_POLICY),
        ("content violates usage guidelines", Reason.CONTENT_POLICY),
        ("must have at least one", Reason.INVALID_VALUE),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"code": code, "error": str(message)}:
            return Evidence(fields.words(code), message, fields.status(code))
    return None


HOSTS = {"x.ai": "xai"}
DIALECT = Dialect("xai", "flat", recognise, CODES, PHRASES, keys=frozenset({"code", "error"}), hosts=HOSTS)
