"""What a page of /metrics costs: CPU and the longest gap of the event loop, by lines on the page.

    python -m bench.exposition

Each page is fetched whole over HTTP, packed as Prometheus asks for it. Beside it stands what
prometheus_client needs for the same families, which it writes in one step. `first` is the first page, on
which all is new.
"""

# ruff: noqa: T201 - a command that prints

import asyncio
import gc
import gzip
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.process import ProcessMetrics
from agent.metrics.readings import Readings
from agent.web import Content, Server

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 7
REQUEST = (
    b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Accept-Encoding: gzip\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n"
)


class Cost(NamedTuple):
    """Milliseconds of CPU, and of the longest time in which the event loop did not turn."""

    cpu: float
    gap: float


class Scrape:
    def __init__(self, content: Content) -> None:
        self.content = content

    async def end(self, *, delivered: bool) -> None:
        assert delivered  # noqa: S101


class Pages:
    """Pages of values that stay the same."""

    def __init__(self, values: Delta) -> None:
        self._values = values
        self._exposition = Exposition(ProcessMetrics("bench").registry, Readings())

    def preview(self, accept: str) -> Content:  # noqa: ARG002
        return Content(self._exposition.page(self._values, Format.TEXT, time.time()), Format.TEXT)

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> Scrape:  # noqa: ARG002
        return Scrape(self.preview(accept))

    def health(self) -> str:
        return ""

    readiness = health


class Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def timed(lines: int) -> Delta:
    """Responses with a duration: a counter, and often one of errors, beside each histogram."""
    edges = len(catalogue.DURATION_BUCKETS)
    return {
        Series(catalogue.DURATION, _labels(number), edges + 2): [number] * (edges + 1) + [number * 0.37]
        for number in range(lines * 2 // (2 * edges + 9))
    }


def untimed(lines: int) -> Delta:
    """Errors without one: two counters each."""
    return {
        Series(catalogue.RESPONSES, (*_labels(number)[:4], "api_error", "none"), 1): [number]
        for number in range(lines // 2)
    }


def _labels(number: int) -> tuple[str, ...]:
    is_error = number % 2
    meaning = ("rate_limit_error", "tokens_per_minute") if is_error else ("ok", "none")
    status = str((200, 429)[is_error] + number % 20 // 2)
    return (f"provider-{number % 10}", "POST", f"/v1/models/{{id}}/tasks/{number // 20}", status, *meaning)


async def fetched(url: str) -> tuple[bytes, Cost]:
    watch = asyncio.create_task(longest_gap())
    await asyncio.sleep(0.01)
    begun = time.process_time()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]), limit=1 << 20)
    writer.write(REQUEST)
    answer = await reader.read(-1)
    cost = time.process_time() - begun
    writer.close()
    watch.cancel()
    gap = await watch
    return answer.partition(b"\r\n\r\n")[2], Cost(cost * 1000, gap * 1000)


async def longest_gap() -> float:
    longest, last = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last - 0.001), now
    except asyncio.CancelledError:
        return longest


async def ours(values: Delta) -> tuple[str, list[Cost]]:
    gc.collect()
    server = Server(Pages(values))
    url = await server.start("127.0.0.1:0")
    rounds = [await fetched(url) for _ in range(ROUNDS)]
    await server.close()
    return gzip.decompress(rounds[0][0]).decode(), [cost for _, cost in rounds]


def theirs(text: str) -> float:
    registry = CollectorRegistry()
    registry.register(Families(text_string_to_metric_families(text)))
    begun = time.process_time()
    packed = gzip.compress(generate_latest(registry), 1)
    assert packed  # noqa: S101
    return (time.process_time() - begun) * 1000


def main() -> None:
    heads = ("series", "lines", "CPU ms", "gap ms", "first CPU", "first gap", "prometheus_client")
    print("{:10}{:>8}{:>9}{:>9}{:>11}{:>11}{:>20}".format(*heads))
    for name, make in (("timed", timed), ("untimed", untimed)):
        for size in SIZES:
            text, (first, *costs) = asyncio.run(ours(make(size)))
            cpu, gap = (min(figures) for figures in zip(*costs, strict=True))
            print(
                f"{name:10}{text.count(chr(10)):8}{cpu:9.1f}{gap:9.1f}{first.cpu:11.1f}{first.gap:11.1f}"
                f"{min(theirs(text) for _ in range(2)):20.1f}"
            )


if __name__ == "__main__":
    main()
