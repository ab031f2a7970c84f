"""Looks back where a broker itself cannot find the way past a damaged batch.

A broker looks for an offset by going from batch to batch. Where the length of one is damaged, or its end is
gone, the broker answers every question for an offset behind it with an error of its own (which aiokafka only
logs) or with nothing, though there are records. A question for an offset before the damage gives the bytes.
"""

import asyncio
import time
from collections.abc import Container
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from agent import logs
from agent.consumer.books import Partition
from agent.consumer.client import Client
from agent.consumer.positions import Positions

STUCK_AFTER = 2.0
"""Seconds after which a partition is stuck that has records and answers with none."""

_UNANSWERED_AFTER = 10.0  # a slow broker must not lose its answer to a question of ours
_MOST_TRIES = 12  # each goes back twice as far as the last, and waits twice as long
_ASK_WITHIN = 1.0

log = logs.get_logger()


@dataclass(slots=True)
class _Stand:
    """Where a partition stands still, since when, and how often that made us look back."""

    next_offset: int
    since: float
    tries: int = 0


class Retreat:
    """Sends partitions back to before a damage. What is counted already is dropped when it comes again."""

    def __init__(self, client: Client, positions: Positions) -> None:
        self._consumer = client.consumer
        self._positions = positions
        self._stands: dict[Partition, _Stand] = {}
        self._known: dict[Partition, int] = {}

    def note(self, partition: Partition, fetched_at: int) -> None:
        """A question for this offset gave the bytes around a damage."""
        self._known[partition] = fetched_at

    async def where_nothing_comes(self, resting: Container[Partition]) -> None:
        """Look back in each partition that is stuck."""
        now = time.time()
        for partition in [it for it in self._positions.lags if it not in resting]:
            stand = self._stand(partition, now)
            if self._is_stuck(partition, stand, now):
                await self._go_back(partition, stand)

    def _stand(self, partition: Partition, now: float) -> _Stand:
        next_offset = self._positions.lags[partition].next_offset
        stand = self._stands.get(partition)
        if stand is None or stand.next_offset != next_offset or not self._has_records(partition, next_offset):
            stand = self._stands[partition] = _Stand(next_offset, now)
        return stand

    def _has_records(self, partition: Partition, next_offset: int) -> bool:
        tp = TopicPartition(*partition)
        end = self._consumer.last_stable_offset(tp) if tp in self._consumer.assignment() else next_offset
        return end is None or end > next_offset

    def _is_stuck(self, partition: Partition, stand: _Stand, now: float) -> bool:
        if now - stand.since < STUCK_AFTER or stand.tries >= _MOST_TRIES:
            return False
        answered_at = (self._consumer.last_poll_timestamp(TopicPartition(*partition)) or 0) / 1000
        patience = STUCK_AFTER if answered_at > stand.since + STUCK_AFTER / 2 else _UNANSWERED_AFTER
        return now - stand.since > patience * (1 << stand.tries)

    async def _go_back(self, partition: Partition, stand: _Stand) -> None:
        tp, at = TopicPartition(*partition), stand.next_offset
        back = at - 2**stand.tries
        if stand.tries == 0:
            back = min(back, self._known.get(partition, back))
        stand.tries += 1
        try:
            position = await asyncio.wait_for(self._consumer.position(tp), _ASK_WITHIN)
            begins = await asyncio.wait_for(self._consumer.beginning_offsets([tp]), _ASK_WITHIN)
        except (TimeoutError, KafkaError, IllegalStateError):
            return
        if position > at or partition not in self._positions.lags:  # only markers there; or taken away
            return
        log.warning("partition.stuck", topic=tp.topic, partition=tp.partition, offset=at, looking_at=back)
        self._positions.seek(partition, max(begins[tp], back))
