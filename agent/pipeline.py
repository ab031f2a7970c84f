"""The whole job on one screen: the records of one partition become what they add to the counts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from agent.classify import Outcome, classify
from agent.classify.dialects import provider_of
from agent.events import MAX_BYTES, ApiResponse, Event, Extractor, InvalidEventError, InvalidReason, decode
from agent.events.extractor import RecordHeaders
from agent.events.invalid import Field
from agent.metrics import catalogue
from agent.metrics.delta import Batch, Delta, Series
from agent.metrics.labels import UNKNOWN
from agent.metrics.tally import Tally

_NO_DIALECT = "none"
_AHEAD = 60.0
"""Seconds by which clocks may differ. The newest reading of a limit is shown: a future one would stay."""


class Record(Protocol):
    """What is read of a Kafka record. The timestamp is in unix milliseconds, below 0 when there is none."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Pipeline:
    """Events, classify and metrics, in that order.

    Args:
        max_bytes: Longest record value that is parsed.

        late_after: Seconds after its Kafka timestamp from which a record counts as late.
    """

    def __init__(
        self,
        tally: Tally,
        extractor: Extractor,
        *,
        max_bytes: int = MAX_BYTES,
        late_after: float = catalogue.LATE_AFTER,
    ) -> None:
        self._tally = tally
        self._extractor = extractor
        self._max_bytes = max_bytes
        self._late_after = late_after

    def process(self, partition: tuple[str, int], records: Iterable[Record], now: float) -> Batch:
        """Count the records of one partition; *now* is the unix time at which they are counted."""
        delta: Delta = {}
        count = next_offset = 0
        times: list[float] = []
        invalid: list[tuple[int, str]] = []
        for record in records:
            count += 1
            next_offset = record.offset + 1
            timestamp = record.timestamp / 1000 if record.timestamp >= 0 else None
            headers = record.headers if self._extractor.reads_headers else ()
            reason = self._count(delta, record.value, timestamp, headers, now)
            if reason is not None:
                invalid.append((record.offset, reason.value))
            if timestamp is not None:
                times.append(timestamp)
        by = _labels(partition)
        self._tally.add(delta, catalogue.RECORDS, by, count)
        self._tally.add(delta, catalogue.LATE_RECORDS, by, self._ages(delta, times, now))
        return Batch(delta, count, next_offset, now, tuple(invalid))

    def skipped(self, partition: tuple[str, int], records: int, next_offset: int) -> Batch:
        """*records* before *next_offset* could not be had: they are passed, and counted as skipped."""
        delta: Delta = {}
        for metric in (catalogue.RECORDS, catalogue.SKIPPED_RECORDS):
            self._tally.add(delta, metric, _labels(partition), records)
        return Batch(delta, records, next_offset)

    def gap(self, partition: tuple[str, int], records: int, next_offset: int) -> Batch:
        """*records* offsets up to *next_offset* are no longer in the log, or never will be."""
        delta: Delta = {}
        self._tally.add(delta, catalogue.OFFSET_GAP_RECORDS, _labels(partition), records)
        return Batch(delta, 0, next_offset)

    def assigned(self, partition: tuple[str, int]) -> list[Series]:
        """The counters of a partition, which exist as 0 from its assignment on."""
        metrics = (
            *(catalogue.RECORDS, catalogue.LATE_RECORDS),
            *(catalogue.SKIPPED_RECORDS, catalogue.OFFSET_GAP_RECORDS),
        )
        return [self._tally.series(metric, _labels(partition)) for metric in metrics]

    def declared(self) -> list[Series]:
        """The series that exist from the start."""
        closed = (
            (catalogue.INVALID_EVENTS, InvalidReason),
            (catalogue.INVALID_FIELDS, Field),
            (catalogue.FOLDED_EVENTS, self._tally.foldable),
        )
        return [
            *(self._tally.series(metric, (word,)) for metric, words in closed for word in words),
            self._tally.series(catalogue.EVENT_AGE, ()),
        ]

    def _count(
        self, delta: Delta, value: bytes | None, timestamp: float | None, headers: RecordHeaders, now: float
    ) -> InvalidReason | None:
        """Count one record; the answer is why it is no event, if it is none."""
        timestamp = timestamp if timestamp is None or timestamp <= now + _AHEAD else None
        try:
            event = _timely(self._extractor.extract(decode(value, self._max_bytes), headers), now)
            response, outcome = understand(event, timestamp)
        except InvalidEventError as error:
            self._tally.add(delta, catalogue.INVALID_EVENTS, (error.reason.value,))
            return error.reason
        for field in event.bad_fields:
            self._tally.add(delta, catalogue.INVALID_FIELDS, (field.value,))
        self._tally.response(delta, response, outcome)
        if outcome.rate_limits and (response.timestamp or timestamp) is not None:
            self._tally.limits(response, outcome, response.timestamp or timestamp or 0.0)
        return None

    def _ages(self, delta: Delta, times: list[float], now: float) -> int:
        """Observe how old the records are; the answer is how many are late."""
        for time in times:
            self._tally.observe(delta, catalogue.EVENT_AGE, (), max(0.0, now - time))
        return sum(now - time > self._late_after for time in times)


def _timely(event: Event, now: float) -> Event:
    """The event without a timestamp that lies ahead of the clock, which is then one more bad field."""
    response = event.response
    if response.timestamp is None or response.timestamp <= now + _AHEAD:
        return event
    return Event(replace(response, timestamp=None), (*event.bad_fields, Field.TIMESTAMP))


def understand(event: Event, timestamp: float | None) -> tuple[ApiResponse, Outcome]:
    """The response with what only its body can tell, and what it means.

    Raises:
        InvalidEventError: If it has neither a status nor a recognisable error body.
    """
    response = event.response
    outcome = classify(response, timestamp)
    if response.status is None and outcome.dialect == _NO_DIALECT:
        raise InvalidEventError(InvalidReason.NO_STATUS)
    if response.provider == UNKNOWN:
        provider = provider_of(outcome.dialect)
        response = replace(response, provider=provider) if provider else response
    return response, outcome


def _labels(partition: tuple[str, int]) -> tuple[str, str]:
    topic, number = partition
    return topic, str(number)
