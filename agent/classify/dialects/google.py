"""Google's RPC errors (Gemini, Vertex): {error: {code: int, message, status: UPPER, details: [{@type ...}]}}.

Google writes "You exceeded your current quota, please check your plan and billing details" where it means
a rate limit; the window stands in QuotaFailure.violations[].quotaId or in ErrorInfo.metadata.quota_limit.
Sources: cloud.google.com/apis/design/errors, ai.google.dev/gemini-api/docs/troubleshooting.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

STATUSES = {
    "cancelled": 499,
    "unknown": 500,
    "invalid_argument": 400,
    "deadline_exceeded": 504,
    "not_found": 404,
    "already_exists": 409,
    "permission_denied": 403,
    "unauthenticated": 401,
    "resource_exhausted": 429,
    "failed_precondition": 400,
    "aborted": 409,
    "out_of_range": 400,
    "unimplemented": 501,
    "internal": 500,
    "unavailable": 503,
    "data_loss": 500,
}

CODES = {
    # ErrorInfo.reason
    "api_key_invalid": Reason.INVALID_API_KEY,
    "api_key_expired": Reason.EXPIRED_CREDENTIAL,
    "access_token_expired": Reason.EXPIRED_CREDENTIAL,
    "access_token_type_unsupported": Reason.INVALID_API_KEY,
    "credentials_missing": Reason.MISSING_API_KEY,
    "api_key_service_blocked": Reason.ACCESS_DENIED,
    "api_key_http_referrer_blocked": Reason.ACCESS_DENIED,
    "api_key_ip_address_blocked": Reason.ACCESS_DENIED,
    "iam_permission_denied": Reason.ACCESS_DENIED,
    "access_token_scope_insufficient": Reason.ACCESS_DENIED,
    "consumer_suspended": Reason.ACCESS_DENIED,
    "consumer_invalid": Reason.ACCESS_DENIED,
    "user_project_denied": Reason.ACCESS_DENIED,
    "service_disabled": Reason.SERVICE_DISABLED,
    "billing_disabled": Reason.BILLING_PROBLEM,
    "account_billing_disabled": Reason.BILLING_PROBLEM,
    "resource_availability": Reason.CAPACITY,
    "model_capacity_exhausted": Reason.CAPACITY,
    "quota_exhausted": Reason.SUBSCRIPTION_WINDOW,
    "insufficient_g1_credits_balance": Reason.INSUFFICIENT_CREDITS,
    "validation_required": Reason.ACCESS_DENIED,
    # gRPC statuses
    "resource_exhausted": Reason.RATE_LIMIT_GENERIC,
    "deadline_exceeded": Reason.UPSTREAM_TIMEOUT,
    "invalid_argument": Reason.INVALID_REQUEST_GENERIC,
    "failed_precondition": Reason.INVALID_REQUEST_GENERIC,
    "unavailable": Reason.SERVICE_UNAVAILABLE,
    "unimplemented": Reason.UNSUPPORTED_FEATURE,
    "cancelled": Reason.CLIENT_CLOSED,
}

PHRASES = Phrases(
    [
        ("message larger than max", Reason.PAYLOAD_TOO_LARGE),  # of gRPC: RESOURCE_EXHAUSTED too
        ("no capacity available", Reason.CAPACITY),
        ("exhausted your capacity on this model", Reason.SUBSCRIPTION_WINDOW),
        ("prepayment credits are depleted", Reason.INSUFFICIENT_CREDITS),
        ("exceeded * spending cap", Reason.SPEND_LIMIT_REACHED),
        ("requires billing to be enabled", Reason.BILLING_PROBLEM),
        ("user location is not supported", Reason.REGION_BLOCKED),
        ("callers without established identity", Reason.MISSING_API_KEY),
        ("request is missing required authentication", Reason.MISSING_API_KEY),
        ("api key expired", Reason.EXPIRED_CREDENTIAL),
        ("exceeded your current quota", Reason.RATE_LIMIT_GENERIC),
        ("out|lack of .. capacity", Reason.CAPACITY),
        ("resource has been exhausted", Reason.RATE_LIMIT_GENERIC),
        ("resource exhausted", Reason.RATE_LIMIT_GENERIC),
        ("quota exceeded for", Reason.RATE_LIMIT_GENERIC),
        ("exceeds the maximum number of tokens", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("request payload size exceeds the limit", Reason.PAYLOAD_TOO_LARGE),
        ("cannot fetch content", Reason.MEDIA_FETCH_FAILED),
        ("unknown name * cannot find field", Reason.UNSUPPORTED_PARAMETER),
        ("proto field is not", Reason.INVALID_VALUE),
        ("not allowed to use publisher model", Reason.ACCESS_DENIED),
        ("publisher model", Reason.MODEL_NOT_FOUND),
        ("is not found for api version", Reason.MODEL_NOT_FOUND),
        ("endpoint not found", Reason.RESOURCE_NOT_FOUND),
        ("cache * not found", Reason.RESOURCE_NOT_FOUND),
        ("not found cache", Reason.RESOURCE_NOT_FOUND),
    ]
)

QUOTA = re.compile(r"(input_?tokens?|tokens?)?[a-z_]{0,60}per_?(second|minute|day|month)", re.IGNORECASE)
WINDOWS = {
    (False, "second"): Reason.REQUESTS_PER_SECOND,
    (False, "minute"): Reason.REQUESTS_PER_MINUTE,
    (False, "day"): Reason.REQUESTS_PER_DAY,
    (False, "month"): Reason.REQUESTS_PER_MONTH,
    (True, "minute"): Reason.TOKENS_PER_MINUTE,
    (True, "day"): Reason.TOKENS_PER_DAY,
}
ZERO = re.compile(r"limit: 0(?![.\d])")
MOST_DETAILS = 16
_LONGEST_FIRST = ("month", "day", "minute", "second")


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"status": str(name), **error}} if name.lower() in STATUSES:
            return _evidence(error, name.lower())
        case {"error": {"details": [{"@type": str()}, *_], **error}}:
            return _evidence({**error, "details": body["error"]["details"]}, "")
        case {"error": {"code": int(), "errors": [{"domain": str()}, *_], **error}}:
            return _evidence({**error, "code": body["error"]["code"]}, "")
    return None


def _evidence(error: Mapping[Any, Any], name: str) -> Evidence:
    details = [item for item in _listed(error.get("details")) if isinstance(item, dict)]
    message = fields.text(error.get("message"))
    words = [fields.word(item.get("reason")) for item in details]
    if name == "resource_exhausted":
        words.extend(_window(details, message))
    words.append(name)
    if message == "$grpcMessage":  # the template of a failed expansion; the truth is in DebugInfo
        message = ""
    message = message or next((fields.text(item.get("detail")) for item in details if item.get("detail")), "")
    delay = next((item["retryDelay"] for item in details if item.get("retryDelay")), None)
    status = fields.status(error.get("code")) or STATUSES.get(name)
    return Evidence(tuple(filter(None, words)), message, status, wait=delay)


def _listed(value: object) -> list[object]:
    return value[:MOST_DETAILS] if isinstance(value, list) else []


def _window(details: Sequence[Mapping[Any, Any]], message: str) -> Iterator[str]:
    """Name the quotas that were hit, as words of WORDS below; the longest window is the one to wait for."""
    if ZERO.search(message):
        yield "limit: 0"
        return
    found = [
        (name, seen.group(2).lower())
        for each in details
        for name in _quotas(each)
        if (seen := QUOTA.search(name))
    ]
    for name, unit in sorted(found, key=lambda each: _LONGEST_FIRST.index(each[1])):
        yield f"{'tokens' if 'oken' in name else 'requests'} per {unit}"


def _quotas(detail: Mapping[Any, Any]) -> Iterator[str]:
    for violation in _listed(detail.get("violations")):
        yield fields.text(fields.mapping(violation).get("quotaId"))
    yield fields.text(fields.mapping(detail.get("metadata")).get("quota_limit"))


WORDS = {
    "limit: 0": Reason.FREE_TIER_LIMIT,
    **{
        f"{'tokens' if tokens else 'requests'} per {unit}": reason
        for (tokens, unit), reason in WINDOWS.items()
    },
}

HOSTS = {"generativelanguage.googleapis.com": "gemini", "aiplatform.googleapis.com": "vertex"}
DIALECT = Dialect("google", "nested", recognise, {**CODES, **WORDS}, PHRASES, hosts=HOSTS)
