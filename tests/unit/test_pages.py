"""What a page shows and what follows from its delivery: a real ledger, and a group that answers as told."""

import asyncio
import gc
import os
import pickle
import signal
import time
import weakref
from collections import Counter
from collections.abc import Callable, Mapping

import prometheus_client
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from agent import crashpoints, pages
from agent.consumer import CommitResult
from agent.ledger.ledger import Ledger
from agent.metrics import catalogue
from agent.metrics.delta import Batch, Series
from agent.metrics.exposition import Exposition
from agent.metrics.process import ProcessMetrics
from agent.metrics.readings import Reading, Readings, Source
from agent.pages import Pages, Scrape
from tests.waiting import until

P = ("events", 0)
EMPTY = catalogue.INVALID_EVENTS


class Group:
    """Answers commits with the next of *answers*, then with ACCEPTED, and tells the ledger what it was."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.answers: list[CommitResult] = []
        self.commits: list[Mapping[tuple[str, int], int]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def commit(self, offsets: Mapping[tuple[str, int], int], _within: float) -> CommitResult:
        self.commits.append(dict(offsets))
        await self.may_answer.wait()
        answer = self.answers.pop(0) if self.answers else CommitResult.ACCEPTED
        tell = {
            CommitResult.ACCEPTED: self._ledger.committed,
            CommitResult.REFUSED: self._ledger.refused,
            CommitResult.UNANSWERED: self._ledger.unanswered,
        }.get(answer)
        if tell is not None:
            tell(offsets)
        return answer


class Says:
    """Says that the process is connected, and waits for what it is told."""

    def __init__(self, process: ProcessMetrics) -> None:
        self._process = process
        self.waits_for = ""

    def refresh(self, now: float) -> None:
        self._process.connected.set(now > 0)

    def readiness(self) -> str:
        return self.waits_for


class Bench:
    """Pages over a ledger with one known series, of which five records are committed."""

    def __init__(self, *, unfenced_after: float = 60, max_uncommitted: float = 900) -> None:
        self.process = ProcessMetrics("0")
        self.says = Says(self.process)
        self.readings = Readings()
        exposition = Exposition(self.process.registry, self.readings)
        self.series = Series(EMPTY, ("empty",), 1)
        self.ledger = Ledger([self.series], max_uncommitted=max_uncommitted)
        self.group = Group(self.ledger)
        self.pages = Pages(
            self.ledger,
            exposition,
            self.process,
            self.says,
            commit=self.group.commit,
            interval=None,
            unfenced_after=unfenced_after,
        )
        self.ledger.assign()
        self.ledger.start(P, 0, "", 0.0)
        self.counted = 0

    def count(self, records: int) -> None:
        self.counted += records
        self.ledger.stage(P, Batch({self.series: [records]}, records, self.counted, 0.0))

    async def begin(self, *, is_stale: bool = False) -> Scrape:
        scrape = await self.pages.begin_scrape("prometheus", "", lambda: is_stale)
        assert scrape is not None
        return scrape

    async def scrape(self, *, delivered: bool = True) -> float:
        """One scrape; what it showed."""
        scrape = await self.begin()
        await scrape.end(delivered=delivered)
        return value(scrape)

    def outcomes(self) -> dict[str, float]:
        return {
            word: count(self.process.scrapes.labels(word)) for word in ("delivered", "undelivered", "refused")
        }


def value(scrape: Scrape, name: str = EMPTY.name) -> float:
    families = text_string_to_metric_families(b"".join(scrape.content.pieces).decode())
    return next(sample.value for family in families for sample in family.samples if sample.name == name)


def count(counter: prometheus_client.Counter) -> float:
    return float(counter._value.get())


@pytest.fixture
async def bench() -> Bench:
    return await ready(Bench())


async def ready(bench: Bench) -> Bench:
    bench.count(5)
    await bench.scrape()
    await bench.scrape()
    bench.group.commits.clear()
    return bench


async def test_a_delivered_page_is_probed_shown_and_committed_in_that_order(bench: Bench) -> None:
    bench.count(3)

    scrape = await bench.begin()
    probed = list(bench.group.commits)
    await scrape.end(delivered=True)

    assert (value(scrape), probed, bench.group.commits[1:]) == (8, [{P: 5}], [{P: 8}])


async def test_a_page_that_is_lost_commits_nothing_and_the_next_one_shows_it_again(bench: Bench) -> None:
    bench.count(3)

    with structlog.testing.capture_logs() as lines:
        assert [await bench.scrape(delivered=False), await bench.scrape()] == [8, 8]

    assert [line["event"] for line in lines if line["log_level"] == "info"] == ["scrape.undelivered"]
    assert bench.group.commits == [{P: 5}, {P: 8}]
    assert bench.outcomes() == {"delivered": 3, "undelivered": 1, "refused": 0}


@pytest.mark.parametrize("answer", [CommitResult.REFUSED, CommitResult.UNANSWERED, CommitResult.NOT_SENT])
async def test_without_an_accepted_probe_a_page_shows_the_old_values(
    bench: Bench, answer: CommitResult
) -> None:
    bench.count(3)
    bench.group.answers = [answer]

    assert [await bench.scrape(), await bench.scrape()] == [5, 8]
    assert bench.outcomes()["refused"] == 1


async def test_new_counts_are_shown_without_proof_when_the_broker_is_silent_for_too_long() -> None:
    bench = await ready(Bench(unfenced_after=0))
    bench.count(3)
    bench.group.answers = [CommitResult.UNANSWERED]

    assert await bench.scrape() == 8
    assert count(bench.process.unfenced_exposures) == 1


async def test_a_refused_probe_is_never_overruled() -> None:
    bench = await ready(Bench(unfenced_after=0))
    bench.count(3)
    bench.group.answers = [CommitResult.REFUSED]

    assert await bench.scrape() == 5
    assert count(bench.process.unfenced_exposures) == 0


async def test_a_scraper_that_has_gone_is_dropped_and_costs_nothing(bench: Bench) -> None:
    bench.count(3)

    dropped = await bench.pages.begin_scrape("prometheus", "", lambda: True)

    assert (dropped, bench.group.commits, bench.outcomes()["undelivered"]) == (None, [], 1)


async def test_a_scraper_that_goes_during_the_probe_merges_nothing(bench: Bench) -> None:
    bench.count(3)
    looks = iter([False, True])

    assert await bench.pages.begin_scrape("prometheus", "", lambda: next(looks)) is None
    assert bench.ledger.waiting.records == 3
    assert bench.outcomes()["undelivered"] == 1
    assert await bench.scrape() == 8


async def test_pages_on_their_way_keep_no_other_scrape_waiting(bench: Bench) -> None:
    slow = await bench.begin()
    bench.count(3)

    assert await bench.scrape() == 8
    await slow.end(delivered=False)


async def test_letting_go_waits_for_the_scrape_under_way_with_its_commit(bench: Bench) -> None:
    bench.count(3)
    scrape = await bench.begin()
    settling = asyncio.create_task(bench.pages.settle())
    await asyncio.sleep(0)
    assert not settling.done()

    bench.group.may_answer.clear()
    ending = asyncio.create_task(scrape.end(delivered=True))
    await until(lambda: bench.group.commits[-1] == {P: 8})
    assert not settling.done()
    bench.group.may_answer.set()
    await asyncio.gather(settling, ending)


async def test_a_scrape_that_comes_while_partitions_go_shows_the_old_values(bench: Bench) -> None:
    under_way = await bench.begin()
    settling = asyncio.create_task(bench.pages.settle())
    await asyncio.sleep(0)
    bench.count(3)

    assert await bench.scrape() == 5
    await under_way.end(delivered=True)
    await settling
    assert await bench.scrape() == 8


async def test_a_cancelled_scrape_leaves_nothing_behind(bench: Bench) -> None:
    bench.count(3)
    bench.group.may_answer.clear()
    scrape = asyncio.create_task(bench.begin())
    await until(lambda: bench.group.commits)

    scrape.cancel()
    bench.group.may_answer.set()

    await asyncio.wait((scrape,))
    await asyncio.wait_for(bench.pages.settle(), 1)
    assert await bench.scrape() == 8


async def test_a_page_that_cannot_be_rendered_keeps_nobody_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.count(3)
    with monkeypatch.context() as broken:
        broken.setattr(bench.pages, "_render", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await bench.begin()

    await asyncio.wait_for(bench.pages.settle(), 1)
    assert await bench.scrape() == 8


async def test_what_nobody_scrapes_is_committed_in_the_end_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "_LOOK_EVERY", 0.01)
    bench = await ready(Bench(max_uncommitted=0.05))
    bench.count(3)

    with structlog.testing.capture_logs() as lines:
        regularly = asyncio.create_task(bench.pages.commit_regularly())
        await until(lambda: count(bench.process.unscraped_commits) == 1)
        regularly.cancel()

    assert [(line["event"], line["partitions"]) for line in lines] == [("commit.unscraped", 1)]
    assert bench.group.commits == [{P: 8}]
    assert await bench.scrape() == 8


async def test_a_look_without_a_scrape_shows_all_that_is_counted_and_moves_nothing(bench: Bench) -> None:
    bench.count(3)

    seen = b"".join(bench.pages.preview("").pieces).decode()

    assert f'{EMPTY.name}{{reason="empty"}} 8\n' in seen
    assert count(bench.process.scrapes.labels("not_a_scraper")) == 1
    assert bench.group.commits == []
    assert bench.ledger.waiting.records == 3


async def test_a_page_shows_what_the_process_says_of_itself_at_that_moment(bench: Bench) -> None:
    bench.process.connected.set(0)

    assert value(await bench.begin(), "api_error_agent_connected") == 1


@pytest.mark.parametrize("waits_for", ["", "the first assignment"])
async def test_the_pages_are_ready_when_the_process_is(bench: Bench, waits_for: str) -> None:
    bench.says.waits_for = waits_for

    assert (bench.pages.readiness(), bench.pages.health()) == (waits_for, "")


async def test_only_a_page_that_arrived_says_when_a_scraper_was_last_here() -> None:
    bench = Bench()
    await bench.scrape(delivered=False)
    assert bench.pages.delivered_at is None

    await bench.scrape()

    assert bench.pages.delivered_at == pytest.approx(time.time(), abs=60)


async def test_the_lowest_reading_of_a_limit_is_shown_until_a_page_with_it_has_arrived(bench: Bench) -> None:
    for left in (3, 60):
        bench.readings.keep(Source("openai", "gpt-5", "requests"), Reading(time.time(), 100, left, None))

    shown = []
    for delivered in (False, True, True):
        scrape = await bench.begin()
        shown.append(value(scrape, catalogue.RATELIMIT_REMAINING.name))
        await scrape.end(delivered=delivered)

    assert shown == [3, 3, 60]


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_scrape_that_has_ended_is_forgotten(
    bench: Bench,
    delivered: bool,  # noqa: FBT001
) -> None:
    scrape = await bench.begin()
    await scrape.end(delivered=delivered)

    known = weakref.ref(scrape)
    del scrape
    gc.collect()
    assert known() is None


async def test_pages_that_are_lost_leave_nothing_behind(bench: Bench) -> None:
    await bench.scrape(delivered=False)
    before = len(pickle.dumps(bench.ledger))

    for _ in range(100):
        await bench.scrape(delivered=False)

    assert len(pickle.dumps(bench.ledger)) < before + 100


# --- crash points --------------------------------------------------------------------------------------


class Crashed(BaseException):
    """In place of the end of the process."""


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def kill(process: int, number: int) -> None:
        assert (process, number) == (os.getpid(), signal.SIGKILL)
        raise Crashed

    def at(point: str) -> None:
        monkeypatch.setenv(crashpoints.VARIABLE, point)

    monkeypatch.setattr(crashpoints, "_times", Counter())
    monkeypatch.setattr(os, "kill", kill)
    return at


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("after_probe", [{P: 5}]),
        ("after_merge", [{P: 5}]),
        ("after_ack", [{P: 5}]),
        ("after_commit", [{P: 5}, {P: 8}]),
    ],
)
async def test_a_process_dies_at_its_crash_point(
    bench: Bench, crash: Callable[[str], None], point: str, told: list[Mapping[tuple[str, int], int]]
) -> None:
    bench.count(3)
    crash(point)

    with pytest.raises(Crashed):
        await bench.scrape()
    assert bench.group.commits == told


async def test_a_process_dies_when_it_comes_to_its_crash_point_for_the_time_it_was_told(
    bench: Bench, crash: Callable[[str], None]
) -> None:
    crash("after_ack:3")

    assert [await bench.scrape(), await bench.scrape()] == [5, 5]
    with pytest.raises(Crashed):
        await bench.scrape()


@pytest.mark.parametrize("point", ["", "nowhere"])
async def test_a_process_without_a_crash_point_that_it_reaches_lives_on(
    bench: Bench, crash: Callable[[str], None], point: str
) -> None:
    crash(point)

    assert await bench.scrape() == 5
