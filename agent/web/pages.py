"""What the web needs of those who know what to show."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol


class Content(NamedTuple):
    """The body of an answer and its type.

    Attributes:
        pieces: The body. Each piece is some milliseconds of work, done when it is asked for; some are empty.
    """

    pieces: Iterator[bytes]
    type: str


class Scrape(Protocol):
    """One scrape on its way to its scraper."""

    @property
    def content(self) -> Content:
        """What to send."""

    async def end(self, *, delivered: bool) -> None:
        """How it ended; told exactly once."""


class Pages(Protocol):
    """What the server shows. Of several scrapes at a time each has an end of its own."""

    def preview(self, accept: str) -> Content:
        """All that is counted, for a request that is no scrape; nothing moves."""

    async def begin_scrape(self, scraper: str, accept: str, is_stale: Callable[[], bool]) -> Scrape | None:
        """The page for *scraper*; None when the request was stale when its turn came."""

    def health(self) -> str:
        """Empty when the process lives, else what is wrong."""

    def readiness(self) -> str:
        """Empty when the process is ready, else what it waits for."""
