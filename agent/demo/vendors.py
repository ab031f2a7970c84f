"""The five providers of the scenario: their routes, their headers, and their errors as they send them.

Bodies and headers are those of the vendors' documentation and of recorded traffic. $names in them are
filled in for each event. The type beside each error is what we mean by it; the agent's own
classification is never asked, or there would be nothing to compare.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of a provider.

    Attributes:
        seconds: Usual duration of a success.

        streams: Its answer comes in pieces.
    """

    path: str
    model: str
    seconds: float
    method: str = "POST"
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One error answer.

    Attributes:
        type: What it means, in the words of the `type` label.

        body: As sent: an object, or text; None where nobody was left to send it to.

        bare: The body alone is the event, without the envelope around it.
    """

    status: int
    type: str
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.12
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """One provider.

    Attributes:
        headers: On every answer; remaining and reset follow the load.

        limits: Requests and tokens in a minute.

        everyday: Errors that always happen, now and then.

        trouble: Errors of its bad hour.
    """

    name: str
    request_id: str
    calls: tuple[Call, ...]
    headers: Mapping[str, str]
    limits: tuple[int, int]
    everyday: tuple[Fault, ...]
    trouble: tuple[Fault, ...] = ()


def filled(value: object, facts: Mapping[str, str]) -> object:
    """*value* with every $name in its texts replaced."""
    match value:
        case str():
            return string.Template(value).safe_substitute(facts)
        case dict():
            return {key: filled(one, facts) for key, one in value.items()}
        case list():
            return [filled(one, facts) for one in value]
    return value


# --- OpenAI: {error: {message, type, param, code}}; resets are Go durations ---------------------------


def _openai(message: str, type_: str, code: str | None = None, param: str | None = None) -> object:
    return {"error": {"message": message, "type": type_, "param": param, "code": code}}


_LIMITED = "Rate limit reached for $model in organization org-AbCdEfGhIjKlMnOpQrStUvWx on"
_MORE = "Visit https://platform.openai.com/account/rate-limits to learn more."
_OPENAI_REQUESTS = Fault(
    429,
    "rate_limit_error",
    _openai(
        f"{_LIMITED} requests per min (RPM): Limit $limit_requests, Used $limit_requests, Requested 1. "
        f"Please try again in 20s. {_MORE}",
        *("requests", "rate_limit_exceeded"),
    ),
    {"retry-after": "20"},
)
_OPENAI_TOKENS = Fault(
    429,
    "rate_limit_error",
    _openai(
        f"{_LIMITED} tokens per min (TPM): Limit $limit_tokens, Used 1999412, Requested 2385. "
        f"Please try again in 54ms. {_MORE}",
        *("tokens", "rate_limit_exceeded"),
    ),
    {"retry-after-ms": "54", "retry-after": "1"},
)

OPENAI = Vendor(
    name="openai",
    request_id="req_$hex",
    calls=(
        Call("/v1/chat/completions", "gpt-4o", 1.8, streams=True),
        Call("/v1/chat/completions", "gpt-4o-mini", 0.9, streams=True),
        Call("/v1/responses", "gpt-5", 4.0, streams=True),
        Call("/v1/responses/resp_$hex", "gpt-5", 0.2, method="GET"),
        Call("/v1/embeddings", "text-embedding-3-small", 0.15),
        Call("/v1/images/generations", "gpt-image-1", 18.0),
        Call("/v1/audio/transcriptions", "whisper-1", 3.0),
        Call("/v1/moderations", "omni-moderation-latest", 0.3),
    ),
    headers={
        "content-type": "application/json",
        "server": "cloudflare",
        "x-request-id": "req_$hex",
        "x-ratelimit-limit-requests": "$limit_requests",
        "x-ratelimit-limit-tokens": "$limit_tokens",
        "x-ratelimit-remaining-requests": "$remaining_requests",
        "x-ratelimit-remaining-tokens": "$remaining_tokens",
        "x-ratelimit-reset-requests": "${reset_seconds}s",
        "x-ratelimit-reset-tokens": "${reset_seconds}s",
    },
    limits=(10_000, 2_000_000),
    everyday=(
        Fault(
            400,
            "invalid_request_error",
            _openai(
                "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
                *("invalid_request_error", "unsupported_value", "messages[0].role"),
            ),
        ),
        Fault(
            401,
            "authentication_error",
            _openai(
                "Incorrect API key provided: invalid-key. You can find your API key at "
                "https://platform.openai.com/account/api-keys.",
                *("invalid_request_error", "invalid_api_key"),
            ),
        ),
        Fault(
            404,
            "not_found_error",
            _openai(
                "The model `gpt-4o-minni` does not exist or you do not have access to it.",
                *("invalid_request_error", "model_not_found"),
            ),
        ),
        Fault(
            500,
            "api_error",
            _openai(
                "The server had an error processing your request. Sorry about that! You can retry your "
                "request, or contact us through our help center at help.openai.com if you keep seeing this "
                "error. (Please include the request ID req_$hex in your email.)",
                "server_error",
            ),
            seconds=2.0,
        ),
        Fault(
            502,
            "api_error",
            "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1>"
            "</center>\n<hr><center>cloudflare</center>\n</body>\n</html>\n",
            {"content-type": "text/html"},
            seconds=1.0,
        ),
        Fault(499, "client_closed_request", None, seconds=12.0),
    ),
    trouble=(
        *(_OPENAI_REQUESTS, _OPENAI_TOKENS) * 4,
        # The same status, and not a matter of waiting: money.
        Fault(
            429,
            "insufficient_balance",
            _openai(
                "You exceeded your current quota, please check your plan and billing details. For more "
                "information on this error, read the docs: "
                "https://platform.openai.com/docs/guides/error-codes/api-errors.",
                *("insufficient_quota", "insufficient_quota"),
            ),
        ),
    ),
)

# --- Anthropic: {type: "error", error: {type, message}, request_id}; resets are RFC 3339 --------------


def _anthropic(type_: str, message: str) -> object:
    return {"type": "error", "error": {"type": type_, "message": message}, "request_id": "req_$hex"}


_ANTHROPIC_OVERLOADED = Fault(
    529, "overloaded_error", _anthropic("overloaded_error", "Overloaded"), {"x-should-retry": "true"}
)

ANTHROPIC = Vendor(
    name="anthropic",
    request_id="req_$hex",
    calls=(
        Call("/v1/messages", "claude-sonnet-4-5", 3.5, streams=True),
        Call("/v1/messages", "claude-haiku-4-5", 1.2, streams=True),
        Call("/v1/messages/count_tokens", "claude-sonnet-4-5", 0.2),
        Call("/v1/messages/batches", "claude-haiku-4-5", 0.4),
    ),
    headers={
        "content-type": "application/json",
        "request-id": "req_$hex",
        "anthropic-ratelimit-requests-limit": "$limit_requests",
        "anthropic-ratelimit-requests-remaining": "$remaining_requests",
        "anthropic-ratelimit-requests-reset": "$reset_at",
        "anthropic-ratelimit-input-tokens-limit": "$limit_tokens",
        "anthropic-ratelimit-input-tokens-remaining": "$remaining_tokens",
        "anthropic-ratelimit-input-tokens-reset": "$reset_at",
    },
    limits=(4_000, 400_000),
    everyday=(
        Fault(
            400,
            "invalid_request_error",
            _anthropic(
                "invalid_request_error",
                "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, "
                "decrease input length or `max_tokens` and try again",
            ),
            {"x-should-retry": "false"},
        ),
        Fault(
            401,
            "authentication_error",
            _anthropic("authentication_error", "invalid x-api-key"),
            {"x-should-retry": "false"},
        ),
        Fault(
            413,
            "request_too_large",
            _anthropic("request_too_large", "Request exceeds the maximum size"),
        ),
        Fault(
            429,
            "rate_limit_error",
            _anthropic(
                "rate_limit_error",
                "Number of concurrent connections has exceeded your rate limit. Please try again later or "
                "contact sales at https://www.anthropic.com/contact-sales to discuss your options for a "
                "rate limit increase.",
            ),
            {"retry-after": "8", "x-should-retry": "true"},
        ),
    ),
    trouble=(
        *(_ANTHROPIC_OVERLOADED,) * 4,
        # Some of its front ends say the same under another status and type.
        Fault(500, "overloaded_error", _anthropic("api_error", "Overloaded"), {"x-should-retry": "true"}),
        Fault(
            503,
            "api_error",
            "upstream connect error or disconnect/reset before headers. reset reason: remote connection "
            "failure, transport failure reason: delayed connect error: Connection refused",
            {"content-type": "text/plain"},
        ),
    ),
)

# --- Gemini: Google's RPC errors; no header tells anything, the hint is in the body -------------------


def _google(code: int, status: str, message: str, *details: object) -> object:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


_RPC = "type.googleapis.com/google.rpc"
_GEMINI_API = "generativelanguage.googleapis.com"

GEMINI = Vendor(
    name="gemini",
    request_id="$hex",
    calls=(
        Call("/v1beta/models/gemini-2.5-flash:generateContent", "gemini-2.5-flash", 1.4),
        Call("/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro", 6.0),
        Call("/v1beta/models/gemini-2.5-flash:streamGenerateContent", "gemini-2.5-flash", 2.2, streams=True),
        Call("/v1beta/models/gemini-embedding-001:embedContent", "gemini-embedding-001", 0.2),
        Call("/v1beta/models/gemini-2.5-flash:countTokens", "gemini-2.5-flash", 0.1),
    ),
    headers={"content-type": "application/json; charset=UTF-8", "server": "scaffolding on HTTPServer2"},
    limits=(1_000, 1_000_000),
    everyday=(
        Fault(
            400,  # a bad key, whatever the status says
            "authentication_error",
            _google(
                *(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
                {
                    "@type": f"{_RPC}.ErrorInfo",
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                    "metadata": {"service": _GEMINI_API},
                },
            ),
        ),
        Fault(
            403,
            "permission_error",
            _google(
                403,
                "PERMISSION_DENIED",
                "Generative Language API has not been used in project 12345678 before or it is disabled.",
                {
                    "@type": f"{_RPC}.ErrorInfo",
                    "reason": "SERVICE_DISABLED",
                    "domain": "googleapis.com",
                    "metadata": {"service": _GEMINI_API},
                },
            ),
        ),
        Fault(
            429,  # the words of an empty balance, the meaning of a rate limit
            "rate_limit_error",
            _google(
                429,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota, please check your plan and billing details.",
                {
                    "@type": f"{_RPC}.QuotaFailure",
                    "violations": [
                        {
                            "quotaMetric": f"{_GEMINI_API}/generate_content_free_tier_requests",
                            "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                        }
                    ],
                },
                {"@type": f"{_RPC}.RetryInfo", "retryDelay": "43s"},
            ),
        ),
        Fault(
            503,
            "overloaded_error",
            _google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        ),
        Fault(504, "timeout_error", _google(504, "DEADLINE_EXCEEDED", "Deadline exceeded"), seconds=60.0),
    ),
)

# --- AI/ML API: flat, statusCode a number or a text; no rate-limit header is documented ---------------


def _aimlapi(status: int | str, message: str) -> object:
    return {
        "requestId": "$uuid",
        "statusCode": status,
        "timestamp": "$timestamp",
        "path": "$path",
        "message": message,
    }


_NO_CREDITS = Fault(
    403,
    "insufficient_balance",
    _aimlapi(
        403,
        "You've run out of credits. Please top up your balance or update your payment method to continue: "
        "https://aimlapi.com/app/billing/",
    ),
)

AIMLAPI = Vendor(
    name="aimlapi",
    request_id="$uuid",
    calls=(
        Call("/v1/chat/completions", "deepseek/deepseek-chat", 2.4, streams=True),
        Call("/v2/video/generations", "kling-video/v1.6/pro/image-to-video", 0.8),
        Call("/v2/generate/audio", "stable-audio", 9.0),
        Call("/v1/tts", "aura-2", 1.1),
        Call("/v1/stt", "nova-2", 1.6),
    ),
    headers={"content-type": "application/json; charset=utf-8"},
    limits=(1_000, 1_000_000),
    everyday=(
        Fault(400, "invalid_request_error", _aimlapi(400, "Body validation error!")),
        Fault(
            401,
            "authentication_error",
            _aimlapi(
                401,
                "This request requires a valid API key. You can create a new API key on the Billing page: "
                "https://aimlapi.com/app/keys",
            ),
            bare=True,
        ),
        Fault(429, "rate_limit_error", _aimlapi("429", "Too Many Requests"), bare=True),
        Fault(
            429,  # the documentation's own example, which lacks its commas
            "rate_limit_error",
            '{\n    "message": "Free-tier limit: You\'ve reached your free limit for the hour. Get AI/ML '
            'Subscription to use API, visit https://aimlapi.com/app/billing/ !"\n    "path": "$path"\n'
            '    "requestId": "$uuid"\n    "statusCode": "429"\n    "timestamp": "$timestamp"\n}',
            bare=True,
        ),
        Fault(500, "api_error", _aimlapi(500, "Something wrong with the server. Please, try again later.")),
        Fault(504, "timeout_error", _aimlapi(504, "Generation timeout"), seconds=120.0),
    ),
    trouble=(
        *(_NO_CREDITS, replace(_NO_CREDITS, bare=True)),
        Fault(
            403,
            "insufficient_balance",
            _aimlapi(
                "403",
                "You have exhausted the available [plan.rule:api_token] resource limit. Update your payment "
                "method to continue using the service. For more information please visit "
                "https://aimlapi.com/app/billing",
            ),
        ),
    ),
)

# --- PipeLLM: {error: {type, code, message[, rate_limit]}}; the current limit is on every answer ------


def _pipellm(type_: str, code: str, message: str, **more: object) -> object:
    return {"error": {"type": type_, "code": code, "message": message, **more}}


_PIPELLM_LIMITED = Fault(
    429,
    "rate_limit_error",
    _pipellm(
        *("rate_limit_error", "429"),
        "Rate limit exceeded. Your current limit is 100 requests per minute (approximately 1 requests per "
        "second). Please visit https://console.pipellm.com/billing to upgrade your plan for higher limits.",
        rate_limit={"rpm": 100, "qps": 1},
    ),
    {"retry-after": "12"},
)

PIPELLM = Vendor(
    name="pipellm",
    request_id="req_$hex",
    calls=(
        Call("/v1/chat/completions", "gpt-4o", 2.0, streams=True),
        Call("/v1/messages", "claude-sonnet-4-5", 3.2, streams=True),
        Call("/v1/completions", "gpt-3.5-turbo-instruct", 0.8),
        Call("/v1/models", "none", 0.05, method="GET"),
    ),
    headers={
        "content-type": "application/json",
        "x-ratelimit-limit-requests": "$limit_requests",
        "x-ratelimit-remaining-requests": "$remaining_requests",
        "x-ratelimit-reset-requests": "$reset_seconds",
    },
    limits=(100, 1_000_000),
    everyday=(
        Fault(
            400,
            "invalid_request_error",
            _pipellm(
                *("invalid_request_error", "400"),
                "gpt-5 is not a valid model ID. Did you mean one of these: gpt-4o, gpt-4-turbo; You can view "
                "all the models in our documentation: https://docs.pipellm.com",
            ),
        ),
        Fault(
            401,
            "authentication_error",
            _pipellm(
                *("authentication_error", "401"),
                "Incorrect API key provided. Please visit https://console.pipellm.com/account/api-keys to "
                "find your API key.",
            ),
            bare=True,
        ),
        Fault(
            402,
            "insufficient_balance",
            _pipellm(
                *("insufficient_balance", "402"),
                "Insufficient balance. Please recharge your account at https://console.pipellm.com/billing.",
            ),
        ),
        *(_PIPELLM_LIMITED, replace(_PIPELLM_LIMITED, bare=True)),
        Fault(
            500,
            "api_error",
            _pipellm(
                *("api_error", "500"),
                "Internal server error occurred. Our team has been notified and is working on it.",
            ),
        ),
    ),
)

VENDORS = (OPENAI, ANTHROPIC, GEMINI, AIMLAPI, PIPELLM)
