"""How far counting is behind. Time is passed in."""

from dataclasses import dataclass


@dataclass(slots=True)
class Lag:
    """The lag of one partition.

    Attributes:
        next_offset: Offset of the first record not yet counted.

        end: Offset after the last record of the log, as last heard; None before the first answer.

        counted_time: Kafka time of the last counted record, in unix seconds; 0 before the first.

        caught_up: When nothing was left to count, in unix seconds.
    """

    next_offset: int
    caught_up: float
    end: int | None = None
    counted_time: float = 0.0

    def heard(self, end: int | None, now: float) -> None:
        """Note where the log ends."""
        if end is not None:
            self.end = end
        if self.records == 0:
            self.caught_up = now

    def counted(self, next_offset: int, time: float, now: float) -> None:
        """Note that all before *next_offset* is counted; *time* is the last record's Kafka time."""
        self.next_offset = next_offset
        self.counted_time = max(self.counted_time, time)
        self.heard(None, now)

    @property
    def records(self) -> int:
        return 0 if self.end is None else max(0, self.end - self.next_offset)

    def seconds(self, now: float) -> float:
        """Seconds by which counting is behind; 0 when nothing waits."""
        if self.records == 0:
            return 0.0
        return max(0.0, now - max(self.counted_time, self.caught_up))
