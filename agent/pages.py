"""Pages of /metrics: what one shows, and what follows from its delivery.

A scrape asks the broker whether the partitions are still ours (the probe), merges what is new,
notes what the page shows, and once the page was delivered commits that. This is done for one scrape
at a time; writing and delivering pages may overlap, so that nobody who reads slowly keeps others waiting.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from agent import logs
from agent.consumer import CommitResult
from agent.crashpoints import reached
from agent.ledger.ledger import Ledger
from agent.ledger.values import Offsets, Page, Partition
from agent.metrics.delta import Delta
from agent.metrics.exposition import Exposition
from agent.metrics.process import ProcessMetrics
from agent.web import Content, preferred

PROBE_WITHIN = COMMIT_WITHIN = 0.5
"""Seconds; more would lose scrapes while the broker is away, and the next probe repeats a lost commit."""

LEASE = 3.0
"""Seconds for which an accepted probe proves ownership. It must be below the session timeout: a process
that slept after its probe would else show what others own by now."""

_LOOK_EVERY = 1.0  # seconds between looks at counts that nobody has scraped for too long

log = logs.get_logger()

Commit = Callable[[Mapping[Partition, int], float], Awaitable[CommitResult]]


class Says(Protocol):
    """What the process says of itself on each page."""

    def refresh(self, now: float) -> None:
        """Bring the gauges up to date."""

    def readiness(self) -> str:
        """Empty when the process is ready, else what it waits for."""


class Scrape:
    """One page on its way to one scraper.

    Attributes:
        over: Set once the scrape has ended, with its commit.

        page: None until all is known of it, as are the two below.

        is_proven: Whether it shows what is new.

        content: What is sent.
    """

    is_proven: bool
    content: Content

    def __init__(self, pages: "Pages", scraper: str) -> None:
        self._pages = pages
        self.scraper = scraper
        self.over = asyncio.Event()
        self.page: Page | None = None

    async def end(self, *, delivered: bool) -> None:
        """Say whether the scraper has the page; what it showed is then committed."""
        await self._pages.end(self, delivered=delivered)


class Pages:
    """The pages of one agent.

    Args:
        commit: Commits offsets within a number of seconds, and tells the ledger what became of it.

        interval: Seconds between commits that wait for no scrape; None to commit what was scraped.

        unfenced_after: Seconds without an answer from the broker after which new counts are shown without
            proof that they are ours: to be woken comes before to count exactly.

    Attributes:
        delivered_at: Unix time at which the last scrape was delivered; None before the first.
    """

    def __init__(
        self,
        ledger: Ledger,
        exposition: Exposition,
        process: ProcessMetrics,
        says: Says,
        *,
        commit: Commit,
        interval: float | None,
        unfenced_after: float,
    ) -> None:
        self._ledger = ledger
        self._exposition = exposition
        self._process = process
        self._says = says
        self._commit = commit
        self._interval = interval
        self._unfenced_after = unfenced_after
        self._turn = asyncio.Lock()
        self._under_way: set[Scrape] = set()
        self._is_settling = False
        self._unanswered_since: float | None = None
        self.delivered_at: float | None = None

    # --- showing ------------------------------------------------------------------------------------

    def preview(self, accept: str) -> Content:
        """All that is counted, for a request that is no scrape. Nothing moves."""
        self._process.scrapes.labels("not_a_scraper").inc()
        return self._render(self._ledger.preview(), accept)

    def health(self) -> str:
        """Empty: whoever reads it has had an answer, so the loop turns."""
        return ""

    def readiness(self) -> str:
        """Empty when the process is ready, else what it waits for."""
        return self._says.readiness()

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> Scrape | None:
        """A page for *scraper*; None when it has given up by the time its turn comes."""
        async with self._turn:
            if is_stale():
                self._count("undelivered")
                return None
            scrape = Scrape(self, scraper)
            self._under_way.add(scrape)
            try:
                await self._print(scrape, accept, is_stale)
            finally:
                if scrape.page is None:  # the scraper has gone, or we were cancelled
                    self._count("undelivered")
                    self._ledger.put_back()
                    self._over(scrape)
            return scrape if scrape.page is not None else None

    async def _print(self, scrape: Scrape, accept: str, is_stale: Callable[[], bool]) -> None:
        """Probe and merge, and note what is shown: one step from the answer of the broker on."""
        probe = self._ledger.begin(scrape.scraper, time.monotonic())
        scrape.is_proven = await self._is_ours(probe)
        reached("after_probe")
        if is_stale():
            return
        page = self._ledger.expose(proven=scrape.is_proven)
        log.debug("scrape.merged", scraper=scrape.scraper, records=page.merged)
        reached("after_merge")
        scrape.content = self._render(page.values, accept, scrape.scraper)
        scrape.page = page

    async def _is_ours(self, probe: Offsets) -> bool:
        """Whether new counts may be shown, as the partitions they come from are still ours."""
        if not probe:
            return True
        if self._is_settling:
            return False
        asked = time.monotonic()
        result = await self._commit(probe, PROBE_WITHIN)
        if result is not CommitResult.UNANSWERED:
            self._unanswered_since = None
            return result is CommitResult.ACCEPTED and time.monotonic() - asked < LEASE
        if self._unanswered_since is None:
            self._unanswered_since = asked
        if time.monotonic() - self._unanswered_since < self._unfenced_after:
            return False
        self._process.unfenced_exposures.inc()
        return True

    def _render(self, values: Delta, accept: str, scraper: str = "") -> Content:
        """The page as all is at this moment; it is written when it is sent."""
        now = time.time()
        self._says.refresh(now)
        format_ = preferred(accept, self._exposition.formats)
        return Content(self._exposition.page(values, format_, now, scraper), format_)

    # --- what follows -------------------------------------------------------------------------------

    async def end(self, scrape: Scrape, *, delivered: bool) -> None:
        """Note how *scrape* ended."""
        assert scrape.page is not None  # noqa: S101 - begin_scrape gives out no other
        try:
            if delivered:
                await self._delivered(scrape, scrape.page)
            else:
                self._ledger.undelivered(scrape.page)
                self._count("undelivered")
                log.info("scrape.undelivered", scraper=scrape.scraper)
        finally:
            self._over(scrape)

    async def _delivered(self, scrape: Scrape, page: Page) -> None:
        self._count("delivered" if scrape.is_proven else "refused")
        self.delivered_at = time.time()
        offsets = self._ledger.delivered(page, scrape.scraper, time.monotonic())
        self._exposition.delivered(scrape.scraper)
        log.debug("scrape.delivered", scraper=scrape.scraper)
        reached("after_ack")
        if not offsets:
            return
        result = await self._commit(offsets, COMMIT_WITHIN)
        log.debug("scrape.committed", result=result.value)
        reached("after_commit")

    async def settle(self) -> None:
        """Wait for the scrapes under way, and begin none that shows new counts meanwhile."""
        self._is_settling = True
        try:
            for scrape in tuple(self._under_way):
                await scrape.over.wait()
        finally:
            self._is_settling = False

    async def commit_regularly(self) -> None:
        """Commit, for as long as this runs, what the ledger says is due although no scrape has shown it."""
        while True:
            await asyncio.sleep(self._interval or _LOOK_EVERY)
            async with self._turn:
                offsets = self._ledger.due(time.monotonic())
                if offsets:
                    await self._commit_unseen(offsets)

    async def _commit_unseen(self, offsets: Mapping[Partition, int]) -> None:
        try:
            result = await self._commit(offsets, COMMIT_WITHIN)
        finally:
            self._ledger.put_back()
        if self._interval is None and result is CommitResult.ACCEPTED:
            self._process.unscraped_commits.inc()
            log.warning(
                "commit.unscraped",
                partitions=len(offsets),
                hint="nobody has scraped /metrics for commit.max_uncommitted_seconds: see scrape_configs",
            )

    def _count(self, outcome: str) -> None:
        self._process.scrapes.labels(outcome).inc()

    def _over(self, scrape: Scrape) -> None:
        self._under_way.discard(scrape)
        scrape.over.set()
