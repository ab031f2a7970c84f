"""Waits that responses tell, and the calls that came before these were over.

A wait begins when it is told. Events of several partitions come in no order that could be relied on: a call
is judged by its own time, and a wait is kept for a while after its end.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series, numbers_of
from agent.metrics.limits import Pool, owner_in

LONGEST_WAIT = 3600.0
"""Seconds. A longer wait tells of a quota that is used up, and says nothing of the next call."""

UNTIMED = 1.0
"""Seconds that a call may have taken whose event names no duration."""

KEPT = timedelta(minutes=5)
"""For how long a wait is kept after its end: calls take their time, and some events are late."""

MOST_POOLS, MOST_OWNERS = 4000, 100
"""Pools that have waits, and owners in one of them; beyond it the oldest go."""

_TYPE, _TYPE_ALONE = 4, 3  # places of the type among the labels of a response, and of a lone histogram

_Kept = TypeVar("_Kept")
_NONE: Mapping[str, "_Wait"] = MappingProxyType({})


class _Wait:
    """From when to when calls should not come, and until when it is kept."""

    __slots__ = ("kept", "over", "told")

    def __init__(self, told: datetime, over: datetime) -> None:
        self.told, self.over, self.kept = told, over, over + KEPT

    def add(self, told: datetime, seconds: float) -> None:
        """Take one more. Those that overlap are one; of others the later one counts."""
        if told >= self.told and (self.over - told).total_seconds() >= seconds:
            return
        over = told + timedelta(seconds=seconds)
        if told > self.over:
            self.told, self.over = told, over
        elif over >= self.told:
            self.told, self.over = min(self.told, told), max(self.over, over)
        self.kept = self.over + KEPT

    def forbids(self, at: datetime, duration: float | None) -> bool:
        """Whether a call began in it that ended at *at*."""
        if at >= self.over and (at - self.over).total_seconds() >= (duration or 0.0):
            return False
        took = UNTIMED if duration is None else duration
        return (at - self.told).total_seconds() > took


class Cooldowns:
    """Counts the calls that came before a wait was over that their like had been told.

    Args:
        counter: Makes the series for a provider and a type of outcome.

    Attributes:
        running: Waits by pool and owner. Of a pool that is not in it, only responses that tell a wait matter.
    """

    def __init__(self, counter: Callable[[str, str], Series]) -> None:
        self.running: dict[str, dict[str, _Wait]] = {}
        self._counter = counter
        self._counters: dict[Series, Series] = {}

    def count(
        self,
        delta: Delta,
        series: Series,
        pool: Pool,
        headers: Mapping[str, object] | None,
        at: datetime,
        duration: float | None,
        wait: float | None,
    ) -> None:
        """Count a call if it came too early, and keep the *wait* that it was told itself.

        Args:
            series: What its response is counted under.

            headers: As they stand in the event, or as they were read.
        """
        owner = owner_in(pool, headers) if headers else ""
        waits = self.running.get(pool.key, _NONE)
        running = waits.get(owner)
        is_early = running is not None and running.forbids(at, duration)
        is_told = wait is not None and 0 < wait <= LONGEST_WAIT
        if is_early or is_told:
            counter = self._counters.get(series) or self._counter_of(series)
            numbers = delta.get(counter) or numbers_of(delta, counter)
            numbers[0] += is_early  # 0 where one is told makes it exist: nobody came too early
        if wait is not None and is_told:
            self._keep(pool, owner, running, at, wait)
        elif running is not None and not is_early and at > running.kept:
            self._forget(pool, owner)

    def _counter_of(self, series: Series) -> Series:
        labels = series.labels
        kind = labels[_TYPE_ALONE if series.metric is catalogue.DURATION_ALONE else _TYPE]
        counter = self._counters[series] = self._counter(labels[0], kind)
        return counter

    def _keep(self, pool: Pool, owner: str, running: _Wait | None, at: datetime, seconds: float) -> None:
        if running is not None:
            running.add(at, seconds)
            return
        if pool.key not in self.running:
            _make_room(self.running, MOST_POOLS)
        waits = self.running.setdefault(pool.key, {})
        _make_room(waits, MOST_OWNERS)
        waits[owner] = _Wait(at, at + timedelta(seconds=seconds))

    def _forget(self, pool: Pool, owner: str) -> None:
        waits = self.running[pool.key]
        del waits[owner]
        if not waits:
            del self.running[pool.key]


def moment(at: float) -> datetime:
    """The instant of a unix time."""
    return datetime.fromtimestamp(at, UTC)


def _make_room(kept: dict[str, _Kept], most: int) -> None:
    """Forget what was kept first."""
    if len(kept) >= most:
        del kept[next(iter(kept))]
