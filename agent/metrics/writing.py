"""Numbers written into the texts that are known of their series, and a page cut into pieces."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate, islice
from typing import TypeVar

from agent.metrics.exemplars import Exemplar
from agent.metrics.formats import number

PIECE = 1 << 18
"""Characters from which on a piece is long enough."""

T = TypeVar("T")


def counters(some: Iterable[tuple[str, float]], exemplars: Mapping[str, Exemplar]) -> str:
    """Samples: what stands before each number, and the number."""
    if exemplars:
        return "".join(
            [
                f"{text}{number(value)}{_mark(exemplars.get(text) if value else None, 1)}\n"
                for text, value in some
            ]
        )
    return "".join([f"{text}{value if type(value) is int else number(value)}\n" for text, value in some])


def histograms(
    some: Iterable[tuple[str, list[float]]], exemplars: Mapping[str, Mapping[int, Exemplar]]
) -> str:
    """The samples of histograms: all lines of one with %s for each number, and its counts and sum."""
    return "".join([_histogram(text, numbers, exemplars.get(text, {})) for text, numbers in some])


def _histogram(text: str, numbers: list[float], exemplars: Mapping[int, Exemplar]) -> str:
    *counts, sum_ = numbers
    upto: list[object] = list(accumulate(counts))
    total = upto[-1]
    for bucket, exemplar in exemplars.items():
        if counts[bucket]:
            upto[bucket] = f"{upto[bucket]}{_mark(exemplar, exemplar.value)}"
    return text % (*upto, total, number(sum_))


def _mark(exemplar: Exemplar | None, value: float) -> str:
    """What stands behind a sample. One that is still 0 has nothing: its events wait for the next page."""
    return "" if exemplar is None else f" # {exemplar.labels} {number(value)} {exemplar.at}"


def portions(items: Collection[T], size: int) -> Iterator[Iterator[T]]:
    """Each to be used up before the next: a list of each would keep the garbage collector busy."""
    rest = iter(items)
    return (islice(rest, size) for _ in range(0, len(items), size))


def pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Short texts together, so that a page does not come in crumbs."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if not text or size >= PIECE:
            yield "".join(held).encode(errors="replace")
            held, size = [], 0
    yield "".join(held).encode(errors="replace")
