"""What Prometheus has seen, held against what the topic holds. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import NamedTuple

Sample = tuple[float, float]
"""Unix time of the scrape, value."""


class Key(NamedTuple):
    """What tells one series of the load from another; methods and types follow from it."""

    provider: str
    path: str
    status: str
    model: str


class Series(NamedTuple):
    """One series of one instance, with its raw samples in the order of time."""

    instance: str
    labels: Mapping[str, str]
    samples: Sequence[Sample]

    @property
    def key(self) -> Key:
        return Key(*(self.labels.get(name, "") for name in Key._fields))


def seen(samples: Iterable[Sample]) -> list[Sample]:
    """The samples without stale markers, which say that a scrape failed and nothing of the value."""
    return [sample for sample in samples if not isnan(sample[1])]


def increase(samples: Iterable[Sample]) -> float:
    """What increase() adds up before it extrapolates: the first sample is the base, a drop is a reset."""
    values = [value for _, value in seen(samples)]
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def counted(series: Iterable[Series]) -> Counter[Key]:
    """Increases by key, over all instances."""
    found: Counter[Key] = Counter()
    for one in series:
        found[one.key] += round(increase(one.samples))
    return found


@dataclass(frozen=True)
class Comparison:
    """Truth against what was counted, series by series: a loss in one does not hide a double in another."""

    produced: int
    counted: int
    wrong: Mapping[Key, int]
    """Counted minus truth, where that is not 0."""
    rare: int
    rare_exact: int

    @property
    def lost(self) -> int:
        return -sum(min(0, difference) for difference in self.wrong.values())

    @property
    def doubled(self) -> int:
        return sum(max(0, difference) for difference in self.wrong.values())

    @property
    def difference(self) -> int:
        return self.doubled - self.lost


def compare(truth: Mapping[Key, int], found: Mapping[Key, int], rare: Iterable[Key]) -> Comparison:
    wrong = {
        key: found.get(key, 0) - truth.get(key, 0)
        for key in sorted({*truth, *found})
        if found.get(key, 0) != truth.get(key, 0)
    }
    produced_rare = {key for key in rare if truth.get(key)}
    return Comparison(
        produced=sum(truth.values()),
        counted=sum(found.values()),
        wrong=wrong,
        rare=len(produced_rare),
        rare_exact=len(produced_rare - set(wrong)),
    )
