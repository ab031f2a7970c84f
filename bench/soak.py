"""A long run: a scrape every second, a fault every minute. What a warm agent holds must not grow.

python -m bench.soak [--duration 600]

Before, it reads a backlog, which fills what it remembers of events. Exits with 1 if memory, file descriptors,
tasks, threads or series have grown.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import results
from bench.arithmetic import added
from bench.candidates import Running, Watched, agents
from bench.events import Events
from bench.faults import FAULTS, SESSION, Place
from bench.filling import fill
from bench.flat import Held, trends
from bench.load import Load
from bench.looking import OK, Page, look, page_of, rss
from bench.mixes import BY_NAME
from bench.progress import Progress
from bench.rounds import PARTITIONS, SEED
from bench.running import begin
from tests.tools.kafka import Kafka
from tests.tools.process import until

MIX = BY_NAME["fresh_5"]
TOPIC, GROUP = "soak", "soak"
RATE = 1_000.0  # events a second
EVERY, FAULT_EVERY = 1.0, 60.0  # seconds
CHUNK = 10_000
WARMING = 500_000  # events
WARM_WITHIN = 300.0  # seconds


def values(events: Events) -> Iterator[bytes]:
    """Events without end, each with a timestamp of when it is sent, more or less."""
    while True:
        yield from events.values(CHUNK, time.time())


class Watch:
    """Looks at an agent once a second, and lets something go wrong once a minute.

    Attributes:
        held: What it held at each look.

        missed: Looks at which it had no page, as while it was stopped.

        faults: What went wrong, in order.
    """

    def __init__(self, place: Place, page: Page, say: Callable[[str], None]) -> None:
        self._place, self._page, self._say = place, page, say
        self._faults = cycle(FAULTS.items())
        self._under_way: Future[None] | None = None
        self.held: list[Held] = []
        self.missed = 0
        self.faults: list[str] = []

    def run(self, duration: float, tell: Callable[[int], None], fault_every: float) -> None:
        """Go on for so many seconds. A fault that failed raises what it raised."""
        begun = time.monotonic()
        with ThreadPoolExecutor(1, "faults") as pool:
            while (passed := time.monotonic() - begun) < duration:
                if passed > fault_every * (len(self.faults) + 1):
                    self._let_fail(pool)
                self._look()
                tell(int(passed))
                time.sleep(max(0.0, EVERY - (time.monotonic() - begun - passed)))
            self._end_fault()

    def _let_fail(self, pool: ThreadPoolExecutor) -> None:
        self._end_fault()
        name, fault = next(self._faults)
        self._say(name)
        self.faults.append(name)
        self._under_way = pool.submit(fault, self._place)

    def _end_fault(self) -> None:
        if self._under_way is not None:
            self._under_way.result(60)

    def _look(self) -> None:
        seen = held(self._place.agent, self._page)
        self.missed += seen is None
        self.held += [seen] if seen else []


def held(agent: Watched, page: Page) -> Held | None:
    """What it holds now; None while its page is not to be had, or it does not answer."""
    status, text = page.get()
    told = agent.ask() if status == OK else None
    if told is None:
        return None
    process = Path(f"/proc/{agent.pid}")
    return Held(
        rss_mb=rss(agent.pid) / 1e6,
        fds=len(list((process / "fd").iterdir())),
        blocks=told["blocks"],
        tasks=told["tasks"],
        threads=len(list((process / "task").iterdir())),
        series=added(text, "api_error_agent_series"),
    )


def warm(running: Running, page: Page, backlog: int, tell: Callable[[int], None]) -> None:
    """Wait until an agent has read so many records."""

    def is_read() -> bool:
        seen = look(running, page)
        tell(seen.records if seen else 0)
        return seen is not None and seen.records >= backlog

    until(is_read, WARM_WITHIN, f"the backlog of {backlog} records is not read", every=EVERY)


def soak(
    duration: float, progress: Progress, fault_every: float = FAULT_EVERY, warming: int = WARMING
) -> Watch:
    """Watch an agent on a Kafka of its own, once it has read a backlog of *warming* events."""
    events = Events(MIX, SEED, time.time())
    with ExitStack() as stack:
        broker = stack.enter_context(Kafka())
        with progress.step("writing a backlog", warming) as tell:
            fill(broker, TOPIC, islice(values(events), warming), PARTITIONS, tell)
        agent = stack.enter_context(Watched(broker.bootstrap, TOPIC, GROUP, {"kafka": SESSION}))
        running, page = agents(agent), stack.enter_context(page_of(agent.address))
        begin(running, page)
        with progress.step("warming up", warming) as tell:
            warm(running, page, warming, tell)
        load = stack.enter_context(Load(broker.bootstrap, TOPIC, values(events), RATE))
        watch = Watch(Place(broker, agent, load, TOPIC, GROUP), page, progress.say)
        with progress.step("soak, seconds", int(duration)) as tell:
            watch.run(duration, tell, fault_every)
        return watch


def part(watch: Watch, duration: float) -> dict[str, Any]:
    """What of it stands in results.json."""
    return {
        "seconds": duration,
        "events_per_second": RATE,
        "warmed_with": WARMING,
        "faults": len(watch.faults),
        "missed_scrapes": watch.missed,
        "held": {name: trend._asdict() for name, trend in trends(watch.held).items()},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--duration", type=float, default=600, help="seconds (default %(default)g)")
    options = parser.parse_args(arguments)
    with Progress() as progress:
        watch = soak(options.duration, progress)
        found = trends(watch.held)
        for name, (early, late) in found.items():
            word = "flat" if found[name].is_flat else "GROWN"
            progress.say(f"{name:8} {early:9.1f} -> {late:9.1f}  {word}")
    results.write({"soak": part(watch, options.duration)})
    return 0 if all(trend.is_flat for trend in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
