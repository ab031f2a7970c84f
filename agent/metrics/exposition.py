"""Numbers by series -> the page that Prometheus reads."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from agent.metrics import catalogue
from agent.metrics.budget import project
from agent.metrics.catalogue import Kind, Metric
from agent.metrics.delta import Delta
from agent.metrics.readings import GAUGES, Reading, Readings

Values = dict[tuple[str, ...], list[float]]


class Exposition:
    """Renders pages.

    Args:
        registry: Where the process's own metrics are; this class adds those derived from records.

        extra: Names of the extra labels.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        readings: Readings,
        *,
        extra: tuple[str, ...] = (),
        extra_on_histograms: bool = False,
        buckets: tuple[float, ...] = catalogue.DURATION_BUCKETS,
    ) -> None:
        self._registry = registry
        self._readings = readings
        self._extra = extra
        self._histogram_extra = extra if extra_on_histograms else ()
        self._buckets = buckets
        self._view: Delta = {}
        self._now = 0.0
        registry.register(_Records(self))

    def page(self, values: Delta, accept: str, now: float) -> tuple[bytes, str]:
        """The page that shows *values* at unix time *now*, and its content type, as *accept* asks for."""
        self._view, self._now = values, now
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def families(self) -> Iterator[Family]:
        """What the page shows of records and providers."""
        tables = self._tables()
        for metric in (*catalogue.COUNTED_METRICS, *catalogue.RECORD_METRICS):
            yield self._family(metric, tables[metric])
        yield from self._rate_limits()

    def _tables(self) -> dict[Metric, Values]:
        """The numbers of each metric by its label values: combinations that differ elsewhere are summed."""
        tables: dict[Metric, Values] = {
            metric: {} for metric in (*catalogue.COUNTED_METRICS, *catalogue.RECORD_METRICS)
        }
        for series, numbers in self._view.items():
            is_timed = series.metric is catalogue.DURATION
            if not is_timed and series.metric is not catalogue.RESPONSES:
                tables[series.metric][series.labels] = numbers
                continue
            count = [sum(numbers[:-1])] if is_timed else numbers
            for metric, labels in project(
                series.labels, is_timed=is_timed, extra_on_histograms=bool(self._histogram_extra)
            ):
                _sum_into(tables[metric], labels, numbers if metric is catalogue.DURATION else count)
        return tables

    def _family(self, metric: Metric, values: Values) -> Family:
        names = (*metric.labels, *self._extra_labels(metric))
        if metric.kind is Kind.COUNTER:
            return _counter(metric, names, values)
        return _histogram(
            metric, names, values, self._buckets if metric is catalogue.DURATION else metric.buckets
        )

    def _extra_labels(self, metric: Metric) -> tuple[str, ...]:
        if metric is catalogue.DURATION:
            return self._histogram_extra
        return self._extra if metric in (catalogue.RESPONSES, catalogue.ERRORS) else ()

    def _rate_limits(self) -> Iterator[Family]:
        by_model = "model" in self._extra
        readings: Mapping[tuple[str, ...], Reading] = self._readings.tightest(self._now, by_model=by_model)
        for metric, attribute in GAUGES:
            family = GaugeMetricFamily(
                metric.name, metric.help, labels=(*metric.labels, *(("model",) if by_model else ()))
            )
            for labels, reading in readings.items():
                value = getattr(reading, attribute)
                if value is not None:
                    family.add_metric(labels, value)
            yield family


class _Records(Collector):
    """prometheus_client's way to ask for families at each scrape."""

    def __init__(self, exposition: Exposition) -> None:
        self._exposition = exposition

    def describe(self) -> Iterable[Family]:
        return ()

    def collect(self) -> Iterator[Family]:
        return self._exposition.families()


def _sum_into(table: Values, labels: tuple[str, ...], numbers: list[float]) -> None:
    have = table.get(labels)
    table[labels] = numbers if have is None else [a + b for a, b in zip(have, numbers, strict=True)]


def _counter(metric: Metric, names: tuple[str, ...], values: Values) -> Family:
    family = CounterMetricFamily(metric.name, metric.help, labels=names)
    for labels, numbers in values.items():
        family.add_metric(labels, numbers[0])
    return family


def _histogram(metric: Metric, names: tuple[str, ...], values: Values, bounds: tuple[float, ...]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.help, labels=names)
    edges = [*map(floatToGoString, bounds), "+Inf"]
    for labels, (*counts, sum_) in values.items():
        family.add_metric(labels, list(zip(edges, accumulate(counts), strict=True)), sum_)
    return family
