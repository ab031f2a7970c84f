"""Counts records in their order: by the short way where that is surely right, else by the plain one.

The short way refuses what is no JSON object alone in its record, keys not met before, a word of another type,
a number that cannot be used, and a time ahead of the clock; of a success a body with the sign of an error; an
error of which classify.met has no verdict.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from agent.classify import Rules
from agent.events import Reader
from agent.events.decode import loads
from agent.events.layouts import Read
from agent.events.rules import LATEST_TIMESTAMP, timestamp
from agent.events.wrappers import MOST_EVENTS
from agent.fastpath.combinations import Combinations, Room, Seen
from agent.meaning import AHEAD, Counted, Dated, Meaning, Record, timely
from agent.metrics.cooldowns import moment
from agent.metrics.delta import Delta, numbers_of, observe
from agent.metrics.tally import Tally

Otherwise = Callable[[Any, Any, int], Sequence[Meaning]]
"""Counts a record on the plain way; its JSON value is given, or None to have it read, and the place of its
first event. The answer is what was found in it.
"""

_MOST_LAYOUTS, _MOST_KEYS, _LONGEST_KEYS = 500, 100, 4096


class _Item(NamedTuple):
    """An event in a list, in place of a record."""

    value: Any
    place: int
    timestamp: int


class FastPath:
    """Counts records, by the short way where that is surely right.

    Args:
        rules: Of the users. Errors that they may concern are read in full, and successes that they name.

        is_off: Whether every record goes the plain way.
    """

    def __init__(self, reader: Reader, tally: Tally, rules: Rules, *, is_off: bool) -> None:
        self._reader, self._tally = reader, tally
        self._rules, self._is_off = rules, is_off
        self._known: dict[tuple[str, ...], Combinations | None] = {}
        self._by_number: dict[int, Read] = {}  # of keys
        self._room = Room()

    def count(self, delta: Delta, records: Sequence[Record], now: float, otherwise: Otherwise) -> int:
        """Count *records* in their order; the answer is how many events went the short way."""
        return self._count(delta, records, now, otherwise, loads)

    def _count(
        self,
        delta: Delta,
        records: Sequence[Any],
        now: float,
        otherwise: Otherwise,
        parse: Callable[[Any], Any],
    ) -> int:
        reads, most, shortly = self._by_number, self._reader.max_bytes, len(records)
        bounds, limits = tuple(map(float, self._tally.buckets)), self._tally.limits
        waits, latest = self._tally.cooldowns.running, _latest(now)
        for record in records:
            event: Any = None
            try:
                value: Any = record.value
                event = parse(value) if len(value) <= most else None
                seen, seconds, first_token, headers, at = reads[len(event)](event, latest)
                series, counter, shown, pool, wait = seen
            except (LookupError, TypeError, ValueError):
                shortly -= 1
                if type(event) is list and _are_events(event):
                    shortly += self._count_list(delta, record, event, now, otherwise)
                else:
                    self._learn(event, otherwise(record, event, 0))
                continue
            numbers = delta.get(series) or numbers_of(delta, series)
            if seconds is None:
                numbers[0] += 1
            else:
                numbers[bisect_left(bounds, seconds)] += 1
                numbers[-1] += seconds
            if counter is not None:
                (delta.get(counter) or numbers_of(delta, counter))[0] += 1
            if shown is not None:
                self._tally.beside(delta, shown, first_token)
            if headers:
                limits.unread(pool, at, headers)
            if wait is not None or (waits and pool.key in waits):
                at = at if at.__class__ is datetime else _moment(at, record, now)
                self._wait(delta, seen, headers, at, seconds)
        return shortly

    def _wait(
        self, delta: Delta, seen: Seen, headers: Any, at: datetime | None, seconds: float | None
    ) -> None:
        """Observe the wait that an event names, and count it if it came before another was over."""
        series, _, _, pool, wait = seen
        if wait is not None:
            observe(delta, *wait)
        if at is not None:
            self._tally.cooldowns.count(delta, series, pool, headers, at, seconds, wait and wait[1])

    def _count_list(
        self, delta: Delta, record: Record, events: list[Any], now: float, otherwise: Otherwise
    ) -> int:
        """Count the events of one record, each as if it stood alone, but for its place."""
        more = 0  # than one by event, before the one that is looked at

        def one(item: _Item, _event: Any, _place: int) -> Sequence[Meaning]:
            nonlocal more
            found = otherwise(record, [item.value], item.place + more)
            more += len(found) - 1
            return found

        items = [_Item(event, place, record.timestamp) for place, event in enumerate(events)]
        return self._count(delta, items, now, one, _as_it_is)

    def _learn(self, event: Any, found: Sequence[Meaning]) -> None:
        """Let events with the keys of *event* go the short way from now on, if they can."""
        counted = found[0] if len(found) == 1 else None
        if not isinstance(counted, Counted) or self._is_off or not _is_whole(counted, event):
            return
        if self._room.is_full or len(self._known) >= _MOST_LAYOUTS:
            self._forget()
        keys = tuple(event)
        if keys not in self._known and len(keys) <= _MOST_KEYS and sum(map(len, keys)) <= _LONGEST_KEYS:
            known = self._known[keys] = self._combinations(event)
            if known is not None:
                self._by_number[len(keys)] = self._read if len(keys) in self._by_number else known.read

    def _forget(self) -> None:
        for known in filter(None, self._known.values()):
            known.forget()
        self._known.clear()
        self._by_number.clear()
        self._room.clear()

    def _combinations(self, event: Mapping[str, object]) -> Combinations | None:
        layout = self._reader.layout(event)
        if layout is None:
            return None
        return Combinations(layout, self._reader, self._tally, self._rules, self._room)

    def _read(self, event: Any, latest: datetime) -> Any:
        """Read an event with as many keys as others have that are not the same."""
        known = self._known[tuple(event)]
        return known and known.read(event, latest)


def _latest(now: float) -> datetime:
    return datetime.fromtimestamp(min(now + AHEAD, LATEST_TIMESTAMP), UTC)


def _moment(told: object, record: Dated, now: float) -> datetime | None:
    """When an event says that it was, which is none that names an instant, else when its record was."""
    at = timely(record, now) if told is None else timestamp(told)
    return None if at is None else moment(at)


def _as_it_is(value: Any) -> Any:
    return value


def _are_events(values: list[Any]) -> bool:
    return len(values) <= MOST_EVENTS and all(type(value) is dict for value in values)


def _is_whole(counted: Counted, event: object) -> bool:
    """Whether *event* itself is what counts, and all of it could be used."""
    response = counted.response
    if counted.found.opened.event is not event or response.status is None:
        return False
    return response.ending is None and not response.attempts and not counted.event.bad_fields
