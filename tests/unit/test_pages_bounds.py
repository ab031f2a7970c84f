"""How long a page waits for the broker, and what a commit that nobody has scraped leaves behind."""

import asyncio
import time
from collections.abc import Mapping
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent import pages
from agent.consumer import CommitResult
from agent.metrics.delta import Batch, Series
from agent.settings import KafkaSettings
from tests.unit.test_pages import EMPTY, Bench, P, count, ready
from tests.waiting import until


async def test_a_broker_that_is_away_costs_a_scrape_a_second_at_most() -> None:
    bench = await ready(Bench())
    waits: list[float] = []

    async def noted(offsets: Mapping[tuple[str, int], int], within: float) -> CommitResult:
        waits.append(within)
        return await bench.group.commit(offsets, within)

    bench.pages._commit = noted
    bench.count(3)
    await bench.scrape()

    assert len(waits) == 2
    assert 0 < sum(waits) <= 1


def shortest_session() -> float:
    """Seconds after which a group may give our partitions to others, by the least that settings take."""
    known = KafkaSettings.model_fields["session_timeout_seconds"].metadata
    (least,) = (it.ge for it in known if hasattr(it, "ge"))
    return float(least)


@pytest.mark.parametrize(("share", "shown"), [(0.4, 8), (1.0, 5)])
async def test_an_answer_that_took_as_long_as_the_shortest_session_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, share: float, shown: int
) -> None:
    bench = await ready(Bench())
    bench.count(3)
    now = 0.0

    async def slow(offsets: Mapping[tuple[str, int], int], within: float) -> CommitResult:
        nonlocal now
        now += share * shortest_session()
        return await bench.group.commit(offsets, within)

    monkeypatch.setattr(pages, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    bench.pages._commit = slow

    assert await bench.scrape() == shown


@pytest.mark.parametrize(
    ("silent", "shown"),
    [
        ([0.0, 59.0], 5),
        ([0.0, 60.0], 8),
        ([0.0, 30.0, 60.0], 8),
        ([50.0, "an answer", 100.0, 120.0], 5),
        ([50.0, "an answer", 100.0, 160.0], 8),
    ],
)
async def test_new_counts_are_shown_without_proof_once_no_answer_has_come_for_long_enough(
    monkeypatch: pytest.MonkeyPatch, silent: list[float | str], shown: int
) -> None:
    """At these seconds a scrape asks a broker that is silent, for 60 seconds at most."""
    now = 0.0
    bench = await ready(Bench(unfenced_after=60))
    bench.count(3)
    monkeypatch.setattr(pages, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))

    for at in silent:
        now = at if isinstance(at, float) else now
        bench.group.answers = [CommitResult.UNANSWERED if isinstance(at, float) else CommitResult.REFUSED]
        found = await bench.scrape()

    assert found == shown


async def test_a_commit_of_what_nobody_scraped_that_has_no_answer_leaves_zeros_to_be_shown_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "_LOOK_EVERY", 0.01)
    bench = await ready(Bench(max_uncommitted=0.05))
    bench.group.answers = [CommitResult.UNANSWERED] * 10_000
    new = Series(EMPTY, ("not_json",), 1)
    bench.ledger.stage(P, Batch({new: [3]}, 3, 8, 0.0))

    regularly = asyncio.create_task(bench.pages.commit_regularly())
    await until(lambda: bool(bench.group.commits))
    regularly.cancel()
    await asyncio.wait([regularly])
    bench.group.answers.clear()

    assert [await shown(bench, "not_json"), await shown(bench, "not_json")] == [0, 3]
    assert count(bench.process.unscraped_commits) == 0


async def shown(bench: Bench, reason: str) -> float:
    scrape = await bench.begin()
    await scrape.end(delivered=True)
    families = text_string_to_metric_families(b"".join(scrape.content.pieces).decode())
    samples = [it for family in families for it in family.samples if it.name == EMPTY.name]
    return next(it.value for it in samples if it.labels["reason"] == reason)
