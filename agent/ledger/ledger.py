"""The books: staged, shown, committed. Pure; the caller does what the answers say.

A scrape is begin_scrape -> expose -> finish_scrape, one at a time. In commit.mode interval nothing has
to be proven before a page shows new counts, and what was counted is committed every few seconds.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agent.ledger.stage import Pile, Stage
from agent.metrics.delta import Batch, Delta, Series, add, total

Partition = tuple[str, int]
"""A topic and the number of one of its partitions."""

Offsets = dict[Partition, int]
"""By partition, the offset of the first record that is not yet covered."""


class Page(NamedTuple):
    """What one scrape shows.

    Attributes:
        values: All that is visible; not to be changed.

        announced: Series shown as 0 for the first time.
    """

    values: Delta
    announced: frozenset[Series]


class Waiting(NamedTuple):
    """Records counted and not yet shown, and when the first of them was counted, in unix seconds."""

    records: int
    since: float | None


class Ledger:
    """Counts by series as the next scrape will show them, and the offsets that go with them."""

    def __init__(self, declared: Iterable[Series] = ()) -> None:
        self._values: Delta = {series: series.zeros() for series in declared}
        self._seen: set[Series] = set()
        self._stages: dict[Partition, Stage] = {}
        self._orphans = Stage()
        self._committed: Offsets = {}
        self._kept: Offsets = {}

    # --- counting -------------------------------------------------------------------------------

    def assign(self, partitions: Iterable[Partition], series: Iterable[Series] = ()) -> None:
        """Own *partitions*; *series* exist as 0 from now on."""
        for partition in partitions:
            self._stages.setdefault(partition, Stage())
        for one in series:
            self._values.setdefault(one, one.zeros())

    def stage(self, partition: Partition, batch: Batch) -> None:
        """Take what a batch counted.

        Raises:
            KeyError: If the partition is not assigned.
        """
        self._stages[partition].put(batch, self._seen)

    def kept(self, partition: Partition) -> int | None:
        """The offset up to which this process has counted *partition* before; its counts still stand here."""
        return self._kept.get(partition)

    def forget(self, topic: str) -> None:
        """No offset of *topic* holds any more; what was counted of it stands."""
        self._kept = {partition: at for partition, at in self._kept.items() if partition[0] != topic}
        self._committed = {it: at for it, at in self._committed.items() if it[0] != topic}
        for partition, stage in self._stages.items():
            stage.counted = None if partition[0] == topic else stage.counted

    # --- showing --------------------------------------------------------------------------------

    def begin_scrape(self) -> Offsets:
        """What to commit once more before new counts may be shown; nothing when nothing must be proven."""
        return {}

    def expose(self, *, proven: bool = True) -> Page:
        """Merge what may be shown, and show new series as 0. Without proof the old values stand."""
        announced: set[Series] = set()
        for stage in self._all_stages():
            if proven:
                add(self._values, stage.take().delta)
            announced |= stage.announce()
        for series in announced - self._values.keys():
            self._values[series] = series.zeros()
        return Page(self._values, frozenset(self._values.keys() - self._seen))

    def finish_scrape(self, page: Page, *, delivered: bool) -> Offsets:
        """Note how a scrape ended. The answer is what may be committed because of it."""
        if delivered:
            self._seen |= page.announced
            for stage in self._all_stages():
                stage.release(self._seen)
        return {}

    def preview(self) -> Delta:
        """All that is counted, shown or not: for a request that is no scrape. Nothing moves."""
        return total([self._values, *(pile.delta for pile in self._piles())])

    # --- committing -----------------------------------------------------------------------------

    def due(self) -> Offsets:
        """What the interval commits: offsets that have moved since the last accepted commit."""
        return {
            partition: stage.counted
            for partition, stage in self._stages.items()
            if stage.counted is not None and stage.counted != self._committed.get(partition)
        }

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """The broker accepted *offsets*."""
        self._committed.update(offsets)

    def refused(self, offsets: Mapping[Partition, int]) -> None:
        """The broker refused *offsets*: somebody else owns these partitions now."""

    def revoke(self) -> Offsets:
        """Let go of every partition. The answer is what to commit first.

        The process lives on, so what it has counted stays with it and is shown by later scrapes.
        """
        offsets = self.due()
        for partition, stage in self._stages.items():
            if stage.counted is not None:
                self._kept[partition] = stage.counted
            self._orphans.adopt(stage, self._seen)
        self._stages.clear()
        self._committed.clear()
        return offsets

    # --- looking --------------------------------------------------------------------------------

    @property
    def waiting(self) -> Waiting:
        piles = self._piles()
        since = min((pile.since for pile in piles if pile.since is not None), default=None)
        return Waiting(sum(pile.records for pile in piles), since)

    @property
    def held(self) -> int:
        """Series not yet seen as 0 by a scrape, and held until then."""
        return len(set().union(*(stage.held for stage in self._all_stages())))

    def _all_stages(self) -> tuple[Stage, ...]:
        return (*self._stages.values(), self._orphans)

    def _piles(self) -> list[Pile]:
        return [pile for stage in self._all_stages() for pile in stage.piles]
