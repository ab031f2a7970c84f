"""What cannot be had: how much of it is still before us, and how often it is tried."""

import pytest

from agent.consumer.poison import STRIKES, Strikes, Unreadable

P, OTHER = ("t", 0), ("t", 1)
TEN = Unreadable(10, 10, 20, "KeyError: 'x'", 5)


@pytest.mark.parametrize(
    ("position", "left"),
    [
        (9, (10, 10, 20)),
        (10, (10, 10, 20)),
        (11, (11, 9, 20)),
        (19, (19, 1, 20)),
        (20, None),
        (21, None),
    ],
)
def test_of_what_lies_behind_us_in_part_the_rest_is_missing(
    position: int, left: tuple[int, int, int] | None
) -> None:
    found = TEN.beyond(position)

    assert (found and found[:3]) == left
    assert found is None or found[3:] == TEN[3:]


def test_where_fewer_records_than_offsets_are_missing_no_more_are_missed() -> None:
    assert TEN._replace(records=3).beyond(11) == (11, 3, 20, TEN.why, TEN.fetched_at)


def test_one_record_can_be_given_up_alone() -> None:
    assert TEN.alone() == (10, 1, 11, TEN.why, TEN.fetched_at)


def test_an_error_is_kept_as_a_text() -> None:
    assert Unreadable.of((10, 10, 20), KeyError("x"), 5) == TEN


def test_an_offset_is_out_after_its_third_failure_whatever_others_do() -> None:
    strikes = Strikes()

    assert STRIKES == 3
    assert [strikes.out(P, 7) for _ in range(4)] == [False, False, True, True]
    assert [strikes.out(P, 8), strikes.out(OTHER, 7)] == [False, False]


def test_what_lies_behind_us_is_forgotten_and_what_is_to_come_is_not() -> None:
    strikes = Strikes()
    for offset in (7, 7, 8, 8, 9, 9):
        strikes.out(P, offset)
    strikes.passed(P, 8)

    assert [strikes.out(P, offset) for offset in (7, 8, 9)] == [False, True, True]
