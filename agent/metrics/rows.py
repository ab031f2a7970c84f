"""The samples of a metric, kept from page to page: what is not written anew need not be.

Of many series few change between two scrapes, so samples stand in blocks, and a block of which all numbers
are those of the page before is taken as it was written then.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from agent.metrics.delta import Delta, Series

T = TypeVar("T")
Total = Callable[[list[list[float]]], T]
"""What a sample shows of the numbers of all series that are one on a page."""


def counted(held: list[list[float]]) -> float:
    """What a counter shows; of a series with a histogram, as many as were observed."""
    if len(held) == 1 and len(held[0]) == 1:
        return held[0][0]
    return sum(numbers[0] if len(numbers) == 1 else sum(numbers[:-1]) for numbers in held)


def summed(held: list[list[float]]) -> list[float]:
    """The numbers of a histogram."""
    return held[0] if len(held) == 1 else list(map(sum, zip(*held, strict=True)))


class Block(Generic[T]):
    """A few samples."""

    __slots__ = ("_held", "_rows", "_series", "_total", "_written")

    def __init__(self, total: Total[T]) -> None:
        self._total = total
        self._rows: list[tuple[str, list[Series]]] = []
        self._series: list[Series] = []
        self._held: list[list[float] | None] = []
        self._written = b""

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, text: str) -> list[Series]:
        """Make room for one more sample; the answer are its series, to which append() adds."""
        row: list[Series] = []
        self._rows.append((text, row))
        return row

    def append(self, row: list[Series], series: Series) -> None:
        row.append(series)
        self._series.append(series)

    def samples(self, values: Delta) -> Iterator[tuple[str, T]]:
        """What each sample is written into, and what it shows. What *values* do not have is left out."""
        for text, series in self._rows:
            held = [values[one] for one in series if one in values]
            if held:
                yield text, self._total(held)

    def written(self, values: Delta, write: Callable[[Iterator[tuple[str, T]]], str]) -> bytes:
        """What *write* makes of the samples: always the same of the same. Lists in *values* never change."""
        held = list(map(values.get, self._series))
        if held != self._held:
            self._written = write(self.samples(values)).encode(errors="replace")
            self._held = held
        return self._written


class Rows(Generic[T]):
    """All samples of a metric, in the order in which they were first met.

    Args:
        size: Samples of a block.

    Attributes:
        blocks: They grow; what is added while a page is written is not on it.
    """

    def __init__(self, size: int, total: Total[T]) -> None:
        self.blocks: list[Block[T]] = []
        self._size, self._total = size, total
        self._found: dict[str, tuple[Block[T], list[Series]]] = {}

    def add(self, text: str, series: Series) -> None:
        """Show the numbers of *series* in the sample that is written into *text*."""
        block, row = self._found.get(text) or self._new(text)
        block.append(row, series)

    def _new(self, text: str) -> tuple[Block[T], list[Series]]:
        if not self.blocks or len(self.blocks[-1]) >= self._size:
            self.blocks.append(Block(self._total))
        block = self.blocks[-1]
        found = self._found[text] = block, block.add(text)
        return found
