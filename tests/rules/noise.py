"""Chance and daylight: numbers of events as they come, and the same at each call."""

from array import array
from collections.abc import Callable
from math import cos, exp, pi
from random import Random

from tests.rules.recording import Rate, at

DAY = 1440.0


def daylight(minute: float) -> float:
    """From a fiftieth at four in the night to 1 at four in the afternoon; minute 0 is midnight."""
    return 0.02 + 0.98 * (0.5 - 0.5 * cos(2 * pi * (minute - 240) / DAY)) ** 2


def poisson(seed: str, rate: Rate, size: int = 1) -> Rate:
    """A random number of events each minute, *rate* on average, *size* at once."""

    def number(minute: float) -> float:
        return float(_drawn(Random(f"{seed}{minute}"), at(minute, rate) / size) * size)

    return number


def drawn(seed: str, rate: Rate, minutes: int, step: float, size: int = 1) -> Callable[[float], float]:
    """The same for days, and for scrapes each *step* minutes: drawn once, or it takes long."""
    chance = Random(seed)
    found = array(
        "d",
        (
            _drawn(chance, at(number * step, rate) * step / size) * size / step
            for number in range(int(minutes / step) + 1)
        ),
    )
    return lambda minute: found[round(minute / step)]


def _drawn(chance: Random, wanted: float) -> int:
    if wanted > 30:
        return max(0, round(chance.gauss(wanted, wanted**0.5)))
    found, product = 0, chance.random()
    while product > exp(-wanted):
        found, product = found + 1, product * chance.random()
    return found
