"""LiteLLM's logging payload."""

from collections.abc import Mapping

from agent.events import rules
from agent.events.hosts import LITELLM as NAMES
from agent.events.invalid import Field
from agent.events.presets.preset import Preset, at, logged

# LiteLLM, Exception Mapping. The classes that a failure without an HTTP status can have.
_CLASSES = {
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


def _status(value: object) -> int | None:
    """`success` is 200; a failure's status stands elsewhere."""
    return 200 if value == "success" else None


def _code(value: object) -> int | None:
    """The status of the provider's answer; other words when there was none."""
    try:
        return rules.status(value)
    except ValueError:
        return None


def _class(value: object) -> int | None:
    """The status that LiteLLM's exception mapping gives the class."""
    return _CLASSES.get(value) if type(value) is str else None


def _duration(event: object) -> float | None:
    """`endTime` less `startTime`."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    start, end = event.get("startTime"), event.get("endTime")
    return None if start is None or end is None else rules.seconds(rules.finite(end) - rules.finite(start))


def _provider(value: object) -> str:
    """LiteLLM's names; ours where they differ."""
    name = rules.provider(value)
    return NAMES.get(name, name)


def _headers(value: object) -> dict[str, str]:
    """Names in which `_` stands for `-`."""
    return {
        name.replace("_", "-").removeprefix("llm-provider-"): content
        for name, content in rules.headers(value).items()
    }


LITELLM = Preset(
    "LiteLLM's StandardLoggingPayload",
    "docs.litellm.ai, StandardLoggingPayload Specification",
    {
        Field.STATUS: (
            *at(_status, "status"),
            *at(_code, "error_information.error_code"),
            *at(_class, "error_information.error_class"),
        ),
        Field.PROVIDER: (
            *logged(rules.host, "api_base"),
            *logged(_provider, "custom_llm_provider", "error_information.llm_provider"),
        ),
        Field.PATH: logged(rules.text, "metadata.user_api_key_request_route"),
        Field.DURATION: (
            *at(_duration, "*"),
            *logged(rules.seconds, "response_time"),
        ),
        Field.TIMESTAMP: logged(rules.timestamp, "endTime"),
        Field.REQUEST_ID: logged(rules.identifier, "id"),
        Field.HEADERS: at(_headers, "hidden_params.additional_headers"),
    },
    logged(rules.body, "error_information.error_message", "error_str"),
)
