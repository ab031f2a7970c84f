"""When to try again: in a header, in a field of the body, or in the sentence."""

import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from agent.classify.dialects.dialect import Evidence
from agent.classify.durations import EPOCH, MEASURE, SPAN, duration, http_date, number, seconds_until
from agent.classify.foreign_waits import wait_in

_AFTER = re.compile(
    r"(?:ing|s)?(?:\s+your\s+request)?(?:[-_ ]?\s*(?:again\s+)?(?:in|after|for|time|period|is|of)\b)?:?"
    rf"\s+(?:approximately\s+|about\s+|at\s+least\s+)?({SPAN})(?![a-z]*\d|-\d)",
    re.IGNORECASE,
)
# 2024-06-27 is a date and 5dc4236a an id
# try again in 20s; retry after 7 seconds; wait 42 seconds; resets in ~8s; replenished in 12:31:07
# "a gain" is what a terminal's line break makes of it
_KEYS = (
    "gain",
    "come back",
    "retry",
    "wait",
    "reset",
    "available",
    "replenished",
    "allowed",
    "limited",
    "cooldown",
    "backoff",
)
# Behind these a bare number is a limit, unless it is said when: maximum tokens allowed 4096, allowed in 30
_LIMITS = frozenset({"available", "allowed", "limited"})
_WHEN = re.compile(r"\b(?:in|after)\b")
# What a client does or did itself is no hint of the server: "retrying in 10min", "total wait time: 5s"
_OWN = re.compile(
    r"(?<!before )(?<!consider )(?<!try )(?:retrying|waiting)|will (?:\w{1,16} )?retry|auto-?retry|\btotal\b"
)
# "allow 30 seconds before retrying", "22 minutes remaining", "5 second cooldown"
_TOWARDS = re.compile(
    rf"(?<![\d.])({MEASURE})\s+"
    r"(?:before (?:you |re)?(?:try|send|request|mak)|remaining|left|until|cooldown|cool-down)"
)
_ARTICLE = re.compile(r"(?:again|retry|wait)(?: in| after| for)? (an? (?:minute|hour|day))\b")
_NUMERALS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20,
    "thirty": 30, "sixty": 60,
}  # fmt: skip
_SPELLED = re.compile(rf"\b({'|'.join(_NUMERALS)})(?= (?:second|minute|hour|day))")
# The fields of bodies and headers in plain words: retryAfterSeconds=7, retry_after: 7s, 'retry-after': '7'
_NAMED = re.compile(
    r"retry[-_]?after[-_]?(seconds|secs|s|ms|millis)?'?\s?[:=]\s?'?"
    r"(\d{1,9}(?:\.\d{1,6})?)(ms|s)?(?![\w.:-])"
)
_MOST_HINTS = 4  # places looked at per key


_BEHIND_A_WAIT = ("before", "remaining", "left", "until", "cool")
_TELLING = re.compile("|".join((*_KEYS, *_BEHIND_A_WAIT)))
_SPELLED_UNITS = ("second", "minute", "hour", "day")


class _Told(NamedTuple):
    """A wait in a sentence, and the words that tell it."""

    seconds: float | None
    words: str = ""
    measure: str = ""  # with which the words end


def in_message(message: str) -> float | None:
    """Find "try again in 1m26.4s" and its kin in a sentence."""
    return _search(message).seconds


def _search(message: str) -> _Told:
    text = message[:4096].lower()
    if text.isascii() and not _TELLING.search(text):
        return _Told(wait_in(text))
    text = " ".join(text.split())
    if any(unit in text for unit in _SPELLED_UNITS):
        text = _SPELLED.sub(lambda numeral: str(_NUMERALS[numeral.group()]), text)
    if named := _NAMED.search(text):
        seconds = float(named[2]) / (1000 if (named[3] or named[1] or "").startswith("m") else 1)
        return _Told(seconds, named.group())
    for key in _KEYS:
        at = text.find(key)
        for _ in range(_MOST_HINTS):
            if at < 0:
                break
            found = _AFTER.match(text, at + len(key))
            is_name = text[at - 1 : at] == "_"  # Retrying embed_with_retry in 4 s
            is_own = is_name or _OWN.search(text[max(0, at - 24) : at + 8])
            if found and not is_own and not _is_limit(key, found):
                return _Told(duration(found.group(1)), text[at : found.end()], found.group(1))
            at = text.find(key, at + 1)
    if found := _TOWARDS.search(text) or _ARTICLE.search(text):
        return _Told(duration(found.group(1).replace("an ", "1 ").replace("a ", "1 ")), found.group())
    return _Told(wait_in(text))


def _is_limit(key: str, found: re.Match[str]) -> bool:
    return key in _LIMITS and found[1].isdecimal() and not _WHEN.search(found[0])


WAITS = frozenset({"retry-after", "retry-after-ms"})
"""Names of the headers that say when to try again."""


def _header(headers: Mapping[str, str], now: float | None) -> float | None:
    """Read Retry-After (RFC 9110: seconds or a date) or retry-after-ms (OpenAI, Azure)."""
    millis = number(headers.get("retry-after-ms"))
    if millis:
        return millis / 1000
    value = headers.get("retry-after")
    if value is None:
        return None if millis is None else 0.0
    plain = number(value)
    if plain is not None and plain < EPOCH:
        return plain
    at = seconds_until(value, now)
    return at if at is not None or plain is not None or http_date(value) is not None else duration(value)


def retry_after(headers: Mapping[str, str], told: float | None, now: float | None) -> float | None:
    """Say when to try again, in seconds: a header unless it is 0, else what the body *told*."""
    from_header = _header(headers, now) if headers else None
    if from_header and math.isfinite(from_header):
        return max(0.0, from_header)
    found = from_header if told is None else told
    return None if found is None or not math.isfinite(found) else max(0.0, found)


def in_body(evidence: tuple[Evidence, ...], now: float | None, text: str = "") -> float | None:
    """Find the wait of a body: in a field, else in a sentence.

    *text* is the body as it arrived: a client may have written the wait around what the server said.
    """
    found = next((seen for each in evidence if (seen := _in_evidence(each, now)) is not None), None)
    return in_message(text) if found is None and text else found


class Spot(NamedTuple):
    """Where in the text of a body the wait stands: in a body of the same shape it stands there too."""

    start: int
    end: int
    read: Callable[[str], float | None]


def spot_of(wait: float, evidence: tuple[Evidence, ...], text: str, written: str) -> Spot | None:
    """Find the spot in *written* of the *wait* that `in_body` found; None where that is not sure."""
    for each in evidence:
        if each.wait is not None and duration(each.wait) is not None:
            read = duration if isinstance(each.wait, str) else float
            return _spot(str(each.wait), str(each.wait), read, wait, written)
        if (told := _search(each.message)).seconds is not None:
            return _spot_of_words(told, wait, written)
    return _spot_of_words(_search(text), wait, written)


def _spot_of_words(told: _Told, wait: float, written: str) -> Spot | None:
    if told.measure:
        return _spot(told.words, told.measure, duration, wait, written)
    return _spot(told.words, told.words, in_message, wait, written)


def _spot(words: str, end: str, read: Callable[[str], float | None], wait: float, text: str) -> Spot | None:
    """Find the *end* of the only *words* in *text* that are these, if the wait can be read from it."""
    lower = text.lower()
    found = lower.find(words)
    stop = found + len(words)
    start = stop - len(end)
    if found < 0 or lower.find(words, found + 1) >= 0 or text[stop : stop + 1].isalnum():
        return None
    return Spot(start, stop, read) if read(text[start:stop]) == wait else None


def names_instant(evidence: Evidence) -> bool:
    """Say whether the wait in *evidence* depends on the clock."""
    return evidence.until is not None or (duration(evidence.wait) or 0) >= EPOCH


def _in_evidence(evidence: Evidence, now: float | None) -> float | None:
    if evidence.wait is not None and (found := duration(evidence.wait)) is not None:
        return found if found < EPOCH else seconds_until(found, now)
    if evidence.until is not None and (found := seconds_until(evidence.until, now)) is not None:
        return found
    return in_message(evidence.message)


def now_of(headers: Mapping[str, str], timestamp: float | None, now: float | None) -> float | None:
    """Choose the clock of a response: its date header, else its timestamp, else *now*."""
    date = headers.get("date") if headers else None
    at = http_date(date) if date else None
    return at if at is not None else timestamp if timestamp is not None else now
