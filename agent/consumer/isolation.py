"""Counts what can be counted of each partition, and gets past what cannot, without touching the others."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import TypeAlias

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError

from agent import logs
from agent.consumer.books import Books, Partition
from agent.consumer.client import Client
from agent.consumer.poison import CountingError, Strikes, Unreadable
from agent.consumer.positions import Positions
from agent.consumer.retreat import Retreat

RETRY_AFTER = 0.1
"""Seconds for which a partition rests before what failed is tried again; the others go on."""

Found: TypeAlias = ConsumerRecord | Unreadable

log = logs.get_logger()


class Isolation:
    """Stands between polling and counting.

    Args:
        count: Counts records, or raises CountingError and has counted none of them.
    """

    def __init__(
        self,
        client: Client,
        books: Books,
        positions: Positions,
        count: Callable[[Partition, Sequence[ConsumerRecord]], None],
    ) -> None:
        self._client = client
        self._books = books
        self._positions = positions
        self._count = count
        self._strikes = Strikes()
        self._resting: dict[Partition, float] = {}
        self._retreat = Retreat(client, positions, self._rest)

    def resume(self) -> None:
        """Let those partitions be fetched again that have rested."""
        now = time.monotonic()
        for partition in [it for it, until in self._resting.items() if until <= now]:
            del self._resting[partition]
            self._client.refused.discard(partition)  # that was an answer to what was asked before
            with suppress(IllegalStateError):  # taken away meanwhile
                self._client.consumer.resume(TopicPartition(*partition))

    async def look_back(self) -> None:
        """Find the way on where a broker does not: see Retreat."""
        await self._retreat.where_nothing_comes(self._resting.keys())

    def take(self, partition: Partition, found: Sequence[Found]) -> bool:
        """Count what a poll found of a partition; at the first that must be tried again, the rest waits.

        Returns:
            Whether that which follows may be counted.
        """
        if Unreadable not in map(type, found):
            return self._count_all(partition, found)
        found = self._believed(partition, found)
        out = {
            it.offset
            for it in found
            if isinstance(it, Unreadable) and self._strikes.out(partition, it.offset)
        }
        for kind, run in groupby(found, type):
            for part in run if kind is Unreadable else (list(run),):
                if not self._take_part(partition, part, out):
                    return False
        # What was not believed is fetched again: fetching has gone on behind it.
        if partition in self._positions.lags:
            self._positions.seek(partition, self._positions.lags[partition].next_offset)
        return True

    def _take_part(
        self, partition: Partition, part: Sequence[ConsumerRecord] | Unreadable, out: set[int]
    ) -> bool:
        if not isinstance(part, Unreadable):
            return self._count_all(partition, part)
        if part.offset not in out:
            self._rest(partition, part.fetched_at, RETRY_AFTER)
            return False
        self._skip(partition, part)
        return True

    def _count_all(self, partition: Partition, records: Sequence[ConsumerRecord]) -> bool:
        """Whether all are counted, or passed after their tries."""
        try:
            self._count(partition, records)
        except CountingError:
            return all(self._count_one(partition, record) for record in records)
        return True

    def _count_one(self, partition: Partition, record: ConsumerRecord) -> bool:
        try:
            self._count(partition, [record])
        except CountingError as error:
            alone = Unreadable.of((record.offset, 1, record.offset + 1), error, record.offset)
            is_out = self._strikes.out(partition, record.offset)
            return self._take_part(partition, alone, {record.offset} if is_out else set())
        return True

    def _skip(self, partition: Partition, it: Unreadable) -> None:
        self._books.skip(partition, it.records, it.next_offset)
        self._positions.lags[partition].passed(it.next_offset)
        self._strikes.passed(partition, it.next_offset)
        topic, number = partition
        log.error(
            "record.skipped",
            topic=topic,
            partition=number,
            offset=it.offset,
            next_offset=it.next_offset,
            records=it.records,
            error=it.why,
        )
        self._retreat.note(partition, it.fetched_at)

    def _rest(self, partition: Partition, offset: int, seconds: float) -> None:
        """Fetch from *offset* on, a moment later; what is counted already is dropped when it comes again."""
        lag = self._positions.lags[partition]
        self._positions.seek(partition, min(offset, lag.next_offset))
        self._client.consumer.pause(TopicPartition(*partition))
        self._resting[partition] = time.monotonic() + seconds

    def _believed(self, partition: Partition, found: Sequence[Found]) -> list[Found]:
        """What is not behind us, and lies within the log: what a damaged header says may be beyond."""
        lag = self._positions.lags.get(partition)
        if lag is None:
            return []
        end = self._client.consumer.highwater(TopicPartition(*partition)) or lag.next_offset
        believed: list[Found] = []
        for it in found:
            if not isinstance(it, Unreadable):
                believed += [it] if lag.next_offset <= it.offset < end else []
            elif (missing := it.beyond(lag.next_offset)) is None:
                continue
            elif it.next_offset > end:
                return [*believed, missing.alone()]
            else:
                believed.append(missing)
        return believed
