"""What raw samples show besides their sums: what no reader should meet, and what explains a loss. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import NamedTuple

from tests.chaos.evaluation import Key, Sample, Series, seen

Lives = Mapping[str, Mapping[float, float]]
"""By instance and time of a scrape, when the process that answered it began (process_start_time_seconds)."""


def lives(starts: Iterable[Series]) -> Lives:
    found: dict[str, dict[float, float]] = defaultdict(dict)
    for one in starts:
        found[one.instance].update(seen(one.samples))
    return found


class Finding(NamedTuple):
    """Something in the samples that no reader of theirs should meet."""

    what: str
    instance: str
    at: float
    key: Key
    before: float
    after: float

    def __str__(self) -> str:
        series = " ".join(part for part in self.key if part)
        return f"{self.what}: {self.instance} at {self.at:.3f}, {series}: {self.before:g} -> {self.after:g}"


def _steps(one: Series, begun: Lives) -> Iterator[tuple[Sample, Sample, bool]]:
    """Neighbouring samples, and whether the same process gave both."""
    life = begun.get(one.instance, {})
    for before, after in pairwise(seen(one.samples)):
        yield before, after, life.get(before[0]) == life.get(after[0])


def decreases(series: Iterable[Series], begun: Lives) -> Iterator[Finding]:
    """Counters that went down although the process went on: every reader takes that for a restart."""
    for one in series:
        for before, after, is_same_life in _steps(one, begun):
            if is_same_life and after[1] < before[1]:
                yield Finding("decrease", one.instance, after[0], one.key, before[1], after[1])


def masked_resets(series: Iterable[Series], begun: Lives) -> Iterator[Finding]:
    """Restarts that increase() cannot see, as the new process first showed no less than the old one."""
    for one in series:
        for before, after, is_same_life in _steps(one, begun):
            if not is_same_life and after[1] >= before[1] > 0:
                yield Finding("masked reset", one.instance, after[0], one.key, before[1], after[1])


def missed_beginnings(series: Iterable[Series]) -> Iterator[Finding]:
    """Series whose first sample is not 0: increase() never sees what it had by then."""
    for one in series:
        first = next(iter(seen(one.samples)), None)
        if first is not None and first[1] > 0:
            yield Finding("missed beginning", one.instance, first[0], one.key, 0, first[1])


class Segment(NamedTuple):
    """What one process has shown of one series."""

    instance: str
    began: float
    first: Sample
    last: Sample

    def __str__(self) -> str:
        (since, low), (to, high) = self.first, self.last
        return f"{self.instance} begun {self.began:.3f}: {low:g} at {since:.3f}, {high:g} at {to:.3f}"


def segments(one: Series, begun: Lives) -> Iterator[Segment]:
    """A series life by life."""
    life = begun.get(one.instance, {})
    for began, of_life in groupby(seen(one.samples), lambda sample: life.get(sample[0], 0.0)):
        first, *others = of_life
        yield Segment(one.instance, began, first, others[-1] if others else first)


def unseen(findings: Iterable[Finding]) -> Counter[Key]:
    """Events by key that missed beginnings and masked resets have cost."""
    lost: Counter[Key] = Counter()
    for finding in findings:
        lost[finding.key] += round(finding.before or finding.after)
    return lost


def inconsistent_scrapes(totals: Iterable[Series], parts: Iterable[Series], what: str) -> Iterator[Finding]:
    """Scrapes in which two sums that count the same events differ."""
    left, right = _by_scrape(totals), _by_scrape(parts)
    for instance, at in sorted({*left, *right}):
        one, other = left[instance, at], right[instance, at]
        if one != other:
            yield Finding(what, instance, at, Key("", "", "", ""), one, other)


def _by_scrape(series: Iterable[Series]) -> Counter[tuple[str, float]]:
    sums: Counter[tuple[str, float]] = Counter()
    for one in series:
        for at, value in seen(one.samples):
            sums[one.instance, at] += round(value)
    return sums
