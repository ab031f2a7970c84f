"""Kong's log plugins."""

from collections.abc import Mapping

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends, closed, upstreams
from agent.events.presets.preset import Preset, at, logged
from agent.events.presets.words import word

NAME = "kong"

_UPSTREAM_FAILED = frozenset({502, 503, 504})
_NO_PROVIDER = "unspecified"


def _own(event: object) -> str | None:
    """`kong` where `source` says so or nothing was proxied, unless an upstream was tried and failed."""
    status, tries = _inside(event, "response", "status"), _inside(event, "tries")
    if closed.has_left(status) or (tries and status in _UPSTREAM_FAILED):
        return None
    source, waited = _inside(event, "source"), _inside(event, "latencies", "proxy")
    was_not_proxied = source is None and waited == -1 and not tries
    return NAME if source == NAME or was_not_proxied else None


def _inside(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _first(event: object, *keys: str) -> object:
    """What an AI plugin wrote under *keys*; one that speaks with a provider counts first."""
    ai = _inside(event, "ai")
    found = [(name, _inside(said, *keys)) for name, said in ai.items()] if isinstance(ai, Mapping) else []
    told = [(name, value) for name, value in found if value not in (None, "")]
    return min(told, key=lambda one: "proxy" not in one[0])[1] if told else None


def _provider(event: object) -> str | None:
    """`ai.*.meta.provider_name`."""
    name = _first(event, "meta", "provider_name")
    provider = None if name is None else rules.provider(name)
    return None if provider == _NO_PROVIDER else provider


def _model(event: object) -> str | None:
    """`ai.*.meta.request_model`, else `ai.*.meta.response_model`."""
    model = _first(event, "meta", "request_model") or _first(event, "meta", "response_model")
    return None if model is None or word(model).lower() == _NO_PROVIDER else rules.attribute(model)


def _body(event: object) -> object:
    """`ai.*.payload.response`."""
    return _first(event, "payload", "response")


def _time_to_first_token(event: object) -> float | None:
    """`ai.*.usage.time_to_first_token` in ms, unless the answer came in one piece."""
    if _first(event, "meta", "request_mode") == "oneshot":
        return None
    time = _first(event, "usage", "time_to_first_token")
    return None if time in (None, 0) else rules.milliseconds(time)


def _attempts(event: object) -> tuple[int, ...] | None:
    """`tries.*.code` of those before the last, else the number of `ai.*.tried_targets` before the last."""
    tries, targets = _inside(event, "tries"), _first(event, "tried_targets")
    made = tries if isinstance(tries, list) and len(tries) > 1 else targets
    if not isinstance(made, list):
        return None
    codes = [word(_inside(attempt, "code")) for attempt in made]
    return upstreams.attempts(codes)


KONG = Preset(
    "Kong's log plugins: http-log, kafka-log, file-log, tcp-log",
    "developer.konghq.com, HTTP Log, Log format, and AI Gateway audit log reference; "
    "github.com/Kong/kong, kong/pdk/log.lua, kong/llm",
    {
        Field.STATUS: logged(closed.status, "response.status"),
        Field.PROVIDER: (
            *at(_provider, "*"),
            *logged(backends.host, "service.host", "upstream_uri"),
            *logged(backends.named, "service.name", "service.host", "route.name"),
        ),
        Field.METHOD: logged(rules.method, "request.method"),
        Field.PATH: logged(rules.text, "request.uri", "request.url"),
        Field.DURATION: logged(rules.milliseconds, "latencies.request"),
        Field.TIME_TO_FIRST_TOKEN: at(_time_to_first_token, "*"),
        Field.TIMESTAMP: logged(rules.timestamp, "started_at"),
        Field.REQUEST_ID: logged(
            rules.identifier, "request.id", "response.headers.x-kong-request-id", "correlation_id"
        ),
        Field.HEADERS: at(rules.headers, "response.headers"),
        Field.ENDING: logged(closed.ending, "response.status"),
        Field.ATTEMPTS: (*at(_attempts, "*"), *logged(upstreams.attempts, "upstream_status")),
    },
    (*at(_body, "*"), *logged(rules.body, "response.body")),
    attributes={"model": (*at(_model, "*"), *logged(rules.attribute, "model"))},
    own=at(_own, "*"),
)
