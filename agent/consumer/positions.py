"""Where we are in each partition: found at the start, kept by us, and given back by commits."""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, KafkaTimeoutError
from aiokafka.structs import OffsetAndMetadata

from agent import logs
from agent.consumer.books import Books, Offsets, Partition
from agent.consumer.client import Client
from agent.consumer.lag import Lag
from agent.consumer.start import Committed, Start, begin, first_partitions, metadata
from agent.settings import KafkaSettings

QUESTION_WITHIN = 10.0
"""Seconds for any question to a broker that reading waits for."""

_RETRY_AFTER = 0.2

log = logs.get_logger()

T = TypeVar("T")


class Positions:
    """The partitions that are ours.

    Attributes:
        pending: Those whose start is not known yet; their records do not count.

        lags: The position, and how far it is behind, of each of the others.
    """

    def __init__(self, client: Client, books: Books, settings: KafkaSettings) -> None:
        self._client = client
        self._books = books
        self._settings = settings
        self._epoch = 0
        self._first_partitions: dict[str, int] = {}
        self.pending: frozenset[Partition] = frozenset()
        self.lags: dict[Partition, Lag] = {}

    def own(self, partitions: Iterable[Partition]) -> None:
        """These are ours from now on, and no others."""
        self._epoch += 1
        self.pending = frozenset(partitions)
        self.lags.clear()

    async def start(self) -> None:
        """Find where to begin, commit that, and only then let records count."""
        epoch, partitions = self._epoch, self.pending
        committed = await _answer(self._client.committed({topic for topic, _ in partitions}))
        wanted = {partition: self._begin(partition, committed) for partition in partitions}
        offsets = {
            partition: at if isinstance(at, int) else await self._look_up(partition, at)
            for partition, at in wanted.items()
        }
        new = {partition: offsets[partition] for partition, at in wanted.items() if isinstance(at, Start)}
        if new and await self.commit(new, QUESTION_WITHIN) is not True:
            log.warning("start.not_committed", partitions=len(new))
            await asyncio.sleep(_RETRY_AFTER)  # still pending, and tried again at the next turn
        elif epoch == self._epoch:  # else taken away meanwhile
            self._begin_at(offsets)

    def rewind(self) -> None:
        """Seek back to what is counted."""
        for partition, lag in self.lags.items():
            self.seek(partition, lag.next_offset)

    def seek(self, partition: Partition, offset: int) -> None:
        # Taken away meanwhile? Its next owner starts from what is committed.
        with suppress(IllegalStateError):
            self._client.consumer.seek(TopicPartition(*partition), offset)

    async def reposition(self, partitions: Sequence[Partition]) -> None:
        """Go on where there are records again: retention or a truncated log took the ones we wanted."""
        tps = [TopicPartition(*partition) for partition in partitions if partition in self.lags]
        begins = await _answer(self._client.consumer.beginning_offsets(tps))
        ends = await _answer(self._client.consumer.end_offsets(tps))
        for tp in tps:
            self._move_into((tp.topic, tp.partition), begins[tp], ends[tp])

    async def commit(self, offsets: Offsets, within: float) -> bool | None:
        """Commit: True when accepted, False when refused, None when there was no answer in time."""
        full = {
            TopicPartition(*partition): OffsetAndMetadata(
                offset, metadata(self._first_partitions.get(partition[0], 0))
            )
            for partition, offset in offsets.items()
        }
        try:
            await asyncio.wait_for(self._client.consumer.commit(full), within)
        except TimeoutError:
            return None
        except (KafkaError, IllegalStateError) as error:
            log.warning("commit.refused", error=repr(error), partitions=len(full))
            return False
        return True

    def _begin(self, partition: Partition, committed: Mapping[Partition, Committed]) -> int | Start:
        topic = partition[0]
        today = len(self._client.partitions(topic))
        self._first_partitions[topic] = first_partitions(topic, committed, today)
        return begin(partition, committed, self._books.kept(partition), today)

    def _begin_at(self, offsets: Offsets) -> None:
        now = time.time()
        self.pending = frozenset()
        for partition, offset in offsets.items():
            self._books.started(partition, offset, "")
            self.lags[partition] = Lag(offset, now)
            self.seek(partition, offset)
        log.info("partitions.started", **{f"{topic}-{n}": at for (topic, n), at in sorted(offsets.items())})

    async def _look_up(self, partition: Partition, start: Start) -> int:
        tp = TopicPartition(*partition)
        consumer = self._client.consumer
        if start is Start.BEGINNING or self._settings.start == "earliest":
            return int((await _answer(consumer.beginning_offsets([tp])))[tp])
        if self._settings.start != "latest":
            moment_ms = int(self._settings.start_timestamp * 1000)
            found = (await _answer(consumer.offsets_for_times({tp: moment_ms})))[tp]
            if found is not None:
                return int(found.offset)
        return int((await _answer(consumer.end_offsets([tp])))[tp])

    def _move_into(self, partition: Partition, first: int, end: int) -> None:
        lag = self.lags.get(partition)
        if lag is None:  # taken away while the broker answered
            return
        wanted, next_offset = lag.next_offset, min(max(lag.next_offset, first), end)
        self._books.gap(partition, abs(next_offset - wanted), next_offset)
        self.lags[partition] = Lag(next_offset, time.time(), end, lag.counted_time)
        self.seek(partition, next_offset)
        topic, number = partition
        log.error("offsets.lost", topic=topic, partition=number, wanted=wanted, next_offset=next_offset)


async def _answer(question: Awaitable[T]) -> T:
    """Wait for a broker's answer within bounds: aiokafka asks for ever.

    Raises:
        KafkaTimeoutError: If there is none in time.
    """
    try:
        return await asyncio.wait_for(question, QUESTION_WITHIN)
    except TimeoutError:
        raise KafkaTimeoutError(f"no answer within {QUESTION_WITHIN:.0f} s") from None
