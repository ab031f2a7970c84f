"""What the consumer does when a topic comes, goes, or is deleted and made again."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from confluent_kafka.admin import AdminClient
from structlog.testing import capture_logs

from agent.consumer.causes import Problem
from tests.kafka.conftest import Broker
from tests.kafka.groups import commit, commits
from tests.kafka.recorder import Recorder, joined, produce, running, settings
from tests.kafka.test_traps import inside
from tests.tools import kafka
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.waiting import until


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


@pytest.fixture(scope="module")
def eager_kafka() -> Iterator[Kafka]:
    """A Kafka that creates every topic that somebody asks for, as brokers do unless they are told not to."""
    require(kafka.ensure)
    with Kafka(properties={"auto.create.topics.enable": "true"}) as broker:
        yield broker


async def delete(broker: Kafka, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.delete_topics([topic])[topic].result(10)
    await until(lambda: topic not in admin.list_topics(timeout=10).topics)


@pytest.mark.parametrize("records", [8, 400], ids=["shorter", "longer"])
async def test_a_topic_made_again_is_read_from_its_beginning(
    real_kafka: Kafka, real_topic: str, records: int
) -> None:
    books, kafka = Recorder(), settings(real_kafka.bootstrap, real_topic, start="latest")

    with capture_logs() as lines:
        async with running(kafka, books) as consumer:
            await joined(consumer)
            produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
            await until(lambda: len(books.values) >= 40)
            await delete(real_kafka, real_topic)
            real_kafka.create_topic(real_topic)
            produce(real_kafka.bootstrap, real_topic, numbers(40, 40 + records))
            await until(lambda: len(books.values) >= 40 + records)

    assert Counter(books.values) == Counter(numbers(0, 40 + records))
    assert books.gaps == []
    assert [line["topic"] for line in lines if line["event"] == "topic.recreated"] == [real_topic]
    assert books.forgotten == [real_topic]


@pytest.mark.parametrize("records", [8, 400], ids=["shorter", "longer"])
async def test_a_topic_made_again_while_nobody_read_it_is_read_from_its_beginning(
    real_kafka: Kafka, real_topic: str, records: int
) -> None:
    kafka = settings(real_kafka.bootstrap, real_topic, start="latest")
    async with running(kafka, Recorder()) as consumer:
        await joined(consumer)
    old = await commits(real_kafka.bootstrap, kafka.group_id, real_topic)
    await delete(real_kafka, real_topic)
    real_kafka.create_topic(real_topic)
    produce(real_kafka.bootstrap, real_topic, numbers(0, records))
    # Kafka has deleted the offsets with the topic; a copy of them, as a mirror makes it, has come since.
    commit(real_kafka, kafka.group_id, real_topic, {number: (10, text) for number, (_, text) in old.items()})
    books = Recorder()

    async with running(kafka, books):
        await until(lambda: len(books.values) >= records)

    assert Counter(books.values) == Counter(numbers(0, records))
    assert books.gaps == []


async def test_every_commit_says_of_which_topic_it_is_and_what_the_books_note(
    real_kafka: Kafka, real_topic: str
) -> None:
    kafka, books, later = settings(real_kafka.bootstrap, real_topic), Recorder(), Recorder()
    books.noted = "mode=scrape"
    async with running(kafka, books) as consumer:
        await joined(consumer)
        produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
        await until(lambda: len(books.values) >= 40)
        await consumer.commit(dict(books.next), 5)
        found = await commits(real_kafka.bootstrap, kafka.group_id, real_topic)
    async with running(kafka, later) as consumer:
        await joined(consumer)

    first, topic_id, note = found[0][1].split()
    assert (found[0][0], first, note) == (10, "first_partitions=4", "mode=scrape")
    assert topic_id.startswith("topic_id=")
    assert later.starts[0][2] == "mode=scrape"


async def test_trap_8_a_deleted_topic_stays_deleted_and_its_gauge_goes_with_it(eager_kafka: Kafka) -> None:
    topic, books = "goes-away", Recorder()
    eager_kafka.create_topic(topic)

    async with running(settings(eager_kafka.bootstrap, topic), books) as consumer:
        await joined(consumer)
        assert consumer.topic_partitions == {topic: 4}
        await delete(eager_kafka, topic)
        await until(lambda: consumer.topic_partitions == {}, what="the gauge to go")
        await asyncio.sleep(3)  # several times the age at which a careless client would have asked for it
        assert topic not in AdminClient({"bootstrap.servers": eager_kafka.bootstrap}).list_topics().topics


async def test_a_missing_topic_is_said_once_a_minute_also_by_a_client_built_anew(broker: Broker) -> None:
    def said() -> list[object]:
        return [(it["topics"], "DESCRIBE" in it["hint"]) for it in lines if it["event"] == "topic.missing"]

    with capture_logs() as lines:
        async with running(settings(broker.bootstrap, "never-there"), Recorder()) as consumer:
            await until(lambda: consumer.connection.problem is Problem.MISSING_TOPIC)
            client = inside(consumer)
            client._client._sync_task.cancel()
            await until(lambda: consumer._session and inside(consumer) is not client, what="a new client")
            await until(lambda: consumer.connection.problem is Problem.MISSING_TOPIC)
            assert said() == [(["never-there"], True)]

            consumer._known_topics.missing_said_at -= 60  # as a minute would
            await until(lambda: len(said()) == 2, what="it is said again")
            assert not consumer.is_ready


async def test_topics_are_read_beside_one_that_is_missing(real_kafka: Kafka, real_topic: str) -> None:
    kafka, books = settings(real_kafka.bootstrap, real_topic, topics=[real_topic, "never-there"]), Recorder()

    async with running(kafka, books) as consumer:
        produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
        await until(lambda: len(books.values) >= 40)

        found = consumer.connection
        assert (found.problem, found.is_made, consumer.is_ready) == (Problem.MISSING_TOPIC, True, True)
        assert "never-there is not there" in found.words


async def test_a_topic_that_comes_later_joins_the_others_and_no_commit_is_refused(
    real_kafka: Kafka, real_topic: str
) -> None:
    other = f"{real_topic}-late"
    books = Recorder()

    with capture_logs() as lines:
        async with running(settings(real_kafka.bootstrap, real_topic, topics=[real_topic, other]), books):
            produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
            await until(lambda: len(books.values) >= 40)
            real_kafka.create_topic(other)
            await until(lambda: (other, 0) in books.owned)
            accepted = dict(books.accepted)

    assert books.refusals == books.unknown == 0
    assert accepted[real_topic, 0] == 10
    assert not [line for line in lines if line["event"].startswith("commit.")]


async def test_trap_8_a_new_partition_is_found_and_read_from_its_beginning(
    real_kafka: Kafka, real_topic: str
) -> None:
    books, kafka = Recorder(), settings(real_kafka.bootstrap, real_topic, start="latest")
    admin = AIOKafkaAdminClient(bootstrap_servers=real_kafka.bootstrap)
    await admin.start()

    async with running(kafka, books) as consumer:
        await joined(consumer)
        await admin.create_partitions({real_topic: NewPartitions(5, None)})
        produce(real_kafka.bootstrap, real_topic, numbers(0, 50), 5)
        await until(lambda: len(books.values) >= 50)

    await admin.close()
    assert Counter(books.values) == Counter(numbers(0, 50))
