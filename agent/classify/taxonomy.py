"""The closed words of every answer: what a response means, and why.

The types are PipeLLM's own error types and four more (timeout_error, request_too_large, unknown, and nginx's
word for a caller who hung up: client_closed_request); the reasons are the finer words below them. Both become
label values, so both sets are closed.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class OutcomeType(StrEnum):
    """What a response means; each member carries one line of help."""

    help: str

    def __new__(cls, word: str, text: str) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.help = text
        return member

    OK = "ok", "the call succeeded"
    INVALID_REQUEST = "invalid_request_error", "the request is wrong; sending it again will not help"
    AUTHENTICATION = "authentication_error", "the API key is missing, wrong or expired"
    INSUFFICIENT_BALANCE = "insufficient_balance", "cured by paying or by raising a budget, not by waiting"
    PERMISSION = "permission_error", "the key is known, but may not do this"
    NOT_FOUND = "not_found_error", "the model, the resource or the route does not exist"
    REQUEST_TOO_LARGE = "request_too_large", "the request has too many bytes or tokens for the server"
    RATE_LIMIT = "rate_limit_error", "too many requests or tokens in a window; waiting helps"
    TIMEOUT = "timeout_error", "an answer did not come in time"
    API = "api_error", "the provider or a gateway on the way failed"
    OVERLOADED = "overloaded_error", "the provider has no capacity left for anybody"
    CLIENT_CLOSED = (
        "client_closed_request",
        "the caller hung up before the answer was complete; nobody else failed",
    )
    UNKNOWN = "unknown", "neither the body nor the status says"


class Reason(StrEnum):
    """Why; each member carries one line of help and the types it may stand under, its own one first."""

    help: str
    types: tuple[OutcomeType, ...]

    def __new__(cls, word: str, text: str, types: Iterable[OutcomeType]) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.help = text
        member.types = tuple(types)
        return member

    NONE = "none", "the call succeeded", [OutcomeType.OK]

    REQUESTS_PER_SECOND = "requests_per_second", "requests in a second", [OutcomeType.RATE_LIMIT]
    REQUESTS_PER_MINUTE = "requests_per_minute", "requests in a minute", [OutcomeType.RATE_LIMIT]
    REQUESTS_PER_DAY = "requests_per_day", "requests in a day", [OutcomeType.RATE_LIMIT]
    REQUESTS_PER_MONTH = "requests_per_month", "requests in a month", [OutcomeType.RATE_LIMIT]
    TOKENS_PER_MINUTE = "tokens_per_minute", "tokens in a minute", [OutcomeType.RATE_LIMIT]
    TOKENS_PER_DAY = "tokens_per_day", "tokens in a day", [OutcomeType.RATE_LIMIT]
    CONCURRENCY_LIMIT = "concurrency_limit", "too many calls at once", [OutcomeType.RATE_LIMIT]
    BURST_LIMIT = (
        "burst_limit",
        "the traffic grew too fast",
        [OutcomeType.RATE_LIMIT, OutcomeType.OVERLOADED],
    )
    FREE_TIER_LIMIT = "free_tier_limit", "the free allowance is used, or is zero", [OutcomeType.RATE_LIMIT]
    SUBSCRIPTION_WINDOW = (
        "subscription_window",
        "the plan's window of hours or a week is used",
        [OutcomeType.RATE_LIMIT],
    )
    REQUEST_OVER_TOKEN_BUDGET = (
        "request_over_token_budget",
        "this request alone exceeds the token budget; waiting never helps",
        [OutcomeType.RATE_LIMIT],
    )
    UPSTREAM_RATE_LIMITED = (
        "upstream_rate_limited",
        "the provider behind the gateway limited the gateway",
        [OutcomeType.RATE_LIMIT],
    )
    EDGE_RATE_LIMITED = "edge_rate_limited", "a CDN or firewall limited the caller", [OutcomeType.RATE_LIMIT]
    RATE_LIMIT_GENERIC = (
        "rate_limit_generic",
        "a rate limit that does not name its unit",
        [OutcomeType.RATE_LIMIT],
    )

    INSUFFICIENT_CREDITS = (
        "insufficient_credits",
        "the prepaid balance is empty",
        [OutcomeType.INSUFFICIENT_BALANCE],
    )
    QUOTA_EXHAUSTED = (
        "quota_exhausted",
        "the allowance of the plan is used",
        [OutcomeType.INSUFFICIENT_BALANCE],
    )
    SPEND_LIMIT_REACHED = (
        "spend_limit_reached",
        "a budget set for an organisation, project or key is used",
        [OutcomeType.INSUFFICIENT_BALANCE],
    )
    BILLING_PROBLEM = (
        "billing_problem",
        "the payment method or billing does not work",
        [OutcomeType.INSUFFICIENT_BALANCE],
    )
    PAYMENT_OVERDUE = "payment_overdue", "a bill is unpaid", [OutcomeType.INSUFFICIENT_BALANCE]

    INVALID_API_KEY = "invalid_api_key", "the API key is wrong", [OutcomeType.AUTHENTICATION]
    MISSING_API_KEY = "missing_api_key", "no API key was sent", [OutcomeType.AUTHENTICATION]
    EXPIRED_CREDENTIAL = "expired_credential", "the key or token has expired", [OutcomeType.AUTHENTICATION]
    AUTH_FAILED = "auth_failed", "authentication failed, cause not stated", [OutcomeType.AUTHENTICATION]

    ACCESS_DENIED = "access_denied", "the account may not do this", [OutcomeType.PERMISSION]
    REGION_BLOCKED = (
        "region_blocked",
        "not served in the caller's country or region",
        [OutcomeType.PERMISSION],
    )
    SERVICE_DISABLED = "service_disabled", "the API is not enabled", [OutcomeType.PERMISSION]
    EDGE_BLOCKED = "edge_blocked", "a firewall refused or challenged the caller", [OutcomeType.PERMISSION]

    MODEL_NOT_FOUND = (
        "model_not_found",
        "the model is unknown",
        [OutcomeType.NOT_FOUND, OutcomeType.INVALID_REQUEST],
    )
    MODEL_DECOMMISSIONED = (
        "model_decommissioned",
        "the model was retired",
        [OutcomeType.NOT_FOUND, OutcomeType.INVALID_REQUEST],
    )
    DEPLOYMENT_NOT_FOUND = "deployment_not_found", "the deployment is unknown", [OutcomeType.NOT_FOUND]
    RESOURCE_NOT_FOUND = "resource_not_found", "a named resource does not exist", [OutcomeType.NOT_FOUND]
    ENDPOINT_NOT_FOUND = "endpoint_not_found", "the route does not exist", [OutcomeType.NOT_FOUND]
    NO_MATCHING_ENDPOINT = (
        "no_matching_endpoint",
        "the account's own filters leave no provider",
        [OutcomeType.NOT_FOUND],
    )

    BODY_VALIDATION = "body_validation", "the body does not fit the schema", [OutcomeType.INVALID_REQUEST]
    MISSING_FIELD = "missing_field", "a required field is missing", [OutcomeType.INVALID_REQUEST]
    INVALID_VALUE = "invalid_value", "a field has a value that is not allowed", [OutcomeType.INVALID_REQUEST]
    INVALID_TYPE = "invalid_type", "a field has the wrong JSON type", [OutcomeType.INVALID_REQUEST]
    UNSUPPORTED_VALUE = (
        "unsupported_value",
        "a value that this model does not support",
        [OutcomeType.INVALID_REQUEST],
    )
    UNSUPPORTED_PARAMETER = (
        "unsupported_parameter",
        "a parameter that is unknown or not supported",
        [OutcomeType.INVALID_REQUEST],
    )
    UNSUPPORTED_FEATURE = (
        "unsupported_feature",
        "a feature that this model or route lacks",
        [OutcomeType.INVALID_REQUEST],
    )
    MODEL_NOT_SUPPORTED = (
        "model_not_supported",
        "the model exists, but not here",
        [OutcomeType.INVALID_REQUEST],
    )
    MALFORMED_JSON = "malformed_json", "the body could not be parsed", [OutcomeType.INVALID_REQUEST]
    METHOD_NOT_ALLOWED = "method_not_allowed", "the wrong HTTP method", [OutcomeType.INVALID_REQUEST]
    CONTEXT_LENGTH_EXCEEDED = (
        "context_length_exceeded",
        "more tokens than the model can take",
        [OutcomeType.INVALID_REQUEST, OutcomeType.REQUEST_TOO_LARGE],
    )
    CONTENT_POLICY = (
        "content_policy",
        "a moderation or safety filter refused",
        [OutcomeType.INVALID_REQUEST],
    )
    INVALID_MEDIA = (
        "invalid_media",
        "an image, file or audio could not be used",
        [OutcomeType.INVALID_REQUEST],
    )
    MEDIA_FETCH_FAILED = (
        "media_fetch_failed",
        "a URL in the request could not be fetched",
        [OutcomeType.INVALID_REQUEST],
    )
    INVALID_STATE = "invalid_state", "the resource is not in the right state", [OutcomeType.INVALID_REQUEST]
    TOOL_USE_FAILED = (
        "tool_use_failed",
        "the model did not produce a usable tool call",
        [OutcomeType.INVALID_REQUEST],
    )
    INVALID_REQUEST_GENERIC = (
        "invalid_request_generic",
        "a bad request, cause not stated",
        [OutcomeType.INVALID_REQUEST],
    )

    PAYLOAD_TOO_LARGE = "payload_too_large", "too many bytes", [OutcomeType.REQUEST_TOO_LARGE]

    CAPACITY = "capacity", "the model or service is overloaded", [OutcomeType.OVERLOADED]
    MODEL_NOT_LOADED = "model_not_loaded", "the model is still loading", [OutcomeType.OVERLOADED]
    NO_DEPLOYMENT_AVAILABLE = (
        "no_deployment_available",
        "the router has no deployment to send this to",
        [OutcomeType.OVERLOADED],
    )
    CIRCUIT_BREAKER_OVERFLOW = (
        "circuit_breaker_overflow",
        "a proxy's circuit breaker is open",
        [OutcomeType.OVERLOADED],
    )

    GENERATION_TIMEOUT = "generation_timeout", "the model did not finish in time", [OutcomeType.TIMEOUT]
    UPSTREAM_TIMEOUT = (
        "upstream_timeout",
        "the service behind did not answer in time",
        [OutcomeType.TIMEOUT],
    )
    GATEWAY_TIMEOUT = "gateway_timeout", "a gateway gave up waiting", [OutcomeType.TIMEOUT]
    CONNECTION_TIMEOUT = "connection_timeout", "a connection was not made in time", [OutcomeType.TIMEOUT]

    INTERNAL_ERROR = "internal_error", "a fault of the provider's own", [OutcomeType.API]
    UPSTREAM_ERROR = "upstream_error", "the provider behind the gateway failed", [OutcomeType.API]
    BAD_GATEWAY = "bad_gateway", "a gateway got no usable answer", [OutcomeType.API]
    SERVICE_UNAVAILABLE = (
        "service_unavailable",
        "the service is down; overload is not stated",
        [OutcomeType.API],
    )
    UPSTREAM_CONNECT_ERROR = (
        "upstream_connect_error",
        "a proxy could not reach its upstream, or lost it",
        [OutcomeType.API],
    )
    NO_HEALTHY_UPSTREAM = "no_healthy_upstream", "a proxy has no healthy upstream", [OutcomeType.API]
    MAINTENANCE = "maintenance", "planned or declared maintenance", [OutcomeType.API]
    OUT_OF_MEMORY = "out_of_memory", "the server ran out of memory", [OutcomeType.API]
    COUPON_NOT_FOUND = (
        "coupon_not_found",
        "a wrong promotion code, served as a fault",
        [OutcomeType.API],
    )
    GATEWAY_MISCONFIGURED = (
        "gateway_misconfigured",
        "the gateway's own settings are wrong",
        [OutcomeType.API],
    )

    CLIENT_CLOSED = "client_closed", "the caller hung up first", [OutcomeType.CLIENT_CLOSED]

    EMPTY_BODY = "empty_body", "an error without a body", OutcomeType
    PLACEHOLDER = "placeholder", "a documentation template, not a real error", OutcomeType
    UNMAPPED_STATUS = "unmapped_status", "a status that nobody assigned a meaning", OutcomeType


def reasons_under(kind: OutcomeType) -> frozenset[Reason]:
    """Every reason that may stand under *kind*."""
    return frozenset(reason for reason in Reason if kind in reason.types)
