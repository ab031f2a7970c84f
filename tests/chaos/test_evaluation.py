"""The arithmetic that judges a run: it must see each way in which a count can go wrong."""

from collections import Counter
from itertools import count
from math import nan

from tests.chaos.evaluation import Key, Series, compare, counted, increase
from tests.chaos.findings import (
    decreases,
    inconsistent_scrapes,
    lives,
    masked_resets,
    missed_beginnings,
    segments,
    unseen,
)

COMMON = Key("openai", "/v1/embeddings", "200", "model-a")
RARE = Key("openai", "/v1/embeddings", "429", "rare-007")


def series(*values: float, key: Key = COMMON, instance: str = "one") -> Series:
    """Scraped once a second from second 1 on."""
    return Series(instance, key._asdict(), list(zip(count(1.0), values, strict=False)))


def begun(*starts: float) -> Series:
    """When the process that answered each scrape had begun."""
    return series(*starts, key=Key("", "", "", ""))


def test_the_first_sample_is_the_base_and_counts_nothing() -> None:
    assert increase(series(5, 7, 7, 12).samples) == 7
    assert increase(series(5).samples) == 0
    assert increase([]) == 0


def test_after_a_drop_the_counter_is_taken_to_have_begun_at_0() -> None:
    assert increase(series(0, 10, 0, 4).samples) == 14
    assert increase(series(0, 10, 3, 4).samples) == 14


def test_a_stale_marker_is_no_value() -> None:
    assert increase(series(0, 10, nan, 10, nan, nan, 12).samples) == 12


def test_increases_of_several_instances_are_added_up() -> None:
    both = [series(0, 3), series(0, 4, instance="two"), series(0, 1, key=RARE)]

    assert counted(both) == Counter({COMMON: 7, RARE: 1})


def test_a_loss_in_one_series_does_not_hide_a_double_in_another() -> None:
    result = compare({COMMON: 10, RARE: 2}, {COMMON: 7, RARE: 5}, [RARE])

    assert (result.lost, result.doubled, result.difference) == (3, 3, 0)
    assert (result.rare_exact, result.rare) == (0, 1)


def test_a_series_that_was_never_produced_is_doubled_and_one_never_seen_is_lost() -> None:
    result = compare({COMMON: 10}, {RARE: 2}, [RARE])

    assert (result.lost, result.doubled, result.rare) == (10, 2, 0)


def test_what_was_counted_twice_after_a_restart_is_doubled() -> None:
    seen_twice = counted([series(0, 8, 0, 3)])  # 3 of the 8 were shown, and not committed

    assert compare({COMMON: 8}, seen_twice, []).doubled == 3


def test_a_restart_that_the_counter_hides_is_lost_and_found() -> None:
    hidden = series(0, 8, 9)

    assert compare({COMMON: 17}, counted([hidden]), []).lost == 8
    (found,) = masked_resets([hidden], lives([begun(100, 100, 200)]))
    assert (found.instance, found.at, found.before, found.after) == ("one", 3, 8, 9)
    assert unseen([found]) == {COMMON: 8}


def test_a_restart_that_shows_is_not_taken_for_a_hidden_one() -> None:
    assert not [*masked_resets([series(0, 8, 0, 9)], lives([begun(100, 100, 200, 200)]))]
    assert not [*masked_resets([series(0, 0, 9)], lives([begun(100, 200, 200)]))]
    assert not [*masked_resets([series(0, 8, 9)], lives([begun(100, 100, 100)]))]


def test_a_series_first_seen_with_a_value_is_lost_and_found() -> None:
    late = series(4, 9)

    assert compare({COMMON: 9}, counted([late]), []).lost == 4
    (found,) = missed_beginnings([late, series(0, 1)])
    assert found.after == 4
    assert unseen([found]) == {COMMON: 4}


def test_a_counter_that_goes_down_in_a_living_process_is_found() -> None:
    down = series(0, 8, nan, 5)

    (found,) = decreases([down], lives([begun(100, 100, nan, 100)]))
    assert (found.before, found.after) == (8, 5)
    assert not [*decreases([down], lives([begun(100, 100, nan, 200)]))]


def test_two_sums_of_the_same_events_are_held_together_scrape_by_scrape() -> None:
    errors, failed = [series(0, 2, 3), series(0, 1, 1, key=RARE)], [series(0, 3, 5)]

    (found,) = inconsistent_scrapes(failed, errors, "errors")
    assert (found.what, found.at, found.before, found.after) == ("errors", 3, 5, 4)


def test_a_series_is_told_life_by_life() -> None:
    first, second = segments(series(0, 8, 1, 9), lives([begun(100, 100, 200, 200)]))

    assert str(first) == "one begun 100.000: 0 at 1.000, 8 at 2.000"
    assert str(second) == "one begun 200.000: 1 at 3.000, 9 at 4.000"
