"""What responses say of rate limits.

Of each source the newest reading is kept, and the lowest since the last look. So of headers with the same
names only those are read, and only when somebody looks: to read them all would cost more than all else of an
event.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from agent.classify.hints import now_of
from agent.classify.limits import owner, rate_limits, telling, whose
from agent.classify.outcome import RateLimit
from agent.events import rules
from agent.metrics.readings import Reading, Readings, Source

_LONGEST_NAMES = 4096  # characters
_MOST_SAID, _MOST_POOLS, _MOST_GROUPS, _LONGEST = 1000, 4000, 4000, 128
_NO_NUMBER = -1
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Pool:
    """Whose limits they are, as events say it: provider as a label value and as it is. Compared by identity.

    Attributes:
        name: What tells limits of the same model at the same provider apart; "" where the event does not say.

        key: The same for all objects that stand for the same pool.
    """

    __slots__ = ("groups", "key", "model", "name", "named", "provider")

    def __init__(self, provider: str, model: str, named: str, name: str) -> None:
        self.provider, self.model, self.named, self.name = provider, model, named, name
        self.key = f"{named}\0{model}\0{name}"
        self.groups: dict[tuple[str, ...], _Group] = {}


def owner_in(pool: Pool, headers: Mapping[str, object] | None) -> str:
    """Whose calls *headers* tell of, read or as they stand in an event, where their pool does not say it."""
    if pool.name or not headers:
        return ""
    group = pool.groups.get(names := tuple(headers))
    telling_whose = whose(names) if group is None else group.whose
    if not telling_whose:
        return ""
    return owner(rules.headers({name: headers[name] for name in telling_whose}))[:_LONGEST]


class _Told(NamedTuple):
    """Readings of one response; *owner* is whose limits they are as its headers say it."""

    pool: Pool
    at: float
    limits: Iterable[RateLimit]
    owner: str

    def readings(self) -> Iterator[tuple[Source, Reading]]:
        pool, named = self.pool, self.pool.name or self.owner
        for resource, limit, remaining, reset, name, utilization in self.limits:
            which = "/".join(filter(None, (named, name)))[:_LONGEST]
            source = Source(pool.provider, pool.model, resource, which)
            yield source, Reading(self.at, limit, remaining, reset, utilization)


_Held = tuple[int, datetime, Mapping[str, object]]
"""Headers as they stand in an event, with its number and its own time."""


class _Group:
    """Headers with the same names, of one pool.

    Attributes:
        whose: Names of those that say whose limits they are; the other headers of a group are of one owner.

        needed: Of each resource that these tell of, a header that is enough for a reading; None where that is
            not so simple.

        newest: Of those whose needed ones can be used: older ones say nothing more, but for the lowest.

        least, lowest: By needed header the least that it said, and where it did.

        odd: Those that have to be read one by one.
    """

    __slots__ = ("is_met", "least", "lowest", "needed", "newest", "odd", "pool", "whose")

    def __init__(self, pool: Pool, names: tuple[str, ...]) -> None:
        self.pool, self.whose = pool, whose(names)
        self.needed = telling(names, pool.named)
        self._empty()

    def _empty(self) -> None:
        self.is_met = False
        self.newest: _Held | None = None
        self.least: dict[str, float] = dict.fromkeys(self.needed or (), float("inf"))
        self.lowest: dict[str, _Held] = {}
        self.odd: list[_Held] = []

    def read(self) -> list[tuple[int, _Told]]:
        """All that was held, with the number of its event; nothing is held any more."""
        held = {it[0]: it for it in (self.newest, *self.lowest.values(), *self.odd) if it}
        self._empty()
        return [(number, self._read(it)) for number, it in held.items()]

    def _read(self, it: _Held) -> _Told:
        _, moment, written = it
        headers, at = rules.headers(written), moment.timestamp()
        limits = rate_limits(headers, {}, now_of(headers, at, None), self.pool.named)
        return _Told(self.pool, at, limits, owner(headers))


class Limits:
    """Gathers what is said of limits; the newest and lowest of it become readings when somebody looks."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        readings.before_look = self.settle
        self._number = self._unread = 0
        self._told: list[tuple[int, _Told]] = []
        self._met: list[_Group] = []
        self._pools: dict[tuple[str, str, str, str], Pool] = {}

    def pool(self, provider: str, model: str, named: str, name: str = "") -> Pool:
        """The one object for whose limits they are."""
        if len(self._pools) >= _MOST_POOLS:
            self._pools.clear()
        key = provider, model[:_LONGEST], named, name[:_LONGEST]
        return self._pools.setdefault(key, Pool(*key))

    def told(
        self, pool: Pool, at: float, limits: Iterable[RateLimit], headers: Mapping[str, str] = _NO_HEADERS
    ) -> None:
        """Take what was read of a response with *headers*; *at* is its unix time."""
        self._number += 1
        self._told.append((self._number, _Told(pool, at, limits, owner(headers))))
        self._waiting()

    def unread(self, pool: Pool, moment: datetime, headers: Mapping[str, object]) -> None:
        """Take headers as they stand in an event."""
        group = pool.groups.get(names := tuple(headers)) or self._new_group(pool, names, names)
        if group.whose:
            group = self._owned(group, names, headers)
        if not group.is_met:
            group.is_met = True
            self._met.append(group)
        self._number += 1
        it = self._number, moment, headers
        if group.needed is None:
            self._odd(group, it)
            return
        least = group.least
        try:
            for name in group.needed:
                value = headers[name]
                amount = int(value) if value.__class__ is str else _NO_NUMBER
                if amount < 0:
                    self._odd(group, it)
                    return
                if amount <= least[name]:
                    least[name], group.lowest[name] = amount, it
        except ValueError:
            self._odd(group, it)
            return
        if group.newest is None or group.newest[1] <= moment:
            group.newest = it

    def settle(self) -> None:
        """Keep what a look at all that was said, in its order, would have left."""
        said = self._told + [one for group in self._met for one in group.read()]
        for _, told in sorted(said, key=itemgetter(0)):
            for source, reading in told.readings():
                self._readings.keep(source, reading)
        self._told, self._met = [], []
        self._unread = 0

    def _odd(self, group: _Group, it: _Held) -> None:
        """Hold what has to be read by itself."""
        group.odd.append(it)
        self._waiting()

    def _waiting(self) -> None:
        """One more waits; settle where there are many."""
        self._unread += 1
        if self._unread >= _MOST_SAID:
            self.settle()

    def _owned(self, group: _Group, names: tuple[str, ...], headers: Mapping[str, object]) -> _Group:
        """The group of those among *group* that are of the same owner."""
        key = (*names, *(str(headers[name]) for name in group.whose))
        return group.pool.groups.get(key) or self._new_group(group.pool, key, names)

    def _new_group(self, pool: Pool, key: tuple[str, ...], names: tuple[str, ...]) -> _Group:
        if len(self._met) >= _MOST_GROUPS:
            self.settle()
        if len(pool.groups) >= _MOST_GROUPS:
            pool.groups.clear()
        group = _Group(pool, names)
        if sum(map(len, key)) <= _LONGEST_NAMES:
            pool.groups[key] = group
        else:  # too long to be remembered; and few of them are held
            self.settle()
        return group
