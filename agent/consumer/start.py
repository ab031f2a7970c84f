"""Where a partition begins, by what the group has committed and what each commit says of itself."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

Partition = tuple[str, int]

_OURS = _FIRST_PARTITIONS, _TOPIC_ID = "first_partitions", "topic_id"


class Committed(NamedTuple):
    """What the group has committed for a partition; below 0 means nothing."""

    offset: int
    metadata: str | None


class Start(Enum):
    """Where to begin when nothing is committed."""

    SETTING = "as kafka.start says"
    BEGINNING = "at the first record, as the partition is newer than the group"


class Topic(NamedTuple):
    """What there is to know of a topic.

    Attributes:
        partitions: How many it has.

        id: Kafka's own id of it; empty where the brokers are too old to tell.

        is_remade: Whether this process has seen another topic of this name before.
    """

    partitions: int
    id: str = ""
    is_remade: bool = False


class Words(NamedTuple):
    """What a commit says of itself in its metadata.

    Several agents start a group at once and each commits for its own partitions. Without
    *first_partitions* the later ones would take the rest for new partitions and read them from the
    beginning. *topic_id* tells an offset of this topic from one of a topic of the same name before it.
    """

    first_partitions: int | None = None
    topic_id: str = ""
    note: str = ""

    def __str__(self) -> str:
        known = {_FIRST_PARTITIONS: self.first_partitions, _TOPIC_ID: self.topic_id}
        said = [f"{name}={value}" for name, value in known.items() if value not in (None, "")]
        return " ".join((*said, self.note)).strip()


def words(metadata: str | None) -> Words:
    """Read what a commit carries. Others commit too, and older agents said less."""
    pairs = [word.partition("=") for word in (metadata or "").split()]
    said = {name: value for name, _, value in pairs}
    number = said.get(_FIRST_PARTITIONS, "")
    rest = (f"{name}={value}" for name, mark, value in pairs if mark and name not in _OURS)
    return Words(int(number) if number.isdecimal() else None, said.get(_TOPIC_ID, ""), " ".join(rest))


def holds(committed: Committed, topic: Topic) -> bool:
    """Whether an offset is one of this very topic. One without an id is, unless we know better."""
    said = words(committed.metadata).topic_id
    is_unsaid = not said or not topic.id
    return committed.offset >= 0 and (not topic.is_remade if is_unsaid else said == topic.id)


def first_partitions(name: str, committed: Mapping[Partition, Committed], topic: Topic) -> int:
    """How many partitions the topic had when the group began: all of them for a new group.

    None for a topic that is newer than the group. Offsets that something else committed do not say it;
    then all partitions up to the last one with an offset count as first.
    """
    of_topic = {number: it for (of, number), it in committed.items() if of == name and it.offset >= 0}
    valid = {number: words(it.metadata) for number, it in of_topic.items() if holds(it, topic)}
    said = [it.first_partitions for it in valid.values() if it.first_partitions is not None]
    if said:
        return min(said)
    if topic.is_remade or len(valid) < len(of_topic):
        return 0
    return max(valid, default=topic.partitions - 1) + 1


def begin(
    partition: Partition, committed: Mapping[Partition, Committed], kept: int | None, topic: Topic
) -> int | Start:
    """The offset at which to go on with *partition*, or where to look for it.

    Args:
        kept: Offset up to which this very process has counted it, and still shows it.
    """
    have = committed.get(partition)
    known = [have.offset] if have is not None and holds(have, topic) else []
    if kept is not None:
        known.append(kept)
    if known:
        return max(known)
    is_new = partition[1] >= first_partitions(partition[0], committed, topic)
    return Start.BEGINNING if is_new else Start.SETTING
