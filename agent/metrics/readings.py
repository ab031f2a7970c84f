"""Rate-limit readings: by whose limit it is the newest, and the lowest since a scraper was last here.

Each is shown for as long as it can be believed.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from agent.metrics import catalogue

GAUGES = (
    (catalogue.RATELIMIT_LIMIT, "limit"),
    (catalogue.RATELIMIT_REMAINING, "remaining"),
    (catalogue.RATELIMIT_RESET, "reset"),
    (catalogue.RATELIMIT_UTILIZATION, "utilization"),
)
"""The gauges that show a reading, and which part of it each shows."""

APART = ("model", "pool")
"""Extra labels that tell readings apart where they are asked for."""

UNDATED_LIFETIME = 120.0
"""Seconds for which a reading that names no reset is believed."""

LONGEST_LIFETIME = 900.0
"""Seconds after which no reading is believed, whatever reset it names."""

MOST_READINGS = 2000
"""Readings kept; beyond it the oldest go, as they say least."""


ANYBODY = ""
"""Stands for who is no scraper, or was never here: what came since anybody's last scrape is new to it."""

MOST_SCRAPERS = 8
"""Scrapers for whom the lowest readings are kept; who has not come for longest is forgotten first."""


def apart(extra: Collection[str]) -> tuple[str, ...]:
    """By which of the *extra* labels readings are shown apart."""
    return tuple(name for name in APART if name in extra)


class Reading(NamedTuple):
    """What one response said of one limit.

    Attributes:
        at: Unix seconds of the response.

        reset: Unix seconds at which the window resets.

        utilization: The used share of the limit, where no more is told.
    """

    at: float
    limit: float | None
    remaining: float | None
    reset: float | None
    utilization: float | None = None

    def is_valid(self, now: float) -> bool:
        ends = self.at + UNDATED_LIFETIME if self.reset is None else self.reset
        return now < min(ends, self.at + LONGEST_LIFETIME)

    @property
    def left(self) -> float:
        """What is left, in the unit of the limit or as a share; infinite when it is not told."""
        if self.remaining is None:
            return float("inf") if self.utilization is None else 1 - self.utilization
        return self.remaining

    @property
    def headroom(self) -> float:
        """Remaining as a share of the limit; infinite when it cannot be told."""
        if self.remaining is None:
            return self.left
        if not self.limit:
            return 0.0 if self.limit == 0 or self.remaining == 0 else float("inf")
        return self.remaining / self.limit


class Source(NamedTuple):
    """Whose limit it is, and of what: the key of a reading.

    Attributes:
        pool: What tells two limits of a provider apart: account, project, deployment, region; the name of a
            policy.
    """

    provider: str
    model: str
    resource: str
    pool: str = ""


class Readings:
    """Keeps readings and picks the ones to show.

    Args:
        label: Makes a label value of the value of a part of a source, whose name comes first.

    Attributes:
        before_look: Called before it picks one: what was said of late may have to be read first.
    """

    def __init__(self, label: Callable[[str, str], str] = lambda _name, value: value) -> None:
        self.before_look: Callable[[], None] = lambda: None
        self._label = label
        self._newest: dict[Source, Reading] = {}
        self._lowest: dict[str, dict[Source, Reading]] = {ANYBODY: {}}  # by scraper, since it was last here

    def keep(self, source: Source, reading: Reading) -> None:
        for lowest in self._lowest.values():
            if source not in lowest or reading.left <= lowest[source].left:
                lowest[source] = reading
        have = self._newest.get(source)
        if have is not None and have.at > reading.at:
            return
        self._newest.pop(source, None)  # the newest stands last
        self._newest[source] = reading
        if len(self._newest) > MOST_READINGS:
            self._forget(next(iter(self._newest)))

    def seen(self, scraper: str) -> None:
        """*scraper* has what a page showed: what comes from now on is new to it."""
        self._lowest.pop(scraper, None)
        if len(self._lowest) > MOST_SCRAPERS:
            del self._lowest[next(name for name in self._lowest if name != ANYBODY)]
        self._lowest |= {scraper: {}, ANYBODY: {}}

    def tightest(
        self, now: float, *, by: Collection[str] = (), scraper: str = ANYBODY
    ) -> dict[tuple[str, ...], Reading]:
        """The valid reading with the least headroom, by provider, resource, and what *by* names of a source.

        Of each source that is the lowest since *scraper* was here, and the newest where that one is over.
        """
        self.before_look()
        for source in [source for source, reading in self._newest.items() if not reading.is_valid(now)]:
            self._forget(source)
        lowest = self._lowest.get(scraper, self._lowest[ANYBODY])
        found: dict[tuple[str, ...], Reading] = {}
        for source, newest in self._newest.items():
            low = lowest.get(source, newest)
            reading = low if low.is_valid(now) else newest
            key = (source.provider, source.resource, *(self._label(it, getattr(source, it)) for it in by))
            if key not in found or reading.headroom < found[key].headroom:
                found[key] = reading
        return found

    def _forget(self, source: Source) -> None:
        for readings in (self._newest, *self._lowest.values()):
            readings.pop(source, None)
