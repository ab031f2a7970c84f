"""The last records of which something could not be counted: where they are and why, never what they hold."""

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

from agent.ledger.values import Partition
from agent.metrics.delta import InvalidEvent

KEPT = 20
"""Records that are kept."""


class Trouble(NamedTuple):
    """A record that was skipped, or something in it that is no event.

    Attributes:
        at: Unix time at which it was met.

        records: How many were skipped from *offset* on; 0 where something was no event.

        place: Of what is no event, among those of its record, from 0 on.
    """

    at: float
    partition: Partition
    offset: int
    reason: str
    records: int = 0
    place: int = 0


class Troubles:
    """Keeps the last of them."""

    def __init__(self) -> None:
        self._kept: deque[Trouble] = deque(maxlen=KEPT)

    def skipped(self, partition: Partition, records: int, next_offset: int, now: float) -> None:
        """Note that *records* before *next_offset* could not be had."""
        self._kept.append(Trouble(now, partition, next_offset - records, "unreadable", records))

    def invalid(self, partition: Partition, events: Sequence[InvalidEvent], now: float) -> None:
        """Note what was no event; of many the last."""
        self._kept.extend(
            Trouble(now, partition, event.offset, event.reason, place=event.place) for event in events[-KEPT:]
        )

    def rows(self) -> list[dict[str, Any]]:
        """All that are kept, the newest first."""
        return [
            {
                "at": it.at,
                "topic": it.partition[0],
                "partition": it.partition[1],
                "offset": it.offset,
                "place": it.place,
                "what": "skipped" if it.records else "invalid",
                "records": it.records,
                "reason": it.reason,
            }
            for it in reversed(self._kept)
        ]
