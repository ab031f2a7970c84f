"""What was found out about a body is remembered, since the bodies of a storm repeat.

It is sound because what is remembered can depend on nothing but its key: the dialects are shown the response
that `asked` makes, with what the key holds and nothing more. Headers that say when to try again or what is
left of a limit, and the clock, are asked anew each time.
"""

import marshal
import sys
from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

import orjson

from agent.classify.shape import shape_of
from agent.events.response import ApiResponse

LONGEST = 8192  # bytes of a body that is remembered: longer ones hardly repeat
MOST_BYTES = 8 << 20
_PLAIN = 2  # the version of marshal's format without references, which depend on more than the value
_WEIGHT, _OVERHEAD = 3, 2048  # bytes: what is known of a body quotes it, and has a size of its own


class Tellable(Protocol):
    """What is remembered."""

    @property
    def by_numbers(self) -> bool:
        """Whether the numbers of a body say more than its shape: a wait, a limit."""

    @property
    def has_shape(self) -> bool:
        """Whether it holds for all bodies of the same shape, but for what their numbers say."""


Value = TypeVar("Value")
Told = TypeVar("Told", bound=Tellable)
Key = tuple[object, ...]


def written(body: object) -> str | bytes | None:
    """Write *body* so that only what is alike is written alike; None where that cannot be done.

    JSON is not the way: it writes NaN as null, and takes forty times as long for a megabyte of quotes.
    """
    if body is None or isinstance(body, str):
        return body or ""
    try:
        return marshal.dumps(body, _PLAIN) if isinstance(body, dict | list | int | float) else None
    except ValueError:
        return None


def json_of(body: object) -> str | None:
    """Write *body* as a text; None where that would lose something."""
    if body is None or isinstance(body, str):
        return body
    try:
        text = orjson.dumps(body)
        return None if b"null" in text and orjson.loads(text) != body else text.decode()
    except (TypeError, ValueError):
        return None


def asked(response: ApiResponse, names: frozenset[str]) -> ApiResponse:
    """Leave of *response* what a finding may depend on: of the headers those with one of *names*."""
    headers = seen(response.headers, names) if response.headers else {}
    return ApiResponse(
        response.status, response.provider, headers=headers, body=response.body, ending=response.ending
    )


def seen(headers: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """Pick the headers with one of *names*; an id, which never repeats, says only that it is there."""
    return {name: "" if name.endswith("id") else headers[name] for name in names if name in headers}


def key_of(response: ApiResponse, names: frozenset[str]) -> Key | None:
    """Give all that a finding about *response* depends on; None where it is not to be remembered."""
    text = written(response.body)
    if text is None or len(text) > LONGEST:
        return None
    body = response.body
    headers = response.headers
    marks = tuple(seen(headers, names).items()) if headers and not names.isdisjoint(headers) else ()
    return text, type(body), response.status, response.provider, response.ending, marks


class Memo(Generic[Value]):
    """Values by key, as many as fit in *most_bytes*; when they are full all are forgotten."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: dict[Key, Value] = {}
        self.get = self._kept.get

    def keep(self, key: Key, value: Value) -> None:
        """Remember *value*; the first part of *key* is what weighs."""
        self._bytes += _WEIGHT * sys.getsizeof(key[0]) + _OVERHEAD
        if self._bytes > self._most_bytes:
            self._kept.clear()
            self._bytes = 0
        self._kept[key] = value


class Memory(Generic[Told]):
    """What was found out, by whole bodies and by their shapes.

    Args:
        names: Of the headers on which a finding may depend.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self._bodies: Memo[Told] = Memo()
        self._shapes: Memo[Told] = Memo()

    def recall(
        self,
        response: ApiResponse,
        judge: Callable[[ApiResponse, str], Told],
        retell: Callable[[Told, ApiResponse, str], Told],
    ) -> Told:
        """Remember what was told of *response*, or *judge* it; of its like, *retell* what numbers say."""
        key = key_of(response, self.names)
        if key is None:
            return judge(response, "")
        told = self._bodies.get(key)
        if told is None:
            told = self._by_shape(key, response, judge, retell)
            self._bodies.keep(key, told)
        return told

    def _by_shape(
        self,
        key: Key,
        response: ApiResponse,
        judge: Callable[[ApiResponse, str], Told],
        retell: Callable[[Told, ApiResponse, str], Told],
    ) -> Told:
        text = json_of(response.body)
        shape = shape_of(text) if text else None
        if text is None or shape is None:
            return judge(response, "")
        like = (shape, *key[1:])
        told = self._shapes.get(like)
        if told is not None:
            return retell(told, response, text) if told.by_numbers else told
        told = judge(response, text)
        if told.has_shape:
            self._shapes.keep(like, told)
        return told
