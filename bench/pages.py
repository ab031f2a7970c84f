"""What a page of many lines costs: an agent that has counted so many series, and is scraped."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from statistics import median
from typing import Any

from bench import cores
from bench.candidates import Agents, agents
from bench.filling import fill
from bench.looking import Page, look, page_of, peak
from bench.progress import Progress
from bench.running import begin
from tests.tools.kafka import Kafka
from tests.tools.process import until

LINES = (1_000, 10_000, 100_000)
SCRAPES = 10
QUIET = 61.0
"""Seconds until the loop's longest gap no longer is one of reading; waited for at the largest page only."""

READ_WITHIN, LOOK_EVERY = 300.0, 3.0  # seconds
PAIRS = [
    (f"provider-{letter}", f"/v1/{route}")
    for letter in "abcde"
    for route in ("chat", "files", "images", "audio")
]


def events(lines: int) -> Iterator[bytes]:
    """As many events as make a page of about so many lines, each of a series of its own."""
    histograms = 19 * len(PAIRS)
    for number in range((lines - histograms) // len(PAIRS)):
        for provider, path in PAIRS:
            yield (
                f'{{"provider":"{provider}","method":"POST","path":"{path}","status":200,'
                f'"duration_seconds":0.3,"model":"model-{number}"}}'
            ).encode()


def bench(broker: Kafka, progress: Progress) -> dict[str, Any]:
    """Measure each size, and give the part of results.json."""
    found = {lines: _one(broker, lines, progress) for lines in LINES}
    return {
        "pages": {str(lines): one for lines, one in found.items()},
        "render_100k_ms": found[100_000]["cpu_ms"],
        "loop_gap_100k_ms": found[100_000]["gap_ms"],
        "rss_10k_series_mb": found[10_000]["rss_mb"],
    }


def _one(broker: Kafka, lines: int, progress: Progress) -> Mapping[str, float]:
    topic, values = f"page-{lines}", list(events(lines))
    fill(broker, topic, values)
    labels = {"extra": ["model"], "max_series": 2 * lines, "budgets": {"model": lines}}
    running = agents(Agents(broker.bootstrap, topic, f"pages-{lines}", {"labels": labels}))
    with ExitStack() as stack:
        stack.callback(running.server.close)
        with cores.on(cores.measured()):
            running.server.start()
        page = stack.enter_context(page_of(running.address))
        begin(running, page)
        tell = stack.enter_context(progress.step(f"a page of {lines:,} lines", len(values)))

        def is_whole() -> bool:
            seen = look(running, page)
            tell(seen.records if seen else 0)
            return seen is not None and seen.records >= len(values)

        until(is_whole, READ_WITHIN, f"the agent has not read {topic}", every=LOOK_EVERY)
        if lines == LINES[-1]:
            time.sleep(QUIET)
        return _scraped(page, running)


def _scraped(page: Page, running: Any) -> Mapping[str, float]:
    samples = [seen for seen in (look(running, page) for _ in range(SCRAPES + 2)) if seen][1:]
    return {
        "lines": sum(1 for line in page.text.splitlines() if not line.startswith("#")),
        "bytes": len(page.text),
        "cpu_ms": (samples[-1].cpu - samples[0].cpu) / (len(samples) - 1) * 1e3,
        "gap_ms": samples[-1].gap * 1e3,
        "scrape_ms": median(sample.scrape for sample in samples) * 1e3,
        "rss_mb": peak(running.server.pid) / 1e6,
    }
