"""LiteLLM's logging payload and its spend logs."""

import re
from collections.abc import Callable, Mapping

from agent.events import leaving, rules
from agent.events.hosts import LITELLM as NAMES
from agent.events.invalid import Field
from agent.events.presets.litellm_calls import PATHS
from agent.events.presets.preset import JsonObject, Preset, at, guessed, logged
from agent.events.response import CLOSED_REQUEST, Ending
from agent.events.sources import Rule, Sources

# litellm/exceptions.py. The classes that a failure without an HTTP status can have.
_CLASSES = {
    **dict.fromkeys(("BadRequestError", "UnsupportedParamsError", "InvalidRequestError"), 400),
    **dict.fromkeys(
        ("ContextWindowExceededError", "ContentPolicyViolationError", "RejectedRequestError"), 400
    ),
    **dict.fromkeys(("LiteLLMUnknownProvider", "GuardrailRaisedException", "BlockedPiiEntityError"), 400),
    **dict.fromkeys(("APIConnectionError", "APIError", "InternalServerError"), 500),
    **dict.fromkeys(("RateLimitError", "ProxyRateLimitError", "BudgetExceededError"), 429),
    **dict.fromkeys(("RouterRateLimitError", "RouterRateLimitErrorBasic"), 429),
    **dict.fromkeys(("ServiceUnavailableError", "MidStreamFallbackError"), 503),
    "AuthenticationError": 401,
    "PermissionDeniedError": 403,
    "NotFoundError": 404,
    "Timeout": 408,
    "UnprocessableEntityError": 422,
    "BadGatewayError": 502,
}
# The classes that only LiteLLM itself raises: no provider was asked.
_OWN_CLASSES = frozenset(
    {
        *("BudgetExceededError", "ProxyRateLimitError", "RouterRateLimitError", "RouterRateLimitErrorBasic"),
        *("ProxyException", "HTTPException", "GuardrailRaisedException", "BlockedPiiEntityError"),
        *("RejectedRequestError", "LiteLLMUnknownProvider", "UnsupportedParamsError"),
    }
)
# What its limiters, budgets and the router's cooldown say, under classes that providers' errors have, too.
_OWN_WORDS = re.compile(
    r"budget has been exceeded|exceeded ?budget|over (?:its|their) (?:budget|[rt]pm)|crossed [rt]pm"
    r"|max parallel request limit|over user-defined ratelimit|no (?:healthy )?deployments? (?:are )?available"
    r"|no deployments available|virtual key",
    re.IGNORECASE,
)
_READ = 512
_MICROSECONDS = 6  # decimals; what a unix time in a float holds beyond them is noise
_ERROR = "error_information"
_PLACES = ("", "metadata.")
"""What stands on top of a payload stands below `metadata` in a spend log."""

_SPOKEN_BY_MANY = frozenset(
    {"openai", "custom_openai", "openai_like", "custom", "anthropic_text", "litellm_proxy"}
)


def _opened(event: JsonObject) -> JsonObject:
    """The payload in what callbacks get as `kwargs`."""
    for holder in (event, event.get("kwargs")):
        payload = holder.get("standard_logging_object") if isinstance(holder, Mapping) else None
        if isinstance(payload, Mapping):
            return payload
    return event


def _maker(value: object) -> str | None:
    """The provider that LiteLLM names; not the one whose interface many others speak."""
    name = _provider(value)
    return None if name in _SPOKEN_BY_MANY else name


def _both(rule: Rule, *paths: str, by: Callable[..., Sources] = logged) -> Sources:
    return by(rule, *(f"{place}{path}" for path in paths for place in _PLACES))


def _status(value: object) -> int | None:
    """`success` is 200; a failure's status stands elsewhere."""
    return 200 if value == "success" else None


def _left(value: object) -> int | None:
    """499, which also a success has whose stream the caller left."""
    return CLOSED_REQUEST if str(value).strip() == str(CLOSED_REQUEST) else None


def _left_ending(value: object) -> Ending | None:
    """499: the caller left."""
    return Ending.CLIENT_CLOSED if _left(value) else None


def _code(value: object) -> int | None:
    """The status of the provider's answer; other words when there was none."""
    return rules.status(value)


def _class(value: object) -> int | None:
    """The status that LiteLLM's exception mapping gives the class."""
    return (_CLASSES.get(value) or leaving.closed_request(value)) if type(value) is str else None


def _own(event: object) -> str | None:
    """LiteLLM itself, where its limits, budgets, keys or cooldown refused the call."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    error = _error_of(event)
    category, name = error.get("error_rate_limit_category"), error.get("error_class")
    if type(category) is str and category:
        return None if category.startswith("vendor") else "litellm"
    if not error or _left(error.get("error_code")):
        return None
    message = error.get("error_message") or event.get("error_str")
    words = message[:_READ] if type(message) is str else ""
    return "litellm" if str(name) in _OWN_CLASSES or _OWN_WORDS.search(words) else None


def _error_of(event: Mapping[str, object]) -> Mapping[str, object]:
    """The error of a failed call; of one that succeeded, an empty one."""
    metadata = event.get("metadata")
    for holder in (event, metadata if isinstance(metadata, Mapping) else {}):
        if holder.get("status") == "failure" or holder is metadata:
            error = holder.get(_ERROR)
            if isinstance(error, Mapping):
                return error
    return {}


def _between(start: object, end: object) -> float | None:
    if start in (None, "") or end in (None, ""):
        return None
    return rules.seconds(round(rules.timestamp(end) - rules.timestamp(start), _MICROSECONDS))


def _duration(event: object) -> float | None:
    """`endTime` less `startTime`."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    return _between(event.get("startTime"), event.get("endTime"))


def _first_token(event: object) -> float | None:
    """`completionStartTime` less `startTime`, of a stream: otherwise the former is the end."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    first = event.get("completionStartTime")
    if event.get("stream") is False or first == event.get("endTime"):
        return None
    return _between(event.get("startTime"), first)


def _provider(value: object) -> str:
    """LiteLLM's names; ours where they differ."""
    name = rules.provider(value)
    return NAMES.get(name, name)


def _call_method(value: object) -> str | None:
    """The method of every call of a model: POST."""
    return "POST" if _call_path(value) else None


def _call_path(value: object) -> str | None:
    """The route of LiteLLM's proxy for `acompletion`, `aembedding` and so on."""
    name = str(value).removeprefix("_")
    return PATHS.get(name) or PATHS.get(name.removeprefix("a"))


def _headers(value: object) -> dict[str, str]:
    """Names in which `_` stands for `-`."""
    return {
        name.replace("_", "-").removeprefix("llm-provider-"): content
        for name, content in rules.headers(value).items()
    }


LITELLM = Preset(
    "LiteLLM's StandardLoggingPayload, also as its callbacks get it, and its spend logs",
    "docs.litellm.ai, StandardLoggingPayload Specification; litellm/exceptions.py",
    {
        Field.STATUS: (
            *_both(_left, f"{_ERROR}.error_code"),
            *_both(_status, "status"),
            *_both(_code, f"{_ERROR}.error_code", by=guessed),
            *_both(_class, f"{_ERROR}.error_class"),
            *_both(leaving.closed_request, f"{_ERROR}.error_message", "error_str"),
        ),
        Field.PROVIDER: (
            *logged(_maker, "custom_llm_provider"),
            *logged(rules.host, "api_base"),
            *logged(_provider, "custom_llm_provider"),
            *_both(_provider, f"{_ERROR}.llm_provider"),
        ),
        Field.METHOD: logged(_call_method, "call_type"),
        Field.PATH: (
            *logged(rules.text, "metadata.user_api_key_request_route"),
            *logged(_call_path, "call_type"),
        ),
        Field.DURATION: (
            *at(_duration, "*"),
            *logged(rules.milliseconds, "request_duration_ms"),
            *logged(rules.seconds, "response_time"),
        ),
        Field.TIME_TO_FIRST_TOKEN: at(_first_token, "*"),
        Field.TIMESTAMP: logged(rules.timestamp, "endTime", "startTime"),
        Field.REQUEST_ID: logged(rules.identifier, "id", "request_id", "litellm_call_id"),
        Field.HEADERS: guessed(_headers, "hidden_params.additional_headers"),
        Field.ENDING: (
            *_both(_left_ending, f"{_ERROR}.error_code"),
            *_both(leaving.ending, f"{_ERROR}.error_class", f"{_ERROR}.error_message", "error_str"),
        ),
    },
    _both(rules.body, f"{_ERROR}.error_message", "error_str"),
    attributes={"model": logged(rules.attribute, "model", "model_group")},
    opened=_opened,
    own=at(_own, "*"),
)
