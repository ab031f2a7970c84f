"""What each field of an event may be. Every rule returns the value in base units or raises ValueError."""

import math
import re
from collections.abc import Callable, Iterable, Mapping

from agent.events import grpc, times
from agent.events.hosts import host_of, provider_at
from agent.events.response import Ending

LONGEST_DURATION = 86_400.0
"""Seconds. A call that took more than a day is a unit mistaken for another."""

LATEST_TIMESTAMP = 4_102_444_800.0
"""Unix seconds of the year 2100. What lies beyond is a unit mistaken for another."""

LONGEST_TEXT = 2048
"""Characters of a word, a path or an id."""

_REQUEST_LINE = re.compile(r"[A-Z]+ \S+ HTTP/")
_ENDINGS = frozenset(Ending)
_MILLISECONDS_FROM, _MICROSECONDS_FROM, _NANOSECONDS_FROM = 1e11, 1e14, 1e17


def status(value: object) -> int:
    """An HTTP status: 429, "429", " 429 " and 429.0, from 100 to 599."""
    if type(value) is str:
        value = value.strip()
        number = int(value) if value.isascii() and value.isdigit() and len(value) == 3 else 0  # noqa: PLR2004
    else:
        number = int(finite(value))
        if number != value:
            raise ValueError(value)
    if not 100 <= number <= 599:  # noqa: PLR2004
        raise ValueError(value)
    return number


UNITS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
"""How many of a unit make a second."""


def seconds(value: object) -> float:
    """Seconds, from 0 to a day; a text may name its own unit."""
    return _duration_in(1.0, value)


def milliseconds(value: object) -> float:
    """Milliseconds, from 0 to a day; a text may name its own unit."""
    return _duration_in(1e3, value)


def microseconds(value: object) -> float:
    """Microseconds, from 0 to a day; a text may name its own unit."""
    return _duration_in(1e6, value)


def nanoseconds(value: object) -> float:
    """Nanoseconds, from 0 to a day; a text may name its own unit."""
    return _duration_in(1e9, value)


def with_unit(value: object) -> float | None:
    """A duration in a text that names its unit: a bare number could be seconds or milliseconds."""
    return _duration(told) if type(value) is str and (told := times.seconds(value)) is not None else None


def duration_in(unit: str) -> Callable[[object], float]:
    """The rule for a duration in *unit*, where a text does not name its own."""
    return {"s": seconds, "ms": milliseconds, "us": microseconds, "ns": nanoseconds}[unit]


def _duration_in(per_second: float, value: object) -> float:
    try:
        return _duration(finite(value) / per_second)
    except ValueError:
        told = with_unit(value)
        if told is None:
            raise
        return told


def timestamp_in(unit: str) -> Callable[[object], float]:
    """The rule for a unix time in *unit*; a date and time in a text has none."""

    def read(value: object) -> float:
        try:
            number = finite(value)
        except ValueError:
            return timestamp(value)
        return _unix_time(number / UNITS[unit])

    return read


def timestamp(value: object) -> float:
    """A date and time in a text, or a unix time in s, ms, us or ns, told apart by size."""
    try:
        number = finite(value)
    except ValueError:
        return _unix_time(times.unix_time(text(value)))
    for start, unit in ((_NANOSECONDS_FROM, 1e9), (_MICROSECONDS_FROM, 1e6), (_MILLISECONDS_FROM, 1e3)):
        if number >= start:
            number /= unit
            break
    return _unix_time(number)


def text(value: object) -> str:
    """A string of 1 to 2048 characters."""
    if type(value) is not str:
        raise ValueError(value)
    if not value or len(value) > LONGEST_TEXT:
        raise ValueError(value[:20])
    return value


def path(value: object) -> str:
    """A request path, also of a URL or of a request line."""
    word = text(value)
    if _REQUEST_LINE.match(word):
        word = word.split(" ")[1]
    if word.startswith(("http://", "https://")):
        _, slash, rest = word.split("://", 1)[1].partition("/")
        word = slash + rest or "/"
    return word


def identifier(value: object) -> str:
    """A string, or a whole number that stands for one."""
    return str(value) if type(value) is int else text(value)


def provider(value: object) -> str:
    """A provider's name, in upper or lower case."""
    return text(value).strip().lower()


def provider_or_host(value: object) -> str:
    """A provider's name, or the host name or URL at which a known one answers."""
    name = provider(value)
    return provider_at(host_of(name)) or name


def host(value: object) -> str | None:
    """A host name or URL at which a known provider answers."""
    return provider_at(host_of(text(value)))


def method(value: object) -> str:
    """An HTTP method, in upper or lower case, also of a request line."""
    word = text(value).strip().upper()
    if _REQUEST_LINE.match(word):
        word = word.partition(" ")[0]
    if not (word.isascii() and word.isalpha()):
        raise ValueError(value)
    return word


def headers(value: object) -> dict[str, str]:
    """An object, a list of pairs, or a list of objects with a name and a value.

    Names become lower-case; of a repeated one the first counts.
    """
    if isinstance(value, Mapping):
        pairs: Iterable[object] = value.items()
    elif isinstance(value, list):
        pairs = map(_pair, value)
    else:
        raise ValueError(value)  # noqa: TRY004 - one kind of error for all rules
    found: dict[str, str] = {}
    for pair in pairs:
        if isinstance(pair, tuple | list) and len(pair) == 2:  # noqa: PLR2004
            name, content = pair
            content = content[0] if isinstance(content, list) and content else content
            if isinstance(name, str) and isinstance(content, str | int | float):
                found.setdefault(name.lower(), str(content))
    return found


def headers_with(prefix: str, value: object) -> dict[str, str] | None:
    """The headers among the keys of an object: what follows *prefix*, with `-` where the key has `_`."""
    if not isinstance(value, Mapping):
        return None
    found = {
        str(name).removeprefix(prefix).replace("_", "-"): content
        for name, content in value.items()
        if str(name).startswith(prefix) and content not in ("", "-")
    }
    return headers(found) or None


def _pair(item: object) -> object:
    """A name and a value of {"name": ..., "value": ...}, and what is no such object as it is."""
    if not isinstance(item, Mapping):
        return item
    return item.get("name", item.get("key")), item.get("value", item.get("values"))


def ending(value: object) -> Ending | None:
    """A word of the closed set, or a gRPC status as a number or a word."""
    word = str(value).strip().lower()
    return Ending(word) if word in _ENDINGS else grpc.ending(value)


def attempts(value: object) -> tuple[int, ...]:
    """A list of the statuses of attempts."""
    if not isinstance(value, list):
        raise ValueError(value)  # noqa: TRY004 - one kind of error for all rules
    return tuple(map(status, value))


def attribute(value: object) -> str:
    """A text, as it is: what of it may become a label is not decided here."""
    if type(value) is not str:
        raise ValueError(value)
    return value


def body(value: object) -> object:
    """An object, JSON in a string, or plain text."""
    return value


def finite(value: object) -> float:
    """A finite number, also as text. True and False are not numbers here."""
    if type(value) is not int and type(value) is not float:
        word = text(value).strip()
        if not word.isascii() or "_" in word:
            raise ValueError(value)
        value = float(word)
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(value) from None
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _duration(number: float) -> float:
    if not 0 <= number <= LONGEST_DURATION:
        raise ValueError(number)
    return number


def _unix_time(number: float) -> float:
    if not 0 < number <= LATEST_TIMESTAMP:
        raise ValueError(number)
    return number
