"""Books that only write down what the consumer says, and a consumer that runs on them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from aiokafka import ConsumerRecord
from confluent_kafka import Producer

from agent.consumer import Consumer
from agent.settings import KafkaSettings
from tests.waiting import until

Partition = tuple[str, int]


class Recorder:
    """Remembers every call.

    Attributes:
        values: Values of all records counted, in order.

        offsets: By partition, the offsets counted, in order.

        next: By partition, the offset to commit.
    """

    def __init__(self) -> None:
        self.values: list[bytes | None] = []
        self.offsets: dict[Partition, list[int]] = {}
        self.next: dict[Partition, int] = {}
        self.owned: set[Partition] = set()
        self.starts: list[tuple[Partition, int, str]] = []
        self.forgotten: list[str] = []
        self.skipped: list[tuple[Partition, int, int]] = []
        self.gaps: list[tuple[Partition, int, int]] = []
        self.accepted: dict[Partition, int] = {}
        self.refusals = 0
        self.unknown = 0
        self.noted = ""
        self.left: list[bool] = []

    def assigned(self, partitions: Iterable[Partition]) -> None:
        self.owned = set(partitions)

    def kept(self, partition: Partition) -> int | None:
        return self.next.get(partition)

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        self.values += [record.value for record in records]
        self.offsets.setdefault(partition, []).extend(record.offset for record in records)
        self.next[partition] = records[-1].offset + 1

    def started(self, partition: Partition, offset: int, note: str) -> None:
        self.starts.append((partition, offset, note))
        self.next[partition] = offset

    def forget(self, topic: str) -> None:
        self.forgotten.append(topic)
        self.next = {partition: at for partition, at in self.next.items() if partition[0] != topic}

    def skip(self, partition: Partition, records: int, next_offset: int) -> None:
        self.skipped.append((partition, records, next_offset))
        self.next[partition] = next_offset

    def passed(self, partition: Partition, next_offset: int) -> None:
        self.next[partition] = next_offset

    def note(self) -> str:
        return self.noted

    def gap(self, partition: Partition, records: int, next_offset: int) -> None:
        self.gaps.append((partition, records, next_offset))
        self.next[partition] = next_offset

    def revoked(self, *, leaving: bool) -> Mapping[Partition, int]:
        offsets = {partition: self.next[partition] for partition in self.owned if partition in self.next}
        self.owned = set()
        self.left.append(leaving)
        return offsets

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        self.accepted.update(offsets)

    def refused(self, offsets: Mapping[Partition, int]) -> None:
        self.refusals += len(offsets)

    def unanswered(self, offsets: Mapping[Partition, int]) -> None:
        self.unknown += len(offsets)

    async def under_way(self) -> None:
        """Nothing is under way when partitions are let go."""


def settings(bootstrap: str, topic: str, **changes: object) -> KafkaSettings:
    """Settings with times short enough for tests and long enough for brokers."""
    values: dict[str, object] = {
        "bootstrap_servers": [bootstrap],
        "topics": [topic],
        "group_id": f"group-of-{topic}",
        "start": "earliest",
        "session_timeout_seconds": 6,
        "request_timeout_seconds": 10,
        "metadata_max_age_seconds": 1,
    }
    return KafkaSettings.model_validate(values | changes)


@asynccontextmanager
async def running(kafka: KafkaSettings, books: Recorder) -> AsyncIterator[Consumer]:
    """A consumer that runs inside the block and leaves the group at its end."""
    consumer = Consumer(kafka, books, books.under_way)
    task = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def joined(consumer: Consumer) -> None:
    """Wait until the consumer has a position in every partition that it owns."""
    await until(lambda: consumer.is_ready and consumer.lags, what="an assignment with positions")


def produce(
    bootstrap: str, topic: str, values: Iterable[bytes | None], partitions: int = 4, /, **options: object
) -> None:
    """Write records once each, spread over the partitions in turn; back when all are acknowledged."""
    producer = Producer(
        {"bootstrap.servers": bootstrap, "log_level": 3, "linger.ms": 5, "enable.idempotence": True} | options
    )
    failures: list[str] = []
    for number, value in enumerate(values):
        producer.produce(
            topic,
            value,
            partition=number % partitions,
            on_delivery=lambda error, _: failures.append(str(error)) if error else None,
        )
        producer.poll(0)
    assert producer.flush(60) == 0
    assert not failures
