"""Exact counting: what is staged, shown, acknowledged and committed. Pure; the caller does as answered.

Prometheus sees what a scrape carried, so an offset is committed when the scrape that carried its
events was delivered, and never before. A scrape is begin -> expose -> delivered or not; several may
be under way, but between begin and expose of one there is no other. Only acknowledged offsets are
ever committed, with two exceptions: a process that lives on and loses its partitions commits what is
shown, as it goes on showing it; and one that nobody scrapes commits what is counted (due).
"""

from collections.abc import Iterable, Mapping

from agent.ledger.board import Board
from agent.ledger.scrapers import Scrapers
from agent.ledger.stage import Loose, Pile, Stage
from agent.ledger.values import Offsets, Page, Partition, Waiting
from agent.metrics.delta import Batch, Delta, Series

MAX_UNCOMMITTED = 900.0
"""Default of commit.max_uncommitted_seconds."""


class Ledger:
    """Counts by series as the next scrape will show them, and the offsets that go with them.

    Args:
        declared: Series that exist from the start.

        wait_for_all: Whether all scrapers must have had a page before it counts as delivered, or one.

        max_uncommitted: Seconds without a delivered scrape after which counts are committed unseen.
    """

    def __init__(
        self,
        declared: Iterable[Series] = (),
        *,
        wait_for_all: bool = True,
        max_uncommitted: float = MAX_UNCOMMITTED,
    ) -> None:
        self._board = Board(declared)
        self._scrapers = Scrapers(wait_for_all=wait_for_all)
        self._max_uncommitted = max_uncommitted
        self._stages: dict[Partition, Stage] = {}
        self._left: dict[Partition, Stage] = {}  # given up; what we showed of them is not yet committed
        self._loose = Loose()
        self._kept: Offsets = {}
        self._pages = 0
        self._printed: dict[int, Offsets] = {}  # by page of this assignment, what it shows
        self._unseen_since: float | None = None  # the last delivery, or unseen commit, before now

    # --- counting -------------------------------------------------------------------------------

    def assign(self, series: Iterable[Series] = ()) -> None:
        """Begin an assignment, in which nothing is ours until start(); *series* exist as 0 from now on."""
        self._stages.clear()
        self._left.clear()
        self._printed.clear()
        self._board.declare(series)

    def start(self, partition: Partition, offset: int, note: str, now: float) -> None:
        """Own *partition* from *offset* on; *note* is what its last commit carried of ours."""
        if partition in self._stages:  # the log went back: nobody can count these records again
            for pile in self._stages[partition].unshown:
                self._loose.adopt(pile)
            for shown in self._printed.values():
                shown.pop(partition, None)  # of other records
        self._stages[partition] = Stage(offset)
        self._scrapers.expect(note, now)

    def stage(self, partition: Partition, batch: Batch) -> None:
        """Take what a batch counted; what comes of a partition that is not ours is left to its owner."""
        stage = self._stages.get(partition)
        if stage is not None and batch.next_offset >= stage.counted:
            stage.put(batch, self._board.seen)

    def kept(self, partition: Partition) -> int | None:
        """The offset up to which this process goes on showing what it counted of *partition* before."""
        return self._kept.get(partition)

    def forget(self, topic: str) -> None:
        """The topic was made anew: its offsets mean other records now."""
        self._kept = {partition: offset for partition, offset in self._kept.items() if partition[0] != topic}

    # --- showing --------------------------------------------------------------------------------

    def begin(self, scraper: str, now: float) -> Offsets:
        """Set aside what *scraper* may be shown once it is proven ours.

        The answer is the probe: what to commit once more. It is empty when nothing has to be proven.
        """
        self._board.seen_up_to(self._scrapers.had_by_all(now, scraper))
        taken = [partition for partition, stage in self._stages.items() if stage.take(self._board.seen)]
        return {partition: self._stages[partition].acknowledged for partition in taken}

    def expose(self, *, proven: bool) -> Page:
        """Print a page, with what was set aside if that is proven.

        What was set aside in an assignment that has ended meanwhile is gone with its stages.
        """
        merged = 0
        for stage in self._stages.values() if proven else ():
            pile = stage.show()
            merged += pile.records
            self._board.add(pile.delta)
        self.put_back()
        self._board.add(self._loose.take(self._board.seen))
        return self._print(merged)

    def put_back(self) -> None:
        """Return to the stage what was set aside and neither shown nor committed."""
        for stage in self._stages.values():
            stage.put_back(self._board.seen)

    def delivered(self, page: Page, scraper: str, now: float) -> Offsets:
        """Note that *scraper* has the page. The answer is what may be committed because of it."""
        self._unseen_since = now
        self._scrapers.delivered(scraper, page.number, now)
        had = self._scrapers.had_by_all(now)
        for partition, offset in self._printed.get(had, {}).items():
            stage = self._stages[partition]
            stage.acknowledged = max(stage.acknowledged, min(offset, stage.shown))
        self._printed = {number: shown for number, shown in self._printed.items() if number >= had}
        return self._uncommitted()

    def undelivered(self, page: Page) -> None:
        """Note that the page was lost, as far as we know: nothing moves, and the next one shows it again."""
        self._printed.pop(page.number, None)

    def preview(self) -> Delta:
        """All that is counted, shown or not: for a request that is no scrape. Nothing moves."""
        return self._board.with_added([pile.delta for pile in self._unshown()])

    def _print(self, merged: int) -> Page:
        self._pages += 1
        for source in self._sources:
            self._board.declare(source.news())
        for stage in self._stages.values():
            stage.printed(self._pages)
        self._board.printed(self._pages)
        self._printed[self._pages] = {partition: stage.shown for partition, stage in self._stages.items()}
        return Page(self._pages, self._board.values, merged)

    # --- committing -----------------------------------------------------------------------------

    def _uncommitted(self) -> Offsets:
        return {
            partition: stage.acknowledged
            for partition, stage in self._stages.items()
            if stage.acknowledged != stage.committed
        }

    def due(self, now: float) -> Offsets:
        """What to commit unseen, as nobody has scraped for too long; put_back() must follow the commit."""
        if self._unseen_since is None:
            self._unseen_since = now
        if now - self._unseen_since < self._max_uncommitted:
            return {}
        ends = {partition: stage.take_all() for partition, stage in self._stages.items()}
        return {partition: end for partition, end in ends.items() if end != self._stages[partition].committed}

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """The broker accepted *offsets*."""
        for stage, offset in self._of(offsets):
            unseen = stage.confirm(offset)
            if unseen.end is not None:
                self._loose.adopt(unseen)
                self._unseen_since = None

    def refused(self, offsets: Mapping[Partition, int]) -> int:
        """Others own these partitions and count again what we showed: the answer is how many records."""
        undone = 0
        for stage, _ in self._of(offsets):
            stage.put_back(self._board.seen)
            pile = stage.undo()
            self._board.take_back(pile.delta)
            undone += pile.records
        for partition in offsets.keys() & self._left.keys():
            if not self._left[partition].in_doubt:
                self._kept.pop(partition, None)
        return undone

    def unanswered(self, offsets: Mapping[Partition, int]) -> None:
        """Nobody knows whether the broker accepted *offsets*."""
        for stage, _ in self._of(offsets):
            stage.in_doubt = True

    def revoke(self, *, leaving: bool) -> Offsets:
        """Let go of every partition. The answer is what to commit first.

        A process that lives on goes on showing what it has shown, so that is committed; one that is
        *leaving* commits what was seen. What no page showed is dropped: the next owner counts it.
        """
        self._left, self._stages = self._stages, {}
        self._printed.clear()
        offsets = {
            partition: stage.acknowledged if leaving else stage.shown
            for partition, stage in self._left.items()
        }
        self._kept.update(offsets)
        return {partition: it for partition, it in offsets.items() if it != self._left[partition].committed}

    def _of(self, offsets: Mapping[Partition, int]) -> list[tuple[Stage, int]]:
        owned = self._left | self._stages
        return [(owned[partition], offset) for partition, offset in offsets.items() if partition in owned]

    # --- looking --------------------------------------------------------------------------------

    @property
    def note(self) -> str:
        """What commits carry for whoever reads on after us."""
        return self._scrapers.note()

    @property
    def waiting(self) -> Waiting:
        piles = self._unshown()
        since = min((pile.since for pile in piles if pile.since is not None), default=None)
        return Waiting(sum(pile.records for pile in piles), since)

    @property
    def held(self) -> int:
        """Series that wait for a 0 to be delivered, their own or that of one before them."""
        return len({series for source in self._sources for series in source.news()})

    def _unshown(self) -> list[Pile]:
        return [pile for source in self._sources for pile in source.unshown]

    @property
    def _sources(self) -> list[Stage | Loose]:
        return [*self._stages.values(), self._loose]
