"""When a real agent gives offsets back to a real Kafka: after scrapes, at intervals, at its end."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.kafka.groups import committed
from tests.kafka.recorder import produce
from tests.tools.agent import SCRAPER, Agent
from tests.tools.kafka import Kafka
from tests.tools.process import until

EVENT = b'{"provider": "openai", "path": "/v1/embeddings", "status": 200}'
LOOK: Mapping[str, str] = {}
"""A request that is no scrape."""


@pytest.fixture(params=[40])
def produced(real_kafka: Kafka, real_topic: str, request: pytest.FixtureRequest) -> int:
    produce(real_kafka.bootstrap, real_topic, [EVENT] * request.param)
    return int(request.param)


@contextmanager
def counting(kafka: Kafka, topic: str, produced: int, **commit: Any) -> Iterator[Agent]:
    """An agent that has counted all and has been looked at only."""
    with Agent(kafka.bootstrap, topic, commit=commit) as agent:
        until(lambda: seen(agent, LOOK) == produced, 30, "not all was counted")
        yield agent


def seen(agent: Agent, headers: Mapping[str, str]) -> float:
    lines = agent.page(headers).splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("api_responses_total{"))


def offsets(kafka: Kafka, topic: str) -> int:
    """How many records of the topic the group has given back."""
    found = asyncio.run(committed(kafka.bootstrap, f"agents-of-{topic}", topic))
    return sum(max(0, offset) for offset in found.values())


def test_offsets_wait_for_the_scrape_that_shows_their_events(
    real_kafka: Kafka, real_topic: str, produced: int
) -> None:
    with counting(real_kafka, real_topic, produced) as agent:
        assert offsets(real_kafka, real_topic) == 0
        assert (seen(agent, SCRAPER), offsets(real_kafka, real_topic)) == (0, 0)
        assert seen(agent, SCRAPER) == produced
        until(lambda: offsets(real_kafka, real_topic) == produced, 10, "the scrape has committed nothing")


def test_what_no_scrape_has_shown_is_not_committed_at_the_end_and_counted_by_the_next(
    real_kafka: Kafka, real_topic: str, produced: int
) -> None:
    with counting(real_kafka, real_topic, produced) as agent:
        assert agent.terminate(within=10) == 0

        assert offsets(real_kafka, real_topic) == 0
        agent.start()
        until(lambda: seen(agent, SCRAPER) == produced, 30, "the next process has not counted it")


def test_any_request_is_a_scrape_where_the_settings_say_so(
    real_kafka: Kafka, real_topic: str, produced: int
) -> None:
    with counting(real_kafka, real_topic, produced, scraper="any_request"):
        until(lambda: offsets(real_kafka, real_topic) == produced, 10, "a look has moved nothing")


def test_what_nobody_scrapes_is_committed_in_the_end(
    real_kafka: Kafka, real_topic: str, produced: int
) -> None:
    with counting(real_kafka, real_topic, produced, max_uncommitted_seconds=1) as agent:
        until(lambda: offsets(real_kafka, real_topic) == produced, 10, "nothing was committed")

        unscraped = [line for line in agent.page(LOOK).splitlines() if "unscraped_commits_total 1" in line]
        assert unscraped
        assert (seen(agent, SCRAPER), seen(agent, SCRAPER)) == (0, produced)


def test_in_interval_mode_offsets_follow_the_clock(real_kafka: Kafka, real_topic: str, produced: int) -> None:
    with counting(real_kafka, real_topic, produced, mode="interval", interval_seconds=0.2):
        until(lambda: offsets(real_kafka, real_topic) == produced, 10, "nothing was committed")


def test_in_interval_mode_offsets_are_committed_at_the_end_at_the_latest(
    real_kafka: Kafka, real_topic: str, produced: int
) -> None:
    with counting(real_kafka, real_topic, produced, mode="interval", interval_seconds=3600) as agent:
        assert offsets(real_kafka, real_topic) == 0
        assert agent.terminate(within=10) == 0

        assert offsets(real_kafka, real_topic) == produced
