"""Numbers by series -> the page that Prometheus reads."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client import CollectorRegistry

from agent.metrics import catalogue, protobuf, writing
from agent.metrics.budget import project
from agent.metrics.catalogue import Kind, Metric
from agent.metrics.delta import Delta, Series
from agent.metrics.exemplars import Exemplar, Exemplars, newer
from agent.metrics.formats import Format, labels_of
from agent.metrics.native import Cells
from agent.metrics.readings import GAUGES, Readings, apart
from agent.metrics.rows import Rows, counted, summed
from agent.metrics.sheet import Labelled, Plain, Sheet, portions

_SERIES_AT_ONCE = 500
_COUNTERS, _HISTOGRAMS = 64, 8  # in a block
_SHOWN = (*catalogue.COUNTED_METRICS, *catalogue.RECORD_METRICS)


class Place(NamedTuple):
    """Where the numbers of a series go: what they are written into is made once, when it is new.

    Attributes:
        counters: By metric, the text before the number: name and labels.

        histogram: Its metric, and all its lines with %s where numbers go.
    """

    counters: tuple[tuple[Metric, str], ...]
    histogram: tuple[Metric, str] | None


_NOWHERE = Place((), None)  # a series that was counted and stands on no page yet


class Exposition:
    """Renders pages.

    Args:
        registry: Where the process's own metrics are; a page shows them before those derived from records.

        extra: Names of the extra labels.

        exemplars: Shown on pages in OpenMetrics, the only text format that has them.

        cells: In which durations are counted, for native histograms.
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
        cells: Cells | None = None,
    ) -> None:
        self._registry = registry
        self._readings = readings
        self._extra = extra
        self._histogram_extra = extra if extra_on_histograms else ()
        self._buckets = buckets
        self._exemplars = exemplars
        self._cells = {catalogue.DURATION: cells} if cells else {}
        self._places: dict[Series, Place] = {}
        self._counters = {it: Rows(_COUNTERS, counted) for it in _SHOWN if it.kind is Kind.COUNTER}
        self._histograms = {it: Rows(_HISTOGRAMS, summed) for it in _SHOWN if it.kind is Kind.HISTOGRAM}
        self._labels: dict[str, bytes] = {}  # for protobuf, by text

    @property
    def formats(self) -> tuple[Format, ...]:
        """What pages can be written in; native histograms are written in protobuf alone."""
        return (Format.TEXT, Format.OPENMETRICS, *((Format.PROTOBUF,) if self._cells else ()))

    def delivered(self, scraper: str) -> None:
        """*scraper* has the page that was made for it."""
        self._readings.seen(scraper)

    def page(self, values: Delta, format_: Format, now: float, scraper: str = "") -> Iterator[bytes]:
        """The page that shows *values*, and all else as it is at unix time *now*.

        For a *scraper* it shows the lowest readings of limits since it was last here.

        It comes in pieces, some of them empty. Each is some milliseconds of work, done when it is asked
        for; what happens between two of them changes nothing on the page.
        """
        plain = [*self._process(), *self._rate_limits(now, scraper)]
        sheet = Sheet(plain, dict(values), self._counters, self._histograms, {}, {}, self._cells)
        exemplars = self._exemplars.newest() if self._exemplars and format_ is not Format.TEXT else {}
        return self._written(sheet, exemplars, format_)

    def _written(
        self, sheet: Sheet, exemplars: dict[Series, Mapping[int, Exemplar]], format_: Format
    ) -> Iterator[bytes]:
        new = [series for series in sheet.values if series not in self._places]
        yield b""
        for some in portions(new, _SERIES_AT_ONCE):
            self._place(some)
            yield b""
        for found in portions(exemplars.items(), _SERIES_AT_ONCE):
            self._mark(found, sheet)
            yield b""
        if format_ is Format.PROTOBUF:
            yield from protobuf.page(sheet, self._labels)
        else:
            yield from writing.page(sheet, format_)

    def _process(self) -> Iterator[Plain]:
        for family in self._registry.collect():
            name = f"{family.name}_total" if family.type == "counter" else family.name
            samples = [
                Labelled(tuple(it.labels), tuple(it.labels.values()), it.value) for it in family.samples
            ]
            yield Plain(name, family.type, family.documentation, samples)

    def _rate_limits(self, now: float, scraper: str) -> Iterator[Plain]:
        by = apart(self._extra)
        readings = self._readings.tightest(now, by=by, scraper=scraper)
        for metric, attribute in GAUGES:
            names = (*metric.labels, *by)
            found = ((labels, getattr(reading, attribute)) for labels, reading in readings.items())
            samples = [Labelled(names, labels, value) for labels, value in found if value is not None]
            yield Plain(metric.name, metric.kind, metric.help, samples)

    # --- what is derived from records -------------------------------------------------------------

    def _place(self, new: Iterable[Series]) -> None:
        """Give each a row. What differs only in labels that a metric does not have is one there."""
        for series in new:
            if series not in self._places:  # a page that was begun before may have met it
                place = self._places[series] = self._place_of(series)
                for metric, text in place.counters:
                    self._counters[metric].add(text, series)
                if place.histogram is not None:
                    metric, text = place.histogram
                    self._histograms[metric].add(text, series)

    def _place_of(self, series: Series) -> Place:
        is_timed = series.metric is catalogue.DURATION
        is_alone = series.metric is catalogue.DURATION_ALONE
        shown: Iterable[tuple[Metric, tuple[str, ...]]] = [
            (catalogue.DURATION if is_alone else series.metric, series.labels)
        ]
        if is_timed or series.metric is catalogue.RESPONSES:
            on_histograms = bool(self._histogram_extra)
            shown = project(series.labels, is_timed=is_timed, extra_on_histograms=on_histograms)
        texts = [(metric, self._text(metric, labels)) for metric, labels in shown]
        return Place(
            tuple(pair for pair in texts if pair[0].kind is Kind.COUNTER),
            next((pair for pair in texts if pair[0].kind is Kind.HISTOGRAM), None),
        )

    def _text(self, metric: Metric, values: tuple[str, ...]) -> str:
        """What a number is written into. One object for equal texts: of a histogram it is kilobytes long."""
        names = (*metric.labels, *self._extra_labels(metric))
        bounds = self._buckets if metric is catalogue.DURATION else metric.buckets
        text = sys.intern(writing.text(metric, labels_of(names, values), bounds))
        if self._cells:
            self._labels[text] = protobuf.labels(zip(names, values, strict=True))
        return text

    def _mark(self, some: Iterable[tuple[Series, Mapping[int, Exemplar]]], sheet: Sheet) -> None:
        """Put the newest exemplar of each count and of each bucket on the sheet."""
        marks, bucket_marks = sheet.marks, sheet.bucket_marks
        for series, found in some:
            place = self._places.get(series, _NOWHERE)
            for exemplar in found.values():
                for _, text in place.counters:
                    marks[text] = newer(marks.get(text), exemplar)
            if place.histogram is not None:
                of_buckets = bucket_marks.setdefault(place.histogram[1], {})
                for bucket, exemplar in found.items():
                    of_buckets[bucket] = newer(of_buckets.get(bucket), exemplar)

    def _extra_labels(self, metric: Metric) -> tuple[str, ...]:
        if metric is catalogue.DURATION:
            return self._histogram_extra
        return self._extra if metric in (catalogue.RESPONSES, catalogue.ERRORS) else ()
