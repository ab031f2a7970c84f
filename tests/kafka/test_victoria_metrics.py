"""VictoriaMetrics in the place of Prometheus: it scrapes the agent, and vmalert evaluates the rules."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from grafana.src.tokens import render
from tests.kafka.live import impatient
from tests.kafka.recorder import produce
from tests.tools import victoria
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.tools.prometheus import scrape_config
from tests.tools.victoria import VictoriaMetrics, Vmalert

TOPIC = "seen-by-victoria-metrics"
LONG = 60.0  # seconds
CALLS = {200: 300, 429: 40, 402: 8}
"""Responses by status: more rate limits than a calm day has, and an empty balance."""

SLOW = 1.5  # seconds


class Scene(NamedTuple):
    store: VictoriaMetrics
    agent: Agent

    def value(self, expression: str) -> float:
        return sum(each["value"] for each in self.store.query(expression))


def event(status: int) -> bytes:
    call = {"provider": "openai", "method": "POST", "path": "/v1/chat/completions", "duration_seconds": SLOW}
    return json.dumps({**call, "status": status}).encode()


@pytest.fixture(scope="module")
def scene(real_kafka: Kafka) -> Iterator[Scene]:
    require(victoria.ensure)
    real_kafka.create_topic(TOPIC)
    with Agent(real_kafka.bootstrap, TOPIC) as agent:
        config = scrape_config({"api-error-agent": [agent.address]})
        with VictoriaMetrics(config) as store:
            rules = store.folder / "rules.yaml"
            rules.write_text(render(impatient()))
            with Vmalert(rules, store):
                for status, number in CALLS.items():
                    produce(real_kafka.bootstrap, TOPIC, [event(status)] * number)
                yield Scene(store, agent)


def test_every_count_arrives(scene: Scene) -> None:
    until(lambda: scene.value("api_responses_total") == sum(CALLS.values()), LONG, "counts are missing")

    for status, number in CALLS.items():
        assert scene.value(f'api_responses_total{{status="{status}"}}') == number
    assert scene.value('api_responses_total{type="rate_limit_error"}') == CALLS[429]


def test_its_scrapes_let_offsets_be_committed(scene: Scene) -> None:
    committed = 'api_error_agent_waiting_records{job="api-error-agent"}'
    until(lambda: scene.value("api_responses_total") == sum(CALLS.values()), LONG, "counts are missing")

    until(lambda: scene.store.query(committed) and not scene.value(committed), LONG, "records go on waiting")
    assert not scene.value("api_error_agent_unscraped_commits_total")


def test_the_buckets_of_a_histogram_give_a_quantile(scene: Scene) -> None:
    until(lambda: scene.value("api_response_duration_seconds_count") == sum(CALLS.values()), LONG, "no times")

    slowest = "histogram_quantile(0.99, sum by (le) (api_response_duration_seconds_bucket))"
    assert 1 <= scene.value(slowest) <= 2 * SLOW


@pytest.mark.parametrize(("alert", "status"), [("ApiBalanceExhausted", 402), ("ApiRateLimited", 429)])
def test_errors_that_go_on_make_vmalert_fire(
    scene: Scene, real_kafka: Kafka, alert: str, status: int
) -> None:
    def has_fired() -> bool:
        produce(real_kafka.bootstrap, TOPIC, [event(status)] * CALLS[429])
        return bool(scene.store.query(f'ALERTS{{alertname="{alert}",alertstate="firing"}}'))

    until(has_fired, LONG, f"{alert} does not fire", every=0.5)
