"""Numbers by series -> the page that Prometheus reads."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from prometheus_client import CollectorRegistry

from agent.metrics import catalogue
from agent.metrics.budget import project
from agent.metrics.catalogue import Kind, Metric
from agent.metrics.delta import Delta, Series
from agent.metrics.exemplars import Exemplar, Exemplars, keep_newest
from agent.metrics.formats import Format, edge, labels_of, number
from agent.metrics.readings import GAUGES, Reading, Readings
from agent.metrics.writing import counters, histograms, pieces, portions

_SERIES_AT_ONCE = 500
_LINES_AT_ONCE = 4000

_KINDS = (Kind.COUNTER, Kind.HISTOGRAM)
_SHOWN = (*catalogue.COUNTED_METRICS, *catalogue.RECORD_METRICS)


class Tables(NamedTuple):
    """What a page shows, by metric and by the text that it is written into."""

    counts: Mapping[Metric, dict[str, float]]
    histograms: Mapping[Metric, dict[str, list[float]]]


class Place(NamedTuple):
    """Where the numbers of a series go: what they are written into is made once, when it is new.

    Attributes:
        counters: By metric, the text before the number: name and labels.

        histogram: Its metric, and all its lines with %s where numbers go.
    """

    counters: tuple[tuple[Metric, str], ...]
    histogram: tuple[Metric, str] | None


class Marks(NamedTuple):
    """The exemplars of a page, by what the numbers they stand behind are written into, and by bucket."""

    counters: Mapping[str, Exemplar]
    histograms: Mapping[str, Mapping[int, Exemplar]]


_NO_MARKS = Marks({}, {})


class Exposition:
    """Renders pages.

    Args:
        registry: Where the process's own metrics are; a page shows them before those derived from records.

        extra: Names of the extra labels.

        exemplars: Shown on pages in OpenMetrics, the only text format that has them.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        readings: Readings,
        *,
        extra: tuple[str, ...] = (),
        extra_on_histograms: bool = False,
        buckets: tuple[float, ...] = catalogue.DURATION_BUCKETS,
        exemplars: Exemplars | None = None,
    ) -> None:
        self._registry = registry
        self._readings = readings
        self._extra = extra
        self._histogram_extra = extra if extra_on_histograms else ()
        self._buckets = buckets
        self._exemplars = exemplars
        self._places: dict[Series, Place] = {}

    def page(self, values: Delta, format_: Format, now: float) -> Iterator[bytes]:
        """The page that shows *values*, and all else as it is at unix time *now*.

        It comes in pieces, some of them empty. Each is some milliseconds of work, done when it is asked
        for; what happens between two of them changes nothing on the page.
        """
        process = "".join(self._process(format_))
        by_model = "model" in self._extra
        readings = self._readings.tightest(now, by_model=by_model)
        marks = self._marks() if format_ is Format.OPENMETRICS else _NO_MARKS
        records = self._records(dict(values), format_, marks)
        return pieces(chain((process,), records, self._rate_limits(readings, format_), (format_.end,)))

    def _records(self, values: Delta, format_: Format, marks: Marks) -> Iterator[str]:
        """What is derived from records; an empty text says that there was work without one."""
        tables = Tables(*({metric: {} for metric in _SHOWN if metric.kind is kind} for kind in _KINDS))
        for some in portions(values.items(), _SERIES_AT_ONCE):
            self._sum_up(some, tables)
            yield ""
        for metric in _SHOWN:
            yield format_.head(metric.name, metric.kind, metric.help)
            for counts in portions(tables.counts.get(metric, {}).items(), _LINES_AT_ONCE):
                yield counters(counts, marks.counters)
            at_once = _LINES_AT_ONCE // (len(self._buckets_of(metric)) + 3)
            for numbers in portions(tables.histograms.get(metric, {}).items(), at_once):
                yield histograms(numbers, marks.histograms)

    def _process(self, format_: Format) -> Iterator[str]:
        for family in self._registry.collect():
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield format_.head(name, family.type, family.documentation)
            for sample in family.samples:
                labels = labels_of(sample.labels, sample.labels.values())
                yield f"{sample.name}{labels} {number(sample.value)}\n"

    # --- what is derived from records -------------------------------------------------------------

    def _sum_up(self, some: Iterable[tuple[Series, list[float]]], tables: Tables) -> None:
        """Add numbers to the tables. What differs only in labels that a metric does not have is one there."""
        places, counts = self._places, tables.counts
        for series, numbers in some:
            of_counters, histogram = places.get(series) or self._place(series)
            count = numbers[0]
            if histogram is not None:
                metric, text = histogram
                timed = tables.histograms[metric]
                have = timed.get(text)
                timed[text] = numbers if have is None else [a + b for a, b in zip(have, numbers, strict=True)]
                count = sum(numbers[:-1]) if of_counters else 0
            for metric, text in of_counters:
                table = counts[metric]
                table[text] = table[text] + count if text in table else count

    def _place(self, series: Series) -> Place:
        is_timed = series.metric is catalogue.DURATION
        shown: Iterable[tuple[Metric, tuple[str, ...]]] = [(series.metric, series.labels)]
        if is_timed or series.metric is catalogue.RESPONSES:
            on_histograms = bool(self._histogram_extra)
            shown = project(series.labels, is_timed=is_timed, extra_on_histograms=on_histograms)
        # one object for equal texts: they are keys, and of a histogram some kilobytes long
        texts = [(metric, sys.intern(self._text(metric, labels))) for metric, labels in shown]
        place = self._places[series] = Place(
            tuple(pair for pair in texts if pair[0].kind is Kind.COUNTER),
            next((pair for pair in texts if pair[0].kind is Kind.HISTOGRAM), None),
        )
        return place

    def _text(self, metric: Metric, values: tuple[str, ...]) -> str:
        labels = labels_of((*metric.labels, *self._extra_labels(metric)), values)
        if metric.kind is Kind.COUNTER:
            return f"{metric.name}{labels} "
        labels = labels.replace("%", "%%")
        start = f"{metric.name}_bucket{labels[:-1]}," if labels else f"{metric.name}_bucket{{"
        edges = (*map(edge, self._buckets_of(metric)), "+Inf")
        buckets = "".join([f'{start}le="{it}"}} %s\n' for it in edges])
        return f"{buckets}{metric.name}_count{labels} %s\n{metric.name}_sum{labels} %s\n"

    def _marks(self) -> Marks:
        """The newest exemplar of each number; a series that no page has shown yet has none."""
        of_counters: dict[str, Exemplar] = {}
        of_histograms: dict[str, dict[int, Exemplar]] = {}
        for series, found in self._exemplars.newest() if self._exemplars else ():
            if series in self._places:
                place = self._places[series]
                newest = max(found.values(), key=lambda it: it.at)
                for _, text in place.counters:
                    keep_newest(of_counters, text, newest)
                if place.histogram is not None:
                    of_buckets = of_histograms.setdefault(place.histogram[1], {})
                    for bucket, exemplar in found.items():
                        keep_newest(of_buckets, bucket, exemplar)
        return Marks(of_counters, of_histograms)

    def _buckets_of(self, metric: Metric) -> tuple[float, ...]:
        return self._buckets if metric is catalogue.DURATION else metric.buckets

    def _extra_labels(self, metric: Metric) -> tuple[str, ...]:
        if metric is catalogue.DURATION:
            return self._histogram_extra
        return self._extra if metric in (catalogue.RESPONSES, catalogue.ERRORS) else ()

    # --- what providers say of their limits -------------------------------------------------------

    def _rate_limits(self, readings: Mapping[tuple[str, ...], Reading], format_: Format) -> Iterator[str]:
        for metric, attribute in GAUGES:
            names = (*metric.labels, *(("model",) if "model" in self._extra else ()))
            yield format_.head(metric.name, metric.kind, metric.help)
            for some in portions(readings.items(), _SERIES_AT_ONCE):
                yield "".join(
                    f"{metric.name}{labels_of(names, labels)} {number(value)}\n"
                    for labels, reading in some
                    if (value := getattr(reading, attribute)) is not None
                )
