"""Lag says how far counting is behind: of plain records, of transactions, and of a backlog."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aiokafka import ConsumerRecord
from confluent_kafka import Producer
from structlog.testing import capture_logs

from agent.consumer import Consumer
from tests.kafka.conftest import Broker
from tests.kafka.recorder import Partition, Recorder, joined, produce, running, settings
from tests.tools.kafka import Kafka
from tests.waiting import until

HOUR = 3600.0


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


def records(consumer: Consumer) -> dict[int, int]:
    return {number: lag.records for (_, number), lag in sorted(consumer.lags.items())}


def seconds(consumer: Consumer, partition: Partition) -> float:
    age = consumer.lags[partition].seconds(time.time())
    assert age is not None
    return age


@contextmanager
def transaction(broker: Kafka, topic: str, values: list[bytes | None]) -> Iterator[Producer]:
    """A transaction with *values* in each of four partitions, all of them at the broker."""
    producer = Producer(
        {"bootstrap.servers": broker.bootstrap, "transactional.id": f"of-{topic}", "log_level": 3}
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    for value in values:
        for number in range(4):
            producer.produce(topic, value, partition=number)
    assert producer.flush(30) == 0  # else an abort would take back what was never sent
    yield producer


async def test_lag_is_what_waits_and_nothing_once_all_is_counted(broker: Broker, topic: str) -> None:
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await joined(consumer)
        produce(broker.bootstrap, topic, numbers(0, 4000))
        await until(lambda: len(books.values) >= 4000)
        await until(lambda: [lag.end for lag in consumer.lags.values()] == [1000] * 4, what="the ends")

        assert records(consumer) == dict.fromkeys(range(4), 0)
        assert [seconds(consumer, partition) for partition in consumer.lags] == [0.0] * 4


class Watched(Recorder):
    """Takes down, with every batch, what a page would show of the partitions that are behind.

    Attributes:
        ages: Their lag in seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.consumer: Consumer | None = None
        self.ages: list[float] = []

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        super().count(partition, records)
        lags = {} if self.consumer is None else self.consumer.lags
        ages = [lag.seconds(time.time()) for lag in lags.values() if lag.records]
        self.ages += [age for age in ages if age is not None]


class Slow(Watched):
    """Takes its time with each record, so that partitions wait for each other."""

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        time.sleep(0.0002 * len(records))
        super().count(partition, records)


async def ages_of_a_backlog(
    broker: Broker, topic: str, times: list[float], books: Watched | None = None
) -> list[float]:
    """What is shown while one record per time in each partition, dated so, is counted."""
    producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 3, "enable.idempotence": True})
    for moment in times:
        for number in range(4):
            producer.produce(topic, b"{}", partition=number, timestamp=int(moment * 1000))
        producer.poll(0)
    assert producer.flush(30) == 0
    books = books or Watched()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        books.consumer = consumer
        await until(lambda: len(books.values) >= 4 * len(times))

    return books.ages


async def test_a_backlog_is_seen_as_old_as_it_is_from_the_first_page_on(broker: Broker, topic: str) -> None:
    ages = await ages_of_a_backlog(broker, topic, [time.time() - HOUR] * 5000)

    assert ages
    assert all(HOUR <= age < HOUR + 60 for age in ages)


async def test_partitions_that_wait_for_their_turn_are_neither_young_nor_taken_for_stuck(
    real_kafka: Kafka, real_topic: str
) -> None:
    """All of it is fetched at once, and counted one partition after the other."""
    with capture_logs() as lines:
        ages = await ages_of_a_backlog(real_kafka, real_topic, [time.time() - HOUR] * 15_000, Slow())

    assert all(HOUR <= age < HOUR + 60 for age in ages)
    assert not [line for line in lines if line["event"] == "partition.stuck"]


async def test_one_record_dated_in_the_future_does_not_hide_a_backlog(broker: Broker, topic: str) -> None:
    now = time.time()

    ages = await ages_of_a_backlog(broker, topic, [now + HOUR, *[now - HOUR] * 5000])

    assert ages
    assert all(HOUR <= age < HOUR + 60 for age in ages)


async def test_a_committed_transaction_leaves_no_lag_behind(real_kafka: Kafka, real_topic: str) -> None:
    kafka, books = settings(real_kafka.bootstrap, real_topic), Recorder()
    with transaction(real_kafka, real_topic, numbers(0, 25)) as producer:
        producer.commit_transaction(30)

    async with running(kafka, books) as consumer:
        await until(lambda: len(books.values) >= 100)
        await until(lambda: records(consumer) == dict.fromkeys(range(4), 0), timeout=5, what="no lag")

        assert books.next == {(real_topic, number): 26 for number in range(4)}


async def test_an_aborted_transaction_leaves_no_lag_behind_and_is_not_counted(
    real_kafka: Kafka, real_topic: str
) -> None:
    kafka, books = settings(real_kafka.bootstrap, real_topic), Recorder()
    with transaction(real_kafka, real_topic, numbers(0, 25)) as producer:
        producer.abort_transaction(30)

    async with running(kafka, books) as consumer:
        await until(lambda: records(consumer) == dict.fromkeys(range(4), 0), timeout=5, what="no lag")
        await until(lambda: set(books.next.values()) == {26}, timeout=5, what="the position to pass")

    assert books.values == []


async def test_a_transaction_left_open_shows_what_waits_behind_it(real_kafka: Kafka, real_topic: str) -> None:
    kafka, books = settings(real_kafka.bootstrap, real_topic), Recorder()

    with transaction(real_kafka, real_topic, [b"open"]) as producer:
        produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
        async with running(kafka, books) as consumer:
            await until(lambda: records(consumer) == dict.fromkeys(range(4), 11), timeout=5, what="the lag")
            await until(lambda: seconds(consumer, (real_topic, 0)) > 1, timeout=5, what="an age")
            assert books.values == []
            producer.abort_transaction(30)
            await until(lambda: records(consumer) == dict.fromkeys(range(4), 0), timeout=10, what="no lag")

    assert Counter(books.values) == Counter(numbers(0, 40))
