"""Elastic Common Schema."""

from collections.abc import Mapping

from agent.events import dotted, leaving, rules, semconv
from agent.events.invalid import Field
from agent.events.presets.preset import JsonObject, Preset, at, guessed, logged

_PARTS_OF_A_CALL = ("http", "gen_ai", "error")


def _outcome(value: object) -> int | None:
    """200, where an event without a status says `success`."""
    return 200 if value == "success" else None


def _error(value: object) -> object:
    """The parts of an error: type, code and message, or the trace of its stack."""
    if not isinstance(value, Mapping):
        return value
    trace = value.get("stack_trace")
    message = value.get("message") or (leaving.raised(trace) if type(trace) is str else None)
    return {"error": {"type": value.get("type"), "code": value.get("code"), "message": message}}


def _is_other(event: JsonObject) -> bool:
    """Whether it tells of no HTTP exchange, no model and no error, and carries no event in a text."""
    message = event.get("message")
    if type(message) is str and message.lstrip()[:1] in {"{", "["}:
        return False
    opened = dotted.opened(event)
    return not any(part in opened for part in _PARTS_OF_A_CALL)


ECS = Preset(
    "Elastic Common Schema, its keys nested or joined by dots: Filebeat, Elastic Agent, APM, ECS loggers",
    "github.com/elastic/ecs, schemas: http, url, event, error, gen_ai",
    {
        Field.STATUS: (
            *logged(rules.status, "http.response.status_code"),
            *guessed(rules.status, "error.code"),
            *at(leaving.closed_request, "error", "error.stack_trace"),
            *at(_outcome, "event.outcome"),
        ),
        Field.PROVIDER: (
            *guessed(rules.host, "url.domain", "url.full", "server.address", "server.domain"),
            *guessed(rules.host, "destination.domain", "destination.address", "service.target.name"),
            *guessed(rules.host, "url.original"),
            *logged(semconv.provider, "gen_ai.provider.name", "gen_ai.system"),
        ),
        Field.METHOD: logged(rules.method, "http.request.method"),
        Field.PATH: guessed(rules.path, "url.path", "url.original", "url.full"),
        Field.DURATION: (
            *logged(rules.nanoseconds, "event.duration"),
            *logged(rules.microseconds, "span.duration.us", "transaction.duration.us"),
        ),
        Field.TIMESTAMP: logged(rules.timestamp, "event.end", "@timestamp", "event.created"),
        Field.REQUEST_ID: guessed(
            rules.identifier, "http.request.id", "gen_ai.response.id", "event.id", "trace.id"
        ),
        Field.HEADERS: guessed(rules.headers, "http.response.headers"),
        Field.ENDING: at(leaving.ending, "error", "error.stack_trace", "event.reason"),
    },
    (
        *logged(rules.body, "http.response.body.content", "http.response.body.original"),
        *at(_error, "error"),
    ),
    attributes={
        "model": guessed(rules.attribute, "gen_ai.request.model", "gen_ai.response.model", "labels.model")
    },
    opened=dotted.opened,
    is_other=_is_other,
)
