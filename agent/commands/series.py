"""Numbers by series -> the lines of /metrics that they touch."""

from collections.abc import Iterator
from typing import NamedTuple

from agent.metrics import catalogue
from agent.metrics.budget import project
from agent.metrics.catalogue import Kind, Metric
from agent.metrics.delta import Delta, Series
from agent.metrics.formats import labels_of
from agent.metrics.readings import GAUGES, Readings, apart

_BY_PLACE = "topic"  # a label of what is counted by where the record stood


class Line(NamedTuple):
    """One series, named as /metrics names it, and what a counter is given or a gauge shows."""

    series: str
    value: float


class Lines:
    """Names series.

    Args:
        extra: Names of the extra labels.
    """

    def __init__(self, extra: tuple[str, ...] = (), *, extra_on_histograms: bool = False) -> None:
        self._extra = extra
        self._on_histograms = extra_on_histograms

    def counted(self, delta: Delta, *, by_place: bool = True) -> list[Line]:
        """What *delta* adds.

        Args:
            by_place: Whether to name counters by topic and partition too.
        """
        return [
            line
            for series, numbers in delta.items()
            if any(numbers) and (by_place or _BY_PLACE not in series.metric.labels)
            for line in self._lines(series, numbers)
        ]

    def gauges(self, readings: Readings, now: float) -> list[Line]:
        """What the gauges of rate limits show at unix time *now*."""
        by = apart(self._extra)
        return [
            Line(f"{metric.name}{labels_of((*metric.labels, *by), labels)}", value)
            for labels, reading in readings.tightest(now, by=by).items()
            for metric, attribute in GAUGES
            if (value := getattr(reading, attribute)) is not None
        ]

    def _lines(self, series: Series, numbers: list[float]) -> Iterator[Line]:
        is_timed = series.metric is catalogue.DURATION
        if not is_timed and series.metric is not catalogue.RESPONSES:
            yield from _of(series.metric, series.metric.labels, series.labels, numbers)
            return
        count = [sum(numbers[:-1])] if is_timed else numbers
        for metric, labels in project(
            series.labels, is_timed=is_timed, extra_on_histograms=self._on_histograms
        ):
            is_histogram = metric is catalogue.DURATION
            extra = self._extra if self._on_histograms or not is_histogram else ()
            yield from _of(metric, (*metric.labels, *extra), labels, numbers if is_histogram else count)


def _of(
    metric: Metric, names: tuple[str, ...], labels: tuple[str, ...], numbers: list[float]
) -> Iterator[Line]:
    if metric.kind is Kind.COUNTER:
        yield Line(f"{metric.name}{labels_of(names, labels)}", numbers[0])
        return
    yield Line(f"{metric.name}_count{labels_of(names, labels)}", sum(numbers[:-1]))
    yield Line(f"{metric.name}_sum{labels_of(names, labels)}", numbers[-1])
