"""What a record means: the one way that counting, explain, replay and classify go."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from agent.classify import NO_RULES, Outcome, Rules, classify
from agent.classify.dialects import provider_of
from agent.events import ApiResponse, Event, Field, Found, InvalidReason, Reader
from agent.events.response import UNKNOWN

_NO_DIALECT = "none"
AHEAD = 60.0
"""Seconds by which clocks may differ. The newest reading of a limit is shown: a future one would stay."""


class Dated(Protocol):
    """What has a timestamp in unix milliseconds, below 0 when there is none."""

    @property
    def timestamp(self) -> int: ...


class Record(Dated, Protocol):
    """What is read of a Kafka record."""

    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Counted(NamedTuple):
    """An event that counts.

    Attributes:
        event: What was read.

        response: Its response, with the provider that only the body tells.

        at: Unix time of the response, else of the record; None when neither is known.
    """

    found: Found
    event: Event
    response: ApiResponse
    outcome: Outcome
    at: float | None


class Invalid(NamedTuple):
    """What is no event, and why."""

    found: Found
    reason: InvalidReason


class Ignored(NamedTuple):
    """An event that the settings or its own shape leave out."""

    found: Found


Meaning = Counted | Invalid | Ignored


def meanings(
    reader: Reader, record: Record, now: float, rules: Rules = NO_RULES, *, value: object = None
) -> Iterator[Meaning]:
    """What each event in *record* means, in order.

    Args:
        now: Unix time at which it is looked at.

        rules: What users say, which comes first.

        value: The JSON value of the record, if it was read before.
    """
    at = timely(record, now)
    headers = record.headers if reader.reads_headers else ()
    read = reader.read(record.value, headers) if value is None else reader.read_parsed([value], headers)
    for found in read:
        yield _meaning(found, at, now, rules)


def kafka_time(record: Dated) -> float | None:
    """The record's own time in unix seconds."""
    return record.timestamp / 1000 if record.timestamp >= 0 else None


def timely(record: Dated, now: float) -> float | None:
    """The same, unless it lies ahead of the clock."""
    at = kafka_time(record)
    return at if at is None or at <= now + AHEAD else None


def _meaning(found: Found, kafka_at: float | None, now: float, rules: Rules) -> Meaning:
    if found.invalid is not None:
        return Invalid(found, found.invalid)
    if found.event is None:
        return Ignored(found)
    event = _timely(found.event, now)
    response = event.response
    outcome = classify(response, kafka_at, rules)
    if response.status is None and response.ending is None and outcome.dialect == _NO_DIALECT:
        return Invalid(found, InvalidReason.NO_STATUS)
    if response.provider == UNKNOWN:
        provider = provider_of(outcome.dialect)
        response = replace(response, provider=provider) if provider else response
    return Counted(found, event, response, outcome, response.timestamp or kafka_at)


def _timely(event: Event, now: float) -> Event:
    """The event without a timestamp that lies ahead of the clock, which is then one more bad field."""
    response = event.response
    if response.timestamp is None or response.timestamp <= now + AHEAD:
        return event
    return Event(replace(response, timestamp=None), (*event.bad_fields, Field.TIMESTAMP))
