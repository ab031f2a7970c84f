"""Wiring: broker, agent, producer and scrapes around the scenario, and an orderly end."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from agent.demo.broker import Broker, create_topic
from agent.demo.child import Child, DemoError
from agent.demo.compare import compare
from agent.demo.producer import EventProducer
from agent.demo.runner import Agent
from agent.demo.scenario import DEFAULT_SEED, PHASES, events
from agent.demo.scrape import ErrorKind, Snapshot, scrape
from agent.demo.screen import DIFFERENT, EXACT, Screen, conclude, screen_for
from agent.demo.table import View

TOPIC = "api-responses"
SCRAPE_EVERY = 1.0  # seconds
REDRAW_EVERY = 0.25
DRAIN_WITHIN = 20.0
"""Seconds after the last event within which every one of them must be shown."""

_STEP = 0.05
_REMEMBERED = 20  # kinds of errors


def play(seconds: float, listen_address: str, seed: int = DEFAULT_SEED) -> int:
    """Play the whole demo; the exit code."""
    console = Console(highlight=False)
    try:
        with _sigterm_like_ctrl_c():
            return _play(console, seconds, listen_address, seed)
    except KeyboardInterrupt:
        console.print("Stopped before its end: nothing was compared.")
    except DemoError as error:
        console.print(f"The demo failed: {error}", markup=False, soft_wrap=True)
    return DIFFERENT


def _play(console: Console, seconds: float, listen_address: str, seed: int) -> int:
    with TemporaryDirectory(prefix="api-error-agent-demo-") as name, Broker(folder := Path(name)) as broker:
        create_topic(broker.bootstrap, TOPIC)
        with Agent(folder, broker.bootstrap, TOPIC, listen_address) as agent:
            console.print(
                f"An embedded broker at {broker.bootstrap}, the agent at {agent.url}/metrics", soft_wrap=True
            )
            producer = EventProducer(broker.bootstrap, TOPIC)
            with screen_for(console) as screen:
                session = Session((broker, agent), agent.url, producer, screen, seconds)
                session.play(seed)
                session.drain()
            code = conclude(console, compare(producer.sent, session.counted.responses))
            if code != EXACT:
                console.print(f"The end of the agent's log:\n{agent.tail}", markup=False, soft_wrap=True)
            return code


class Session:
    """Sends each event at its time, and scrapes and shows in between.

    Attributes:
        counted: What the last scrape showed.
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

    def play(self, seed: int) -> None:
        start = time.time()
        self._begun = time.monotonic()
        for event in events(self._seconds, seed, start):
            self._pass_time_until(self._begun + event.at - start)
            self._enter(event.phase)
            self._producer.send(event)
        self._producer.flush()
        self._enter(len(PHASES))

    def drain(self) -> None:
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


@contextmanager
def _sigterm_like_ctrl_c() -> Iterator[None]:
    earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
