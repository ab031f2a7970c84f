"""A record that did not come from Kafka, and where a record stands."""

from collections.abc import Sequence
from typing import NamedTuple

NO_TIMESTAMP = -1
"""What Kafka says where a record has none."""


class Given(NamedTuple):
    """An event from a file, in the shape of a Kafka record."""

    value: bytes | None
    offset: int = 0
    timestamp: int = NO_TIMESTAMP
    headers: Sequence[tuple[str, bytes | None]] = ()


class Origin(NamedTuple):
    """Where a record stands.

    Attributes:
        partition: Its topic and partition; a file stands for a topic with one partition.

        words: For people.
    """

    partition: tuple[str, int]
    words: str
    is_file: bool
