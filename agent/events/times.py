"""Durations and instants as logs write them, in texts."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNITS = {
    **dict.fromkeys(("ns", "nanos", "nanosecond", "nanoseconds"), 1e-9),
    **dict.fromkeys(("us", "µs", "μs", "micros", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
}
_PART = re.compile(r"\s*(\d{1,15}(?:\.\d{0,15})?)\s*([a-zµμ]{1,12})\s*")
_ISO = re.compile(r"p(?:(\d{1,9})d)?(?:t(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9}(?:\.\d{1,15})?)s)?)?\Z")
_CLOCK = re.compile(r"(?:(\d{1,4})\.)?(\d{1,4}):(\d{2}):(\d{2}(?:\.\d{1,15})?)\Z")
_DAY, _HOUR, _MINUTE = 86_400.0, 3600.0, 60.0
_LONGEST = 64

_COMMA = re.compile(r"(:\d{2}),(\d{1,9})")
_SHORT_ZONE = re.compile(r"([+-]\d{2})(\d{2})\Z")
_FINER = re.compile(r"(\.\d{6})\d+")
_FORMATS = ("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S", "%d/%b/%Y:%H:%M:%S.%f %z", "%Y/%m/%d %H:%M:%S")


def seconds(word: str) -> float | None:
    """Seconds in a text with its own unit, None in one without.

    Go's `1m2.5s` and `182ms`, ISO 8601's `PT0.5S`, .NET's and Python's `00:00:01.25`, `0.2 seconds`.
    """
    if len(word) > _LONGEST:
        return None
    word = word.strip().lower()
    iso, clock = _ISO.match(word), _CLOCK.match(word)
    parts = next((match.groups() for match in (iso, clock) if match and any(match.groups())), None)
    if parts is not None:
        days, hours, minutes, rest = (float(part or 0) for part in parts)
        return days * _DAY + hours * _HOUR + minutes * _MINUTE + rest
    return _with_units(word)


def _with_units(word: str) -> float | None:
    total, at = 0.0, 0
    while at < len(word):
        match = _PART.match(word, at)
        if match is None or match[2] not in _UNITS:
            return None
        total += float(match[1]) * _UNITS[match[2]]
        at = match.end()
    return total if word else None


def unix_time(word: str) -> float:
    """Unix seconds of an instant in a text; one without a zone is in UTC.

    ISO 8601 and RFC 3339, also with a space or a comma and with nine decimals, the common log format of web
    servers, and the date of HTTP and mail headers.

    Raises:
        ValueError: If it is none of these.
    """
    if word[-1:] == "Z" and len(word) <= _LONGEST:
        with suppress(ValueError):
            return datetime.fromisoformat(word).timestamp()
    word = word.strip().strip("[]")
    if len(word) > _LONGEST:
        raise ValueError(word[:20])
    for read in _readers():
        try:
            moment = read(word)
        except (ValueError, TypeError, IndexError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    raise ValueError(word)


def _readers() -> Iterator[Callable[[str], datetime]]:
    yield _iso
    for form in _FORMATS:
        yield lambda word, form=form: datetime.strptime(word, form)  # type: ignore[misc]  # noqa: DTZ007
    yield parsedate_to_datetime


def _iso(word: str) -> datetime:
    word = word.removesuffix(" UTC").removesuffix(" GMT")
    word = _FINER.sub(r"\1", _COMMA.sub(r"\1.\2", word))
    return datetime.fromisoformat(_SHORT_ZONE.sub(r"\1:\2", word.replace(" +", "+")))
