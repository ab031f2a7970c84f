"""Who scrapes, and which page all of them have had. Time is passed in: seconds of a monotonic clock."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

FIRST_GUESS = 60.0
"""Seconds between two scrapes of somebody who has come once only: Prometheus's own default."""

MISSED = 3.0
"""Intervals without a delivery after which a scraper is given up."""

MOST = 16
"""Scrapers known at a time; one more, and the one not seen for longest is forgotten."""


@dataclass(slots=True)
class _Scraper:
    """One of them; *gaps* are the seconds between its last deliveries."""

    page: int
    at: float
    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=3))

    @property
    def interval(self) -> float:
        return max(self.gaps, default=FIRST_GUESS)

    def is_live(self, now: float) -> bool:
        return now - self.at <= MISSED * self.interval


class Scrapers:
    """Knows the last page that was delivered to each scraper.

    Args:
        wait_for_all: Whether a page counts as had when every scraper has had it, or when one has.
    """

    def __init__(self, *, wait_for_all: bool) -> None:
        self._wait_for_all = wait_for_all
        self._known: dict[str, _Scraper] = {}
        self._newest = 0
        self._expected, self._expected_until = 0, 0.0

    def delivered(self, name: str, page: int, now: float) -> None:
        """Note that scraper *name* has had page *page*."""
        self._newest = max(self._newest, page)
        scraper = self._known.setdefault(name, _Scraper(page, now))
        scraper.page = max(scraper.page, page)
        if now > scraper.at:
            scraper.gaps.append(now - scraper.at)
            scraper.at = now
        if len(self._known) > MOST:
            del self._known[min(self._known, key=lambda it: self._known[it].at)]

    def expect(self, note: str, now: float) -> None:
        """Wait, for a while, until as many scrapers have come as the process that wrote *note* had."""
        count, _, interval = _value(note.split()).partition("/")
        if not count.isdecimal() or not interval.replace(".", "", 1).isdecimal():
            return
        self._expected = max(self._expected, min(int(count), MOST))
        self._expected_until = max(self._expected_until, now + MISSED * float(interval))

    def note(self) -> str:
        """How many there are and how often they come: what commits carry for whoever reads on after us."""
        if len(self._known) < 2 or not self._wait_for_all:  # noqa: PLR2004 - one is waited for anyway
            return ""
        return f"{_KEY}{len(self._known)}/{max(it.interval for it in self._known.values()):.1f}"

    def had_by_all(self, now: float, asking: str | None = None) -> int:
        """The last page that all have had; with *asking*, that scraper is one of them.

        Without it somebody has just had one.
        """
        if not self._wait_for_all:
            return self._newest
        self._known = {name: it for name, it in self._known.items() if it.is_live(now)}
        is_stranger = asking is not None and asking not in self._known
        some_are_missing = len(self._known) < self._expected and now < self._expected_until
        if is_stranger or some_are_missing:
            return 0
        return min(it.page for it in self._known.values())


_KEY = "scrapers="


def _value(words: Iterable[str]) -> str:
    return next((word.removeprefix(_KEY) for word in words if word.startswith(_KEY)), "")
