"""A partition in which nothing comes is fetched from further and further back, and only then."""

import asyncio
from collections.abc import Container
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from agent.consumer.client import Fetched
from agent.consumer.lag import Lag
from agent.consumer.retreat import _ASK_WITHIN, _STUCK_AFTER, Retreat
from tests.unit.consumer.standing import TP, P, Standing
from tests.unit.test_gauges import NOW

AT = 10_000
OTHER = ("t", 1)
HALF_A_DAY = 40_000


class Bench(Standing):
    """A retreat that is asked to look every second.

    Attributes:
        looks: Of each look back, the seconds since the beginning, the offset, and how long it rests before.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch, "agent.consumer.retreat", AT)
        self.looks: list[tuple[int, int, float]] = []
        it: Any = self
        self.retreat = Retreat(it, it, self._rest)

    def _rest(self, _: tuple[str, int], offset: int, seconds: float) -> None:
        self.looks.append((round(self.now - NOW), offset, seconds))

    async def wait(self, seconds: int, resting: Container[tuple[str, int]] = ()) -> None:
        for _ in range(seconds):
            await self.retreat.where_nothing_comes(resting)
            self.now += 1

    async def looked(self, seconds: int = HALF_A_DAY) -> list[tuple[int, int, float]]:
        await self.wait(seconds)
        return self.looks


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


async def test_each_look_goes_twice_as_far_back_and_waits_twice_as_long_twelve_times_in_all(
    bench: Bench,
) -> None:
    assert await bench.looked() == [(2 * 2**n + 1, AT - 2**n, 0.0) for n in range(12)]


async def test_a_look_back_is_told_with_its_place(bench: Bench) -> None:
    with capture_logs() as lines:
        await bench.wait(4)

    (line,) = lines
    assert line["event"] == "partition.stuck"
    assert (line["topic"], line["partition"], line["offset"], line["looking_at"]) == ("t", 0, AT, AT - 1)


async def test_a_broker_that_is_only_slow_keeps_its_time_to_answer(bench: Bench) -> None:
    bench.is_answering = False

    assert await bench.looked(12) == [(11, AT - 1, 0.0)]


async def test_records_that_wait_for_those_of_others_to_be_counted_are_not_fetched_anew(bench: Bench) -> None:
    bench.found = Fetched(AT, AT + 5, NOW, is_waiting=True, is_readable=True)

    assert await bench.looked(100) == []


async def test_where_nothing_is_to_be_read_nothing_is_looked_for(bench: Bench) -> None:
    bench.end = AT

    assert await bench.looked(100) == []


async def test_the_time_without_records_counts_from_the_first_that_did_not_come(bench: Bench) -> None:
    bench.end = AT
    await bench.wait(100)
    bench.end = AT + 1

    assert await bench.looked(4) == [(102, AT - 1, 0.0)]


async def test_where_reading_went_on_the_looks_begin_anew(bench: Bench) -> None:
    await bench.wait(20)
    bench.looks.clear()
    bench.lags[P].passed(AT + 1)
    bench.position = AT + 1

    assert await bench.looked(6) == [(23, AT, 0.0), (25, AT - 1, 0.0)]


async def test_a_partition_that_rests_already_is_left_alone(bench: Bench) -> None:
    await bench.wait(100, resting={P})

    assert bench.looks == []


async def test_what_a_broker_refuses_is_asked_again_at_once_after_rests_that_grow_to_half_a_minute(
    bench: Bench,
) -> None:
    for _ in range(14):
        bench.refused.add(P)
        await bench.wait(1)

    rests = [seconds for _, _, seconds in bench.looks]
    assert rests == [pytest.approx(0.2 * 2**n) for n in range(8)] + [30] * 6
    assert [at for at, _, _ in bench.looks] == list(range(14))
    assert not bench.refused


async def test_no_look_goes_behind_the_beginning_of_the_log(bench: Bench) -> None:
    bench.begin = AT - 3

    assert [offset for _, offset, _ in await bench.looked(20)] == [AT - 1, AT - 2, AT - 3, AT - 3]


async def test_at_the_beginning_of_the_log_there_is_nothing_to_look_back_at(bench: Bench) -> None:
    bench.begin = AT

    assert await bench.looked(100) == []


async def test_the_first_look_goes_to_before_a_damage_that_is_known(bench: Bench) -> None:
    bench.retreat.note(P, AT - 40)

    assert [offset for _, offset, _ in await bench.looked(6)] == [AT - 40, AT - 2]


async def test_fetching_that_has_passed_the_ends_of_transactions_is_not_stuck(bench: Bench) -> None:
    bench.position = AT + 2

    assert await bench.looked(100) == []


async def test_a_partition_that_is_taken_away_meanwhile_is_left_alone(bench: Bench) -> None:
    async def taken_away(_: object) -> int:
        bench.lags.clear()
        return AT

    bench.consumer.position = taken_away

    assert await bench.looked(100) == []


async def test_a_question_that_fails_is_a_look_that_saw_nothing(bench: Bench) -> None:
    answer = bench.consumer.beginning_offsets

    async def fail(_: object) -> None:
        bench.consumer.beginning_offsets = answer
        raise KafkaConnectionError

    bench.consumer.beginning_offsets = fail

    assert await bench.looked(6) == [(5, AT - 2, 0.0)]


async def test_a_question_that_nobody_answers_holds_reading_up_for_a_moment_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: object) -> int:
        await asyncio.Event().wait()
        return AT

    assert 0 < _ASK_WITHIN < _STUCK_AFTER
    monkeypatch.setattr("agent.consumer.retreat._ASK_WITHIN", 0.01)
    bench.consumer.position = hang

    assert await asyncio.wait_for(bench.looked(6), 10) == []


async def test_partitions_that_are_stuck_together_are_looked_at_together(bench: Bench) -> None:
    bench.lags[OTHER] = Lag(AT)
    bench.is_answering = True
    bench.consumer.assignment = lambda: {TP, TopicPartition(*OTHER)}

    assert [at for at, _, _ in await bench.looked(4)] == [3, 3]


@pytest.mark.parametrize(("leader", "first"), [(1, 3), (2, 11)])
async def test_an_answer_of_the_same_broker_for_another_partition_counts_as_one(
    bench: Bench, leader: int, first: int
) -> None:
    other = TopicPartition(*OTHER)
    bench.consumer.assignment = lambda: {TP, other}
    bench.consumer.last_poll_timestamp = lambda tp: bench.now * 1000 if tp == other else None
    bench.consumer._client.cluster.leader_for_partition = lambda tp: leader if tp == other else 1

    assert (await bench.looked(12))[0][0] == first
