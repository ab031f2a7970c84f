"""From a bad answer to a page: Kafka, the agent, Prometheus, Alertmanager and a webhook, all of them real.

The demo's scenario is played; windows and waits of the rules are shorter by the same factor.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import pytest
from confluent_kafka import Producer

from agent.demo.scenario import PHASES, Event, events
from grafana.src.tokens import render
from tests.conftest import Say
from tests.kafka.live import routed_to, shortened
from tests.tools import alertmanager, prometheus
from tests.tools.agent import Agent
from tests.tools.alertmanager import Alertmanager, Webhook
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.tools.prometheus import Prometheus, scrape_config

SCENARIO = 120.0  # seconds
STORM, OVERLOAD, BALANCE = 1, 2, 3

Alert = tuple[str, str]
"""An alert's name and the provider it is about."""

RIGHT: dict[int, set[Alert]] = {
    STORM: {("ApiRateLimitStorm", "openai")},  # ApiRateLimited is true too, and told by it
    OVERLOAD: {("ApiOverloaded", "anthropic"), ("ApiOverloadSustained", "anthropic")},
    BALANCE: {("ApiBalanceExhausted", "aimlapi")},
}
# What else is true of these troubles: a path on which most calls fail, a provider most of whose answers are
# its own failures, and limits of which nothing is left.
ALSO_TRUE: set[Alert] = {
    ("ApiRateLimited", "openai"),
    ("ApiPathFailing", "openai"),
    ("ApiRateLimitHeadroomLow", "openai"),
    ("ApiRetryAfterIgnored", "openai"),
    ("ApiPathFailing", "anthropic"),
    ("ApiProviderFailing", "anthropic"),
    ("ApiErrorBudgetBurn", "anthropic"),
    # Of the demo's ordinary traffic: a small share of wrong keys, and a path of which only errors are told.
    ("ApiAuthenticationFailing", "anthropic"),
    ("ApiAuthenticationFailing", "gemini"),
    ("ApiPathFailing", "pipellm"),
}


def wanted(event: Event) -> bool:
    """Without the odd empty balance of an ordinary day: one alone is worth an alert."""
    is_incident = event.phase == BALANCE and event.expected.provider == "aimlapi"
    return event.expected.type != "insufficient_balance" or is_incident


class Player:
    """Plays the scenario in real time, and calm traffic after it.

    Attributes:
        began: Monotonic time at which each phase began.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "log_level": 0, "linger.ms": 5, "enable.idempotence": True}
        )
        self._topic = topic
        self._over = threading.Event()
        self.began: dict[int, float] = {}

    @contextmanager
    def playing(self) -> Iterator[None]:
        thread = threading.Thread(target=self._play)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._producer.flush(10)

    def _play(self) -> None:
        self._send(events(SCENARIO, 1, time.time()))
        while not self._over.is_set():
            calm = (event for event in events(60.0, 2, time.time()) if event.phase == 0)
            self._send(calm)

    def _send(self, planned: Iterator[Event]) -> None:
        for event in filter(wanted, planned):
            if self._over.wait(max(0.0, event.at - time.time())):
                return
            self.began.setdefault(event.phase, time.monotonic())
            self._producer.produce(self._topic, event.value)
            self._producer.poll(0)


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    require(prometheus.ensure)
    require(alertmanager.ensure)


class Notice(NamedTuple):
    """One alert in one notification."""

    arrived: float
    receiver: str
    status: str
    alert: Alert


def notices(webhook: Webhook) -> list[Notice]:
    return [
        Notice(
            it["arrived"],
            it["receiver"],
            one["status"],
            (one["labels"]["alertname"], one["labels"].get("provider", "")),
        )
        for it in list(webhook.notifications)
        for one in it["alerts"]
    ]


def alerts_of(webhook: Webhook, status: str) -> set[Alert]:
    return {notice.alert for notice in notices(webhook) if notice.status == status}


def test_each_trouble_of_the_scenario_arrives_as_its_alert_and_resolves(
    real_kafka: Kafka, real_topic: str, measured: Say
) -> None:
    with ExitStack() as stack:
        webhook = stack.enter_context(Webhook())
        am = stack.enter_context(Alertmanager(routed_to(webhook.url)))
        agent = stack.enter_context(Agent(real_kafka.bootstrap, real_topic))
        rules = agent.folder / "rules.yaml"
        rules.write_text(render(shortened()))
        config = scrape_config({"api-error-agent": [agent.address]}, rules=[rules])
        config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [am.address]}]}]}
        prom = stack.enter_context(Prometheus(config))
        prom.wait_until(lambda it: it.query("up == 1"))
        player = Player(real_kafka.bootstrap, real_topic)
        stack.enter_context(player.playing())

        for phase, right in RIGHT.items():
            until(lambda p=phase: p in player.began, SCENARIO, "no such phase")  # type: ignore[misc]
            before = alerts_of(webhook, "firing")
            assert not right & before, f"{right & before} before {PHASES[phase].name}"
            until(lambda r=right: r <= alerts_of(webhook, "firing"), 40, f"no page for {right}")  # type: ignore[misc]
            for alert in sorted(right):
                took = first(webhook, alert) - player.began[phase]
                measured(f"{alert[0]} of {alert[1]}: {took:.1f} s from the first fault to the webhook")
        every = {alert for right in RIGHT.values() for alert in right}
        until(lambda: every <= alerts_of(webhook, "resolved"), 150, "not all resolves")

        assert alerts_of(webhook, "firing") - every - ALSO_TRUE == set()
        assert pages(webhook) == {
            "ApiRateLimitStorm",
            "ApiOverloadSustained",
            "ApiBalanceExhausted",
            "ApiProviderFailing",
        }
        # Of all who are told to wait, only those in the storm are refused for not doing so.
        fired = prom.query('last_over_time(ALERTS{alertstate="firing",alertname="ApiRetryAfterIgnored"}[1h])')
        assert {it["metric"]["provider"] for it in fired} == {"openai"}


def first(webhook: Webhook, alert: Alert) -> float:
    return min(it.arrived for it in notices(webhook) if it.alert == alert and it.status == "firing")


def pages(webhook: Webhook) -> set[str]:
    """Alerts that went to whoever is woken."""
    return {notice.alert[0] for notice in notices(webhook) if notice.receiver == "pagerduty"}
