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
from agent.metrics.native import Cells
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
    """Pages that show a counter and histograms."""

    def __init__(self, cells: Cells | None = None) -> None:
        super().__init__()
        self.exemplars = Exemplars("trace_id", catalogue.DURATION_BUCKETS)
        self._exposition = Exposition(CollectorRegistry(), Readings(), exemplars=self.exemplars, cells=cells)
        labels = ("openai", "POST", "/v1/models", "429", "rate_limit_error", "requests_per_minute")
        width = len(cells.bounds if cells else catalogue.DURATION_BUCKETS) + 1
        self.timed = Series(catalogue.DURATION, labels, width + 1)
        self.values: Delta = {
            self.timed: [1] * width + [9.5],
            Series(catalogue.RECORDS, (NAME, "0"), 1): [1 << 60],
            Series(catalogue.RETRY_AFTER, ("openai", "rate_limit_error"), 12): [1] * 11 + [0.25],
        }
        self.given: list[str] = []

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> StillScrape:  # noqa: ARG002
        format_ = preferred(accept, self._exposition.formats)
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
    assert set(pages.given) == {Format.TEXT, Format.OPENMETRICS}


# --- native histograms --------------------------------------------------------------------------------

CELLS = Cells(catalogue.DURATION_BUCKETS)
IN_ALL = len(CELLS.bounds) + 1


class TestNative:
    """The duration histogram as a native one, in the protobuf format."""

    @pytest.fixture
    def pages(self) -> Counted:
        return Counted(CELLS)

    @pytest.fixture(params=[False, True], ids=["native", "both"])
    def reader(self, url: str, request: pytest.FixtureRequest) -> Iterator[Prometheus]:
        require(prometheus.ensure)
        config = scrape_config(
            {"agent": [url.removeprefix("http://")]},
            scrape_native_histograms=True,
            always_scrape_classic_histograms=request.param,
        )
        with Prometheus(config) as reader:
            yield reader

    async def test_a_real_prometheus_reads_the_page(self, reader: Prometheus, pages: Counted) -> None:
        async def read(query: str) -> list[float]:
            return [it["value"] for it in await until(lambda: reader.query(query), what=query)]

        histogram = "api_response_duration_seconds"
        assert await read(f"histogram_count({histogram})") == [IN_ALL]
        assert await read(f"histogram_sum({histogram})") == [9.5]
        assert await read(f"histogram_fraction(0, 1, {histogram}) * {IN_ALL}") == [
            pytest.approx(CELLS.bounds.index(1.0) + 1)
        ]
        assert await read(f"api_error_agent_records_total{{topic={json.dumps(NAME)}}}") == [2**60]
        assert await read('api_retry_after_seconds_bucket{le="5.0"}') == [2]
        assert pages.given[-1] == Format.PROTOBUF

    async def test_there_is_one_series_unless_the_classic_ones_are_asked_for(
        self, reader: Prometheus, request: pytest.FixtureRequest
    ) -> None:
        query = '{__name__=~"api_response_duration_seconds.*"}'
        is_native_alone = "native" in request.node.name

        series = await until(lambda: reader.query(f"count({query})"))

        classic = len(catalogue.DURATION_BUCKETS) + 3
        assert series[0]["value"] == (1 if is_native_alone else classic + 1)

    async def test_exemplars_are_given_back(self, reader: Prometheus, pages: Counted) -> None:
        response = ApiResponse(429, duration=0.3, attributes={"trace_id": TRACE})
        pages.exemplars.keep(pages.timed, response, at := time.time())
        asked = {"query": '{__name__=~"api_.*"}', "start": str(at - 60), "end": str(at + 60)}

        found = await until(lambda: it if len(it := reader.api("query_exemplars", **asked)) >= 3 else [])

        assert {it["labels"]["trace_id"] for shown in found for it in shown["exemplars"]} == {TRACE}
