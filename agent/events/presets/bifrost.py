"""Bifrost, Maxim's gateway."""

from collections.abc import Iterable, Mapping

from agent.events import leaving, rules, semconv
from agent.events.invalid import Field
from agent.events.paths import opened
from agent.events.presets.preset import JsonObject, Preset, at, guessed, logged
from agent.events.response import CLOSED_REQUEST, Ending

_LEFT = "cancelled"
# plugins/governance/resolver.go: its Decision values, which it answers with itself.
_OWN = frozenset(
    {
        *("virtual_key_not_found", "virtual_key_required", "virtual_key_blocked", "model_blocked"),
        *("provider_blocked", "mcp_tool_blocked", "rate_limited", "token_limited", "request_limited"),
        "budget_exceeded",
    }
)
# core/schemas: what KeyAttemptRecord.fail_reason makes of a status.
_ATTEMPTS = {"rate_limit_error": 429, "authentication_error": 401, "billing_error": 402}
_ERROR = {"message": "", "type": ".type", "code": ".code"}
_PATHS = {
    "chat.completion": "/v1/chat/completions",
    "text.completion": "/v1/completions",
    "response": "/v1/responses",
    "responses": "/v1/responses",
    "embedding": "/v1/embeddings",
    "list": "/v1/embeddings",
    "speech": "/v1/audio/speech",
    "audio.speech": "/v1/audio/speech",
    "transcription": "/v1/audio/transcriptions",
    "audio.transcription": "/v1/audio/transcriptions",
    "image.generation": "/v1/images/generations",
    "image.edit": "/v1/images/edits",
    "rerank": "/v1/rerank",
}


def _entries(event: JsonObject) -> Iterable[object] | None:
    """The logs of an answer of its search."""
    logs = event.get("logs")
    return logs if isinstance(logs, list) else None


def _opened(event: JsonObject) -> JsonObject:
    """A trace as its exporters write it: what the request's span says, and the last of its model calls."""
    root = event.get("RootSpan")
    if not isinstance(root, Mapping):
        return event
    spans = event.get("Spans")
    calls = [
        _attributes(span)
        for span in (spans if isinstance(spans, list) else [])
        if isinstance(span, Mapping) and span.get("Kind") == "llm.call"
    ]
    last = calls[-1] if calls else {}
    error = {name: last[f"gen_ai.error{key}"] for name, key in _ERROR.items() if f"gen_ai.error{key}" in last}
    failed = [0] * len(calls[:-1])
    return {
        **event,
        "call": {**_attributes(root), **last, "failed": failed, "error": {"error": error} if error else None},
    }


def _attributes(span: JsonObject) -> JsonObject:
    found = span.get("Attributes")
    return found if isinstance(found, Mapping) else {}


def _spanned(event: object) -> float | None:
    """`EndTime` less `StartTime` of a trace."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    start, end = event.get("StartTime"), event.get("EndTime")
    return rules.timestamp(end) - rules.timestamp(start) if start and end else None


def _is_other(event: JsonObject) -> bool:
    """Whether it is an entry of a call under way, which another will follow."""
    return event.get("status") == "processing"


def _status(value: object) -> int | None:
    """`success` is 200; an error's status stands elsewhere."""
    return 200 if value == "success" else None


def _left(value: object) -> int | None:
    """499 for `cancelled`."""
    return CLOSED_REQUEST if value == _LEFT else None


def _ending(value: object) -> Ending | None:
    """`cancelled`, `request_cancelled`: the caller left."""
    return Ending.CLIENT_CLOSED if value == _LEFT or leaving.ending(value) else None


def _own(value: object) -> str | None:
    """The gateway itself, `bifrost`, where its virtual keys, budgets or limits refused the call."""
    return "bifrost" if type(value) is str and value in _OWN else None


def _path(value: object) -> str | None:
    """The route of the kind of call: chat.completion, chat_completion_stream."""
    name = str(value).lower().replace("_", ".")
    for end in (".chunk", ".stream", ".request"):
        name = name.removesuffix(end)
    return _PATHS.get(name)


def _post(value: object) -> str | None:
    """The method of a kind of call that has a route: POST."""
    return "POST" if _path(value) else None


def _attempts(value: object) -> tuple[int, ...] | None:
    """The reasons why all attempts but the last failed."""
    trail = opened(value) if type(value) is str else value
    if not isinstance(trail, list):
        return None
    return tuple(
        _ATTEMPTS.get(str(attempt.get("fail_reason")), 0)
        for attempt in trail[:-1]
        if isinstance(attempt, Mapping) and attempt.get("fail_reason")
    )


def _failed(value: object) -> tuple[int, ...] | None:
    """The model calls of a trace before the last one; none of them tells its status."""
    return tuple(value) if isinstance(value, list) else None


BIFROST = Preset(
    "Bifrost's request logs",
    "github.com/maximhq/bifrost, framework/logstore/tables.go (Log), core/schemas (BifrostError)",
    {
        Field.STATUS: (
            *at(_left, "status"),
            *at(_status, "status"),
            *guessed(rules.status, "error_details.status_code", "status_code", "error_details.error.code"),
            *at(leaving.closed_request, "error_details.error"),
            *at(rules.status, 'call."http.status_code"'),
        ),
        Field.PROVIDER: (
            *at(_own, "error_details.error.type", "error_details.type"),
            *logged(semconv.provider, "provider", "error_details.extra_fields.provider"),
            *logged(semconv.provider, 'call."gen_ai.provider.name"'),
        ),
        Field.METHOD: (
            *at(_post, "object", "object_type", "error_details.extra_fields.request_type"),
            *logged(rules.method, 'call."http.method"'),
        ),
        Field.PATH: (
            *at(_path, "object", "object_type", "error_details.extra_fields.request_type"),
            *logged(rules.path, 'call."http.url"'),
        ),
        Field.DURATION: (*logged(rules.milliseconds, "latency"), *at(_spanned, "*")),
        Field.TIMESTAMP: logged(rules.timestamp, "timestamp", "created_at", "EndTime"),
        Field.REQUEST_ID: logged(rules.identifier, "id", "RequestID"),
        Field.ENDING: at(_ending, "status", "error_details.error.type", "error_details.error"),
        Field.ATTEMPTS: (*at(_attempts, "attempt_trail"), *at(_failed, "call.failed")),
    },
    logged(rules.body, "error_details", "raw_response", "passthrough_response_body", "call.error"),
    attributes={"model": logged(rules.attribute, "model", 'call."gen_ai.request.model"')},
    opened=_opened,
    entries=_entries,
    is_other=_is_other,
)
