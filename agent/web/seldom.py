"""Log lines that come once in a while, however often their cause does."""

import time
from collections import Counter
from collections.abc import Callable

EVERY = 10.0
"""Seconds between two lines of the same kind."""


class Seldom:
    """Says when a line of a kind is due."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def due(self, kind: str) -> int:
        """How many times this happened since it was last said, this time included; 0 when it is not due."""
        self._unsaid[kind] += 1
        now = self._clock()
        if now - self._said.get(kind, -EVERY) < EVERY:
            return 0
        self._said[kind] = now
        return self._unsaid.pop(kind)
