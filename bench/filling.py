"""Writes events into a topic, as fast as the producer takes them."""

from collections.abc import Callable, Iterable

from confluent_kafka import Producer

from tests.tools.kafka import Kafka

TELL_EVERY = 10_000

Tell = Callable[[int], None]


def fill(
    broker: Kafka,
    topic: str,
    values: Iterable[bytes],
    partitions: int = 8,
    tell: Tell = lambda _: None,
    *,
    timestamps: Callable[[int], int] = lambda _: 0,
) -> None:
    """Create the topic and write each value once, one partition after the other.

    *timestamps* gives the time of a record in milliseconds by its number; 0 is now.

    Raises:
        RuntimeError: If a record was not acknowledged.
    """
    broker.create_topic(topic, partitions)
    producer = Producer(
        {
            "bootstrap.servers": broker.bootstrap,
            "compression.type": "lz4",
            "linger.ms": 20,
            "queue.buffering.max.messages": 500_000,
            "log_level": 0,
        }
    )
    for number, value in enumerate(values):
        while not _taken(producer, topic, value, number % partitions, timestamps(number)):
            producer.poll(0.1)
        if number % TELL_EVERY == 0:
            producer.poll(0)
            tell(number)
    if left := producer.flush(60):
        raise RuntimeError(f"{left} records of {topic} were not acknowledged")


def _taken(producer: Producer, topic: str, value: bytes, partition: int, timestamp: int) -> bool:
    try:
        producer.produce(topic, value, partition=partition, timestamp=timestamp)
    except BufferError:
        return False
    return True
