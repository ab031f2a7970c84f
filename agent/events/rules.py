"""What each field of an event may be. Every rule returns the value in base units or raises ValueError."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from agent.events.hosts import host_of, provider_at

LONGEST_DURATION = 86_400.0
"""Seconds. A call that took more than a day is a unit mistaken for another."""

LATEST_TIMESTAMP = 4_102_444_800.0
"""Unix seconds of the year 2100. What lies beyond is a unit mistaken for another."""

_LONGEST_TEXT = 2048
_MILLISECONDS_FROM, _MICROSECONDS_FROM, _NANOSECONDS_FROM = 1e11, 1e14, 1e17


def status(value: object) -> int:
    """An HTTP status: 429, "429", " 429 " and 429.0, from 100 to 599."""
    if type(value) is str:
        value = value.strip()
        number = int(value) if value.isascii() and value.isdigit() and len(value) == 3 else 0  # noqa: PLR2004
    else:
        number = int(_number(value))
        if number != value:
            raise ValueError(value)
    if not 100 <= number <= 599:  # noqa: PLR2004
        raise ValueError(value)
    return number


def seconds(value: object) -> float:
    """A duration that is given in seconds."""
    return _duration(_number(value))


def milliseconds(value: object) -> float:
    """A duration that is given in milliseconds."""
    return _duration(_number(value) / 1e3)


def timestamp(value: object) -> float:
    """A moment as unix seconds: RFC 3339, or a unix time in s, ms, us or ns, told apart by size."""
    try:
        number = _number(value)
    except ValueError:
        return _rfc3339(text(value))
    for start, unit in ((_NANOSECONDS_FROM, 1e9), (_MICROSECONDS_FROM, 1e6), (_MILLISECONDS_FROM, 1e3)):
        if number >= start:
            number /= unit
            break
    if not 0 < number <= LATEST_TIMESTAMP:
        raise ValueError(value)
    return number


def text(value: object) -> str:
    if type(value) is not str:
        raise ValueError(value)
    if not value or len(value) > _LONGEST_TEXT:
        raise ValueError(value[:20])
    return value


def identifier(value: object) -> str:
    """A text, or a whole number that stands for one."""
    return str(value) if type(value) is int else text(value)


def provider(value: object) -> str:
    return text(value).strip().lower()


def host(value: object) -> str | None:
    """The provider that answers at a host name or URL; None when nobody known does."""
    return provider_at(host_of(text(value)))


def method(value: object) -> str:
    word = text(value).strip().upper()
    if not (word.isascii() and word.isalpha()):
        raise ValueError(value)
    return word


def headers(value: object) -> dict[str, str]:
    """Header fields by lower-case name; of a repeated one the first."""
    if isinstance(value, Mapping):
        pairs: Sequence[object] = list(value.items())
    elif isinstance(value, list):
        pairs = value
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


def _number(value: object) -> float:
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


def _rfc3339(word: str) -> float:
    moment = datetime.fromisoformat(word.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    number = moment.timestamp()
    if not 0 < number <= LATEST_TIMESTAMP:
        raise ValueError(word)
    return number
