"""What an event costs in process, from the bytes that a broker sent to the counts: CPU nanoseconds by stage.

    python -m bench.hotpath [ROUNDS]

The floor is what the public interface of aiokafka and orjson cost for the same bytes. Stages are measured in
turn, so that a noisy machine is unfair to none of them: compare ratios.
"""

# ruff: noqa: T201 - a command that prints

import statistics
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from agent.assembly import assemble
from agent.consumer import guards
from agent.consumer.client import MAX_RECORDS
from agent.service import calm_collector
from agent.settings import Settings
from bench.events import PER_SECOND, Events
from bench.mixes import BY_NAME, Mix

EVENTS = 20_000  # in a round
WARMING = 3  # rounds
START = 1_795_323_600  # unix seconds
IN_A_BATCH = 500  # records, as producers send them under load
LZ4 = 3
PLACE = TopicPartition("api-events", 0)
OURS = ("api-events", 0)
HOW = (True, 1)  # checksums and transactions are looked at
NOW = START + EVENTS / PER_SECOND + 5.0

NAMES = ("repeat_5", "fresh_5", "repeat_50", "fresh_50", "rate_limits", "full_budget", "room", "batches")
MIXES = (
    Mix("successes", "successes", errors=0.0),
    *(BY_NAME[name] for name in NAMES),
)

Work = Callable[[], None]


def fetched_bytes(values: Sequence[bytes]) -> bytes:
    """*values* as a broker sends them: compressed batches, one after the other."""
    return b"".join(
        _batch(values[start : start + IN_A_BATCH], start) for start in range(0, len(values), IN_A_BATCH)
    )


def _batch(values: Sequence[bytes], base: int) -> bytes:
    builder = DefaultRecordBatchBuilder(2, LZ4, 0, -1, -1, -1, 1 << 30)
    for delta, value in enumerate(values):
        builder.append(delta, START * 1000 + base + delta, None, value, [])
    return struct.pack(">q", base) + bytes(builder.build())[8:]


class State:
    """What aiokafka keeps of a partition."""

    paused = False
    position = 0

    def consumed_to(self, position: int) -> None:
        self.position = position


class Assignment:
    """An assignment of one partition, which stays ours."""

    active = True

    def __init__(self) -> None:
        self._state = State()

    def state_value(self, _partition: object) -> State:
        return self._state


def polls(data: bytes, kinds: tuple[Any, Any, Any]) -> Iterator[Sequence[Any]]:
    """What one getmany() after the other hands out of *data*."""
    of_result, of_partition, of_memory = kinds
    records = of_partition(PLACE, of_memory(data), [], 0, None, None, *HOW)
    result = of_result(PLACE, assignment=Assignment(), partition_records=records, backoff=0)
    while result.has_more():
        yield result.getall(MAX_RECORDS)


PUBLIC = (fetcher.FetchResult, fetcher.PartitionRecords, MemoryRecords)
guards.install()
GUARDED = (fetcher.FetchResult, fetcher.PartitionRecords, fetcher.MemoryRecords)


class Stages:
    """The work of each stage on the same events, which are others in each round: ids and numbers are fresh.

    Stages that count have a pipeline each, as what one has seen the other would find known.
    """

    def __init__(self, mix: Mix) -> None:
        self._events = Events(mix, 1, START)
        self._records_of = mix.batch
        self._counts, self._agents = (
            assemble(Settings.model_validate(dict(mix.settings))).pipeline for _ in range(2)
        )

    def next_round(self) -> None:
        """Draw other events."""
        self._values = list(self._events.values(EVENTS // self._records_of))
        self._bytes = fetched_bytes(self._values)
        self._records = [list(poll) for poll in polls(self._bytes, GUARDED)]

    def works(self) -> dict[str, Work]:
        return {
            "orjson.loads": self._decode,
            "floor": self._floor,
            "fetch": self._fetch,
            "count": self._count,
            "agent": self._agent,
        }

    def _decode(self) -> None:
        for value in self._values:
            orjson.loads(value)

    def _floor(self) -> None:
        for poll in polls(self._bytes, PUBLIC):
            for record in poll:
                orjson.loads(record.value)

    def _fetch(self) -> None:
        for _ in polls(self._bytes, GUARDED):
            pass

    def _count(self) -> None:
        for poll in self._records:
            self._counts.process(OURS, poll, NOW)

    def _agent(self) -> None:
        for poll in polls(self._bytes, GUARDED):
            self._agents.process(OURS, poll, NOW)


def measured(stages: Stages, rounds: int) -> dict[str, list[float]]:
    """CPU nanoseconds per event, by stage, of each round."""
    works = stages.works()
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + WARMING):
        stages.next_round()
        for name, work in works.items():
            start = time.thread_time_ns()
            work()
            if number >= WARMING:
                found[name].append((time.thread_time_ns() - start) / EVENTS)
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    calm_collector()  # as the agent does
    for mix in MIXES:
        found = measured(Stages(mix), rounds)
        print(mix.title)
        for stage, times in found.items():
            middle = statistics.median(times)
            ratio = statistics.median(a / b for a, b in zip(times, found["floor"], strict=True))
            spread = f"{min(times):.0f} to {max(times):.0f}"
            print(f"  {stage:14}{middle:9.0f} ns  ({spread})  {ratio:6.2f} of the floor")


if __name__ == "__main__":
    main()
