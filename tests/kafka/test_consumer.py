"""What the consumer promises, on the embedded and on the real broker."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from confluent_kafka import Consumer as OtherConsumer
from confluent_kafka import TopicPartition as OtherPartition

from agent.consumer import CommitResult
from tests.kafka.conftest import Broker
from tests.kafka.recorder import Partition, Recorder, joined, produce, running, settings
from tests.tools.kafka import Kafka
from tests.waiting import until


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


async def committed(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(4)]
        found = await admin.list_consumer_group_offsets(group, partitions=partitions)
        return {tp.partition: it.offset for tp, it in found.items()}
    finally:
        await admin.close()


async def test_every_record_is_counted_once_and_in_order(broker: Broker, topic: str) -> None:
    produce(broker.bootstrap, topic, numbers(0, 5000))
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 5000)

    assert Counter(books.values) == Counter(numbers(0, 5000))
    assert all(offsets == list(range(1250)) for offsets in books.offsets.values())


async def test_a_new_group_starts_at_latest_and_commits_that_before_it_counts(
    broker: Broker, topic: str
) -> None:
    produce(broker.bootstrap, topic, numbers(0, 40))
    books, kafka = Recorder(), settings(broker.bootstrap, topic, start="latest")

    async with running(kafka, books) as consumer:
        await joined(consumer)
        assert await committed(broker.bootstrap, kafka.group_id, topic) == dict.fromkeys(range(4), 10)
        produce(broker.bootstrap, topic, numbers(40, 80))
        await until(lambda: len(books.values) >= 40)

    assert Counter(books.values) == Counter(numbers(40, 80))


async def test_a_restart_goes_on_behind_what_was_committed(broker: Broker, topic: str) -> None:
    kafka = settings(broker.bootstrap, topic)
    produce(broker.bootstrap, topic, numbers(0, 40))
    first = Recorder()
    async with running(kafka, first):
        await until(lambda: len(first.values) >= 40)
    produce(broker.bootstrap, topic, numbers(40, 80))

    second = Recorder()
    async with running(kafka, second):
        await until(lambda: len(second.values) >= 40)

    assert Counter(second.values) == Counter(numbers(40, 80))


async def test_a_commit_is_accepted_and_says_so(broker: Broker, topic: str) -> None:
    kafka, books = settings(broker.bootstrap, topic), Recorder()
    produce(broker.bootstrap, topic, numbers(0, 40))

    async with running(kafka, books) as consumer:
        await until(lambda: len(books.values) >= 40)
        result = await consumer.commit({(topic, 0): 10, (topic, 1): 3}, 5)
        found = await committed(broker.bootstrap, kafka.group_id, topic)

    assert result is CommitResult.ACCEPTED
    assert (found[0], found[1]) == (10, 3)
    assert books.accepted == {(topic, 0): 10, (topic, 1): 3}


async def test_a_commit_for_a_partition_of_somebody_else_is_refused(broker: Broker, topic: str) -> None:
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await joined(consumer)
        result = await consumer.commit({(topic, 99): 1}, 5)

    assert result is CommitResult.REFUSED
    assert books.refusals == 1


# The embedded broker refuses a member's SyncGroup that comes after the leader's: one process cannot hold two.
async def test_two_agents_share_the_partitions_and_count_each_record_once(
    real_kafka: Kafka, real_topic: str
) -> None:
    broker, topic = real_kafka, real_topic
    one, two = Recorder(), Recorder()
    kafka = settings(broker.bootstrap, topic)

    async with running(kafka, one) as first:
        await joined(first)
        async with running(kafka, two):
            await until(lambda: len(one.owned) == 2 and len(two.owned) == 2, what="two partitions each")
            produce(broker.bootstrap, topic, numbers(0, 400))
            await until(lambda: len(one.values) + len(two.values) >= 400)
            halves = (len(one.values), len(two.values))

    assert halves == (200, 200)
    assert Counter(one.values + two.values) == Counter(numbers(0, 400))


async def test_all_partitions_of_a_new_group_start_alike_whoever_gets_them(
    real_kafka: Kafka, real_topic: str
) -> None:
    broker, topic = real_kafka, real_topic
    produce(broker.bootstrap, topic, numbers(0, 40))
    kafka = settings(broker.bootstrap, topic, start="latest")
    one, two = Recorder(), Recorder()

    async with running(kafka, one) as first, running(kafka, two) as second:
        await joined(first)
        await joined(second)
        produce(broker.bootstrap, topic, numbers(40, 80))
        await until(lambda: len(one.values) + len(two.values) >= 40)

    assert Counter(one.values + two.values) == Counter(numbers(40, 80))


class Stumbler(Recorder):
    """Fails to count once, in the midst of work."""

    stumbles = 1

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        if self.stumbles and len(self.values) > 100:
            self.stumbles -= 1
            raise RuntimeError("stumbled")
        super().count(partition, records)


async def test_nothing_is_lost_when_counting_fails_once(broker: Broker, topic: str) -> None:
    produce(broker.bootstrap, topic, numbers(0, 5000))
    books = Stumbler()

    async with running(settings(broker.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 5000)

    assert books.stumbles == 0
    assert Counter(books.values) == Counter(numbers(0, 5000))


class Choker(Recorder):
    """Can never count one record."""

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        if any(record.value == b"7" for record in records):
            raise ValueError("choked")
        super().count(partition, records)


async def test_a_record_that_can_never_be_counted_is_skipped_alone(broker: Broker, topic: str) -> None:
    produce(broker.bootstrap, topic, numbers(0, 400))
    books = Choker()

    async with running(settings(broker.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 399)

    assert books.skipped == [((topic, 3), 1, 2)]
    assert Counter(books.values) == Counter(numbers(0, 400)) - Counter([b"7"])


async def test_an_offset_beyond_the_log_is_said_and_reading_goes_on_at_its_end(
    broker: Broker, topic: str
) -> None:
    kafka, books = settings(broker.bootstrap, topic), Recorder()
    produce(broker.bootstrap, topic, numbers(0, 40))
    other = OtherConsumer({"bootstrap.servers": broker.bootstrap, "group.id": kafka.group_id, "log_level": 3})
    other.commit(offsets=[OtherPartition(topic, number, 10) for number in range(1, 4)], asynchronous=False)
    other.commit(offsets=[OtherPartition(topic, 0, 500)], asynchronous=False)
    other.close()

    async with running(kafka, books):
        await until(lambda: books.gaps)
        produce(broker.bootstrap, topic, numbers(40, 80))
        await until(lambda: len(books.values) >= 40)

    assert books.gaps == [((topic, 0), 490, 10)]
    assert Counter(books.values) == Counter(numbers(40, 80))


async def test_lag_is_known_and_is_nothing_when_all_is_counted(broker: Broker, topic: str) -> None:
    produce(broker.bootstrap, topic, numbers(0, 4000))
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await until(lambda: len(books.values) >= 4000)
        await until(lambda: all(lag.end == 1000 for lag in consumer.lags.values()), what="the ends")
        lags = list(consumer.lags.values())

    assert [lag.records for lag in lags] == [0] * 4
    assert [lag.seconds(time.time()) for lag in lags] == [0] * 4


async def test_stopping_is_quick(broker: Broker, topic: str) -> None:
    async with running(settings(broker.bootstrap, topic), Recorder()) as consumer:
        await joined(consumer)
        started = time.monotonic()

    assert time.monotonic() - started < 3


async def test_a_partition_that_nobody_produces_to_is_owned_all_the_same(broker: Broker, topic: str) -> None:
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await joined(consumer)
        await asyncio.sleep(0)

        assert books.owned == {(topic, number) for number in range(4)}
        assert consumer.topic_partitions == {topic: 4}
