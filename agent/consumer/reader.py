"""Reads through one client: start positions, polling, and what to do when a poll fails.

A poll of aiokafka that raises has lost the records it had drained from other partitions, though their
positions moved on. Hence our own next offset for each partition, and a seek back to it on every exception.
"""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaError,
    KafkaTimeoutError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    TopicAuthorizationFailedError,
)
from aiokafka.structs import OffsetAndMetadata

from agent.consumer.books import Books, Offsets, Partition
from agent.consumer.client import MAX_RECORDS, Client
from agent.consumer.lag import Lag
from agent.consumer.poison import CountingError, Strikes, is_poison
from agent.consumer.start import Start, begin, first_partitions, metadata
from agent.settings import KafkaSettings

POLL_MS = 200
REVOKE_COMMIT_WITHIN = 1.0
QUESTION_WITHIN = 10.0
"""Seconds for any question to a broker that reading waits for."""

_MOST_FAILURES = 20  # consecutive polls that failed for a reason not Kafka's: the client's tasks are dead
_LONGEST_PAUSE = 5.0

log = structlog.get_logger()

T = TypeVar("T")


class StalledError(Exception):
    """The client will not get anywhere any more and must be built anew."""


class Reader(ConsumerRebalanceListener):  # type: ignore[misc]
    """One client's life from subscription to its end.

    Attributes:
        joined: Whether the group has given us an assignment, if an empty one.

        lags: By partition, for those that have a position.

        assignments: How many assignments the group has given.
    """

    def __init__(self, client: Client, books: Books, settings: KafkaSettings) -> None:
        self._client = client
        self._books = books
        self._settings = settings
        self._pending: set[Partition] = set()
        self._strikes = Strikes()
        self._failures = 0
        self._first_partitions: dict[str, int] = {}
        self.joined = False
        self.assignments = 0
        self.lags: dict[Partition, Lag] = {}
        self.polled_at: float | None = None

    # --- the group says --------------------------------------------------------------------------

    def subscribe(self, topics: Iterable[str]) -> None:
        self._client.consumer.subscribe(topics=sorted(topics), listener=self)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let go; runs before the group is joined again, so it must not take long."""
        self.lags.clear()
        self._pending.clear()
        offsets = self._books.revoked()
        if offsets:
            await self.commit(offsets, within=REVOKE_COMMIT_WITHIN)
        if revoked:
            log.info("partitions.revoked", partitions=len(list(revoked)))

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Own first, synchronously; the positions are asked for by the loop, not in this callback."""
        self._pending = {(tp.topic, tp.partition) for tp in assigned}
        self._books.assigned(self._pending)
        self.assignments += 1
        self.joined = True
        log.info("partitions.assigned", partitions=sorted(f"{topic}-{n}" for topic, n in self._pending))

    # --- reading ----------------------------------------------------------------------------------

    async def turn(self) -> None:
        """Start what was assigned, poll once, count what came.

        Raises:
            StalledError: If polling fails over and over for a reason that is not Kafka's.
        """
        try:
            if self._pending:
                await self._start(frozenset(self._pending))
            await self._poll()
            self._failures = 0
        except NoOffsetForPartitionError:
            await asyncio.sleep(POLL_MS / 1000)  # fetched ahead of a start position that is on its way
        except OffsetOutOfRangeError as error:
            await self._reposition([(tp.topic, tp.partition) for tp in error.args[0]])
        except Exception as error:  # noqa: BLE001 - aiokafka raises whatever its decoders meet
            self._rewind()
            await self._recover(error)

    async def _poll(self) -> None:
        batches = await self._client.consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_RECORDS)
        self.polled_at = time.time()
        for tp, records in batches.items():
            self._count((tp.topic, tp.partition), records)
            await asyncio.sleep(0)

    def _count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        lag = self.lags.get(partition)
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

    def _rewind(self) -> None:
        for (topic, number), lag in self.lags.items():
            self._seek((topic, number), lag.next_offset)

    def _seek(self, partition: Partition, offset: int) -> None:
        # Taken away meanwhile? Its next owner starts from what is committed.
        with suppress(IllegalStateError):
            self._client.consumer.seek(TopicPartition(*partition), offset)

    async def _recover(self, error: Exception) -> None:
        self._failures += 1
        if is_poison(error):
            await self._isolate()
            return
        hint = {
            TopicAuthorizationFailedError: "the user may not read a topic; grant READ on kafka.topics",
            GroupAuthorizationFailedError: "the user may not use the group; grant READ on kafka.group_id",
        }.get(type(error), "")
        log.warning("poll.failed", error=repr(error), hint=hint, failures=self._failures)
        if not isinstance(error, KafkaError) and self._failures >= _MOST_FAILURES:
            raise StalledError(f"{self._failures} polls in a row failed, the last by {error!r}")
        await asyncio.sleep(min(_LONGEST_PAUSE, 0.1 * 2 ** min(self._failures, 10)))

    async def _isolate(self) -> None:
        """Poll each partition alone, record by record, so that the one that fails is known."""
        for partition, lag in list(self.lags.items()):
            if lag.records == 0 and lag.end is not None:
                continue
            try:
                await self._poll_alone(partition)
            except Exception as error:  # noqa: BLE001 - see turn()
                self._strike(partition, error)

    async def _poll_alone(self, partition: Partition) -> None:
        tp = TopicPartition(*partition)
        batches = await self._client.consumer.getmany(tp, timeout_ms=POLL_MS * 5, max_records=1)
        self._count(partition, batches.get(tp, ()))

    def _strike(self, partition: Partition, error: Exception) -> None:
        lag = self.lags.get(partition)
        if lag is None:
            return
        offset = lag.next_offset
        if is_poison(error) and self._strikes.out(partition, offset):
            self._books.skip(partition, offset)
            lag.counted(offset + 1, 0.0, time.time())
            log.error(
                "record.skipped", topic=partition[0], partition=partition[1], offset=offset, error=repr(error)
            )
        self._seek(partition, lag.next_offset)

    # --- positions --------------------------------------------------------------------------------

    async def _start(self, partitions: frozenset[Partition]) -> None:
        """Find where to begin, commit that, and only then let records count."""
        assignment = self.assignments
        topics = {topic for topic, _ in partitions}
        committed = await _answer(self._client.committed(topics))
        for topic in topics:
            today = len(self._client.partitions(topic))
            self._first_partitions[topic] = first_partitions(topic, committed, today)
        wanted = {
            partition: begin(
                partition,
                committed,
                self._books.kept(partition),
                len(self._client.partitions(partition[0])),
            )
            for partition in partitions
        }
        offsets = {
            partition: at if isinstance(at, int) else await self._look_up(partition, at)
            for partition, at in wanted.items()
        }
        new = {partition: offsets[partition] for partition, at in wanted.items() if isinstance(at, Start)}
        if new and await self.commit(new, within=QUESTION_WITHIN) is not True:
            log.warning("start.not_committed", partitions=len(new))
            await asyncio.sleep(POLL_MS / 1000)
            return  # still pending: tried again at the next turn
        if assignment != self.assignments:
            return  # taken away meanwhile
        now = time.time()
        for partition, offset in offsets.items():
            self._pending.discard(partition)
            self.lags[partition] = Lag(offset, now)
            self._seek(partition, offset)
        log.info("partitions.started", **{f"{topic}-{n}": at for (topic, n), at in sorted(offsets.items())})

    async def _look_up(self, partition: Partition, start: Start) -> int:
        tp = TopicPartition(*partition)
        consumer = self._client.consumer
        if start is Start.BEGINNING or self._settings.start == "earliest":
            return int((await _answer(consumer.beginning_offsets([tp])))[tp])
        if self._settings.start != "latest":
            moment_ms = int(self._settings.start_timestamp * 1000)
            found = (await _answer(consumer.offsets_for_times({tp: moment_ms})))[tp]
            if found is not None:
                return int(found.offset)
        return int((await _answer(consumer.end_offsets([tp])))[tp])

    async def _reposition(self, partitions: Sequence[Partition]) -> None:
        """Go on where there are records again: retention or a truncated log took the ones we wanted."""
        tps = [TopicPartition(*partition) for partition in partitions if partition in self.lags]
        begins = await _answer(self._client.consumer.beginning_offsets(tps))
        ends = await _answer(self._client.consumer.end_offsets(tps))
        for tp in tps:
            partition = (tp.topic, tp.partition)
            lag = self.lags.get(partition)
            if lag is None:
                continue
            wanted, next_offset = lag.next_offset, min(max(lag.next_offset, begins[tp]), ends[tp])
            self._books.gap(partition, abs(next_offset - wanted), next_offset)
            self.lags[partition] = Lag(next_offset, time.time(), ends[tp], lag.counted_time)
            self._seek(partition, next_offset)
            log.error(
                "offsets.lost", topic=tp.topic, partition=tp.partition, wanted=wanted, next_offset=next_offset
            )

    # --- committing -------------------------------------------------------------------------------

    async def commit(self, offsets: Offsets, within: float) -> bool | None:
        """Commit: True when accepted, False when refused, None when there was no answer in time."""
        full = {
            TopicPartition(*partition): OffsetAndMetadata(
                offset, metadata(self._first_partitions.get(partition[0], 0))
            )
            for partition, offset in offsets.items()
        }
        try:
            await asyncio.wait_for(self._client.consumer.commit(full), within)
        except TimeoutError:
            return None
        except (KafkaError, IllegalStateError) as error:
            log.warning("commit.refused", error=repr(error), partitions=len(full))
            return False
        return True

    # --- looking ----------------------------------------------------------------------------------

    def heard(self, now: float) -> None:
        """Take over what the last fetches said of the ends of the logs."""
        for partition, lag in self.lags.items():
            tp = TopicPartition(*partition)
            if tp in self._client.consumer.assignment():
                lag.heard(self._client.consumer.last_stable_offset(tp), now)

    def answered_at(self) -> float | None:
        """When a broker last answered a fetch, in unix seconds; None when none did."""
        consumer = self._client.consumer
        answers = (consumer.last_poll_timestamp(tp) for tp in consumer.assignment())
        return max((answer / 1000 for answer in answers if answer), default=None)


async def _answer(question: Awaitable[T]) -> T:
    """Wait for a broker's answer within bounds: aiokafka asks for ever.

    Raises:
        KafkaTimeoutError: If there is none in time.
    """
    try:
        return await asyncio.wait_for(question, QUESTION_WITHIN)
    except TimeoutError:
        raise KafkaTimeoutError(f"no answer within {QUESTION_WITHIN:.0f} s") from None
