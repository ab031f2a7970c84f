"""Joins the pure rooms: what the consumer brings goes through the pipeline into the ledger."""

import time
from collections.abc import Iterable, Mapping, Sequence

from agent.ledger.ledger import Ledger, Offsets, Partition
from agent.metrics.delta import Batch
from agent.pipeline import Pipeline, Record


class Bookkeeper:
    """Counts records and answers which offsets may be committed.

    Attributes:
        owned: Partitions that are ours.
    """

    def __init__(self, pipeline: Pipeline, ledger: Ledger) -> None:
        self._pipeline = pipeline
        self._ledger = ledger
        self.owned: set[Partition] = set()
        self.committed_at: float | None = None

    def assigned(self, partitions: Iterable[Partition]) -> None:
        self.owned = set(partitions)
        series = [one for partition in self.owned for one in self._pipeline.assigned(partition)]
        self._ledger.assign(self.owned, series)

    def kept(self, partition: Partition) -> int | None:
        return self._ledger.kept(partition)

    def count(self, partition: Partition, records: Sequence[Record]) -> None:
        self._stage(partition, self._pipeline.process(partition, records, time.time()))

    def skip(self, partition: Partition, offset: int) -> None:
        self._stage(partition, self._pipeline.skipped(partition, offset))

    def gap(self, partition: Partition, records: int, next_offset: int) -> None:
        self._stage(partition, self._pipeline.gap(partition, records, next_offset))

    def revoked(self) -> Offsets:
        self.owned = set()
        return self._ledger.revoke()

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        self.committed_at = time.time()
        self._ledger.committed(offsets)

    def refused(self, offsets: Mapping[Partition, int]) -> None:
        self._ledger.refused(offsets)

    def _stage(self, partition: Partition, batch: Batch) -> None:
        self._ledger.stage(partition, batch)
