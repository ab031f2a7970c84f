"""How the last records of a topic are shared out over its partitions, and what a damaged record costs."""

from typing import NamedTuple

from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from agent.consumer.excerpt import Excerpt
from agent.consumer.peek import last_of
from agent.consumer.poison import Unreadable


def test_the_last_records_are_taken_evenly() -> None:
    held = {("t", 0): range(100), ("t", 1): range(50, 100), ("t", 2): range(10)}

    assert last_of(held, 30) == {("t", 0): range(90, 100), ("t", 1): range(90, 100), ("t", 2): range(10)}


def test_what_one_partition_lacks_the_others_give() -> None:
    assert last_of({("t", 0): range(5, 5), ("t", 1): range(100)}, 20) == {
        ("t", 0): range(5, 5),
        ("t", 1): range(80, 100),
    }


@given(st.lists(st.integers(0, 50), min_size=1, max_size=9), st.integers(1, 300))
def test_as_many_are_taken_as_there_are_up_to_the_count(sizes: list[int], count: int) -> None:
    held = {("t", number): range(7, 7 + size) for number, size in enumerate(sizes)}

    shares = last_of(held, count)

    assert sum(map(len, shares.values())) == min(count, sum(sizes))
    assert all(share.stop == held[partition].stop for partition, share in shares.items())


class Record(NamedTuple):
    offset: int


class Tape:
    """A consumer of one partition with a batch of 100 records that cannot be read."""

    def __init__(self, end: int, damaged: Unreadable) -> None:
        self._end, self._damaged = end, damaged
        self._at = 0

    def assign(self, tps: list[TopicPartition]) -> None: ...

    def pause(self, tp: TopicPartition) -> None: ...

    def seek(self, _: TopicPartition, offset: int) -> None:
        self._at = offset

    async def position(self, _: TopicPartition) -> int:
        return self._at

    async def getmany(
        self, tp: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Record | Unreadable]]:
        assert timeout_ms > 0
        found: list[Record | Unreadable] = []
        while self._at < self._end and len(found) < max_records:
            is_damaged = self._at == self._damaged.offset
            found.append(self._damaged if is_damaged else Record(self._at))
            self._at = self._damaged.next_offset if is_damaged else self._at + 1
        return {tp: found}


async def test_a_damaged_batch_takes_none_of_its_neighbours_along() -> None:
    damaged = Unreadable(1500, 100, 1600, "CorruptRecordException", 0)
    excerpt = Excerpt(Tape(end=3000, damaged=damaged))

    seen = [it async for it in excerpt.records({("t", 0): range(3000)})]

    assert [record.offset for it in seen for record in it.records] == [*range(1500), *range(1600, 3000)]
    assert [it.unreadable for it in seen if it.unreadable is not None] == [damaged]
