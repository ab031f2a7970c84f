"""Where counting begins and goes on: found out, committed, and only then counted from."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaTimeoutError,
    UnknownMemberIdError,
)
from structlog.testing import capture_logs

from agent.consumer.books import Partition
from agent.consumer.commits import Commits, NotCommittedError
from agent.consumer.lag import Lag
from agent.consumer.positions import QUESTION_WITHIN, Positions
from agent.consumer.session import SILENT_AFTER
from agent.consumer.start import Committed, Words
from agent.consumer.topics import KnownTopics
from tests.kafka.recorder import Recorder, settings
from tests.unit.consumer.cluster import Cluster

ZERO, ONE, OTHER = ("t", 0), ("t", 1), ("u", 0)


class Bench(Cluster):
    """The positions of a member that has been given two partitions.

    Attributes:
        waits: Seconds for which it waited.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
        super().__init__()
        self.waits: list[float] = []
        patched = SimpleNamespace(sleep=self._sleep, timeout=asyncio.timeout)
        monkeypatch.setattr("agent.consumer.positions.asyncio", patched)
        self.books, self.known = Recorder(), KnownTopics()
        self.commits = Commits(self)
        self.commits.begin()
        it: Any = self
        self.positions = Positions(it, self.commits, self.books, self.known, settings("b:1", "t", **changes))
        self.own(ZERO, ONE)

    def own(self, *partitions: Partition) -> None:
        self.assign(*partitions)
        self.positions.own(partitions)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    @property
    def at(self) -> dict[Partition, int]:
        """Where each partition is that has started."""
        return {partition: lag.next_offset for partition, lag in self.positions.lags.items()}


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def offsets(said: Mapping[Partition, Any]) -> dict[Partition, int]:
    return {partition: it.offset for partition, it in said.items()}


# --- starting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "later", "expected"),
    [("earliest", None, 3), ("latest", None, 10), ("1795323600.5", 7, 7), ("1795323600.5", None, 10)],
)
async def test_a_new_group_starts_as_the_settings_say_and_commits_that_first(
    monkeypatch: pytest.MonkeyPatch, start: str, later: int | None, expected: int
) -> None:
    bench = Bench(monkeypatch, start=start)
    bench.begins, bench.later = {ZERO: 3, ONE: 3}, later
    bench.while_committing = lambda: before.append(list(bench.books.starts))
    before: list[object] = []
    with capture_logs() as lines:
        await bench.positions.start()

    assert before == [[]]
    assert offsets(bench.said[0]) == bench.at == {ZERO: expected, ONE: expected}
    assert sorted(bench.books.starts) == [(ZERO, expected, ""), (ONE, expected, "")]
    assert sorted(bench.sought) == [(ZERO, expected), (ONE, expected)]
    assert not bench.positions.pending
    assert set(bench.moments_ms) == ({1795323600500} if start[0] == "1" else set())
    assert [line for line in lines if line["event"] == "partitions.started"] == [
        {"event": "partitions.started", "log_level": "info", "t-0": expected, "t-1": expected}
    ]


async def test_a_commit_says_of_which_topic_it_is_and_what_the_books_note(bench: Bench) -> None:
    bench.books.noted = "mode=scrape"
    await bench.positions.start()

    assert {it.metadata for it in bench.said[0].values()} == {"first_partitions=2 topic_id=id mode=scrape"}


async def test_what_the_group_has_committed_goes_on_and_is_not_committed_again(bench: Bench) -> None:
    bench.committed_ = {ZERO: Committed(5, str(Words(2, "id", "mode=scrape"))), ONE: Committed(6, "")}
    await bench.positions.start()

    assert (bench.at, bench.said) == ({ZERO: 5, ONE: 6}, [])
    assert sorted(bench.books.starts) == [(ZERO, 5, "mode=scrape"), (ONE, 6, "")]


async def test_what_is_noted_of_another_topic_of_this_name_does_not_hold(bench: Bench) -> None:
    bench.committed_ = {ZERO: Committed(5, str(Words(2, "old", "mode=scrape")))}
    await bench.positions.start()

    assert (ZERO, 0, "") in bench.books.starts


async def test_only_what_is_new_is_committed_at_the_start(bench: Bench) -> None:
    bench.committed_ = {ZERO: Committed(5, ""), ONE: Committed(6, "")}
    bench.books.next[ONE] = 8  # this process shows it already
    await bench.positions.start()

    assert (bench.at, offsets(bench.said[0])) == ({ZERO: 5, ONE: 8}, {ONE: 8})


async def test_a_partition_newer_than_the_group_is_read_from_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(monkeypatch, start="latest")
    bench.begins, bench.committed_ = {ONE: 2}, {ZERO: Committed(5, str(Words(1)))}
    await bench.positions.start()

    assert bench.at == {ZERO: 5, ONE: 2}


async def test_a_start_that_the_group_does_not_take_is_an_error_with_its_reason(bench: Bench) -> None:
    bench.refusal = GroupAuthorizationFailedError("g")

    with pytest.raises(NotCommittedError, match="GroupAuthorization"):
        await bench.positions.start()
    assert (bench.books.starts, bench.positions.pending) == ([], frozenset({ZERO, ONE}))


async def test_a_start_without_an_answer_is_an_error_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.positions.QUESTION_WITHIN", 0.01)
    await bench.positions.look(["t"])
    bench.may_answer.clear()

    with pytest.raises(NotCommittedError, match="no answer within"):
        await bench.positions._is_taken({ZERO: 1})


@pytest.mark.parametrize("is_member", [True, False])
async def test_where_the_group_is_about_to_share_out_anew_a_start_waits_a_moment_for_it(
    bench: Bench, *, is_member: bool
) -> None:
    bench.refusal = UnknownMemberIdError()
    if not is_member:
        bench.commits.end()
    await bench.positions.start()

    assert (bench.books.starts, bench.at, bench.positions.pending) == ([], {}, frozenset({ZERO, ONE}))
    assert len(bench.waits) == 1
    assert 0 < bench.waits[0] < 1


async def test_a_start_that_is_taken_waits_for_nothing(bench: Bench) -> None:
    await bench.positions.start()

    assert bench.waits == []


async def test_what_is_taken_away_while_its_start_is_looked_up_does_not_start(bench: Bench) -> None:
    bench.meanwhile = lambda: bench.own(ONE)
    await bench.positions.start()

    assert (bench.said, bench.books.starts, bench.positions.pending) == ([], [], frozenset({ONE}))


async def test_what_is_taken_away_while_its_start_is_committed_does_not_start(bench: Bench) -> None:
    bench.while_committing = lambda: bench.own(ONE)
    await bench.positions.start()

    assert (bench.books.starts, bench.at, bench.positions.pending) == ([], {}, frozenset({ONE}))


async def test_a_question_that_no_broker_answers_ends_with_an_error_of_kafkas(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.positions.QUESTION_WITHIN", 0.01)
    bench.may_answer.clear()

    with pytest.raises(KafkaTimeoutError, match="no answer within 0 s"):
        await bench.positions.start()


def test_no_answer_is_waited_for_longer_than_until_brokers_count_as_silent() -> None:
    assert QUESTION_WITHIN <= SILENT_AFTER


# --- owning ---------------------------------------------------------------------------------------------


async def test_what_is_owned_is_what_was_given_last_started_or_not(bench: Bench) -> None:
    await bench.positions.start()
    assert bench.positions.owns(ZERO)
    assert not bench.positions.owns(OTHER)

    bench.own(OTHER)

    assert bench.positions.owns(OTHER)
    assert not bench.positions.owns(ZERO)
    assert bench.at == {}


# --- topics that are made anew --------------------------------------------------------------------------


async def test_a_topic_that_was_made_anew_starts_again_and_no_other(bench: Bench) -> None:
    bench.ids = {"t": "id", "u": "other"}
    bench.own(ZERO, ONE, OTHER)
    await bench.positions.start()
    bench.ids["t"] = "new"
    with capture_logs() as lines:
        assert await bench.positions.look(["t", "u", "missing"]) == {"t", "u"}

    assert (set(bench.at), bench.positions.pending, bench.books.forgotten) == (
        {OTHER},
        frozenset({ZERO, ONE}),
        ["t"],
    )
    (line,) = [line for line in lines if line["event"] == "topic.recreated"]
    assert (line["topic"], line["before"], line["now"], line["t-0"], line["t-1"]) == ("t", "id", "new", 0, 0)
    await bench.positions.start()
    assert bench.said[-1][ZERO].metadata == "first_partitions=0 topic_id=new"


async def test_a_topic_made_anew_while_its_start_is_looked_up_is_looked_up_again(bench: Bench) -> None:
    await bench.positions.start()
    bench.own(ZERO)
    bench.said.clear()
    bench.books.starts.clear()

    def made_anew() -> None:
        for change in bench.known.learn({"t": "new"}):
            bench.positions._start_anew(change)

    bench.meanwhile = made_anew
    await bench.positions.start()

    assert (bench.books.starts, bench.said) == ([], [])
    assert bench.positions.pending == frozenset({ZERO})


# --- moving ---------------------------------------------------------------------------------------------


async def test_what_a_failed_poll_has_lost_is_fetched_again_of_what_is_ours(bench: Bench) -> None:
    bench.positions.lags = {ZERO: Lag(5), ONE: Lag(6)}
    bench.assign(ONE)
    bench.positions.rewind()

    assert bench.sought == [(ONE, 6)]


@pytest.fixture
async def reading(bench: Bench) -> Bench:
    """It has counted up to 5 in one partition, and up to 6 in the other."""
    bench.positions.pending = frozenset()
    bench.positions.lags = {ZERO: Lag(5), ONE: Lag(6)}
    return bench


async def test_records_that_were_deleted_are_a_gap_and_reading_goes_on_behind_it(reading: Bench) -> None:
    reading.begins = {ZERO: 8}
    with capture_logs() as lines:
        await reading.positions.reposition([ZERO, ONE])

    assert reading.books.gaps == [(ZERO, 3, 8)]
    assert (reading.at, reading.sought) == ({ZERO: 8, ONE: 6}, [(ZERO, 8), (ONE, 6)])
    assert [line for line in lines if line["event"] == "offsets.lost"] == [
        {
            "event": "offsets.lost",
            "log_level": "error",
            "topic": "t",
            "partition": 0,
            "wanted": 5,
            "next_offset": 8,
        }
    ]


@pytest.mark.parametrize(("begin", "end"), [(5, 10), (0, 5)])
async def test_at_the_first_offset_and_at_the_end_of_the_log_nothing_is_lost(
    reading: Bench, begin: int, end: int
) -> None:
    reading.begins, reading.ends = {ZERO: begin}, {ZERO: end}
    await reading.positions.reposition([ZERO])

    assert (reading.books.gaps, reading.books.starts) == ([], [])
    assert (reading.at[ZERO], reading.sought) == (5, [(ZERO, 5)])


@pytest.mark.parametrize(
    ("counted", "later", "goes_on", "event"),
    [
        (None, 1, 3, "offset.past_the_end"),
        (1000.25, 2, 2, "log.truncated"),
        (1000.25, None, 3, "log.truncated"),
    ],
)
async def test_where_the_log_ends_before_us_only_what_is_newer_is_read(
    reading: Bench, counted: float | None, later: int | None, goes_on: int, event: str
) -> None:
    reading.ends, reading.later = {ZERO: 3}, later
    reading.positions.lags[ZERO].counted_time = counted
    with capture_logs() as lines:
        await reading.positions.reposition([ZERO])

    assert (reading.at[ZERO], reading.books.starts, reading.books.gaps) == (
        goes_on,
        [(ZERO, goes_on, "")],
        [],
    )
    assert reading.moments_ms == ([] if counted is None else [1_000_251])
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line == {
        "event": event,
        "log_level": "error",
        "topic": "t",
        "partition": 0,
        "wanted": 5,
        "next_offset": goes_on,
        "end": 3,
    }


async def test_what_is_taken_away_while_its_end_is_looked_up_goes_nowhere(reading: Bench) -> None:
    reading.ends, reading.later = {ZERO: 3}, 2
    reading.positions.lags[ZERO].counted_time = 1000.0
    reading.meanwhile = lambda: reading.positions.lags.pop(ZERO) if reading.moments_ms else None
    await reading.positions.reposition([ZERO])

    assert (reading.books.starts, ZERO in reading.at) == ([], False)


async def test_what_is_taken_away_meanwhile_costs_the_others_nothing(reading: Bench) -> None:
    reading.begins, reading.meanwhile = {ZERO: 8, ONE: 8}, lambda: reading.positions.lags.pop(ZERO, None)
    await reading.positions.reposition([ZERO, ONE])

    assert (reading.books.gaps, reading.at) == ([(ONE, 2, 8)], {ONE: 8})


async def test_before_it_goes_on_the_topics_are_looked_at(reading: Bench) -> None:
    await reading.positions.look(["t"])
    reading.ids["t"] = "new"
    await reading.positions.reposition([ZERO])

    assert (reading.books.forgotten, reading.at, reading.positions.pending) == (
        ["t"],
        {},
        frozenset({ZERO, ONE}),
    )


async def test_a_broker_that_is_away_is_no_answer(bench: Bench) -> None:
    bench.error = KafkaConnectionError("away")

    with pytest.raises(KafkaConnectionError, match="away"):
        await bench.positions.look(["t"])
