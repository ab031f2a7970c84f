"""One run of chaos: load, faults by the plan, and what each group has made of it."""

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import NamedTuple

from tests.chaos import groups, plan
from tests.chaos.groups import Group
from tests.chaos.injector import Injector, Say
from tests.chaos.rig import SETTLED_WITHIN, Rig
from tests.chaos.verdict import Verdict
from tests.tools.kafka import Kafka

TOPIC = "events"
TICK = 10.0  # seconds between two lines of progress
LATE = 2.0  # seconds by which the load may be late without a word
MODES = ("naive", "interval", "exact")
FAULTS_WITHIN = 60.0  # seconds in which the last faults are over


class Outcome(NamedTuple):
    """What a run has shown."""

    seed: int
    faults: int
    settled_after: float
    verdicts: dict[str, Verdict]
    failures: list[str]
    """What went wrong with the run itself, so that its figures prove nothing."""

    @property
    def is_sound(self) -> bool:
        return self.verdicts["exact"].is_sound and self.settled_after <= SETTLED_WITHIN and not self.failures


def run(duration: float, seed: int, say: Say, modes: Sequence[str] = MODES) -> Outcome:
    """Play *duration* seconds of load and faults, and add up."""
    with ExitStack() as stack:
        broker = stack.enter_context(Kafka())
        broker.create_topic(TOPIC)
        rig = stack.enter_context(Rig(broker.bootstrap, TOPIC, seed))
        by_mode = {mode: _group(rig, mode) for mode in modes}
        for group in rig.groups:
            group.launch()
        prom = rig.prometheus()
        rig.load.start()
        rig.wait_joined()
        say(f"{len(by_mode)} groups have joined")
        injector = stack.enter_context(Injector(plan.faults(seed, duration), rig.groups, broker, TOPIC, say))
        _wait(duration, rig, injector, say)
        injector.finish(FAULTS_WITHIN)
        rig.load.stop()
        if rig.load.late > LATE:
            say(f"the load was up to {rig.load.late:.1f} s late: the machine is busy")
        settled_after = rig.settle(prom)
        say(
            f"settled after {settled_after:.1f} s"
            if settled_after <= SETTLED_WITHIN
            else f"NOT settled: {rig.where()}"
        )
        time.sleep(2)  # two more scrapes, for those that show without a commit
        verdicts = {mode: rig.verdict(group, prom) for mode, group in by_mode.items()}
        return Outcome(
            seed, len(injector.done), settled_after, verdicts, injector.failures + rig.load.failures
        )


def _group(rig: Rig, mode: str) -> Group:
    if mode == "naive":
        return rig.naive()
    return rig.agents(mode, groups.EXACT if mode == "exact" else groups.INTERVAL)


def _wait(duration: float, rig: Rig, injector: Injector, say: Say) -> None:
    """Let the time pass with a line now and then for whoever watches."""
    end = time.monotonic() + duration
    while (left := end - time.monotonic()) > 0:
        rig.wait_for(lambda: False, min(left, TICK))
        if sys.stdout.isatty():
            say(f"{rig.load.sent:,} events sent, {len(injector.done)} faults")
