"""How a client begins and ends, which of aiokafka's tasks have died, and what a refused fetch tells."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.fetch import FetchRequest
from structlog.testing import capture_logs

from agent.consumer import client as module
from agent.consumer import guards
from agent.consumer.client import Client
from agent.settings import KafkaSettings


class Part:
    """One of the clients of aiokafka's.

    Attributes:
        said: What it was asked to do, in order.

        failures: By what it is asked, what happens instead.
    """

    def __init__(self, said: list[str], name: str) -> None:
        self._said, self._name = said, name
        self._sync_task: asyncio.Task[None] | None = None
        self.failures: dict[str, Callable[[], Awaitable[None]]] = {}

    async def _do(self, what: str) -> None:
        self._said.append(f"{self._name} {what}")
        if what in self.failures:
            await self.failures[what]()

    async def start(self) -> None:
        await self._do("start")

    async def stop(self) -> None:
        await self._do("stop")

    async def close(self) -> None:
        await self._do("close")


class Bench:
    """A client of parts that write down what they are asked."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.consumer, self.admin = Part(self.said, "consumer"), Part(self.said, "admin")
        self.consumer_connections = Part(self.said, "connections")
        self.client: Any = Client.__new__(Client)
        self.client.consumer, self.client.admin = self.consumer, self.admin
        self.consumer._client = self.consumer_connections  # type: ignore[attr-defined]
        self.admin._client = Part([], "")  # type: ignore[attr-defined]


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def fail() -> None:
    raise KafkaConnectionError("away")


async def hang() -> None:
    await asyncio.Event().wait()


async def done() -> asyncio.Task[None]:
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    return task


async def died() -> asyncio.Task[None]:
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    return task


async def at_work() -> asyncio.Task[None]:
    return asyncio.create_task(hang())


async def cancelled() -> asyncio.Task[None]:
    task = asyncio.create_task(hang())
    task.cancel()
    await asyncio.wait([task])
    return task


async def test_both_parts_are_started(bench: Bench) -> None:
    await bench.client.start()

    assert bench.said == ["admin start", "consumer start"]


async def test_what_fails_to_start_is_stopped_and_told(bench: Bench) -> None:
    bench.consumer.failures["start"] = fail

    with pytest.raises(KafkaConnectionError, match="away"):
        await bench.client.start()
    assert bench.said[2:] == ["consumer stop", "connections close", "admin close"]


@pytest.mark.parametrize("end", [fail, hang])
async def test_whatever_a_broker_does_all_connections_are_closed_in_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, end: Callable[[], Awaitable[None]]
) -> None:
    monkeypatch.setattr(module, "_STOP_WITHIN", 0.01)
    monkeypatch.setattr(module, "_CLOSE_WITHIN", 0.01)
    bench.consumer.failures["stop"] = end
    bench.consumer_connections.failures["close"] = end
    before = asyncio.all_tasks()
    with capture_logs() as lines:
        await asyncio.wait_for(bench.client.stop(), 10)
    await asyncio.sleep(0)

    assert bench.said == ["consumer stop", "connections close", "admin close"]
    assert asyncio.all_tasks() == before
    failures = [line["error"] for line in lines if line["event"] == "client.not_closed"]
    assert failures == (["KafkaConnectionError('away')"] * 2 if end is fail else [])


def test_a_stop_and_what_it_leaves_fit_into_the_end_of_a_process() -> None:
    assert 0 < module._CLOSE_WITHIN < module._STOP_WITHIN < 5


async def test_a_task_that_has_ended_does_not_keep_its_connections_open(bench: Bench) -> None:
    ended, lives = await done(), await at_work()
    bench.consumer_connections._sync_task, bench.client.admin._client._sync_task = ended, lives
    await bench.client.stop()

    left: list[object] = [it._client._sync_task for it in (bench.client.consumer, bench.client.admin)]
    assert left == [None, lives]
    lives.cancel()


# --- tasks that have died -------------------------------------------------------------------------------

LASTING = ["metadata", "fetch", "coordination", "admin metadata"]
PASSING = ["heartbeat", "committed offsets"]


async def dead(name: str, task: asyncio.Task[None] | None) -> list[str]:
    """What is said of a client of which one task is *task*."""
    lives = await at_work()
    tasks = dict.fromkeys(LASTING + PASSING, lives) | {name: task}
    client: Any = Client.__new__(Client)
    client.consumer = SimpleNamespace(
        _client=SimpleNamespace(_sync_task=tasks["metadata"]),
        _fetcher=SimpleNamespace(_fetch_task=tasks["fetch"]),
        _coordinator=SimpleNamespace(
            _coordination_task=tasks["coordination"],
            _heartbeat_task=tasks["heartbeat"],
            _commit_refresh_task=tasks["committed offsets"],
        ),
    )
    client.admin = SimpleNamespace(_client=SimpleNamespace(_sync_task=tasks["admin metadata"]))
    found = list(client.dead_tasks())
    lives.cancel()
    return found


@pytest.mark.parametrize("name", LASTING + PASSING)
async def test_a_task_that_has_died_is_named_with_its_error(name: str) -> None:
    assert await dead(name, await died()) == [f"{name}: KafkaConnectionError('away')"]


@pytest.mark.parametrize("name", LASTING)
@pytest.mark.parametrize("end", [done, cancelled])
async def test_a_task_that_should_last_is_dead_when_it_has_ended(
    name: str, end: Callable[[], Awaitable[asyncio.Task[None]]]
) -> None:
    assert await dead(name, await end()) == [f"{name}: None"]


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("end", [done, cancelled])
async def test_a_task_that_ends_with_each_assignment_may_end(
    name: str, end: Callable[[], Awaitable[asyncio.Task[None]]]
) -> None:
    assert await dead(name, await end()) == []


async def test_a_task_that_has_not_begun_yet_is_not_dead() -> None:
    assert await dead("heartbeat", None) == []
    assert await dead("heartbeat", await at_work()) == []


async def test_of_an_error_that_aiokafka_wraps_the_cause_is_told() -> None:
    async def wrapped() -> None:
        raise KafkaConnectionError("unexpected") from ValueError("the cause")

    task = asyncio.create_task(wrapped())
    await asyncio.wait([task])

    assert await dead("fetch", task) == ["fetch: ValueError('the cause')"]


# --- what brokers say -----------------------------------------------------------------------------------


async def test_news_of_the_topics_are_told() -> None:
    listeners: list[Callable[[object], None]] = []
    client: Any = Client.__new__(Client)
    client.consumer = SimpleNamespace(
        _client=SimpleNamespace(cluster=SimpleNamespace(add_listener=listeners.append))
    )
    told: list[int] = []
    client.on_metadata(lambda: told.append(1))
    listeners[0]("the cluster")

    assert told == [1]


async def test_what_is_committed_is_asked_for_every_partition_of_the_topics() -> None:
    asked: list[object] = []

    async def offsets(group: str, partitions: list[TopicPartition]) -> dict[TopicPartition, object]:
        asked.append((group, partitions))
        return {tp: SimpleNamespace(offset=7, metadata="note") for tp in partitions}

    client: Any = Client.__new__(Client)
    client._settings = KafkaSettings(group_id="g")
    client.admin = SimpleNamespace(list_consumer_group_offsets=offsets)
    known = {"a": {0, 1}, "b": None}
    client.consumer = SimpleNamespace(partitions_for_topic=lambda topic: known[topic])

    assert await client.committed(["a", "b"]) == {("a", 0): (7, "note"), ("a", 1): (7, "note")}
    assert asked == [("g", [TopicPartition("a", 0), TopicPartition("a", 1)])]
    assert client.partitions("b") == set()


FETCH = FetchRequest.__new__(FetchRequest)
CORRUPT, UNKNOWN, NOT_LEADER, TOO_LATE = 2, -1, 6, 1


class Brokers:
    """Answers each fetch with a code for one partition."""

    def __init__(self, code: int) -> None:
        self._answer = SimpleNamespace(topics=[("t", [(0, 0, 100), (3, code, 100)])])
        self.how: list[object] = []

    async def send(self, node: int, request: object, **how: object) -> object:
        self.how.append((node, request, how))
        return self._answer


@pytest.mark.parametrize(
    ("code", "is_refused"),
    [(CORRUPT, True), (UNKNOWN, True), (NOT_LEADER, False), (TOO_LATE, False), (0, False)],
)
async def test_a_fetch_that_a_broker_cannot_answer_is_told_and_not_repeated_at_once(
    monkeypatch: pytest.MonkeyPatch, code: int, *, is_refused: bool
) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(guards, "asyncio", SimpleNamespace(sleep=sleep))
    brokers = Brokers(code)
    refused: list[tuple[str, int]] = []
    consumer: Any = SimpleNamespace(_client=brokers)
    guards.watch(consumer, refused.append)
    watched: Any = brokers.send
    answer = await watched(1, FETCH, group="x")
    other = await watched(1, "another request")

    assert refused == [("t", 3)] * is_refused
    assert answer is other is brokers._answer
    assert brokers.how == [(1, FETCH, {"group": "x"}), (1, "another request", {})]
    assert len(pauses) == is_refused
    assert all(0 < pause < 0.2 for pause in pauses)
