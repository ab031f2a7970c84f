"""One client from its connection to its end: reading it, and looking after it meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from aiokafka.errors import KafkaError

from agent import logs
from agent.consumer import connection
from agent.consumer.books import Books
from agent.consumer.client import Client
from agent.consumer.commits import Commits
from agent.consumer.connection import Connection
from agent.consumer.identity import Identity
from agent.consumer.membership import Membership
from agent.consumer.positions import Positions
from agent.consumer.reader import Reader, StalledError
from agent.consumer.topics import KnownTopics
from agent.settings import KafkaSettings

SILENT_AFTER = 10.0
"""Seconds without any answer after which we do not know any more how far behind we are."""

_LOOK_EVERY = 1.0
_CANCEL_EVERY = 0.2
_LOOKS_APART = 0.1  # when brokers say over and over that something has changed
_MISSING_SAID_EVERY = 60.0

log = logs.get_logger()


class Session:
    """The work of one connected client.

    Attributes:
        topics: Those of our topics that are there.
    """

    def __init__(
        self,
        client: Client,
        books: Books,
        known: KnownTopics,
        identity: Identity,
        before_revoke: Callable[[], Awaitable[None]],
        settings: KafkaSettings,
    ) -> None:
        commits = Commits(client.consumer)
        self.client = client
        self.positions = Positions(client, commits, books, known, settings)
        self.membership = Membership(client, commits, self.positions, books, identity, before_revoke)
        self.reader = Reader(client, books, self.positions)
        self.topics: frozenset[str] = frozenset()
        self._known = known
        self._identity = identity
        self._settings = settings
        self._is_subscribed = self._has_looked = False
        self._something_changed = asyncio.Event()
        self._asked_at = self._heard_at = time.monotonic()
        self._last_answer: tuple[float | None, int] = (None, 0)
        client.on_metadata(self._something_changed.set)

    async def run(self) -> None:
        """Read until the client gets nowhere any more.

        Raises:
            StalledError: If it does not.
        """
        # Two tasks, as a poll may wait for a rebalance for ever.
        tasks = [asyncio.create_task(work) for work in (self._read(), self._upkeep())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _ended(tasks)
        for task in done:
            task.result()

    async def _read(self) -> None:
        while True:
            if self._is_subscribed:
                await self.reader.turn()  # also without a topic or a partition: else the group forgets us
            else:
                await asyncio.sleep(_LOOKS_APART)

    @property
    def silent_for(self) -> float:
        """Seconds since a broker last answered anything."""
        self._note_answer()
        return time.monotonic() - self._heard_at

    def connection(self, complaint: str) -> Connection:
        """Whether this client reads; *complaint* is what aiokafka has logged of late."""
        missing = sorted(set(self._settings.topics) - self.topics)
        if self._identity.is_shared:
            return connection.fenced(self._identity.name)
        if self.reader.complaint:
            return connection.refused(self.reader.complaint)
        if self.silent_for > SILENT_AFTER:
            return connection.silent(self.silent_for)
        if self._has_looked and missing and (self._is_reading or not self.topics):
            return connection.missing(missing, reads_others=self._is_reading)
        return connection.CONNECTED if self._is_reading else connection.joining(complaint)

    @property
    def _is_reading(self) -> bool:
        return bool(self.topics) and self.membership.is_assigned and not self.positions.pending

    @property
    def answered_at(self) -> float | None:
        """When a broker last answered a fetch, in unix seconds; None when none did."""
        consumer = self.client.consumer
        answers = (consumer.last_poll_timestamp(tp) for tp in consumer.assignment())
        return max((answer / 1000 for answer in answers if answer), default=None)

    async def _upkeep(self) -> None:
        while True:
            if self._is_due():
                self._asked_at = time.monotonic()
                self._something_changed.clear()
                has_answer = await self._look_for_topics()
                if has_answer and not self.positions.lags and not self.positions.pending:
                    self._heard_at = time.monotonic()
            self._check()
            await asyncio.sleep(_LOOKS_APART)
            await self._something_or(_LOOK_EVERY)

    def _is_due(self) -> bool:
        return (
            self._something_changed.is_set()
            or self.topics != set(self._settings.topics)
            or time.monotonic() - self._asked_at > self._settings.metadata_max_age_seconds
            or not self.positions.lags
        )

    async def _something_or(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something_changed.wait()

    def _check(self) -> None:
        if self.silent_for > self._settings.stall_seconds:
            raise StalledError(self.reader.complaint or connection.silent(self.silent_for).words)
        if self.membership.failure is not None:
            raise StalledError(f"giving up or taking over partitions failed: {self.membership.failure!r}")
        if dead := list(self.client.dead_tasks()):
            raise StalledError(f"tasks of the client have ended: {', '.join(dead)}")

    def _note_answer(self) -> None:
        answer = self.answered_at, self.membership.assignments
        if answer != self._last_answer:
            self._last_answer, self._heard_at = answer, time.monotonic()

    async def _look_for_topics(self) -> bool:
        """Subscribe to those of our topics that exist; whether a broker answered."""
        try:
            async with asyncio.timeout(self._settings.stall_seconds):
                found = await self.positions.look(self._settings.topics)
        except (KafkaError, OSError, TimeoutError):
            return False
        self._say_missing(sorted(set(self._settings.topics) - found))
        if found and found != self.topics:
            self.membership.subscribe(found)
            self._is_subscribed = True
        self.topics = found
        self._has_looked = True
        return True

    def _say_missing(self, missing: list[str]) -> None:
        now = time.monotonic()
        if missing and now - self._known.missing_said_at >= _MISSING_SAID_EVERY:
            self._known.missing_said_at = now
            hint = "create it, correct kafka.topics, or allow DESCRIBE; the agent creates none and waits"
            log.warning("topic.missing", topics=missing, hint=hint)


async def _ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel until they have ended.

    Once is not enough: asyncio.wait_for, which aiokafka uses, forgets a cancellation in Python 3.11 when what
    it waits for ends at the same moment.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_EVERY)
