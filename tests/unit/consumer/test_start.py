"""Where a partition begins, by what the group and this process already know."""

from agent.consumer.start import Committed, Start, Topic, Words, begin, first_partitions, holds, words

FOUR = str(Words(4))
OLD, NEW = str(Words(4, "old")), str(Words(0, "new"))


def start(
    number: int, committed: dict[int, Committed], kept: int | None = None, topic: Topic | None = None
) -> int | Start:
    return begin(("t", number), {("t", n): it for n, it in committed.items()}, kept, topic or Topic(4))


def test_a_new_group_starts_as_the_setting_says() -> None:
    assert start(0, {}) is Start.SETTING
    assert start(0, {0: Committed(-1, ""), 1: Committed(-1, "")}) is Start.SETTING


def test_a_partition_that_another_agent_of_the_new_group_has_not_started_yet_starts_as_the_setting_says() -> (
    None
):
    assert start(2, {0: Committed(10, FOUR), 1: Committed(10, FOUR), 2: Committed(-1, "")}) is Start.SETTING


def test_a_partition_newer_than_the_group_starts_at_its_beginning() -> None:
    assert start(4, {0: Committed(10, FOUR)}, topic=Topic(8)) is Start.BEGINNING
    assert start(5, {0: Committed(10, FOUR), 4: Committed(3, FOUR)}, topic=Topic(8)) is Start.BEGINNING


def test_where_something_else_committed_a_partition_without_an_offset_is_new() -> None:
    assert start(3, {0: Committed(10, ""), 2: Committed(10, "by hand")}) is Start.BEGINNING
    assert start(1, {0: Committed(10, ""), 2: Committed(10, None)}) is Start.SETTING


def test_what_is_committed_goes_on() -> None:
    assert start(0, {0: Committed(10, FOUR)}) == 10
    assert start(0, {0: Committed(0, "")}) == 0


def test_what_this_process_has_counted_is_not_counted_again() -> None:
    assert start(0, {0: Committed(10, FOUR)}, kept=15) == 15
    assert start(0, {0: Committed(20, FOUR)}, kept=15) == 20
    assert start(0, {}, kept=15) == 15


def test_topics_do_not_mix() -> None:
    committed = {("other", 0): Committed(10, str(Words(1)))}

    assert first_partitions("t", committed, Topic(4)) == 4


def test_an_offset_of_a_topic_of_the_same_name_that_was_deleted_does_not_hold() -> None:
    topic = Topic(4, "new")

    assert start(0, {0: Committed(10, OLD)}, topic=topic) is Start.BEGINNING
    assert start(1, {0: Committed(10, OLD)}, topic=topic) is Start.BEGINNING
    assert start(0, {0: Committed(7, NEW)}, topic=topic) == 7


def test_a_topic_that_was_made_anew_is_new_to_every_agent_of_the_group() -> None:
    committed = {0: Committed(7, NEW), 1: Committed(10, OLD), 2: Committed(-1, "")}

    assert [start(number, committed, topic=Topic(4, "new")) for number in (1, 2)] == [Start.BEGINNING] * 2


def test_where_the_topic_was_seen_to_be_made_anew_only_a_commit_that_names_it_holds() -> None:
    remade = Topic(4, "new", is_remade=True)

    assert start(0, {0: Committed(10, FOUR)}, topic=remade) is Start.BEGINNING
    assert start(0, {}, topic=remade) is Start.BEGINNING
    assert start(0, {0: Committed(7, NEW)}, topic=remade) == 7


def test_commits_of_agents_and_brokers_that_know_no_topic_ids_hold() -> None:
    assert start(0, {0: Committed(10, FOUR)}, topic=Topic(4, "new")) == 10
    assert start(0, {0: Committed(10, OLD)}, topic=Topic(4)) == 10
    assert not holds(Committed(-1, ""), Topic(4))


def test_what_a_commit_carries_is_read_as_it_was_written() -> None:
    said = Words(4, "vFQbrGmKRUy3i1eK3IJrGw", "mode=scrape")

    assert str(said) == "first_partitions=4 topic_id=vFQbrGmKRUy3i1eK3IJrGw mode=scrape"
    assert words(str(said)) == said
    assert words(FOUR) == Words(4)
    assert words(None) == words("") == Words()
    assert words("first_partitions=many \0 by hand y=z").note == "y=z"
    assert str(Words()) == ""
