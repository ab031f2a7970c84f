"""How far counting is behind. Time is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Lag:
    """The lag of one partition.

    Attributes:
        next_offset: Offset up to which everything is counted, or is nothing to count.

        end: Offset after the last record of the log, those of open transactions among them: they wait
            too. None before a broker has said it.

        counted_time: Kafka time of the last counted records, in unix seconds.

        caught_up: When a broker last said that nothing was left, in unix seconds.

        behind_since: When a broker first said that something was left, in unix seconds.

        is_readable: Whether records can be had now, so that their age will soon be known.
    """

    next_offset: int
    end: int | None = None
    counted_time: float | None = None
    caught_up: float | None = None
    behind_since: float | None = None
    is_readable: bool = False

    def heard(self, end: int, at: float, *, is_readable: bool = False) -> None:
        """Note where the log ended at the time *at*."""
        self.end, self.is_readable = end, is_readable
        if self.records == 0:
            self.caught_up, self.behind_since = at, None
        elif self.behind_since is None:
            self.behind_since = at

    def counted(self, next_offset: int, time: float | None) -> None:
        """Note that all before *next_offset* is counted; *time* is that of the records, if they have one."""
        self.next_offset = next_offset
        self.counted_time = time or self.counted_time

    def passed(self, next_offset: int) -> None:
        """Note that there is nothing to count before *next_offset*."""
        self.next_offset = next_offset

    @property
    def records(self) -> int:
        """How many offsets are not passed yet; the ends of transactions have one too."""
        return 0 if self.end is None else max(0, self.end - self.next_offset)

    def seconds(self, now: float) -> float | None:
        """Seconds by which counting is behind; 0 when nothing waits, None when nobody knows yet.

        What waits is not older than the last counted record, nor than the moment when nothing waited.
        Before the first record is counted, what can be read may be of any age: a backlog is no news.
        """
        if self.records == 0:
            return 0.0
        known = [moment for moment in (self.counted_time, self.caught_up) if moment is not None]
        if not known and self.is_readable:
            return None
        return max(0.0, now - max(known, default=self.behind_since or now))


def time_of(times_ms: Sequence[int], now: float) -> float | None:
    """The latest Kafka time among those of some records that is not ahead of our clock, in unix seconds."""
    latest, now_ms = max(times_ms, default=0), int(now * 1000)
    if latest > now_ms:
        latest = max((it for it in times_ms if it <= now_ms), default=0)
    return latest / 1000 if latest > 0 else None
