"""A client whose partition stands still, and a clock that a test moves."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agent.consumer.client import Fetched
from agent.consumer.lag import Lag
from tests.unit.test_gauges import NOW

P, TP = ("t", 0), TopicPartition("t", 0)


class Standing:
    """As much of a client, its consumer and our positions as reading meets, for one partition.

    Attributes:
        is_answering: Whether a broker answers fetches, if with no record.

        end: Offset up to which the broker says that there is something to read.

        begin: First offset of the log.

        position: Offset from which the consumer fetches.

        found: What fetching has come to; None while there is no position.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: str, at: int = 10_000) -> None:
        self.now = NOW
        clock = SimpleNamespace(
            time=lambda: self.now, monotonic=lambda: self.now, perf_counter=time.perf_counter
        )
        monkeypatch.setattr(f"{module}.time", clock)
        self.is_answering = True
        self.begin, self.position, self.end = 0, at, at + 5
        self.found: Fetched | None = None
        self.lags = {P: Lag(at)}
        self.pending: frozenset[tuple[str, int]] = frozenset()
        self.refused: set[tuple[str, int]] = set()
        self.sought: list[int] = []
        consumer: Any = SimpleNamespace(
            assignment=lambda: {TP},
            last_stable_offset=lambda _: self.end,
            last_poll_timestamp=lambda _: self.now * 1000 if self.is_answering else None,
            position=self._position,
            beginning_offsets=self._begins,
            getmany=self._nothing,
        )
        consumer._client = SimpleNamespace(cluster=SimpleNamespace(leader_for_partition=lambda _: 1))
        self.consumer = consumer

    def fetched(self, _: TopicPartition) -> Fetched | None:
        return self.found

    def rewind(self) -> None:
        self.sought += [lag.next_offset for lag in self.lags.values()]

    async def _position(self, _: TopicPartition) -> int:
        return self.position

    async def _begins(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(tps, self.begin)

    async def _nothing(self, **_: object) -> dict[TopicPartition, list[object]]:
        return {}
