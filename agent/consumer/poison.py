"""What cannot be had of a partition, and how often it was tried."""

from collections import Counter, defaultdict
from typing import NamedTuple, Self

STRIKES = 3
"""Tries of one offset before it is passed."""


class CountingError(Exception):
    """Counting these records failed: a defect of ours, which must not stop the partition."""


class Unreadable(NamedTuple):
    """A batch, or one record, that cannot be had. Fetches hand it over in its place among the records.

    Attributes:
        offset: Of the first record that is missing.

        records: How many are, as far as that can be told; at least 1.

        next_offset: The offset to go on at.

        why: The error, as a text: an error keeps what was unpacked in memory, and its repr may quote it.

        fetched_at: The offset that was asked for when these bytes came.
    """

    offset: int
    records: int
    next_offset: int
    why: str
    fetched_at: int

    @classmethod
    def of(cls, passage: tuple[int, int, int], error: Exception, fetched_at: int) -> Self:
        """What *error* costs; *passage* is its offset, how many records, and the offset to go on at."""
        return cls(*passage, f"{type(error).__name__}: {error}", fetched_at)

    def beyond(self, position: int) -> Self | None:
        """What of it is not before *position*; None when nothing is."""
        if self.offset >= position:
            return self
        if self.next_offset <= position:
            return None
        return self._replace(offset=position, records=min(self.records, self.next_offset - position))

    def alone(self) -> Self:
        """Its first record only."""
        return self._replace(records=1, next_offset=self.offset + 1)


class Strikes:
    """Counts failures by partition and offset."""

    def __init__(self) -> None:
        self._counts: defaultdict[tuple[str, int], Counter[int]] = defaultdict(Counter)

    def out(self, partition: tuple[str, int], offset: int) -> bool:
        """Note one failure more; True when the offset has had its tries."""
        self._counts[partition][offset] += 1
        return self._counts[partition][offset] >= STRIKES

    def passed(self, partition: tuple[str, int], next_offset: int) -> None:
        """Forget what lies behind us."""
        counts = self._counts[partition]
        self._counts[partition] = Counter({at: count for at, count in counts.items() if at >= next_offset})
