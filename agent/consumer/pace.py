"""How many records are counted in one go, so that the event loop has its turn in time."""

from agent.consumer.client import MAX_RECORDS

LONGEST_TURN = 0.01
"""Seconds that are aimed at. A success costs two microseconds, an error not seen before a hundred."""

_FEWEST, _FIRST = 20, 100


class Pace:
    """Learns from what the last records cost.

    Attributes:
        records: How many to count next.
    """

    def __init__(self) -> None:
        self.records = _FIRST

    def took(self, records: int, seconds: float) -> None:
        """Note that so many were counted in so long."""
        affordable = int(LONGEST_TURN * records / seconds) if seconds > 0 else MAX_RECORDS
        self.records = max(_FEWEST, min(affordable, 2 * self.records, MAX_RECORDS))
