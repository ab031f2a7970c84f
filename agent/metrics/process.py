"""The state of the process: gauges and counters that are not derived from records."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from agent.metrics import catalogue
from agent.metrics.catalogue import Kind, Metric

SCRAPE_OUTCOMES = ("delivered", "undelivered", "refused", "not_a_scraper")
"""How a request for /metrics can end. refused: no proof of ownership, so the old values were shown."""


class Plain(Collector):
    """A metric without labels whose value is kept elsewhere and set at each scrape; absent while None."""

    def __init__(self, metric: Metric, registry: CollectorRegistry) -> None:
        self._metric = metric
        self.value: float | None = None
        registry.register(self)

    def describe(self) -> Iterator[Family]:
        yield self._family()

    def collect(self) -> Iterator[Family]:
        family = self._family()
        if self.value is not None:
            family.add_metric([], self.value)
        yield family

    def _family(self) -> CounterMetricFamily | GaugeMetricFamily:
        kind = CounterMetricFamily if self._metric.kind is Kind.COUNTER else GaugeMetricFamily
        return kind(self._metric.name, self._metric.help, labels=())


class ProcessMetrics:
    """One attribute per metric, in a registry of our own beside process_* and python_*."""

    def __init__(self, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # _created lines double the counters and are junk series to Prometheus
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.connected = self._gauge(catalogue.CONNECTED)
        self.connection_problem = self._gauge(catalogue.CONNECTION_PROBLEM)
        self.lag_records = self._gauge(catalogue.LAG_RECORDS)
        self.lag_seconds = self._gauge(catalogue.LAG_SECONDS)
        self.assigned_partitions = self._gauge(catalogue.ASSIGNED_PARTITIONS)
        self.topic_partitions = self._gauge(catalogue.TOPIC_PARTITIONS)
        self.last_poll = Plain(catalogue.LAST_POLL, self.registry)
        self.last_commit = Plain(catalogue.LAST_COMMIT, self.registry)
        self.waiting_records = self._gauge(catalogue.WAITING_RECORDS)
        self.series = self._gauge(catalogue.SERIES)
        self.held_series = self._gauge(catalogue.HELD_SERIES)
        self.event_loop_lag = self._gauge(catalogue.EVENT_LOOP_LAG)
        self.certificate_expiry = self._gauge(catalogue.CERTIFICATE_EXPIRY)
        self.rebalances = Plain(catalogue.REBALANCES, self.registry)
        self.consumer_rebuilds = Plain(catalogue.CONSUMER_REBUILDS, self.registry)
        self.unfenced_exposures = self._counter(catalogue.UNFENCED_EXPOSURES)
        self.unscraped_commits = self._counter(catalogue.UNSCRAPED_COMMITS)
        self.undone_records = Plain(catalogue.UNDONE_RECORDS, self.registry)
        self.scrapes = self._counter(catalogue.SCRAPES)
        for outcome in SCRAPE_OUTCOMES:
            self.scrapes.labels(outcome)
        self._gauge(catalogue.BUILD_INFO).labels(version).set(1)
        self.oldest_waiting = Plain(catalogue.OLDEST_WAITING, self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.name, metric.help, metric.labels, registry=self.registry)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)
