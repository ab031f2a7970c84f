"""How old the records of a batch are: all of them at once, as a histogram asks."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise


class Ages:
    """Ages of records at one moment; 0 for one from after it. A record without a timestamp has none.

    Args:
        timestamps: Unix milliseconds, below 0 where there is none.

        now: Unix seconds.
    """

    def __init__(self, timestamps: Iterable[int], now: float) -> None:
        ascending = sorted(timestamps)
        self._timestamps = ascending[bisect_left(ascending, 0) :]
        self._now = now

    def __len__(self) -> int:
        return len(self._timestamps)

    def above(self, seconds: float) -> int:
        """How many are older than that."""
        return bisect_left(self._timestamps, -seconds, key=self._past)

    def by_bucket(self, bounds: Sequence[float]) -> list[int]:
        """How many fall into each bucket of a histogram, the one without a bound last."""
        above = [len(self), *map(self.above, bounds), 0]
        return [more - fewer for more, fewer in pairwise(above)]

    @property
    def total(self) -> float:
        """The sum of them in seconds."""
        past = self._timestamps[: self.above(0.0)]
        if not past:
            return 0.0
        first = past[0]  # from which sums are small, and as exact as the clock
        return len(past) * -self._past(first) - (sum(past) - len(past) * first) / 1000

    def _past(self, timestamp: int) -> float:
        return timestamp / 1000 - self._now
