"""Each gauge of the process shows what the part that knows it says, at the moment of the page."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent import events
from agent.bookkeeper import Bookkeeper
from agent.consumer import Problem
from agent.consumer.connection import CONNECTED, Connection
from agent.consumer.lag import Lag
from agent.gauges import Gauges, LoopLag
from agent.ledger.ledger import Ledger
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.labels import Labels
from agent.metrics.process import ProcessMetrics
from agent.metrics.readings import Readings
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from tests.unit.test_pipeline import Record
from tests.waiting import until

NOW = 1_795_323_600.0
BY = ("topic", "partition", "problem", "file")
EVENT = b'{"status": 200}'
AWAY = Connection(Problem.UNREACHABLE, "no broker has answered for 9 s")


def behind() -> Lag:
    """Three records wait, and the last that was counted is 20 s old."""
    lag = Lag(7)
    lag.counted(7, NOW - 20)
    lag.heard(10, NOW, is_readable=True)
    return lag


@dataclass
class Reader:
    """What a consumer says of itself."""

    connection: Connection = CONNECTED
    is_ready: bool = True
    polled_at: float | None = NOW - 1
    assignments: int = 4
    rebuilds: int = 2
    lags: dict[tuple[str, int], Lag] = field(default_factory=lambda: {("a", 1): behind(), ("a", 2): Lag(0)})
    topic_partitions: dict[str, int] = field(default_factory=lambda: {"a": 6, "b": 1})


class Desk:
    def __init__(self, reader: Reader) -> None:
        self.process, self.ledger = ProcessMetrics("0"), Ledger()
        self.books = Bookkeeper(Pipeline(Tally(Labels()), events.Reader()), self.ledger)
        self.books.assigned([("a", 1), ("a", 2)])
        self.books.started(("a", 1), 0, "")
        self.certificates = {"tls.crt": NOW + 100}
        known: Any = reader
        self.gauges = Gauges(
            self.process, ("a", "b"), known, self.ledger, self.books,
            loop_lag=LoopLag(), series_count=lambda: 42, certificates=lambda: self.certificates,
        )  # fmt: skip

    def page(self) -> dict[tuple[str, ...], float]:
        """Values by name and label values, without the names' prefix."""
        self.gauges.refresh(NOW)
        text = b"".join(Exposition(self.process.registry, Readings()).page({}, Format.TEXT, NOW)).decode()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {
            (
                it.name.removeprefix("api_error_agent_"),
                *(it.labels[by] for by in BY if by in it.labels),
            ): it.value
            for it in samples
        }


def page(**says: Any) -> dict[tuple[str, ...], float]:
    return Desk(Reader(**says)).page()


def test_partitions_say_how_far_they_are_behind_and_whose_they_are() -> None:
    found = page()

    assert found["lag_records", "a", "1"] == 3
    assert found["lag_seconds", "a", "1"] == 20
    assert (found["assigned_partitions", "a"], found["assigned_partitions", "b"]) == (2, 0)
    assert (found["topic_partitions", "a"], found["topic_partitions", "b"]) == (6, 1)


def test_a_lag_that_nobody_knows_is_absent() -> None:
    unknown = Lag(0)
    unknown.heard(5, NOW, is_readable=True)

    found = page(lags={("a", 1): unknown})

    assert found["lag_records", "a", "1"] == 5
    assert ("lag_seconds", "a", "1") not in found


def test_what_was_let_go_is_shown_no_more() -> None:
    reader = Reader()
    desk = Desk(reader)
    desk.page()

    reader.lags, reader.topic_partitions, desk.certificates = {}, {}, {}
    desk.books.revoked(leaving=False)

    names = {name for name, *_ in desk.page()}
    assert names.isdisjoint(
        {"lag_records", "lag_seconds", "topic_partitions", "certificate_expiry_timestamp_seconds"}
    )
    assert desk.page()["assigned_partitions", "a"] == 0


def test_one_problem_at_most_is_the_one_that_keeps_us_from_reading() -> None:
    fine, away = page(), page(connection=AWAY)

    assert (fine["connected",], away["connected",]) == (1, 0)
    assert {key: value for key, value in fine.items() if key[0] == "connection_problem" and value} == {}
    assert [key[1] for key, value in away.items() if key[0] == "connection_problem" and value] == [
        "unreachable"
    ]
    assert len([key for key in away if key[0] == "connection_problem"]) == len(Problem)


def test_the_consumers_own_counts_are_shown() -> None:
    found = page()

    assert found["rebalances_total",] == 4
    assert found["consumer_rebuilds_total",] == 2
    assert found["last_poll_timestamp_seconds",] == NOW - 1
    assert found["series",] == 42
    assert found["certificate_expiry_timestamp_seconds", "tls.crt"] == NOW + 100


def test_what_waits_and_what_was_committed_come_from_the_books() -> None:
    desk = Desk(Reader())
    before = desk.page()
    desk.books.count(("a", 1), [Record(EVENT, 0), Record(EVENT, 1)])
    desk.books.committed({})
    desk.books.undone = 3
    after = desk.page()

    assert "oldest_waiting_timestamp_seconds" not in {name for name, *_ in before}
    assert "last_commit_timestamp_seconds" not in {name for name, *_ in before}
    assert (before["waiting_records",], after["waiting_records",]) == (0, 2)
    assert after["oldest_waiting_timestamp_seconds",] == desk.ledger.waiting.since
    assert after["last_commit_timestamp_seconds",] == desk.books.committed_at
    assert (before["undone_records_total",], after["undone_records_total",]) == (0, 3)
    assert after["held_series",] == desk.ledger.held > 0


@pytest.mark.parametrize(("is_ready", "words"), [(True, ""), (False, AWAY.words)])
def test_readiness_is_empty_or_says_what_is_waited_for(is_ready: bool, words: str) -> None:  # noqa: FBT001
    assert Desk(Reader(connection=AWAY, is_ready=is_ready)).gauges.readiness() == words


async def test_a_loop_that_was_held_up_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    lag = LoopLag()
    turns: list[float] = []
    watching = asyncio.create_task(lag.watch(lambda: turns.append(lag.longest)))
    await until(lambda: len(turns) > 2)

    time.sleep(0.5)  # noqa: ASYNC251 - nothing else can run
    held = len(turns)
    await until(lambda: len(turns) > held)
    longest = lag.longest
    monkeypatch.setattr("agent.gauges._LAG_WINDOW", 0.0)
    await until(lambda: lag.longest < longest)
    watching.cancel()

    assert longest > 0.3


class Loop:
    """An event loop that wakes as late as a test says; it is over when no lateness is left.

    Attributes:
        now: Its clock.

        seen: By the time of each turn, the longest lag that was known.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lateness: float) -> None:
        self.now, self.seen = 1000.0, dict[float, float]()
        self._lateness = iter(lateness)
        monkeypatch.setattr("agent.gauges.asyncio", self)
        monkeypatch.setattr("agent.gauges.time", self)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        for late in self._lateness:
            self.now += seconds + late
            return
        raise asyncio.CancelledError

    async def run(self) -> dict[float, float]:
        lag = LoopLag()
        with pytest.raises(asyncio.CancelledError):
            await lag.watch(lambda: self.seen.update({self.now - 1000: lag.longest}))
        return self.seen


async def test_the_longest_lag_of_the_last_minute_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = await Loop(monkeypatch, 0.0, 5.0, 2.0, *[0.0] * 1000).run()

    assert next(iter(seen.values())) == 0
    assert max(seen) > 90
    for at, longest in seen.items():
        expected = 0 if at < 5 or at > 68 else 5 if at < 65 else None
        assert expected is None or longest == pytest.approx(expected, abs=1e-6)
