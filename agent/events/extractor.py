"""JSON object of an event -> ApiResponse. This is the one place that knows where a field stands."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import orjson

from agent.events import rules
from agent.events.invalid import Field
from agent.events.response import ApiResponse

JsonObject = Mapping[str, object]

_ERROR_FROM = 400


class Event(NamedTuple):
    """What was read from one record, and the fields of it that could not be used."""

    response: ApiResponse
    bad_fields: tuple[Field, ...]


class Source(NamedTuple):
    """Where a field stands, and the rule that reads it."""

    key: str
    rule: Callable[[object], object]


# The first source with a value gives the field. The names after the first are those of the two bare
# error bodies that are events by themselves, and the second unit of a duration.
NATIVE: Mapping[Field, tuple[Source, ...]] = {
    Field.STATUS: (Source("status", rules.status), Source("statusCode", rules.status)),
    Field.PROVIDER: (
        *(Source("provider", rules.provider), Source("host", rules.host), Source("url", rules.host)),
    ),
    Field.METHOD: (Source("method", rules.method),),
    Field.PATH: (Source("path", rules.text), Source("url", rules.text)),
    Field.DURATION: (Source("duration_seconds", rules.seconds), Source("duration_ms", rules.milliseconds)),
    Field.TIMESTAMP: (Source("timestamp", rules.timestamp),),
    Field.REQUEST_ID: (Source("request_id", rules.identifier), Source("requestId", rules.identifier)),
    Field.HEADERS: (Source("headers", rules.headers),),
}

BODY = "body"


class Extractor:
    """Reads events of one wire shape.

    Args:
        attributes: Names of the top-level texts to keep as sources of extra labels.
    """

    def __init__(self, attributes: tuple[str, ...] = ()) -> None:
        self._sources = tuple(NATIVE.items())
        self._attributes = attributes

    def extract(self, event: JsonObject) -> Event:
        fields: dict[str, object] = {}
        bad: list[Field] = []
        for field, sources in self._sources:
            value = _first(event, field, sources, bad)
            if value is not None:
                fields[field.value] = value
        body = _body(event, fields.get("status"))
        if "status" not in fields:
            fields["status"] = _own_status(body)
        fields["attributes"] = self._read_attributes(event, bad)
        return Event(ApiResponse(body=body, **fields), tuple(bad))  # type: ignore[arg-type]

    def _read_attributes(self, event: JsonObject, bad: list[Field]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self._attributes:
            value = event.get(name)
            if type(value) is str:
                found[name] = value
            elif value is not None:
                bad.append(Field.ATTRIBUTES)
        return found


def _first(event: JsonObject, field: Field, sources: tuple[Source, ...], bad: list[Field]) -> object:
    for key, rule in sources:
        value = event.get(key)
        if value is None:
            continue
        try:
            found = rule(value)
        except ValueError:
            bad.append(field)
            return None
        if found is not None:
            return found
    return None


def _body(event: JsonObject, status: object) -> object:
    """The response's body. An event without one that is, or may be, an error is a bare error body itself."""
    if BODY in event:
        return event[BODY]
    is_success = type(status) is int and status < _ERROR_FROM
    return None if is_success else event


def _own_status(body: object) -> int | None:
    """The HTTP status that an error body itself carries: AI/ML API's statusCode, PipeLLM's error.code."""
    if type(body) is str and body.lstrip()[:1] == "{":
        body = _parsed(body)
    if type(body) is not dict:
        return None
    error = body.get("error")
    code = error.get("code") if type(error) is dict else None
    return _status(body.get("statusCode")) or _status(code)


def _status(value: object) -> int | None:
    try:
        return rules.status(value)
    except ValueError:
        return None


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
