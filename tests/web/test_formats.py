"""A real Prometheus reads our pages in each format that it can ask for."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from agent.events import ApiResponse
from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series
from agent.metrics.exemplars import Exemplars
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.readings import Readings
from agent.web import Content, preferred
from tests.tools import prometheus
from tests.tools.cache import require
from tests.tools.prometheus import Prometheus, scrape_config
from tests.waiting import until
from tests.web.still import StillPages, StillScrape

NAME = 'quote" backslash\\ line\nbreak percent% é'
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PROTOCOLS = ("OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0", "PrometheusText0.0.4")


class Counted(StillPages):
    """Pages that show a counter and a histogram."""

    def __init__(self) -> None:
        super().__init__()
        self.exemplars = Exemplars("trace_id", catalogue.DURATION_BUCKETS)
        self._exposition = Exposition(CollectorRegistry(), Readings(), exemplars=self.exemplars)
        labels = ("openai", "POST", "/v1/models", "429", "rate_limit_error", "requests_per_minute")
        self.timed = Series(catalogue.DURATION, labels, len(catalogue.DURATION_BUCKETS) + 2)
        self.values: Delta = {
            self.timed: [1] * (len(catalogue.DURATION_BUCKETS) + 1) + [9.5],
            Series(catalogue.RECORDS, (NAME, "0"), 1): [1 << 60],
            Series(catalogue.RETRY_AFTER, ("openai", "rate_limit_error"), 12): [1] * 11 + [0.25],
        }
        self.given: list[str] = []

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> StillScrape:  # noqa: ARG002
        format_ = preferred(accept, Format)
        self.given.append(format_)
        return StillScrape(self, Content(self._exposition.page(self.values, format_, 0.0), format_))


@pytest.fixture
def pages() -> Counted:
    return Counted()


@pytest.fixture
def reader(url: str) -> Iterator[Prometheus]:
    """A Prometheus with a job for each format, which asks for nothing else."""
    require(prometheus.ensure)
    address = url.removeprefix("http://")
    config = scrape_config({protocol: [address] for protocol in PROTOCOLS})
    for job in config["scrape_configs"]:
        job["scrape_protocols"] = [job["job_name"]]
    with Prometheus(config) as reader:
        yield reader


async def test_a_real_prometheus_gives_exemplars_back(reader: Prometheus, pages: Counted) -> None:
    response = ApiResponse(429, duration=0.3, attributes={"trace_id": TRACE})
    pages.exemplars.keep(pages.timed, response, at := time.time())

    def found() -> list[Any]:
        asked = {"start": str(at - 60), "end": str(at + 60)}
        shown = reader.api("query_exemplars", query='{__name__=~"api_.*"}', **asked)
        return sorted(shown, key=lambda it: str(it["seriesLabels"]["__name__"]))

    error, bucket, counter = await until(lambda: it if len(it := found()) >= 3 else [])

    assert bucket["seriesLabels"]["le"] == "0.5"
    for shown, value in ((error, 1), (bucket, 0.3), (counter, 1)):
        (exemplar,) = shown["exemplars"]
        assert exemplar["labels"] == {"trace_id": TRACE}
        assert (float(exemplar["value"]), exemplar["timestamp"]) == (value, pytest.approx(at, abs=0.001))


async def test_a_real_prometheus_reads_the_same_in_each_format(reader: Prometheus, pages: Counted) -> None:
    def by_job(query: str) -> dict[str, float]:
        found = {it["metric"]["job"]: it["value"] for it in reader.query(query)}
        return found if len(found) == len(PROTOCOLS) else {}

    async def read(query: str) -> dict[str, float]:
        return await until(partial(by_job, query))

    assert set((await read(f"api_error_agent_records_total{{topic={json.dumps(NAME)}}}")).values()) == {2**60}
    assert set((await read('api_retry_after_seconds_bucket{le="5.0"}')).values()) == {2}
    assert set((await read('api_retry_after_seconds_bucket{le="+Inf"}')).values()) == {11}
    assert set((await read("api_retry_after_seconds_sum")).values()) == {0.25}
    assert set((await read("up")).values()) == {1}
    assert set(pages.given) == set(Format)
