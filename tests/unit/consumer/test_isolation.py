"""What cannot be counted is tried three times and passed alone; all around it is counted once."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from structlog.testing import capture_logs

from agent.consumer.isolation import RETRY_AFTER, Isolation
from agent.consumer.poison import CountingError, Unreadable
from tests.kafka.recorder import Recorder
from tests.unit.consumer.standing import TP, P, Standing

AT = 5


class Bench(Standing):
    """What a poll finds of one partition, of whose log the end is at 100.

    Attributes:
        counted: Offsets that were counted, in order.

        uncountable: An offset of which counting fails.

        paused, resumed: How often fetching was.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch, "agent.consumer.isolation", AT)
        clock = SimpleNamespace(time=lambda: self.now)
        monkeypatch.setattr("agent.consumer.retreat.time", clock)
        self.highwater: int | None = 100
        self.counted: list[int] = []
        self.uncountable: int | None = None
        self.paused = self.resumed = 0
        self.is_ours = True
        self.consumer.highwater = lambda _: self.highwater
        self.consumer.pause, self.consumer.resume = self._pause, self._resume
        self.books = Recorder()
        it: Any = self
        self.isolation = Isolation(it, self.books, it, self._count)

    def seek(self, partition: tuple[str, int], offset: int) -> None:
        assert partition == P
        self.sought.append(offset)

    def _pause(self, tp: TopicPartition) -> None:
        assert tp == TP
        self.paused += 1

    def _resume(self, tp: TopicPartition) -> None:
        assert tp == TP
        if not self.is_ours:
            raise IllegalStateError
        self.resumed += 1

    def _count(self, partition: tuple[str, int], records: Sequence[Any]) -> None:
        fresh = [it.offset for it in records if it.offset >= self.lags[partition].next_offset]
        if self.uncountable in fresh:
            raise CountingError("KeyError('x')")
        self.counted += fresh
        if fresh:
            self.lags[partition].counted(fresh[-1] + 1, None)

    def take(self, *found: object) -> bool:
        some: Any = [SimpleNamespace(offset=it) if isinstance(it, int) else it for it in found]
        return self.isolation.take(P, some)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def unreadable(offset: int, end: int, fetched_at: int = AT) -> Unreadable:
    return Unreadable(offset, end - offset, end, "CorruptRecordException: why", fetched_at)


def test_records_are_counted_and_fetching_goes_on(bench: Bench) -> None:
    assert bench.take(5, 6)

    assert (bench.counted, bench.sought, bench.paused) == ([5, 6], [], 0)


def test_what_cannot_be_read_is_fetched_again_a_moment_later_and_what_follows_waits(bench: Bench) -> None:
    assert not bench.take(5, 6, unreadable(7, 10), 10, 11)

    assert (bench.counted, bench.books.skipped) == ([5, 6], [])
    assert (bench.sought, bench.paused, bench.resumed) == ([AT], 1, 0)
    bench.refused.add(P)
    bench.isolation.resume()
    assert (bench.resumed, bench.refused) == (0, {P})
    bench.now += RETRY_AFTER
    bench.isolation.resume()
    assert (bench.resumed, bench.refused) == (1, set())
    bench.isolation.resume()
    assert bench.resumed == 1


def test_a_partition_rests_for_a_moment_only() -> None:
    assert 0 < RETRY_AFTER < 1


def test_who_rests_is_fetched_again_from_what_is_counted_where_that_is_before(bench: Bench) -> None:
    bench.take(unreadable(7, 10, fetched_at=7))

    assert bench.sought == [AT]


def test_a_partition_that_is_taken_away_while_it_rests_is_forgotten(bench: Bench) -> None:
    bench.take(unreadable(7, 10))
    bench.is_ours = False
    bench.now += 1
    bench.isolation.resume()
    bench.is_ours = True
    bench.isolation.resume()

    assert bench.resumed == 0


def test_after_three_tries_it_is_passed_told_and_what_follows_is_counted(bench: Bench) -> None:
    with capture_logs() as lines:
        goes_on = [bench.take(5, 6, unreadable(7, 10), 10, 11) for _ in range(3)]

    assert goes_on == [False, False, True]
    assert (bench.counted, bench.books.skipped) == ([5, 6, 10, 11], [(P, 3, 10)])
    assert (bench.sought[-1], bench.lags[P].next_offset) == (12, 12)
    assert lines == [
        {
            "event": "record.skipped",
            "log_level": "error",
            "topic": "t",
            "partition": 0,
            "offset": 7,
            "next_offset": 10,
            "records": 3,
            "error": "CorruptRecordException: why",
        }
    ]


def test_several_in_one_fetch_are_tried_side_by_side(bench: Bench) -> None:
    goes_on = [bench.take(unreadable(5, 7), unreadable(7, 9), 9) for _ in range(3)]

    assert goes_on == [False, False, True]
    assert (bench.counted, bench.books.skipped) == ([9], [(P, 2, 7), (P, 2, 9)])


def test_what_was_passed_is_forgotten(bench: Bench) -> None:
    for _ in range(3):
        bench.take(unreadable(5, 7))
    bench.lags[P].passed(5)  # as of a log that went back

    assert not bench.take(unreadable(5, 7))


@pytest.mark.parametrize(
    ("found", "skipped", "counted"),
    [
        ([unreadable(0, 5), 5], [], [5]),  # behind us
        ([unreadable(0, 8), 8], [(P, 3, 8)], [8]),  # behind us in part
        ([unreadable(5, 100)], [(P, 95, 100)], []),
        ([unreadable(5, 101)], [(P, 1, 6)], []),  # beyond the end of the log
        ([unreadable(5, 8), unreadable(8, 101), 50], [(P, 3, 8), (P, 1, 9)], []),
        ([4, 5, unreadable(6, 7), 99, 100], [(P, 1, 7)], [5, 99]),  # records with numbers that cannot be
    ],
)
def test_what_a_damaged_header_says_is_believed_within_the_log_and_not_behind_us(
    bench: Bench, found: list[object], skipped: list[object], counted: list[int]
) -> None:
    for _ in range(3):
        bench.take(*found)

    assert (bench.books.skipped, bench.counted) == (skipped, counted)
    assert bench.sought[-1] == bench.lags[P].next_offset


@pytest.mark.parametrize("end", [None, 0])
def test_where_the_end_of_the_log_is_not_known_one_record_is_given_up(bench: Bench, end: int | None) -> None:
    bench.highwater = end
    for _ in range(3):
        bench.take(unreadable(5, 8))

    assert bench.books.skipped == [(P, 1, 6)]


def test_what_is_of_a_partition_that_is_not_ours_any_more_is_left(bench: Bench) -> None:
    bench.lags.clear()

    assert bench.take(unreadable(5, 8), 8)
    assert (bench.counted, bench.books.skipped, bench.sought) == ([], [], [])


def test_a_record_that_cannot_be_counted_is_passed_alone_after_three_tries(bench: Bench) -> None:
    bench.uncountable = 6
    with capture_logs() as lines:
        goes_on = [bench.take(5, 6, 7) for _ in range(3)]

    assert goes_on == [False, False, True]
    assert (bench.counted, bench.books.skipped) == ([5, 7], [(P, 1, 7)])
    assert bench.sought == [6, 6]
    (line,) = lines
    assert (line["offset"], line["next_offset"], line["records"]) == (6, 7, 1)
    assert line["error"] == "CountingError: KeyError('x')"


def test_counting_that_fails_once_costs_nothing(bench: Bench) -> None:
    bench.uncountable = 6
    bench.take(5, 6, 7)
    bench.uncountable = None

    assert bench.take(6, 7)
    assert (bench.counted, bench.books.skipped) == ([5, 6, 7], [])


@pytest.mark.parametrize(
    ("stop", "sought"), [(lambda _: None, 2), (lambda bench: bench.take(unreadable(9, 10, 9)), 8)]
)
async def test_the_look_back_begins_where_a_damage_was_passed_and_leaves_alone_what_rests(
    bench: Bench, stop: Callable[[Bench], object], sought: int
) -> None:
    for _ in range(3):
        bench.take(unreadable(5, 8, fetched_at=2))
        bench.now += RETRY_AFTER
        bench.isolation.resume()
    bench.sought.clear()
    await bench.isolation.look_back()
    stop(bench)
    bench.position = 8
    bench.now += 3
    await bench.isolation.look_back()

    assert bench.sought == [sought]
