"""Checks of a connection: whether Kafka is there, and what it lets this user do. Nothing is moved or made."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import NamedTuple, Self

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from agent.consumer.excerpt import Peeked, UnreachableError, words_of
from agent.consumer.peek import NotThereError, Peek
from agent.consumer.rights import Committed, ask_to_commit, coordinator_of
from agent.settings import KafkaSettings

WITHIN = 22.0
"""Seconds for all checks; closing the connections takes up to 6 more."""

_OPEN_WITHIN = 4.0
_MOST_NAMED = 8  # partitions


class Verdict(StrEnum):
    """How a check can end."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(NamedTuple):
    """One check; its text says what was found, and what to set when it failed."""

    name: str
    verdict: Verdict
    text: str


class Probed(NamedTuple):
    """All checks in order, and the records that were read for them."""

    checks: Sequence[Check]
    records: Sequence[Peeked]


Question = Callable[[], Awaitable[str]]
"""Gives the text of a check that went well; raises when it did not."""


async def probe(settings: KafkaSettings, sample: int) -> Probed:
    """Run every check that can run, and read the last *sample* records of each topic."""
    deadline = time.monotonic() + WITHIN
    async with _Prober(settings, sample) as prober:
        checks = [await _checked(name, ask, deadline) for name, ask in prober.questions()]
    return Probed(checks, prober.records)


class _SkipError(Exception):
    """A check cannot run because of one before it."""


async def _checked(name: str, ask: Question, deadline: float) -> Check:
    left = deadline - time.monotonic()
    if left <= 0:
        return Check(name, Verdict.SKIPPED, f"the {WITHIN:.0f} s for all checks are over")
    try:
        return Check(name, Verdict.OK, await asyncio.wait_for(ask(), left))
    except _SkipError as why:
        return Check(name, Verdict.SKIPPED, str(why))
    except TimeoutError:
        return Check(
            name, Verdict.FAILED, "no answer in time; is something between the agent and the broker?"
        )
    except (NotThereError, UnreachableError) as error:
        return Check(name, Verdict.FAILED, str(error))
    except (KafkaError, OSError) as error:
        return Check(name, Verdict.FAILED, words_of(error))


class _Prober:
    """The questions, in an order in which each needs only what those before it have found."""

    def __init__(self, settings: KafkaSettings, sample: int) -> None:
        self._settings = settings
        self._sample = sample
        self._open = AsyncExitStack()
        self._peek: Peek | None = None
        self._partitions: dict[str, list[TopicPartition]] = {}
        self._coordinator: int | None = None
        self._committed: Committed = {}
        self.records: list[Peeked] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def questions(self) -> list[tuple[str, Question]]:
        settings = self._settings
        return [
            *((f"address {address}", partial(_reach, address)) for address in settings.bootstrap_servers),
            ("connection", self._connect),
            ("brokers", self._reach_brokers),
            *((f"topic {topic}", partial(self._find, topic)) for topic in settings.topics),
            *((f"read {topic}", partial(self._read, topic)) for topic in settings.topics),
            (f"group {settings.group_id}", self._look_at_group),
            (f"commit {settings.group_id}", self._commit),
        ]

    # --- Kafka is there ---------------------------------------------------------------------------

    async def _connect(self) -> str:
        self._peek = await self._open.enter_async_context(Peek(self._settings))
        return "a broker answers in Kafka's protocol"

    async def _reach_brokers(self) -> str:
        """Kafka sends clients on to the addresses that its brokers advertise."""
        peek = self._connected()
        cluster = await peek.answer(peek.client.admin.describe_cluster(), "ask for the brokers")
        addresses = [f"{broker['host']}:{broker['port']}" for broker in cluster["brokers"]]
        for address in addresses:
            await _reach(address)
        return f"all that are advertised can be reached: {', '.join(addresses)}"

    async def _find(self, topic: str) -> str:
        self._partitions[topic] = await self._connected().partitions(topic)
        return f"is there, with {len(self._partitions[topic])} partitions"

    # --- what we may do ---------------------------------------------------------------------------

    async def _read(self, topic: str) -> str:
        peek = self._connected()
        if topic not in self._partitions:
            raise _SkipError("there is no such topic")
        await peek.fetch_nothing(self._partitions[topic])
        found = [peeked async for peeked in peek.last(topic, self._sample)]
        self.records += found
        return f"allowed; {sum(len(peeked.records) for peeked in found)} records read"

    async def _look_at_group(self) -> str:
        peek, group = self._connected(), self._settings.group_id
        admin = peek.client.admin
        coordinator = await peek.answer(coordinator_of(admin, group), "ask which broker keeps the group")
        tps = [tp for partitions in self._partitions.values() for tp in partitions]
        if not tps:
            raise _SkipError("there is no topic to look at")
        asked = admin.list_consumer_group_offsets(group, coordinator, tps)
        self._committed = await peek.answer(asked, "ask what the group has committed")
        self._coordinator = coordinator
        return self._positions()

    def _positions(self) -> str:
        said = [
            f"{tp.topic}-{tp.partition} at {it.offset}"
            for tp, it in self._committed.items()
            if it.offset >= 0
        ]
        if not said:
            return f"nothing is committed yet: it will start at {self._settings.start} (kafka.start)"
        more = f" and {len(said) - _MOST_NAMED} more" if len(said) > _MOST_NAMED else ""
        return f"has committed {', '.join(said[:_MOST_NAMED])}{more}"

    async def _commit(self) -> str:
        if self._coordinator is None:
            raise _SkipError("the group cannot be looked at")
        peek = self._connected()
        asked = ask_to_commit(peek.client.admin, self._coordinator, self._settings.group_id, self._committed)
        await peek.answer(asked, "commit")
        return "allowed; nothing was moved"

    def _connected(self) -> Peek:
        if self._peek is None:
            raise _SkipError("there is no connection")
        return self._peek


async def _reach(address: str) -> str:
    """Open a connection and close it again."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host.strip("[]"), int(port)), _OPEN_WITHIN)
    except TimeoutError:
        raise UnreachableError(f"{address} does not answer within {_OPEN_WITHIN:.0f} s; {_WAYS}") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
        raise UnreachableError(f"{address} cannot be reached: {why}; {_WAYS}") from None
    writer.close()
    return "can be reached"


_WAYS = "is kafka.bootstrap_servers right, the broker up, and no firewall between?"
