"""Fetches the records at given offsets, and gives up when no more come."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from agent.consumer.books import Partition
from agent.consumer.causes import hint
from agent.consumer.client import MAX_RECORDS
from agent.consumer.poison import Unreadable

ANSWER_WITHIN = 10.0
"""Seconds for any question to a broker, and for the next record of a partition that has one."""

_POLL_MS = 500


class UnreachableError(Exception):
    """No broker gave an answer, or it was a refusal."""


class Peeked(NamedTuple):
    """What one look at a partition gave.

    Attributes:
        unreadable: Records that Kafka or the client cannot hand over.
    """

    partition: Partition
    records: Sequence[ConsumerRecord]
    unreadable: Unreadable | None = None


class Excerpt:
    """Reads through a consumer that is in no group."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def nothing(self, ends: Mapping[TopicPartition, int]) -> None:
        """Fetch at the end of each partition: a leader that refuses does so though there is no record.

        Raises:
            UnreachableError: If one refuses, or does not answer.
        """
        self._go_to(ends)
        asked = time.monotonic()
        while silent := [tp for tp in ends if self._consumer.highwater(tp) is None]:
            await self._poll(silent[0], 1)
            if time.monotonic() - asked > ANSWER_WITHIN:
                raise _unread(silent[0], f"no answer within {ANSWER_WITHIN:.0f} s")

    def _go_to(self, positions: Mapping[TopicPartition, int]) -> None:
        self._consumer.assign(list(positions))
        for tp, offset in positions.items():
            self._consumer.seek(tp, offset)

    async def records(self, wanted: Mapping[Partition, range]) -> AsyncIterator[Peeked]:
        """The records at the offsets *wanted*, partition by partition; some offsets may hold none.

        Raises:
            UnreachableError: If nothing comes any more.
        """
        starts = {TopicPartition(*partition): held.start for partition, held in wanted.items() if held}
        self._go_to(starts)
        for tp in starts:
            async for peeked in self._read(tp, wanted[tp.topic, tp.partition]):
                yield peeked
            self._consumer.pause(tp)  # or fetches would wait for its next record

    async def _read(self, tp: TopicPartition, wanted: range) -> AsyncIterator[Peeked]:
        at, heard = wanted.start, time.monotonic()
        while at < wanted.stop:
            found = [it for it in await self._poll(tp) if it.offset < wanted.stop]
            for kind, run in groupby(found, type):
                for part in run if kind is Unreadable else (list(run),):
                    yield _peeked((tp.topic, tp.partition), part)
            was, at = at, await self._consumer.position(tp)
            heard = heard if at == was else time.monotonic()
            if time.monotonic() - heard > ANSWER_WITHIN:
                raise _unread(tp, f"nothing came within {ANSWER_WITHIN:.0f} s")

    async def _poll(self, tp: TopicPartition, limit: int = MAX_RECORDS) -> list[ConsumerRecord | Unreadable]:
        """What came, within a moment."""
        try:
            batches = await self._consumer.getmany(tp, timeout_ms=_POLL_MS, max_records=limit)
        except Exception as error:  # noqa: BLE001 - aiokafka raises whatever went wrong in its tasks
            raise _unread(tp, words_of(error)) from None
        return list(batches.get(tp, ()))


def _peeked(partition: Partition, part: Sequence[ConsumerRecord] | Unreadable) -> Peeked:
    return Peeked(partition, (), part) if isinstance(part, Unreadable) else Peeked(partition, part)


def _unread(tp: TopicPartition, why: str) -> UnreachableError:
    return UnreachableError(f"cannot read {tp.topic}-{tp.partition}: {why}")


def words_of(complaint: BaseException | str) -> str:
    """A complaint of Kafka's, and which setting it is about where that can be told."""
    said = str(complaint) or type(complaint).__name__
    return "; ".join(filter(None, (said, hint(said))))
