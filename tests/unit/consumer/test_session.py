"""One client from its connection to its end: what it says of itself, and when it is given up."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from agent.consumer.causes import Problem
from agent.consumer.identity import Identity
from agent.consumer.lag import Lag
from agent.consumer.reader import Reader, StalledError
from agent.consumer.session import (
    _CANCEL_EVERY,
    _LOOK_EVERY,
    _LOOKS_APART,
    SILENT_AFTER,
    Session,
    _ended,
)
from agent.consumer.topics import KnownTopics
from tests.kafka.recorder import Recorder, settings
from tests.unit.consumer.cluster import Cluster
from tests.waiting import until

ZERO = ("t", 0)
TP = TopicPartition(*ZERO)


class Bench(Cluster):
    """A session whose clock is ours to move."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
        super().__init__()
        self.now = 1000.0
        clock = SimpleNamespace(monotonic=lambda: self.now)
        monkeypatch.setattr("agent.consumer.session.time", clock)
        for name in ("_LOOK_EVERY", "_LOOKS_APART"):
            monkeypatch.setattr(f"agent.consumer.session.{name}", 0.001)
        kafka = settings("b:1", "t", group_instance_id="one", stall_seconds=60, **changes)
        self.books, self.known, self.identity = Recorder(), KnownTopics(), Identity(kafka, lambda: self.now)
        it: Any = self
        self.session = Session(it, self.books, self.known, self.identity, self.books.under_way, kafka)

    async def look(self) -> bool:
        return await self.session._look_for_topics()

    def give(self, *, started: bool = True) -> None:
        """The group gives us a partition."""
        self.assign(ZERO)
        self.session.membership.on_partitions_assigned([TP])
        if started:
            self.session.positions.pending = frozenset()
            self.session.positions.lags[ZERO] = Lag(5)


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


@pytest.fixture
async def reading(bench: Bench) -> Bench:
    await bench.look()
    bench.give()
    assert bench.session.silent_for == 0
    return bench


# --- what it says of itself -----------------------------------------------------------------------------


async def test_who_reads_is_connected(reading: Bench) -> None:
    found = reading.session.connection("a complaint of before")

    assert (found.problem, found.words, found.is_made) == (None, "", True)


async def test_before_it_has_looked_for_topics_none_is_missing(bench: Bench) -> None:
    assert bench.session.connection("").problem is Problem.JOINING


@pytest.mark.parametrize("complaint", ["", "GroupMaxSizeReachedError()"])
async def test_who_waits_for_the_group_says_what_the_client_complains_of(
    bench: Bench, complaint: str
) -> None:
    await bench.look()
    found = bench.session.connection(complaint)

    assert (found.problem, found.is_made) == (Problem.JOINING, False)
    assert ("group.max.size" in found.words) is bool(complaint)


async def test_a_partition_whose_start_is_not_known_is_not_read(bench: Bench) -> None:
    await bench.look()
    bench.give(started=False)

    assert bench.session.connection("").problem is Problem.JOINING


async def test_between_two_assignments_nothing_is_read(reading: Bench) -> None:
    await reading.session.membership.on_partitions_revoked([])

    assert reading.session.connection("").problem is Problem.JOINING


async def test_where_no_topic_is_there_it_is_missed(bench: Bench) -> None:
    bench.ids = {}
    await bench.look()
    found = bench.session.connection("")

    assert (found.problem, found.is_made) == (Problem.MISSING_TOPIC, False)
    assert found.words.startswith("t is not there")


async def test_a_missing_topic_is_named_once_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, topics=["z", "t", "a"])
    await bench.look()
    before = bench.session.connection("")
    bench.give()
    after = bench.session.connection("")

    assert before.problem is Problem.JOINING
    assert (after.problem, after.is_made) == (Problem.MISSING_TOPIC, True)
    assert after.words.startswith("a, z is not there")


async def test_who_has_lost_its_place_to_another_says_so_before_all_else(reading: Bench) -> None:
    reading.session.reader.complaint = "KafkaConnectionError()"
    reading.identity.forgotten()
    found = reading.session.connection("")

    assert found.problem is Problem.FENCED
    assert "'one'" in found.words


async def test_a_poll_that_fails_is_the_reason(reading: Bench) -> None:
    reading.session.reader.complaint = "TopicAuthorizationFailedError('t')"

    assert reading.session.connection("").problem is Problem.NOT_AUTHORIZED


@pytest.mark.parametrize(("seconds", "problem"), [(10, None), (10.5, Problem.UNREACHABLE)])
async def test_brokers_that_are_silent_for_ten_seconds_are_away(
    reading: Bench, seconds: float, problem: Problem | None
) -> None:
    reading.now += seconds
    found = reading.session.connection("")

    assert reading.session.silent_for == seconds
    assert found.problem is problem
    assert found.words == ("no broker has answered for 10 s" if problem else "")


async def test_a_client_that_has_heard_nothing_yet_is_silent_from_its_beginning_on(bench: Bench) -> None:
    bench.now += 5

    assert bench.session.silent_for == 5


def test_a_topic_that_comes_is_seen_within_seconds_and_brokers_are_not_asked_all_the_time() -> None:
    assert 0.05 < _LOOKS_APART < _LOOK_EVERY < 5


def test_an_end_that_was_forgotten_is_asked_for_again_within_a_second() -> None:
    assert 0 < _CANCEL_EVERY < 1


@pytest.mark.parametrize("kind", ["fetch", "assignment"])
async def test_each_answer_of_a_broker_ends_the_silence(reading: Bench, kind: str) -> None:
    for _ in range(3):
        reading.now += SILENT_AFTER - 1
        assert reading.session.silent_for == SILENT_AFTER - 1
        if kind == "fetch":
            reading.answered_ms[TP] = int(reading.now * 1000)
        else:
            reading.give()
        assert reading.session.silent_for == 0


async def test_the_last_answer_is_the_latest_of_all_partitions_in_unix_seconds(bench: Bench) -> None:
    tps = bench.assign(("t", 0), ("t", 1), ("t", 2))
    assert bench.session.answered_at is None
    bench.answered_ms = {tps[0]: 1500, tps[1]: 2500}

    assert bench.session.answered_at == 2.5


# --- looking after it -----------------------------------------------------------------------------------


async def test_topics_that_are_there_are_subscribed_to_and_only_when_that_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(monkeypatch, topics=["t", "s", "u"])
    bench.ids = {"t": "1", "s": "2"}
    assert await bench.look()
    assert await bench.look()
    bench.ids["u"] = "3"
    assert await bench.look()
    bench.ids = {}
    assert await bench.look()

    assert bench.subscribed == [["s", "t"], ["s", "t", "u"]]
    assert bench.session.topics == frozenset()


@pytest.mark.parametrize("error", [KafkaConnectionError("away"), OSError("away"), TimeoutError()])
async def test_a_look_without_an_answer_changes_nothing(reading: Bench, error: Exception) -> None:
    reading.error, reading.ids = error, {}

    assert await reading.look() is False
    assert reading.session.topics == {"t"}


async def test_a_missing_topic_is_said_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, topics=["z", "a", "t"])
    with capture_logs() as lines:
        for _ in range(13):
            await bench.look()
            bench.now += 10

    assert [line["topics"] for line in lines] == [["a", "z"]] * 3
    assert all("DESCRIBE" in line["hint"] for line in lines)


def age(bench: Bench, seconds: float, complaint: str = "") -> None:
    bench.now += seconds
    bench.session.reader.complaint = complaint


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        (lambda _: None, False),
        (lambda bench: bench.changed(), True),
        (lambda bench: age(bench, 1.0), False),
        (lambda bench: age(bench, 1.1), True),
        (lambda bench: bench.session.positions.lags.clear(), True),
        (lambda bench: setattr(bench.session, "topics", frozenset()), True),
    ],
)
async def test_topics_are_looked_for_when_something_may_have_changed(
    reading: Bench, change: Any, *, is_due: bool
) -> None:
    change(reading)

    assert reading.session._is_due() is is_due


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda it: age(it, 60.5), "no broker has answered for 60 s"),
        (lambda it: age(it, 61, "its own"), "its own"),
        (lambda it: setattr(it.session.membership, "failure", KeyError("x")), r"partitions failed: KeyErr"),
        (lambda it: it.dead.extend(["fetch: a", "metadata: b"]), "have ended: fetch: a, metadata: b"),
    ],
)
async def test_a_client_that_gets_nowhere_is_given_up_with_its_reason(
    reading: Bench, change: Any, why: str
) -> None:
    reading.session._check()
    change(reading)

    with pytest.raises(StalledError, match=why):
        reading.session._check()


async def test_a_client_is_not_given_up_before_its_time(reading: Bench) -> None:
    reading.now += 60
    reading.session._check()


# --- its run --------------------------------------------------------------------------------------------


async def test_nothing_is_polled_before_there_is_a_topic_and_from_then_on_it_is(bench: Bench) -> None:
    bench.ids = {}
    looks = 0

    def looked() -> bool:
        return bench.session._has_looked

    running = asyncio.create_task(bench.session.run())
    try:
        await until(looked, what="a look for topics")
        looks = bench.polls
        bench.ids = {"t": "id"}
        await until(lambda: bench.polls, what="a poll")
    finally:
        running.cancel()
        await asyncio.wait([running])

    assert looks == 0
    assert bench.subscribed == [["t"]]


async def test_who_has_no_partition_is_not_silent_while_topics_are_told(bench: Bench) -> None:
    running = asyncio.create_task(bench.session.run())
    try:
        for _ in range(8):
            bench.now += 50
            await until(lambda: bench.session.silent_for == 0, what="an answer that counts")
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.wait([running])


@pytest.mark.parametrize("started", [True, False])
async def test_who_has_partitions_is_silent_though_topics_are_told(bench: Bench, *, started: bool) -> None:
    await bench.look()
    bench.give(started=started)
    assert bench.session.silent_for == 0  # the assignment is an answer
    bench.session.reader.turn = asyncio.Event().wait  # type: ignore[assignment,method-assign]
    bench.now += 61
    bench.changed()

    with pytest.raises(StalledError, match="no broker has answered for 61 s"):
        await asyncio.wait_for(bench.session.run(), 10)


async def test_a_part_that_fails_ends_the_other_and_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Reader) -> None:
        raise StalledError("20 polls in a row failed")

    monkeypatch.setattr(Reader, "turn", fail)
    before = asyncio.all_tasks()

    with pytest.raises(StalledError, match="20 polls"):
        await asyncio.wait_for(bench.session.run(), 10)
    assert asyncio.all_tasks() == before


async def test_news_of_the_brokers_are_looked_at_at_once(
    reading: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.session._LOOK_EVERY", 3600.0)
    asked: list[object] = []
    look = reading.session.positions.look

    async def looked(names: Any) -> frozenset[str]:
        asked.append(names)
        return await look(names)

    reading.session.positions.look = looked  # type: ignore[method-assign]
    running = asyncio.create_task(reading.session.run())
    try:
        await until(lambda: reading.polls > 10)
        assert asked == []
        reading.changed()
        await until(lambda: asked, what="a look")
        polls = reading.polls
        await until(lambda: reading.polls > polls + 10)
    finally:
        running.cancel()
        await asyncio.wait([running])

    assert len(asked) == 1


async def test_a_task_that_forgets_a_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.consumer.session._CANCEL_EVERY", 0.01)
    forgotten = 0

    async def forgetful() -> None:
        nonlocal forgotten
        while forgotten < 3:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                forgotten += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(forgetful())
    await asyncio.sleep(0)
    await asyncio.wait_for(_ended([task]), 10)

    assert (task.cancelled(), forgotten) == (True, 3)
