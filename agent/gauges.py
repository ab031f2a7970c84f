"""What the process says of itself: looked up at each page."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from agent.bookkeeper import Bookkeeper
from agent.consumer import Consumer, Problem
from agent.ledger.ledger import Ledger
from agent.metrics.process import ProcessMetrics

_LAG_EVERY, _LAG_WINDOW = 0.1, 60.0


class LoopLag:
    """How late the event loop wakes."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    @property
    def longest(self) -> float:
        """Seconds, of the last minute."""
        return max((lag for _, lag in self._seen), default=0.0)

    async def watch(self, on_turn: Callable[[], None]) -> None:
        """Measure for as long as this runs, and call *on_turn* at each turn of the loop."""
        while True:
            on_turn()
            asked = time.monotonic()
            await asyncio.sleep(_LAG_EVERY)
            now = time.monotonic()
            self._seen.append((now, now - asked - _LAG_EVERY))
            while self._seen[0][0] < now - _LAG_WINDOW:
                self._seen.popleft()


class Gauges:
    """Knows whom to ask for each gauge of the process.

    Args:
        series_count: Gives the time series derived from records.

        certificates: Give the unix time at which each certificate in use ends, by its file.
    """

    def __init__(
        self,
        process: ProcessMetrics,
        topics: Iterable[str],
        consumer: Consumer,
        ledger: Ledger,
        books: Bookkeeper,
        *,
        loop_lag: LoopLag,
        series_count: Callable[[], int],
        certificates: Callable[[], Mapping[str, float]],
    ) -> None:
        self._process = process
        self._topics = tuple(topics)
        self._consumer = consumer
        self._ledger = ledger
        self._books = books
        self._loop_lag = loop_lag
        self._series_count = series_count
        self._certificates = certificates

    def refresh(self, now: float) -> None:
        """Bring the gauges up to date; *now* is in unix seconds."""
        self._refresh_partitions(now)
        process, consumer, waiting = self._process, self._consumer, self._ledger.waiting
        found = consumer.connection
        process.connected.set(found.is_made)
        for problem in Problem:
            process.connection_problem.labels(problem.value).set(problem is found.problem)
        process.last_poll.value = consumer.polled_at
        process.last_commit.value = self._books.committed_at
        process.undone_records.value = self._books.undone
        process.rebalances.value = consumer.assignments
        process.consumer_rebuilds.value = consumer.rebuilds
        process.waiting_records.set(waiting.records)
        process.oldest_waiting.value = waiting.since
        process.series.set(self._series_count())
        process.held_series.set(self._ledger.held)
        process.event_loop_lag.set(self._loop_lag.longest)
        process.certificate_expiry.clear()
        for file, end in self._certificates().items():
            process.certificate_expiry.labels(file).set(end)

    def readiness(self) -> str:
        """Empty when the group has given us an assignment and nothing is wrong since, else what is."""
        return "" if self._consumer.is_ready else self._consumer.connection.words

    def _refresh_partitions(self, now: float) -> None:
        process, consumer = self._process, self._consumer
        for gauge in (process.lag_records, process.lag_seconds, process.topic_partitions):
            gauge.clear()
        for (topic, number), lag in consumer.lags.items():
            process.lag_records.labels(topic, number).set(lag.records)
            seconds = lag.seconds(now)
            if seconds is not None:
                process.lag_seconds.labels(topic, number).set(seconds)
        for topic in self._topics:
            owned = sum(1 for name, _ in self._books.owned if name == topic)
            process.assigned_partitions.labels(topic).set(owned)
        for topic, partitions in consumer.topic_partitions.items():
            process.topic_partitions.labels(topic).set(partitions)
