"""Pauses between tries that fail."""

import random


class Backoff:
    """Each pause is twice the one before, spread so that many agents do not come back in step."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def pause(self) -> float:
        """Seconds to wait before the next try."""
        pause, self._next = self._next, min(self._longest, self._next * 2)
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries, hides nothing

    def reset(self) -> None:
        """Begin with short pauses again, as something went well."""
        self._next = self._first
