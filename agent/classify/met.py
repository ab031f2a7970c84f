"""What an error means that says what others said, told without making a response of it: for the short way."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from agent.classify.classifier import hinted, retold
from agent.classify.dialects import recognition
from agent.classify.hints import WAITS, now_of, retry_after
from agent.classify.known import CURED_BY_WAITING, Known, Verdict
from agent.classify.memo import marks_in
from agent.classify.outcome import RateLimit
from agent.events import rules
from agent.events.response import ApiResponse

_MOST_NAMES, _LONGEST_NAMES = 1000, 4096  # sets of names of headers that are remembered; characters of one


Told = tuple[Verdict, float | None, tuple[RateLimit, ...]]
"""What an error means, the wait that it names, and the limits that its body tells of."""


class _Asked(NamedTuple):
    """Of headers with the same names those that matter to what an error means, and to how long to wait."""

    names: tuple[str, ...]
    has_wait: bool


def verdict(
    body: object,
    status: int | None,
    provider: str,
    headers: Mapping[str, object] | None,
    moment: datetime | None,
) -> Told | None:
    """What classify() says of it; None where a whole response is needed to say that.

    Args:
        headers: As they stand in an event, with *moment* as its own time.
    """
    memory = recognition.REGISTRY.memory
    known: Known | None
    if not headers:
        known, written = memory.told_of(body, status, provider, (), retold)
        if known is None or known.by_clock or known.outcome.rate_limits:
            return _dated(known, body, provider, moment)
        return known.verdict, _wait(known, written), ()
    if moment is None or sum(map(len, headers)) > _LONGEST_NAMES:
        return None
    names, has_wait = _asked(tuple(headers), memory.names)
    found = rules.headers({name: headers[name] for name in names}) if names else {}
    known, written = memory.told_of(body, status, provider, marks_in(found, memory.names))
    if known is None or known.by_evidence:
        return None
    wait = _wait(known, written)
    if has_wait and known.outcome.type in CURED_BY_WAITING:
        wait = retry_after(found, wait, now_of(found, moment.timestamp(), None))
    return known.verdict, wait, ()


def _wait(known: Known, written: bytes | None) -> float | None:
    return known.outcome.retry_after if written is None else known.wait_in(written)


def _dated(known: Known | None, body: object, provider: str, moment: datetime | None) -> Told | None:
    """The same of a body that names instants or limits."""
    if known is None or moment is None:
        return None
    response = ApiResponse(provider=provider, timestamp=moment.timestamp(), body=body)
    outcome = hinted(known, response, None)
    return known.verdict, outcome.retry_after, outcome.rate_limits


@lru_cache(_MOST_NAMES)
def _asked(headers: tuple[str, ...], marking: frozenset[str]) -> _Asked:
    lower = [name.lower() for name in headers]
    has_wait = not WAITS.isdisjoint(lower)
    names = marking | WAITS | {"date"} if has_wait else marking
    return _Asked(tuple(name for name, plain in zip(headers, lower, strict=True) if plain in names), has_wait)
