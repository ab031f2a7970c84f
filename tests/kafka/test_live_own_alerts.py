"""What the shipped rules say of agents in trouble: real brokers, real agents, a real Prometheus.

All troubles are made at once, each with a topic, an agent and a job of its own; each test then waits for what
becomes of its own. Windows and waits of the rules are shorter by the same factor.
"""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import pytest
from confluent_kafka import Producer

from grafana.src.tokens import render
from tests.conftest import Say
from tests.kafka.groups import committed
from tests.kafka.live import (
    FACTOR,
    configuration,
    ever_fired,
    firing,
    impatient,
    jobs,
    look,
    routed_to,
    seen,
    total,
)
from tests.kafka.recorder import produce
from tests.kafka.test_consumer_lag import transaction
from tests.kafka.test_consumer_topics import delete
from tests.tools import alertmanager, prometheus
from tests.tools.agent import SLOWEST_START, Agent
from tests.tools.alertmanager import Alertmanager, Webhook
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.tools.prometheus import Prometheus

HOUR = 3600.0
LONG = 60.0  # seconds for what takes some of them
PATIENCE = (10 + 5) * 60 / FACTOR
"""Seconds after which ApiErrorAgentStuck fires, the most patient of the alerts: its window and its wait."""

RECORDS = "api_error_agent_records_total"
WAITING = "api_error_agent_waiting_records"
LAG_RECORDS, LAG_SECONDS = "api_error_agent_lag_records", "api_error_agent_lag_seconds"
UNSEEN = "api_error_agent_unscraped_commits_total"
BACKLOG = 900_000  # records; several scrapes come while they are counted
BEFORE, SHORTER, LONGER = 40, 8, 400  # records of a topic that is deleted, and of those made after it

EVENT = {"provider": "openai", "method": "POST", "path": "/v1/chat/completions"}
FINE = json.dumps({**EVENT, "status": 200}).encode()
LIMITED = json.dumps({**EVENT, "status": 429}).encode()

# Topics
QUIET, ABORTED, OPEN, MISSING = "committed-and-quiet", "aborted-only", "left-open", "not-there"
REMADE = {"made-again-shorter": SHORTER, "made-again-longer": LONGER}
OLD, UNSCRAPED, UNANSWERED = "hour-old", "unscraped", "unanswered"

TOPICS = {
    "transactions": (QUIET, ABORTED, OPEN, MISSING),
    "made-again": tuple(REMADE),
    "backlog": (OLD,),
    "unscraped": (UNSCRAPED,),
}
"""What each agent reads; it is a job of its own."""


class Looks(threading.Thread):
    """Looks at the page of an agent over and over, until it has counted the backlog.

    Attributes:
        ages: The lag in seconds of each partition that is behind, on each page.
    """

    def __init__(self, agent: Agent) -> None:
        super().__init__(daemon=True)
        self._agent = agent
        self.ages: list[float] = []

    def run(self) -> None:
        until(lambda: self._agent.status("/healthz") == 200, SLOWEST_START, "the agent does not start")
        until(self._look, LONG, "the backlog is not counted")

    def _look(self) -> bool:
        page = {(it.name, it.labels.get("partition")): it.value for it in look(self._agent)}
        behind = [part for (name, part), value in page.items() if name == LAG_RECORDS and value]
        self.ages += [page[LAG_SECONDS, part] for part in behind if (LAG_SECONDS, part) in page]
        return sum(value for (name, _), value in page.items() if name == RECORDS) >= BACKLOG


class Scene(NamedTuple):
    """All troubles, with their agents by job.

    Attributes:
        opened: The producer whose transaction is open.

        began: When all of it was there, in monotonic seconds.
    """

    prom: Prometheus
    agents: dict[str, Agent]
    opened: Producer
    looks: Looks
    began: float


@pytest.fixture(scope="module")
def scene(real_kafka: Kafka) -> Iterator[Scene]:
    require(prometheus.ensure)
    unseen = {"max_uncommitted_seconds": 1}
    agents = {
        job: Agent(real_kafka.bootstrap, *topics, commit=unseen if job == "unscraped" else {})
        for job, topics in TOPICS.items()
    }
    with ExitStack() as stack:
        for topic in {topic for topics in TOPICS.values() for topic in topics} - {MISSING}:
            real_kafka.create_topic(topic)
        for job, agent in agents.items():
            stack.callback(agent.close)
            if job != "backlog":
                agent.launch()
        write_backlog(real_kafka)
        for job in agents.keys() - {"backlog"}:
            until(lambda job=job: agents[job].status("/readyz") == 200, SLOWEST_START, job)  # type: ignore[misc]
        prom = stack.enter_context(Prometheus())  # before, as the backlog is counted in seconds
        agents["backlog"].launch()
        looks = Looks(agents["backlog"])
        looks.start()
        until(lambda: agents["backlog"].status("/healthz") == 200, SLOWEST_START, "backlog")
        watch(prom, {job: agents[job] for job in agents.keys() - {"unscraped"}})
        opened = stack.enter_context(transaction(real_kafka, OPEN, [FINE]))
        write_the_rest(real_kafka, prom)
        yield Scene(prom, agents, opened, looks, time.monotonic())


def watch(prom: Prometheus, agents: Mapping[str, Agent], seldom: Mapping[str, Agent] | None = None) -> None:
    """Scrape the agents each second, and those of *seldom* each two."""
    rules = prom.folder / "rules.yaml"
    soon = {"agent_lagging_for": "0s"}  # a backlog is counted in seconds
    rules.write_text(render({**impatient(), **soon, "selector": 'job!=""'}))
    prom.reload(configuration(rules, jobs(agents), jobs(seldom or {}, "2s")))


def write_backlog(broker: Kafka) -> None:
    """An hour ago the provider refused half of the calls."""
    options = {"linger.ms": 50, "queue.buffering.max.messages": BACKLOG}
    producer = Producer(
        {"bootstrap.servers": broker.bootstrap, "log_level": 3, "enable.idempotence": True, **options}
    )
    moment = int((time.time() - HOUR) * 1000)
    for number in range(BACKLOG):
        value = LIMITED if number % 8 in range(4) else FINE
        producer.produce(OLD, value, partition=number % 4, timestamp=moment)
    assert producer.flush(60) == 0


def write_the_rest(broker: Kafka, prom: Prometheus) -> None:
    with transaction(broker, QUIET, [FINE] * 25) as quiet:
        quiet.commit_transaction(30)
    with transaction(broker, ABORTED, [FINE] * 25) as aborted:
        aborted.abort_transaction(30)
    for name in (OPEN, UNSCRAPED, *REMADE):
        produce(broker.bootstrap, name, [FINE] * BEFORE)
    for name in REMADE:
        until(lambda name=name: total(prom, RECORDS, name) == BEFORE, LONG, name)  # type: ignore[misc]
    for name, records in REMADE.items():
        asyncio.run(delete(broker, name))
        broker.create_topic(name)
        produce(broker.bootstrap, name, [FINE] * records)


def let_every_alert_wait(scene: Scene) -> None:
    """Give each alert the time that it takes to fire."""
    time.sleep(max(0.0, scene.began + 1.3 * PATIENCE - time.monotonic()))


def of(topic: str) -> str:
    return f'topic="{topic}"'


def test_a_transaction_that_is_left_open_is_said_to_hold_its_partitions(scene: Scene, measured: Say) -> None:
    until(lambda: "ApiErrorAgentStuck" in firing(scene.prom, of(OPEN)), LONG, "no alert")
    measured(f"ApiErrorAgentStuck of an open transaction: {time.monotonic() - scene.began:.1f} s, x {FACTOR}")
    assert firing(scene.prom, of(OPEN)) == {"ApiErrorAgentStuck", "ApiErrorAgentLagging"}
    assert total(scene.prom, RECORDS, OPEN) == 0

    scene.opened.abort_transaction(30)

    until(lambda: total(scene.prom, RECORDS, OPEN) == BEFORE, LONG, "what waited is not counted")
    until(lambda: not firing(scene.prom, of(OPEN)), LONG, "the alerts do not clear")


@pytest.mark.parametrize(("topic", "records"), [(QUIET, 100), (ABORTED, 0)])
def test_transactions_that_have_ended_raise_nothing(scene: Scene, topic: str, records: int) -> None:
    let_every_alert_wait(scene)

    assert total(scene.prom, RECORDS, topic) == records
    assert total(scene.prom, LAG_RECORDS, topic) == 0
    assert ever_fired(scene.prom, of(topic)) == set()


def test_a_topic_that_is_not_there_is_said_to_be_unread(scene: Scene) -> None:
    let_every_alert_wait(scene)

    assert firing(scene.prom, of(MISSING)) == {"ApiErrorAgentPartitionUnread"}


def test_an_agent_with_transactions_has_no_other_trouble(scene: Scene) -> None:
    let_every_alert_wait(scene)

    assert ever_fired(scene.prom, 'job="transactions",topic=""') == set()


@pytest.mark.parametrize(("topic", "records"), REMADE.items())
def test_a_topic_made_again_is_counted_whole_and_is_no_gap(scene: Scene, topic: str, records: int) -> None:
    let_every_alert_wait(scene)

    assert total(scene.prom, RECORDS, topic) == BEFORE + records
    assert total(scene.prom, "api_error_agent_offset_gap_records_total", topic) == 0
    assert ever_fired(scene.prom, 'job="made-again"') == set()


def test_a_backlog_of_an_hour_is_as_old_as_it_is_and_speaks_of_no_provider(
    scene: Scene, measured: Say
) -> None:
    until(lambda: total(scene.prom, RECORDS, OLD) == BACKLOG, LONG, "the backlog is not counted")
    let_every_alert_wait(scene)

    ages = scene.looks.ages
    measured(f"lag of a backlog of an hour: {min(ages):.0f} to {max(ages):.0f} s, seen {len(ages)} times")
    assert all(HOUR <= age < HOUR + 2 * LONG for age in ages)
    fired = ever_fired(scene.prom, 'job="backlog"')
    assert "ApiErrorAgentLagging" in fired
    assert fired <= {
        "ApiErrorAgentLagging",
        "ApiErrorAgentRecordsLate",
    }  # if it takes long


def test_what_nobody_scraped_is_committed_unseen_and_said_when_somebody_does(
    scene: Scene, real_kafka: Kafka
) -> None:
    agent, group = scene.agents["unscraped"], f"agents-of-{UNSCRAPED}"
    until(lambda: seen(agent, UNSEEN) > 0, LONG, "nothing is committed")
    offsets = asyncio.run(committed(real_kafka.bootstrap, group, UNSCRAPED))

    watch(scene.prom, scene.agents)

    until(lambda: firing(scene.prom, 'job="unscraped"'), LONG, "no alert")
    until(lambda: total(scene.prom, RECORDS, UNSCRAPED) == BEFORE, LONG, "what was committed unseen is lost")
    assert sum(offsets.values()) == BEFORE
    assert firing(scene.prom, 'job="unscraped",doubt="unscraped"') == {"ApiErrorAgentCountsUncertain"}


def test_counts_for_which_kafka_does_not_answer_are_shown_and_said_to_be_uncertain(
    scene: Scene, own_kafka: Kafka
) -> None:
    own_kafka.create_topic(UNANSWERED)
    with Agent(own_kafka.bootstrap, UNANSWERED, commit={"unfenced_after_seconds": 1}) as agent:
        # Scraped each two seconds: a probe takes half a second, and half of the timeout is too much.
        watch(scene.prom, scene.agents, {"unanswered": agent})
        produce(own_kafka.bootstrap, UNANSWERED, [FINE] * BEFORE)
        until(lambda: total(scene.prom, RECORDS, UNANSWERED) == BEFORE, LONG, "nothing is shown")
        produce(own_kafka.bootstrap, UNANSWERED, [FINE] * BEFORE)
        until(lambda: seen(agent, WAITING), LONG, "nothing waits", every=0.005)
        own_kafka.pause()

        until(lambda: firing(scene.prom, 'job="unanswered",doubt="unfenced"'), LONG, "no alert")
        shown = total(scene.prom, RECORDS, UNANSWERED)
        own_kafka.resume()

        until(lambda: total(scene.prom, RECORDS, UNANSWERED) == 2 * BEFORE, LONG, "not all is counted")
        assert shown > BEFORE


AWAY = "ApiErrorAgentNotConnected"
KEPT = 20.0  # seconds that its page holds without a cause: longer than an agent takes to restart


class Pages(Webhook):
    """What reaches whoever is woken."""

    def of(self, status: str) -> list[dict[str, Any]]:
        return [each for each in self.alerts(status) if each["labels"]["alertname"] == AWAY]

    def wait(self, status: str, number: int) -> str:
        """Wait until so many have come with this status; the description of the last."""
        until(lambda: len(self.of(status)) >= number, 2 * LONG, f"no {status} {AWAY}")
        return str(self.of(status)[-1]["annotations"]["description"])


@contextmanager
def watched(agent: Agent) -> Iterator[Pages]:
    """A Prometheus with the shipped rules, an Alertmanager with the example's routes, and a webhook."""
    with ExitStack() as stack:
        pages = stack.enter_context(Pages())
        am = stack.enter_context(Alertmanager(routed_to(pages.url)))
        prom = stack.enter_context(Prometheus())
        rules = prom.folder / "rules.yaml"
        kept = {"agent_not_connected_critical_keep_firing_for": f"{KEPT:.0f}s"}
        rules.write_text(render(impatient() | kept))
        config = configuration(rules, jobs({"api-error-agent": agent}))
        config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [am.address]}]}]}
        prom.reload(config)
        yield pages


def test_an_agent_that_reads_nothing_pages_until_it_does(measured: Say) -> None:
    """It never connected; then it has; then the broker is away, and the agent is restarted meanwhile."""
    require(prometheus.ensure)
    require(alertmanager.ensure)
    broker = Kafka()  # nobody listens there yet
    with Agent(broker.bootstrap, "events", ready=False) as agent, watched(agent) as pages:
        try:
            began = time.monotonic()
            assert "the problem: unreachable" in pages.wait("firing", 1)
            measured(f"{AWAY}, never connected: {time.monotonic() - began:.1f} s to the webhook, x {FACTOR}")

            broker.start()
            broker.create_topic("events")
            pages.wait("resolved", 1)

            broker.kill()
            began = time.monotonic()
            assert "the problem: unreachable" in pages.wait("firing", 2)
            measured(f"{AWAY}, broker killed: {time.monotonic() - began:.1f} s to the webhook, x {FACTOR}")

            agent.restart()
            time.sleep(1.5 * KEPT)
            assert len(pages.of("resolved")) == 1

            broker.start()
            pages.wait("resolved", 2)
        finally:
            broker.close()
        others = {it["labels"]["alertname"] for it in pages.alerts("firing")} - {AWAY}
        assert others <= {"ApiErrorAgentDown"}  # where a restart takes long
