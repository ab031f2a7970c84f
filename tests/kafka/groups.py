"""What a group has committed, seen and set from outside."""

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
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
