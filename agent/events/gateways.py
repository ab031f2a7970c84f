"""Rules for what gateways write in their own way. Beside each: whose documentation says so."""

from collections.abc import Mapping
from functools import wraps

from agent.events import rules
from agent.events.hosts import LITELLM
from agent.events.sources import Rule

# Envoy, Access logging, RESPONSE_FLAGS: the flags that stand "in addition to" a response code.
ENVOY_FLAGS = {
    **dict.fromkeys(("UH", "UF", "UO", "LH", "LR", "UR", "UC"), 503),
    "UT": 504,
    "NR": 404,
    "RL": 429,
    "IH": 400,
    "SI": 408,
}

# LiteLLM, Exception Mapping. The classes that a failure without an HTTP status can have.
LITELLM_CLASSES = {
    **dict.fromkeys(("BadRequestError", "UnsupportedParamsError", "BudgetExceededError"), 400),
    **dict.fromkeys(("ContextWindowExceededError", "ContentPolicyViolationError"), 400),
    **dict.fromkeys(("APIConnectionError", "APIError", "InternalServerError"), 500),
    "AuthenticationError": 401,
    "PermissionDeniedError": 403,
    "NotFoundError": 404,
    "Timeout": 408,
    "UnprocessableEntityError": 422,
    "RateLimitError": 429,
    "ServiceUnavailableError": 503,
}

_NGINX_HEADERS = ("sent_http_", "upstream_http_")


def logged(rule: Rule) -> Rule:
    """A rule for logs, which write an empty text or `-` where there is no value."""

    @wraps(rule)
    def read(value: object) -> object:
        return None if value in ("", "-") else rule(value)

    return read


def envoy_code(value: object) -> int | None:
    """0 says that no response was begun."""
    return None if value in (0, "0") else rules.status(value)


def envoy_flags(value: object) -> int | None:
    """The code that Envoy's documentation names for the flag."""
    flags = rules.text(value).split(",")
    return next((ENVOY_FLAGS[flag] for flag in flags if flag in ENVOY_FLAGS), None)


def request_method(value: object) -> str | None:
    """The first word of the request line."""
    line = rules.text(value).split(" ")
    return rules.method(line[0]) if len(line) == 3 else None  # noqa: PLR2004 - method, target, protocol


def request_path(value: object) -> str | None:
    """The second word of the request line."""
    line = rules.text(value).split(" ")
    return line[1] if len(line) == 3 else None  # noqa: PLR2004


def nginx_headers(event: object) -> dict[str, str] | None:
    """The variables `sent_http_*` and `upstream_http_*`, `_` being `-`."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    found = {
        name.removeprefix(prefix).replace("_", "-"): value
        for prefix in _NGINX_HEADERS
        for name, value in event.items()
        if name.startswith(prefix) and value not in ("", "-")
    }
    return rules.headers(found) or None


def litellm_status(value: object) -> int | None:
    """`success` is 200; a failure's status stands elsewhere."""
    return 200 if value == "success" else None


def litellm_code(value: object) -> int | None:
    """The status of the provider's answer; other words when there was none."""
    try:
        return rules.status(value)
    except ValueError:
        return None


def litellm_class(value: object) -> int | None:
    """The status that LiteLLM's exception mapping gives the class."""
    return LITELLM_CLASSES.get(value) if type(value) is str else None


def litellm_duration(event: object) -> float | None:
    """`endTime` less `startTime`."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    start, end = event.get("startTime"), event.get("endTime")
    return None if start is None or end is None else rules.seconds(rules.finite(end) - rules.finite(start))


def litellm_provider(value: object) -> str:
    """LiteLLM's names; ours where they differ."""
    name = rules.provider(value)
    return LITELLM.get(name, name)


def litellm_headers(value: object) -> dict[str, str]:
    """Names in which `_` stands for `-`."""
    return {
        name.replace("_", "-").removeprefix("llm-provider-"): content
        for name, content in rules.headers(value).items()
    }
