"""The scenario on the clock: each event at its time, scrapes and views in between, and the last counts."""

import time
from collections.abc import Iterator
from types import FrameType

from agent.demo.child import Child
from agent.demo.compare import Line, compare
from agent.demo.ending import end
from agent.demo.producer import EventProducer
from agent.demo.scenario import PHASES, events
from agent.demo.scrape import ErrorKind, Snapshot, scrape
from agent.demo.screen import Screen
from agent.demo.table import View

SCRAPE_EVERY = 1.0  # seconds
REDRAW_EVERY = 0.25
DRAIN_WITHIN = 20.0
"""Seconds after the last event within which every one of them must be shown."""

_STEP = 0.05
_REMEMBERED = 20  # kinds of errors


class Session:
    """Sends each event at its time, and scrapes and shows in between.

    Attributes:
        counted: What the last scrape showed.

        is_stopping: Whether somebody asked for the end of the rounds.
    """

    def __init__(
        self,
        children: tuple[Child, ...],
        url: str,
        producer: EventProducer,
        screen: Screen,
        seconds: float,
    ) -> None:
        self._children = children
        self._url = url
        self._producer = producer
        self._screen = screen
        self._seconds = seconds
        self._begun = self._scraped = self._answered = time.monotonic()
        self._drawn = self._begun - REDRAW_EVERY
        self._interval = SCRAPE_EVERY
        self._phase = 0
        self._latest = Snapshot()
        self._recent: dict[ErrorKind, int] = {}
        self.counted = Snapshot()
        self.is_stopping = False

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Send no more; who asks twice does not want to wait for the last counts."""
        if self.is_stopping:
            end(number, frame)
        self.is_stopping = True

    @property
    def compared(self) -> list[Line]:
        """All that was sent beside all that was counted."""
        return compare(self._producer.sent, self.counted.responses)

    def play(self, seed: int) -> None:
        """Play one round to its end, and see it counted."""
        start = time.time()
        self._begun = time.monotonic()
        for event in events(self._seconds, seed, start):
            if self.is_stopping:
                break
            self._pass_time_until(self._begun + event.at - start)
            self._enter(event.phase)
            self._producer.send(event)
        self._producer.flush()
        self._enter(len(PHASES))
        self._drain()

    def _drain(self) -> None:
        """Scrape until all that was sent is shown, and once more: what is counted twice may come late."""
        deadline = time.monotonic() + DRAIN_WITHIN
        while self.counted.responses.total() < self._producer.sent.total() and time.monotonic() < deadline:
            self._pass_time_until(time.monotonic() + _STEP)
        self._pass_time_until(time.monotonic() + SCRAPE_EVERY + _STEP)

    def _enter(self, phase: int) -> None:
        if phase != self._phase:
            self._phase = phase
            self._draw(time.monotonic())

    def _pass_time_until(self, moment: float) -> None:
        self._turn()
        while (left := moment - time.monotonic()) > 0:
            time.sleep(min(left, _STEP))
            self._turn()

    def _turn(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        if now - self._scraped >= SCRAPE_EVERY:
            for child in self._children:
                child.check()
            self._scrape(now)
        if now - self._drawn >= REDRAW_EVERY:
            self._draw(now)

    def _scrape(self, now: float) -> None:
        self._scraped = now
        snapshot = scrape(self._url)
        if snapshot is None:
            return
        self._interval, self._answered = now - self._answered, now
        self._latest, self.counted = snapshot - self.counted, snapshot
        self._recent = dict(
            [*self._latest.errors.most_common(), *_without(self._recent, self._latest)][:_REMEMBERED]
        )

    def _draw(self, now: float) -> None:
        self._drawn = now
        view = View(
            url=self._url,
            phase=self._phase,
            elapsed=now - self._begun,
            seconds=self._seconds,
            sent=self._producer.sent.copy(),
            interval=self._interval,
            counted=self.counted,
            latest=self._latest,
            recent=tuple(self._recent.items()),
        )
        self._screen.show(view)


def _without(earlier: dict[ErrorKind, int], latest: Snapshot) -> Iterator[tuple[ErrorKind, int]]:
    return ((kind, count) for kind, count in earlier.items() if kind not in latest.errors)
