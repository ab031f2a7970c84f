"""What responses say of rate limits.

Of each source the newest reading is kept. So of headers with the same names only the newest are read, and
only when somebody looks: to read them all would cost more than all else of an event.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from agent.classify.hints import now_of
from agent.classify.limits import rate_limits, telling
from agent.classify.outcome import RateLimit
from agent.events import rules
from agent.metrics.readings import Reading, Readings, Source

_LONGEST_NAMES = 4096  # characters
_MOST_SAID, _MOST_POOLS, _MOST_GROUPS, _MOST_WHOLE, _DIGITS = 1000, 4000, 4000, 1000, 15


class Pool:
    """Whose limits they are: label values, and the provider as events have it. Compared by identity."""

    __slots__ = ("groups", "model", "named", "provider")

    def __init__(self, provider: str, model: str, named: str) -> None:
        self.provider, self.model, self.named = provider, model, named
        self.groups: dict[tuple[str, ...], _Group] = {}


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


class _Group:
    """Headers with the same names, of one pool.

    Attributes:
        needed: Of each resource that these tell of, a header that is enough for a reading; None where that is
            not so simple.

        headers: The newest of which all needed ones can be used, older ones say nothing more; with the time
            of their event and its number. None when all is read.
    """

    __slots__ = ("headers", "moment", "needed", "number", "pool")

    def __init__(self, pool: Pool, names: tuple[str, ...], moment: datetime) -> None:
        self.pool, self.moment, self.number = pool, moment, 0
        self.needed = telling(names, pool.named)
        self.headers: Mapping[str, object] | None = None


class Limits:
    """Gathers what is said of limits, and keeps the newest of it as readings when somebody looks at these."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        readings.before_look = self.settle
        self._number = 0
        self._said: list[tuple[int, _Told | _Unread]] = []
        self._met: list[_Group] = []
        self._pools: dict[tuple[str, str, str], Pool] = {}
        self._whole: set[object] = set()

    def pool(self, provider: str, model: str, named: str) -> Pool:
        """The one object for whose limits they are."""
        if len(self._pools) >= _MOST_POOLS:
            self._pools.clear()
        return self._pools.setdefault((provider, model, named), Pool(provider, model, named))

    def told(self, pool: Pool, at: float, limits: Iterable[RateLimit]) -> None:
        """Take what was read of a response; *at* is its unix time."""
        self._say(_Told(pool, at, limits))

    def unread(self, pool: Pool, moment: datetime, headers: Mapping[str, object]) -> None:
        """Take headers as they stand in an event."""
        group = pool.groups.get(names := tuple(headers)) or self._new_group(pool, names, moment)
        if group is None or group.needed is None:
            self._say(_Unread(pool, moment, headers))
            return
        for name in group.needed:
            if headers[name] not in self._whole and not self._is_whole(headers[name]):
                self._say(_Unread(pool, moment, headers))
                return
        self._number += 1
        if group.headers is None:
            self._met.append(group)
        elif group.moment > moment:
            return
        group.headers, group.moment, group.number = headers, moment, self._number

    def settle(self) -> None:
        """Keep what a look at all that was said, in its order, would have left."""
        said = self._said + [
            (it.number, _Unread(it.pool, it.moment, it.headers)) for it in self._met if it.headers
        ]
        newest = _newest(sorted(said, key=itemgetter(0), reverse=True))
        for source in sorted(newest, key=lambda source: newest[source][1]):
            self._readings.keep(source, newest[source][0])
        for group in self._met:
            group.headers = None
        self._said, self._met = [], []

    def _say(self, it: "_Told | _Unread") -> None:
        self._number += 1
        self._said.append((self._number, it))
        if len(self._said) >= _MOST_SAID:
            self.settle()

    def _new_group(self, pool: Pool, names: tuple[str, ...], moment: datetime) -> _Group | None:
        """A group for headers with these names, unless the names are too long to be remembered."""
        if sum(map(len, names)) > _LONGEST_NAMES:
            self.settle()  # and hold few of them
            return None
        if len(self._met) >= _MOST_GROUPS:
            self.settle()
        if len(pool.groups) >= _MOST_GROUPS:
            pool.groups.clear()
        group = pool.groups[names] = _Group(pool, names, moment)
        return group

    def _is_whole(self, value: object) -> bool:
        """Whether a value is a whole number, of which those are remembered that come often: limits do."""
        is_whole = type(value) is str and value.isascii() and value.isdecimal() and len(value) < _DIGITS
        if is_whole and len(self._whole) < _MOST_WHOLE:
            self._whole.add(value)
        return is_whole


def _newest(said: Iterable[tuple[int, _Told | _Unread]]) -> dict[Source, tuple[Reading, int]]:
    """By source the newest reading; of equally new ones that with the greatest number, which comes first."""
    found: dict[Source, tuple[Reading, int]] = {}
    for number, it in said:
        _note(found, it.read() if isinstance(it, _Unread) else it, number)
    return found


def _note(found: dict[Source, tuple[Reading, int]], told: _Told, number: int) -> None:
    for resource, limit, remaining, reset in told.limits:
        source = Source(told.pool.provider, told.pool.model, resource)
        have = found.get(source)
        if have is None or told.at > have[0].at or number == have[1]:
            found[source] = Reading(told.at, limit, remaining, reset), number
