"""The value of a record -> the events in it, in order, and what in it is none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from agent.events.decode import MAX_BYTES, decode
from agent.events.extractor import Event, Extractor, RecordHeaders
from agent.events.invalid import InvalidEventError, InvalidReason
from agent.events.layouts import Layout
from agent.events.only import Only, keys_of
from agent.events.presets import DEFAULT, PRESETS, JsonObject
from agent.events.response import UNKNOWN
from agent.events.wrappers import NOTHING, Opened, Opener, candidates

_DEEPEST_GUESS = 3  # a shipper's envelope in a collector's envelope


class Found(NamedTuple):
    """One thing in a record.

    Attributes:
        event: What was read, unless it is no event or left out.

        invalid: Why it is no event.

        opened: The object that was read, what was around it, and where it stood.
    """

    event: Event | None
    invalid: InvalidReason | None
    opened: Opened


class Reader:
    """Reads records whose events have one wire shape.

    Args:
        attributes: Names of the texts to keep as sources of extra labels.

        preset: Name of the wire shape.

        fields: The settings events.fields, which go before the preset's places.

        each, unwrap, only: The settings of these names.

        max_bytes: Longest value of a record that is parsed, also after it is unpacked.

    Attributes:
        extractor: Reads one event.

    Raises:
        ValueError: If *fields*, *each*, *unwrap* or *only* have a problem.
    """

    def __init__(
        self,
        attributes: tuple[str, ...] = (),
        preset: str = DEFAULT,
        fields: Mapping[str, object] | None = None,
        *,
        each: str | None = None,
        unwrap: str | None = None,
        only: Sequence[str] = (),
        max_bytes: int = MAX_BYTES,
    ) -> None:
        shape = PRESETS[preset]
        self.extractor = Extractor(attributes, preset, fields)
        self._parse, self._is_other, self._only = shape.parse, shape.is_other, Only(only)
        self._asked = keys_of(only)
        self._opener = Opener(each, unwrap, shape.entries)
        self.max_bytes = max_bytes

    @property
    def reads_headers(self) -> bool:
        """Whether record headers are of use."""
        return self.extractor.reads_headers

    def read(self, value: bytes | None, headers: RecordHeaders = ()) -> list[Found]:
        """Everything in the value of a record, in order."""
        try:
            values = decode(value, self.max_bytes, self._parse)
        except InvalidEventError as error:
            return [_invalid(Opened(error.reason))]
        return self.read_parsed(values, headers)

    def read_parsed(self, values: list[object], headers: RecordHeaders = ()) -> list[Found]:
        """The same, of the JSON values in a record."""
        opened = self._opener.opened(values)
        if len(opened) == 1:
            return self._read(opened[0], headers, 0)
        return [found for one in opened for found in self._read(one, headers, 0)]

    def left_out_by(self, opened: Opened, headers: RecordHeaders = ()) -> str:
        """The condition of events.only that leaves out what was opened; empty when it was the preset."""
        source = opened.event
        if isinstance(source, InvalidReason):
            return ""
        return self._only.broken(source, self.extractor.extract(source, headers, opened.around).response)

    def layout(self, event: JsonObject) -> Layout | None:
        """How events with the same keys can be read at once, when they stand alone in a record."""
        is_plain = self._opener.is_plain and self._is_other is None
        return self.extractor.layout(event, self._asked) if is_plain else None

    def said_alone(self, event: JsonObject) -> Event | None:
        """What an event with a layout says, without its body and what is measured; None if it is left out."""
        found = self.extractor.said(event)
        return found if not self._only or self._only(event, found.response) else None

    def _read(self, opened: Opened, headers: RecordHeaders, depth: int) -> list[Found]:
        source = opened.event
        if isinstance(source, InvalidReason):
            return [_invalid(opened)]
        if self._is_other is not None and self._is_other(source):
            return [Found(None, None, opened)]
        event = self.extractor.extract(source, headers, opened.around)
        if _says_nothing(event) and depth < _DEEPEST_GUESS:
            inside = self._guessed(opened, source, headers, depth)
            if inside:
                return inside
        if opened.around:
            event = self._completed(event, opened.around)
        is_left_out = bool(self._only) and not self._only(source, event.response)
        return [Found(None if is_left_out else event, None, opened)]

    def _guessed(self, opened: Opened, source: JsonObject, headers: RecordHeaders, depth: int) -> list[Found]:
        """The events under the usual keys of an envelope, if any of them says something."""
        for key, values in candidates(source):
            inner = self._opener.opened(values)
            if any(self._speaks(one, depth + 1) for one in inner):
                below = [_below(opened, source, key, one) for one in inner]
                return [found for one in below for found in self._read(one, headers, depth + 1)]
        return []

    def _speaks(self, opened: Opened, depth: int) -> bool:
        """Whether it says how a call ended, itself or in what it carries."""
        source = opened.event
        if isinstance(source, InvalidReason):
            return False
        if not _says_nothing(self.extractor.extract(source)):
            return True
        if depth >= _DEEPEST_GUESS:
            return False
        inner = (self._opener.opened(values) for _, values in candidates(source))
        return any(self._speaks(one, depth + 1) for some in inner for one in some)

    def _completed(self, event: Event, around: JsonObject) -> Event:
        """The event with the provider and the time that only its envelope tells."""
        response = event.response
        if response.provider != UNKNOWN and response.timestamp is not None:
            return event
        outer = self.extractor.extract(around).response
        provider = outer.provider if response.provider == UNKNOWN else response.provider
        timestamp = response.timestamp or outer.timestamp
        return Event(replace(response, provider=provider, timestamp=timestamp), event.bad_fields)


def _invalid(opened: Opened) -> Found:
    assert isinstance(opened.event, InvalidReason)  # noqa: S101 - what else is there to count it under
    return Found(None, opened.event, opened)


def _below(opened: Opened, source: JsonObject, key: str, inner: Opened) -> Opened:
    around = {**opened.around, **source, **inner.around}
    return Opened(inner.event, around or NOTHING, (*opened.way, key, *inner.way))


def _says_nothing(event: Event) -> bool:
    return event.response.status is None and event.response.ending is None
