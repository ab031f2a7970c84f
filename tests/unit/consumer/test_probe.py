"""The checks of a connection: in their order, each with its words, and none that stops the others."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable
from types import SimpleNamespace
from typing import Any, Self, TypeVar

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError
from aiokafka.structs import OffsetAndMetadata

from agent.consumer import probe
from agent.consumer.excerpt import Peeked, UnreachableError
from agent.consumer.peek import NotThereError
from agent.consumer.probe import Probed, Verdict
from agent.settings import KafkaSettings

T = TypeVar("T")
OK, FAILED, SKIPPED = Verdict.OK, Verdict.FAILED, Verdict.SKIPPED
WAYS = "is kafka.bootstrap_servers right, the broker up, and no firewall between?"


class Connection:
    """What a look at the brokers gives; a test says what of it fails.

    Attributes:
        failures: By what is asked, the error.

        committed: Of each partition, the offset.

        brokers: What the cluster advertises.
    """

    def __init__(self) -> None:
        self.failures: dict[str, Exception] = {}
        self.committed: dict[TopicPartition, int] = {}
        self.brokers: list[str] = []
        self.asked_to_commit: list[Any] = []
        self.fetched: list[object] = []
        self.is_closed = False
        self.client = SimpleNamespace(admin=self)

    async def __aenter__(self) -> Self:
        self._fail("connect")
        return self

    async def __aexit__(self, *_: object) -> None:
        self.is_closed = True

    def _fail(self, what: str) -> None:
        if what in self.failures:
            raise self.failures[what]

    async def answer(self, question: Awaitable[T], what: str) -> T:
        answer = await question
        self._fail(what)
        return answer

    async def partitions(self, topic: str) -> list[TopicPartition]:
        self._fail(f"find {topic}")
        return [TopicPartition(topic, number) for number in range(5)]

    async def fetch_nothing(self, tps: list[TopicPartition]) -> None:
        self.fetched += tps
        self._fail("fetch")

    async def last(self, topic: str, sample: int) -> AsyncIterator[Peeked]:
        yield Peeked((topic, 0), [None] * sample)
        yield Peeked((topic, 1), [None])

    async def describe_cluster(self) -> dict[str, object]:
        split = [broker.rpartition(":") for broker in self.brokers]
        return {"brokers": [{"host": host, "port": int(port)} for host, _, port in split]}

    async def find_coordinator(self, _: str) -> int:
        return 7

    async def list_consumer_group_offsets(
        self, group: str, coordinator: int, tps: list[TopicPartition]
    ) -> dict[TopicPartition, OffsetAndMetadata]:
        assert (group, coordinator) == ("g", 7)
        return {tp: OffsetAndMetadata(self.committed.get(tp, -1), "") for tp in tps}


class Bench(Connection):
    def __init__(self, monkeypatch: pytest.MonkeyPatch, listening: str) -> None:
        super().__init__()
        self.servers, self.brokers = [listening], [listening]
        monkeypatch.setattr(probe, "Peek", lambda _: self)
        monkeypatch.setattr(probe, "ask_to_commit", self._ask)

    async def _ask(self, *what: Any) -> None:
        self.asked_to_commit.append(what[1:])
        if "right" in self.failures:
            raise self.failures["right"]

    async def probed(self, **changes: object) -> Probed:
        kafka = {"bootstrap_servers": self.servers, "topics": ["a", "b"], "group_id": "g", "start": "latest"}
        return await probe.probe(KafkaSettings.model_validate(kafka | changes), 3)

    async def checks(self) -> dict[str, tuple[Verdict, str]]:
        return {it.name: (it.verdict, it.text) for it in (await self.probed()).checks}


@pytest.fixture
async def listening() -> AsyncIterator[str]:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, listening: str) -> Bench:
    return Bench(monkeypatch, listening)


def free() -> str:
    """An address at which nobody listens."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{it.getsockname()[1]}"


async def test_every_check_is_told_in_order_with_what_was_found(bench: Bench) -> None:
    found = await bench.probed()

    (address,) = bench.servers
    assert found.checks == [
        (f"address {address}", OK, "can be reached"),
        ("connection", OK, "a broker answers in Kafka's protocol"),
        ("brokers", OK, f"all that are advertised can be reached: {address}"),
        ("topic a", OK, "is there, with 5 partitions"),
        ("topic b", OK, "is there, with 5 partitions"),
        ("read a", OK, "allowed; 4 records read"),
        ("read b", OK, "allowed; 4 records read"),
        ("group g", OK, "nothing is committed yet: it will start at latest (kafka.start)"),
        ("commit g", OK, "allowed; nothing was moved"),
    ]
    assert [(it.partition, len(it.records)) for it in found.records] == [
        (("a", 0), 3),
        (("a", 1), 1),
        (("b", 0), 3),
        (("b", 1), 1),
    ]
    assert bench.is_closed
    assert len(bench.fetched) == 10


async def test_the_right_to_commit_is_asked_for_with_what_is_committed(bench: Bench) -> None:
    bench.committed = {TopicPartition("a", 0): 7}
    await bench.probed()

    ((coordinator, group, committed),) = bench.asked_to_commit
    assert (coordinator, group, len(committed)) == (7, "g", 10)
    assert committed[TopicPartition("a", 0)].offset == 7


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "nothing is committed yet"),
        (1, "has committed a-0 at 0$"),
        (2, "has committed a-0 at 0, a-1 at 1$"),
        (8, "a-4 at 4, b-0 at 5, b-1 at 6, b-2 at 7$"),
        (9, "b-2 at 7 and 1 more$"),
        (10, "b-2 at 7 and 2 more$"),
    ],
)
async def test_where_a_group_stands_is_told_of_the_first_eight_partitions(
    bench: Bench, number: int, said: str
) -> None:
    tps = [TopicPartition(topic, of) for topic in ("a", "b") for of in range(5)]
    bench.committed = {tp: offset for offset, tp in enumerate(tps[:number])}

    _, text = (await bench.checks())["group g"]

    assert re.search(said, text)


async def test_without_a_connection_what_needs_one_is_skipped(bench: Bench) -> None:
    bench.failures["connect"] = UnreachableError("cannot connect")
    checks = await bench.checks()
    (address,) = bench.servers

    assert checks.pop(f"address {address}") == (OK, "can be reached")
    assert checks.pop("connection") == (FAILED, "cannot connect")
    assert checks.pop("commit g") == (SKIPPED, "the group cannot be looked at")
    for topic in ("a", "b"):
        assert checks.pop(f"read {topic}")[0] is SKIPPED
    assert set(checks.values()) == {(SKIPPED, "there is no connection")}


async def test_a_missing_topic_fails_and_the_other_is_looked_at(bench: Bench) -> None:
    bench.failures["find a"] = NotThereError("topic a is not there")
    checks = await bench.checks()

    assert checks["topic a"] == (FAILED, "topic a is not there")
    assert checks["read a"] == (SKIPPED, "there is no such topic")
    assert checks["read b"][0] is checks["group g"][0] is checks["commit g"][0] is OK


async def test_without_any_topic_there_is_nothing_to_ask_the_group_about(bench: Bench) -> None:
    bench.failures = {f"find {topic}": NotThereError("is not there") for topic in ("a", "b")}
    checks = await bench.checks()

    assert checks["group g"] == (SKIPPED, "there is no topic to look at")
    assert checks["commit g"] == (SKIPPED, "the group cannot be looked at")


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("ask for the brokers", "brokers"),
        ("ask which broker keeps the group", "group g"),
        ("ask what the group has committed", "group g"),
        ("commit", "commit g"),
        ("fetch", "read a"),
    ],
)
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            GroupAuthorizationFailedError("g"),
            "GroupAuthorizationFailedError: g; the user may not use the group",
        ),
        (KafkaConnectionError("Connect call failed"), "Connect call failed; nothing listens there"),
        (OSError("Connect call failed"), "Connect call failed; nothing listens there"),
        (UnreachableError("in its own words"), "in its own words"),
        (TimeoutError(), "no answer in time; is something between the agent and the broker?"),
    ],
)
async def test_a_check_that_fails_says_why(
    bench: Bench, what: str, name: str, error: Exception, said: str
) -> None:
    bench.failures[what] = error
    verdict, text = (await bench.checks())[name]

    assert verdict is FAILED
    assert said in text


async def test_a_right_that_is_missing_is_told(bench: Bench) -> None:
    bench.failures["right"] = GroupAuthorizationFailedError("a-0")
    verdict, text = (await bench.checks())["commit g"]

    assert verdict is FAILED
    assert "kafka.group_id" in text


async def test_an_address_at_which_nobody_listens_is_told(bench: Bench) -> None:
    bench.servers = [free(), *bench.servers]
    nobody, somebody = bench.servers
    checks = await bench.checks()

    assert checks[f"address {nobody}"] == (
        FAILED,
        f"{nobody} cannot be reached: Connection refused; {WAYS}",
    )
    assert checks[f"address {somebody}"][0] is OK


async def test_a_broker_that_advertises_an_address_nobody_reaches_is_told(bench: Bench) -> None:
    bench.brokers = [*bench.brokers, free()]
    verdict, text = (await bench.checks())["brokers"]

    assert verdict is FAILED
    assert text.startswith(f"{bench.brokers[1]} cannot be reached")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (OSError(113, "in other words"), "No route to host"),
        (OSError("without a number"), "without a number"),
        (OSError(0, "of number 0"), "of number 0"),
        (OSError(1, ""), "Operation not permitted"),
    ],
)
async def test_why_an_address_cannot_be_reached_is_told_in_the_words_of_the_system(
    monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
) -> None:
    async def fail(host: str, port: int) -> None:
        assert (host, port) == ("::1", 9092)
        raise error

    monkeypatch.setattr("asyncio.open_connection", fail)

    with pytest.raises(UnreachableError) as raised:
        await probe._reach("[::1]:9092")
    assert str(raised.value) == f"[::1]:9092 cannot be reached: {why}; {WAYS}"


async def test_an_address_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("asyncio.open_connection", hang)
    monkeypatch.setattr(probe, "_OPEN_WITHIN", 0.01)

    with pytest.raises(UnreachableError, match=r"b:1 does not answer within 0 s; is kafka\.boot"):
        await probe._reach("b:1")


async def test_a_connection_that_was_only_tried_is_closed() -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        closed.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        assert await probe._reach(address) == "can be reached"
        await asyncio.wait_for(closed.wait(), 10)
    finally:
        server.close()


async def test_all_checks_end_in_time_and_what_is_left_is_skipped(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([100.0, 100.0, 121.9, 122.0])
    monkeypatch.setattr(probe, "time", SimpleNamespace(monotonic=lambda: next(now, 130.0)))
    found = [it.verdict for it in (await bench.probed()).checks]

    assert found == [OK, OK, *[SKIPPED] * 7]


async def test_a_check_that_hangs_fails_and_those_behind_it_are_skipped(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(probe, "WITHIN", 0.2)
    monkeypatch.setattr(bench, "fetch_nothing", hang)
    checks = await bench.checks()

    assert checks["read a"] == (FAILED, "no answer in time; is something between the agent and the broker?")
    assert checks["read b"] == (SKIPPED, "the 0 s for all checks are over")
