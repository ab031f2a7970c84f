"""Which faults hit whom, and when: all of it follows from the seed. Pure."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

KILL, STALL, END = "SIGKILL", "SIGSTOP", "SIGTERM"
BROKER_KILL, BROKER_STALL, PARTITIONS = "broker SIGKILL", "broker SIGSTOP", "more partitions"

BROKER = -1
"""The target that is no member of a group."""

DECK = (*[KILL] * 4, *[STALL] * 2, *[END] * 2, BROKER_KILL, BROKER_STALL)
"""Dealt like cards, so that a short run has every kind too. One SIGTERM is a roll over all members."""

SESSION = 6.0
"""Seconds of silence after which the group lets a member go: the least that a broker allows."""

QUIET_BEGIN, QUIET_END = 5.0, 4.0  # seconds without a fault, to begin with something and to end it in order
GAP = (2.5, 7.0)
BETWEEN = 2.0  # seconds from one member to the next as they are rolled
SECONDS = {
    STALL: (SESSION + 1, SESSION + 5),
    END: (0.0, 0.0),
    KILL: (0.0, 0.0),
    BROKER_KILL: (1.0, 8.0),
    BROKER_STALL: (1.0, SESSION + 3),
}
RECOVERY = {STALL: 2.0, END: 4.0, KILL: 2.0, BROKER_KILL: 8.0, BROKER_STALL: 1.0}
"""Seconds for which the target is left alone after the fault."""


class Fault(NamedTuple):
    at: float
    """Seconds since the beginning."""
    kind: str
    target: int
    """Number of the member, the same in each group; or BROKER."""
    seconds: float
    """How long it is away."""

    def __str__(self) -> str:
        whom = "" if self.target == BROKER else f" member {self.target}"
        return f"{self.kind}{whom}" + (f" for {self.seconds:g} s" if self.seconds else "")


def faults(seed: int, duration: float, members: int = 2) -> list[Fault]:
    """The faults of a run, in the order of time."""
    chance = Random(f"faults {seed}")
    grown = Fault(round(duration * chance.uniform(0.3, 0.7), 1), PARTITIONS, BROKER, 0)
    return sorted([*_mixture(chance, duration, members), grown])


def _mixture(chance: Random, duration: float, members: int) -> Iterator[Fault]:
    free = dict.fromkeys([BROKER, *range(members)], 0.0)
    at, deck = QUIET_BEGIN, list[str]()
    while at < duration - QUIET_END:
        deck = deck or chance.sample(DECK, len(DECK))
        for fault in _dealt(chance, deck.pop(), at, free):
            if fault.at < duration - QUIET_END:
                free[fault.target] = fault.at + fault.seconds + RECOVERY[fault.kind]
                yield fault
        at += chance.uniform(*GAP)


def _dealt(chance: Random, kind: str, at: float, free: Mapping[int, float]) -> list[Fault]:
    """The faults of one card. *free*: from when on each target may have its next one."""
    seconds = round(chance.uniform(*SECONDS[kind]), 1)
    if kind in (BROKER_KILL, BROKER_STALL):
        targets = [BROKER]
    elif kind == END:
        targets = sorted(free.keys() - {BROKER})
    else:
        waiting = chance.sample(sorted(free.keys() - {BROKER}), len(free) - 1)
        targets = [min(waiting, key=lambda target: max(at, free[target]))]
    times = [max(at + BETWEEN * number, free[target]) for number, target in enumerate(targets)]
    return [Fault(round(when, 1), kind, target, seconds) for when, target in zip(times, targets, strict=True)]
