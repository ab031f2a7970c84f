"""The event loop has its turn in time, whatever records cost."""

import pytest

from agent.consumer.client import MAX_RECORDS
from agent.consumer.pace import LONGEST_TURN, Pace


@pytest.mark.parametrize("cost", [2e-6, 1e-4, 4e-4])
def test_no_more_is_counted_in_one_go_than_fits_into_a_turn(cost: float) -> None:
    pace = Pace()
    for _ in range(10):
        pace.took(pace.records, pace.records * cost)

    assert pace.records * cost <= LONGEST_TURN
    assert pace.records == min(MAX_RECORDS, int(LONGEST_TURN / cost + 1e-9))


def test_when_records_become_dear_the_next_turn_is_short_already() -> None:
    pace = Pace()
    for _ in range(10):
        pace.took(pace.records, 0.0)
    pace.took(MAX_RECORDS, 0.1)

    assert pace.records == MAX_RECORDS // 10


def test_however_dear_records_are_some_are_counted() -> None:
    pace = Pace()
    pace.took(1, 60.0)

    assert pace.records > 0


def test_after_records_that_cost_nothing_twice_as_many_are_counted_up_to_all_of_a_poll() -> None:
    pace = Pace()
    first = pace.records
    seen = []
    for _ in range(6):
        pace.took(pace.records, 0.0)
        seen.append(pace.records)

    assert 10 <= first < MAX_RECORDS / 5  # what they cost is not known yet
    assert seen == [min(MAX_RECORDS, first * 2**n) for n in range(1, 7)]


def test_a_turn_is_short_beside_what_a_scrape_may_take() -> None:
    assert LONGEST_TURN <= 0.05
