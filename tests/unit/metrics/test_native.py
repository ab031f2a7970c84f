"""Durations are counted in cells, from which classic and native buckets follow without a guess."""

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from math import ceil, inf, log2

from hypothesis import example, given
from hypothesis import strategies as st

from agent.metrics.catalogue import DURATION_BUCKETS
from agent.metrics.native import SCHEMA, ZERO_THRESHOLD, Buckets, Cells

DURATIONS = st.lists(st.floats(0, 86_400) | st.sampled_from([0.0, 0.001, 0.25, 1.0, 2.0**0.25, 600.0]))
BOUNDS = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20, unique=True).map(sorted).map(tuple)


def counted(cells: Cells, durations: list[float]) -> list[float]:
    numbers: list[float] = [0] * (len(cells.bounds) + 1)
    for duration in durations:
        numbers[bisect_left(cells.bounds, duration)] += 1
    return [*numbers, sum(durations)]


def held(buckets: Buckets) -> dict[int, int]:
    """What the filled buckets hold, as whoever reads a native histogram finds it."""
    places: list[int] = []
    at = 0
    for skipped, length in buckets.spans:
        at += skipped
        places += range(at, at + length)
        at += length
    return dict(zip(places, accumulate(buckets.deltas), strict=True))


@given(bounds=BOUNDS, durations=DURATIONS)
@example(bounds=DURATION_BUCKETS, durations=[0.1, 600.0, 601.0])
def test_classic_buckets_hold_what_they_would_hold_without_cells(
    bounds: tuple[float, ...], durations: list[float]
) -> None:
    *buckets, sum_ = Cells(bounds).classic(counted(Cells(bounds), durations))

    expected = Counter(bisect_left(bounds, it) for it in durations)
    assert (buckets, sum_) == ([expected[at] for at in range(len(bounds) + 1)], sum(durations))


@given(bounds=BOUNDS, durations=DURATIONS)
@example(bounds=DURATION_BUCKETS, durations=[])
@example(bounds=DURATION_BUCKETS, durations=[0.5, 0.5, 40.0])
def test_native_buckets_hold_what_the_schema_says(bounds: tuple[float, ...], durations: list[float]) -> None:
    buckets = Cells(bounds).native(counted(Cells(bounds), durations))

    above = [it for it in durations if it > ZERO_THRESHOLD]
    assert buckets.zero == len(durations) - len(above)
    assert sum(held(buckets).values()) == len(above)
    for place, count in held(buckets).items():
        low, high = (2 ** (it / 2**SCHEMA) for it in (place - 1, place))
        assert count == len([it for it in above if low < it <= high])


def test_what_is_shorter_than_a_millisecond_takes_no_time() -> None:
    assert 0.0009 < ZERO_THRESHOLD <= 0.001


def test_no_duration_is_higher_than_the_last_bucket() -> None:
    day = 86_400.0

    assert list(held(Cells((1.0,)).native(counted(Cells((1.0,)), [day])))) == [ceil(log2(day) * 2**SCHEMA)]
    assert Cells((1.0,)).bounds[-1] < inf
