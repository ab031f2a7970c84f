"""One run: a candidate on its own core reads a topic to its end, and is looked at once a second."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import NamedTuple

from bench import cores
from bench.arithmetic import Sample
from bench.candidates import Running
from bench.looking import LOOKING, OK, Page, look, page_of
from tests.tools.process import until

EVERY = 1.0  # seconds between two scrapes
READY_WITHIN = 120.0
AT_MOST = 1800.0  # seconds for a run

Tell = Callable[[int], None]


class Run(NamedTuple):
    """What was seen.

    Attributes:
        failed: Scrapes that were not answered with a page.

        first_count: Seconds from the moment it was ready until a page showed a record.
    """

    samples: list[Sample]
    failed: int
    first_count: float


def run(running: Running, records: int, tell: Tell = lambda _: None) -> Run:
    """Start a candidate, let it read so many records, and end it. *tell* gets how many it has read.

    Raises:
        TimeoutError: If it was not ready, or did not get on.
    """
    with ExitStack() as stack:
        stack.callback(running.server.close)
        with cores.on(cores.measured()):
            running.server.start()
        page = stack.enter_context(page_of(running.address))
        samples = [begin(running, page)]
        first_count = _until_counted(running, page)
        failed, due = 0, time.monotonic()
        while samples[-1].records < records:
            due = _wait_for_turn(due, samples[0].at)
            sample = look(running, page)
            failed += sample is None
            samples += [sample] if sample else []
            tell(samples[-1].records)
        return Run(samples, failed, first_count)


def begin(running: Running, page: Page) -> Sample:
    """Wait until it is ready, and look at it."""

    def is_ready() -> bool:
        if not running.server.running:
            raise RuntimeError(f"it ended by itself: {running.server.child.tail()}")
        return page.get(running.ready)[0] == OK

    until(is_ready, READY_WITHIN, f"{running.address} is not ready", every=0.01)
    first = look(running, page, LOOKING)
    if first is None:
        raise RuntimeError(f"{running.address} is ready and has no page")
    return first


def _until_counted(running: Running, page: Page) -> float:
    begun = time.monotonic()

    def has_counted() -> bool:
        found = look(running, page, LOOKING)
        return found is not None and found.records > 0

    until(has_counted, READY_WITHIN, f"{running.address} reads nothing", every=0.01)
    return time.monotonic() - begun


def _wait_for_turn(due: float, begun: float) -> float:
    """Wait until the next look is due and give that moment; one follows the other if they take too long.

    Raises:
        TimeoutError: If the run takes too long.
    """
    due = max(due + EVERY, time.monotonic())
    if due - begun > AT_MOST:
        raise TimeoutError(f"the run has not ended after {AT_MOST:g} s")
    time.sleep(max(0.0, due - time.monotonic()))
    return due
