"""Where the records of a command come from: a topic, without joining its group, or a file."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from agent.assembly import assemble
from agent.commands.checks import check_events, count_all, origin_of
from agent.commands.record import Given, Origin
from agent.commands.replay import Review
from agent.consumer.peek import Peek
from agent.consumer.probe import Check, probe
from agent.pipeline import Record
from agent.settings import Settings

SAMPLE = 20
"""Records of each topic that check-config sends through the mapping."""

Progress = Callable[[int], None]
"""Is told how much more is done: records of a topic, bytes of a file."""


class Readable(Protocol):
    """A file opened for bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


def record_at(settings: Settings, partition: tuple[str, int], offset: int) -> tuple[Record, Origin]:
    """One record of a topic.

    Raises:
        NotThereError: If there is no such record.
        UnreachableError: If Kafka does not answer, or refuses.
    """

    async def fetch() -> Record:
        async with Peek(settings.kafka) as peek:
            record: Record = await peek.record(partition, offset)
            return record

    return asyncio.run(fetch()), origin_of(partition, offset)


def event_in(file: Readable, name: str, max_bytes: int) -> tuple[Record, Origin]:
    """The one event that a whole file is; no more of it is read than is needed to call it too large."""
    return Given(file.read(max_bytes + 1)), Origin((name, 0), name, is_file=True)


def replay_topic(review: Review, settings: Settings, topic: str, last: int, progress: Progress) -> None:
    """Review the last records of a topic.

    Raises:
        NotThereError: If there is no such topic.
        UnreachableError: If Kafka does not answer, or refuses.
    """

    async def read() -> None:
        async with Peek(settings.kafka) as peek:
            async for peeked in peek.last(topic, last):
                count_all(review, [peeked], time.time())
                progress(len(peeked.records))

    asyncio.run(read())


def replay_lines(review: Review, lines: Iterable[bytes], name: str, progress: Progress) -> None:
    """Review a file of one event a line; blank lines are none."""
    for number, line in enumerate(lines, 1):
        value = line.rstrip(b"\r\n")
        if value.strip():
            review.count(
                Given(value, number), Origin((name, 0), f"{name} line {number}", is_file=True), time.time()
            )
        progress(len(line))


def check_connection(settings: Settings) -> list[Check]:
    """Every check that can run."""
    checks, records = asyncio.run(probe(settings.kafka, SAMPLE))
    review = Review(assemble(settings), settings.events.max_bytes)
    return [*checks, check_events(review, records, time.time())]
