"""What was found out about a body is remembered, since the bodies of a storm repeat.

It is sound because what is remembered can depend on nothing but its key: the dialects are shown the response
that `asked` makes, with what the key holds and nothing more. Headers that say when to try again or what is
left of a limit, and the clock, are asked anew each time.
"""

from collections.abc import Callable, Mapping
from typing import Generic, Protocol, Self, TypeVar

import orjson

from agent.bounded import Bounded
from agent.classify.shapes import Shapes
from agent.events.response import ApiResponse

LONGEST = 8192  # bytes of a body that is remembered: longer ones hardly repeat
_MOST_BYTES, _MOST_BYTES_OF_SHAPES = 8 << 20, 16 << 20
_WEIGHT, _OVERHEAD = 3, 2048  # bytes: what is known of a body quotes it, and has a size of its own
_MOST_MET = 65_536  # bodies that had to be read anew


class Tellable(Protocol):
    """What is remembered."""

    @property
    def has_shape(self) -> bool:
        """Whether it holds for all bodies of the same shape, but for what their numbers say."""

    @property
    def by_evidence(self) -> bool:
        """Whether its dialect must read what the numbers of another body of the same shape say."""

    def read_in(self, written: bytes) -> Self:
        """What it is for another body of the same shape, where no dialect must read that."""


Told = TypeVar("Told", bound=Tellable)
Marks = tuple[tuple[str, str], ...]


def written(body: object) -> bytes | None:
    """Write *body* so that only what is alike is written alike; None where that cannot be done."""
    try:
        data = _dumped(body)
        # JSON has no NaN: it would be written as null
        is_other = b"null" in data and type(body) is not str and orjson.loads(data) != body
    except (TypeError, ValueError):
        return None
    return None if is_other else data


def _dumped(body: object) -> bytes:
    """Write what was JSON."""
    if type(body) is str:
        return body.encode("utf-8", "surrogatepass")
    return b"" if body is None else orjson.dumps(body)


def asked(response: ApiResponse, names: frozenset[str]) -> ApiResponse:
    """Leave of *response* what a finding may depend on: of the headers those with one of *names*."""
    headers = seen(response.headers, names) if response.headers else {}
    return ApiResponse(
        response.status, response.provider, headers=headers, body=response.body, ending=response.ending
    )


def seen(headers: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """Pick the headers with one of *names*; an id, which never repeats, says only that it is there."""
    return {name: "" if name.endswith("id") else headers[name] for name in names if name in headers}


def marks_in(headers: Mapping[str, str], names: frozenset[str]) -> Marks:
    """The headers on which a finding may depend, as part of a key."""
    return tuple(seen(headers, names).items()) if headers and not names.isdisjoint(headers) else ()


class Memory(Generic[Told]):
    """What was found out, by whole bodies and by their shapes.

    Args:
        names: Of the headers on which a finding may depend.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self._bodies: Bounded[Told] = Bounded(_MOST_BYTES, _WEIGHT, _OVERHEAD)
        self._shapes: Shapes[Told] = Shapes(_MOST_BYTES_OF_SHAPES)
        self._met: set[int] = set()  # hashes

    def forget(self) -> None:
        self._bodies.clear()
        self._shapes.clear()
        self._met.clear()

    def recall(
        self,
        response: ApiResponse,
        judge: Callable[[ApiResponse, str], Told],
        retell: Callable[[Told, ApiResponse, str], Told],
    ) -> Told:
        """Remember what was told of *response*, or *judge* it; of its like, *retell* what numbers say."""
        data = written(response.body)
        if data is None or len(data) > LONGEST:
            return judge(response, "")
        rest = (
            *(type(response.body), response.status, response.provider, response.ending),
            marks_in(response.headers, self.names),
        )
        told = self._bodies.get((data, *rest))
        if told is None:
            told = self._by_shape(rest, response, data, judge, retell)
            self._bodies.keep((data, *rest), told)
        return told

    def told_of(
        self,
        body: object,
        status: int | None,
        provider: str,
        marks: Marks,
        retell: Callable[[Told, ApiResponse, str], Told] | None = None,
    ) -> tuple[Told | None, bytes | None]:
        """What recall() remembers of a response that is no more than that; None where it would have to judge.

        Beside it stands the body as it is written where that is not the one which was remembered: how long to
        wait must be read in it.

        Args:
            body: Was JSON.

            retell: Without it None is also what numbers would have to be read anew for.
        """
        data = _dumped(body)
        rest = type(body), status, provider, None, marks
        told = self._bodies.get((data, *rest))
        if told is not None or len(data) > LONGEST:
            return told, None
        like = self._shapes.get(data, rest)
        if like is None or not like.by_evidence:
            return like, data
        if retell is None:
            return None, None
        told = retell(like, ApiResponse(status, provider, body=body), _text(data))
        key = (data, *rest)
        if self._is_met(hash(key)):
            self._bodies.keep(key, told)
        return told, None

    def _by_shape(
        self,
        rest: tuple[object, ...],
        response: ApiResponse,
        data: bytes,
        judge: Callable[[ApiResponse, str], Told],
        retell: Callable[[Told, ApiResponse, str], Told],
    ) -> Told:
        told = self._shapes.get(data, rest)
        if told is not None:
            return retell(told, response, _text(data)) if told.by_evidence else told.read_in(data)
        told = judge(response, _text(data))
        if told.has_shape:
            self._shapes.keep(data, rest, told)
        return told

    def _is_met(self, body: int) -> bool:
        """Whether it was met before: with ids of its own a body comes once, and is not worth the room."""
        if body in self._met:
            return True
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met.add(body)
        return False


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
