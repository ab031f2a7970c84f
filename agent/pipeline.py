"""The whole job on one screen: the records of one partition become what they add to the counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from agent.classify import NO_RULES, OutcomeType, Rules
from agent.classify.unclassified import LastUnclassified, Place
from agent.events import Field, InvalidReason, Reader
from agent.fastpath import FastPath
from agent.meaning import Counted, Invalid, Meaning, Record, meanings
from agent.metrics import catalogue
from agent.metrics.ages import Ages
from agent.metrics.cooldowns import moment
from agent.metrics.delta import Batch, Delta, InvalidEvent, Series
from agent.metrics.exemplars import Exemplars
from agent.metrics.tally import Shown, Tally

NOBODYS = ""
"""Provider of a late record in which there was no response."""

MOST_UNKNOWN = 20
"""Events of type unknown in a batch that are looked at a second time: the next ones are like them."""


@dataclass(slots=True)
class _Plain:
    """What became of the events of a batch that were read one by one."""

    partition: tuple[str, int]
    now: float
    delta: Delta = field(default_factory=dict)
    events: int = 0
    ignored: int = 0
    unknown: int = 0
    invalid: list[InvalidEvent] = field(default_factory=list)


class Pipeline:
    """Events, classify and metrics, in that order.

    Attributes:
        unclassified: What the last errors of type unknown said.

    Args:
        late_after: Seconds after its Kafka timestamp from which a record counts as late.

        exemplars: Where to keep the newest response of each series.
    """

    def __init__(
        self,
        tally: Tally,
        reader: Reader,
        *,
        rules: Rules = NO_RULES,
        late_after: float = catalogue.LATE_AFTER,
        exemplars: Exemplars | None = None,
    ) -> None:
        self._tally = tally
        self._reader = reader
        self._rules = rules
        self.unclassified = LastUnclassified(rules)
        # An exemplar is of one event, which the short way does not look at.
        self._fast = FastPath(reader, tally, rules, is_off=exemplars is not None)
        self._late_after = late_after
        self._exemplars = exemplars

    def process(self, partition: tuple[str, int], records: Sequence[Record], now: float) -> Batch:
        """Count the records of one partition; *now* is the unix time at which they are counted."""
        plain = _Plain(partition, now)
        by, delta = _labels(partition), plain.delta
        plainly = partial(self._count_plainly, plain)
        late, fresh = self._by_age(delta, records, now)
        shortly = self._fast.count(delta, late, now, plainly) if late else 0
        self._late(delta, by, len(late))
        shortly += self._fast.count(delta, fresh, now, plainly)
        self._tally.add(delta, catalogue.RECORDS, by, len(records))
        self._tally.add(delta, catalogue.EVENTS, by, plain.events + shortly)
        self._tally.add(delta, catalogue.IGNORED_EVENTS, by, plain.ignored)
        next_offset = records[-1].offset + 1 if records else 0
        return Batch(delta, len(records), next_offset, now, tuple(sorted(plain.invalid)))

    def _count_plainly(self, plain: "_Plain", record: Record, value: object, start: int) -> Sequence[Meaning]:
        """Count all events of a record, the first at the place *start*; the answer is what they mean."""
        found = list(meanings(self._reader, record, plain.now, self._rules, value=value))
        plain.events += len(found)
        for place, meaning in enumerate(found, start):
            self.count(plain.delta, meaning)
            if isinstance(meaning, Counted):
                self._look_at(plain, meaning, record.offset)
            elif isinstance(meaning, Invalid):
                plain.invalid.append(InvalidEvent(record.offset, place, meaning.reason.value))
            else:
                plain.ignored += 1
        return found

    def _look_at(self, plain: "_Plain", counted: Counted, offset: int) -> None:
        """Remember what an error said that nobody knows."""
        if counted.outcome.type is not OutcomeType.UNKNOWN:
            return
        plain.unknown += 1
        if plain.unknown <= MOST_UNKNOWN:
            self.unclassified.see(counted.response, Place(*plain.partition, offset), plain.now)

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
            *(catalogue.RECORDS, catalogue.EVENTS, catalogue.IGNORED_EVENTS),
            *(catalogue.SKIPPED_RECORDS, catalogue.OFFSET_GAP_RECORDS),
        )
        late = self._tally.series(catalogue.LATE_RECORDS, (*_labels(partition), NOBODYS))
        return [*(self._tally.series(metric, _labels(partition)) for metric in metrics), late]

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

    def count(self, delta: Delta, meaning: Meaning) -> None:
        """Add one event to what is counted by what it says."""
        if isinstance(meaning, Counted):
            self._response(delta, meaning)
        elif isinstance(meaning, Invalid):
            self._tally.add(delta, catalogue.INVALID_EVENTS, (meaning.reason.value,))

    def _response(self, delta: Delta, counted: Counted) -> None:
        for bad in counted.event.bad_fields:
            self._tally.add(delta, catalogue.INVALID_FIELDS, (bad.value,))
        shown = self._tally.response(delta, counted.response, counted.outcome)
        if counted.at is not None:
            self._at_its_time(delta, shown, counted, counted.at)

    def _at_its_time(self, delta: Delta, shown: Shown, counted: Counted, at: float) -> None:
        """Take what a response says that holds for a time: limits and waits."""
        response, limits, wait = counted.response, counted.outcome.rate_limits, counted.outcome.retry_after
        cooldowns = self._tally.cooldowns
        if limits or wait is not None or cooldowns.running:
            pool = self._tally.pool(response)
            cooldowns.count(delta, shown.series, pool, response.headers, moment(at), response.duration, wait)
            if limits:
                self._tally.limits.told(pool, at, limits, response.headers)
        if self._exemplars is not None:
            for series in filter(None, (shown.series, shown.timed)):
                self._exemplars.keep(series, response, at)

    def _by_age(
        self, delta: Delta, records: Sequence[Record], now: float
    ) -> tuple[Sequence[Record], Sequence[Record]]:
        """Observe how old the records are; the answer is the late ones, and the others."""
        ages = Ages([record.timestamp for record in records], now)
        if ages:
            self._tally.observe_ages(delta, catalogue.EVENT_AGE, ages)
        if not ages.above(self._late_after):
            return (), records
        first = 1000 * (now - self._late_after)  # of those in time
        late = [record for record in records if 0 <= record.timestamp < first]
        return late, [record for record in records if not 0 <= record.timestamp < first]

    def _late(self, delta: Delta, by: tuple[str, str], records: int) -> None:
        """Say whose responses were late, while *delta* has no others; one record may have several."""
        found = _responses(delta)
        for provider, number in found.items():
            self._tally.add(delta, catalogue.LATE_RECORDS, (*by, provider), number)
        self._tally.add(delta, catalogue.LATE_RECORDS, (*by, NOBODYS), max(0, records - found.total()))


def _responses(delta: Delta) -> Counter[str]:
    """How many responses of each provider are in *delta*."""
    found: Counter[str] = Counter()
    for series, numbers in delta.items():
        if series.metric is catalogue.RESPONSES:
            found[series.labels[0]] += int(numbers[0])
        elif series.metric is catalogue.DURATION:
            found[series.labels[0]] += int(sum(numbers[:-1]))
    return found


def _labels(partition: tuple[str, int]) -> tuple[str, str]:
    topic, number = partition
    return topic, str(number)
