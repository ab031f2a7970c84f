"""What a batch of records adds: numbers by series. The ledger carries these without knowing their meaning."""

from bisect import bisect_left
from dataclasses import dataclass
from operator import add as plus
from typing import NamedTuple

from agent.metrics.catalogue import Metric


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One combination of label values, and the numbers that always move together under it.

    Compared by identity: the tally makes one object per combination, and an identity is the
    cheapest dictionary key there is. Under api_responses_total the labels are
    (provider, method, path, status, type, reason, *extra): the counter of errors and the
    histogram of durations follow from the same event, so they are one series here. Only where
    the extra labels do not stand on histograms is that one apart, or each of their values would
    have buckets of its own here.
    """

    metric: Metric
    labels: tuple[str, ...]
    width: int
    """How many numbers stand under it: 1 for a counter; for a histogram one per bucket (+Inf
    last, not cumulative) and the sum; for responses the same and the count without a duration."""

    def zeros(self) -> list[float]:
        return [0] * self.width


Delta = dict[Series, list[float]]
"""A list once on a page is never changed, only replaced: a copy of the dictionary stays as it is."""


class InvalidEvent(NamedTuple):
    """Where something stood that is no event: the offset of its record, and its place in it from 0 on."""

    offset: int
    place: int
    reason: str


class Batch(NamedTuple):
    """What the records of one partition add.

    Attributes:
        next_offset: Offset after the last of them.

        counted_at: Unix seconds at which they were counted.

        invalid: What was no event.
    """

    delta: Delta
    records: int
    next_offset: int
    counted_at: float | None = None
    invalid: tuple[InvalidEvent, ...] = ()


def numbers_of(delta: Delta, series: Series) -> list[float]:
    """The numbers of a series in *delta*, to be added to; zeros when it is new there."""
    numbers = delta.get(series)
    if numbers is None:
        numbers = delta[series] = series.zeros()
    return numbers


def observe(delta: Delta, series: Series, value: float) -> None:
    """Add one observation to a histogram."""
    numbers = numbers_of(delta, series)
    numbers[bisect_left(series.metric.buckets, value)] += 1
    numbers[-1] += value


def add(into: Delta, delta: Delta) -> None:
    """Add *delta* to *into*, which then shares no list with it."""
    for series, numbers in delta.items():
        have = into.get(series)
        into[series] = numbers.copy() if have is None else list(map(plus, have, numbers))
