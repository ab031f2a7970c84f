"""Rate-limit readings: the newest by provider, model and resource, for as long as each can be believed."""

from collections.abc import Callable
from typing import NamedTuple

from agent.metrics import catalogue

GAUGES = (
    (catalogue.RATELIMIT_LIMIT, "limit"),
    (catalogue.RATELIMIT_REMAINING, "remaining"),
    (catalogue.RATELIMIT_RESET, "reset"),
)
"""The gauges that show a reading, and which part of it each shows."""

UNDATED_LIFETIME = 120.0
"""Seconds for which a reading that names no reset is believed."""

LONGEST_LIFETIME = 900.0
"""Seconds after which no reading is believed, whatever reset it names."""

MOST_READINGS = 2000
"""Readings kept; beyond it the oldest go, as they say least."""


class Reading(NamedTuple):
    """What one response said of one limit.

    Attributes:
        at: Unix seconds of the response.

        reset: Unix seconds at which the window resets.
    """

    at: float
    limit: float | None
    remaining: float | None
    reset: float | None

    def is_valid(self, now: float) -> bool:
        ends = self.at + UNDATED_LIFETIME if self.reset is None else self.reset
        return now < min(ends, self.at + LONGEST_LIFETIME)

    @property
    def headroom(self) -> float:
        """Remaining as a share of the limit; infinite when it cannot be told."""
        if self.remaining is None:
            return float("inf")
        if not self.limit:
            return 0.0 if self.limit == 0 or self.remaining == 0 else float("inf")
        return self.remaining / self.limit


class Source(NamedTuple):
    """Who said it, and of what: the key of a reading."""

    provider: str
    model: str
    resource: str


class Readings:
    """Keeps readings and picks the one to show.

    Attributes:
        before_look: Called before it picks one: what was said of late may have to be read first.
    """

    def __init__(self) -> None:
        self.before_look: Callable[[], None] = lambda: None
        self._newest: dict[Source, Reading] = {}

    def keep(self, source: Source, reading: Reading) -> None:
        have = self._newest.get(source)
        if have is not None and have.at > reading.at:
            return
        self._newest.pop(source, None)  # the newest stands last
        self._newest[source] = reading
        if len(self._newest) > MOST_READINGS:
            del self._newest[next(iter(self._newest))]

    def tightest(self, now: float, *, by_model: bool = False) -> dict[tuple[str, ...], Reading]:
        """The valid reading with the least headroom, by (provider, resource) or with the model third."""
        self.before_look()
        self._newest = {source: reading for source, reading in self._newest.items() if reading.is_valid(now)}
        found: dict[tuple[str, ...], Reading] = {}
        for source, reading in self._newest.items():
            key = (source.provider, source.resource) + ((source.model,) if by_model else ())
            if key not in found or reading.headroom < found[key].headroom:
                found[key] = reading
        return found
