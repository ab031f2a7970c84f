"""The records of a source, one by one; a topic is read without joining a group, and nothing is moved."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Protocol

from agent.commands import WrongUseError
from agent.commands.checks import origin_of
from agent.commands.json_values import Value, values
from agent.commands.record import Given, Origin
from agent.commands.source import FromFile, FromRecord, FromTopic, Source
from agent.consumer.excerpt import Peeked
from agent.consumer.peek import Peek
from agent.meaning import Record
from agent.settings import Settings

Progress = Callable[[int], None]
"""Is told how much more is done: records of a topic, bytes of a file."""
Say = Callable[[str], None]

_CHUNK = 1024 * 1024


class Reader(Protocol):
    """What is done with records, and how the reading is told of."""

    def take(self, record: Record, origin: Origin) -> None: ...
    def lost(self, peeked: Peeked) -> None: ...


def read(source: Source, settings: Settings, reader: Reader, progress: Progress, say: Say) -> None:
    """Hand every record of *source* to *reader*, and *say* once what it is taken for.

    Raises:
        NotThereError: If there is no such topic, partition or record.
        WrongUseError: If the file cannot be read.
        UnreachableError: If Kafka does not answer, or refuses.
    """
    if isinstance(source, FromFile):
        _read_file(source, settings.events.max_bytes, reader, progress, say)
        return
    say(f"{source.name}: one event a record")
    if isinstance(source, FromRecord):
        asyncio.run(_read_record(source, settings, reader))
    else:
        asyncio.run(_read_topic(source, settings, reader, progress))


async def _read_record(source: FromRecord, settings: Settings, reader: Reader) -> None:
    partition = (source.topic, source.partition)
    async with Peek(settings.kafka) as peek:
        record = await peek.record(partition, source.offset)
    reader.take(record, origin_of(partition, source.offset))


async def _read_topic(source: FromTopic, settings: Settings, reader: Reader, progress: Progress) -> None:
    async with Peek(settings.kafka) as peek:
        async for peeked in peek.last(source.topic, source.last):
            for record in peeked.records:
                reader.take(record, origin_of(peeked.partition, record.offset))
            if peeked.unreadable is not None:
                reader.lost(peeked)
            progress(len(peeked.records))


def _read_file(source: FromFile, longest: int, reader: Reader, progress: Progress, say: Say) -> None:
    name = source.name
    with source.opened() as file:
        lines = _lines(file, name, longest, progress)
        for value in _told(values(lines, longest), lambda form: say(f"{name}: {form}")):
            words = f"{name} line {value.line}"
            reader.take(Given(value.content, value.line), Origin((name, 0), words, is_file=True))


def _lines(file: BinaryIO, name: str, longest: int, progress: Progress) -> Iterator[bytes]:
    """Lines of a file; of one that is longer than any event only as much as is needed to call it so.

    Raises:
        WrongUseError: If the file, once opened, cannot be read.
    """
    try:
        while line := file.readline(longest + 1):
            progress(len(line))
            more = line
            while not more.endswith(b"\n") and (more := file.readline(_CHUNK)):
                progress(len(more))
            yield line
    except OSError as error:
        raise WrongUseError(f"{name} cannot be read: {error.strerror}") from None


def _told(found: Iterable[Value], say: Say) -> Iterator[Value]:
    """The same values; as soon as it is known what the file is, *say* it."""
    first: Value | None = None
    is_told = False
    for value in found:
        if first is not None and not is_told:
            is_told = True
            spread = max(first.lines, value.lines) > 1
            say(f"JSON {'objects over several lines' if spread else 'lines'}, one event each")
        first = first or value
        yield value
    if first is not None and not is_told:
        say(_alone(first.content.lstrip()))


def _alone(content: bytes) -> str:
    """What a file is that holds one value only."""
    if content.startswith(b"{"):
        return "one JSON object, one event"
    if content.startswith(b"["):
        return "one JSON array, taken for one record with an event in each of its items"
    return "one line, not a JSON object"
