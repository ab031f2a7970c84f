"""Which events the log of an agent leaves in doubt: only those may be counted twice."""

import json

from tests.chaos.journal import Entry, Life, around, doubts, entries, last_merged

MERGED = {"event": "scrape.merged", "records": 40, "timestamp": "2026-11-28T05:00:01Z"}
DELIVERED = {"event": "scrape.delivered", "timestamp": "2026-11-28T05:00:02Z"}
UNDELIVERED = {"event": "scrape.undelivered"}
ACCEPTED = {"event": "scrape.committed", "result": "accepted"}
REFUSED = {"event": "scrape.committed", "result": "refused"}


def life(*events: Entry) -> Life:
    return Life("127.0.0.1:1", "", "SIGKILL", events)


def records(*events: Entry) -> list[int]:
    return [doubt.records for doubt in doubts(life(*events))]


def test_what_was_committed_is_in_no_doubt() -> None:
    assert records() == []
    assert records(MERGED, DELIVERED, ACCEPTED) == []


def test_a_process_that_dies_between_showing_and_committing_leaves_that_scrape_in_doubt() -> None:
    (doubt,) = doubts(life(MERGED, DELIVERED, ACCEPTED, MERGED, DELIVERED))

    assert doubt.records == 40
    assert str(doubt) == ("127.0.0.1:1 at 2026-11-28T05:00:02Z: SIGKILL before the group had it, 40 records")


def test_a_scrape_whose_end_nobody_saw_is_in_doubt_too() -> None:
    assert records(MERGED) == [40]
    assert records(MERGED, UNDELIVERED, MERGED) == [80]


def test_what_was_shown_and_not_committed_when_partitions_left_is_in_doubt() -> None:
    revoked = {"event": "partitions.revoked"}

    assert records(MERGED, DELIVERED, revoked, MERGED, ACCEPTED) == [40]
    assert records(MERGED, DELIVERED, ACCEPTED, revoked) == []


def test_with_two_scrapers_a_commit_is_one_scrape_behind() -> None:
    (doubt,) = doubts(life(MERGED, MERGED, DELIVERED, ACCEPTED), scrapers=2)

    assert doubt.records == 40


def test_what_the_last_scrape_merged_is_found() -> None:
    assert last_merged(life(MERGED, MERGED | {"records": 7}, DELIVERED)) == 7
    assert last_merged(life()) == 0


def test_a_commit_without_a_good_answer_settles_nothing() -> None:
    assert records(MERGED, DELIVERED, REFUSED) == [40]
    assert records(MERGED, DELIVERED, {"event": "scrape.committed", "result": "unanswered"}) == [40]


def undone(second: int) -> Entry:
    return {"event": "counts.undone", "records": 39, "timestamp": f"2026-11-28T05:00:{second:02}Z"}


def test_what_the_group_refused_is_in_doubt_once() -> None:
    assert records(MERGED, DELIVERED, REFUSED, undone(11)) == [39]


def test_a_refusal_without_a_stall_before_it_explains_nothing() -> None:
    (doubt,) = doubts(life(MERGED, DELIVERED, REFUSED, undone(2)))

    assert doubt.records == 0
    assert "nothing held it up" in str(doubt)


def test_lines_cut_off_by_a_crash_and_lines_of_others_are_passed_over() -> None:
    log = "\n".join(["Traceback", json.dumps(MERGED), '"text"', json.dumps(MERGED)[:20]])

    assert entries(log) == [MERGED]


def test_the_lines_around_a_moment_are_found() -> None:
    one = life({"timestamp": "1"}, {"timestamp": "2"}, {"timestamp": "3"}, {"timestamp": "4"})

    assert [entry["timestamp"] for entry in around(one, "2", before=1, after=1)] == ["2", "3"]
