"""The short way for what nearly all events are: nothing but their times and their id is new.

It exists for speed alone, and decides nothing. What such an event means was decided on the plain way, for one
that said the same: here its numbers are added to the same series. It refuses, and leaves to the plain way,
whatever is not surely that: what is no JSON object alone in its record, keys or words not met before, a word
of another type, a number that cannot be used, and a time ahead of the clock; of a success a body with the
sign of an error; of an error a body not met before, and headers, which may name a wait. A property test holds
both ways to the same counts.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from agent.classify import OutcomeType
from agent.classify.classifier import hangs_on_clock, is_answer
from agent.classify.memo import LONGEST, Memo, written
from agent.events import Reader
from agent.events.decode import loads
from agent.events.rules import LATEST_TIMESTAMP, status
from agent.events.shapes import Read, Said, Shape, reader, said
from agent.meaning import AHEAD, Counted, Record
from agent.metrics.delta import Delta, Series
from agent.metrics.labels import WRONG_ADDRESS
from agent.metrics.limits import Pool
from agent.metrics.tally import Shown, Tally, numbers_of, observe

Otherwise = Callable[[Record, Any], Counted | None]
"""Counts a record on the plain way; its JSON value is given, or None to have it read.

The answer is its event, if that is the only one and counts.
"""

_MOST_SHAPES, _MOST_KEYS, _MOST_SEEN = 500, 100, 65_536
_STATUSES, _WORDS = frozenset({int, str}), frozenset({str, type(None)})


_Wait = tuple[Series, float]

_Seen = tuple[Series, Shown | None, Pool, _Wait | None]
"""What events that say the same are counted under, all of it if there is more than a series; whose limits
they tell of; and the seconds to wait that each of them names."""


class _Known(NamedTuple):
    """What is known of events with the same keys, and of those that say the same.

    Attributes:
        number: No others have it.
    """

    number: int
    shape: Shape
    seen: dict[Said, _Seen]
    read: Read


class FastPath:
    """Counts records, by the short way where that is surely right.

    Args:
        read_whole: Statuses of which the body decides more than whether it is an error.

        is_off: Whether every record goes the plain way.
    """

    def __init__(
        self, reader: Reader, tally: Tally, *, read_whole: frozenset[int] = frozenset(), is_off: bool = False
    ) -> None:
        self._reader, self._tally = reader, tally
        self._read_whole, self._is_off = read_whole, is_off
        self._known: dict[tuple[str, ...], _Known | None] = {}
        self._by_number: dict[int, Read] = {}  # of keys
        self._remembered = 0
        self._errors: Memo[_Seen] = Memo()
        self._asked: tuple[object, str | bytes | None] = (None, "")  # a body, as it is written
        self._met: set[int] = set()  # hashes of errors that were met once
        self._numbers = count()

    def count(self, delta: Delta, records: Sequence[Record], now: float, otherwise: Otherwise) -> int:
        """Count *records* in their order; the answer is how many went the short way."""
        reads, most, shortly = self._by_number, self._reader.max_bytes, len(records)
        latest = datetime.fromtimestamp(min(now + AHEAD - 1, LATEST_TIMESTAMP), UTC)
        bounds, limits = tuple(map(float, self._tally.buckets)), self._tally.limits
        for record in records:
            event: Any = None
            try:
                value: Any = record.value
                event = loads(value) if len(value) <= most else None
                (series, shown, pool, wait), seconds, first_token, headers = reads[len(event)](event, latest)
            except (LookupError, TypeError, ValueError):
                shortly -= 1
                self._learn(event, otherwise(record, event), latest)
                continue
            numbers = delta.get(series) or numbers_of(delta, series)
            if seconds is None:
                numbers[0] += 1
            else:
                numbers[bisect_left(bounds, seconds)] += 1
                numbers[-1] += seconds
            if shown is not None:
                self._tally.beside(delta, shown, first_token)
            if wait is not None:
                observe(delta, *wait)
            if headers:
                found, moment = headers
                limits.unread(pool, moment, found)
        return shortly

    def _learn(self, event: Any, counted: Counted | None, latest: datetime) -> None:
        """Remember what *event* said, if all that say the same may go the short way."""
        if counted is None or self._is_off or not _is_whole(counted, event):
            return
        known = self._known_of(event)
        if known is None or not _is_rememberable(words := said(event, known.shape)):
            return
        if counted.outcome.type is not OutcomeType.OK:
            self._learn_error(event, counted, known, words)
        elif (
            counted.response.status not in self._read_whole and words not in known.seen and _say_status(words)
        ):
            known.seen[words] = self._seen(counted)
            if _is_read(known, event, latest):
                self._remembered += 1
            else:
                del known.seen[words]

    def _learn_error(self, event: Any, counted: Counted, known: _Known, words: Said) -> None:
        """Remember an error with its body, if that and the words say all of it."""
        response, outcome = counted.response, counted.outcome
        key = known.shape.body
        if outcome.type is OutcomeType.UNKNOWN or outcome.rate_limits or response.headers:
            return
        body, text = self._asked
        text = text if body is response.body else written(response.body)
        if response.body is not (None if key is None else event[key]) or text is None or len(text) > LONGEST:
            return
        place = (text, type(response.body), known.number, words)
        if not self._is_met(hash(place)) or hangs_on_clock(response):
            return
        if response.status not in WRONG_ADDRESS or not self._tally.shown(response, outcome).folded:
            self._errors.keep(place, self._seen(counted))

    def _is_met(self, error: int) -> bool:
        """Whether it was met before: with ids of its own a body comes once, and is not worth the room."""
        if error in self._met:
            return True
        if len(self._met) >= _MOST_SEEN:
            self._met.clear()
        self._met.add(error)
        return False

    def _error_of(self, number: int, body: object, words: Said) -> _Seen | None:
        text = written(body)
        self._asked = body, text
        return self._errors.get((text, type(body), number, words))

    def _seen(self, counted: Counted) -> _Seen:
        response, outcome = counted.response, counted.outcome
        shown = self._tally.shown(response, outcome)
        beside = shown if shown.folded or shown.first_token else None
        return shown.series, beside, self._tally.pool(response), self._tally.wait(shown, outcome)

    def _known_of(self, event: Mapping[str, object]) -> _Known | None:
        """What is known of events with the keys of this one; None if they never go the short way."""
        if self._remembered >= _MOST_SEEN or len(self._known) >= _MOST_SHAPES:
            self._known.clear()
            self._by_number.clear()
            self._remembered = 0
        keys = tuple(event)
        if keys not in self._known and len(keys) <= _MOST_KEYS:
            shape, seen = self._reader.shape(event), dict[Said, _Seen]()
            number = next(self._numbers)
            read = shape and reader(shape, seen, is_answer, partial(self._error_of, number))
            known = self._known[keys] = _Known(number, shape, seen, read) if shape and read else None
            if known is not None:
                self._by_number[len(keys)] = self._read if len(keys) in self._by_number else known.read
        return self._known.get(keys)

    def _read(self, event: Any, latest: datetime) -> Any:
        """Read an event with as many keys as others have that are not the same."""
        known = self._known[tuple(event)]
        return known and known.read(event, latest)


def _is_read(known: _Known, event: object, latest: datetime) -> bool:
    try:
        return known.read(event, latest) is not None
    except (LookupError, TypeError, ValueError):
        return False


def _is_rememberable(words: Said) -> bool:
    kind, _, *others = words
    return kind in _STATUSES and all(type(word) in _WORDS for word in others)


def _say_status(words: Said) -> bool:
    """Whether the status is one by itself: else a body has said it."""
    try:
        return bool(status(words[1]))
    except ValueError:
        return False


def _is_whole(counted: Counted, event: object) -> bool:
    """Whether *event* itself is what counts, and all of it could be used."""
    response = counted.response
    if counted.found.opened.event is not event or response.status is None:
        return False
    return response.ending is None and not response.attempts and not counted.event.bad_fields
