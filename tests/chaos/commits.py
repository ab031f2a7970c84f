"""Every commit that the broker has accepted, read from its own log of them."""

import struct
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from tests.chaos.topic import ends

OFFSETS = "__consumer_offsets"
READ_WITHIN = 60.0  # seconds

Partition = tuple[str, int]


class Commit(NamedTuple):
    group: str
    partition: Partition
    offset: int
    at: float
    """Unix time."""


class StepBack(NamedTuple):
    """A commit below the one before it: what lies between is counted again."""

    before: Commit
    after: Commit

    def __str__(self) -> str:
        topic, number = self.after.partition
        places = f"{topic}-{number}: {self.before.offset} -> {self.after.offset}"
        return f"committed offset went back: {self.after.group} at {self.after.at:.3f}, {places}"


def steps_back(commits: Iterable[Commit]) -> Iterator[StepBack]:
    by_partition = defaultdict(list)
    for commit in commits:
        by_partition[commit.group, commit.partition].append(commit)
    for history in by_partition.values():
        yield from (StepBack(a, b) for a, b in pairwise(history) if b.offset < a.offset)


def read(consumer: Consumer) -> Iterator[Commit]:
    """The commits of all groups; of each group and partition in their order."""
    left = {number: end for number, end in ends(consumer, OFFSETS).items() if end}
    consumer.assign([TopicPartition(OFFSETS, number, OFFSET_BEGINNING) for number in left])
    deadline = time.monotonic() + READ_WITHIN
    while left:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{OFFSETS} was not read within {READ_WITHIN:g} s; partitions left: {left}")
        for message in consumer.consume(5000, timeout=1.0):
            if message.error() is None:
                yield from _commit(message)
                number, offset = message.partition() or 0, message.offset() or 0
                if offset + 1 >= left.get(number, 0):
                    left.pop(number, None)


def _commit(message: Message) -> Iterator[Commit]:
    """The commit that a record is, if it is one: others say who is in a group."""
    key, value = message.key(), message.value()
    if not isinstance(key, bytes) or not isinstance(value, bytes) or _number(key, 0, "h") > 1:
        return
    group, at = _text(key, 2)
    topic, at = _text(key, at)
    offset = _number(value, 2, "q")  # behind the version, in every version
    yield Commit(group, (topic, _number(key, at, "i")), offset, message.timestamp()[1] / 1000)


def _number(data: bytes, at: int, form: str) -> int:
    (found,) = struct.unpack_from(f">{form}", data, at)
    return int(found)


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = at + 2 + _number(data, at, "h")
    return data[at + 2 : end].decode(), end
