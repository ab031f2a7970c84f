"""What a poll says of how far fetching has come, of the ends of the logs, and of what is counted already."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, NoOffsetForPartitionError, OffsetOutOfRangeError
from structlog.testing import capture_logs

from agent.consumer.backoff import Backoff
from agent.consumer.client import Fetched
from agent.consumer.commits import NotCommittedError
from agent.consumer.lag import Lag
from agent.consumer.poison import CountingError, Unreadable
from agent.consumer.reader import _FIRST_PAUSE, _LONGEST_PAUSE, Reader, StalledError
from tests.kafka.recorder import Recorder
from tests.unit.consumer.standing import TP, P, Standing
from tests.unit.test_gauges import NOW

AT = 5


class Bench(Standing):
    """A reader whose polls bring what a test says.

    Attributes:
        brought: What the next poll brings: offsets of records, or an error.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch, "agent.consumer.reader", AT)
        monkeypatch.setattr("agent.consumer.reader._FIRST_PAUSE", 0.0)
        self.brought: list[int] | Exception = []
        self.consumer.getmany = self._poll
        self.books = Recorder()
        it: Any = self
        self.reader = Reader(it, self.books, it)

    async def _poll(self, **_: object) -> dict[object, list[object]]:
        brought, self.brought = self.brought, []
        if isinstance(brought, Exception):
            raise brought
        records = [SimpleNamespace(offset=it, value=b"", timestamp=int(NOW * 1000)) for it in brought]
        return {TP: [*records]} if records else {}

    async def poll(self, found: Fetched | None = None, brought: list[int] | Exception | None = None) -> None:
        self.found, self.brought = found, [] if brought is None else brought
        await self.reader.turn()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def fetched(position: int, end: int | None, *, is_waiting: bool = False) -> Fetched:
    return Fetched(position, end, NOW, is_waiting, end is not None)


async def test_nobody_says_how_old_a_backlog_is_before_a_broker_has_said_where_the_log_ends(
    bench: Bench,
) -> None:
    await bench.poll(fetched(AT, None))
    await bench.poll(fetched(AT, 10))

    assert (bench.lags[P].records, bench.lags[P].seconds(NOW + 60)) == (5, None)


async def test_a_partition_without_a_position_yet_disturbs_no_poll(bench: Bench) -> None:
    await bench.poll(None)

    assert (bench.reader.complaint, bench.reader.polled_at) == ("", NOW)
    assert bench.lags[P].end is None


async def test_what_is_no_record_is_passed_and_committed(bench: Bench) -> None:
    await bench.poll(fetched(8, 8))

    assert (bench.lags[P].next_offset, bench.lags[P].records, bench.books.next[P]) == (8, 0, 8)


@pytest.mark.parametrize("found", [fetched(AT, 8), fetched(8, 8, is_waiting=True), fetched(AT - 1, 8)])
async def test_nothing_is_passed_where_records_are_to_be_counted(bench: Bench, found: Fetched) -> None:
    await bench.poll(found)

    assert (bench.lags[P].next_offset, bench.lags[P].records, bench.books.next) == (AT, 3, {})


async def test_records_that_come_again_are_counted_once(bench: Bench) -> None:
    await bench.poll(brought=[5, 6])
    await bench.poll(brought=[5, 6, 7])
    await bench.poll(brought=[6, 7])

    assert (bench.books.offsets[P], bench.lags[P].next_offset) == ([5, 6, 7], 8)


async def test_records_of_a_partition_that_has_no_start_yet_do_not_count(bench: Bench) -> None:
    bench.lags.clear()
    await bench.poll(brought=[5, 6])

    assert bench.books.offsets == {}


async def test_a_poll_that_fails_is_told_and_what_it_lost_is_fetched_again(bench: Bench) -> None:
    await bench.poll(brought=[5, 6])
    await bench.poll(brought=KafkaConnectionError("away"))
    complaint = bench.reader.complaint
    await bench.poll()

    assert "away" in complaint
    assert (bench.sought, bench.reader.complaint) == ([7], "")


async def test_a_client_whose_polls_go_on_failing_for_no_reason_of_kafkas_is_given_up(bench: Bench) -> None:
    for _ in range(19):
        await bench.poll(brought=ArithmeticError("a dead task"))

    with pytest.raises(StalledError, match=r"20 polls in a row failed, the last by .*a dead task"):
        await bench.poll(brought=ArithmeticError("a dead task"))


async def test_a_broker_that_is_away_is_waited_for(bench: Bench) -> None:
    for _ in range(25):
        await bench.poll(brought=KafkaConnectionError("away"))

    assert "away" in bench.reader.complaint


async def test_a_poll_that_succeeds_ends_the_row_of_those_that_failed(bench: Bench) -> None:
    for _ in range(3):
        for _ in range(19):
            await bench.poll(brought=ArithmeticError("a dead task"))
        await bench.poll()

    assert bench.reader.complaint == ""


@pytest.mark.parametrize(
    ("error", "event", "hint"),
    [
        (KafkaConnectionError("Connect call failed"), "poll.failed", "nothing listens there"),
        (NotCommittedError("NotEnoughReplicas"), "start.not_committed", "__consumer_offsets"),
    ],
)
async def test_what_a_poll_fails_of_is_told_with_a_hint_and_how_often(
    bench: Bench, error: Exception, event: str, hint: str
) -> None:
    with capture_logs() as lines:
        await bench.poll(brought=error)
        await bench.poll(brought=error)

    assert [(line["event"], line["failures"]) for line in lines] == [(event, 1), (event, 2)]
    assert all(repr(error) == line["error"] and hint in line["hint"] for line in lines)


async def test_after_a_poll_that_fails_it_waits_ever_longer_until_one_succeeds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench, pauses = Bench(monkeypatch), Pauses()
    monkeypatch.setattr("agent.consumer.reader.asyncio", pauses)
    monkeypatch.setattr(bench.reader, "_backoff", Backoff(1.0, 1000.0))
    for _ in range(5):
        await bench.poll(brought=KafkaConnectionError("away"))
    await bench.poll()
    await bench.poll(brought=KafkaConnectionError("away"))

    assert pauses.seen[4] > 10
    assert pauses.seen[-1] < 2


def test_pauses_are_short_at_first_and_never_longer_than_a_heartbeat_misses() -> None:
    assert 0 < _FIRST_PAUSE < 1
    assert 1 < _LONGEST_PAUSE < 10


class Pauses:
    """asyncio, whose pauses are over at once."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seen.append(seconds)


async def test_a_partition_that_is_fetched_ahead_of_its_start_is_no_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = Pauses()
    monkeypatch.setattr("agent.consumer.reader.asyncio", pauses)
    await bench.poll(brought=NoOffsetForPartitionError(TP))

    assert bench.reader.complaint == ""
    assert len(pauses.seen) == 1
    assert 0 < pauses.seen[0] < 1


async def test_where_the_wanted_offset_is_not_in_the_log_it_is_looked_for_anew(bench: Bench) -> None:
    asked: list[object] = []

    async def reposition(partitions: list[tuple[str, int]]) -> None:
        asked.append((partitions, list(bench.sought)))

    bench.reposition = reposition  # type: ignore[attr-defined]
    await bench.poll(brought=OffsetOutOfRangeError({TP: AT}))

    assert asked == [([P], [AT])]  # what other partitions have lost in this poll is fetched again
    assert bench.reader.complaint == ""


async def test_what_has_no_start_yet_is_started_before_the_poll(bench: Bench) -> None:
    started: list[float | None] = []

    async def start() -> None:
        started.append(bench.reader.polled_at)
        bench.pending = frozenset()

    bench.start = start  # type: ignore[attr-defined]
    bench.pending = frozenset({P})
    await bench.poll()
    await bench.poll()

    assert started == [None]


async def test_a_long_poll_is_counted_in_pieces_between_which_the_loop_turns(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = Pauses()
    monkeypatch.setattr("agent.consumer.reader.asyncio", pauses)
    monkeypatch.setattr(bench.reader._pace, "took", lambda records, seconds: took.append((records, seconds)))
    took: list[tuple[int, float]] = []
    await bench.poll(brought=list(range(AT, AT + 250)))

    assert [records for records, _ in took] == [100, 100, 50]
    assert all(0 <= seconds < 60 for _, seconds in took)
    assert pauses.seen == [0, 0, 0]
    assert bench.books.offsets[P] == list(range(AT, AT + 250))


async def test_behind_what_must_be_tried_again_nothing_is_counted(bench: Bench) -> None:
    asked: list[int] = []

    def take(_: object, some: list[object]) -> bool:
        asked.append(len(some))
        return False

    bench.reader._isolation.take = take  # type: ignore[method-assign,assignment]
    await bench.poll(brought=list(range(AT, AT + 250)))

    assert asked == [100]


async def test_what_is_damaged_is_taken_with_all_that_came_with_it(bench: Bench) -> None:
    asked: list[int] = []

    def take(_: object, some: list[object]) -> bool:
        asked.append(len(some))
        return True

    async def damaged(**how: int) -> dict[object, list[object]]:
        assert how["max_records"] > 0
        assert 0 < how["timeout_ms"] <= 1000
        return {TP: [Unreadable(AT, 1, AT + 1, "", AT), *([None] * 250)]}

    bench.reader._isolation.take = take  # type: ignore[method-assign,assignment]
    bench.consumer.getmany = damaged
    await bench.reader.turn()

    assert asked == [251]


async def test_a_record_that_cannot_be_counted_is_tried_again_with_its_error(bench: Bench) -> None:
    def fail(*_: object) -> None:
        raise ArithmeticError("a mistake of our own")

    bench.books.count = fail  # type: ignore[method-assign,assignment]
    records: Any = [SimpleNamespace(offset=AT, value=b"", timestamp=0)]

    with pytest.raises(CountingError, match="a mistake of our own"):
        bench.reader._count(P, records)
    assert bench.lags[P].next_offset == AT


async def test_the_age_of_a_backlog_is_that_of_what_was_counted_last(bench: Bench) -> None:
    await bench.poll(fetched(7, 9), brought=[5, 6])

    assert bench.lags[P].seconds(NOW + 60) == 60


async def test_each_poll_fetches_what_has_rested_and_looks_back_where_nothing_came(bench: Bench) -> None:
    done: list[str] = []
    poll = bench.consumer.getmany

    async def polled(**how: object) -> object:
        done.append("poll")
        return await poll(**how)

    async def look_back() -> None:
        done.append("look back")

    bench.consumer.getmany = polled
    bench.reader._isolation.resume = lambda: done.append("resume")  # type: ignore[method-assign]
    bench.reader._isolation.look_back = look_back  # type: ignore[method-assign]
    await bench.poll()

    assert done == ["resume", "poll", "look back"]


async def test_a_partition_without_a_position_yet_hides_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ("t", 1)
    bench.lags[other] = Lag(AT)
    monkeypatch.setattr(bench, "fetched", lambda tp: None if tp == TP else fetched(8, 9))
    await bench.reader.turn()

    assert (bench.lags[other].end, bench.lags[other].next_offset) == (9, 8)
