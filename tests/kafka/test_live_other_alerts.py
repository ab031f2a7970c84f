"""The alerts on agents that no other live test makes fire: real agents in trouble, and a real Prometheus.

Windows and waits of the rules are shorter by the same factor.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from grafana.src.tokens import render
from tests.kafka.live import configuration, ever_fired, impatient, jobs, look, seen
from tests.kafka.recorder import produce
from tests.kafka.test_every_self_metric import KEY
from tests.kafka.test_every_setting import as_json, late_and_large
from tests.tools import certificates, prometheus
from tests.tools.agent import Agent
from tests.tools.cache import ROOT, require
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.tools.prometheus import Prometheus

LONG = 90.0  # seconds; the most patient alert waits 25 of them
ONE_DAY = "1"
WRONG, KILLED, RESTARTED, LEFT_OUT = (
    "of-wrong-records",
    "of-the-killed",
    "of-the-restarted",
    "of-the-left-out",
)
"""Topics; the agent that reads one is a job of that name."""

RESTARTS = 4
"""One more than ApiErrorAgentRestarting lets pass."""

A_FEW = 20
"""More events than the alerts on shares let pass."""


class Scene(NamedTuple):
    broker: Kafka
    agents: dict[str, Agent]
    prom: Prometheus

    def says(self, job: str, alert: str) -> Callable[[], bool]:
        return lambda: alert in ever_fired(self.prom, f'job="{job}"')

    def restart(self, job: str) -> None:
        self.agents[job].restart()
        self.wait_for_scrapes(job)

    def wait_for_scrapes(self, job: str) -> None:
        """Until Prometheus has seen what an agent is at now: its first pages show new series as 0."""
        until(lambda: scrapes(self.agents[job]) >= 3, LONG, "nobody scrapes")


def scrapes(agent: Agent) -> float:
    found = [it for it in look(agent) if it.name == "api_error_agent_scrapes_total"]
    return sum(it.value for it in found if it.labels["outcome"] == "delivered")


def short_lived(broker: Kafka, folder: Path) -> dict[str, Any]:
    """Settings with which an agent shows brokers a certificate that ends tomorrow."""
    certs = shutil.copytree(require(certificates.ensure), folder / "certificates")
    certificates.renew(certs, ONE_DAY)
    files = {"ca_file": "ca.pem", "cert_file": "client.pem", "key_file": "client.key"}
    return {
        "bootstrap_servers": [broker.ssl_bootstrap],
        "security_protocol": "SSL",
        "tls": {name: str(certs / file) for name, file in files.items()},
        "max_batch_bytes": 1024 * 1024,
    }


@pytest.fixture(scope="module")
def scene(real_kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    require(prometheus.ensure)
    kafka = {WRONG: short_lived(real_kafka, tmp_path_factory.mktemp("alerts"))}
    events = {LEFT_OUT: {"only": ["provider = misspelt"]}}
    with ExitStack() as stack:
        agents = {}
        for topic in (WRONG, KILLED, RESTARTED, LEFT_OUT):
            real_kafka.create_topic(topic)
            agent = Agent(
                real_kafka.bootstrap, topic, kafka=kafka.get(topic, {}), events=events.get(topic, {})
            )
            agents[topic] = stack.enter_context(agent)
        prom = stack.enter_context(Prometheus())
        (prom.folder / "rules.yaml").write_text(render({**impatient(), "selector": 'job!=""'}))
        prom.reload(configuration(prom.folder / "rules.yaml", jobs(agents)))
        found = Scene(real_kafka, agents, prom)
        for job in agents:
            found.wait_for_scrapes(job)
        yield found


@pytest.mark.parametrize(
    ("alert", "value"),
    [
        ("ApiErrorAgentInvalidEvents", b"{"),
        ("ApiErrorAgentSeriesFolded", as_json(status=200, provider=KEY)),
    ],
)
def test_records_that_go_on_being_wrong_wake_somebody(scene: Scene, alert: str, value: bytes) -> None:
    def has_fired() -> bool:
        produce(scene.broker.bootstrap, WRONG, [value] * A_FEW)
        return scene.says(WRONG, alert)()

    until(has_fired, LONG, f"{alert} does not fire", every=1)


def test_a_condition_that_no_event_meets_wakes_somebody(scene: Scene) -> None:
    def has_fired() -> bool:
        produce(scene.broker.bootstrap, LEFT_OUT, [as_json(status=200)] * A_FEW)
        return scene.says(LEFT_OUT, "ApiErrorAgentAllIgnored")()

    until(has_fired, LONG, "no alert", every=1)


def test_a_batch_that_is_passed_wakes_somebody(scene: Scene) -> None:
    late_and_large(scene.broker, WRONG)

    until(scene.says(WRONG, "ApiErrorAgentSkippingRecords"), LONG, "no alert")


def test_a_certificate_that_ends_tomorrow_wakes_somebody(scene: Scene) -> None:
    until(scene.says(WRONG, "ApiErrorAgentCertificateExpiring"), LONG, "no alert")


def test_an_agent_that_is_gone_wakes_somebody(scene: Scene) -> None:
    scene.agents[KILLED].kill()

    until(scene.says(KILLED, "ApiErrorAgentDown"), LONG, "no alert")


def test_an_agent_that_restarts_again_and_again_wakes_somebody(scene: Scene) -> None:
    for _ in range(RESTARTS):
        scene.restart(RESTARTED)

    until(scene.says(RESTARTED, "ApiErrorAgentRestarting"), LONG, "no alert")


def test_records_that_kafka_deleted_unread_wake_somebody(scene: Scene) -> None:
    """While an agent of that group is away, what it has not read is deleted."""
    agent = scene.agents[WRONG]
    until(lambda: not seen(agent, "api_error_agent_waiting_records"), LONG, "not all is committed")
    agent.stop()
    produce(scene.broker.bootstrap, WRONG, [as_json(status=200)] * A_FEW)
    admin = AdminClient({"bootstrap.servers": scene.broker.bootstrap})
    for future in admin.delete_records([TopicPartition(WRONG, 0, -1)]).values():
        future.result(30)
    agent.start()

    until(scene.says(WRONG, "ApiErrorAgentOffsetGap"), LONG, "no alert")


def test_an_agent_that_cannot_commit_wakes_somebody(scene: Scene, own_kafka: Kafka) -> None:
    """Its broker keeps silent before a scrape has shown what was counted."""
    topic = "of-the-silent"
    own_kafka.create_topic(topic)
    with Agent(own_kafka.bootstrap, topic) as agent:
        produce(own_kafka.bootstrap, topic, [as_json(status=200)] * A_FEW)
        until(lambda: seen(agent, "api_error_agent_waiting_records"), LONG, "nothing waits")
        own_kafka.pause()
        try:
            # Each two seconds: a probe takes half a second, and half of the timeout is too much.
            silent = jobs({topic: agent}, "2s")
            scene.prom.reload(configuration(scene.prom.folder / "rules.yaml", jobs(scene.agents), silent))
            until(scene.says(topic, "ApiErrorAgentNotCommitting"), LONG, "no alert")
        finally:
            own_kafka.resume()


def test_every_alert_on_agents_fires_in_a_live_test() -> None:
    rules = yaml.safe_load((ROOT / "grafana" / "rules" / "api-error-agent.yaml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    live = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))

    assert [
        alert for alert in sorted(alerts) if alert.startswith("ApiErrorAgent") and alert not in live
    ] == []
