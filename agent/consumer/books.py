"""What the consumer asks of whoever keeps the counts. Every call is synchronous and does no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from aiokafka import ConsumerRecord

Partition = tuple[str, int]
Offsets = Mapping[Partition, int]


class Books(Protocol):
    """Takes records and decides which offsets may be committed."""

    def assigned(self, partitions: Iterable[Partition]) -> None:
        """These partitions are ours from now on, and no others; called before anything else of them."""

    def started(self, partition: Partition, offset: int, note: str) -> None:
        """Counting begins at *offset*.

        It comes again within an assignment when the log before *offset* does not count any more: the
        topic was made anew, the log was truncated, or nothing was ever at the offset committed.

        Args:
            note: What the group's last commit of this partition carried of note(); "" when nothing.
        """

    def kept(self, partition: Partition) -> int | None:
        """The offset up to which this process has counted a partition before, and still shows it."""

    def forget(self, topic: str) -> None:
        """The topic was made anew: no offset that is known of it holds."""

    def count(self, partition: Partition, records: Sequence[ConsumerRecord]) -> None:
        """Count records; either all of them or, by an exception, none."""

    def skip(self, partition: Partition, records: int, next_offset: int) -> None:
        """Pass *records* that cannot be had, and go on at *next_offset*."""

    def gap(self, partition: Partition, records: int, next_offset: int) -> None:
        """Go on at *next_offset*; *records* were deleted before they could be read."""

    def passed(self, partition: Partition, next_offset: int) -> None:
        """There is nothing to count before *next_offset*: ends of transactions, and what they aborted."""

    def note(self) -> str:
        """A short text without spaces that every commit carries; "" for none."""

    def revoked(self, *, leaving: bool) -> Offsets:
        """Nothing is ours any more; the answer is what to commit before letting go.

        Args:
            leaving: Whether this process ends.
        """

    # The answers to a commit. They are told while the assignment holds in which it was sent, and for the
    # commit of what revoked() answered.

    def committed(self, offsets: Offsets) -> None:
        """The group has taken these."""

    def refused(self, offsets: Offsets) -> None:
        """The group has not taken these and never will: somebody else owns the partitions."""

    def unanswered(self, offsets: Offsets) -> None:
        """Whether the group has taken these is not known."""
