"""Batches that cannot be read: the rest of the topic is counted, what is lost is counted as skipped."""

import asyncio
import logging
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from agent.consumer import isolation
from agent.consumer.peek import Peek
from agent.consumer.unpacking import unpacker
from tests.kafka.conftest import Broker
from tests.kafka.damage import (
    GZIP,
    HEADER_BYTES,
    LZ4,
    PARTITION,
    ZSTD,
    batch,
    batches,
    bomb,
    corrupt,
    of_no_length,
    of_unknown_codec,
    of_wrong_end,
    segment,
    too_long,
    truncated,
    undecodable,
    with_binary_header_keys,
    write,
)
from tests.kafka.recorder import Partition, Recorder, produce, running, settings
from tests.tools import kafka
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.embedded import Embedded
from tests.tools.kafka import Kafka
from tests.waiting import until

LOST: list[bytes | None] = [b"lost %d" % number for number in range(10)]

Damage = Callable[[bytes], bytes]

_topics = (f"poisoned-{number}" for number in count())


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


def skips(lines: list[structlog.typing.EventDict]) -> list[tuple[int, int, int]]:
    said = [line for line in lines if line["event"] == "record.skipped"]
    return [(line["partition"], line["offset"], line["next_offset"]) for line in said]


async def test_a_damaged_batch_is_passed_as_one_in_one_line_of_the_log(embedded_kafka: Embedded) -> None:
    topic, books = next(_topics), Recorder()
    embedded_kafka.create_topic(topic)
    await write(embedded_kafka.bootstrap, topic, corrupt(batch([b"lost"] * 5000)))
    produce(embedded_kafka.bootstrap, topic, numbers(0, 80))

    with structlog.testing.capture_logs() as lines:
        async with running(settings(embedded_kafka.bootstrap, topic), books):
            await until(lambda: len(books.values) >= 80, timeout=10)

    assert books.skipped == [((topic, PARTITION), 5000, 5000)]
    assert skips(lines) == [(PARTITION, 0, 5000)]
    assert Counter(books.values) == Counter(numbers(0, 80))


@pytest.mark.parametrize(
    "damage", [corrupt, undecodable, of_unknown_codec, of_wrong_end, too_long, of_no_length]
)
async def test_what_a_real_broker_finds_damaged_on_its_disk_is_passed(
    real_kafka: Kafka, real_topic: str, damage: Damage
) -> None:
    books = Recorder()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
    await write(real_kafka.bootstrap, real_topic, batch(LOST))
    produce(real_kafka.bootstrap, real_topic, numbers(40, 80))
    change(segment(real_kafka.data, real_topic, PARTITION), b"lost 0", damage)

    async with running(settings(real_kafka.bootstrap, real_topic), books):
        await until(lambda: len(books.values) >= 80, timeout=60)
        produce(real_kafka.bootstrap, real_topic, numbers(80, 120))
        await until(lambda: len(books.values) >= 120)

    assert books.skipped == [((real_topic, PARTITION), 10, 20)]
    assert Counter(books.values) == Counter(numbers(0, 120))


async def test_a_header_that_reaches_beyond_the_log_takes_no_later_record_along(
    real_kafka: Kafka, real_topic: str
) -> None:
    books = Recorder()
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
    await write(real_kafka.bootstrap, real_topic, batch(LOST))
    change(segment(real_kafka.data, real_topic, PARTITION), b"lost 0", of_wrong_end)

    async with running(settings(real_kafka.bootstrap, real_topic), books):
        await until(lambda: len(books.skipped) >= 10)
        produce(real_kafka.bootstrap, real_topic, numbers(40, 80))
        await until(lambda: len(books.values) >= 80)

    assert books.skipped == [((real_topic, PARTITION), 1, offset) for offset in range(11, 21)]
    assert Counter(books.values) == Counter(numbers(0, 80))


def change(log: Path, holding: bytes, damage: Damage) -> None:
    """Damage the one batch of a segment that holds these bytes, where it stands."""
    cut = batches(log.read_bytes())
    with log.open("r+b") as file:  # in place: the broker has it open
        file.write(b"".join(damage(it) if holding in it else it for it in cut))
        file.truncate()


@pytest.fixture(scope="module")
def own_kafka() -> Iterator[Kafka]:
    """A Kafka that tests may stop; each leaves it running."""
    require(kafka.ensure)
    with Kafka() as broker:
        yield broker


async def test_a_log_whose_end_is_gone_is_read_on_from_where_it_was_written_on(own_kafka: Kafka) -> None:
    topic, books = next(_topics), Recorder()
    own_kafka.create_topic(topic)
    produce(own_kafka.bootstrap, topic, numbers(0, 40))
    await write(own_kafka.bootstrap, topic, batch(LOST))
    own_kafka.stop()
    change(segment(own_kafka.data, topic, PARTITION), b"lost 0", truncated)
    own_kafka.start()
    produce(own_kafka.bootstrap, topic, numbers(40, 80))

    async with running(settings(own_kafka.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 80, timeout=60)
        produce(own_kafka.bootstrap, topic, numbers(80, 120))
        await until(lambda: len(books.values) >= 120)
        produce(own_kafka.bootstrap, topic, numbers(120, 160))  # by now it is known where to look
        await until(lambda: len(books.values) >= 160, timeout=10)

    assert books.skipped == [((topic, PARTITION), 10, 10)]
    assert Counter(books.values) == Counter(numbers(0, 160))


async def test_a_byte_that_changed_while_the_broker_was_down_costs_its_batch(own_kafka: Kafka) -> None:
    topic, books = next(_topics), Recorder()
    own_kafka.create_topic(topic)
    await write(own_kafka.bootstrap, topic, batch(LOST))
    produce(own_kafka.bootstrap, topic, numbers(0, 40))
    own_kafka.stop()
    change(segment(own_kafka.data, topic, PARTITION), b"lost 0", corrupt)
    own_kafka.start()

    async with running(settings(own_kafka.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 40, timeout=60)

    assert books.skipped == [((topic, PARTITION), 10, 10)]
    assert Counter(books.values) == Counter(numbers(0, 40))


async def test_trap_poison_in_one_partition_costs_the_others_neither_records_nor_time(
    embedded_kafka: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "RETRY_AFTER", 3600.0)
    topic, books = next(_topics), Recorder()
    embedded_kafka.create_topic(topic)
    await write(embedded_kafka.bootstrap, topic, corrupt(batch(LOST)))
    produce(embedded_kafka.bootstrap, topic, numbers(0, 40_000))

    with structlog.testing.capture_logs() as lines:
        async with running(settings(embedded_kafka.bootstrap, topic), books):
            await until(lambda: len(books.values) >= 30_000)

    assert all(books.offsets[topic, number] == list(range(10_000)) for number in (0, 1, 3))
    assert [line for line in lines if line["event"] == "poll.failed"] == []


async def test_trap_a_broker_that_refuses_a_fetch_is_not_asked_a_thousand_times_a_second(
    real_kafka: Kafka, real_topic: str
) -> None:
    books, complaints = Recorder(), Complaints()
    await write(real_kafka.bootstrap, real_topic, batch(LOST))
    produce(real_kafka.bootstrap, real_topic, numbers(0, 40))
    change(segment(real_kafka.data, real_topic, PARTITION), b"lost 0", of_no_length)

    with complaints.listening():
        async with running(settings(real_kafka.bootstrap, real_topic), books):
            await until(lambda: len(books.values) >= 30)
            await until(lambda: complaints.seconds > 4)

    assert len(complaints.times) < 100  # of a thousand a second
    assert all(books.offsets[real_topic, number] == list(range(10)) for number in (0, 1, 3))


class Complaints(logging.Handler):
    """Notes when aiokafka complains of a fetch.

    Attributes:
        times: Each time, in seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.times += [time.monotonic()] * ("while fetching data" in record.getMessage())

    @property
    def seconds(self) -> float:
        """Since the first complaint."""
        return time.monotonic() - self.times[0] if self.times else 0.0

    @contextmanager
    def listening(self) -> Iterator[None]:
        logger = logging.getLogger("aiokafka.consumer.fetcher")
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)


async def test_trap_a_poll_that_fails_loses_nothing_that_it_had_drained(
    embedded_kafka: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, books = next(_topics), Recorder()
    failures: list[object] = []
    embedded_kafka.create_topic(topic)
    produce(embedded_kafka.bootstrap, topic, numbers(0, 4000))
    getmany = AIOKafkaConsumer.getmany

    async def failing(self: AIOKafkaConsumer, **how: object) -> object:
        drained = await getmany(self, **how)
        if drained and len(failures) < 3:
            failures.append(drained)
            raise RuntimeError("as a deserializer or a dead task would")
        return drained

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", failing)
    async with running(settings(embedded_kafka.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 4000)

    assert len(failures) == 3
    assert Counter(books.values) == Counter(numbers(0, 4000))


class Flaky:
    """Unpacks one payload only at every third try.

    Attributes:
        times: When it was tried, in seconds.
    """

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._unpack = unpacker.zstd
        self.times: list[float] = []

    def __call__(self, payload: bytes) -> bytes | bytearray:
        if payload == self._payload:
            self.times.append(time.monotonic())
            if len(self.times) % 3:
                raise OSError("not this time")
        return self._unpack(payload)


async def test_trap_a_batch_that_is_bad_twice_and_good_the_third_time_loses_nothing(
    embedded_kafka: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, books, whole = next(_topics), Recorder(), batch(numbers(0, 10), ZSTD)
    flaky = Flaky(whole[HEADER_BYTES:])
    embedded_kafka.create_topic(topic)
    await write(embedded_kafka.bootstrap, topic, whole)

    monkeypatch.setattr(unpacker, "zstd", flaky)
    async with running(settings(embedded_kafka.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 10 or books.skipped)

    assert (books.values, books.skipped, len(flaky.times)) == (numbers(0, 10), [], 3)
    assert flaky.times[-1] - flaky.times[0] >= 2 * isolation.RETRY_AFTER


class Choker(Recorder):
    """Can count one record at its third try only."""

    tries = 0

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        if any(record.value == b"7" for record in records):
            self.tries += len(records) == 1
            if len(records) > 1 or self.tries < 3:
                raise ValueError("choked")
        super().count(partition, records)


async def test_a_record_that_can_be_counted_at_the_third_try_is_not_skipped(embedded_kafka: Embedded) -> None:
    topic, books = next(_topics), Choker()
    embedded_kafka.create_topic(topic)
    produce(embedded_kafka.bootstrap, topic, numbers(0, 400))

    async with running(settings(embedded_kafka.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 400)

    assert Counter(books.values) == Counter(numbers(0, 400))
    assert books.skipped == []


@pytest.mark.parametrize("codec", [0, GZIP, ZSTD])
async def test_header_keys_that_are_no_utf8_cost_no_event(broker: Broker, topic: str, codec: int) -> None:
    books = Recorder()
    await write(broker.bootstrap, topic, with_binary_header_keys(numbers(0, 10), codec))
    produce(broker.bootstrap, topic, numbers(10, 50))

    async with running(settings(broker.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 50 or books.skipped)

    assert Counter(books.values) == Counter(numbers(0, 50))
    assert books.skipped == []


@pytest.mark.parametrize(("codec", "records"), [(ZSTD, 1024), (GZIP, 256), (LZ4, 200)])
async def test_trap_a_bomb_is_skipped_and_counted_within_the_memory_of_the_chart(
    real_kafka: Kafka, real_topic: str, codec: int, records: int
) -> None:
    with Agent(real_kafka.bootstrap, real_topic) as agent:
        limit = memory(agent.pid, "VmSize") + 384 * 1024 * 1024 - memory(agent.pid, "VmRSS")
        resource.prlimit(agent.pid, resource.RLIMIT_AS, (limit, limit))
        await write(real_kafka.bootstrap, real_topic, bomb(codec, records))
        produce(real_kafka.bootstrap, real_topic, [b'{"status":200,"provider":"openai"}'] * 6000)

        await until(lambda: agent.total("api_error_agent_records_total") >= 6000 + records, timeout=60)

        assert agent.total("api_responses_total") == 6000
        assert agent.total("api_error_agent_skipped_records_total") == records
        assert memory(agent.pid, "VmHWM") < 250 * 1024 * 1024


def memory(pid: int, name: str) -> int:
    """A process's memory, in bytes."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


async def test_who_only_looks_at_a_topic_is_told_what_cannot_be_read(embedded_kafka: Embedded) -> None:
    topic = next(_topics)
    embedded_kafka.create_topic(topic)
    produce(embedded_kafka.bootstrap, topic, numbers(0, 40))
    await write(embedded_kafka.bootstrap, topic, corrupt(batch(LOST)))
    produce(embedded_kafka.bootstrap, topic, numbers(40, 80))

    async with Peek(settings(embedded_kafka.bootstrap, topic)) as peek:
        seen = [it async for it in peek.last(topic, 90)]

    lost = [it.unreadable for it in seen if it.unreadable is not None]
    assert Counter(record.value for it in seen for record in it.records) == Counter(numbers(0, 80))
    assert [(it.offset, it.records, it.next_offset) for it in lost] == [(10, 10, 20)]


async def test_a_settings_bound_holds_for_the_client_it_is_for(embedded_kafka: Embedded) -> None:
    topic, books = next(_topics), Recorder()
    embedded_kafka.create_topic(topic)
    await write(embedded_kafka.bootstrap, topic, bomb(ZSTD, 5))
    produce(embedded_kafka.bootstrap, topic, numbers(0, 40))

    async with running(settings(embedded_kafka.bootstrap, topic, max_batch_bytes=4 << 20), books):
        await until(lambda: len(books.values) >= 40)
        await asyncio.sleep(0)

    assert books.skipped == [((topic, PARTITION), 5, 5)]
