"""A group seen from outside: what it has committed, and another member of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as OffsetOf

from tests.kafka.conftest import Broker


async def commits(bootstrap: str, group: str, topic: str) -> dict[int, tuple[int, str]]:
    """By partition, the offset and what the commit carries."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(4)]
        found = await admin.list_consumer_group_offsets(group, partitions=partitions)
        return {tp.partition: (it.offset, it.metadata) for tp, it in found.items()}
    finally:
        await admin.close()


async def committed(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    return {number: offset for number, (offset, _) in (await commits(bootstrap, group, topic)).items()}


def commit(broker: Broker, group: str, topic: str, offsets: dict[int, tuple[int, str]]) -> None:
    """Commit as somebody who is in no group."""
    other = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": group, "log_level": 3})
    full = [OffsetOf(topic, number, at, text) for number, (at, text) in offsets.items()]
    other.commit(offsets=full, asynchronous=False)
    other.close()


@asynccontextmanager
async def member(
    broker: Broker, topic: str, listener: ConsumerRebalanceListener | None = None, **options: object
) -> AsyncIterator[AIOKafkaConsumer]:
    """Another member of the group of *topic*, which reads and commits nothing."""
    found = AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        group_id=f"group-of-{topic}",
        enable_auto_commit=False,
        auto_offset_reset="latest",
        partition_assignment_strategy=(type("Sticky", (StickyPartitionAssignor,), {}),),
        **{"session_timeout_ms": 6000, "heartbeat_interval_ms": 300} | options,
    )
    found.subscribe([topic], listener=listener)
    await found.start()
    try:
        yield found
    finally:
        await found.stop()
