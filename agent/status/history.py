"""What was counted in the last minutes, from samples that somebody takes beside the counting."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series
from agent.metrics.sheet import portions

EVERY = 5.0
"""Seconds between two samples."""

KEPT = 180
"""Samples that are kept: a quarter of an hour."""

SOONEST = 2.5
"""Seconds after the last sample from which the present makes a point of its own: less is mostly noise."""

_AT_ONCE = 4000  # series
_TYPE = 4  # place of the type among the labels of a response
_MARK_AFTER = 60.0  # seconds
_MARKS = 5
_WATCHED = frozenset(
    (
        *(catalogue.RESPONSES, catalogue.DURATION, catalogue.RECORDS),
        *(catalogue.LATE_RECORDS, catalogue.SKIPPED_RECORDS, catalogue.INVALID_EVENTS),
    )
)
RESPONSES = frozenset((catalogue.RESPONSES, catalogue.DURATION))
"""Metrics of which each series counts responses."""

Counts = Mapping[Series, float]


class Sample(NamedTuple):
    """Responses counted by type up to a unix time."""

    at: float
    by_type: Mapping[str, float]


class Recent(NamedTuple):
    """What was counted in the last seconds.

    Attributes:
        seconds: How many, five minutes at most.
    """

    seconds: float
    counts: Counts

    def of(self, metric: catalogue.Metric) -> float:
        return sum(count for series, count in self.counts.items() if series.metric is metric)


class History:
    """Samples of the last quarter of an hour, and all that was counted five minutes ago; both are bounded.

    Args:
        now: Unix time at which nothing is counted yet.
    """

    def __init__(self, now: float) -> None:
        self._samples = deque([Sample(now, {})], KEPT)
        self._marks: deque[tuple[float, Delta]] = deque([(now, {})], _MARKS)

    def take(self, now: float, values: Delta) -> Iterator[None]:
        """Remember *values*, which stay as they are; *now* is unix time. A step is some milliseconds."""
        types: Counter[str] = Counter()
        for some in portions(values.items(), _AT_ONCE):
            types.update(by_type(counts_of(some)))
            yield
        self._samples.append(Sample(now, types))
        if now - self._marks[-1][0] >= _MARK_AFTER:
            self._marks.append((now, values))

    def recent(self, now: float, counts: Counts) -> Recent:
        """What of *counts* was counted in the last minutes."""
        at, values = self._marks[0]
        before = counts_of(values.items())
        grown = {series: count - before.get(series, 0) for series, count in counts.items()}
        return Recent(now - at, {series: count for series, count in grown.items() if count > 0})

    def traffic(self, now: float, counts: Counts) -> dict[str, Any]:
        """Responses per second: when each interval ends (unix seconds), and its rates by type."""
        samples = [*self._samples]
        if now - samples[-1].at >= SOONEST:
            samples.append(Sample(now, by_type(counts)))
        pairs = [(one, after) for one, after in pairwise(samples) if after.at > one.at]
        types = sorted(
            {type_ for sample in samples for type_ in sample.by_type},
            key=lambda type_: -samples[-1].by_type.get(type_, 0),
        )
        return {
            "since": samples[0].at,
            "times": [after.at for _, after in pairs],
            "rates": {type_: [_rate(one, after, type_) for one, after in pairs] for type_ in types},
        }


def counts_of(values: Iterable[tuple[Series, list[float]]]) -> Counts:
    """One number for each series that the page speaks of, by their numbers."""
    return {
        series: sum(numbers[:-1]) if series.metric is catalogue.DURATION else numbers[0]
        for series, numbers in values
        if series.metric in _WATCHED
    }


def by_type(counts: Counts) -> Counter[str]:
    """Responses by their type."""
    found: Counter[str] = Counter()
    for series, count in counts.items():
        if series.metric in RESPONSES:
            found[series.labels[_TYPE]] += int(count)
    return found


def _rate(one: Sample, after: Sample, type_: str) -> float:
    """Never below 0: what another instance counts now is taken out of a preview."""
    grown = after.by_type.get(type_, 0) - one.by_type.get(type_, 0)
    return round(max(0.0, grown) / (after.at - one.at), 3)
