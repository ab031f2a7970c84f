"""Settings whose effect shows without a broker, in an agent put together as `run` does it."""

import asyncio
import json
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.consumer import CommitResult
from agent.metrics.catalogue import DURATION_BUCKETS
from agent.service import Service
from agent.settings import Settings
from tests.unit.test_pipeline import Record
from tests.waiting import until

P = ("events", 0)
EVENT = {"provider": "openai", "path": "/v1/models", "status": 200, "duration_seconds": 0.7, "model": "gpt-5"}
EVENT |= {"request_id": "r1", "trace_id": "t1"}
SCRAPER = {"X-Prometheus-Scrape-Timeout-Seconds": "5"}


def service(**sections: Mapping[str, object]) -> Service:
    """An agent whose broker nobody can reach."""
    kafka = {"bootstrap_servers": ["127.0.0.1:1"], "topics": ["events"]} | dict(sections.pop("kafka", {}))
    web = {"listen_address": "127.0.0.1:0"}
    return Service(Settings(**{"kafka": kafka, "web": web} | sections))  # type: ignore[arg-type]


def counted(agent: Service, event: object = EVENT, age: float = 0.0) -> dict[str, list[dict[str, str]]]:
    """The page after one record of this age: the labels of the samples above 0, by name."""
    books = agent._consumer._books
    books.assigned([P])
    books.started(P, 0, "")
    books.count(P, [Record(json.dumps(event).encode(), 0, int((time.time() - age) * 1000))])
    return samples(b"".join(agent._pages.preview("").pieces).decode())


def samples(page: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.value > 0:
                found.setdefault(sample.name, []).append(sample.labels)
    return found


def series(agent: Service) -> float:
    page = text_string_to_metric_families(b"".join(agent._pages.preview("").pieces).decode())
    return next(family.samples[0].value for family in page if family.name == "api_error_agent_series")


def bounds(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [labels["le"] for labels in page["api_response_duration_seconds_bucket"]]


def responses(page: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return page.get("api_responses_total", [])


class Group:
    """A group that gives one answer to every commit, in place of the one that nobody can reach."""

    def __init__(self, agent: Service, answer: CommitResult = CommitResult.ACCEPTED) -> None:
        self.agent, self.answer = agent, answer
        self.commits: list[Mapping[tuple[str, int], int]] = []
        agent._pages._commit = self._commit

    async def _commit(self, offsets: Mapping[tuple[str, int], int], _: float) -> CommitResult:
        self.commits.append(offsets)
        return self.answer

    async def scrape(self, *names: str) -> dict[str, list[dict[str, str]]]:
        """What the last of these scrapers gets."""
        for name in names:
            scrape = await self.agent._pages.begin_scrape(name, "", lambda: False)
            assert scrape is not None
            page = b"".join(scrape.content.pieces).decode()
            await scrape.end(delivered=True)
        return samples(page)


@pytest.mark.parametrize(("scrapers", "is_early"), [("any", True), ("all", False)])
async def test_a_commit_waits_for_whom_the_settings_say(scrapers: str, *, is_early: bool) -> None:
    group = Group(service(commit={"scrapers": scrapers}))
    counted(group.agent)
    await group.scrape("one", "two", "one")  # both have seen the series as 0, and one of them with its count
    is_committed = {P: 1} in group.commits
    await group.scrape("two")

    assert (is_committed, {P: 1} in group.commits) == (is_early, True)


@pytest.mark.parametrize(
    ("mode", "interval", "is_unscraped"), [("interval", 0.1, False), ("scrape", 3600, True)]
)
async def test_a_commit_without_a_scrape_is_a_matter_of_course_in_the_mode_interval_only(
    monkeypatch: pytest.MonkeyPatch, mode: str, interval: float, *, is_unscraped: bool
) -> None:
    hours = iter(range(0, 360_000, 3600))
    monkeypatch.setattr("agent.pages._LOOK_EVERY", 0.01)
    group = Group(service(commit={"mode": mode, "interval_seconds": interval}))
    counted(group.agent)
    monkeypatch.setattr("agent.pages.time", SimpleNamespace(monotonic=lambda: next(hours), time=time.time))
    regularly = asyncio.create_task(group.agent._pages.commit_regularly())
    try:
        await until(lambda: group.commits, what="a commit")
        await asyncio.sleep(0)
    finally:
        regularly.cancel()

    assert group.commits[0] == {P: 1}
    page = samples(b"".join(group.agent._pages.preview("").pieces).decode())
    assert ("api_error_agent_unscraped_commits_total" in page) is is_unscraped


@pytest.mark.parametrize(("seconds", "is_committed"), [(59, False), (61, True)])
def test_what_nobody_scrapes_is_committed_after_the_seconds_of_the_settings(
    seconds: float, *, is_committed: bool
) -> None:
    agent = service(commit={"max_uncommitted_seconds": 60})
    counted(agent)
    agent._pages._ledger.due(100.0)

    assert bool(agent._pages._ledger.due(100.0 + seconds)) is is_committed


@pytest.mark.parametrize(("seconds", "is_shown"), [(29, False), (31, True)])
async def test_without_an_answer_new_counts_are_shown_after_the_seconds_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, seconds: float, *, is_shown: bool
) -> None:
    group = Group(service(commit={"unfenced_after_seconds": 30}), CommitResult.UNANSWERED)
    counted(group.agent)
    await group.scrape("one", "one")
    now = time.monotonic()
    monkeypatch.setattr("agent.pages.time", SimpleNamespace(monotonic=lambda: now + seconds, time=time.time))

    assert bool(responses(await group.scrape("one"))) is is_shown


async def test_before_partitions_are_let_go_the_scrape_under_way_ends() -> None:
    agent = service()
    scrape = await agent._pages.begin_scrape("one", "", lambda: False)
    letting_go = asyncio.ensure_future(agent._consumer._before_revoke())
    for _ in range(5):
        await asyncio.sleep(0)
    was_waiting = not letting_go.done()
    assert scrape is not None
    await scrape.end(delivered=False)
    await letting_go

    assert was_waiting


KONG = {"request": {"uri": "/v1/models"}, "response": {"status": 418}, "service": {"name": "openai"}}


@pytest.mark.parametrize(
    ("sections", "event", "shown"),
    [
        ({"events": {"only": ["status != 200"]}}, EVENT, []),
        ({"events": {"only": ["status = 200"]}}, EVENT, [{"status": "200"}]),
        ({"events": {"preset": "kong"}}, KONG, [{"status": "418"}]),
        ({"events": {"fields": {"status": "code"}}}, EVENT | {"code": 418}, [{"status": "418"}]),
        ({"events": {"each": "of"}}, {"of": [EVENT, EVENT | {"status": 418}]}, [{}, {"status": "418"}]),
        ({"events": {"unwrap": "in.it"}}, {"in": {"it": EVENT | {"status": 418}}}, [{"status": "418"}]),
        ({"events": {"max_bytes": 1024}}, EVENT | {"message": "x" * 2000}, []),
        ({"events": {"max_bytes": 4096}}, EVENT | {"message": "x" * 2000}, [{}]),
        ({"labels": {"paths": ["/shop/{id}"]}}, EVENT | {"path": "/shop/7"}, [{"path": "/shop/{id}"}]),
        ({"labels": {"budgets": {"provider": 1}}}, [EVENT, EVENT | {"provider": "b"}], [{}, {}]),
        ({"labels": {"extra": ["pool"]}}, EVENT | {"pool": "p"}, [{"pool": "p"}]),
        (
            {
                "classify": {
                    "rules": [{"when": {"status": 503}, "type": "overloaded_error", "reason": "capacity"}]
                }
            },
            EVENT | {"status": 503},
            [{"status": "503", "type": "overloaded_error"}],
        ),
    ],
)
def test_a_record_is_read_and_counted_as_the_settings_say(
    sections: dict[str, dict[str, object]], event: object, shown: list[dict[str, str]]
) -> None:
    found = responses(counted(service(**sections), event))

    assert len(found) == len(shown)
    assert all(any(want.items() <= labels.items() for labels in found) for want in shown)


def test_the_duration_histogram_has_the_buckets_of_the_settings() -> None:
    assert bounds(counted(service(metrics={"duration_buckets": [0.5, 0.75, 3]}))) == ["0.75", "3.0", "+Inf"]
    assert "0.75" not in bounds(counted(service()))


@pytest.mark.parametrize(("late_after", "is_late"), [(60, True), (300, False)])
def test_a_record_is_late_after_the_seconds_of_the_settings(late_after: float, *, is_late: bool) -> None:
    page = counted(service(metrics={"late_after_seconds": late_after}), age=120)

    assert ("api_error_agent_late_records_total" in page) is is_late


@pytest.mark.parametrize(
    ("exemplars", "mark"),
    [
        ("request_id", {'{request_id="r1"}'}),
        ("trace_id", {'{trace_id="t1"}'}),
        ("off", set()),
        (False, set()),  # as YAML reads off
    ],
)
def test_openmetrics_has_the_exemplars_that_the_settings_ask_for(exemplars: object, mark: set[str]) -> None:
    agent = service(metrics={"exemplars": exemplars})
    counted(agent, age=60)

    page = b"".join(agent._pages.preview("application/openmetrics-text").pieces).decode()

    assert {line.split(" # ")[1].split()[0] for line in page.splitlines() if " # " in line} == mark


@pytest.mark.parametrize("is_native", [True, False])
def test_durations_are_a_native_histogram_where_the_settings_say_so(*, is_native: bool) -> None:
    agent = service(metrics={"native_histograms": is_native, "duration_buckets": [0.5, 0.75, 3]})
    page = counted(agent)

    assert bounds(page) == ["0.75", "3.0", "+Inf"]
    asked = "application/vnd.google.protobuf, */*;q=0.1"
    assert ("protobuf" in agent._pages.preview(asked).type) is is_native


@pytest.mark.parametrize("on_histograms", [True, False])
def test_extra_labels_are_on_the_histogram_only_where_the_settings_say_so(*, on_histograms: bool) -> None:
    page = counted(service(labels={"extra": ["model"], "extra_on_histograms": on_histograms}))

    assert page["api_responses_total"][0]["model"] == "gpt-5"
    assert ("model" in page["api_response_duration_seconds_count"][0]) is on_histograms


@pytest.mark.parametrize("is_native", [True, False])
@pytest.mark.parametrize("on_histograms", [True, False])
def test_series_are_counted_as_prometheus_will_see_them(*, on_histograms: bool, is_native: bool) -> None:
    agent = service(
        labels={"extra": ["model"], "extra_on_histograms": on_histograms},
        metrics={"native_histograms": is_native},
    )
    counted(agent)
    before = series(agent)

    agent._consumer._books.count(P, [Record(json.dumps(EVENT | {"model": "gpt-6"}).encode(), 1)])

    of_a_histogram = len(DURATION_BUCKETS) + 3
    assert series(agent) - before == 1 + of_a_histogram * on_histograms


@pytest.mark.parametrize(
    ("scraper", "headers", "outcome"),
    [
        ("prometheus", {}, "not_a_scraper"),
        ("any_request", {}, "delivered"),
        ("prometheus", SCRAPER, "delivered"),
    ],
)
async def test_whose_requests_are_scrapes_is_what_the_settings_say(
    scraper: str, headers: dict[str, str], outcome: str
) -> None:
    def page() -> Any:
        with urlopen(Request(f"{agent.url}/metrics", headers=headers), timeout=10) as answer:
            return samples(answer.read().decode())

    agent, stop = service(commit={"scraper": scraper}), asyncio.Event()
    running = asyncio.create_task(agent.run(stop))
    try:
        await until(lambda: agent.url or running.done(), what="the agent to listen")
        await asyncio.to_thread(page)
        seen = (await asyncio.to_thread(page))["api_error_agent_scrapes_total"]
    finally:
        stop.set()
        await asyncio.wait_for(running, 15)

    assert seen == [{"outcome": outcome}]
