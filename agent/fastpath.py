"""The short way for what nearly all events are: nothing but their times, ids and counters is new.

It exists for speed alone, and decides nothing. What such an event means was decided on the plain way, for one
that said the same: here its numbers are added to the same series. It refuses, and leaves to the plain way,
whatever is not surely that: what is no JSON object alone in its record, keys or words not met before, a word
of another type, a number that cannot be used, and a time ahead of the clock; of a success a body with the
sign of an error; an error of which classify.met has no verdict. A property test holds both ways to
the same counts.
"""

import sys
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from agent.bounded import weight_of
from agent.classify import NO_RULES, OutcomeType, Rules, met
from agent.classify.classifier import is_answer
from agent.classify.known import Verdict
from agent.events import Reader
from agent.events.decode import loads
from agent.events.layouts import Layout, Read, Said, body_in, reader, said
from agent.events.response import FIRST_ERROR
from agent.events.rules import LATEST_TIMESTAMP, status, timestamp
from agent.events.wrappers import MOST_EVENTS
from agent.meaning import AHEAD, Counted, Dated, Meaning, Record, timely
from agent.metrics.cooldowns import moment
from agent.metrics.delta import Delta, Series, numbers_of, observe
from agent.metrics.labels import WRONG_ADDRESS
from agent.metrics.limits import Pool
from agent.metrics.tally import Shown, Tally

Otherwise = Callable[[Any, Any, int], Sequence[Meaning]]
"""Counts a record on the plain way; its JSON value is given, or None to have it read, and the place of its
first event. The answer is what was found in it.
"""

_MOST_LAYOUTS, _MOST_KEYS, _LONGEST_KEYS = 500, 100, 4096
_MOST_BYTES, _OVERHEAD = 48 << 20, 512  # of what events said, and of what is kept for each
_STATUSES, _WORDS = frozenset({int, str}), frozenset({str, type(None)})


_Wait = tuple[Series, float]

_Seen = tuple[Series, Series | None, Shown | None, Pool, _Wait | None]
"""What events that say the same are counted under: the series; the counter, where that is a histogram alone;
all of it if there is more. Then whose limits they tell of; and the seconds to wait that the event names."""


class _Like(NamedTuple):
    """Errors that say the same but for their bodies.

    Attributes:
        provider: As the event has it.

        seen: By what they mean; and where a wait is observed.
    """

    status: int
    provider: str
    seen: dict[Verdict, tuple[_Seen, Series]]


class _Known(NamedTuple):
    """What is known of events with the same keys: of successes, and of errors, that say the same."""

    layout: Layout
    successes: dict[Said, _Seen]
    errors: dict[Said, _Like]
    read: Read


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

    def __init__(
        self, reader: Reader, tally: Tally, *, rules: Rules = NO_RULES, is_off: bool = False
    ) -> None:
        self._reader, self._tally = reader, tally
        self._rules, self._is_off = rules, is_off
        self._known: dict[tuple[str, ...], _Known | None] = {}
        self._by_number: dict[int, Read] = {}  # of keys
        self._words: dict[object, object] = {}  # each once: combinations are many, their words are few
        self._bytes = 0  # of what is known

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
                    self._learn(event, otherwise(record, event, 0), latest)
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
        self, delta: Delta, seen: _Seen, headers: Any, at: datetime | None, seconds: float | None
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

    def _learn(self, event: Any, found: Sequence[Meaning], latest: datetime) -> None:
        """Remember what *event* said, if all that say the same may go the short way."""
        counted = found[0] if len(found) == 1 else None
        if not isinstance(counted, Counted) or self._is_off or not _is_whole(counted, event):
            return
        known = self._known_of(event)
        if known is None or not _is_rememberable(words := said(event, known.layout)):
            return
        if counted.outcome.type is OutcomeType.OK:
            self._learn_success(event, counted, known, words, latest)
        elif counted.outcome.type is not OutcomeType.UNKNOWN:
            self._learn_error(event, counted, known, words, latest)

    def _learn_success(
        self, event: Any, counted: Counted, known: _Known, words: Said, latest: datetime
    ) -> None:
        if counted.response.status in self._rules.of_successes or words in known.successes:
            return
        words = self._once(words)
        known.successes[words] = self._seen(counted)
        if _is_read(known, event, latest):
            self._weigh(words)
        else:
            del known.successes[words]

    def _learn_error(
        self, event: Any, counted: Counted, known: _Known, words: Said, latest: datetime
    ) -> None:
        """Remember what an error is counted under, if that follows from its words and what it means."""
        response, outcome = counted.response, counted.outcome
        if self._rules.concern(response.provider, response.status):
            return
        if response.status in WRONG_ADDRESS and self._tally.shown(response, outcome).folded:
            return  # until its path is admitted
        provider = counted.event.response.provider
        like = known.errors.get(words) or _Like(response.status or 0, provider, {})
        body, headers = body_in(event, known.layout), response.headers
        if body != response.body or (like.status < FIRST_ERROR and words not in known.successes):
            return
        told = met.verdict(body, like.status, like.provider, headers, latest)
        if told is None:
            return
        seen = self._seen(counted)
        like.seen[told[0]] = seen, self._tally.waits(seen[0].labels[0], outcome.type)
        known.errors[self._once(words)] = like
        self._weigh(words)

    def _meant(self, like: _Like, body: object, headers: Any, moment: Any) -> _Seen:
        """What an error is counted under; LookupError or TypeError where that is not known.

        It tells of limits only where there is a moment.
        """
        told: Any = met.verdict(body, like.status, like.provider, headers, moment)
        verdict, wait, limits = told
        seen, waits = like.seen[verdict]
        series, counter, beside, pool, _ = seen
        if limits:
            self._tally.limits.told(pool, moment.timestamp(), limits)
        return seen if wait is None else (series, counter, beside, pool, (waits, wait))

    def _seen(self, counted: Counted) -> _Seen:
        shown = self._tally.shown(counted.response, counted.outcome)
        beside = shown if shown.folded or shown.first_token else None
        pool = self._tally.pool(counted.response)
        return shown.timed or shown.series, shown.series if shown.timed else None, beside, pool, None

    def _once(self, words: Said) -> Said:
        """The same words, each as the one that was kept first."""
        new = [word for word in words if word not in self._words]
        self._words.update(zip(new, new, strict=True))
        self._bytes += weight_of(new)
        return tuple(self._words[word] for word in words)

    def _weigh(self, words: Said) -> None:
        self._bytes += sys.getsizeof(words) + _OVERHEAD

    def _known_of(self, event: Mapping[str, object]) -> _Known | None:
        """What is known of events with the keys of this one; None if they never go the short way."""
        if self._bytes >= _MOST_BYTES or len(self._known) >= _MOST_LAYOUTS:
            self._known.clear()
            self._by_number.clear()
            self._words.clear()
            self._bytes = 0
        keys = tuple(event)
        if keys not in self._known and len(keys) <= _MOST_KEYS and sum(map(len, keys)) <= _LONGEST_KEYS:
            known = self._known[keys] = self._new(event)
            if known is not None:
                self._by_number[len(keys)] = self._read if len(keys) in self._by_number else known.read
        return self._known.get(keys)

    def _new(self, event: Mapping[str, object]) -> _Known | None:
        layout = self._reader.layout(event)
        if layout is None:
            return None
        successes, errors = dict[Said, _Seen](), dict[Said, _Like]()
        read = reader(layout, successes, errors, is_answer, self._meant)
        return _Known(layout, successes, errors, read)

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


def _is_read(known: _Known, event: object, latest: datetime) -> bool:
    try:
        return known.read(event, latest) is not None
    except (LookupError, TypeError, ValueError):
        return False


def _is_rememberable(words: Said) -> bool:
    """Whether they are words, and the status is one by itself: else a body has said it."""
    kind, first, *others = words
    return kind in _STATUSES and _is_status(first) and all(type(word) in _WORDS for word in others)


def _is_status(word: object) -> bool:
    try:
        return bool(status(word))
    except ValueError:
        return False


def _is_whole(counted: Counted, event: object) -> bool:
    """Whether *event* itself is what counts, and all of it could be used."""
    response = counted.response
    if counted.found.opened.event is not event or response.status is None:
        return False
    return response.ending is None and not response.attempts and not counted.event.bad_fields
