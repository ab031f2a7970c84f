"""Looks back where a broker itself cannot find the way past a damaged batch.

A broker looks for an offset by going from batch to batch. Where the length of one is damaged, or its end is
gone, it answers every question for an offset behind it with an error of its own (which aiokafka only logs) or
with nothing, though there are records. A question for an offset before the damage gives the bytes.
"""

import asyncio
import time
from collections.abc import Callable, Container
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from agent import logs
from agent.consumer.books import Partition
from agent.consumer.client import Client
from agent.consumer.positions import Positions

_REFUSED_AFTER = 0.2
_STUCK_AFTER = 2.0  # seconds in which a broker answers with no record though there are some
_UNANSWERED_AFTER = 10.0  # a slow broker must not lose its answer to a question of ours
_MOST_TRIES = 12  # each goes back twice as far as the last, and waits twice as long
_LONGEST_REST = 30.0
_ASK_WITHIN = 1.0
_LOOK_EVERY = 0.25

log = logs.get_logger()


@dataclass(slots=True)
class _Stand:
    """Where a partition stands still, since when, and how often that made us look back."""

    next_offset: int
    since: float
    tries: int = 0


class Retreat:
    """Sends partitions back to before a damage. What is counted already is dropped when it comes again.

    Args:
        rest: Has a partition fetch from an offset on, after so many seconds.
    """

    def __init__(
        self, client: Client, positions: Positions, rest: Callable[[Partition, int, float], None]
    ) -> None:
        self._client = client
        self._consumer = client.consumer
        self._positions = positions
        self._rest = rest
        self._stands: dict[Partition, _Stand] = {}
        self._known: dict[Partition, int] = {}
        self._next_look = 0.0

    def note(self, partition: Partition, fetched_at: int) -> None:
        """A question for this offset gave the bytes around a damage."""
        self._known[partition] = fetched_at

    async def where_nothing_comes(self, resting: Container[Partition]) -> None:
        """Look back in each partition that is stuck."""
        now = time.time()
        if now < self._next_look and not self._client.refused:
            return
        self._next_look = now + _LOOK_EVERY
        asking = [partition for partition in self._positions.lags if partition not in resting]
        stands = {partition: self._stand(partition, now) for partition in asking}
        stuck = [partition for partition, stand in stands.items() if self._is_stuck(partition, stand, now)]
        await asyncio.gather(*(self._go_back(partition, stands[partition]) for partition in stuck))

    def _stand(self, partition: Partition, now: float) -> _Stand:
        next_offset = self._positions.lags[partition].next_offset
        stand = self._stands.get(partition)
        if stand is None or stand.next_offset != next_offset:
            stand = self._stands[partition] = _Stand(next_offset, now)
        elif self._waits_for_its_turn(partition) or not self._has_records(partition, next_offset):
            stand.since = now
        return stand

    def _waits_for_its_turn(self, partition: Partition) -> bool:
        """Whether its records are here, and in a backlog those of others are counted before."""
        fetched = self._client.fetched(TopicPartition(*partition))
        return fetched is not None and fetched.is_waiting and partition not in self._client.refused

    def _has_records(self, partition: Partition, next_offset: int) -> bool:
        tp = TopicPartition(*partition)
        end = self._consumer.last_stable_offset(tp) if tp in self._consumer.assignment() else next_offset
        return end is None or end > next_offset or partition in self._client.refused

    def _is_stuck(self, partition: Partition, stand: _Stand, now: float) -> bool:
        if partition in self._client.refused:
            return True
        still = now - stand.since
        if still < _STUCK_AFTER or stand.tries >= _MOST_TRIES:
            return False
        is_answered = self._answered_at(partition) > stand.since + _STUCK_AFTER / 2
        return still > (_STUCK_AFTER if is_answered else _UNANSWERED_AFTER) * (1 << stand.tries)

    def _answered_at(self, partition: Partition) -> float:
        """When the broker that leads a partition last answered for it, or for another of ours."""
        consumer = self._consumer
        leader = consumer._client.cluster.leader_for_partition  # noqa: SLF001 - there is no public way
        ours = leader(TopicPartition(*partition))
        answers = (consumer.last_poll_timestamp(tp) for tp in consumer.assignment() if leader(tp) == ours)
        return max((answer / 1000 for answer in answers if answer), default=0.0)

    async def _go_back(self, partition: Partition, stand: _Stand) -> None:
        tp, at = TopicPartition(*partition), stand.next_offset
        back = at - (1 << stand.tries)
        if stand.tries == 0:
            back = min(back, self._known.get(partition, back))
        is_refused = partition in self._client.refused
        seconds = min(_LONGEST_REST, _REFUSED_AFTER * (1 << stand.tries)) if is_refused else 0.0
        self._client.refused.discard(partition)
        stand.tries = min(_MOST_TRIES, stand.tries + 1)
        try:
            async with asyncio.timeout(_ASK_WITHIN):
                position = await self._consumer.position(tp)
                begins = await self._consumer.beginning_offsets([tp])
        except (TimeoutError, KafkaError):
            return
        has_moved = position > at and not is_refused  # over the markers of transactions
        if has_moved or partition not in self._positions.lags:  # or it was taken away meanwhile
            return
        if at <= begins[tp] and not is_refused:  # nothing before it could be looked at
            return
        log.warning("partition.stuck", topic=tp.topic, partition=tp.partition, offset=at, looking_at=back)
        self._rest(partition, max(begins[tp], back), seconds)
