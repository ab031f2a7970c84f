"""aiokafka's traps, and Kafka's: each test is about the harm, and fails without its guard.

Numbers are those of the list that the guards were made from. Traps of what aiokafka is told, and of who
commits, are in tests/unit/consumer.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import aiokafka.client
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.protocol.group import LeaveGroupRequest
from structlog.testing import capture_logs

from agent.consumer import CommitResult, Consumer
from tests.kafka.conftest import Broker
from tests.kafka.groups import commit, committed, member
from tests.kafka.recorder import Partition, Recorder, joined, produce, running, settings
from tests.tools.kafka import Kafka
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("_forgotten_connections")

Offsets = Mapping[Partition, int]


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


def inside(consumer: Consumer) -> AIOKafkaConsumer:
    """The client that works at the moment."""
    assert consumer._session is not None
    return consumer._session.client.consumer


class Uncommitted(Recorder):
    """Has nothing to commit when partitions are let go, as when no scrape has seen what was counted."""

    def revoked(self, *, leaving: bool) -> Offsets:
        super().revoked(leaving=leaving)
        return {}


# --- polling ------------------------------------------------------------------------------------------


async def test_trap_1_a_poll_that_fails_loses_no_record_it_had_drained(broker: Broker, topic: str) -> None:
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await joined(consumer)
        client = inside(consumer)
        getmany, failures = client.getmany, iter([KafkaError("lost"), RuntimeError("lost")])

        async def losing(*args: object, **options: object) -> dict[TopicPartition, list[ConsumerRecord]]:
            drained: dict[TopicPartition, list[ConsumerRecord]] = await getmany(*args, **options)
            error = next(failures, None) if drained else None
            if error:
                raise error
            return drained

        client.getmany = losing
        produce(broker.bootstrap, topic, numbers(0, 400))
        await until(lambda: len(books.values) >= 400)

    assert Counter(books.values) == Counter(numbers(0, 400))


async def test_trap_1_a_record_that_comes_twice_counts_once(broker: Broker, topic: str) -> None:
    books = Recorder()

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await joined(consumer)
        client = inside(consumer)
        getmany, earlier = client.getmany, dict[TopicPartition, list[ConsumerRecord]]()

        async def repeating(*args: object, **options: object) -> dict[TopicPartition, list[ConsumerRecord]]:
            drained: dict[TopicPartition, list[ConsumerRecord]] = await getmany(*args, **options)
            repeated = {tp: [*earlier.get(tp, []), *records] for tp, records in drained.items()}
            earlier.update(drained)
            return repeated

        client.getmany = repeating
        produce(broker.bootstrap, topic, numbers(0, 200))
        await until(lambda: len(books.values) >= 200)
        produce(broker.bootstrap, topic, numbers(200, 400))
        await until(lambda: len(books.values) >= 400)

    assert Counter(books.values) == Counter(numbers(0, 400))


class Ticking(Recorder):
    """Takes down between which batches the event loop has turned."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0
        self.seen: list[int] = []
        self.sizes: list[int] = []

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        super().count(partition, records)
        self.seen.append(self.turns)
        self.sizes.append(len(records))

    async def tick(self) -> None:
        while True:
            self.turns += 1
            await asyncio.sleep(0)


async def test_trap_9_the_loop_turns_between_the_batches_of_one_poll(broker: Broker, topic: str) -> None:
    produce(broker.bootstrap, topic, numbers(0, 8000))
    books = Ticking()

    async with running(settings(broker.bootstrap, topic), books):
        ticking = asyncio.create_task(books.tick())
        await until(lambda: len(books.values) >= 8000)
        ticking.cancel()

    assert max(books.sizes) <= 1000
    assert len(set(books.seen)) == len(books.seen)


async def test_trap_14_a_member_without_a_partition_goes_on_polling_and_takes_over(real_kafka: Kafka) -> None:
    topic = "for-one"
    real_kafka.create_topic(topic, 1)
    one, two = Recorder(), Recorder()

    async with running(settings(real_kafka.bootstrap, topic), one) as first:
        await joined(first)
        async with running(settings(real_kafka.bootstrap, topic), two) as second:
            await until(lambda: second.is_ready and len(one.owned) + len(two.owned) == 1)
            idle = second if not two.owned else first
            polled = await until(lambda: idle.polled_at or 0.0, what="a poll")
            await until(lambda: (idle.polled_at or 0.0) > polled + 1, timeout=10, what="more polls")
        await until(lambda: one.owned == {(topic, 0)}, what="the partition")


class Stubborn(ConsumerRebalanceListener):  # type: ignore[misc]
    """Does not let go until it is allowed to."""

    def __init__(self) -> None:
        self.may_go = asyncio.Event()
        self.is_asked = False

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        if revoked:
            self.is_asked = True
            await self.may_go.wait()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None: ...


async def test_trap_15_topics_are_looked_after_while_a_poll_waits_for_a_rebalance(
    real_kafka: Kafka, real_topic: str
) -> None:
    stubborn, other = Stubborn(), f"{real_topic}-later"
    late = settings(real_kafka.bootstrap, real_topic, topics=[real_topic, other])

    async with member(real_kafka, real_topic, stubborn) as foreign:
        await until(foreign.assignment)
        async with running(late, Recorder()) as consumer:
            await until(lambda: stubborn.is_asked)
            real_kafka.create_topic(other)
            try:
                await until(lambda: other in consumer.topic_partitions, timeout=5, what="the other topic")
                assert not consumer.is_ready
            finally:
                stubborn.may_go.set()


async def test_trap_15_a_client_that_waits_for_a_rebalance_for_ever_is_built_anew(own_kafka: Kafka) -> None:
    topic, stubborn = "waits", Stubborn()
    own_kafka.create_topic(topic)

    async with member(own_kafka, topic, stubborn) as foreign:
        await until(foreign.assignment)
        async with running(settings(own_kafka.bootstrap, topic, stall_seconds=2), Recorder()) as consumer:
            await until(lambda: stubborn.is_asked)
            own_kafka.pause()
            try:
                await until(lambda: consumer.rebuilds, timeout=8, what="a rebuild")
            finally:
                own_kafka.resume()
                stubborn.may_go.set()


# --- letting go and committing --------------------------------------------------------------------------


async def test_trap_3_a_commit_without_an_answer_is_given_up_in_time(own_kafka: Kafka) -> None:
    topic, books = "commits", Recorder()
    own_kafka.create_topic(topic)

    async with running(settings(own_kafka.bootstrap, topic), books) as consumer:
        await joined(consumer)
        own_kafka.pause()
        try:
            started = time.monotonic()
            result = await consumer.commit({(topic, 0): 0}, 1)
            took = time.monotonic() - started
        finally:
            own_kafka.resume()
        unknown = books.unknown

    assert (result, unknown) == (CommitResult.UNANSWERED, 1)
    assert took < 2


@pytest.mark.parametrize("fault", ["pause", "kill"])
async def test_trap_4_a_stop_is_bounded_whatever_the_broker_does(own_kafka: Kafka, fault: str) -> None:
    topic, books = f"stops-{fault}", Recorder()
    own_kafka.create_topic(topic)
    produce(own_kafka.bootstrap, topic, numbers(0, 40))
    try:
        async with running(settings(own_kafka.bootstrap, topic), books):
            await until(lambda: len(books.values) >= 40)
            getattr(own_kafka, fault)()
            started = time.monotonic()
        took = time.monotonic() - started
    finally:
        own_kafka.resume() if fault == "pause" else await asyncio.to_thread(own_kafka.start)

    assert took < 8
    assert books.left[-1] is True


async def test_trap_4_nothing_is_committed_but_by_us(broker: Broker, topic: str) -> None:
    kafka, books = settings(broker.bootstrap, topic), Uncommitted()
    produce(broker.bootstrap, topic, numbers(0, 40))

    async with running(kafka, books):
        await until(lambda: len(books.values) >= 40)

    assert await committed(broker.bootstrap, kafka.group_id, topic) == dict.fromkeys(range(4), 0)


async def test_trap_12_what_was_counted_is_committed_before_it_is_let_go(
    real_kafka: Kafka, real_topic: str
) -> None:
    kafka, one, two = settings(real_kafka.bootstrap, real_topic), Recorder(), Recorder()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))

    async with running(kafka, one):
        await until(lambda: len(one.values) >= 40)
        async with running(kafka, two):
            await until(lambda: len(two.starts) == 2)
            assert [offset for _, offset, _ in two.starts] == [10, 10]

    assert one.left == [False, False, True]


async def test_trap_12_what_is_kept_is_not_read_again(real_kafka: Kafka, real_topic: str) -> None:
    books = Uncommitted()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))

    async with running(settings(real_kafka.bootstrap, real_topic), books):
        await until(lambda: len(books.values) >= 40)
        async with member(real_kafka, real_topic):
            await until(lambda: len(books.owned) == 2)
        await until(lambda: len(books.owned) == 4)
        produce(real_kafka.bootstrap, real_topic, numbers(40, 80))
        await until(lambda: len(books.values) >= 80)

    assert Counter(books.values) == Counter(numbers(0, 80))


class Scraped(Recorder):
    """Takes down in which order letting go happens; what is under way never ends."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    async def under_way(self) -> None:
        self.order.append("waited for")
        await asyncio.Event().wait()

    def revoked(self, *, leaving: bool) -> Offsets:
        self.order.append("revoked")
        return super().revoked(leaving=leaving)

    def committed(self, offsets: Offsets) -> None:
        self.order.append("committed")
        super().committed(offsets)


async def test_trap_the_scrape_under_way_is_waited_for_before_letting_go_and_not_for_long(
    real_kafka: Kafka, real_topic: str
) -> None:
    books = Scraped()
    async with running(settings(real_kafka.bootstrap, real_topic), books) as consumer:
        await joined(consumer)
        books.order.clear()
        started = time.monotonic()

    assert books.order == ["waited for", "revoked", "committed"]
    assert 2 <= time.monotonic() - started < 4


class Clumsy(Recorder):
    """Cannot take on what it is given for the first time."""

    falls = 1

    def assigned(self, partitions: Iterable[Partition]) -> None:
        if self.falls:
            self.falls -= 1
            raise RuntimeError("fell")
        super().assigned(partitions)


async def test_trap_16_an_assignment_that_fails_is_not_passed_over(broker: Broker, topic: str) -> None:
    books = Clumsy()
    produce(broker.bootstrap, topic, numbers(0, 40))

    async with running(settings(broker.bootstrap, topic), books) as consumer:
        await until(lambda: len(books.values) >= 40)
        assert consumer.rebuilds == 1

    assert Counter(books.values) == Counter(numbers(0, 40))


async def test_trap_17_a_member_that_was_thrown_out_sets_no_offset_back(
    real_kafka: Kafka, real_topic: str
) -> None:
    kafka, books = settings(real_kafka.bootstrap, real_topic), Recorder()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 80))

    async with running(kafka, books) as consumer:
        await until(lambda: len(books.values) >= 80)
        books.next = dict.fromkeys(books.next, 10)  # as if a scrape had seen no more than that
        assert await consumer.commit(dict(books.next), 5) is CommitResult.ACCEPTED
        hold_heartbeats(consumer)
        await throw_out(consumer, kafka.group_id)
        commit(real_kafka, kafka.group_id, real_topic, dict.fromkeys(range(4), (15, "")))
        first, second = [await consumer.commit(dict(books.next), 5) for _ in range(2)]
        await until(lambda: len(books.starts) > 4, what="the next assignment")

    assert (first, second) == (CommitResult.REFUSED, CommitResult.NOT_SENT)
    assert sorted(books.starts[4:]) == [((real_topic, number), 15, "") for number in range(4)]


def hold_heartbeats(consumer: Consumer) -> None:
    """Let nothing tell the member that it is none any more before a commit does."""
    inside(consumer)._coordinator._heartbeat_task.cancel()


async def throw_out(consumer: Consumer, group: str) -> None:
    coordinator = inside(consumer)._coordinator
    await coordinator._send_req(LeaveGroupRequest(group, coordinator.member_id))


# --- clients that are dead --------------------------------------------------------------------------------


async def test_trap_5_a_cluster_at_new_addresses_is_found_through_the_bootstrap_servers(
    own_kafka: Kafka,
) -> None:
    topic, books, new = "moves", Recorder(), Kafka()  # which listens nowhere yet
    own_kafka.create_topic(topic)
    servers = [own_kafka.bootstrap, new.bootstrap]

    try:
        moving = settings(own_kafka.bootstrap, topic, bootstrap_servers=servers, stall_seconds=2)
        async with running(moving, books) as consumer:
            await joined(consumer)
            own_kafka.kill()
            await asyncio.to_thread(new.start)
            new.create_topic(topic)
            await asyncio.to_thread(produce, new.bootstrap, topic, numbers(0, 40))
            await until(lambda: len(books.values) >= 40, what="the records of the new cluster")
    finally:
        await asyncio.to_thread(new.close)
        await asyncio.to_thread(own_kafka.start)

    assert Counter(books.values) == Counter(numbers(0, 40))


def fetch_dies(client: AIOKafkaConsumer) -> None:
    client._fetcher._get_actions_per_node = fail


def metadata_dies(client: AIOKafkaConsumer) -> None:
    client._client._metadata_update = fail


def coordination_dies(client: AIOKafkaConsumer) -> None:
    client._coordinator.ensure_coordinator_known = fail
    client._coordinator.request_rejoin()


def fail(*_: object, **__: object) -> None:
    raise RuntimeError("neither Kafka's nor the system's")


@pytest.mark.parametrize("dies", [fetch_dies, metadata_dies, coordination_dies])
async def test_trap_6_a_client_of_which_a_task_has_died_is_built_anew(
    broker: Broker, topic: str, dies: Callable[[AIOKafkaConsumer], None]
) -> None:
    books = Recorder()

    with capture_logs() as lines:
        async with running(settings(broker.bootstrap, topic, stall_seconds=600), books) as consumer:
            await joined(consumer)
            dies(inside(consumer))
            await until(lambda: consumer.rebuilds, timeout=10, what="a rebuild")
            produce(broker.bootstrap, topic, numbers(0, 40))
            await until(lambda: len(books.values) >= 40)

    (stalled,) = [line for line in lines if line["event"] == "consumer.stalled"]
    assert "neither Kafka's nor the system's" in str(stalled["why"])


async def test_trap_18_a_connection_that_fails_for_a_reason_not_kafkas_is_survived(
    own_kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, books = "tokens", Recorder()
    own_kafka.create_topic(topic)

    async with running(settings(own_kafka.bootstrap, topic, stall_seconds=600), books) as consumer:
        await joined(consumer)
        with monkeypatch.context() as patched:
            patched.setattr(aiokafka.client, "create_conn", fail)
            own_kafka.kill()
            await asyncio.to_thread(own_kafka.start)
            await until(lambda: consumer.rebuilds, what="a rebuild")
        produce(own_kafka.bootstrap, topic, numbers(0, 40))
        await until(lambda: len(books.values) >= 40, timeout=60)

    assert Counter(books.values) == Counter(numbers(0, 40))


async def test_trap_25_clients_that_fail_one_after_the_other_are_built_ever_less_often(
    broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.session.Session.run", stall)

    with capture_logs() as lines:
        async with running(settings(broker.bootstrap, topic), Recorder()) as consumer:
            await until(lambda: consumer.rebuilds >= 4)

    pauses = [line["in_seconds"] for line in lines if line["event"] == "consumer.rebuilding"]
    assert pauses[3] > 1 > pauses[0]


async def stall(_: object) -> None:
    raise RuntimeError("as a defect of ours would")
