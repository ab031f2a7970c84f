"""Reads through one client: polling, and what to do when a poll fails.

A poll of aiokafka that raises has lost the records it had drained from other partitions, though their
positions moved on. Hence our own next offset for each partition, and a seek back to it on every exception.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    TopicAuthorizationFailedError,
)

from agent import logs
from agent.consumer.books import Books, Partition
from agent.consumer.client import MAX_RECORDS, Client
from agent.consumer.isolation import Isolation
from agent.consumer.poison import CountingError
from agent.consumer.positions import Positions
from agent.settings import KafkaSettings

POLL_MS = 200
REVOKE_COMMIT_WITHIN = 1.0

_MOST_FAILURES = 20  # consecutive polls that failed for a reason not Kafka's: the client's tasks are dead
_LONGEST_PAUSE = 5.0

_HINTS = {
    TopicAuthorizationFailedError: "the user may not read a topic; grant READ on kafka.topics",
    GroupAuthorizationFailedError: "the user may not use the group; grant READ on kafka.group_id",
}

log = logs.get_logger()


class StalledError(Exception):
    """The client will not get anywhere any more and must be built anew."""


class Reader(ConsumerRebalanceListener):  # type: ignore[misc]
    """One client's life from subscription to its end.

    Attributes:
        joined: Whether the group has given us an assignment, if an empty one.

        assignments: How many assignments the group has given.

        polled_at: Unix time of the last poll that returned; None before the first.
    """

    def __init__(
        self,
        client: Client,
        books: Books,
        settings: KafkaSettings,
        before_revoke: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._books = books
        self._before_revoke = before_revoke
        self._failures = 0
        self.positions = Positions(client, books, settings)
        self._isolation = Isolation(client, books, self.positions, self._count)
        self.joined = False
        self.assignments = 0
        self.polled_at: float | None = None

    # --- the group says --------------------------------------------------------------------------

    def subscribe(self, topics: Iterable[str]) -> None:
        self._client.consumer.subscribe(topics=sorted(topics), listener=self)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let go; runs before the group is joined again, so it must not take long."""
        self.positions.own(())
        await self.let_go(leaving=False)
        if revoked:
            log.info("partitions.revoked", partitions=len(list(revoked)))

    async def let_go(self, *, leaving: bool) -> None:
        """Give everything up, within bounds, and commit what is to be committed first."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._before_revoke(), 2.0)
        offsets = self._books.revoked(leaving=leaving)
        if offsets:
            result = await self.positions.commit(offsets, REVOKE_COMMIT_WITHIN)
            tell = {True: self._books.committed, False: self._books.refused, None: self._books.unanswered}
            tell[result](offsets)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Own first, synchronously; the positions are asked for by the loop, not in this callback."""
        partitions = {(tp.topic, tp.partition) for tp in assigned}
        self._books.assigned(partitions)
        self.positions.own(partitions)
        self.assignments += 1
        self.joined = True
        log.info(
            "partitions.assigned", partitions=sorted(f"{topic}-{number}" for topic, number in partitions)
        )

    # --- reading ----------------------------------------------------------------------------------

    async def turn(self) -> None:
        """Start what was assigned, poll once, count what came.

        Raises:
            StalledError: If polling fails over and over for a reason that is not Kafka's.
        """
        try:
            if self.positions.pending:
                await self.positions.start()
            self._isolation.resume()
            await self._poll_where_records_are()
            await self._isolation.look_back()
            self._failures = 0
        except Exception as error:  # noqa: BLE001 - aiokafka raises whatever its decoders meet
            self.positions.rewind()
            await self._recover(error)

    async def _poll_where_records_are(self) -> None:
        try:
            await self._poll()
        except NoOffsetForPartitionError:
            await asyncio.sleep(POLL_MS / 1000)  # fetched ahead of a start position that is on its way
        except OffsetOutOfRangeError as error:
            self.positions.rewind()
            await self.positions.reposition([(tp.topic, tp.partition) for tp in error.args[0]])

    async def _poll(self) -> None:
        batches = await self._client.consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_RECORDS)
        self.polled_at = time.time()
        for tp, records in batches.items():
            self._isolation.take((tp.topic, tp.partition), records)
            await asyncio.sleep(0)

    def _count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        lag = self.positions.lags.get(partition)
        if lag is None:  # fetched ahead of its start position, to which it will be sought
            return
        fresh = [record for record in records if record.offset >= lag.next_offset]
        if not fresh:
            return
        try:
            self._books.count(partition, fresh)
        except Exception as error:
            raise CountingError(repr(error)) from error
        last = fresh[-1]
        lag.counted(last.offset + 1, last.timestamp / 1000, time.time())

    async def _recover(self, error: Exception) -> None:
        self._failures += 1
        log.warning(
            "poll.failed", error=repr(error), hint=_HINTS.get(type(error), ""), failures=self._failures
        )
        if not isinstance(error, KafkaError) and self._failures >= _MOST_FAILURES:
            raise StalledError(f"{self._failures} polls in a row failed, the last by {error!r}")
        await asyncio.sleep(min(_LONGEST_PAUSE, 0.1 * 2 ** min(self._failures, 10)))

    # --- looking ----------------------------------------------------------------------------------

    def heard(self, now: float) -> None:
        """Take over what the last fetches said of the ends of the logs."""
        assignment = self._client.consumer.assignment()
        for partition, lag in self.positions.lags.items():
            tp = TopicPartition(*partition)
            if tp in assignment:
                lag.heard(self._client.consumer.last_stable_offset(tp), now)

    def answered_at(self) -> float | None:
        """When a broker last answered a fetch, in unix seconds; None when none did."""
        consumer = self._client.consumer
        answers = (consumer.last_poll_timestamp(tp) for tp in consumer.assignment())
        return max((answer / 1000 for answer in answers if answer), default=None)
