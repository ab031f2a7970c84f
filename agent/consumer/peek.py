"""Reads records without a group: nothing is joined, nothing is committed, no topic is made."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from agent.consumer.books import Partition
from agent.consumer.client import MAX_RECORDS, Client
from agent.consumer.kafkalog import KafkaLog
from agent.consumer.poison import is_poison
from agent.settings import KafkaSettings

ANSWER_WITHIN = 10.0
"""Seconds for any question to a broker, and for the next record of a partition that has one."""

_REQUEST_WITHIN = 8.0  # below ANSWER_WITHIN, so that aiokafka's own words reach its log first
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
        seconds = min(settings.request_timeout_seconds, _REQUEST_WITHIN)
        self._settings = settings.model_copy(update={"request_timeout_seconds": seconds})
        self._log = KafkaLog()
        self.client: Client

    async def __aenter__(self) -> Self:
        self._log.listen()
        self.client = Client(self._settings, in_group=False)
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
            why = f"no answer within {ANSWER_WITHIN:.0f} s"
        except (KafkaError, OSError) as error:
            why = _words(error)
        raise UnreachableError(f"cannot {what}: {'; '.join(filter(None, (why, self._log.reason)))}") from None

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
        return [TopicPartition(topic, number) for number in sorted(it["partition"] for it in described["partitions"])]

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
        async for _, records, unreadable in self.read(partition, range(offset, offset + 1)):
            if unreadable is not None:
                raise UnreachableError(f"the record at offset {offset} of {topic}-{number} cannot be read")
            return records[0]
        raise NotThereError(f"offset {offset} of {topic}-{number} holds no record; it was compacted away or ends a transaction")

    async def last(self, topic: str, count: int) -> AsyncIterator[Peeked]:
        """The last *count* records of a topic, shared out evenly over its partitions."""
        for partition, wanted in last_of(await self.offsets(topic), count).items():
            async for peeked in self.read(partition, wanted):
                yield peeked

    async def read(self, partition: Partition, wanted: range) -> AsyncIterator[Peeked]:
        """The records at the offsets *wanted*; some of these may hold none."""
        tp, consumer = TopicPartition(*partition), self.client.consumer
        consumer.assign([tp])
        at, heard = wanted.start, time.monotonic()
        consumer.seek(tp, at)
        while at < wanted.stop:
            try:
                batches = await consumer.getmany(tp, timeout_ms=_POLL_MS, max_records=MAX_RECORDS)
            except Exception as error:  # noqa: BLE001 - aiokafka raises whatever its decoders meet
                if not is_poison(error):
                    raise _unread(partition, error, self._log.reason) from None
                yield Peeked(partition, (), at)
                consumer.seek(tp, at + 1)
            else:
                records = [record for record in batches.get(tp, ()) if at <= record.offset < wanted.stop]
                if records:
                    yield Peeked(partition, records)
            was, at = at, await consumer.position(tp)
            heard = heard if at == was else time.monotonic()
            if time.monotonic() - heard > ANSWER_WITHIN:
                raise UnreachableError(
                    f"cannot read {tp.topic}-{tp.partition} from offset {at} on:"
                    f" nothing came within {ANSWER_WITHIN:.0f} s; {self._log.reason}"
                )
