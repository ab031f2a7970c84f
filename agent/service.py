"""Wiring: builds the parts, runs them until a signal, and ends them within bounds."""

import asyncio
import faulthandler
import gc
import os
import signal
import threading
from collections.abc import Iterable

from agent import __version__, logs
from agent.assembly import Parts, assemble
from agent.bookkeeper import Bookkeeper
from agent.consumer import Consumer
from agent.gauges import Gauges, LoopLag
from agent.ledger.interval import IntervalLedger
from agent.ledger.ledger import Ledger
from agent.metrics.delta import Series
from agent.metrics.exposition import Exposition
from agent.metrics.process import ProcessMetrics
from agent.observer import Observer
from agent.pages import Pages
from agent.settings import CommitSettings, Settings
from agent.web import ListenError, Server, WebConfigError

EXIT_WITHIN = 9.0
"""Seconds from a signal to the end of the process, whatever the broker does."""

_ALLOCATED, _YOUNG, _NEVER = 10_000, 2, 1 << 30
_SELDOM = 600.0  # seconds between two looks through all objects
_HANG = 30  # seconds without a turn of the event loop after which all stacks are written to stderr

log = logs.get_logger()


class Service:
    """One agent: a consumer, the books, and the pages that show them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        commit = settings.commit
        parts = assemble(settings)
        tally, pipeline = parts.tally, parts.pipeline
        process, self._loop_lag = ProcessMetrics(__version__), LoopLag()
        ledger = _ledger(commit, pipeline.declared())
        books = Bookkeeper(pipeline, ledger)
        self._consumer = Consumer(settings.kafka, books, self._settle)
        gauges = Gauges(
            process,
            settings.kafka.topics,
            self._consumer,
            ledger,
            books,
            loop_lag=self._loop_lag,
            series_count=lambda: tally.series_count,
            certificates=self._certificates,
        )
        self._pages = Pages(
            ledger,
            _exposition(settings, process, parts),
            process,
            gauges,
            commit=self._consumer.commit,
            interval=commit.interval_seconds if commit.mode == "interval" else None,
            unfenced_after=commit.unfenced_after_seconds,
        )
        self._observer = Observer(
            settings, parts, ledger, books, self._consumer, gauges, self._pages, self._certificates
        )
        self._server = Server(
            self._pages,
            self._observer.status,
            any_request_scrapes=commit.scraper == "any_request",
            config_file=settings.web.config_file,
        )
        self.url = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until *stop* is set.

        Raises:
            ListenError: If the listen address cannot be had.
        """
        self.url = await self._server.start(self._settings.web.listen_address)
        log.info("web.listening", url=f"{self.url}/metrics")
        work = (
            self._consumer.run(),
            self._pages.commit_regularly(),
            self._observer.watch(),
            self._loop_lag.watch(lambda: faulthandler.dump_traceback_later(_HANG)),
            look_seldom(),
        )
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

    def _certificates(self) -> dict[str, float]:
        return self._server.certificates | self._consumer.certificates

    async def _settle(self) -> None:
        await self._pages.settle()


def _exposition(settings: Settings, process: ProcessMetrics, parts: Parts) -> Exposition:
    return Exposition(
        process.registry,
        parts.tally.readings,
        extra=tuple(settings.labels.extra),
        extra_on_histograms=settings.labels.extra_on_histograms,
        buckets=tuple(settings.metrics.duration_buckets),
        exemplars=parts.exemplars,
        cells=parts.cells,
    )


def _ledger(commit: CommitSettings, declared: Iterable[Series]) -> Ledger:
    if commit.mode == "interval":
        return IntervalLedger(declared)
    return Ledger(
        declared, wait_for_all=commit.scrapers == "all", max_uncommitted=commit.max_uncommitted_seconds
    )


def run(settings: Settings) -> int:
    """Run an agent until SIGTERM or SIGINT; the exit code."""
    _say_what_it_works_with(settings)
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


def _say_what_it_works_with(settings: Settings) -> None:
    kafka = settings.kafka
    log.info(
        "agent.started",
        version=__version__,
        config_file=str(settings.file.absolute()) if settings.file else "none",
        bootstrap_servers=kafka.bootstrap_servers,
        topics=kafka.topics,
        group_id=kafka.group_id,
        group_instance_id=kafka.group_instance_id or "none",
    )


def _end_by_force() -> None:
    """Whatever hangs in a client's own tasks, the process ends in time."""
    log.error("service.not_ended", within_seconds=EXIT_WITHIN, hint="report it, with the lines before")
    os._exit(1)


def calm_collector() -> None:
    """Have Python look for cycles among new objects only, and not in what is there for good.

    A poll brings a thousand records at once, which would be taken for a heap that grows. Where there are a
    hundred thousand series, to look through all objects takes half a second, in which nothing else is done.
    Nearly all cycles are of new objects; for the others look_seldom() is there.
    """
    gc.collect()
    gc.freeze()
    # After so many new objects; of those that stay, after so many times; and never by itself in all.
    gc.set_threshold(_ALLOCATED, _YOUNG, _NEVER)


async def look_seldom() -> None:
    """Look for cycles in all objects from time to time, for as long as this runs."""
    while True:
        await asyncio.sleep(_SELDOM)
        gc.collect()


async def _until_signal(settings: Settings) -> None:
    stop = asyncio.Event()

    def ask_to_stop(number: signal.Signals) -> None:
        log.info("signal.received", signal=number.name)
        stop.set()
        killer = threading.Timer(EXIT_WITHIN, _end_by_force)
        killer.daemon = True
        killer.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop, number)
    service = Service(settings)
    calm_collector()
    await service.run(stop)
