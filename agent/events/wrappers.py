"""Finds events inside a record: in lists, in JSON that stands in a text, below the keys of log shippers."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from agent.events import paths
from agent.events.decode import decode
from agent.events.invalid import InvalidEventError, InvalidReason

JsonObject = Mapping[str, object]

MOST_EVENTS = 10_000
"""In one record. What comes behind them counts as one invalid event, too_large."""

NOTHING: JsonObject = MappingProxyType({})

WRAPPERS = (
    *("message", "log", "payload", "msg", "event", "data", "line", "record", "fields", "json", "parsed"),
    *("log_processed", "MESSAGE", "textPayload", "jsonPayload", "value", "after", "detail", "_raw"),
)
"""Keys under which shippers, collectors and connectors put the event that they carry.

Filebeat, Logstash and Vector: message. Fluent Bit and Docker: log, log_processed. Fluentd: message, log.
Kafka Connect and Debezium: payload, after. journald: MESSAGE. Google Cloud Logging: textPayload, jsonPayload.
Splunk's HTTP Event Collector: event, fields, _raw. EventBridge: detail. Promtail and Loki: line.
"""

_DEEPEST = 6
# Of syslog, of the container runtime interface, of a logger.
_LOG_HEADER = re.compile(r"[^{\[\"]{1,256}(?=\{)")


class Opened(NamedTuple):
    """One event, and what was around it.

    Attributes:
        event: The event, or why there is none.

        around: The object that carried it in a text or under a key; empty when it stood by itself.

        way: Where it stood, for people: `records`, `message as JSON`.
    """

    event: JsonObject | InvalidReason
    around: JsonObject = NOTHING
    way: tuple[str, ...] = ()


class Opener:
    """Takes the events out of what a record holds.

    Args:
        each: Path of a list that holds the events of a record.

        unwrap: Path below which the event stands, as an object or as JSON in a text.

        entries: Takes the events out of an object of a wire shape that holds several.

    Attributes:
        is_plain: Whether an object in a record is an event, whatever is in it.
    """

    def __init__(
        self,
        each: str | None = None,
        unwrap: str | None = None,
        entries: Callable[[JsonObject], Iterable[object] | None] | None = None,
    ) -> None:
        self._each, self._unwrap, self._entries = each, unwrap, entries
        self._each_keys = paths.parsed(each) if each else ()
        self._unwrap_keys = paths.parsed(unwrap) if unwrap else ()
        self.is_plain = not (each or unwrap or entries)

    def opened(self, values: list[object]) -> list[Opened]:
        """The events of a record, in order."""
        match values:
            case [dict() as event] if self.is_plain:
                return [Opened(event)]
        found: list[Opened] = []
        for opened in self._of_all(values, NOTHING, (), 0):
            if len(found) == MOST_EVENTS:
                found.append(Opened(InvalidReason.TOO_LARGE))
                break
            found.append(opened)
        return found

    def _of_all(
        self, values: Iterable[object], around: JsonObject, way: tuple[str, ...], depth: int
    ) -> Iterator[Opened]:
        for value in values:
            yield from self._of(value, around, way, depth)

    def _of(self, value: object, around: JsonObject, way: tuple[str, ...], depth: int) -> Iterator[Opened]:
        if isinstance(value, InvalidReason):
            yield Opened(value, around, way)
        elif depth > _DEEPEST:
            yield Opened(InvalidReason.TOO_LARGE, around, way)
        elif isinstance(value, str):
            yield from self._of_text(value, around, way, depth)
        elif isinstance(value, list):
            yield from self._of_all(value, around, (*way, "a list"), depth + 1)
        elif isinstance(value, Mapping):
            yield from self._of_object(value, around, way, depth)
        else:
            yield Opened(InvalidReason.NOT_OBJECT, around, way)

    def _of_text(self, text: str, around: JsonObject, way: tuple[str, ...], depth: int) -> Iterator[Opened]:
        values = json_in(text)
        if values is None:
            yield Opened(InvalidReason.NOT_OBJECT, around, way)
        else:
            yield from self._of_all(values, around, (*way, "JSON in a text"), depth + 1)

    def _of_object(
        self, value: JsonObject, around: JsonObject, way: tuple[str, ...], depth: int
    ) -> Iterator[Opened]:
        if self._each_keys:
            listed = _list_at(value, self._each_keys)
            if listed is not None:
                yield from self._of_all(listed, value, (*way, str(self._each)), depth + 1)
                return
        entries = self._entries(value) if self._entries else None
        if entries is not None:
            yield from self._of_all(entries, value, (*way, "each of its items"), depth + 1)
            return
        inner = paths.below(value, self._unwrap_keys) if self._unwrap_keys else None
        wrapped = _held(inner)
        if wrapped is None:
            yield Opened(value, around, way)
        else:
            yield from self._of_all(wrapped, {**around, **value}, (*way, str(self._unwrap)), depth + 1)


def candidates(event: JsonObject) -> Iterator[tuple[str, list[object]]]:
    """The keys of an event under which another one may stand, with what stands there."""
    for key in WRAPPERS:
        held = _held(event.get(key))
        if held is not None:
            yield key, held


def json_in(text: str) -> list[object] | None:
    """The values of JSON in a text, also behind the header of a log line; None where there is none."""
    text = text.strip()
    if text[:1] not in {"{", "[", '"'}:
        header = _LOG_HEADER.match(text)
        if header is None or text[-1:] != "}":
            return None
        text = text[header.end() :]
    try:
        value = text.encode(errors="surrogatepass")
        values = decode(value, len(value))
    except InvalidEventError:
        return None
    return values if any(map(_may_hold_events, values)) else None


def _may_hold_events(value: object) -> bool:
    if isinstance(value, str) and not isinstance(value, InvalidReason):
        return json_in(value) is not None
    return isinstance(value, Mapping | list)


def _held(value: object) -> list[object] | None:
    """What an envelope holds, as a list of values; None where it holds no JSON."""
    if isinstance(value, str):
        return json_in(value)
    if isinstance(value, list):
        return value if any(isinstance(item, Mapping | str) for item in value) else None
    return [value] if isinstance(value, Mapping) and value else None


def _list_at(value: JsonObject, keys: paths.Keys) -> list[object] | None:
    found = paths.below(value, keys)
    if isinstance(found, str):
        found = paths.opened(found)
    return found if isinstance(found, list) else None
