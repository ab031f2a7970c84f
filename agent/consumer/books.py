"""What the consumer asks of whoever keeps the counts. Every call is synchronous and does no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from aiokafka import ConsumerRecord

Partition = tuple[str, int]
Offsets = Mapping[Partition, int]


class Books(Protocol):
    """Takes records and decides which offsets may be committed."""

    def assigned(self, partitions: Iterable[Partition]) -> None:
        """These partitions are ours from now on; called before their first record."""

    def started(self, partition: Partition, offset: int, note: str) -> None:
        """Counting begins at *offset*; *note* is what the last commit of the partition carried of note()."""

    def kept(self, partition: Partition) -> int | None:
        """The offset up to which this process has counted a partition before, and still shows it."""

    def forget(self, topic: str) -> None:
        """The topic was made anew: nothing kept of it holds."""

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        """Count records; either all of them or, by an exception, none."""

    def skip(self, partition: Partition, records: int, next_offset: int) -> None:
        """Go on at *next_offset*; *records* before it cannot be had."""

    def gap(self, partition: Partition, records: int, next_offset: int) -> None:
        """Go on at *next_offset*; *records* offsets are lost to us."""

    def passed(self, partition: Partition, next_offset: int) -> None:
        """Go on at *next_offset*; nothing before it is to be counted."""

    def note(self) -> str:
        """A short text without spaces that every commit carries."""

    def revoked(self, *, leaving: bool) -> Offsets:
        """Nothing is ours any more; the answer is what to commit first. *leaving*: the process ends."""

    def committed(self, offsets: Offsets) -> None:
        """The broker accepted these."""

    def refused(self, offsets: Offsets) -> None:
        """The broker refused these: somebody else owns the partitions."""

    def unanswered(self, offsets: Offsets) -> None:
        """Nobody knows whether the broker accepted these."""
