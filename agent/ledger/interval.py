"""The plain way to commit: what was counted is committed every few seconds, seen by a scraper or not."""

from collections.abc import Iterable, Mapping

from agent.ledger.ledger import Ledger
from agent.ledger.values import Offsets, Page, Partition
from agent.metrics.delta import Batch, Series


class IntervalLedger(Ledger):
    """Counts belong to the process as soon as they are made; a new series is shown as 0 first here too.

    What was counted and not scraped is lost with the process; what was counted and not committed is
    counted again by the next owner.
    """

    def __init__(self, declared: Iterable[Series] = ()) -> None:
        super().__init__(declared, wait_for_all=False)
        self._counted: Offsets = {}
        self._confirmed: Offsets = {}

    def assign(self, series: Iterable[Series] = ()) -> None:
        super().assign(series)
        self._counted.clear()

    def start(self, partition: Partition, offset: int, note: str, now: float) -> None:  # noqa: ARG002 - one kind of books
        self._counted[partition] = self._confirmed[partition] = offset

    def stage(self, partition: Partition, batch: Batch) -> None:
        counted = self._counted.get(partition)
        if counted is not None and batch.next_offset >= counted:
            self._loose.put(batch)
            self._counted[partition] = batch.next_offset

    def delivered(self, page: Page, scraper: str, now: float) -> Offsets:
        super().delivered(page, scraper, now)
        return {}

    def due(self, now: float) -> Offsets:  # noqa: ARG002 - the caller keeps the interval
        return self._uncommitted()

    def _uncommitted(self) -> Offsets:
        """What was counted since the last accepted commit."""
        return {
            partition: offset
            for partition, offset in self._counted.items()
            if offset != self._confirmed[partition]
        }

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        self._confirmed.update(offsets)

    def revoke(self, *, leaving: bool) -> Offsets:  # noqa: ARG002 - what was counted stays ours either way
        offsets = self._uncommitted()
        self._kept.update(self._counted)
        self._counted = {}
        return offsets
