"""What the responses of a batch say of rate limits.

Of each source the newest reading is kept. So of headers with the same names only the newest are read, and
older ones only where these lack a limit: to read them all would cost more than all else of an event.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from agent.classify.hints import now_of
from agent.classify.limits import rate_limits, resources_in
from agent.classify.outcome import RateLimit
from agent.events import rules
from agent.metrics.readings import Reading, Readings, Source


class Pool(NamedTuple):
    """Whose limits they are: label values, and the provider as the event has it."""

    provider: str
    model: str
    named: str


class _Told(NamedTuple):
    """Readings of one response."""

    pool: Pool
    at: float
    limits: Iterable[RateLimit]


class _Unread(NamedTuple):
    """Headers of a response as they stand in its event, with its own time."""

    pool: Pool
    moment: datetime
    headers: Mapping[str, object]

    def read(self) -> _Told:
        headers, at = rules.headers(self.headers), self.moment.timestamp()
        return _Told(self.pool, at, rate_limits(headers, {}, now_of(headers, at, None), self.pool.named))


class Limits:
    """Gathers what is said of limits, and keeps the newest of it as readings."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._said: list[_Told | _Unread] = []

    def told(self, pool: Pool, at: float, limits: Iterable[RateLimit]) -> None:
        """Take what was read of a response; *at* is its unix time."""
        self._said.append(_Told(pool, at, limits))

    def unread(self, pool: Pool, moment: datetime, headers: Mapping[str, object]) -> None:
        """Take headers as they stand in an event."""
        self._said.append(_Unread(pool, moment, headers))

    def settle(self) -> None:
        """Keep what a look at all that was said, in its order, would have left."""
        if self._said:
            newest = _newest(self._said)
            self._said = []
            for source in sorted(newest, key=lambda source: newest[source][1]):
                self._readings.keep(source, newest[source][0])


def _newest(said: list[_Told | _Unread]) -> dict[Source, tuple[Reading, int]]:
    """By source the newest reading, of equally new ones the last, and the number of its response."""
    found: dict[Source, tuple[Reading, int]] = {}
    read: dict[tuple[Pool, tuple[str, ...]], datetime] = {}
    for number in range(len(said) - 1, -1, -1):
        it = said[number]
        if isinstance(it, _Told):
            _note(found, it, number)
            continue
        what = it.pool, tuple(it.headers)
        if what in read and it.moment <= read[what]:
            continue
        told = it.read()
        _note(found, told, number)
        provider, model, named = it.pool
        sources = [Source(provider, model, resource) for resource in resources_in(it.headers, named)]
        if all(source in found and found[source][0].at >= told.at for source in sources):
            read[what] = it.moment
    return found


def _note(found: dict[Source, tuple[Reading, int]], told: _Told, number: int) -> None:
    for resource, limit, remaining, reset in told.limits:
        source = Source(told.pool.provider, told.pool.model, resource)
        have = found.get(source)
        if have is None or told.at > have[0].at or number == have[1]:
            found[source] = Reading(told.at, limit, remaining, reset), number
