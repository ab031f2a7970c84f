"""Looking at topics without a group: what is there, what is not, and why nobody answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from agent.consumer.excerpt import ANSWER_WITHIN, Excerpt, UnreachableError
from agent.consumer.peek import NotThereError, Peek
from agent.consumer.poison import Unreadable
from tests.kafka.recorder import settings
from tests.unit.consumer.cluster import Cluster
from tests.unit.consumer.test_peek import Record, Tape

T0, T1 = TopicPartition("t", 0), TopicPartition("t", 1)
NOTHING = Unreadable(1 << 40, 1, 1 << 40, "", 0)


class Kafka(Cluster):
    """A cluster with two topics, of which one partition can be read.

    Attributes:
        records: The offsets of t-0 that hold a record.

        unreadable: An offset of t-0 that cannot be read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.admin = self
        self.names = {"t", "b", "__consumer_offsets"}
        self.records = range(3, 10)
        self.unreadable: int | None = None
        self.begins, self.ends = {("t", 0): 3, ("t", 1): 0}, {("t", 0): 10, ("t", 1): 0}
        self.read: list[tuple[TopicPartition, int]] = []
        self._at = 0

    async def topics(self) -> set[str]:
        await self._answer()
        return self.names

    async def describe_topics(self, topics: list[str]) -> list[dict[str, Any]]:
        assert topics == ["t"]
        return [{"partitions": [{"partition": 1}, {"partition": 0}]}]

    def assign(self, *tps: Any) -> list[TopicPartition]:
        self.assigned = set(*tps)
        return []

    def pause(self, _: TopicPartition) -> None: ...

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self._at = offset
        self.read.append((tp, offset))

    async def position(self, _: TopicPartition) -> int:
        return self._at

    async def getmany(self, tp: TopicPartition, **_: object) -> dict[TopicPartition, list[object]]:  # type: ignore[override]
        found = [it for it in self.records if it >= self._at]
        self._at = 10
        damaged = [Unreadable(it, 1, it + 1, "", 0) for it in found if it == self.unreadable]
        return {tp: [*damaged, *(Record(it) for it in found if it != self.unreadable)]}


@pytest.fixture
async def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    found = Kafka()

    def client(*_: object, in_group: bool) -> Kafka:
        assert not in_group
        return found

    monkeypatch.setattr("agent.consumer.peek.Client", client)
    return found


@pytest.fixture
async def peek(kafka: Kafka) -> AsyncIterator[Peek]:
    async with Peek(settings("b:1", "t")) as found:
        of: object = found.client
        assert of is kafka
        yield found


async def test_a_look_that_is_over_leaves_no_connection(kafka: Kafka) -> None:
    async with Peek(settings("b:1", "t")):
        assert not kafka.is_stopped

    assert kafka.is_stopped


async def test_a_request_times_out_before_the_question_does_so_that_the_client_says_why() -> None:
    peek = Peek(settings("b:1", "t", request_timeout_seconds=40))

    assert 0 < peek._settings.request_timeout_seconds < ANSWER_WITHIN <= 10


async def test_a_connection_that_fails_names_the_brokers_and_the_reason(kafka: Kafka) -> None:
    kafka.error = KafkaConnectionError("Connect call failed")

    with pytest.raises(UnreachableError, match=r"cannot connect to b:1: .*Connect call failed; nothing list"):
        async with Peek(settings("b:1", "t")):
            pass


async def test_a_file_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def client(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "ca.crt")

    monkeypatch.setattr("agent.consumer.peek.Client", client)

    with pytest.raises(UnreachableError, match=r"ca.crt.*; a file of kafka.tls"):
        async with Peek(settings("b:1", "t")):
            pass


def complain(error: Exception) -> Callable[[], Any]:
    async def ask() -> None:
        logging.getLogger("aiokafka").warning("SaslAuthenticationFailed")
        raise error

    return ask


async def refused() -> None:
    raise TopicAuthorizationFailedError("t")


async def hang() -> None:
    await asyncio.Event().wait()


async def away() -> None:
    raise OSError("Connect call failed")


async def timed_out() -> None:
    raise KafkaConnectionError("Unable to connect: ")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (complain(KafkaConnectionError("?")), r"cannot ask: SaslAuthenticationFailed; .*kafka.sasl.username"),
        (complain(OSError("Connect call failed")), r"cannot ask: Connect call failed; nothing listens"),
        (complain(TimeoutError()), r"cannot ask: SaslAuthenticationFailed; .*kafka.sasl.username"),
        (refused, r"cannot ask: .*TopicAuthorizationFailedError: t; .*kafka.topics"),
        (hang, r"cannot ask: no answer within 0 s: timed out; .*does not answer"),
        (away, r"cannot ask: Connect call failed; nothing listens"),
        (timed_out, r"cannot ask: .*Unable to connect: timed out; .*"),
    ],
)
async def test_a_question_without_an_answer_says_what_it_was_and_why(
    peek: Peek, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], Any], said: str
) -> None:
    monkeypatch.setattr("agent.consumer.peek.ANSWER_WITHIN", 0.05)
    logging.getLogger("aiokafka").warning("a complaint of before")

    with pytest.raises(UnreachableError, match=said):
        await peek.answer(ask(), "ask")


async def test_the_partitions_of_a_topic_are_told_in_order(peek: Peek) -> None:
    assert await peek.partitions("t") == [T0, T1]


@pytest.mark.parametrize(
    ("names", "seen"), [({"b", "a", "__consumer_offsets"}, "a, b"), ({"__consumer_offsets"}, "none")]
)
async def test_a_topic_that_is_not_there_is_told_with_those_that_are(
    kafka: Kafka, peek: Peek, names: set[str], seen: str
) -> None:
    kafka.names = names

    with pytest.raises(NotThereError, match=f"topic t is not there; those that this user may see: {seen}$"):
        await peek.partitions("t")


async def test_each_partition_says_which_offsets_it_holds(peek: Peek) -> None:
    assert await peek.offsets("t") == {("t", 0): range(3, 10), ("t", 1): range(0)}


async def test_one_record_is_found_by_its_offset(kafka: Kafka, peek: Peek) -> None:
    assert (await peek.record(("t", 0), 5)).offset == 5
    assert kafka.read == [(T0, 5)]


@pytest.mark.parametrize(
    ("partition", "offset", "error", "said"),
    [
        (("t", 2), 5, NotThereError, "partition 2 is not in topic t; it has 0 to 1"),
        (("t", 0), 2, NotThereError, "offset 2 is not in t-0; it holds offsets 3 to 9"),
        (("t", 0), 10, NotThereError, "offset 10 is not in t-0; it holds offsets 3 to 9"),
        (("t", 1), 0, NotThereError, "offset 0 is not in t-1; it holds no record"),
        (("t", 0), 9, NotThereError, "offset 9 of t-0 holds no record: compacted away"),
        (("t", 0), 4, UnreachableError, "the record at offset 4 of t-0 cannot be read"),
    ],
)
async def test_a_record_that_cannot_be_had_is_told_with_what_there_is(
    kafka: Kafka, peek: Peek, partition: tuple[str, int], offset: int, error: type[Exception], said: str
) -> None:
    kafka.records, kafka.unreadable = range(3, 9), 4

    with pytest.raises(error, match=said):
        await peek.record(partition, offset)


async def test_the_last_records_are_those_before_the_end(kafka: Kafka, peek: Peek) -> None:
    found = [it async for it in peek.last("t", 2)]

    assert [(it.partition, [record.offset for record in it.records]) for it in found] == [(("t", 0), [8, 9])]
    assert kafka.read == [(T0, 8)]


async def test_a_look_at_nothing_fetches_at_the_ends(kafka: Kafka, peek: Peek) -> None:
    ends: list[TopicPartition] = []
    kafka.highwater = lambda tp: 10 if tp in ends else None  # type: ignore[attr-defined]
    poll = kafka.getmany

    async def noted(tp: TopicPartition, **how: Any) -> dict[TopicPartition, list[object]]:
        ends.append(tp)
        assert how["max_records"] == 1
        return await poll(tp)

    kafka.getmany = noted  # type: ignore[method-assign]
    await peek.fetch_nothing([T0, T1])

    assert (kafka.read, ends) == ([(T0, 10), (T1, 0)], [T0, T1])


# --- reading --------------------------------------------------------------------------------------------


class Clock:
    """A clock on which each look takes a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: float) -> None:
        self.now, self._step = 0.0, step
        monkeypatch.setattr("agent.consumer.excerpt.time", SimpleNamespace(monotonic=lambda: self.now))

    def tick(self) -> None:
        self.now += self._step


class Slow(Tape):
    """Ten records that come one by one, and then none."""

    def __init__(self, clock: Clock, end: int = 10) -> None:
        super().__init__(end, NOTHING)
        self._clock = clock
        self.polls = 0
        self.seeks: list[int] = []
        self.error: Exception | None = None

    def seek(self, tp: TopicPartition, offset: int) -> None:
        super().seek(tp, offset)
        self.seeks.append(offset)

    def highwater(self, _: TopicPartition) -> None:
        return None

    async def getmany(
        self, tp: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Record | Unreadable]]:
        self._clock.tick()
        self.polls += 1
        if self.error:
            raise self.error
        assert timeout_ms > 0
        assert max_records > 0
        return await super().getmany(tp, timeout_ms, 1)


async def test_records_that_come_slowly_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    excerpt = Excerpt(Slow(Clock(monkeypatch, 9.0)))

    found = [it async for it in excerpt.records({("t", 0): range(2, 8), ("t", 1): range(5, 5)})]

    assert [record.offset for it in found for record in it.records] == list(range(2, 8))


async def test_when_nothing_comes_any_more_it_is_given_up_with_the_partition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tape = Slow(Clock(monkeypatch, 5.0))

    with pytest.raises(UnreachableError, match="cannot read t-0: nothing came within 10 s"):
        [it async for it in Excerpt(tape).records({("t", 0): range(12)})]
    assert tape.polls == 10 + 3  # 15 s after the last record


async def test_a_leader_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tape = Slow(Clock(monkeypatch, 5.0))

    with pytest.raises(UnreachableError, match="cannot read t-0: no answer within 10 s"):
        await Excerpt(tape).nothing({T0: 10})
    assert (tape.polls, tape.seeks) == (3, [10])


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError("t"), ValueError("a decoder's own")])
async def test_whatever_a_poll_fails_of_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    tape = Slow(Clock(monkeypatch, 1.0))
    tape.error = error

    with pytest.raises(UnreachableError, match=r"cannot read t-0: .*(kafka.topics|a decoder's own; )"):
        [it async for it in Excerpt(tape).records({("t", 0): range(12)})]
