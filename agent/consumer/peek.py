"""Reads records without a group: nothing is joined, nothing is committed, no topic is made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from agent.consumer.books import Partition
from agent.consumer.client import Client
from agent.consumer.excerpt import ANSWER_WITHIN, Excerpt, Peeked, UnreachableError, words_of
from agent.consumer.kafkalog import KafkaLog
from agent.settings import KafkaSettings

REQUEST_WITHIN = 8.0  # below ANSWER_WITHIN, so that aiokafka's own words reach its log first

T = TypeVar("T")


class NotThereError(LookupError):
    """The topic, the partition or the offset that was asked for is not there."""


class Peek:
    """A connection that only looks. To be used as `async with`."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings.model_copy(update={"request_timeout_seconds": REQUEST_WITHIN})
        self._log = KafkaLog()
        self.client: Client
        self._excerpt: Excerpt

    async def __aenter__(self) -> Self:
        self._log.listen()
        try:
            self.client = Client(self._settings, in_group=False)
        except OSError as error:
            raise UnreachableError(words_of(error)) from None
        self._excerpt = Excerpt(self.client.consumer)
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
        async for _, records, unreadable in self._excerpt.records({partition: range(offset, offset + 1)}):
            if unreadable is not None:
                raise UnreachableError(f"the record at offset {offset} of {topic}-{number} cannot be read")
            return records[0]
        raise NotThereError(
            f"offset {offset} of {topic}-{number} holds no record: compacted away, or a transaction's end"
        )

    async def last(self, topic: str, count: int) -> AsyncIterator[Peeked]:
        """The last *count* records of a topic, shared out evenly over its partitions."""
        wanted = last_of(await self.offsets(topic), count)
        async for peeked in self._excerpt.records(wanted):
            yield peeked

    async def fetch_nothing(self, tps: Sequence[TopicPartition]) -> None:
        """Make sure that every partition of these can be read, be there a record or not.

        Raises:
            UnreachableError: If one cannot.
        """
        ends = self.client.consumer.end_offsets(tps)
        await self._excerpt.nothing(await self.answer(ends, "ask where the partitions end"))


def last_of(held: Mapping[Partition, range], count: int) -> dict[Partition, range]:
    """The last *count* of the offsets *held*, shared out evenly; what one partition lacks, others give."""
    shares: dict[Partition, range] = {}
    for at, (partition, has) in enumerate(sorted(held.items(), key=lambda item: len(item[1]))):
        share = min(len(has), -(-count // (len(held) - at)))
        shares[partition] = range(has.stop - share, has.stop)
        count -= share
    return dict(sorted(shares.items()))
