"""Asks the parts for what the status page shows, beside the counting and never in it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from agent import __version__
from agent.assembly import Parts
from agent.bookkeeper import Bookkeeper
from agent.consumer import Consumer
from agent.gauges import Gauges
from agent.ledger.ledger import Ledger
from agent.pages import Pages
from agent.settings import Settings
from agent.settings.printing import in_effect
from agent.status import EVERY, Health, History, Seen, counts_of, report

FRESH = 1.0
"""Seconds for which one answer serves everybody who asks."""


class Observer:
    """Takes samples of the counts, and reports.

    Args:
        certificates: Give the unix time at which each certificate in use ends, by its file.
    """

    def __init__(
        self,
        settings: Settings,
        parts: Parts,
        ledger: Ledger,
        books: Bookkeeper,
        consumer: Consumer,
        gauges: Gauges,
        pages: Pages,
        certificates: Callable[[], Mapping[str, float]],
    ) -> None:
        self._settings = settings
        self._parts = parts
        self._ledger = ledger
        self._books = books
        self._consumer = consumer
        self._gauges = gauges
        self._pages = pages
        self._certificates = certificates
        self._started = time.time()
        self._history = History(self._started)
        self._said: dict[str, Any] = {"now": 0.0}

    async def watch(self) -> None:
        """Take a sample every few seconds, for as long as this runs."""
        while True:
            await asyncio.sleep(EVERY)
            for _ in self._history.take(time.time(), self._ledger.preview()):
                await asyncio.sleep(0)

    def status(self) -> dict[str, Any]:
        """What /status.json says now, or said a moment ago."""
        now = time.time()
        if not 0 <= now - self._said["now"] < FRESH:
            self._said = report(self._seen(now), now)
        return self._said

    def _seen(self, now: float) -> Seen:
        kafka, parts = self._settings.kafka, self._parts
        file = self._settings.file
        return Seen(
            version=__version__,
            health=self._health(now),
            history=self._history,
            counts=counts_of(self._ledger.preview().items()),
            limits=parts.tally.readings.tightest(now, by={"model"}.intersection(self._settings.labels.extra)),
            troubles=self._books.troubles.rows(),
            unclassified=parts.pipeline.unclassified.newest(),
            topics={topic: self._partitions(topic) for topic in kafka.topics},
            settings=in_effect(self._settings),
            group=kafka.group_id,
            config_file=str(file) if file else "",
        )

    def _health(self, now: float) -> Health:
        waiting, lags = self._ledger.waiting, self._consumer.lags.values()
        seconds = [lag.seconds(now) for lag in lags]
        return Health(
            started=self._started,
            waits_for=self._gauges.readiness(),
            lag_records=sum(lag.records for lag in lags),
            lag_seconds=max((it for it in seconds if it is not None), default=None),
            polled_at=self._consumer.polled_at,
            scraped_at=self._pages.delivered_at,
            committed_at=self._books.committed_at,
            waiting_records=waiting.records,
            waiting_since=waiting.since,
            held_series=self._ledger.held,
            waits_for_scrapes=self._settings.commit.mode == "scrape",
            series=self._parts.tally.series_count,
            max_series=self._settings.labels.max_series,
            late_after=self._settings.metrics.late_after_seconds,
            certificates=self._certificates(),
        )

    def _partitions(self, topic: str) -> tuple[int, int | None]:
        owned = sum(1 for name, _ in self._books.owned if name == topic)
        return owned, self._consumer.topic_partitions.get(topic)
