"""A cluster that says what a test says, as much of it as our clients ask about."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agent.consumer.books import Partition
from agent.consumer.start import Committed
from tests.unit.consumer.test_commits import Coordinator


class Cluster:
    """A client, its consumer, and the brokers behind them.

    Attributes:
        ids: The id of each topic that is there.

        committed_: What the group has committed.

        begins, ends: First offset of a partition, and the one after its last; 0 and 10 without a word.

        later: The offset of the first record at or after a moment; None where there is none.

        moments_ms: The moments that were asked for.

        said: What each commit said, by partition.

        sought: Where fetching was sent.

        meanwhile: What happens while a broker answers what is committed, or where a log begins.

        answered_ms: When a broker last answered a fetch of each of our partitions.
    """

    def __init__(self, partitions: int = 2) -> None:
        self.number_of_partitions = partitions
        self.ids: dict[str, str] = {"t": "id"}
        self.committed_: dict[Partition, Committed] = {}
        self.begins: dict[Partition, int] = {}
        self.ends: dict[Partition, int] = {}
        self.later: int | None = None
        self.moments_ms: list[int] = []
        self.said: list[dict[Partition, OffsetAndMetadata]] = []
        self.sought: list[tuple[Partition, int]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self.while_committing: Callable[[], None] = lambda: None
        self.error: Exception | None = None
        self.refusal: Exception | None = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.assigned: set[TopicPartition] = set()
        self.answered_ms: dict[TopicPartition, int] = {}
        self.subscribed: list[list[str]] = []
        self.dead: list[str] = []
        self.refused: set[Partition] = set()
        self.changed: Callable[[], None] = lambda: None
        self.polls = 0
        self.tls: Any = None
        self.is_stopped = False
        self._coordinator = self._client = Commits(self)

    @property
    def consumer(self) -> "Cluster":
        return self

    def assign(self, *partitions: Partition) -> list[TopicPartition]:
        tps = [TopicPartition(*partition) for partition in partitions]
        self.assigned = set(tps)
        return tps

    # --- our client ---------------------------------------------------------------------------------

    async def topic_ids(self, names: Iterable[str]) -> dict[str, str]:
        await self._answer()
        return {name: self.ids[name] for name in names if name in self.ids}

    async def committed(self, names: Iterable[str]) -> dict[Partition, Committed]:
        await self._answer()
        self.meanwhile()
        return {partition: it for partition, it in self.committed_.items() if partition[0] in set(names)}

    def partitions(self, _: str) -> set[int]:
        return set(range(self.number_of_partitions))

    def on_metadata(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def dead_tasks(self) -> list[str]:
        return self.dead

    def fetched(self, _: TopicPartition) -> None:
        return None

    async def start(self) -> None:
        await self._answer()

    async def stop(self) -> None:
        self.is_stopped = True

    async def _answer(self) -> None:
        await self.may_answer.wait()
        if self.error is not None:
            raise self.error

    # --- its consumer -------------------------------------------------------------------------------

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    def last_poll_timestamp(self, tp: TopicPartition) -> int | None:
        return self.answered_ms.get(tp)

    def subscribe(self, topics: list[str], listener: object) -> None:
        assert listener is not None
        self.subscribed.append(topics)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.sought.append(((tp.topic, tp.partition), offset))

    async def getmany(self, **_: object) -> dict[TopicPartition, list[object]]:
        self.polls += 1
        await asyncio.sleep(0)
        return {}

    def last_stable_offset(self, _: TopicPartition) -> None:
        return None

    async def beginning_offsets(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        self.meanwhile()
        return {tp: self.begins.get((tp.topic, tp.partition), 0) for tp in tps}

    async def end_offsets(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {tp: self.ends.get((tp.topic, tp.partition), 10) for tp in tps}

    async def offsets_for_times(self, moments: dict[TopicPartition, int]) -> dict[TopicPartition, Any]:
        self.moments_ms += moments.values()
        self.meanwhile()
        found = None if self.later is None else SimpleNamespace(offset=self.later)
        return dict.fromkeys(moments, found)


class Commits(Coordinator):
    """The broker that keeps the group."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self._cluster = cluster

    async def _do_commit_offsets(self, _: None, offsets: object) -> None:
        assert isinstance(offsets, dict)
        self._cluster.said.append({(tp.topic, tp.partition): it for tp, it in offsets.items()})
        await self._cluster.may_answer.wait()
        self._cluster.while_committing()
        if self._cluster.refusal is not None:
            raise self._cluster.refusal
