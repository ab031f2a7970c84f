"""Whether a process stays as it is: what it holds at the end, beside what it held after warming up. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

WARM = 0.4  # share of the time in which it may still grow
SHARE, LEAST = 0.03, 2.0
"""How much more it may hold: a share, and at least this much, in the unit of the figure."""


class Held(NamedTuple):
    """What a process holds at a moment: memory in MB, files, asyncio's tasks, threads, time series.

    Attributes:
        blocks: Of memory that Python has in use. They tell of a leak that memory set free before would hide.
    """

    rss_mb: float
    blocks: float
    fds: float
    tasks: float
    threads: float
    series: float


class Trend(NamedTuple):
    """The median of the first quarter after warming up, and that of the last one."""

    early: float
    late: float

    @property
    def is_flat(self) -> bool:
        return self.late - self.early <= max(LEAST, SHARE * self.early)


def trends(held: Sequence[Held]) -> Mapping[str, Trend]:
    """The trend of each figure.

    Raises:
        ValueError: If there are too few looks to say anything.
    """
    warm = held[int(len(held) * WARM) :]
    quarter = len(warm) // 4
    if quarter == 0:
        raise ValueError(f"{len(held)} looks are too few; take a longer time, such as DURATION=600")
    columns = zip(Held._fields, zip(*warm, strict=True), strict=True)
    return {name: Trend(median(values[:quarter]), median(values[-quarter:])) for name, values in columns}
