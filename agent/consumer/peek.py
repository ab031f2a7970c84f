"""Reads records without a group: nothing is joined, nothing is committed, no topic is made."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from agent.consumer.books import Partition
from agent.consumer.causes import hint
from agent.consumer.client import MAX_RECORDS, Client
from agent.consumer.kafkalog import KafkaLog
from agent.consumer.poison import is_poison
from agent.settings import KafkaSettings

ANSWER_WITHIN = 10.0
"""Seconds for any question to a broker, and for the next record of a partition that has one."""

REQUEST_WITHIN = 8.0  # below ANSWER_WITHIN, so that aiokafka's own words reach its log first
_POLL_MS = 500

T = TypeVar("T")


class NotThereError(LookupError):
    """The topic, the partition or the offset that was asked for is not there."""


class UnreachableError(Exception):
    """No broker gave an answer, or it was a refusal."""


class Peeked(NamedTuple):
    """What one look at a partition gave.

    Attributes:
        unreadable: Offset of a record that Kafka or the client cannot hand over.
    """

    partition: Partition
    records: Sequence[ConsumerRecord]
    unreadable: int | None = None


class Peek:
    """A connection that only looks. To be used as `async with`."""

    def __init__(self, settings: KafkaSettings) -> None:
        seconds = min(settings.request_timeout_seconds, REQUEST_WITHIN)
        self._settings = settings.model_copy(update={"request_timeout_seconds": seconds})
        self._log = KafkaLog()
        self.client: Client

    async def __aenter__(self) -> Self:
        self._log.listen()
        try:
            self.client = Client(self._settings, in_group=False)
        except OSError as error:
            raise UnreachableError(words_of(error)) from None
        await self.answer(self.client.start(), f"connect to {', '.join(self._settings.bootstrap_servers)}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.stop()

    async def answer(self, question: Awaitable[T], what: str) -> T:
        """Wait for a broker's answer within bounds.

        Raises:
            UnreachableError: If there is none; it says *what* could not be done, and why.
        """
        self._log.forget()
        try:
            return await asyncio.wait_for(question, ANSWER_WITHIN)
        except TimeoutError:
            why = self._log.reason or f"no answer within {ANSWER_WITHIN:.0f} s: timed out"
        except KafkaConnectionError as error:  # it says that it failed, and the log says why
            why = self._log.reason or str(error)
        except (KafkaError, OSError) as error:
            why = str(error)
        # A timeout of asyncio's has no words.
        why = f"{why}timed out" if why.endswith(": ") else why
        raise UnreachableError(f"cannot {what}: {words_of(why)}") from None

    async def partitions(self, topic: str) -> list[TopicPartition]:
        """The partitions of a topic that exists.

        Raises:
            NotThereError: If it does not. Kafka is not asked for it by name, which could create it.
        """
        topics = await self.answer(self.client.topics(), "list the topics")
        if topic not in topics:
            seen = ", ".join(sorted(name for name in topics if not name.startswith("__"))) or "none"
            raise NotThereError(f"topic {topic} is not there; those that this user may see: {seen}")
        asked = self.client.admin.describe_topics([topic])
        (described,) = await self.answer(asked, f"describe topic {topic}")
        return [
            TopicPartition(topic, number)
            for number in sorted(it["partition"] for it in described["partitions"])
        ]

    async def offsets(self, topic: str) -> dict[Partition, range]:
        """The offsets that each partition holds.

        Raises:
            NotThereError: If there is no such topic.
        """
        tps = await self.partitions(topic)
        consumer, what = self.client.consumer, f"ask where the partitions of {topic} begin and end"
        begins = await self.answer(consumer.beginning_offsets(tps), what)
        ends = await self.answer(consumer.end_offsets(tps), what)
        return {(tp.topic, tp.partition): range(begins[tp], ends[tp]) for tp in tps}

    async def record(self, partition: Partition, offset: int) -> ConsumerRecord:
        """One record.

        Raises:
            NotThereError: If there is no such topic, partition or record.
        """
        topic, number = partition
        held = await self.offsets(topic)
        if partition not in held:
            raise NotThereError(f"partition {number} is not in topic {topic}; it has 0 to {len(held) - 1}")
        if offset not in held[partition]:
            has = held[partition]
            holds = f"offsets {has.start} to {has.stop - 1}" if has else "no record"
            raise NotThereError(f"offset {offset} is not in {topic}-{number}; it holds {holds}")
        async for _, records, unreadable in self._read_all({partition: range(offset, offset + 1)}):
            if unreadable is not None:
                raise UnreachableError(f"the record at offset {offset} of {topic}-{number} cannot be read")
            return records[0]
        raise NotThereError(
            f"offset {offset} of {topic}-{number} holds no record: compacted away, or a transaction's end"
        )

    async def last(self, topic: str, count: int) -> AsyncIterator[Peeked]:
        """The last *count* records of a topic, shared out evenly over its partitions."""
        wanted = last_of(await self.offsets(topic), count)
        async for peeked in self._read_all(wanted):
            yield peeked

    async def fetch_nothing(self, tps: Sequence[TopicPartition]) -> None:
        """Fetch at the end of each partition: a leader that refuses does so though there is no record.

        Raises:
            UnreachableError: If one refuses, or does not answer.
        """
        consumer = self.client.consumer
        self._go_to(await self.answer(consumer.end_offsets(tps), "ask where the partitions end"))
        asked = time.monotonic()
        while silent := [tp for tp in tps if consumer.highwater(tp) is None]:
            await self._poll(silent[0], 1)
            if time.monotonic() - asked > ANSWER_WITHIN:
                raise self._unread(silent[0], f"no answer within {ANSWER_WITHIN:.0f} s")

    def _go_to(self, positions: Mapping[TopicPartition, int]) -> None:
        self.client.consumer.assign(list(positions))
        for tp, offset in positions.items():
            self.client.consumer.seek(tp, offset)

    async def _read_all(self, wanted: Mapping[Partition, range]) -> AsyncIterator[Peeked]:
        """The records at the offsets *wanted*, partition by partition; some offsets may hold none."""
        starts = {TopicPartition(*partition): held.start for partition, held in wanted.items() if held}
        self._go_to(starts)
        for tp in starts:
            async for peeked in self._read(tp, wanted[tp.topic, tp.partition]):
                yield peeked
            self.client.consumer.pause(tp)  # or fetches would wait for its next record

    async def _read(self, tp: TopicPartition, wanted: range) -> AsyncIterator[Peeked]:
        partition, consumer = (tp.topic, tp.partition), self.client.consumer
        at, limit, heard = wanted.start, MAX_RECORDS, time.monotonic()
        while at < wanted.stop:
            records = await self._poll(tp, limit)
            if records is None and limit > 1:  # one of many, and the others are lost: from here on one by one
                limit = 1
                consumer.seek(tp, at)
                continue
            if records is None:
                yield Peeked(partition, (), at)
                consumer.seek(tp, at + 1)
            elif kept := [record for record in records if record.offset < wanted.stop]:
                yield Peeked(partition, kept)
            was, at = at, await consumer.position(tp)
            heard = heard if at == was else time.monotonic()
            if time.monotonic() - heard > ANSWER_WITHIN:
                raise self._unread(tp, f"nothing came within {ANSWER_WITHIN:.0f} s")

    async def _poll(self, tp: TopicPartition, limit: int) -> list[ConsumerRecord] | None:
        """What came, within a moment; None when it cannot be read."""
        try:
            batches = await self.client.consumer.getmany(tp, timeout_ms=_POLL_MS, max_records=limit)
        except Exception as error:  # noqa: BLE001 - aiokafka raises whatever its decoders meet
            if is_poison(error):
                return None
            raise self._unread(tp, words_of(error)) from None
        return list(batches.get(tp, ()))

    def _unread(self, tp: TopicPartition, why: str) -> UnreachableError:
        return UnreachableError(f"cannot read {tp.topic}-{tp.partition}: {why}")


def last_of(held: Mapping[Partition, range], count: int) -> dict[Partition, range]:
    """The last *count* of the offsets *held*, shared out evenly; what one partition lacks, others give."""
    shares: dict[Partition, range] = {}
    for at, (partition, has) in enumerate(sorted(held.items(), key=lambda item: len(item[1]))):
        share = min(len(has), -(-count // (len(held) - at)))
        shares[partition] = range(has.stop - share, has.stop)
        count -= share
    return dict(sorted(shares.items()))


def words_of(complaint: BaseException | str) -> str:
    """A complaint of Kafka's, and which setting it is about where that can be told."""
    said = str(complaint) or type(complaint).__name__
    return "; ".join(filter(None, (said, hint(said))))
