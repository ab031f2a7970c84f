"""What is remembered of words that come from outside: as much as fits in some bytes."""

import sys
from collections.abc import Iterable
from typing import Generic, TypeVar

Value = TypeVar("Value")
Key = tuple[object, ...]


class Bounded(Generic[Value]):
    """Values by keys; when they are full all are forgotten.

    Args:
        most_bytes: That keys and values may take, estimated.

        weight: Bytes of a key and its value, for each byte of the texts in the key.

        overhead: Bytes of a key and its value besides.

    Attributes:
        get: As of a dictionary.
    """

    def __init__(self, most_bytes: int, weight: int = 1, overhead: int = 512) -> None:
        self._most_bytes, self._weight, self._overhead = most_bytes, weight, overhead
        self._bytes = 0
        self._kept: dict[Key, Value] = {}
        self.get = self._kept.get

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0

    def keep(self, key: Key, value: Value) -> None:
        """Remember *value*, unless it takes all the room by itself."""
        weight = self._weight * weight_of(key) + self._overhead
        if self._bytes + weight > self._most_bytes:
            self.clear()
        if weight <= self._most_bytes:
            self._bytes += weight
            self._kept[key] = value


def weight_of(words: Iterable[object]) -> int:
    """Bytes that texts among *words* take; an object counts as what it is without its parts."""
    return sum(map(sys.getsizeof, words))
