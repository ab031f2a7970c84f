"""What events with the same keys are counted under, by what they say.

A combination of words is read in full once, and what a body means is found out once (classify.met): an error
that is known is counted without being judged again under a path or a model under which it had not come.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from agent.bounded import weight_of
from agent.classify import Outcome, OutcomeType, Reason, Rules, met, provider_of
from agent.classify.classifier import is_answer
from agent.classify.known import Verdict
from agent.events import ApiResponse, Reader
from agent.events.layouts import Layout, Said, reader
from agent.events.response import FIRST_ERROR, UNKNOWN
from agent.events.rules import status
from agent.metrics.delta import Series
from agent.metrics.labels import WRONG_ADDRESS
from agent.metrics.limits import Pool
from agent.metrics.tally import Shown, Tally

_MOST_BYTES = 48 << 20  # of what events said, and of what is kept for each
_OF_WORDS, _OF_LIKE, _OF_VERDICT = 256, 768, 128
_STATUSES, _WORDS = frozenset({int, str}), frozenset({str, type(None)})

_Wait = tuple[Series, float]

Seen = tuple[Series, Series | None, Shown | None, Pool, _Wait | None]
"""What events that say the same are counted under: the series; the counter, where that is a histogram alone;
all of it if there is more. Then whose limits they tell of; and the seconds to wait that the event names.
"""


class _Like(NamedTuple):
    """Errors that say the same but for their bodies.

    Attributes:
        response: What all of them say. A duration stands for one that is another in each.

        seen: By what they mean; and where a wait is observed. None for what goes the plain way.
    """

    response: ApiResponse
    seen: dict[Verdict, tuple[Seen, Series] | None]


_Kept = tuple[Seen | None, _Like | None]
"""What successes that say the same are counted under, and errors."""

_Same = TypeVar("_Same")

_PLAINLY: _Kept = (None, None)


class Room:
    """The words of all events that are remembered, each kept once, and the bytes that they take."""

    def __init__(self) -> None:
        self._words: dict[object, object] = {}  # combinations are many, their words are few
        self._alike: dict[object, object] = {}  # and few what they are counted under
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._bytes >= _MOST_BYTES

    def clear(self) -> None:
        self._words.clear()
        self._alike.clear()
        self._bytes = 0

    def words(self, words: Said) -> Said:
        """The same words, each as it was kept first."""
        new = [word for word in words if word not in self._words]
        self._words.update(zip(new, new, strict=True))
        self._bytes += weight_of(new)
        return tuple(self._words[word] for word in words)

    def one(self, kept: _Same) -> _Same:
        """The same, as the object that was kept first."""
        return self._alike.setdefault(kept, kept)  # type: ignore[return-value]

    def take(self, size: int) -> None:
        """Count *size* bytes more that are kept for words."""
        self._bytes += size


class Combinations:
    """Knows them, or asks to have the event counted on the plain way.

    Args:
        rules: Of the users. Errors that they may concern are read in full, and successes that they name.

        room: Shared with others.

    Attributes:
        read: Reads an event with these keys, and answers what it is counted under as Seen.
    """

    def __init__(self, layout: Layout, reads: Reader, tally: Tally, rules: Rules, room: Room) -> None:
        self._layout, self._reads, self._tally, self._rules, self._room = layout, reads, tally, rules, room
        self._kept: dict[Said, _Kept] = {}
        self.read = reader(layout, self._kept.get, self._first, self._like, is_answer, self._meant)

    def forget(self) -> None:
        """Let go of all that is known: the compiled code and this hang in a circle, which is found late."""
        self._kept.clear()

    def _first(self, event: Any, words: Said, body: object) -> _Kept:
        """What is kept of *words*, which were not met before. LookupError where nothing can be."""
        if self._room.is_full or not _is_rememberable(words):
            raise LookupError
        words = self._room.words(words)
        said = {**event, **dict(zip(self._layout.words, words[1:], strict=True))}
        kept = self._kept[words] = self._found(said, body)
        self._room.take(_OF_WORDS)
        return kept

    def _found(self, event: Any, body: object) -> _Kept:
        response = self._whole(event)
        if response is None or response.status in self._rules.of_successes:
            return _PLAINLY
        if not _is_success(response):
            return None, self._like_of(response)
        if not is_answer(body):
            raise LookupError  # an error, of which it does not follow what a success is counted under
        return self._room.one((self._seen(response, Outcome(OutcomeType.OK, Reason.NONE, "none")), None))

    def _whole(self, event: Any) -> ApiResponse | None:
        """What *event* says, if it counts and could be used; 0.0 stands for what is measured."""
        found = self._reads.said_alone(event)
        if found is None or found.bad_fields:
            return None
        said, layout = found.response, self._layout
        if said.status is None or said.ending is not None or said.attempts:
            return None
        return ApiResponse(
            *(said.status, said.provider, said.method, said.path),
            *(layout.duration and 0.0, layout.first_token and 0.0),
            attributes=said.attributes,
        )

    def _like(self, event: Any, words: Said) -> _Like:
        """The errors that say the same as a success."""
        response = self._whole(event)
        if response is None:
            raise LookupError
        like = self._like_of(response)
        seen, _ = self._kept[words]
        self._kept[words] = seen, like
        return like

    def _like_of(self, response: ApiResponse) -> _Like:
        self._room.take(_OF_LIKE)
        return _Like(response, {})

    def _meant(self, like: _Like | None, body: object, headers: Any, moment: datetime | None) -> Seen:
        """What an error is counted under; LookupError or TypeError where that is not known.

        It tells of limits only where there is a moment.
        """
        if like is None:
            raise LookupError
        about = like.response
        told: Any = met.verdict(body, about.status, about.provider, headers, moment)
        verdict, wait, limits = told
        found: Any = like.seen[verdict] if verdict in like.seen else self._error(like, verdict)
        seen, waits = found
        series, counter, beside, pool, _ = seen
        if limits:
            self._tally.limits.told(pool, moment.timestamp(), limits)  # type: ignore[union-attr]
        return seen if wait is None else (series, counter, beside, pool, (waits, wait))

    def _error(self, like: _Like, verdict: Verdict) -> tuple[Seen, Series] | None:
        """What errors that mean *verdict* are counted under; None where each must be read in full."""
        if self._room.is_full:
            raise LookupError
        response, found = _by(like.response, verdict.dialect), None
        if not self._must_be_read(response, verdict):
            seen = self._seen(response, Outcome(verdict.type, verdict.reason, verdict.dialect))
            found = self._room.one((seen, self._tally.waits(seen[0].labels[0], verdict.type)))
            if response.status in WRONG_ADDRESS and seen[2] is not None and seen[2].folded:
                return found  # until its path is admitted
        like.seen[verdict] = found
        self._room.take(_OF_VERDICT)
        return found

    def _must_be_read(self, response: ApiResponse, verdict: Verdict) -> bool:
        """Whether the users have rules for such errors, or nobody knows what they are."""
        kind = verdict.type
        is_plain = kind is OutcomeType.OK or kind is OutcomeType.UNKNOWN
        return is_plain or self._rules.concern(response.provider, response.status)

    def _seen(self, response: ApiResponse, outcome: Outcome) -> Seen:
        shown = self._tally.shown(response, outcome)
        beside = shown if shown.folded or shown.first_token else None
        pool = self._tally.pool(response)
        return shown.timed or shown.series, shown.series if shown.timed else None, beside, pool, None


def _by(response: ApiResponse, dialect: str) -> ApiResponse:
    """The response with the provider that only its body tells."""
    provider = provider_of(dialect) if response.provider == UNKNOWN else None
    return replace(response, provider=provider) if provider else response


def _is_success(response: ApiResponse) -> bool:
    return response.status is not None and response.status < FIRST_ERROR


def _is_rememberable(words: Said) -> bool:
    """Whether they are words, and the status is one by itself: else a body has said it."""
    kind, first, *others = words
    return kind in _STATUSES and _is_status(first) and all(type(word) in _WORDS for word in others)


def _is_status(word: object) -> bool:
    try:
        return bool(status(word))
    except ValueError:
        return False
