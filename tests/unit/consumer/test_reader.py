"""What a poll says of how far fetching has come, of the ends of the logs, and of what is counted already."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from agent.consumer.client import Fetched
from agent.consumer.reader import Reader, StalledError
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
