"""Wiring: builds the parts, runs them until a signal, and ends them within bounds."""

import asyncio
import faulthandler
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable

from agent import __version__, logs
from agent.assembly import assemble
from agent.bookkeeper import Bookkeeper
from agent.consumer import CommitResult, Consumer
from agent.ledger.ledger import Ledger, Page
from agent.metrics.delta import Delta
from agent.metrics.exposition import Exposition
from agent.metrics.process import ProcessMetrics
from agent.settings import Settings
from agent.web import Content, ListenError, Server, WebConfigError

EXIT_WITHIN = 9.0
"""Seconds from a signal to the end of the process, whatever the broker does."""

_COMMIT_WITHIN = 5.0
_HANG = 30  # seconds without a turn of the event loop after which all stacks are written to stderr
_LAG_EVERY, _LAG_WINDOW = 0.1, 60.0

log = logs.get_logger()


class Service:
    """One agent: a consumer, the books, and the pages that show them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        labels = settings.labels
        _, self._tally, pipeline = assemble(settings)
        self._process = ProcessMetrics(__version__)
        self._ledger = Ledger(pipeline.declared())
        self._books = Bookkeeper(pipeline, self._ledger)
        self._consumer = Consumer(settings.kafka, self._books)
        self._exposition = Exposition(
            self._process.registry,
            self._tally.readings,
            extra=tuple(labels.extra),
            extra_on_histograms=labels.extra_on_histograms,
            buckets=tuple(settings.metrics.duration_buckets),
        )
        self._server = Server(
            self,
            any_request_scrapes=settings.commit.scraper == "any_request",
            config_file=settings.web.config_file,
        )
        self._one_render = asyncio.Lock()
        self._loop_lags: deque[tuple[float, float]] = deque()
        self.url = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until *stop* is set.

        Raises:
            ListenError: If the listen address cannot be had.
        """
        self.url = await self._server.start(self._settings.web.listen_address)
        log.info("web.listening", url=f"{self.url}/metrics")
        work = (self._consumer.run(), self._commit_regularly(), self._watch_loop())
        tasks = [asyncio.create_task(coroutine) for coroutine in (*work, stop.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.info("service.stopping")
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self._server.close()
            faulthandler.cancel_dump_traceback_later()
        for task in done:
            task.result()  # a part that failed ends the process with its own error

    # --- what the web shows -------------------------------------------------------------------------

    def preview(self, accept: str) -> Content:
        self._process.scrapes.labels("not_a_scraper").inc()
        return self._render(self._ledger.preview(), accept)

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> "_Scrape | None":
        async with self._one_render:
            if is_stale():
                self._process.scrapes.labels("undelivered").inc()
                return None
            proof = self._ledger.begin_scrape()
            is_proven = (
                not proof or await self._consumer.commit(proof, _COMMIT_WITHIN) is CommitResult.ACCEPTED
            )
            page = self._ledger.expose(proven=is_proven)
            return _Scrape(self, scraper, page, self._render(page.values, accept))

    async def end_scrape(self, scraper: str, page: Page, *, delivered: bool) -> None:
        self._process.scrapes.labels("delivered" if delivered else "undelivered").inc()
        if not delivered:
            log.info("scrape.undelivered", scraper=scraper)
        offsets = self._ledger.finish_scrape(page, delivered=delivered)
        await self._consumer.commit(offsets, _COMMIT_WITHIN)

    def health(self) -> str:
        return (
            ""  # whoever reads this has had an answer: the loop turns; the supervisor's end ends the process
        )

    def readiness(self) -> str:
        return "" if self._consumer.is_ready else "waiting for the consumer group: see the log for why"

    def _render(self, values: Delta, accept: str) -> Content:
        now = time.time()
        self._refresh(now)
        return Content(*self._exposition.page(values, accept, now))

    def _refresh(self, now: float) -> None:
        """Bring the gauges of the process up to date."""
        process, consumer = self._process, self._consumer
        for gauge in (process.lag_records, process.lag_seconds):
            gauge.clear()
        for (topic, number), lag in consumer.lags.items():
            process.lag_records.labels(topic, number).set(lag.records)
            process.lag_seconds.labels(topic, number).set(lag.seconds(now))
        for topic in self._settings.kafka.topics:
            owned = sum(1 for name, _ in self._books.owned if name == topic)
            process.assigned_partitions.labels(topic).set(owned)
        for topic, partitions in consumer.topic_partitions.items():
            process.topic_partitions.labels(topic).set(partitions)
        process.last_poll.value = consumer.polled_at
        process.last_commit.value = self._books.committed_at
        process.rebalances.value = consumer.assignments
        process.consumer_rebuilds.value = consumer.rebuilds
        waiting = self._ledger.waiting
        process.waiting_records.set(waiting.records)
        process.oldest_waiting.value = waiting.since
        process.series.set(self._tally.series_count)
        process.held_series.set(self._ledger.held)
        process.certificate_expiry.clear()
        for file, end in (self._server.certificates | consumer.certificates).items():
            process.certificate_expiry.labels(file).set(end)
        process.event_loop_lag.set(max((lag for _, lag in self._loop_lags), default=0.0))

    # --- regular work -------------------------------------------------------------------------------

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._settings.commit.interval_seconds)
            await self._consumer.commit(self._ledger.due(), _COMMIT_WITHIN)

    async def _watch_loop(self) -> None:
        """Measure how late the loop wakes, and let a watchdog thread dump the stacks if it hangs."""
        while True:
            faulthandler.dump_traceback_later(_HANG)
            asked = time.monotonic()
            await asyncio.sleep(_LAG_EVERY)
            now = time.monotonic()
            self._loop_lags.append((now, now - asked - _LAG_EVERY))
            while self._loop_lags[0][0] < now - _LAG_WINDOW:
                self._loop_lags.popleft()


class _Scrape:
    """A page on its way to its scraper."""

    def __init__(self, service: Service, scraper: str, page: Page, content: Content) -> None:
        self._service = service
        self._scraper = scraper
        self._page = page
        self.content = content

    async def end(self, *, delivered: bool) -> None:
        await self._service.end_scrape(self._scraper, self._page, delivered=delivered)


def run(settings: Settings) -> int:
    """Run an agent until SIGTERM or SIGINT; the exit code."""
    try:
        asyncio.run(_until_signal(settings))
    except WebConfigError as error:
        log.error("web_config.refused", problems=error.problems)  # noqa: TRY400 - as below
        return 2
    except ListenError as error:
        log.error(  # noqa: TRY400 - the address is the whole story, a traceback would hide it
            "web.not_listening",
            listen_address=error.address,
            error=error.reason,
            hint="take another web.listen_address, such as 0.0.0.0:9465",
        )
        return 1
    log.info("service.stopped")
    return 0


async def _until_signal(settings: Settings) -> None:
    stop = asyncio.Event()

    def ask_to_stop(number: signal.Signals) -> None:
        log.info("signal.received", signal=number.name)
        stop.set()
        # Whatever hangs in a client's own tasks, the process ends in time.
        killer = threading.Timer(EXIT_WITHIN, os._exit, (0,))
        killer.daemon = True
        killer.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop, number)
    await Service(settings).run(stop)
