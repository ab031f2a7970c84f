"""What was found out about a body is remembered, since the bodies of a storm repeat.

It is sound because what is remembered can depend on nothing but its key: the dialects are shown the response
that `asked` makes, with what the key holds and nothing more. Headers that say when to try again or what is
left of a limit, and the clock, are asked anew each time.
"""

import marshal
import sys
from collections.abc import Mapping
from typing import Generic, TypeVar

import orjson

from agent.events.response import ApiResponse

LONGEST = 8192  # bytes of a body that is remembered: longer ones hardly repeat
MOST_BYTES = 8 << 20
_PLAIN = 2  # the version of marshal's format without references, which depend on more than the value
_WEIGHT, _OVERHEAD = 3, 2048  # bytes: what is known of a body quotes it, and has a size of its own

Value = TypeVar("Value")
Key = tuple[object, ...]


def written(body: object) -> str | bytes | None:
    """Write *body* so that only what is alike is written alike; None where that cannot be done."""
    if body is None or isinstance(body, str):
        return body or ""
    if not isinstance(body, dict | list):
        return None
    try:
        text = orjson.dumps(body)
        # NaN is no JSON, but may come from a caller, and orjson writes it as null.
        return marshal.dumps(body, _PLAIN) if b"null" in text else text
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
    return text, body is None, response.status, response.provider, response.ending, marks


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
