"""Bytes of a record -> the JSON values in them: one, lines of them, or one after the other."""

import re
import zlib
from collections.abc import Callable, Iterator
from json import JSONDecodeError, JSONDecoder

import orjson

from agent.events import lenient
from agent.events.invalid import InvalidEventError, InvalidReason

MAX_BYTES = 1024 * 1024
"""Default of events.max_bytes. Parsing costs time and memory by the size, so the cap is before it."""

loads = orjson.loads

Parse = Callable[[bytes], object]
"""Reads what is no JSON; raises InvalidEventError where it cannot."""

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"  # RFC 1952
_SEPARATOR = b"\x1e"  # RFC 7464, JSON text sequences
_SCHEMA_REGISTRY_PREFIX = 5  # Confluent's wire format: a zero byte and a schema id of four
_BEGINNINGS = (b"{", b"[", b'"')
_ONE_AFTER_THE_OTHER = JSONDecoder()
_GAP = re.compile(r"[ \t,]*")


def decode(value: bytes | None, max_bytes: int = MAX_BYTES, parse: Parse | None = None) -> list[object]:
    """Read the JSON values in a record's value, in order.

    Args:
        max_bytes: Longest value, also after it is unpacked.

        parse: Reads a value that does not begin as JSON does.

    Returns:
        The values; a line that cannot be read is an InvalidReason in its place.

    Raises:
        InvalidEventError: If there is no value at all; its reason says why.
    """
    if value is None:
        raise InvalidEventError(InvalidReason.TOMBSTONE)
    if len(value) > max_bytes:
        raise InvalidEventError(InvalidReason.TOO_LARGE)
    try:
        return [orjson.loads(value)]
    except orjson.JSONDecodeError as error:
        return _second_try(value, max_bytes, parse, error)


def _second_try(
    value: bytes, max_bytes: int, parse: Parse | None, error: orjson.JSONDecodeError
) -> list[object]:
    """The shapes that are not JSON and still carry events; else the reason why not."""
    if value[:2] == _GZIP:
        return decode(_unpacked(value, max_bytes), max_bytes, parse)
    if parse is not None and value.strip() and value.removeprefix(_BOM)[:1] not in _BEGINNINGS:
        return [parse(value)]
    if value[:1] == b"\x00" and value[_SCHEMA_REGISTRY_PREFIX:].lstrip()[:1] in _BEGINNINGS:
        value = value[_SCHEMA_REGISTRY_PREFIX:]
    value = value.removeprefix(_BOM)
    if not value.strip():
        raise InvalidEventError(InvalidReason.EMPTY) from None
    try:
        return [orjson.loads(value)]
    except orjson.JSONDecodeError:
        pass
    event = lenient.read(value)
    found: list[object] = [event] if event is not None else list(_lines(value))
    if all(isinstance(item, InvalidReason) for item in found):
        raise InvalidEventError(_why(value, error)) from None
    return found


def _unpacked(value: bytes, max_bytes: int) -> bytes:
    """What gzip packed, never more of it than may be parsed.

    Raises:
        InvalidEventError: If it is longer, or damaged.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(value, max_bytes + 1)
    except zlib.error:
        raise InvalidEventError(InvalidReason.ENCODING) from None
    if len(found) > max_bytes:
        raise InvalidEventError(InvalidReason.TOO_LARGE)
    if not unpacker.eof or found[:2] == _GZIP:
        raise InvalidEventError(InvalidReason.ENCODING)
    return found


def _lines(value: bytes) -> Iterator[object]:
    """The values of newline-delimited JSON, and of JSON values that stand one after the other in a line."""
    for line in value.replace(_SEPARATOR, b"\n").splitlines():
        if not line.strip():
            continue
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield from _in_a_row(line, error)


def _in_a_row(line: bytes, error: orjson.JSONDecodeError) -> Iterator[object]:
    """Values without anything between them, as Firehose joins its records."""
    try:
        text, at = line.decode().strip(), 0
        while at < len(text):
            _, end = _ONE_AFTER_THE_OTHER.raw_decode(text, at)
            yield orjson.loads(text[at:end])  # which takes no NaN and no half of a character
            at = end
            gap = _GAP.match(text, at)
            at = gap.end() if gap else at
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        yield _why(line, error)


def _why(value: bytes, error: orjson.JSONDecodeError) -> InvalidReason:
    try:
        value.decode()
    except UnicodeDecodeError:
        return InvalidReason.ENCODING
    return InvalidReason.ENCODING if "surrogate" in str(error) else InvalidReason.JSON
