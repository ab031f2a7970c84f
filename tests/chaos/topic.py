"""What of the load has reached the topic: the truth that all counts are held against."""

import json
import time
from collections import Counter

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from tests.chaos.evaluation import Key

READ_WITHIN = 180.0  # seconds
LED_WITHIN = 30.0


def reader(bootstrap: str, group_id: str = "nobody") -> Consumer:
    """A consumer that looks only: it never joins the group, and commits nothing."""
    return Consumer(
        {"bootstrap.servers": bootstrap, "group.id": group_id, "enable.auto.commit": False, "log_level": 0}
    )


def ends(consumer: Consumer, topic: str) -> dict[int, int]:
    """The end of each partition's log; a partition may be without a leader for a moment."""
    deadline = time.monotonic() + LED_WITHIN
    while True:
        try:
            return _ends(consumer, topic)
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _ends(consumer: Consumer, topic: str) -> dict[int, int]:
    numbers = consumer.list_topics(topic, timeout=30).topics[topic].partitions
    return {n: consumer.get_watermark_offsets(TopicPartition(topic, n), timeout=30)[1] for n in numbers}


def read_back(consumer: Consumer, topic: str) -> Counter[Key]:
    """All events of the topic by key."""
    by_partition = ends(consumer, topic)
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in by_partition])
    found: Counter[bytes] = Counter()
    deadline = time.monotonic() + READ_WITHIN
    while found.total() < sum(by_partition.values()) and time.monotonic() < deadline:
        messages = consumer.consume(5000, timeout=1.0)
        found.update(message.value() or b"" for message in messages if message.error() is None)
    if found.total() != sum(by_partition.values()):
        raise RuntimeError(f"of {topic}, {found.total()} records could be read; its ends are {by_partition}")
    keys: Counter[Key] = Counter()
    for raw, count in found.items():
        for key in keys_of(raw):
            keys[key] += count
    return keys


def keys_of(raw: bytes) -> list[Key]:
    """The keys of the events in a record."""
    held = json.loads(raw)
    events = held if isinstance(held, list) else [held]
    return [Key(*(str(event[name]) for name in Key._fields)) for event in events]
