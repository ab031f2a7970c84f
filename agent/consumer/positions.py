"""Where we are in each partition: found at the start, kept by us, and given back by commits."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import TypeVar

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError
from aiokafka.structs import OffsetAndMetadata

from agent import logs
from agent.consumer.books import Books, Offsets, Partition
from agent.consumer.client import Client
from agent.consumer.commits import CommitResult, Commits, NotCommittedError
from agent.consumer.lag import Lag
from agent.consumer.start import Committed, Start, Topic, Words, begin, first_partitions, holds, words
from agent.consumer.topics import Change, KnownTopics
from agent.settings import KafkaSettings

QUESTION_WITHIN = 10.0
"""Seconds for any question to a broker that reading waits for."""

_RETRY_AFTER = 0.2

log = logs.get_logger()

T = TypeVar("T")


class Positions:
    """The partitions that are ours.

    Attributes:
        pending: Those whose start is not known yet; their records do not count.

        lags: The position, and how far it is behind, of each of the others.
    """

    def __init__(
        self, client: Client, commits: Commits, books: Books, topics: KnownTopics, settings: KafkaSettings
    ) -> None:
        self._client = client
        self._commits = commits
        self._books = books
        self._topics = topics
        self._settings = settings
        self._changes = 0  # of what is pending
        self._words: dict[str, Words] = {}
        self.pending: frozenset[Partition] = frozenset()
        self.lags: dict[Partition, Lag] = {}

    def own(self, partitions: Iterable[Partition]) -> None:
        """These are ours from now on, and no others."""
        self._changes += 1
        self.pending = frozenset(partitions)
        self.lags.clear()

    def owns(self, partition: Partition) -> bool:
        return partition in self.lags or partition in self.pending

    # --- starting -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Find where to begin, commit that, and only then let records count.

        Raises:
            KafkaError: If brokers do not say where, or do not take it.
        """
        names = {topic for topic, _ in self.pending}
        await self.look(names)
        changes, partitions = self._changes, self.pending
        committed = await _answer(self._client.committed(names))
        wanted = {partition: self._begin(partition, committed) for partition in partitions}
        offsets = {
            partition: at if isinstance(at, int) else await self._look_up(partition, at)
            for partition, at in wanted.items()
        }
        if changes != self._changes:  # taken away, or made anew, meanwhile
            return
        # Also where this process goes on behind what the group has: it shows those counts already.
        new = {it: at for it, at in offsets.items() if it not in committed or committed[it].offset != at}
        if await self._is_taken(new) and changes == self._changes:
            self._begin_at({it: (at, self._note(it, committed)) for it, at in offsets.items()})

    async def _is_taken(self, starts: Offsets) -> bool:
        result = await self.commit(starts, QUESTION_WITHIN) if starts else CommitResult.ACCEPTED
        if result is CommitResult.UNANSWERED:
            raise NotCommittedError(self._commits.failure or f"no answer within {QUESTION_WITHIN:.0f} s")
        if result is not CommitResult.ACCEPTED:
            await asyncio.sleep(_RETRY_AFTER)  # the group is about to share out anew, and says so
        return result is CommitResult.ACCEPTED

    async def look(self, names: Iterable[str]) -> frozenset[str]:
        """Which of these topics are there. One that was made anew is read from its beginning.

        Raises:
            KafkaError: If no broker gives an answer.
        """
        found = await _answer(self._client.topic_ids(names))
        for change in self._topics.learn(found):
            self._start_anew(change)
        return frozenset(found)

    def _start_anew(self, change: Change) -> None:
        self._changes += 1
        self._books.forget(change.topic)
        ours = {partition: lag for partition, lag in self.lags.items() if partition[0] == change.topic}
        for partition in ours:
            del self.lags[partition]
        self.pending |= ours.keys()
        positions = {f"{topic}-{number}": lag.next_offset for (topic, number), lag in ours.items()}
        log.warning("topic.recreated", topic=change.topic, before=change.before, now=change.now, **positions)

    def _begin(self, partition: Partition, committed: Mapping[Partition, Committed]) -> int | Start:
        name = partition[0]
        topic = self._topic(name)
        self._words[name] = Words(first_partitions(name, committed, topic), topic.id)
        return begin(partition, committed, self._books.kept(partition), topic)

    def _topic(self, name: str) -> Topic:
        return Topic(len(self._client.partitions(name)), self._topics.id(name), self._topics.is_remade(name))

    def _note(self, partition: Partition, committed: Mapping[Partition, Committed]) -> str:
        have = committed.get(partition)
        return words(have.metadata).note if have and holds(have, self._topic(partition[0])) else ""

    def _begin_at(self, starts: Mapping[Partition, tuple[int, str]]) -> None:
        self.pending -= starts.keys()
        for partition, (offset, note) in starts.items():
            self._books.started(partition, offset, note)
            self.lags[partition] = Lag(offset)
            self.seek(partition, offset)
        said = {f"{topic}-{number}": offset for (topic, number), (offset, _) in sorted(starts.items())}
        log.info("partitions.started", **said)

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

    # --- moving -------------------------------------------------------------------------------------

    def rewind(self) -> None:
        """Seek back to what is counted."""
        for partition, lag in self.lags.items():
            self.seek(partition, lag.next_offset)

    def seek(self, partition: Partition, offset: int) -> None:
        tp = TopicPartition(*partition)
        # Taken away meanwhile? Its next owner starts from what is committed.
        if tp in self._client.consumer.assignment():
            self._client.consumer.seek(tp, offset)

    async def commit(self, offsets: Offsets, within: float) -> CommitResult:
        note = self._books.note()
        full = {
            TopicPartition(*partition): OffsetAndMetadata(
                offset, str(self._words.get(partition[0], Words())._replace(note=note))
            )
            for partition, offset in offsets.items()
        }
        return await self._commits.send(full, within)

    async def reposition(self, partitions: Sequence[Partition]) -> None:
        """Go on where there are records again: there is none at the offsets that we wanted."""
        await self.look({topic for topic, _ in partitions})
        tps = [TopicPartition(*partition) for partition in partitions if partition in self.lags]
        begins = await _answer(self._client.consumer.beginning_offsets(tps))
        ends = await _answer(self._client.consumer.end_offsets(tps))
        for tp in tps:
            lag = self.lags.get((tp.topic, tp.partition))
            if lag is None:  # taken away while the broker answered
                continue
            if lag.next_offset < begins[tp]:
                self._pass_gap((tp.topic, tp.partition), lag, begins[tp])
            elif lag.next_offset > ends[tp]:
                await self._go_back(tp, lag, ends[tp])
            self.seek((tp.topic, tp.partition), lag.next_offset)

    def _pass_gap(self, partition: Partition, lag: Lag, first: int) -> None:
        """Records were deleted before we came to them: retention was faster."""
        topic, number = partition
        wanted = lag.next_offset
        self._books.gap(partition, first - wanted, first)
        lag.passed(first)
        log.error("offsets.lost", topic=topic, partition=number, wanted=wanted, next_offset=first)

    async def _go_back(self, tp: TopicPartition, lag: Lag, end: int) -> None:
        """The log ends before the offset that we wanted. Nothing that we have not counted is gone by that.

        Where we have counted up to there, the log was truncated, and new records may have come since:
        they are those that are newer than what we have counted last. Else somebody has set the group's
        offset to where never a record was.
        """
        wanted, next_offset = lag.next_offset, end
        if lag.counted_time is not None:
            newer = {tp: int(lag.counted_time * 1000) + 1}
            found = (await _answer(self._client.consumer.offsets_for_times(newer)))[tp]
            next_offset = end if found is None else int(found.offset)
        if self.lags.get((tp.topic, tp.partition)) is not lag:
            return
        self._books.started((tp.topic, tp.partition), next_offset, "")
        lag.passed(next_offset)
        event = "offset.past_the_end" if lag.counted_time is None else "log.truncated"
        place = {"topic": tp.topic, "partition": tp.partition}
        log.error(event, **place, wanted=wanted, next_offset=next_offset, end=end)


async def _answer(question: Awaitable[T]) -> T:
    """Wait for a broker's answer within bounds: aiokafka asks for ever.

    Raises:
        KafkaTimeoutError: If there is none in time.
    """
    try:
        async with asyncio.timeout(QUESTION_WITHIN):
            return await question
    except TimeoutError:
        raise KafkaTimeoutError(f"no answer within {QUESTION_WITHIN:.0f} s") from None
