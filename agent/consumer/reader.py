"""Reads through one client: polling, and what to do when a poll fails.

A poll of aiokafka that raises has lost the records it had drained from other partitions, though their
positions moved on. Hence our own next offset for each partition, and a seek back to it on every exception.
"""

import asyncio
import time
from collections.abc import Sequence

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import (
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)

from agent import logs
from agent.consumer.backoff import Backoff
from agent.consumer.books import Books, Partition
from agent.consumer.causes import hint
from agent.consumer.client import MAX_RECORDS, Client
from agent.consumer.commits import NotCommittedError
from agent.consumer.isolation import Found, Isolation
from agent.consumer.lag import time_of
from agent.consumer.pace import Pace
from agent.consumer.poison import CountingError, Unreadable
from agent.consumer.positions import Positions

POLL_MS = 200

_MOST_FAILURES = 20  # consecutive polls that failed for a reason not Kafka's: the client's tasks are dead
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0

log = logs.get_logger()


class StalledError(Exception):
    """The client will not get anywhere any more and must be built anew."""


class Reader:
    """Polls one client and has counted what comes.

    Attributes:
        polled_at: Unix time of the last poll that returned; None before the first.

        complaint: Why the last poll failed; empty when it did not.
    """

    def __init__(self, client: Client, books: Books, positions: Positions) -> None:
        self._client = client
        self._books = books
        self._failures = 0
        self._backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        self._pace = Pace()
        self.positions = positions
        self._isolation = Isolation(client, books, positions, self._count)
        self.polled_at: float | None = None
        self.complaint = ""

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
            self.complaint = ""
            self._backoff.reset()
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
            await self._take((tp.topic, tp.partition), records)
        self._hear()

    async def _take(self, partition: Partition, found: Sequence[Found]) -> None:
        """Have all that was found counted, and let the event loop have its turn now and then."""
        is_whole = Unreadable in map(type, found)  # what is to be done with the rest depends on it
        start, goes_on = 0, True
        while goes_on and start < len(found):
            some = found if is_whole else found[start : start + self._pace.records]
            began = time.perf_counter()
            goes_on = self._isolation.take(partition, some)
            self._pace.took(len(some), time.perf_counter() - began)
            start += len(some)
            await asyncio.sleep(0)

    def _hear(self) -> None:
        """Take over how far fetching has come, and what it was told of the ends of the logs.

        Only here, after a poll whose records are all counted: a poll that fails has moved positions too.
        """
        for partition, lag in self.positions.lags.items():
            fetched = self._client.fetched(TopicPartition(*partition))
            if fetched is None or fetched.end is None:
                continue
            if not fetched.is_waiting and fetched.position > lag.next_offset:
                self._books.passed(partition, fetched.position)
                lag.passed(fetched.position)
            lag.heard(fetched.end, fetched.at, is_readable=fetched.is_readable)

    def _count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        lag = self.positions.lags.get(partition)
        if lag is None:  # fetched ahead of its start position, to which it will be sought
            return
        fresh = records
        if records[0].offset < lag.next_offset:  # offsets ascend
            fresh = [record for record in records if record.offset >= lag.next_offset]
        if not fresh:
            return
        try:
            self._books.count(partition, fresh)
        except Exception as error:
            raise CountingError(repr(error)) from error
        time_counted = time_of([record.timestamp for record in fresh], time.time())
        lag.counted(fresh[-1].offset + 1, time_counted)

    async def _recover(self, error: Exception) -> None:
        self._failures += 1
        self.complaint = repr(error)
        event = "start.not_committed" if isinstance(error, NotCommittedError) else "poll.failed"
        log.warning(event, error=repr(error), hint=hint(repr(error)), failures=self._failures)
        if not isinstance(error, KafkaError) and self._failures >= _MOST_FAILURES:
            raise StalledError(f"{self._failures} polls in a row failed, the last by {error!r}")
        await asyncio.sleep(self._backoff.pause())
