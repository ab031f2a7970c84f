"""Where a partition begins, by what the group and this process already know."""

from agent.consumer.start import Committed, Start, begin, first_partitions, metadata

FOUR = metadata(4)


def start(
    number: int, committed: dict[int, Committed], kept: int | None = None, today: int = 4
) -> int | Start:
    return begin(("t", number), {("t", n): it for n, it in committed.items()}, kept, today)


def test_a_new_group_starts_as_the_setting_says() -> None:
    assert start(0, {}) is Start.SETTING
    assert start(0, {0: Committed(-1, ""), 1: Committed(-1, "")}) is Start.SETTING


def test_a_partition_that_another_agent_of_the_new_group_has_not_started_yet_starts_as_the_setting_says() -> (
    None
):
    assert start(2, {0: Committed(10, FOUR), 1: Committed(10, FOUR), 2: Committed(-1, "")}) is Start.SETTING


def test_a_partition_newer_than_the_group_starts_at_its_beginning() -> None:
    assert start(4, {0: Committed(10, FOUR)}, today=8) is Start.BEGINNING
    assert start(5, {0: Committed(10, FOUR), 4: Committed(3, FOUR)}, today=8) is Start.BEGINNING


def test_where_something_else_committed_a_partition_without_an_offset_is_new() -> None:
    assert start(3, {0: Committed(10, ""), 2: Committed(10, "by hand")}) is Start.BEGINNING
    assert start(1, {0: Committed(10, ""), 2: Committed(10, "")}) is Start.SETTING


def test_what_is_committed_goes_on() -> None:
    assert start(0, {0: Committed(10, FOUR)}) == 10
    assert start(0, {0: Committed(0, "")}) == 0


def test_what_this_process_has_counted_is_not_counted_again() -> None:
    assert start(0, {0: Committed(10, FOUR)}, kept=15) == 15
    assert start(0, {0: Committed(20, FOUR)}, kept=15) == 20
    assert start(0, {}, kept=15) == 15


def test_topics_do_not_mix() -> None:
    committed = {("other", 0): Committed(10, metadata(1))}

    assert first_partitions("t", committed, 4) == 4
