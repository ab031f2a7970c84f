"""Where a partition begins for a group that has no committed offset for it."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

Partition = tuple[str, int]


class Committed(NamedTuple):
    """What the group has committed for a partition; below 0 means nothing."""

    offset: int
    metadata: str


class Start(Enum):
    """Where to begin when nothing is committed."""

    SETTING = "as kafka.start says"
    BEGINNING = "at the first record, as the partition is newer than the group"


_FIRST_PARTITIONS = re.compile(r"first_partitions=(\d+)\Z")


def metadata(first_partitions: int) -> str:
    """What each commit carries: how many partitions the topic had when the group began.

    Several agents start a group at once and each commits for its own partitions. Without this
    number the later ones would take the rest for new partitions and read them from the beginning.
    """
    return f"first_partitions={first_partitions}"


def first_partitions(topic: str, committed: Mapping[Partition, Committed], today: int) -> int:
    """How many partitions the topic had when the group began: *today* many for a new group.

    Offsets that something else committed do not say it; then all partitions with one count as first.
    """
    of_topic = {
        partition: it for (name, partition), it in committed.items() if name == topic and it.offset >= 0
    }
    if not of_topic:
        return today
    said = [
        int(match[1]) for it in of_topic.values() if (match := _FIRST_PARTITIONS.match(it.metadata or ""))
    ]
    return min(said, default=max(of_topic) + 1)


def begin(
    partition: Partition, committed: Mapping[Partition, Committed], kept: int | None, today: int
) -> int | Start:
    """The offset at which to go on with *partition*, or where to look for it.

    Args:
        kept: Offset up to which this very process has counted it, and still shows it.

        today: How many partitions the topic has.
    """
    have = committed.get(partition)
    known = [offset for offset in (have.offset if have else -1, kept) if offset is not None and offset >= 0]
    if known:
        return max(known)
    is_new = partition[1] >= first_partitions(partition[0], committed, today)
    return Start.BEGINNING if is_new else Start.SETTING
