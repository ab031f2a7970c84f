"""Bytes of a record -> the JSON object in it."""

import orjson

from agent.events import lenient
from agent.events.invalid import InvalidEventError, InvalidReason

MAX_BYTES = 1024 * 1024
"""Default of events.max_bytes. Parsing costs time and memory by the size, so the cap is before it."""

_BOM = b"\xef\xbb\xbf"
_SCHEMA_REGISTRY_PREFIX = 5  # Confluent's wire format: a zero byte and a schema id of four


def decode(value: bytes | None, max_bytes: int = MAX_BYTES) -> dict[str, object]:
    """Read the JSON object in a record's value.

    Raises:
        InvalidEventError: If there is none; its reason says why.
    """
    if value is None:
        raise InvalidEventError(InvalidReason.TOMBSTONE)
    if len(value) > max_bytes:
        raise InvalidEventError(InvalidReason.TOO_LARGE)
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        event = _second_try(value, error)
    if type(event) is not dict:
        raise InvalidEventError(InvalidReason.NOT_OBJECT)
    return event


def _second_try(value: bytes, error: orjson.JSONDecodeError) -> object:
    """The shapes that are not JSON and still carry an event; else the reason why not."""
    if value[:1] == b"\x00" and value[_SCHEMA_REGISTRY_PREFIX:].lstrip()[:1] == b"{":
        value = value[_SCHEMA_REGISTRY_PREFIX:]
    value = value.removeprefix(_BOM)
    if not value.strip():
        raise InvalidEventError(InvalidReason.EMPTY) from None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        pass
    event = lenient.read(value)
    if event is None:
        raise InvalidEventError(_why(value, error)) from None
    return event


def _why(value: bytes, error: orjson.JSONDecodeError) -> InvalidReason:
    try:
        value.decode()
    except UnicodeDecodeError:
        return InvalidReason.ENCODING
    return InvalidReason.ENCODING if "surrogate" in str(error) else InvalidReason.JSON
