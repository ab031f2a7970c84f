"""Joins the pure rooms: what the consumer brings goes through the pipeline into the ledger."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from agent import logs
from agent.ledger.ledger import Ledger
from agent.ledger.values import Offsets, Partition
from agent.meaning import Record
from agent.metrics.delta import Batch, InvalidEvent
from agent.pipeline import Pipeline
from agent.status import Troubles

SAY_EVERY = 10.0
"""Seconds between two log lines about invalid records."""

log = logs.get_logger()


class Bookkeeper:
    """Counts records and answers which offsets may be committed.

    Attributes:
        owned: Partitions that are ours.

        undone: Records shown before the group refused them.

        troubles: The last records that were skipped, or in which something was no event.
    """

    def __init__(self, pipeline: Pipeline, ledger: Ledger) -> None:
        self._pipeline = pipeline
        self._ledger = ledger
        self.owned: set[Partition] = set()
        self.undone = 0
        self.troubles = Troubles()
        self.committed_at: float | None = None
        self._said_at = -SAY_EVERY
        self._unsaid: Counter[str] = Counter()

    def assigned(self, partitions: Iterable[Partition]) -> None:
        self.owned = set(partitions)
        self._ledger.assign([one for partition in self.owned for one in self._pipeline.assigned(partition)])

    def started(self, partition: Partition, offset: int, note: str) -> None:
        self._ledger.start(partition, offset, note, time.monotonic())

    def kept(self, partition: Partition) -> int | None:
        return self._ledger.kept(partition)

    def forget(self, topic: str) -> None:
        self._ledger.forget(topic)

    def count(self, partition: Partition, records: Sequence[Record]) -> None:
        self._stage(partition, self._pipeline.process(partition, records, time.time()))

    def skip(self, partition: Partition, records: int, next_offset: int) -> None:
        self._stage(partition, self._pipeline.skipped(partition, records, next_offset))
        self.troubles.skipped(partition, records, next_offset, time.time())

    def gap(self, partition: Partition, records: int, next_offset: int) -> None:
        self._stage(partition, self._pipeline.gap(partition, records, next_offset))

    def passed(self, partition: Partition, next_offset: int) -> None:
        self._ledger.stage(partition, Batch({}, 0, next_offset))

    def note(self) -> str:
        return self._ledger.note

    def revoked(self, *, leaving: bool) -> Offsets:
        self.owned = set()
        return self._ledger.revoke(leaving=leaving)

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        self.committed_at = time.time()
        self._ledger.committed(offsets)

    def refused(self, offsets: Mapping[Partition, int]) -> None:
        undone = self._ledger.refused(offsets)
        self.undone += undone
        if undone:
            log.info("counts.undone", records=undone)

    def unanswered(self, offsets: Mapping[Partition, int]) -> None:
        self._ledger.unanswered(offsets)

    def _stage(self, partition: Partition, batch: Batch) -> None:
        self._ledger.stage(partition, batch)
        if batch.invalid:
            self.troubles.invalid(partition, batch.invalid, time.time())
            self._say_invalid(partition, batch.invalid)

    def _say_invalid(self, partition: Partition, invalid: Sequence[InvalidEvent]) -> None:
        """One line once in a while: how many there were, by reason, and where the first of this batch is."""
        self._unsaid.update(event.reason for event in invalid)
        now = time.monotonic()
        if now - self._said_at < SAY_EVERY:
            return
        topic, number = partition
        log.warning(
            "batch.invalid",
            topic=topic,
            partition=number,
            first_offset=invalid[0].offset,
            first_place=invalid[0].place,
            first_reason=invalid[0].reason,
            invalid=dict(self._unsaid),
            hint="api-error-agent explain shows what is wrong with one",
        )
        self._said_at = now
        self._unsaid.clear()
