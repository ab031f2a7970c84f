"""Joins the pure rooms: what the consumer brings goes through the pipeline into the ledger."""

import time
from collections.abc import Iterable, Mapping, Sequence

from agent import logs
from agent.ledger.ledger import Ledger, Offsets, Partition
from agent.metrics.delta import Batch
from agent.pipeline import Pipeline, Record

SAY_EVERY = 10.0
"""Seconds between two log lines about invalid records of the same reason."""

log = logs.get_logger()


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
        self._said_at: dict[str, float] = {}
        self._unsaid = 0

    def assigned(self, partitions: Iterable[Partition]) -> None:
        self.owned = set(partitions)
        series = [one for partition in self.owned for one in self._pipeline.assigned(partition)]
        self._ledger.assign(self.owned, series)

    def kept(self, partition: Partition) -> int | None:
        return self._ledger.kept(partition)

    def count(self, partition: Partition, records: Sequence[Record]) -> None:
        self._stage(partition, self._pipeline.process(partition, records, time.time()))

    def skip(self, partition: Partition, records: int, next_offset: int) -> None:
        self._stage(partition, self._pipeline.skipped(partition, records, next_offset))

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
        if batch.invalid:
            self._say_invalid(partition, batch.invalid)

    def _say_invalid(self, partition: Partition, invalid: Sequence[tuple[int, str]]) -> None:
        """One line per batch with trouble, with where to look; not for each batch of a storm."""
        offset, reason = invalid[0]
        now = time.monotonic()
        self._unsaid += len(invalid)
        if now - self._said_at.get(reason, -SAY_EVERY) < SAY_EVERY:
            return
        topic, number = partition
        log.warning(
            "batch.invalid",
            topic=topic,
            partition=number,
            first_offset=offset,
            first_reason=reason,
            invalid=self._unsaid,
            hint="api-error-agent explain shows what is wrong with one",
        )
        self._said_at[reason], self._unsaid = now, 0
