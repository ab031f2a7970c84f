"""What the consumer does when the broker, the topic or the log fails it."""

import asyncio
import os
import struct
import time
from collections import Counter

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, RecordsToDelete
from structlog.testing import capture_logs

from agent.consumer import CommitResult, Consumer
from tests.kafka.recorder import Recorder, joined, produce, running, settings
from tests.tools.kafka import Kafka
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("_forgotten_connections")


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


async def admin(bootstrap: str) -> AIOKafkaAdminClient:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    return client


async def test_a_missing_topic_is_waited_for_and_never_created(real_kafka: Kafka) -> None:
    topic, books = "comes-later", Recorder()
    client = await admin(real_kafka.bootstrap)

    async with running(settings(real_kafka.bootstrap, topic), books) as consumer:
        await asyncio.sleep(2)  # time in which a careless client would have asked for it
        assert topic not in await client.list_topics()
        assert not consumer.is_ready
        real_kafka.create_topic(topic)
        produce(real_kafka.bootstrap, topic, numbers(0, 40))
        await until(lambda: len(books.values) >= 40)

    await client.close()
    assert Counter(books.values) == Counter(numbers(0, 40))


async def test_a_new_partition_of_a_known_topic_is_read_from_its_beginning(
    real_kafka: Kafka, real_topic: str
) -> None:
    group, before, after = settings(real_kafka.bootstrap, real_topic, start="latest"), Recorder(), Recorder()
    async with running(group, before) as consumer:
        await joined(consumer)
    client = await admin(real_kafka.bootstrap)
    await client.create_partitions({real_topic: NewPartitions(5, None)})
    await client.close()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 50), 5)

    async with running(group, after):
        await until(lambda: len(after.values) >= 50)

    assert after.offsets[real_topic, 4] == list(range(10))
    assert Counter(after.values) == Counter(numbers(0, 50))


async def test_trap_7_records_deleted_before_they_were_read_are_a_gap(
    real_kafka: Kafka, real_topic: str
) -> None:
    group, books = settings(real_kafka.bootstrap, real_topic), Recorder()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
    async with running(group, books):
        await until(lambda: len(books.values) >= 40)
    produce(real_kafka.bootstrap, real_topic, numbers(40, 80))
    client = await admin(real_kafka.bootstrap)
    await client.delete_records({TopicPartition(real_topic, 0): RecordsToDelete(15)})
    await client.close()

    later = Recorder()
    async with running(group, later):
        await until(lambda: len(later.values) >= 35)

    assert later.gaps == [((real_topic, 0), 5, 15)]
    assert {partition: len(offsets) for partition, offsets in later.offsets.items()} == {
        (real_topic, 0): 5,
        (real_topic, 1): 10,
        (real_topic, 2): 10,
        (real_topic, 3): 10,
    }


async def test_a_start_at_a_moment_leaves_out_what_is_older(real_kafka: Kafka, real_topic: str) -> None:
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
    await asyncio.sleep(0.01)
    moment = time.time()
    await asyncio.sleep(0.01)
    produce(real_kafka.bootstrap, real_topic, numbers(40, 80))
    books = Recorder()

    async with running(settings(real_kafka.bootstrap, real_topic, start=f"{moment:.3f}"), books):
        await until(lambda: len(books.values) >= 40)

    assert Counter(books.values) == Counter(numbers(40, 80))


async def test_reading_goes_on_after_the_broker_was_killed_and_came_back(own_kafka: Kafka) -> None:
    topic, books = "survives", Recorder()
    own_kafka.create_topic(topic)
    produce(own_kafka.bootstrap, topic, numbers(0, 40))

    async with running(settings(own_kafka.bootstrap, topic, stall_seconds=20), books) as consumer:
        await until(lambda: len(books.values) >= 40)
        own_kafka.kill()
        await asyncio.to_thread(own_kafka.start)
        await asyncio.to_thread(produce, own_kafka.bootstrap, topic, numbers(40, 80))
        await until(lambda: len(books.values) >= 80, timeout=60)
        assert await consumer.commit(dict(books.next), 10) is CommitResult.ACCEPTED

    assert Counter(books.values) == Counter(numbers(0, 80))


async def test_a_client_that_gets_no_answer_is_built_anew(own_kafka: Kafka) -> None:
    topic, books = "stalls", Recorder()
    own_kafka.create_topic(topic)

    async with running(settings(own_kafka.bootstrap, topic, stall_seconds=3), books) as consumer:
        await joined(consumer)
        own_kafka.pause()
        try:
            await until(lambda: consumer.rebuilds >= 1, what="a rebuild")
        finally:
            own_kafka.resume()
        await asyncio.to_thread(produce, own_kafka.bootstrap, topic, numbers(0, 40))
        await until(lambda: len(books.values) >= 40, timeout=60)

    assert Counter(books.values) == Counter(numbers(0, 40))
    assert books.offsets == {(topic, number): list(range(10)) for number in range(4)}


async def test_trap_7_of_a_truncated_log_only_the_new_records_are_read(own_kafka: Kafka) -> None:
    topic, books = "truncated", Recorder()
    own_kafka.create_topic(topic)
    produce(own_kafka.bootstrap, topic, numbers(0, 40))

    with capture_logs() as lines:
        async with running(settings(own_kafka.bootstrap, topic), books) as consumer:
            await until(lambda: len(books.values) >= 40)
            produce(own_kafka.bootstrap, topic, numbers(40, 80))
            await until(lambda: len(books.values) >= 80)
            may_poll = hold(consumer)
            own_kafka.kill()
            cut_last_batch(own_kafka, topic)
            await asyncio.to_thread(own_kafka.start)
            await asyncio.to_thread(produce, own_kafka.bootstrap, topic, numbers(80, 88))
            may_poll.set()
            await until(lambda: len(books.values) >= 88, timeout=60)

    assert Counter(books.values) == Counter(numbers(0, 88))
    assert books.gaps == []
    (said,) = [line for line in lines if line["event"] == "log.truncated"]
    assert (said["wanted"], said["next_offset"], said["end"]) == (20, 10, 12)


def hold(consumer: Consumer) -> asyncio.Event:
    """Let nothing be polled until the answer is set."""
    assert consumer._session is not None
    client, may_poll = consumer._session.client.consumer, asyncio.Event()
    getmany = client.getmany

    async def held(*args: object, **options: object) -> object:
        await may_poll.wait()
        return await getmany(*args, **options)

    client.getmany = held
    return may_poll


def cut_last_batch(broker: Kafka, topic: str) -> None:
    """Take the second half away from the first partition, as a disk without power does."""
    segment = broker.data / f"{topic}-0" / f"{0:020}.log"
    length = 12 + struct.unpack_from(">i", segment.read_bytes(), 8)[0]
    os.truncate(segment, length)
