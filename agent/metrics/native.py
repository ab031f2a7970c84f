"""Native histograms: durations are counted in cells, which say both what classic and native buckets hold.

Source: prometheus.io/docs/specs/native_histograms.
"""

from collections.abc import Iterable
from itertools import groupby, pairwise
from typing import NamedTuple

SCHEMA = 2
"""Each bucket ends 2 ** (1 / 4) times as high as the one before: a quantile is at most 9 % off."""

_FIRST, _LAST = -40, 68  # from a millisecond to more than a day, the longest duration

ZERO_THRESHOLD = 2.0 ** (_FIRST / 4)
"""What is not above it counts as 0."""


class Buckets(NamedTuple):
    """The native buckets of one histogram, of which the empty ones are left out.

    Attributes:
        spans: How many are left out before some, and how many these are. The first begins at bucket 0.

        deltas: How many more each holds than the one before it.
    """

    zero: int
    spans: list[tuple[int, int]]
    deltas: list[int]


class Cells:
    """Cells for a histogram with the upper bounds *classic*.

    Attributes:
        classic_bounds: As given.

        bounds: Upper bounds of the cells; the last cell has none.
    """

    def __init__(self, classic: tuple[float, ...]) -> None:
        native = {2.0 ** (at / 4): at for at in range(_FIRST, _LAST + 1)}
        self.classic_bounds = classic
        self.bounds = tuple(sorted({*classic, *native}))
        self._ends = [*(self.bounds.index(bound) + 1 for bound in classic), len(self.bounds) + 1]
        at = _LAST + 1
        natives = [at]
        for bound in reversed(self.bounds):
            at = native.get(bound, at)
            natives.append(at)
        self._natives = natives[::-1]  # by cell, the native bucket that it lies in

    def classic(self, numbers: list[float]) -> list[float]:
        """What each classic bucket holds, +Inf last, and the sum."""
        held = [sum(numbers[start:end]) for start, end in pairwise((0, *self._ends))]
        return [*held, numbers[-1]]

    def native(self, numbers: list[float]) -> Buckets:
        """What the native buckets hold."""
        cells = zip(self._natives, numbers[:-1], strict=True)
        held = {at: int(sum(it for _, it in some)) for at, some in groupby(cells, key=lambda it: it[0])}
        zero = held.pop(_FIRST)
        filled = {at: count for at, count in held.items() if count}
        counts = pairwise((0, *filled.values()))
        return Buckets(zero, _spans(filled), [count - before for before, count in counts])


def _spans(filled: Iterable[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    end = 0
    for at in filled:
        if spans and at == end:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((at - end, 1))
        end = at + 1
    return spans
