"""A week of history: what real agents showed within a minute, stretched, repeated and laid in blocks.

Every cycle of six hours is the recording played slowly: rates, shares and quantiles are as they were,
and so are the labels. Counters go on from cycle to cycle.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from tests.boards.recording import JOB, Recorded
from tests.tools import prometheus
from tests.tools.cache import run
from tests.tools.prometheus import Prometheus

CYCLE = 6 * 3600.0  # seconds
CYCLES = 29  # a week, and one more
RECENT = 1.2 * CYCLE
"""Seconds up to now with a sample every FINE seconds; before them, every COARSE."""

FINE, COARSE = 30.0, 280.0

RARE = 25
"""Histograms of fewer observations are left out: they are most of the series, and say least."""

COUNTERS = ("_total", "_bucket", "_count", "_sum")
STALE = 1.5  # seconds without a sample after which a gauge is gone
LEFT_OUT = ("python_",)

LONG_AGO = ("start_time_seconds", "ALERTS_FOR_STATE")
"""Moments that are further away in a history that takes longer."""

BLOCK = "30d"
"""Longest block; of shorter ones promtool would make more, each with a pass over the whole file."""


class Moment(NamedTuple):
    """A point of the stretched time.

    Attributes:
        at: Unix seconds.

        tick: Second of the recording.

        part: How far it is on the way to the next second, from 0 to 1.
    """

    at: float
    cycle: int
    tick: int
    part: float


@dataclass(frozen=True, slots=True)
class Recording:
    """Raw samples of many series, as Prometheus gives a range vector.

    Attributes:
        begin: Unix seconds at which it begins.

        seconds: Its length, a whole number.
    """

    series: list[dict[str, Any]]
    begin: float
    seconds: int

    @property
    def factor(self) -> float:
        """Seconds of history for each second of the recording."""
        return CYCLE / self.seconds


def read(recorded: Recorded) -> Recording:
    """Take every sample of the job while the scenario was played."""
    seconds = int(recorded.end - recorded.begin)
    found = recorded.prom.api("query", query=f'{{job="{JOB}"}}[{seconds}s]', time=f"{recorded.end}")["result"]
    series = [each for each in found if not each["metric"]["__name__"].startswith(LEFT_OUT)]
    return Recording(list(_frequent(series)), recorded.end - seconds, seconds)


def _frequent(series: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out the histograms of rare calls."""
    series = list(series)
    seen = {_child(each): float(each["values"][-1][1]) for each in series if _suffix(each) == "_count"}
    for each in series:
        if not (_suffix(each) in ("_bucket", "_count", "_sum") and seen.get(_child(each), RARE) < RARE):
            yield each


def _suffix(series: dict[str, Any]) -> str:
    return next((end for end in COUNTERS if series["metric"]["__name__"].endswith(end)), "")


def _child(series: dict[str, Any]) -> tuple[str, ...]:
    labels = series["metric"]
    name = labels["__name__"].removesuffix(_suffix(series))
    rest = sorted(f"{key}={value}" for key, value in labels.items() if key not in ("__name__", "le"))
    return (name, *rest)


def moments(recording: Recording, end: float) -> list[Moment]:
    """Every point of time up to *end* that gets a sample; *end* is the end of a cycle."""
    begin = end - CYCLES * CYCLE
    coarse, fine = int((CYCLES * CYCLE - RECENT) / COARSE), int(RECENT / FINE)
    times = [begin + COARSE * number for number in range(coarse)]
    times += [end - RECENT + FINE * number for number in range(fine + 1)]
    return [_moment(at, at - begin, recording) for at in times]


def _moment(at: float, since: float, recording: Recording) -> Moment:
    cycle, within = divmod(since, CYCLE)
    tick, part = divmod(within / recording.factor, 1)
    return Moment(at, int(cycle), int(tick), part)


def lines(recording: Recording, end: float) -> Iterator[str]:
    """OpenMetrics, one text for each series; *end* is the end of the history."""
    grid = moments(recording, end)
    for each in recording.series:
        labels = dict(each["metric"])
        name = labels.pop("__name__")
        inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
        head = f"{name}{{{inside}}} "
        yield "".join(
            [f"{head}{value:.12g} {at:.0f}\n" for at, value in _samples(name, each, recording, grid)]
        )
    yield "# EOF\n"


def _samples(
    name: str, series: dict[str, Any], recording: Recording, grid: Sequence[Moment]
) -> Iterator[tuple[float, float]]:
    course = Course(
        [float(at) - recording.begin for at, _ in series["values"]],
        [float(value) for _, value in series["values"]],
        recording,
    )
    if name.endswith(COUNTERS):
        return course.counted(grid)
    if name.endswith(LONG_AGO):
        return course.dated(grid, recording.factor)
    if name.endswith("timestamp_seconds"):
        return course.dated(grid, 1)
    if name.endswith("wall:seconds"):
        return course.gauged(grid, recording.factor)
    if name == "api_ratelimit_remaining":
        return course.used_up(grid)
    return course.gauged(grid)


@dataclass(frozen=True, slots=True)
class Course:
    """One series of the recording; its times are seconds from the beginning."""

    times: Sequence[float]
    values: Sequence[float]
    recording: Recording

    def counted(self, grid: Sequence[Moment]) -> Iterator[tuple[float, float]]:
        """A counter goes on over resets and cycles, as fast as it went in the recording."""
        grown = [0.0]
        for before, now in pairwise(self.values):
            grown.append(grown[-1] + (now - before if now >= before else now))
        ticks = [self._between(grown, second) for second in range(self.recording.seconds + 2)]
        total, factor = grown[-1], self.recording.factor
        for at, cycle, tick, part in grid:
            yield at, factor * (cycle * total + ticks[tick] + part * (ticks[tick + 1] - ticks[tick]))

    def _between(self, grown: Sequence[float], second: float) -> float:
        after = bisect_right(self.times, second)
        if after in (0, len(grown)):
            return grown[max(0, after - 1)]
        (begin, end), (low, high) = self.times[after - 1 : after + 1], grown[after - 1 : after + 1]
        return low + (high - low) * (second - begin) / (end - begin)

    def gauged(self, grid: Sequence[Moment], factor: float = 1) -> Iterator[tuple[float, float]]:
        """A gauge keeps its value until the next sample, and is absent where it was absent."""
        for moment in grid:
            now = moment.tick + moment.part
            last = bisect_right(self.times, now) - 1
            if last >= 0 and now - self.times[last] < STALE:
                yield moment.at, self.values[last] * factor

    def used_up(self, grid: Sequence[Moment]) -> Iterator[tuple[float, float]]:
        """What is left shrinks little by little, or it would be used up in jumps with nothing between."""
        left = {each.at: self._between(self.values, each.tick + each.part) for each in grid}
        yield from ((at, left[at]) for at, _ in self.gauged(grid))

    def dated(self, grid: Sequence[Moment], factor: float) -> Iterator[tuple[float, float]]:
        """A moment is as far from now as it was, times *factor*."""
        ages = [self.recording.begin + at - value for at, value in zip(self.times, self.values, strict=True)]
        for at, age in Course(self.times, ages, self.recording).gauged(grid):
            yield at, at - age * factor


def backfill(recording: Recording, end: float, prom: Prometheus) -> None:
    """Lay the history in blocks where *prom*, not yet started, will find them."""
    text = prom.folder / "history.txt"
    with text.open("w") as file:
        file.writelines(lines(recording, end))
    blocks = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", f"--max-block-duration={BLOCK}"]
    run([prometheus.promtool(), *blocks, text, prom.folder / "data"])
    text.unlink()
