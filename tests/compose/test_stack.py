"""The stack, running: the same commands and files, on loopback."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from confluent_kafka import Consumer, TopicPartition

from agent.demo.child import DemoError
from agent.demo.load import create_topic
from tests.compose.stack import Services, Stack, StackKafka, get
from tests.tools.alertmanager import Alertmanager, Webhook
from tests.tools.cache import ROOT
from tests.tools.process import until

ALERT = "ApiBalanceExhausted"  # fires on the first refusal, and there are some in each minute
SOON = 120.0  # seconds


@pytest.fixture(scope="module")
def stack(broker: StackKafka, described: Services) -> Iterator[Stack]:
    assert described
    with ExitStack() as running:
        stack = Stack(broker.bootstrap)
        for start in (stack.load, stack.agent, stack.inbox, stack.alertmanager, stack.prometheus):
            running.enter_context(start())
        yield stack


def asked(stack: Stack, path: str) -> Any:
    status, text = get(stack.url("prometheus", f"/api/v1/{path}"))
    assert status == 200
    return json.loads(text)["data"]


def value(stack: Stack, expression: str) -> float:
    found = asked(stack, f"query?query={quote(expression)}")["result"]
    return float(found[0]["value"][1]) if found else 0.0


@pytest.mark.usefixtures("_watchers")
def test_prometheus_scrapes_the_agent_and_itself(stack: Stack) -> None:
    until(lambda: value(stack, "sum(up)") == 2, SOON, "not both targets are up")

    until(lambda: value(stack, "sum(api_responses_total)") > 0, SOON, "no response is counted")


@pytest.mark.usefixtures("_watchers")
def test_every_rule_is_evaluated_without_an_error(stack: Stack) -> None:
    def rules(slowest: float = SOON) -> list[dict[str, Any]]:
        """Those that have their turn soon: one group is evaluated each five minutes."""
        groups = [group for group in asked(stack, "rules")["groups"] if group["interval"] < slowest]
        return [rule for group in groups for rule in group["rules"]]

    until(lambda: all(rule["health"] != "unknown" for rule in rules()), SOON, "a rule was never evaluated")

    assert len(rules()) > 40
    assert [rule for rule in rules() if rule["health"] != "ok"] == []
    assert [rule for rule in rules(math.inf) if rule["health"] == "err"] == []


@pytest.mark.usefixtures("_watchers")
def test_an_alert_travels_from_an_event_to_the_page(stack: Stack) -> None:
    def page() -> str:
        return get(stack.url("inbox"))[1]

    until(lambda: ALERT in page(), SOON, f"no {ALERT} on the page")

    assert "provider=" in page()
    assert "http://localhost:3000/d/api-errors-" in page()


@pytest.mark.usefixtures("_watchers")
def test_the_worse_alert_mutes_the_lesser_of_the_same_provider_alone(described: Services) -> None:
    with Webhook() as webhook:
        stack = Stack("unused")
        file = (ROOT / "deploy" / "compose" / "alertmanager.yml").read_text()
        with Alertmanager(file.replace("http://inbox:9099/", webhook.url)) as server:
            server.send(
                alert("ApiRateLimitStorm", "critical", "openai"), alert("ApiRateLimited", "warning", "openai")
            )
            server.send(alert("ApiRateLimited", "warning", "gemini"))
            webhook.wait_for("ApiRateLimitStorm")
            webhook.wait_for("ApiRateLimited")

            arrived = {(each["labels"]["alertname"], each["labels"]["provider"]) for each in webhook.alerts()}
            states = {each["labels"]["provider"]: each["status"]["state"] for each in server.alerts()}

    assert stack.services == described
    assert arrived == {("ApiRateLimitStorm", "openai"), ("ApiRateLimited", "gemini")}
    assert states["gemini"] == "active"


def alert(name: str, severity: str, provider: str) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "severity": severity, "provider": provider, "job": "api-error-agent"}
    }


def test_the_load_makes_its_topic_and_sends_whole_rounds(broker: StackKafka) -> None:
    said = subprocess.run(
        [*LOAD, f"--bootstrap={broker.bootstrap}", "--topic=loaded", "--seconds=2", "--rounds=2"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.splitlines()

    assert [line.split(":")[0] for line in said[:2]] == ["round 1", "round 2"]
    assert said[2] == f"{held(broker, 'loaded')} events sent"


LOAD = [sys.executable, "-m", "agent.demo.load"]


def held(broker: StackKafka, topic: str) -> int:
    """Count the records of a topic."""
    reader = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "nobody"})
    try:
        partitions = reader.list_topics(topic, timeout=10).topics[topic].partitions
        ends = [
            reader.get_watermark_offsets(TopicPartition(topic, each), timeout=10)[1] for each in partitions
        ]
    finally:
        reader.close()
    return sum(ends)


def test_the_load_ends_when_it_is_told_to(broker: StackKafka) -> None:
    load = Stack(broker.bootstrap).load()
    load._ready = lambda: "round 1" in load.log.read_text()
    with load:
        assert load.child.terminate(10) == 0
        assert load.log.read_text().endswith("stopped\n")


def test_the_load_says_when_there_is_no_broker() -> None:
    with pytest.raises(DemoError, match=r"the broker at 127\.0\.0\.1:1 does not make topic any"):
        create_topic("127.0.0.1:1", "any", patience=0)
