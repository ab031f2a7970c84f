"""A tiny run of the bench on a real Kafka, so that it does not rot."""

import time
from collections.abc import Iterator

import pytest

from bench import behind, rounds
from bench.candidates import Agents, agents
from bench.events import Events
from bench.faults import FAULTS
from bench.filling import fill
from bench.looking import page_of
from bench.mixes import BY_NAME
from bench.progress import Progress
from bench.running import begin
from bench.soak import soak, warm
from tests.tools import kafka
from tests.tools.cache import require
from tests.tools.kafka import Kafka

EVENTS = 2_000


@pytest.fixture(scope="module")
def broker() -> Iterator[Kafka]:
    require(kafka.ensure)
    with kafka.shared() or Kafka() as running:
        yield running


def test_floor_naive_and_agent_read_all_of_a_topic(broker: Kafka) -> None:
    mix = BY_NAME["fresh_50"]

    found = rounds.bench(broker, [mix], ["floor", "naive", "agent"], EVENTS, 1, Progress())

    assert found["floor_us"].keys() == found["naive_us"].keys() == found["agent_us"].keys() == {mix.name}
    assert found["agent_us"][mix.name] > 0
    assert found["failed_scrapes"] == {mix.name: 0}


def test_an_agent_that_is_behind_knows_what_is_late(broker: Kafka) -> None:
    found = behind.bench(broker, EVENTS, Progress())

    assert behind.problems(found, EVENTS, memory=256, within=10) == []


def test_an_agent_is_warm_once_it_has_read_its_backlog(broker: Kafka) -> None:
    fill(broker, "warm", Events(BY_NAME["fresh_5"], 7, time.time()).values(EVENTS))
    running, told = agents(Agents(broker.bootstrap, "warm", "warm", {})), list[int]()

    with running.server, page_of(running.address) as page:
        begin(running, page)
        warm(running, page, EVENTS, told.append)

    assert told[-1] == EVENTS


def test_a_soak_looks_at_an_agent_once_a_second() -> None:
    require(kafka.ensure)

    watch = soak(5, Progress(), fault_every=2, warming=EVENTS)

    assert watch.faults == list(FAULTS)[:2]
    assert watch.held
    assert all(min(seen.rss_mb, seen.blocks, seen.fds, seen.tasks, seen.threads) > 0 for seen in watch.held)
